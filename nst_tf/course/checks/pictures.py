"""Checks of lesson 01: pictures as tensors, the network's input and back; and of lesson 02: a size that fits."""

import math

import numpy as np
import tensorflow as tf

from ...images import IMAGENET_MEAN_BGR as MEAN, deprocess as _deprocess, preprocess as _preprocess
from .answer import CHANGED, exercise, numbers
from .comparison import compare, compare_gradients
from .mistakes import Mistake, slips
from .verdict import NotQuite

_TORCH_MEAN, _TORCH_STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])


def noise(shape, seed):
    """Return an array of uniform numbers in [0, 1)."""
    return np.random.default_rng(seed).random(shape, np.float32)


@exercise
def add_batch_axis(function):
    """Check `add_batch_axis(picture)`: (n_H, n_W, 3) to (1, n_H, n_W, 3)."""
    moved = "The shape is right, but rows and columns have changed places: nothing should move."
    mistakes = [
        *(Mistake(f"The new axis is the {where} one: a batch counts its pictures in the first.",
                  lambda p, at=at: np.expand_dims(p, at)) for at, where in ((3, "last"), (1, "second"), (2, "third"))),
        Mistake("The picture came back without a new axis.", lambda p: p),
        Mistake(moved, lambda p: np.swapaxes(p, 0, 1).reshape(1, *p.shape)),
        Mistake("Two pictures came back: the batch holds one.", lambda p: np.stack([p, p])),
        Mistake("There are two new axes: one is enough.", lambda p: p[None, None]),
        Mistake("The colours are reversed: nothing should move.", lambda p: p[None, ..., ::-1]),
        Mistake("The picture is upside down: nothing should move.", lambda p: p[None, ::-1]),
        Mistake("The picture is mirrored: nothing should move.", lambda p: p[None, :, ::-1]),
        Mistake("The picture is scaled to 0..255: the same numbers are wanted.", lambda p: p[None] * 255),
        Mistake("The picture is divided by 255: the same numbers are wanted.", lambda p: p[None] / 255),
        Mistake("The picture was turned on its side: rows and columns have changed places.",
                lambda p: np.swapaxes(p, 0, 1)[None]),
        Mistake("The colours are in front: leave the order of the axes alone.",
                lambda p: np.moveaxis(p, -1, 0)[None]),
    ]  # fmt: skip
    cases = [(noise((4, 6, 3), 1),), (noise((5, 2, 3), 2),), (noise((1, 3, 3), 2),), (noise((3, 3, 3), 2),)]
    compare(function, lambda picture: picture[np.newaxis], cases, mistakes, wanted="(1, n_H, n_W, 3)")


_COLOURS = "reverse the axis of the colours, the last one."


