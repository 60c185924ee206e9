"""Coarse to fine: the sizes that a picture is painted at, each twice the one before.

Large shapes are settled where that is cheap, for half the size is a quarter of the work, and where the network sees
more of the picture at once. Gatys, Ecker, Bethge, Hertzmann and Shechtman ("Controlling Perceptual Factors in Neural
Style Transfer", CVPR 2017, arXiv:1611.07865, section 6) paint large pictures like this.
"""

from typing import NamedTuple

import numpy as np

from .config import MIN_SIZE
from .errors import InputError
from .images import resample

COARSEST = 128  # pixels, the longer side; smaller than this the network sees little that could be called a shape
MOST_SCALES = 3  # by default; from there on nothing is gained that could be seen


class Stage(NamedTuple):
    """One size of the picture: `scale` times smaller than the finished one, and how often it is evaluated."""

    scale: int
    steps: int

    def size(self, shape: tuple[int, ...]) -> tuple[int, int]:
        """Return (n_H, n_W) of a picture `scale` times smaller than one of this shape, (1, n_H, n_W, 3)."""
        return _shrunk(shape[1:3], self.scale)

    def shrink(self, image: np.ndarray) -> np.ndarray:
        """Return the image `scale` times smaller."""
        return resample(image, *self.size(image.shape))


def enlarge(picture: np.ndarray, n_H: int, n_W: int, beginning: np.ndarray | None = None) -> np.ndarray:
    """Return the picture enlarged to n_H x n_W, as the start of the next stage.

    Enlarging makes nothing new, so it leaves no grain behind, but it blurs. Where the picture began from another one,
    B, whose detail is worth keeping, what B itself would lose is added: `enlarged(G) + B - enlarged(shrunk B)`.

    Args:
        picture: G, (1, height, width, 3).
        n_H, n_W: the new size in pixels.
        beginning: B, of any size; None where the picture began from noise.
    """
    enlarged = resample(picture, n_H, n_W)
    if beginning is None or picture.shape == enlarged.shape:
        return enlarged
    blurred = resample(resample(beginning, *picture.shape[1:3]), n_H, n_W)
    return np.clip(enlarged + resample(beginning, n_H, n_W) - blurred, 0, 1)


def plan_stages(
    content_shape: tuple[int, ...], *style_shapes: tuple[int, ...], steps: int, scales: int | None = None
) -> list[Stage]:
    """Return the stages of a picture, coarse to fine; each finer one gets half the steps, and takes twice the time.

    Args:
        content_shape, style_shapes: shapes (1, n_H, n_W, 3).
        steps: evaluations at the coarsest size.
        scales: number of sizes; None for up to 3, the smallest with a longer side of at least 128 pixels.

    Raises:
        InputError: so many scales would leave less than 32 pixels of the content or the style.
    """
    styles = [shape[1:3] for shape in style_shapes]
    if scales is None:
        scales = _suitable_scales(content_shape[1:3], styles)
    coarsest = 2 ** (scales - 1)
    for name, shape in (("content", content_shape[1:3]), *(("style", shape) for shape in styles)):
        n_H, n_W = _shrunk(shape, coarsest)
        if min(n_H, n_W) < MIN_SIZE:
            raise InputError(
                f"scales is {scales}, which would begin with the {name} shrunk to {n_W}x{n_H} pixels, and both sides "
                f"must have at least {MIN_SIZE}: give fewer scales"
            )
    return [Stage(2 ** (scales - 1 - k), max(1, round(steps / 2**k))) for k in range(scales)]


def _suitable_scales(content, styles):
    scales = 1
    while (
        scales < MOST_SCALES
        and max(_shrunk(content, 2**scales)) >= COARSEST
        and all(min(_shrunk(shape, 2**scales)) >= MIN_SIZE for shape in (content, *styles))
    ):
        scales += 1
    return scales


def _shrunk(shape, scale):
    return tuple(round(side / scale) for side in shape)
