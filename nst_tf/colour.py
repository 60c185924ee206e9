"""Whose colours a picture has: the photo's luminance apart from its colours, and colours matched to another picture's.

Source: Gatys, Ecker, Bethge, Hertzmann and Shechtman, "Controlling Perceptual Factors in Neural Style Transfer", CVPR
2017, arXiv:1611.07865, section 5 ([2]).
"""

import numpy as np
from numpy.typing import ArrayLike

from .images import check_image

LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green, blue: Y of YIQ, as in [2]
GREY = 0.5 / 255  # channels that differ by less are the same in a file
FLAT = 1e-8  # a variance below this is none: half a level of 8 bits is 4e-6


def luminance(image: ArrayLike) -> np.ndarray:
    """Return `Y = 0.299 R + 0.587 G + 0.114 B` of an image (..., 3), shape (..., 1)."""
    return np.asarray(image, np.float32) @ LUMA[:, np.newaxis]


def in_grey(image: ArrayLike) -> np.ndarray:
    """Return the image (..., 3) without its colours: the luminance in all three channels."""
    return np.repeat(luminance(image), 3, axis=-1)


def is_grey(image: ArrayLike) -> bool:
    """Return whether an image (..., 3) has no colour, but for rounding."""
    return bool(np.ptp(np.asarray(image), axis=-1).max() <= GREY)


def with_luminance(photo: ArrayLike, Y: ArrayLike) -> np.ndarray:
    """Return the photo with another luminance and its own colours, in [0, 1] ([2], section 5.2).

    `Y + t * (photo - luminance of the photo)`, where t is 1, or at a pixel where that would leave [0, 1], as much as
    does not: the colour turns paler there, and the luminance stays what it is.

    Args:
        photo: (..., 3) in [0, 1].
        Y: (..., 1) in [0, 1].
    """
    photo, Y = np.asarray(photo, np.float32), np.asarray(Y, np.float32)
    chroma = photo - luminance(photo)
    room = np.where(chroma > 0, 1 - Y, Y) / np.maximum(np.abs(chroma), 1e-12)
    t = np.minimum(1, room.min(axis=-1, keepdims=True))
    return np.clip(Y + t * chroma, 0, 1)


def match_luminance(style: ArrayLike, content: ArrayLike) -> np.ndarray:
    """Return the style in grey, its luminance with the mean and the contrast of the content's, clipped to [0, 1].

    `sigma_C / sigma_S * (Y_S - mu_S) + mu_C` ([2], section 5.2).
    """
    style, content = check_image(style, "style"), check_image(content, "content")
    Y_S, Y_C = luminance(style).astype(np.float64), luminance(content).astype(np.float64)
    contrast = Y_C.std() / max(Y_S.std(), FLAT**0.5)
    matched = contrast * (Y_S - Y_S.mean()) + Y_C.mean()
    return np.repeat(np.clip(matched, 0, 1).astype(np.float32), 3, axis=-1)


def match_colours(style: ArrayLike, content: ArrayLike) -> np.ndarray:
    """Return the style recoloured, so that its colours have the mean and the covariance of the content's.

    `A (S - mu_S) + mu_C` for each pixel, with `A = Sigma_C^(1/2) Sigma_S^(-1/2)`, so that `A Sigma_S A^T = Sigma_C`
    ([2], section 5.1). A style of fewer colours than three directions, a grey one say, gets no more of them by this.

    Args:
        style, content: images of any size, (1, n_H, n_W, 3).

    Returns:
        float32 of the style's shape. A few numbers may leave [0, 1]; clip them to show or to paint with them.
    """
    style, content = check_image(style, "style"), check_image(content, "content")
    mu_S, sigma_S = _mean_and_covariance(style)
    mu_C, sigma_C = _mean_and_covariance(content)
    A = _power(sigma_C, 0.5) @ _power(sigma_S, -0.5)
    return ((style - mu_S) @ A.T + mu_C).astype(np.float32)


def _mean_and_covariance(image):
    pixels = image.reshape(-1, 3).astype(np.float64)
    return pixels.mean(axis=0), np.cov(pixels, rowvar=False, bias=True)


def _power(covariance, exponent):
    """Return a power of a symmetric matrix; directions in which nothing varies are left out."""
    values, vectors = np.linalg.eigh(covariance)
    powers = np.where(values > FLAT, np.maximum(values, FLAT) ** exponent, 0)
    return (vectors * powers) @ vectors.T
