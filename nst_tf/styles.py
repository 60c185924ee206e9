"""What to paint with: a style is a picture with a weight and, if wanted, a place."""

import os
import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from .config import MAX_SIZE, MIN_SIZE
from .errors import InputError
from .images import check_image, resample
from .kinds import number
from .masks import check_mask, check_proportions


@dataclass(frozen=True, eq=False)
class Style:
    """A picture whose style is wanted: how much of it, where, and which part of it.

    J has a term `beta * weight * J_style` for each style, so the weights are those of costs, not shares of one Gram
    matrix: equal styles add up, weights 1 and 3 of one picture are the weight 4. Where the style has a place, its term
    is multiplied by the place's share of the picture: the cost is a mean over the place, and so each pixel there is
    pulled as strongly as if the style were wanted everywhere.

    Args:
        image: S, (1, n_H, n_W, 3) in [0, 1], of any size.
        weight: 0 or more.
        place: a mask of the content image, white where this style is wanted (see `masks.check_mask`); None is
            everywhere.
        part: a mask of `image`, white where it is as wanted; None is all of it.
        name: what its term is called, `J_style_<name>`, where there are several.

    Raises:
        InputError: an image or a mask that is none, a mask of other proportions, a weight below 0.
    """

    image: ArrayLike
    _: KW_ONLY
    weight: float = 1.0
    place: ArrayLike | None = None
    part: ArrayLike | None = None
    name: str | None = None

    def __post_init__(self):
        called = "style" if self.name is None else self.name
        checked = {"image": check_image(self.image, called), "weight": number(f"the weight of {called}", self.weight)}
        for kind in ("place", "part"):
            if getattr(self, kind) is not None:
                checked[kind] = check_mask(getattr(self, kind), f"the {kind} of {called}")
        if self.part is not None:
            check_proportions(checked["part"], checked["image"].shape, f"the part of {called}", "the style")
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def resized(self, n_H: int, n_W: int) -> Self:
        """Return the style with its picture at another size."""
        return replace(self, image=resample(self.image, n_H, n_W))


def as_styles(style: "ArrayLike | Style | Sequence[ArrayLike | Style]") -> tuple[Style, ...]:
    """Return the styles, each with a name of its own: of an image, a `Style`, or a list of these.

    Raises:
        InputError: what `Style` refuses, no styles, or styles that all have the weight 0.
    """
    given = list(style) if _are_several(style) else [style]
    styles = [item if isinstance(item, Style) else Style(item) for item in given]
    if not styles:
        raise InputError("there is no style: give at least one")
    if not any(item.weight for item in styles):
        raise InputError("all styles have the weight 0, so there is nothing to paint with: make one of them larger")
    return tuple(replace(item, name=name) for item, name in zip(styles, _names(styles), strict=True))


def at_scale(styles: tuple[Style, ...], scale: float | None, content_shape: tuple[int, ...]) -> tuple[Style, ...]:
    """Return the styles with pictures whose longer side is `scale` times the content's; None leaves them as they are.

    Raises:
        InputError: that would leave fewer pixels than can be worked with, or make more.
    """
    if scale is None:
        return styles
    longer = scale * max(content_shape[1:3])
    sides = [np.array(style.image.shape[1:3]) for style in styles]
    sizes = [np.rint(pair * longer / pair.max()).astype(int) for pair in sides]
    for n_H, n_W in sizes:
        if not (min(n_H, n_W) >= MIN_SIZE and max(n_H, n_W) <= MAX_SIZE):
            raise InputError(
                f"style_scale is {scale:g}, which would make a style of {n_W}x{n_H} pixels: give one that leaves from "
                f"{MIN_SIZE} to {MAX_SIZE}"
            )
    return tuple(style.resized(*size) for style, size in zip(styles, sizes, strict=True))


def _are_several(style):
    """Return whether this is a list of styles; an image may be a list, too, of lists of numbers."""
    is_whole = (Style, str, os.PathLike)
    return isinstance(style, (list, tuple)) and all(isinstance(item, is_whole) or np.ndim(item) == 4 for item in style)


def _names(styles):
    """Return a name for each style that can be part of an attribute: its own, or its number."""
    names = []
    for k, item in enumerate(styles, start=1):
        name = re.sub(r"\W+", "_", item.name or str(k))
        names.append(name if name not in names else f"{name}_{k}")
    return names
