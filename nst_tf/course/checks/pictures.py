"""Checks of lessons 01 and 02: pictures as tensors, the network's input and back, and the size they are scaled to."""

import math

import numpy as np
import tensorflow as tf

from ...images import IMAGENET_MEAN_BGR as MEAN, deprocess as _deprocess, preprocess as _preprocess
from .answer import CHANGED, exercise, numbers
from .comparison import compare
from .description import explain_pair
from .gradients import compare_gradients
from .mistakes import Mistake, slips, table
from .verdict import NotQuite

_TORCH_MEAN, _TORCH_STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])

_COLOURS = "reverse the axis of the colours, the last one."
_OTHER_AXES = {
    f"You mirrored the picture: {_COLOURS}": lambda x: x[..., ::-1, :],
    f"You turned the picture upside down: {_COLOURS}": lambda x: x[..., ::-1, :, :],
    f"You reversed the batch: {_COLOURS}": lambda x: x[::-1],
    f"You reversed all the axes: {_COLOURS}": np.flip,
}


def noise(shape, seed):
    """Return an array of uniform numbers in [0, 1)."""
    return np.random.default_rng(seed).random(shape, np.float32)


@exercise
def add_batch_axis(answer):
    """Check `add_batch_axis(picture)`: (n_H, n_W, 3) to (1, n_H, n_W, 3)."""
    mistakes = table({
        "The new axis is the last one: a batch counts its pictures in the first.": lambda p: p[..., None],
        "The new axis is the second one: a batch counts its pictures in the first.": lambda p: p[:, None],
        "The new axis is the third one: a batch counts its pictures in the first.": lambda p: p[:, :, None],
        "The picture came back without a new axis.": lambda p: p,
        "The shape is right, but rows and columns have changed places: nothing should move.":
            lambda p: np.swapaxes(p, 0, 1).reshape(1, *p.shape),
        "The colours are in front: leave the order of the axes alone.": lambda p: np.moveaxis(p, -1, 0)[None],
    })  # fmt: skip
    cases = [(noise(shape, 1),) for shape in ((4, 6, 3), (5, 2, 3), (1, 3, 3), (3, 3, 3))]
    compare(answer, lambda picture: picture[np.newaxis], cases, mistakes, wanted="(1, n_H, n_W, 3)")


_RGB = "The colours are still in the order red, green, blue: these weights want the last axis the other way round."
_PREPROCESS_SLIPS = {"order": {
    _RGB: lambda x: x,
    **_OTHER_AXES,
    "The colours have changed places, but not red and blue alone.": [
        lambda x, order=order: x[..., order] for order in ([1, 0, 2], [0, 2, 1], [2, 0, 1], [1, 2, 0])],
}, "mean": {
    "The mean is in the wrong order: its numbers must meet the colours they belong to, so look at which of the two "
    "you reversed.": MEAN[::-1],
    "The mean of the three numbers is subtracted: each colour has its own.": MEAN.mean(),
}, "scale": {
    "The values are still between 0 and 1 when the mean goes off: scale first.": 1.0,
    "Divided by 255: the image is in [0, 1] already, which way must it go?": 1 / 255,
    "Scaled to another range: the largest value is 255.": [256.0, 254.0, 127.5],
}, "times": {
    "The mean was subtracted before scaling, so it was scaled, too: it is in units of 0 to 255.": 255.0,
    "The mean was added: the network wants it subtracted.": -1.0,
    "The mean has not been subtracted.": 0.0,
    "The mean was divided by 255, and the picture was not: it is in units of 0 to 255.": 1 / 255,
}}  # fmt: skip


@exercise
def preprocess(answer):
    """Check `preprocess(image)`: RGB in [0, 1] to BGR, 0..255, the ImageNet mean subtracted."""

    def made(order=lambda x: x[..., ::-1], scale=255.0, mean=MEAN, times=1.0):
        return lambda x: order(x) * scale - mean * times

    mistakes = table({
        _RGB: made(order=lambda x: x, mean=MEAN[::-1]),
        "Order and scale are untouched: only the mean was subtracted.": lambda x: x - MEAN,
        "The picture came back as it was.": lambda x: x,
        "The colours are reversed, and no more: scale, and subtract the mean.": lambda x: x[..., ::-1],
        "255 is added where it should multiply.": lambda x: x[..., ::-1] + 255 - MEAN,
        "The picture is scaled, and no more: reverse the colours, and subtract the mean.": lambda x: x * 255,
        "That is what torchvision's weights were trained with (a mean and a deviation, colours as they are): these "
        "weights want something else.": lambda x: (x - _TORCH_MEAN) / _TORCH_STD,
        "The result is scaled to [-1, 1], as other networks want it: these weights want something else.":
            lambda x: x * 2 - 1,
        "The numbers are cut to whole ones, or rounded, before the mean goes off: leave the fractions.": [
            lambda x, whole=whole: whole(x[..., ::-1] * 255) - MEAN for whole in (np.floor, np.round)],
        "The picture's own mean is subtracted, not that of ImageNet.":
            lambda x: 255 * (x - x.mean((-3, -2), keepdims=True))[..., ::-1],
    }) + slips(made, **_PREPROCESS_SLIPS)  # fmt: skip
    cases = [(noise((2, 4, 5, 3), 3),), (noise((1, 3, 2, 3), 4),), (noise((1, 3, 3, 3), 5),)]
    compare(answer, lambda image: _preprocess(image), cases, mistakes, wanted="that of the image",
            explain=lambda *results: _first_wrong_colour(answer, _preprocess, (0.0, 1.0)))  # fmt: skip
    if answer.changed:
        raise NotQuite(CHANGED)
    _for_one_picture(answer, noise((4, 5, 3), 6))
    for image in (tf.constant(noise((1, 3, 4, 3), 10)), tf.Variable(noise((1, 3, 4, 3), 11))):
        _for_a_tensor(answer, image)


