"""Checks of lesson 01: pictures as tensors, the network's input and back."""

import numpy as np
import tensorflow as tf

from ...images import IMAGENET_MEAN_BGR, deprocess as _deprocess, preprocess as _preprocess
from .calling import compare_on_copies, noise
from .verdict import Mistake, compare, correct, wrong

_MEAN_RGB = IMAGENET_MEAN_BGR[::-1]
_TORCH_MEAN, _TORCH_STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])


# --- lesson 01 ---


def add_batch_axis(function):
    """Check `add_batch_axis(picture)`: (n_H, n_W, 3) to (1, n_H, n_W, 3)."""
    name = "add_batch_axis"
    mistakes = [
        Mistake(
            "The new axis is the last one: a batch counts its pictures in the first.", lambda p: p[..., np.newaxis]
        ),
        Mistake(
            "The new axis is the second one: a batch counts its pictures in the first.", lambda p: p[:, np.newaxis]
        ),
        Mistake(
            "The new axis is the third one: a batch counts its pictures in the first.", lambda p: p[:, :, np.newaxis]
        ),
        Mistake("The picture came back without a new axis.", lambda p: p),
        Mistake(
            "The shape is right, but rows and columns have changed places: nothing should move.",
            lambda p: np.swapaxes(p, 0, 1).reshape(1, *p.shape),
        ),
        Mistake("Two pictures came back: the batch holds one.", lambda p: np.stack([p, p])),
    ]
    cases = [(noise((4, 6, 3), 1),), (noise((5, 2, 3), 2),)]
    return compare_on_copies(name, function, lambda p: p[np.newaxis], cases, mistakes)


def preprocess(function):
    """Check `preprocess(image)`: RGB in [0, 1] to BGR, 0..255, the ImageNet mean subtracted."""
    name, mean = "preprocess", IMAGENET_MEAN_BGR
    rgb = "The colours are still in the order red, green, blue: these weights want the last axis the other way round."
    mistakes = [
        Mistake(rgb, lambda x: x * 255 - mean),
        Mistake(rgb, lambda x: x * 255 - _MEAN_RGB),
        Mistake(
            "The mean is in the wrong order: its numbers must meet the colours they belong to, so look at which of "
            "the two you reversed.",
            lambda x: x[..., ::-1] * 255 - _MEAN_RGB,
        ),
        Mistake(
            "The values are still between 0 and 1 when the mean goes off: scale first.", lambda x: x[..., ::-1] - mean
        ),
        Mistake(
            "The mean was subtracted before scaling, so it was scaled, too: it is in units of 0 to 255.",
            lambda x: (x[..., ::-1] - mean) * 255,
        ),
        Mistake("The mean was added: the network wants it subtracted.", lambda x: x[..., ::-1] * 255 + mean),
        Mistake("The mean has not been subtracted.", lambda x: x[..., ::-1] * 255),
        Mistake("Order and scale are untouched: only the mean was subtracted.", lambda x: x - mean),
        Mistake(
            "Divided by 255: the image is in [0, 1] already, which way must it go?", lambda x: x[..., ::-1] / 255 - mean
        ),
        Mistake(
            "You mirrored the picture: reverse the axis of the colours, the last one.",
            lambda x: x[:, :, ::-1] * 255 - mean,
        ),
        Mistake(
            "You turned the picture upside down: reverse the axis of the colours, the last one.",
            lambda x: x[:, ::-1] * 255 - mean,
        ),
        Mistake(
            "You reversed the batch: reverse the axis of the colours, the last one.", lambda x: x[::-1] * 255 - mean
        ),
        Mistake(
            "That is what torchvision's weights were trained with (a mean and a deviation, colours as they are): "
            "these weights want something else.",
            lambda x: (x - _TORCH_MEAN) / _TORCH_STD,
        ),
    ]
    cases = [(noise((2, 4, 5, 3), 3),), (noise((1, 3, 2, 3), 4),)]
    verdict = compare_on_copies(name, function, _preprocess, cases, mistakes)
    return _keeps_gradient(name, function) if verdict else verdict


def deprocess(function):
    """Check `deprocess(vgg_input)`: the inverse of `preprocess`, back to RGB in [0, 1]."""
    name, mean = "deprocess", IMAGENET_MEAN_BGR
    mistakes = [
        Mistake(
            "The colours were reversed first, and then met a mean in the other order: undo the last step of "
            "preprocess first.",
            lambda x: (x[..., ::-1] + mean) / 255,
        ),
        Mistake("The colours are still in the order blue, green, red.", lambda x: (x + mean) / 255),
        Mistake(
            "Scaled before the mean was added: undo the steps of preprocess in the opposite order.",
            lambda x: (x / 255 + mean)[..., ::-1],
        ),
        Mistake("The values are still between 0 and 255.", lambda x: (x + mean)[..., ::-1]),
        Mistake("The mean was subtracted a second time: undo that step.", lambda x: ((x - mean) / 255)[..., ::-1]),
        Mistake("The mean has not been added back.", lambda x: x[..., ::-1] / 255),
        Mistake("Multiplied by 255: which way did preprocess scale?", lambda x: (x + mean)[..., ::-1] * 255),
        Mistake("That is preprocess once more: write what undoes it.", _preprocess),
    ]
    cases = [(_preprocess(noise((2, 4, 5, 3), 5)),), (_preprocess(noise((1, 3, 2, 3), 6)),)]
    return compare_on_copies(name, function, _deprocess, cases, mistakes)


