"""Many pictures: a folder of photos, a photo in many styles, moving pictures; and the commands for them."""
