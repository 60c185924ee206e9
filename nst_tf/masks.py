"""Masks: where in a picture something holds, from 0 (black, nowhere) to 1 (white, here).

A mask belongs to a picture and has its proportions; its size is its own affair, for it is resampled wherever it is
used: to the picture at each size that it is painted at, and to each layer's feature maps.
"""

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from .errors import InputError


def check_mask(mask: ArrayLike, name: str = "mask") -> np.ndarray:
    """Return the mask as a float32 array (1, n_H, n_W, 1) in [0, 1].

    Args:
        mask: (n_H, n_W) or (1, n_H, n_W, 1), true and false or numbers in [0, 1]; or a picture (1, n_H, n_W, 3), which
            counts as bright as it is on the mean of its channels.

    Raises:
        InputError: none of these, or black all over.
    """
    array = np.asarray(mask)
    if array.ndim == 2:
        array = array[np.newaxis, :, :, np.newaxis]
    if array.ndim != 4 or array.shape[0] != 1 or array.shape[3] not in (1, 3) or 0 in array.shape:
        raise InputError(f"{name} has shape {np.shape(mask)}: give (n_H, n_W), or a picture (1, n_H, n_W, 3)")
    if array.dtype != bool and not np.issubdtype(array.dtype, np.floating):
        raise InputError(f"{name} has dtype {array.dtype}: give true and false, or floats in [0, 1]")
    array = array.astype(np.float32).mean(axis=-1, keepdims=True)
    if not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1):
        raise InputError(f"{name} has values from {array.min():g} to {array.max():g}: they must be in [0, 1]")
    if array.max() == 0:
        raise InputError(f"{name} is black all over: make white what it is to hold for")
    return array


def check_proportions(mask: np.ndarray, shape: tuple[int, ...], name: str, of: str) -> None:
    """Raise `InputError` unless the mask has the proportions of a picture of this shape, but for rounding.

    Args:
        mask: (1, height, width, 1).
        shape: of the picture, (1, n_H, n_W, 3).
        name, of: what the mask and the picture are called in the message.
    """
    (height, width), (n_H, n_W) = mask.shape[1:3], shape[1:3]
    shorter = min(height, width, n_H, n_W)
    if abs(height * n_W / (width * n_H) - 1) > 2 / shorter:  # a side is half a pixel off at most, each of four
        raise InputError(
            f"{name} has {width}x{height} pixels, {of} {n_W}x{n_H}: give a mask of the same proportions, whatever size"
        )


def resample_mask(mask: np.ndarray, n_H: int, n_W: int) -> np.ndarray:
    """Return the mask (1, height, width, 1) at another size: what each new pixel covers, on average."""
    if mask.shape[1:3] == (n_H, n_W):
        return mask
    smaller = Image.fromarray(mask[0, :, :, 0]).resize((n_W, n_H), Image.Resampling.BOX)
    return np.clip(np.asarray(smaller), 0, 1)[np.newaxis, :, :, np.newaxis]


def guidance(mask: np.ndarray, n_H: int, n_W: int) -> np.ndarray:
    """Return the guidance channel T of a layer whose feature maps have n_H x n_W positions: the mean of T^2 is 1.

    Each position gets the share of its own pixels that is white. Its receptive field reaches further, so a little of
    the style is learnt from beyond the mask's edge, and painted beyond it, the more the deeper the layer (Gatys, Ecker,
    Bethge, Hertzmann and Shechtman, CVPR 2017, arXiv:1611.07865, section 4, where the sum of T^2 is 1, and the Gram
    matrix is not divided by the number of positions: the same).

    Args:
        mask: (1, height, width, 1), not black all over.

    Returns:
        float32 (1, n_H, n_W, 1). Of a mask that is white all over, or equally grey, 1 everywhere.
    """
    small = resample_mask(mask, n_H, n_W).astype(np.float64)
    return (small / np.sqrt(np.square(small).mean())).astype(np.float32)
