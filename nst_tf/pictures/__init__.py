"""Picture files: any picture that people have to an image, and an image to a file that is whole or not there."""