@exercise
def preprocess(function):
    """Check `preprocess(image)`: RGB in [0, 1] to BGR, 0..255, the ImageNet mean subtracted."""

    def made(order=lambda x: x[..., ::-1], scale=255.0, mean=MEAN, scaled_mean=1.0):
        return lambda x: order(x) * scale - mean * scaled_mean

    rgb = "The colours are still in the order red, green, blue: these weights want the last axis the other way round."
    wrong_mean = ("The mean is in the wrong order: its numbers must meet the colours they belong to, so look at which "
                  "of the two you reversed.")  # fmt: skip
    mistakes = [
        Mistake(rgb, made(order=lambda x: x, mean=MEAN[::-1])),
        Mistake("Order and scale are untouched: only the mean was subtracted.", lambda x: x - MEAN),
        Mistake("The picture came back as it was.", lambda x: x),
        Mistake("The colours are reversed, and no more: scale, and subtract the mean.", lambda x: x[..., ::-1]),
        Mistake("255 is added where it should multiply.", lambda x: x[..., ::-1] + 255 - MEAN),
        Mistake("The picture is scaled, and no more: reverse the colours, and subtract the mean.", lambda x: x * 255),
        Mistake("That is what torchvision's weights were trained with (a mean and a deviation, colours as they are): "
                "these weights want something else.", lambda x: (x - _TORCH_MEAN) / _TORCH_STD),
        Mistake("The result is scaled to [-1, 1], as other networks want it: these weights want something else.",
                lambda x: x * 2 - 1),
        Mistake("The sign of everything is wrong: subtract the mean from the picture.", lambda x: -_preprocess(x)),
        *slips(made,
               (rgb, {"order": lambda x: x}), (wrong_mean, {"mean": MEAN[::-1]}),
               ("The values are still between 0 and 1 when the mean goes off: scale first.", {"scale": 1.0}),
               ("The mean was subtracted before scaling, so it was scaled, too: it is in units of 0 to 255.",
                {"scaled_mean": 255.0}),
               ("The mean was added: the network wants it subtracted.", {"scaled_mean": -1.0}),
               ("The mean has not been subtracted.", {"scaled_mean": 0.0}),
               ("The mean was divided by 255, and the picture was not: it is in units of 0 to 255.",
                {"scaled_mean": 1 / 255}),
               ("Divided by 255: the image is in [0, 1] already, which way must it go?", {"scale": 1 / 255}),
               ("Scaled by 256, or 254: the largest value is 255.", {"scale": 256.0}),
               ("Scaled by 256, or 254: the largest value is 255.", {"scale": 254.0}),
               ("Scaled by 127.5: the largest value is 255.", {"scale": 127.5}),
               ("The mean of the three numbers is subtracted: each colour has its own.", {"mean": MEAN.mean()}),
               ("The picture's own mean is subtracted, not that of ImageNet.", {"scaled_mean": 0.0, "order":
                lambda x: x[..., ::-1] - x[..., ::-1].mean((-3, -2), keepdims=True)}),
               (f"You mirrored the picture: {_COLOURS}", {"order": lambda x: x[..., ::-1, :]}),
               (f"You turned the picture upside down: {_COLOURS}", {"order": lambda x: x[..., ::-1, :, :]}),
               (f"You reversed all the axes: {_COLOURS}", {"order": lambda x: np.flip(x)}),
               (f"You reversed the picture's axes, too: {_COLOURS}", {"order": lambda x: x[..., ::-1, ::-1]}),
               (f"You reversed the batch: {_COLOURS}", {"order": lambda x: x[::-1]}),
               ("Red and green have changed places, or green and blue: red and blue must.",
                {"order": lambda x: x[..., [1, 0, 2]]}),
               ("Red and green have changed places, or green and blue: red and blue must.",
                {"order": lambda x: x[..., [0, 2, 1]]}),
               ("The colours are rotated: red and blue must change places, and green stay.",
                {"order": lambda x: x[..., [2, 0, 1]]}),
               ("The colours are rotated: red and blue must change places, and green stay.",
                {"order": lambda x: x[..., [1, 2, 0]]})),
        *(Mistake("The numbers are clipped: the network's input runs below 0, and is to.",
                  lambda x, low=low, high=high: np.clip(_preprocess(x), low, high))
          for low, high in ((0, 255), (0, 1), (-1, 1), (0, np.inf), (-128, 128))),
        Mistake("The numbers are rounded: leave the fractions, for the gradient needs them.",
                lambda x: np.round(_preprocess(x))),
        Mistake("The numbers are cut to whole ones before the mean goes off: leave the fractions.",
                lambda x: np.floor(x[..., ::-1] * 255) - MEAN),
        Mistake("The numbers are rounded before the mean goes off: leave the fractions, for the gradient needs them.",
                lambda x: np.round(x[..., ::-1] * 255) - MEAN),
    ]  # fmt: skip
    cases = [(noise((2, 4, 5, 3), 3),), (noise((1, 3, 2, 3), 4),), (noise((1, 3, 3, 3), 5),)]
    compare(function, lambda image: _preprocess(image), cases, mistakes, wanted="that of the image")
    if function.changed:
        raise NotQuite(CHANGED)
    _for_one_picture(function, noise((4, 5, 3), 6))
    for image in (tf.constant(noise((1, 3, 4, 3), 10)), tf.Variable(noise((1, 3, 4, 3), 11))):
        _for_a_tensor(function, image)


