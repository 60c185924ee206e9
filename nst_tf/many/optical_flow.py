"""Where the things in one picture are in the next: what a moving painting is carried along with.

Needs OpenCV: `pip install 'nst_tf[video]'`.

Sources: Kroeger, Timofte, Dai and Van Gool, "Fast Optical Flow using Dense Inverse Search", ECCV 2016; which places are
visible in both, by Ruder, Dosovitskiy and Brox, "Artistic Style Transfer for Videos", GCPR 2016, arXiv:1604.08610,
section 4.1, after Sundaram, Brox and Keutzer, ECCV 2010 ([1]).
"""

from typing import NamedTuple

import numpy as np

from ..colour import luminance
from ..errors import StartError


class Motion(NamedTuple):
    """How a picture comes of the one before.

    Attributes:
        source: for each position where it was before, (n_H, n_W, 2): column and row, in pixels.
        visible: (1, n_H, n_W, 1), 1 where what is seen now was seen before, else 0.
    """

    source: np.ndarray
    visible: np.ndarray

    def carry(self, image: np.ndarray) -> np.ndarray:
        """Return an image (1, n_H, n_W, 3) of the moment before, moved to where its parts are now."""
        columns, rows = np.moveaxis(self.source, -1, 0)
        moved = opencv().remap(image[0], columns, rows, opencv().INTER_CUBIC, borderMode=opencv().BORDER_REPLICATE)
        return np.clip(moved, 0, 1)[np.newaxis]


def motion_between(before: np.ndarray, now: np.ndarray) -> Motion:
    """Return the motion from one image (1, n_H, n_W, 3) to the next, of one size.

    Raises:
        StartError: OpenCV is not installed.
    """
    backward, forward = _flow(now, before), _flow(before, now)
    n_H, n_W = backward.shape[:2]
    rows, columns = np.mgrid[:n_H, :n_W].astype(np.float32)
    source = np.stack([columns, rows], axis=-1) + backward
    return Motion(source, _visible(backward, forward, source)[np.newaxis, :, :, np.newaxis])


def _flow(start, end):
    """Return for each position in `start` the way to where it is in `end`, (n_H, n_W, 2), in pixels."""
    cv2 = opencv()
    grey = [(255 * luminance(image)[0, :, :, 0]).round().astype(np.uint8) for image in (start, end)]
    return cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(*grey, None)


def _visible(backward, forward, source):
    """Return 1 where there and back again leads home, inside the picture and off the edges of what moves ([1])."""
    n_H, n_W = backward.shape[:2]
    cv2 = opencv()
    there = cv2.remap(forward, source[..., 0], source[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    lost = _square(there + backward) > 0.01 * (_square(there) + _square(backward)) + 0.5
    slope = sum(_square(np.gradient(backward, axis=axis)) for axis in (0, 1))
    edge = slope > 0.01 * _square(backward) + 0.002
    outside = ((source < 0) | (source > np.array([n_W - 1, n_H - 1]))).any(axis=-1)
    return 1 - (lost | edge | outside).astype(np.float32)


def _square(vectors):
    return np.square(vectors).sum(axis=-1)


def opencv():
    """Return the module; raise `StartError` if it is not installed."""
    try:
        import cv2
    except ImportError:
        raise StartError("moving pictures need OpenCV: pip install 'nst_tf[video]'") from None
    return cv2
