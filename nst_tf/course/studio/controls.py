"""The studio's pictures to choose from: thumbnails and uploads. They tell what was chosen."""

import ipywidgets as widgets

from ...pictures.files import sample_images
from . import page
from .pictures import Picture, data_uri, thumbnail, uploaded
from .thumbs import Thumbs

THUMBNAIL = 176  # pixels, the longer side: twice what it takes on the screen


class Chooser:
    """Thumbnails to choose from, of the samples and of what was uploaded.

    Args:
        title: what stands above.
        kind: "content" or "style".
        chosen, image: the picture that is chosen, and as it looks, (1, n_H, n_W, 3).
        choose: called with the kind and the picture when one is clicked or uploaded.

    Attributes:
        box: the widget that it is.
    """

    def __init__(self, title, kind, chosen, image, choose):
        self._kind, self._choose = kind, choose
        self._thumbs = Thumbs(kind, title)
        upload = widgets.FileUpload(
            accept="image/*,.heic,.heif",
            multiple=False,
            description=f"Upload a {title.lower()}",
            layout={"width": "auto"},
        )
        upload.observe(self._uploaded, "value")
        self.box = widgets.VBox([widgets.HTML(page.heading(title)), self._thumbs.box, row([upload])])
        for picture in map(Picture, sample_images(kind)):
            self._add(picture, picture.load(THUMBNAIL))
        self.show(chosen, image)

    @property
    def backgrounds(self):
        """{CSS class of a button: address of its picture}."""
        return self._thumbs.backgrounds

    def show(self, picture, image):
        """Show that the picture is chosen; a new one gets a thumbnail."""
        if picture not in self._thumbs:
            self._add(picture, image)
        self._thumbs.mark(picture)

    def _uploaded(self, change):
        picture = uploaded(change["new"])
        if picture is not None:
            self._choose(self._kind, picture)

    def _add(self, picture, image):
        uri = data_uri(thumbnail(image, THUMBNAIL), 75)
        self._thumbs.add(picture, picture.title, uri, lambda: self._choose(self._kind, picture))


def row(children):
    """Return the widgets side by side, and below each other where there is no room."""
    box = widgets.Box(children, layout={"flex_flow": "row wrap"})
    box.add_class("nst-row")
    return box