def _first_wrong_colour(answer, right, ends):
    """Return whether black, white, or what lies between them goes wrong."""
    black, white = (np.zeros((1, 2, 2, 3), np.float32) + np.float32(end) for end in ends)
    for name, image in (("black", black), ("white", white)):
        if not np.allclose(numbers(answer(image)), right(image), rtol=1e-3, atol=1e-3):
            return f"Begin with a picture that is all {name}: what must become of it, by hand? Yours differs."
    return "Black and white are right, and other colours are not: in which order are these, and are they changed?"


def _for_one_picture(answer, picture):
    hint = ("Right for a batch (1, n_H, n_W, 3), but not for one picture (n_H, n_W, 3): the shape is (..., 3), so "
            "name the colours' axis as the last one, -1 or [...].")  # fmt: skip
    try:
        found = numbers(answer(picture))
    except NotQuite as error:
        raise NotQuite(f"{hint} {error}") from None
    if found.shape != picture.shape or not np.allclose(found, _preprocess(picture), rtol=1e-3, atol=1e-3):
        raise NotQuite(hint)


def _for_a_tensor(answer, image):
    kind = "tf.Variable" if isinstance(image, tf.Variable) else "tensor"
    works = "Slices, `*` and `-` work for both."
    try:
        answer(image)
    except NotQuite as error:
        raise NotQuite(f"Right for an array, but not for a tensor ({kind}), as in training. {str(error)[:160]} "
                       f"{works}") from None  # fmt: skip
    try:
        compare_gradients(answer, _preprocess, (image,))
    except NotQuite:
        raise NotQuite(f"The values are right, but for a {kind} something else came back, and the gradient is cut off "
                       f"or changed: leave out np functions and .numpy(). {works}") from None  # fmt: skip


_DEPROCESS_SLIPS = {"order": {
    "The colours are still in the order blue, green, red.": lambda x: x,
    **_OTHER_AXES,
}, "added": {
    "The mean was subtracted a second time: undo that step.": -1.0,
    "The mean has not been added back.": 0.0,
}, "mean": {
    "The mean has the wrong order.": MEAN[::-1],
    "The mean of the three numbers is added: each colour has its own.": MEAN.mean(),
}, "scales": {
    "Scaled before the mean was added: undo the steps of preprocess in the opposite order.": (1 / 255, 1),
    "The values are still between 0 and 255.": (1, 1),
    "The mean is divided by 255, but the picture is not.": (1, 1 / 255),
    "Multiplied by 255: which way did preprocess scale?": (255, 255),
    "Divided by another number than 255, by which preprocess multiplied.": [(1 / 256,) * 2, (1 / 127.5,) * 2],
}}  # fmt: skip


@exercise
def deprocess(answer):
    """Check `deprocess(vgg_input)`: the inverse of `preprocess`, back to RGB in [0, 1]."""

    def made(order=lambda x: x[..., ::-1], scales=(1 / 255, 1 / 255), mean=MEAN, added=1.0):
        return lambda x: order(x * scales[0] + mean * added * scales[1])

    mistakes = table({
        "The colours were reversed first, and then met a mean in the other order: undo the last step of preprocess "
        "first.": made(mean=MEAN[::-1]),
        "That is preprocess once more: write what undoes it.": _preprocess,
        "It came back as it was.": lambda x: x,
        "The mean is multiplied where it should be added.": lambda x: (x * MEAN)[..., ::-1] / 255,
        "The fraction is upside down.": lambda x: (255 / (x + MEAN))[..., ::-1],
        "The numbers are cut to whole ones, or rounded: a picture in [0, 1] has fractions.": [
            lambda x, whole=whole: whole((x + MEAN)[..., ::-1]) / 255 for whole in (np.floor, np.round)],
    }) + slips(made, **_DEPROCESS_SLIPS)  # fmt: skip
    cases = [(_preprocess(noise(shape, 5)),) for shape in ((2, 4, 5, 3), (1, 3, 2, 3), (1, 3, 3, 3))]
    compare(answer, lambda vgg_input: _deprocess(vgg_input), cases, mistakes, wanted="that of what is given",
            explain=lambda *results: _first_wrong_colour(answer, _deprocess, (-MEAN, 255 - MEAN)))  # fmt: skip


