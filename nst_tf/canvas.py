"""Between the picture that is searched for and the one that is seen: whose colours it has, what of the photo is kept.

Source of the colours' treatment: Gatys, Ecker, Bethge, Hertzmann and Shechtman, CVPR 2017, arXiv:1611.07865, section 5.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from .colour import LUMA, in_grey, is_grey, luminance, match_colours, match_luminance, with_luminance
from .errors import InputError
from .masks import check_mask, check_proportions, resample_mask
from .styles import Style
from .sum_of_terms import View


@dataclass(frozen=True, eq=False)
class Canvas:
    """What a painting is made from, prepared, and how the finished one comes of the picture that is searched for.

    Attributes:
        photo: the content image as given, (1, n_H, n_W, 3).
        content: as J compares it; in grey where the photo's colours are put back in the end.
        styles: as J compares them.
        is_grey: whether the picture is searched for in luminance alone.
        keep: where the photo is left alone, a mask (1, n_H, n_W, 1) of the photo's size, or None.
    """

    photo: np.ndarray
    content: np.ndarray
    styles: tuple[Style, ...]
    is_grey: bool
    keep: np.ndarray | None

    @classmethod
    def prepared(cls, photo: np.ndarray, styles: tuple[Style, ...], colors: str, keep: ArrayLike | None) -> Self:
        """Return the canvas for pictures that were checked, and a value of `Config.colors`.

        A grey photo in grey styles stays grey, whatever `colors` is.

        Raises:
            InputError: masks that do not fit the photo; nothing is left to paint.
        """
        for style in styles:
            if style.place is not None:
                check_proportions(style.place, photo.shape, f"the place of {style.name}", "the content")
        if keep is not None:
            keep = _checked_keep(keep, photo)
        if colors == "content-luminance":
            matched = tuple(replace(style, image=match_luminance(style.image, photo)) for style in styles)
            return cls(photo, in_grey(photo), matched, True, keep)
        if colors == "content-matched":
            styles = tuple(replace(style, image=np.clip(match_colours(style.image, photo), 0, 1)) for style in styles)
        return cls(photo, photo, styles, is_grey(photo) and all(is_grey(style.image) for style in styles), keep)

    @property
    def is_plain(self) -> bool:
        """Whether the picture that is searched for is the one that is seen."""
        return not self.is_grey and self.keep is None

    def view(self, content: np.ndarray) -> View:
        """Return what J sees of a picture of the size of `content`, which is that of the canvas, shrunk."""
        if self.is_plain:
            return View()
        n_H, n_W = content.shape[1:3]
        colours = np.repeat(LUMA[:, np.newaxis], 3, axis=1) if self.is_grey else np.eye(3, dtype=np.float32)
        keep = np.zeros((1, n_H, n_W, 1), np.float32) if self.keep is None else resample_mask(self.keep, n_H, n_W)
        return View(_through, (tf.constant(colours), tf.constant(content), tf.constant(keep)))

    def shown(self, picture: np.ndarray) -> np.ndarray:
        """Return the painting that a picture of the photo's size stands for."""
        if self.is_grey:
            picture = with_luminance(self.photo, luminance(picture))
        if self.keep is None:
            return picture
        return self.keep * self.photo + (1 - self.keep) * picture


def _through(image, data):
    colours, photo, keep = data
    return keep * photo + (1 - keep) * tf.tensordot(image, colours, 1)


def _checked_keep(keep, photo):
    keep = check_mask(keep, "keep")
    check_proportions(keep, photo.shape, "keep", "the content")
    keep = resample_mask(keep, *photo.shape[1:3])
    if keep.min() == 1:
        raise InputError("keep is white all over, so there is nothing to paint: make black what is to be painted")
    return keep
