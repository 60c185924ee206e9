"""Moving pictures: frames painted one after the other, so that what stays the same does not flicker.

Each frame starts from the last painted one, moved along with what is seen, and a term of J keeps it there (Ruder,
Dosovitskiy and Brox, "Artistic Style Transfer for Videos", GCPR 2016, arXiv:1604.08610, section 4).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from ..config import STEADINESS, Config
from ..errors import InputError
from ..images import check_image
from ..kinds import number
from ..sum_of_terms import Term
from ..transfer import Styles, Transfer
from .optical_flow import Motion, motion_between


def paint_frames(
    frames: Iterable[ArrayLike], style: Styles, config: Config | None = None, *, steadiness: float = STEADINESS,
    callback: Callable[[int, Any], Any] | None = None,
) -> Iterator[np.ndarray]:  # fmt: skip
    """Paint frames in their order; a generator of a painted one for each.

    The first is painted as a picture is, coarse to fine. Each of the others starts from the one before and takes the
    evaluations that a picture gets at its full size.

    Args:
        frames: images (1, n_H, n_W, 3) in [0, 1] of one size.
        style: as for `style_transfer`.
        config: settings; default `Config()`.
        steadiness: weight of `J_temporal` (see `temporal_cost`); 0 leaves only the start to keep frames alike.
        callback: called with the frame's number, from 0, and each `Record`.

    Raises:
        InputError: frames of different sizes, or what `Transfer` refuses.
        StartError: OpenCV is not installed.
        DivergedError, OutOfMemoryError: in a frame.
    """
    config, before, painted = Config() if config is None else config, None, None
    steadiness = number("steadiness", steadiness)
    for k, frame in enumerate(frames):
        frame = check_image(frame, f"frame {k}")
        if before is None:
            transfer = Transfer(frame, style, config)
            config = _for_the_others(transfer)
        else:
            if frame.shape != before.shape:
                raise InputError(f"frame {k} has shape {frame.shape}, those before {before.shape}: give one size")
            transfer = _next(frame, style, config, motion_between(before, frame), painted, steadiness)
        for record in transfer:
            if callback is not None:
                callback(k, record)
        before, painted = frame, transfer.image
        yield painted


def _for_the_others(transfer):
    """Return the settings for the frames that start from one before: those of the first frame's full size."""
    return transfer.config.replace(
        steps=transfer.stages[-1].steps, scales=1, start=Config.start, noise_ratio=Config.noise_ratio,
        noise_contrast=Config.noise_contrast,
    )  # fmt: skip


def _next(frame, style, config, motion: Motion, painted, steadiness):
    """Return the `Transfer` of a frame: from the last painted one where that is still seen, else from the photo."""
    carried = motion.carry(painted)
    start = motion.visible * carried + (1 - motion.visible) * frame
    term = Term("J_temporal", steadiness, _temporal_cost, (tf.constant(carried), tf.constant(motion.visible)))
    return Transfer(frame, style, config, initial_image=start, terms=[term] if steadiness else [])


def temporal_cost(image: tf.Tensor, carried: tf.Tensor, visible: tf.Tensor) -> tf.Tensor:
    """Return `1/(3 n_H n_W) * sum(visible * (G - carried)^2)`: how far the picture is from what it was (eq. 7).

    Args:
        image: G, (1, n_H, n_W, 3).
        carried: the painting of the moment before, moved along, (1, n_H, n_W, 3).
        visible: (1, n_H, n_W, 1), 1 where what is seen was seen before, else 0.
    """
    return tf.reduce_mean(visible * tf.square(image - carried))


def _temporal_cost(image, a_G, data):
    return temporal_cost(image, *data)