# --- lesson 02 ---


def fit_within(function):
    """Check `fit_within(n_H, n_W, max_size)`: the size (n_H, n_W) that a picture is scaled down to."""

    def scaled(n_H, n_W, scale, whole=round):
        return whole(n_H * scale), whole(n_W * scale)

    def reference(n_H, n_W, max_size, whole=round, least=1):
        scale = min(1, max_size / max(n_H, n_W))
        return tuple(max(least, side) for side in scaled(n_H, n_W, scale, whole))

    def enlarging(whole, least):
        return lambda h, w, m: tuple(max(least, side) for side in scaled(h, w, m / max(h, w), whole))

    name = "fit_within"
    squashed = "that squashes the picture. Multiply both by the same number."
    truncated = "It cuts the fraction off: round to the nearest whole number."
    shorter = "It made the shorter side max_size: the longer one has to fit."
    swapped = "The two sides have changed places: height first, as in the arguments."
    small = "A picture that is small enough already was enlarged: leave it as it is."
    mistakes = [
        Mistake(f"Both sides became equal: {squashed}", lambda h, w, m: (m, m)),
        Mistake(
            f"Each side was cut to max_size on its own: {squashed}",
            lambda h, w, m: (min(h, m), min(w, m)),
        ),
        *(Mistake(small, enlarging(whole, least)) for whole in (round, int, float) for least in (1, 0)),
        Mistake(truncated, lambda h, w, m: reference(h, w, m, int)),
        Mistake(truncated, lambda h, w, m: reference(h, w, m, int, 0)),
        Mistake(swapped, lambda h, w, m: reference(w, h, m)),
        Mistake(
            shorter,
            lambda h, w, m: scaled(h, w, min(1, m / min(h, w))),
        ),
        Mistake(shorter, lambda h, w, m: scaled(h, w, m / min(h, w))),
        Mistake("It looks at the height alone: what of a wide picture?", lambda h, w, m: scaled(h, w, min(1, m / h))),
        Mistake("It looks at the height alone: what of a wide picture?", lambda h, w, m: scaled(h, w, m / h)),
        Mistake("It looks at the width alone: what of a tall picture?", lambda h, w, m: scaled(h, w, min(1, m / w))),
        Mistake("It looks at the width alone: what of a tall picture?", lambda h, w, m: scaled(h, w, m / w)),
        Mistake(
            "A very long and narrow picture ends with 0 pixels: a side has at least 1.",
            lambda h, w, m: reference(h, w, m, least=0),
        ),
        Mistake(
            "The result has fractions of a pixel: round to the nearest whole number.",
            lambda h, w, m: reference(h, w, m, float, 0),
        ),
        Mistake(
            "The result has fractions of a pixel: round to the nearest whole number.",
            lambda h, w, m: reference(h, w, m, float),
        ),
    ]  # fmt: skip
    cases = [(427, 640, 256), (640, 427, 256), (300, 451, 512), (100, 100, 64), (3, 900, 100)]
    verdict = compare(name, function, reference, cases, mistakes, rtol=1e-6)
    if verdict and np.asarray(function(427, 640, 256)).dtype.kind == "f":
        return wrong(name, "The numbers are right, but they are floats: give whole numbers (int), as shapes need.")
    return verdict


def _keeps_gradient(name, function):
    """Return the verdict on whether the gradient comes through: the picture is trained through this function."""
    image = tf.constant(noise((1, 3, 4, 3), 10))
    try:
        with tf.GradientTape() as tape:
            tape.watch(image)
            result = function(image)
            total = tf.reduce_sum(result) if tf.is_tensor(result) else None
        gradient = None if total is None else tape.gradient(total, image)
    except Exception as error:  # works for arrays, not for tensors
        return wrong(
            name,
            f"Right for an array, but for a tensor, as in training, it raised {type(error).__name__}: "
            f"{' '.join(str(error).split())[:120]}. Slices, `*` and `-` work for both.",
        )
    if gradient is None:
        return wrong(
            name,
            "The values are right, but a tensor came back as something else, and the gradient is cut off: leave out "
            "np functions and .numpy(). Slices, `*` and `-` work for both.",
        )
    return correct(name)
