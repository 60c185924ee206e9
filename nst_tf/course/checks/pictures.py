"""Checks of lesson 01: pictures as tensors, the network's input and back."""

import numpy as np
import tensorflow as tf

from ...images import IMAGENET_MEAN_BGR as MEAN, deprocess as _deprocess, preprocess as _preprocess
from .answer import CHANGED, exercise, numbers
from .comparison import compare
from .gradients import compare_gradients
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
        *(Mistake("What comes out is divided once more: its range is that of 0 to 255, less the mean.",
                  lambda x, by=by: _preprocess(x) / by) for by in (255, 127.5)),
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
    compare(
        function,
        lambda image: _preprocess(image),
        cases,
        mistakes,
        wanted="that of the image",
        explain=lambda *results: _first_wrong_colour(function, _preprocess, (0.0, 1.0)),
    )
    if function.changed:
        raise NotQuite(CHANGED)
    _for_one_picture(function, noise((4, 5, 3), 6))
    for image in (tf.constant(noise((1, 3, 4, 3), 10)), tf.Variable(noise((1, 3, 4, 3), 11))):
        _for_a_tensor(function, image)


def _first_wrong_colour(function, right, ends):
    """Return whether black, white, or what lies between them goes wrong."""
    black, white = (np.zeros((1, 2, 2, 3), np.float32) + np.float32(end) for end in ends)
    for name, image in (("black", black), ("white", white)):
        if not np.allclose(numbers(function(image)), right(image), rtol=1e-3, atol=1e-3):
            return f"Begin with a picture that is all {name}: what must become of it, by hand? Yours differs."
    return "Black and white are right, and other colours are not: in which order are these, and are they changed?"


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
        Mistake("The fraction is upside down.", lambda x: (255 / (x + MEAN))[..., ::-1]),
        Mistake("The mean is multiplied where it should be added.", lambda x: (x * MEAN)[..., ::-1] / 255),
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
    compare(
        function,
        lambda vgg_input: _deprocess(vgg_input),
        cases,
        mistakes,
        wanted="that of what is given",
        explain=lambda *results: _first_wrong_colour(function, _deprocess, (-MEAN, 255 - MEAN)),
    )
