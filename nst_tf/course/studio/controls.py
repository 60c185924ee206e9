"""The studio's controls: thumbnails to choose from, uploads, settings. Each tells what was chosen."""

import ipywidgets as widgets

from ...config import MAX_SIZE, MIN_SIZE
from ...pictures.files import sample_images
from . import page
from .pictures import Picture, data_uri, thumbnail, uploaded
from .settings import Settings

THUMBNAIL = 176  # pixels, the longer side: twice what it takes on the screen
MOST_STEPS = 2000
TIMES = {
    "none": 0.0, "a quarter": 0.25, "half": 0.5, "as usual": 1.0, "twice": 2.0, "four times": 4.0, "eight times": 8.0
}  # fmt: skip
COLOURS = {"the painting's": "style", "the photo's": "content-luminance", "between the two": "content-matched"}
STARTS = {"the photo": "content", "noise": "noise", "photo and noise": "content+noise", "the painting": "style"}


class Chooser:
    """Thumbnails to choose from, of the samples and of what was uploaded.

    Args:
        title: what stands above.
        kind: "content" or "style".
        chosen, image: the picture that is chosen, and as it looks, (1, n_H, n_W, 3).
        choose: called with the kind and the picture when one is clicked or uploaded.

    Attributes:
        box: the widget that it is.
        thumbnails: {CSS class of a button: address of its picture}.
    """

    def __init__(self, title, kind, chosen, image, choose):
        self._title, self._kind, self._choose = title, kind, choose
        self._buttons, self.thumbnails = {}, {}
        self._thumbs = widgets.Box()
        self._thumbs.add_class("nst-thumbs")
        upload = widgets.FileUpload(
            accept="image/*,.heic,.heif",
            multiple=False,
            description=f"Upload a {title.lower()}",
            layout={"width": "auto"},
        )
        upload.observe(self._uploaded, "value")
        self.box = widgets.VBox([widgets.HTML(page.heading(title)), self._thumbs, row([upload])])
        for picture in map(Picture, sample_images(kind)):
            self._add(picture, picture.load(THUMBNAIL))
        self.show(chosen, image)

    def show(self, picture, image):
        """Show that the picture is chosen; a new one gets a thumbnail."""
        if picture not in self._buttons:
            self._add(picture, image)
        self._mark(picture)

    def _uploaded(self, change):
        picture = uploaded(change["new"])
        if picture is not None:
            self._choose(self._kind, picture)

    def _add(self, picture, image):
        button, name = widgets.Button(), f"nst-{self._kind}-{len(self._buttons)}"
        button.add_class("nst-thumb")
        button.add_class(name)
        button.on_click(lambda _: self._choose(self._kind, picture))
        self._buttons[picture], self.thumbnails[name] = button, data_uri(thumbnail(image, THUMBNAIL), 75)
        self._thumbs.children = (*self._thumbs.children, button)

    def _mark(self, chosen):
        """Frame and tick the one that is chosen; what a screen reader reads says it, too."""
        for picture, button in self._buttons.items():
            is_chosen = picture == chosen
            (button.add_class if is_chosen else button.remove_class)("nst-chosen")
            button.description = f"{'✓ ' * is_chosen}{picture.title}"
            button.tooltip = f"{self._title}: {picture.title}{', chosen' * is_chosen}"


class SettingsPanel:
    """The settings, and what comes of them.

    Args:
        settings: to begin with.
        changed: called with the new `Settings`.

    Attributes:
        box: the widget that it is.
    """

    def __init__(self, settings, changed):
        # No sliders: those of ipywidgets 8 have no name that a screen reader could say.
        starts, times = list(STARTS.items()), list(TIMES.items())
        self._controls = {
            "size": widgets.BoundedIntText(settings.size, min=MIN_SIZE, max=MAX_SIZE, step=32, description="Size (px)"),
            "style": widgets.Dropdown(options=times, value=settings.style, description="Style (beta)"),
            "photo": widgets.Dropdown(options=times, value=settings.photo, description="Photo (alpha)"),
            "steps": widgets.BoundedIntText(settings.steps, min=1, max=MOST_STEPS, step=10, description="Steps"),
            "colors": widgets.Dropdown(options=list(COLOURS.items()), value=settings.colors, description="Colours"),
            "start": widgets.Dropdown(options=starts, value=settings.start, description="Start from"),
        }
        self._plan = widgets.HTML()
        for control in self._controls.values():
            control.style.description_width = "96px"
            control.observe(lambda _: changed(self._settings()), "value")
        self.box = widgets.VBox([widgets.HTML(page.heading("Settings")), *self._controls.values(), self._plan])
        self.box.add_class("nst-settings")

    def show(self, config, sizes):
        """Say what the settings come to."""
        self._plan.value = page.faint(page.plan(config, sizes))

    def _settings(self):
        return Settings(**{name: control.value for name, control in self._controls.items()})


def row(children):
    """Return the widgets side by side, and below each other where there is no room."""
    box = widgets.Box(children, layout={"flex_flow": "row wrap"})
    box.add_class("nst-row")
    return box
