"""The settings' controls, with small paintings beside them that show what a value does, and set it when clicked."""

import ipywidgets as widgets

from ...config import MAX_SIZE, MIN_SIZE
from . import examples, page
from .settings import VALUES, Settings
from .thumbs import Thumbs

MOST_STEPS = 2000


class SettingsPanel:
    """The settings, what they do, and what comes of them.

    Args:
        settings: to begin with.
        changed: called with the new `Settings`.

    Attributes:
        box: the widget that it is.
    """

    def __init__(self, settings, changed):
        self._controls = _controls(settings)
        self._plan = widgets.HTML()
        thumbs = {name: _examples(name, self._controls[name]) for name in examples.SHOWN}
        cards = [_card(control, thumbs[name].box if name in thumbs else self._plan)
                 for name, control in self._controls.items()]  # fmt: skip
        for control in self._controls.values():
            control.observe(lambda _: changed(self._settings()), "value")
        pictures = {name: uri for each in thumbs.values() for name, uri in each.backgrounds.items()}
        style = widgets.HTML(page.backgrounds(pictures), layout={"display": "none"})
        grid = widgets.Box(cards)
        grid.add_class("nst-settings")
        pair = " and ".join(examples.PAIR).replace("_", " ")
        what = widgets.HTML(page.faint(f"The small paintings show what a setting does, here with {pair}."))
        self.box = widgets.VBox([widgets.HTML(page.heading("Settings")), what, grid, style])

    def show(self, config, sizes):
        """Say what the settings come to."""
        self._plan.value = page.faint(page.plan(config, sizes))

    def _settings(self):
        return Settings(**{name: control.value for name, control in self._controls.items()})


def _controls(settings):
    """Return {setting: its control}. No sliders: those of ipywidgets have no name that a screen reader could say."""

    def whole(name, description, least, most, step):
        return widgets.BoundedIntText(
            getattr(settings, name), min=least, max=most, step=step, description=description
        )  # fmt: skip

    def choice(name, description):
        return widgets.Dropdown(
            options=list(VALUES[name].items()), value=getattr(settings, name), description=description
        )  # fmt: skip

    controls = {
        "size": whole("size", "Size (px)", MIN_SIZE, MAX_SIZE, 32),
        "style": choice("style", "Style (beta)"),
        "photo": choice("photo", "Photo (alpha)"),
        "steps": whole("steps", "Steps", 1, MOST_STEPS, 10),
        "strokes": choice("strokes", "Strokes"),
        "colors": choice("colors", "Colours"),
        "start": choice("start", "Start from"),
    }
    for control in controls.values():
        control.style.description_width = "96px"
    return controls


def _card(control, below):
    card = widgets.VBox([control, below])
    card.add_class("nst-card")
    return card


def _examples(name, control):
    """Return the pictures of a setting's values; a click sets the control, and the control's value is marked."""
    thumbs = Thumbs(f"setting-{name}", control.description)
    captions = {value: caption for caption, value in VALUES[name].items()}
    for value in examples.SHOWN[name]:
        thumbs.add(
            value, captions[value], examples.uri_of(name, value),
            lambda value=value: setattr(control, "value", value), examples.alt_of(name, value),
        )  # fmt: skip
    control.observe(lambda change: thumbs.mark(change["new"]), "value")
    thumbs.mark(control.value)
    return thumbs