def _for_one_picture(function, picture):
    hint = "Right for a batch (1, n_H, n_W, 3), but not for one picture (n_H, n_W, 3): the shape is (..., 3), so "
    try:
        right = numbers(function(picture))
    except NotQuite as error:
        raise NotQuite(f"{hint}name the colours' axis as the last one, -1 or [...]. {error}") from None
    if right.shape != picture.shape or not np.allclose(right, _preprocess(picture), rtol=1e-3, atol=1e-3):
        raise NotQuite(f"{hint}name the colours' axis as the last one, -1 or [...].")


def _for_a_tensor(function, image):
    kind = "tf.Variable" if isinstance(image, tf.Variable) else "tensor"
    try:
        function(image)
    except NotQuite as error:
        raise NotQuite(f"Right for an array, but not for a tensor ({kind}), as in training. {str(error)[:160]} Slices, "
                       "`*` and `-` work for both.") from None  # fmt: skip
    try:
        compare_gradients(function, _preprocess, (image,))
    except NotQuite:
        raise NotQuite(f"The values are right, but for a {kind} something else came back, and the gradient is cut off "
                       "or changed: leave out np functions and .numpy(). Slices, `*` and `-` work for "
                       "both.") from None  # fmt: skip


@exercise
def deprocess(function):
    """Check `deprocess(vgg_input)`: the inverse of `preprocess`, back to RGB in [0, 1]."""

    def made(order=lambda x: x[..., ::-1], scale=1 / 255, mean=MEAN, added=1.0, scaled_mean=1 / 255):
        return lambda x: order(x * scale + mean * added * scaled_mean)

    mistakes = [
        Mistake("The colours were reversed first, and then met a mean in the other order: undo the last step of "
                "preprocess first.", made(mean=MEAN[::-1])),
        Mistake("That is preprocess once more: write what undoes it.", _preprocess),
        Mistake("It came back as it was.", lambda x: x),
        *slips(made,
               ("The colours are still in the order blue, green, red.", {"order": lambda x: x}),
               ("Scaled before the mean was added: undo the steps of preprocess in the opposite order.",
                {"scaled_mean": 1.0}),
               ("The values are still between 0 and 255.", {"scale": 1.0, "scaled_mean": 1.0}),
               ("The mean was subtracted a second time: undo that step.", {"added": -1.0}),
               ("The mean has not been added back.", {"added": 0.0}),
               ("The mean has the wrong order.", {"mean": MEAN[::-1]}),
               ("The mean of the three numbers is added: each colour has its own.", {"mean": MEAN.mean()}),
               ("The mean is divided by 255, but the picture is not.", {"scale": 1.0}),
               ("Multiplied by 255: which way did preprocess scale?", {"scale": 255.0, "scaled_mean": 255.0}),
               ("Divided by 256: preprocess multiplied by 255.", {"scale": 1 / 256, "scaled_mean": 1 / 256}),
               ("Divided by 127.5: preprocess multiplied by 255.", {"scale": 1 / 127.5, "scaled_mean": 1 / 127.5}),
               (f"You mirrored the picture: {_COLOURS}", {"order": lambda x: x[..., ::-1, :]}),
               (f"You turned the picture upside down: {_COLOURS}", {"order": lambda x: x[..., ::-1, :, :]}),
               (f"You reversed the batch: {_COLOURS}", {"order": lambda x: x[::-1]}),
               (f"You reversed all the axes: {_COLOURS}", {"order": lambda x: np.flip(x)}),
               (f"You reversed the picture's axes, too: {_COLOURS}", {"order": lambda x: x[..., ::-1, ::-1]})),
        *(Mistake("The numbers are rounded, or cut to whole ones: a picture in [0, 1] has fractions.",
                  lambda x, whole=whole: whole((x + MEAN)[..., ::-1]) / 255) for whole in (np.round, np.floor)),
        *(Mistake("The numbers are clipped on the way, and what is not between the bounds is lost: undo, no more.",
                  lambda x, low=low, high=high: (np.clip(x, low, high) + MEAN)[..., ::-1] / 255)
          for low, high in ((0, 255), (0, 1), (-1, 1), (0, np.inf), (-128, 128))),
    ]  # fmt: skip
    cases = [(_preprocess(noise((2, 4, 5, 3), 5)),), (_preprocess(noise((1, 3, 2, 3), 6)),),
             (_preprocess(noise((1, 3, 3, 3), 7)),)]  # fmt: skip
    compare(function, lambda vgg_input: _deprocess(vgg_input), cases, mistakes, wanted="that of what is given")


