"""What the settings do: the same photo and painting, each time with one setting changed, painted by this package.

`python tools/gallery.py studio` makes the pictures, and so credits them: see images/ATTRIBUTION.md for the two.
"""

import functools
from importlib import resources
from typing import Any

from ..data_uris import as_uri
from .settings import VALUES, Settings

PAIR = ("flower", "great_wave")
SIZE = 256  # painted at, in pixels of the longer side
SHOWN = {name: tuple(values.values()) for name, values in VALUES.items()} | {
    "style": (0.25, 0.5, 1.0, 2.0, 4.0), "photo": (0.25, 0.5, 1.0, 2.0, 4.0)
}  # fmt: skip

_USUAL = "A beige flower, dark between its petals, on a ground of grey-blue waves."
_ALTS = {
    "style": {
        0.25: "All petals are left, and the red of the flower's heart.", 0.5: "All petals are left; the heart is dark.",
        2.0: "Petals run together, and the waves grow bolder.",
        4.0: "A pale disc, most petals gone, among great waves under a beige sky.",
    },
    "steps": {
        10: "A dark picture, still in the photo's colours, with first lines.",
        30: "The colours are there, the waves rough.", 300: "As after 100, a little smoother.",
    },
    "strokes": {0.5: "Many small, sharp waves.", 2.0: "Broad, flat patches in place of waves."},
    "colors": {
        "content-luminance": "An orange flower on green, the waves drawn in light and dark.",
        "content-matched": "A red flower on dark green, with some blue and brown among the waves.",
    },
    "start": {
        "noise": "The waves lie where the photo has nothing to say, under a beige sky.",
        "content+noise": "Much as from the photo.", "style": "The great wave itself, and the flower over it.",
    },
}  # fmt: skip


def alt_of(name: str, value: Any) -> str:
    """Return what the picture of a setting's value shows."""
    name, value = _painted(name, value)
    return _ALTS[name].get(value, _USUAL)


def settings_of(name: str, value: Any) -> Settings:
    """Return the settings that the picture of a setting's value was painted with."""
    name, value = _painted(name, value)
    return Settings(**{"size": SIZE, name: value})


def file_of(name: str, value: Any) -> str:
    """Return the name of the file with the picture of a setting's value; the usual values share one."""
    name, value = _painted(name, value)
    return "usual.webp" if getattr(Settings(), name) == value else f"{name}_{value}.webp"


@functools.cache
def uri_of(name: str, value: Any) -> str:
    """Return the picture of a setting's value as an address."""
    file = resources.files(__package__).joinpath("examples", file_of(name, value))
    return as_uri(file.read_bytes(), "image/webp")


def _painted(name, value):
    """Return the setting and value that are painted for it: twice alpha and half of beta make the same picture."""
    return ("style", 1 / value) if name == "photo" else (name, value)