_SQUASHED = "that squashes the picture. Multiply both by the same number."
_FIT_SLIPS = {
    "whole": {
        "It cuts the fraction off: round to the nearest whole number.": int,
        "It always rounds up: round to the nearest whole number.": math.ceil,
        "The result has fractions of a pixel: round to the nearest whole number.": float,
        "It rounds up to the next whole number after the nearest: round once.": lambda x: round(x + 0.5),
        "It is one pixel too many: round, and add nothing.": lambda x: int(x) + 1,
        "The sides are rounded to a power of 2: to whole numbers only.": lambda x: 8 * round(x / 8),
    },
    "most": {
        "A picture that is small enough already was enlarged: leave it as it is.": math.inf,
        "A picture that is small enough already was enlarged, up to twice: leave it as it is.": 2,
        "A large picture came out smaller than max_size: the scale's bound is not 1.": 0.5,
    },
    "least": {"A very long and narrow picture ends with 0 pixels: a side has at least 1.": 0,
              "A side of 1 pixel is allowed, 2 is too many.": 2},
    "side": {
        "It made the shorter side max_size: the longer one has to fit.": min,
        "It looks at the height alone: what of a wide picture?": lambda h, w: h,
        "It looks at the width alone: what of a tall picture?": lambda h, w: w,
        "It goes by the sum of the sides, or their mean: the longer one has to fit.": [
            lambda h, w: h + w, lambda h, w: (h + w) / 2],
        "It goes by the area, or the diagonal: the longer side has to fit.": [
            lambda h, w: math.sqrt(h * w), math.hypot],
    },
    "other": {
        "The two sides have changed places: height first, as in the arguments.": lambda s, *_: s[::-1],
        f"Both sides became equal: {_SQUASHED}": [lambda s, h, w, m: (m, m), lambda s, *_: (max(s), max(s))],
        f"Each side was cut to max_size on its own: {_SQUASHED}": lambda s, h, w, m: (min(h, m), min(w, m)),
        "Only the height is scaled: multiply both by the same number.": lambda s, h, w, m: (s[0], w),
        "Only the width is scaled: multiply both by the same number.": lambda s, h, w, m: (h, s[1]),
        "The size came back as it was: a large picture has to be scaled down.": lambda s, h, w, m: (h, w),
    },
    "by": {"It divides by the scale, where it should multiply.": np.divide,
           "The scale is added: multiply the sides by it.": np.add,
           "The scale does not multiply the side.": lambda side, scale: scale},
    "floor": {"A side has at most 1 pixel here: it must have at least 1.": min},
    "cap": {"The scale is at least 1 where it should be at most 1.": max},
}  # fmt: skip


@exercise
def fit_within(answer):
    """Check `fit_within(n_H, n_W, max_size)`: the size (n_H, n_W) that a picture is scaled down to (lesson 02)."""

    def made(whole=round, least=1, side=max, most=1, other=lambda sides, h, w, m: sides, cap=min, by=np.multiply,
             floor=max):  # fmt: skip
        def fit(n_H, n_W, max_size):
            scale = cap(most, max_size / side(n_H, n_W))
            return tuple(other([floor(least, whole(by(s, scale))) for s in (n_H, n_W)], n_H, n_W, max_size))

        return fit

    single, right = slips(made, at_most=1, **_FIT_SLIPS), made()

    def of_one_side(at, name, hint, wrong):
        return Mistake(f"The {name}: {hint}", lambda *case: [(wrong if k == at else right)(*case)[k] for k in (0, 1)])

    mistakes = slips(made, **_FIT_SLIPS) + slips(made, at_most=3, **_FIT_SLIPS)
    mistakes += [of_one_side(at, name, *one) for at, name in enumerate(("height", "width")) for one in single]
    cases = [(427, 640, 256), (640, 427, 256), (300, 451, 512), (100, 100, 64), (3, 900, 100), (900, 3, 100),
             (64, 48, 64), (333, 500, 100), (503, 1000, 100), (7, 10, 100)]  # fmt: skip
    compare(answer, right, cases, mistakes, usual=False, wanted="two numbers, (n_H, n_W),",
            explain=explain_pair("height", "width"))  # fmt: skip
    if any(np.asarray(side).dtype.kind not in "iu" for side in answer(427, 640, 256)):
        raise NotQuite("The numbers are right, but they are floats: give whole numbers (int), as shapes need.")
