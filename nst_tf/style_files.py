"""Styles as files: which pictures, with which weights and masks; the command's way to write them, and a record's."""

import dataclasses
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .config import MAX_SIZE, MIN_SIZE
from .errors import InputError
from .kinds import number
from .pictures.files import find_picture, is_picture, lasting_name
from .pictures.loading import load_image
from .pictures.sources import Source
from .styles import Style

Name = str | os.PathLike
_NAMES = ("picture", "place", "part")
EVERYWHERE = "all"  # in place of a mask, where a list of masks needs one


@dataclass(frozen=True)
class StyleFile:
    """Where a `Style` comes from: the names of files or samples."""

    picture: Name
    weight: float = 1.0
    place: Name | None = None
    part: Name | None = None

    def __post_init__(self):
        object.__setattr__(self, "weight", number(f"the weight of {self.picture}", self.weight))

    @property
    def path(self) -> Path:
        """Where the picture is; an unknown name raises `InputError` with the closest ones."""
        return find_picture(self.picture)

    def load(self, size: int, enlarge: bool) -> Style:
        """Return the style with its pictures, the longer side of `picture` scaled down to `size`."""
        masks = {kind: load_mask(name) for kind, name in (("place", self.place), ("part", self.part)) if name}
        image = load_sized(self.path, "style_size", size, enlarge)
        return Style(image, weight=self.weight, name=self.path.stem, **masks)

    def described(self) -> dict[str, Any]:
        """Return it as JSON holds it, with names that hold in any working folder."""
        names = {name: lasting_name(getattr(self, name)) for name in ("picture", "place", "part")}
        return {**names, "weight": self.weight}


StyleNames = Name | StyleFile | Mapping[Name, float] | Sequence[Name | StyleFile | Mapping[str, Any]]


def style_files(style: StyleNames) -> tuple[StyleFile, ...]:
    """Return the styles: of a name, {name: weight}, or a list of names, of `StyleFile` or of what `described` gives.

    Raises:
        InputError: something else.
    """
    if isinstance(style, Mapping):
        return tuple(StyleFile(name, weight) for name, weight in style.items())
    several = style if isinstance(style, (list, tuple)) else [style]
    return tuple(_style_file(item) for item in several)


def _style_file(item):
    if isinstance(item, StyleFile):
        return item
    if isinstance(item, (str, os.PathLike)):
        return StyleFile(item)
    known = {field.name for field in dataclasses.fields(StyleFile)}
    if (
        isinstance(item, Mapping)
        and "picture" in item
        and set(item) <= known
        and all(map(_is_name, (item.get(name) for name in _NAMES)))
    ):
        return StyleFile(**item)
    raise InputError(f"a style is {item!r}: give the name of a picture, or a StyleFile")


def _is_name(value):
    return value is None or isinstance(value, (str, os.PathLike))


def size_of_styles(size: int, style_size: int | None, scale: float | None) -> int:
    """Return the size to load styles at: `style_size`, or what `Config.style_scale` makes of the content's, or that.

    Raises:
        InputError: both are given.
    """
    if style_size is not None and scale is not None:
        raise InputError("style_size and style_scale both say how large the styles are: give one of them")
    if scale is not None:
        return min(MAX_SIZE, max(MIN_SIZE, math.ceil(scale * size)))
    return size if style_size is None else style_size


def parse_styles(
    texts: Sequence[str], places: Sequence[str] = (), parts: Sequence[str] = ()
) -> list[StyleFile]:  # fmt: skip
    """Return the styles that were written for the command: `great_wave=2,poppies`, or several of these.

    Args:
        texts: each a picture, or a list of them with weights.
        places, parts: masks in the styles' order, none or one for each; `all` is everywhere.

    Raises:
        InputError: a weight that is none, or another number of masks.
    """
    styles = [style for text in texts for style in _parsed(text)]
    for option, masks in (("place", places), ("part", parts)):
        if masks and len(masks) != len(styles):
            raise InputError(
                f"there are {len(styles)} styles and {len(masks)} of --{option}: give one for each style, in their "
                f"order ({EVERYWHERE} for no mask)"
            )
        for k, mask in enumerate(masks):
            if mask != EVERYWHERE:
                styles[k] = dataclasses.replace(styles[k], **{option: mask})
    return styles


def _parsed(text) -> list[StyleFile]:
    """Return the styles that a text names; a file's name may hold a comma or an equals sign, too."""
    name, _, weight = text.rpartition("=")
    if is_picture(text) or (is_picture(name) and "," not in weight):
        return [_with_weight(text)]
    return [_with_weight(part.strip()) for part in text.split(",") if part.strip()] or [StyleFile(text)]


def _with_weight(text):
    name, equals, weight = text.rpartition("=")
    return StyleFile(name, weight) if equals and not is_picture(text) else StyleFile(text)


def load_mask(name: Name) -> np.ndarray:
    """Return a mask, (1, n_H, n_W, 3): a black and white picture in a file."""
    return load_image(find_picture(name))


def load_sized(source: Source, setting: str, size: int, enlarge: bool) -> np.ndarray:
    """Return the picture; an error names the setting, of a `Painting`, that its size is."""
    try:
        return load_image(source, size, enlarge=enlarge)
    except InputError as error:
        raise InputError(str(error).replace("max_size=", f"{setting}=")) from None
