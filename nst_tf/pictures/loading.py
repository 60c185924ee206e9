"""A picture, of whatever kind and from wherever, as an image: what a person would see, at the size asked for."""

import math

import numpy as np

from ..config import MAX_SIZE, MIN_SIZE
from ..errors import InputError
from ..images import check_size
from .decoding import decode, open_picture, reporting
from .sources import Source, opened, source_name
from .srgb import upright_srgb


def load_image(source: Source, max_size: int | None = None, *, enlarge: bool = False) -> np.ndarray:
    """Load a picture as a person would see it: turned upright, in sRGB, transparency on white.

    Read are JPEG, PNG, WebP, AVIF, TIFF, GIF (the first of several pictures), BMP, PPM, JPEG 2000 and TGA; HEIC where
    the package pillow-heif is installed.

    Args:
        source: a file's name; or its bytes, or a file opened in binary mode, as an upload gives them.
        max_size: pixels; a longer side above it is scaled down to it, proportions kept. None keeps the size.
        enlarge: scale a smaller picture up to `max_size` too.

    Returns:
        float32 array in [0, 1], shape (1, n_H, n_W, 3).

    Raises:
        MissingFileError, FileAccessError: no such file; a folder, a pipe, or not readable.
        InputError: not a picture, cut short, too small or too large, or `max_size` out of range.
        OutOfMemoryError: there is not enough memory to decode it.
    """
    if max_size is not None:
        check_size(max_size)
    elif enlarge:
        raise InputError("enlarge needs a size to enlarge to: give max_size, too")
    name = source_name(source)
    with opened(source) as stream, reporting(name):
        picture = open_picture(stream, name)
        size = _scaled_size(picture.size, max_size, enlarge)
        _check_sides(picture.size, size, name)
        twice = (2 * size[0], 2 * size[1])  # leaves nothing to be seen of a JPEG's own scaling
        return _as_image(upright_srgb(decode(picture, twice), size, name))


def _scaled_size(size, max_size, enlarge):
    """Return width and height with the longer side scaled to `max_size`, where it is to be."""
    longer = max(size)
    if max_size is None or not (enlarge or longer > max_size):
        return size
    return tuple(max_size if side == longer else round(side / longer * max_size) for side in size)


def _check_sides(stored, size, name):
    """Raise `InputError` unless a picture of `size` can be worked with, its stored size being another perhaps."""
    if size == stored and min(size) < MIN_SIZE:
        raise InputError(
            f"{name} is {_times(stored)} pixels, and both sides must have at least {MIN_SIZE}: "
            "take a larger picture, or allow it to be enlarged (enlarge=True)"
        )
    if min(size) < MIN_SIZE:
        scaled = f"scaled {'down' if size < stored else 'up'}, {_times(size)}"
        raise InputError(
            f"{name} is {_times(stored)} pixels; {scaled}, and both sides must have at least {MIN_SIZE}: "
            f"{_wider(stored)}"
        )
    if max(size) > MAX_SIZE:
        raise InputError(f"{name} is {_times(size)} pixels: give a size of at most {MAX_SIZE} (max_size={MAX_SIZE})")


def _wider(stored):
    """Return the remedy for a picture whose short side gets lost: the size at which it has just enough pixels."""
    needed = math.ceil((MIN_SIZE - 0.5) * max(stored) / min(stored))
    needed += round(min(stored) / max(stored) * needed) < MIN_SIZE  # where a half is rounded down
    return f"give a larger size (max_size={needed} or more)" if needed <= MAX_SIZE else "cut a shorter piece out of it"


def _times(size):
    return f"{size[0]}x{size[1]}"


def _as_image(picture):
    image = np.asarray(picture, np.float32)[np.newaxis]
    image /= 255  # in place, for at 8192 x 8192 it has 0.8 GB
    return image