@exercise
def fit_within(function):
    """Check `fit_within(n_H, n_W, max_size)`: the size (n_H, n_W) that a picture is scaled down to."""

    def made(whole=round, least=1, side=max, most=1, other=None):
        def fit(h, w, m):
            scale = min(most, m / side(h, w))
            sides = [max(least, whole(s * scale)) for s in (h, w)]
            return tuple(sides if other is None else other(sides, h, w, m))

        return fit

    def nearest_to(unit):
        return lambda x: unit * round(x / unit)

    squashed = "that squashes the picture. Multiply both by the same number."
    mistakes = slips(
        made,
        ("It cuts the fraction off: round to the nearest whole number.", {"whole": int}),
        ("It always rounds up: round to the nearest whole number.", {"whole": math.ceil}),
        ("The result has fractions of a pixel: round to the nearest whole number.", {"whole": float}),
        ("It rounds up to the next whole number after the nearest: round once.", {"whole": lambda x: round(x + 0.5)}),
        ("It is one pixel too many: round, and add nothing.", {"whole": lambda x: int(x) + 1}),
        ("The sides are rounded to tens, or to a power of 2: to whole numbers only.", {"whole": nearest_to(8)}),
        ("A picture that is small enough already was enlarged: leave it as it is.", {"most": math.inf}),
        ("A very long and narrow picture ends with 0 pixels: a side has at least 1.", {"least": 0}),
        ("A side of 1 pixel is allowed, 2 is too many.", {"least": 2}),
        ("It made the shorter side max_size: the longer one has to fit.", {"side": min}),
        ("It looks at the height alone: what of a wide picture?", {"side": lambda h, w: h}),
        ("It looks at the width alone: what of a tall picture?", {"side": lambda h, w: w}),
        ("It goes by the sum of the sides: the longer one has to fit.", {"side": lambda h, w: h + w}),
        ("It goes by the mean of the sides: the longer one has to fit.", {"side": lambda h, w: (h + w) / 2}),
        ("It goes by the area: the longer side has to fit.", {"side": lambda h, w: math.sqrt(h * w)}),
        ("It goes by the diagonal: the longer side has to fit.", {"side": math.hypot}),
        ("The two sides have changed places: height first, as in the arguments.", {"other": lambda s, *_: s[::-1]}),
        (f"Both sides became equal: {squashed}", {"other": lambda s, h, w, m: (m, m)}),
        (f"Both sides became equal: {squashed}", {"other": lambda s, *_: (max(s), max(s))}),
        (f"Each side was cut to max_size on its own: {squashed}",
         {"other": lambda s, h, w, m: (min(h, m), min(w, m))}),
        ("Only the height is scaled: multiply both by the same number.", {"other": lambda s, h, w, m: (s[0], w)}),
        ("Only the width is scaled: multiply both by the same number.", {"other": lambda s, h, w, m: (h, s[1])}),
        ("The size came back as it was: a large picture has to be scaled down.", {"other": lambda s, h, w, m: (h, w)}),
        ("It divides by the scale, where it should multiply.",
         {"other": lambda s, h, w, m: [max(1, round(x / min(1, m / max(h, w)))) for x in (h, w)]}),
        at_most=3,
    )  # fmt: skip
    cases = [(427, 640, 256), (640, 427, 256), (300, 451, 512), (100, 100, 64), (3, 900, 100), (900, 3, 100),
             (64, 48, 64), (333, 500, 100), (503, 1000, 100), (7, 10, 100)]  # fmt: skip
    compare(function, made(), cases, mistakes, wanted="two numbers, (n_H, n_W),")
    if any(np.asarray(side).dtype.kind not in "iu" for side in function(427, 640, 256)):
        raise NotQuite("The numbers are right, but they are floats: give whole numbers (int), as shapes need.")
