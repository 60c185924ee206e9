"""Checks of lessons 01 to 03: pictures as tensors, and the picture that training starts from."""

import numpy as np
import tensorflow as tf

from ..images import IMAGENET_MEAN_BGR
from ..images import deprocess as _deprocess
from ..images import preprocess as _preprocess
from .verdict import Mistake, compare, correct, not_yet, wrong

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
    cases = [(_random((4, 6, 3), 1),), (_random((5, 2, 3), 2),)]
    return _compare_on_copies(name, function, lambda p: p[np.newaxis], cases, mistakes)


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
    cases = [(_random((2, 4, 5, 3), 3),), (_random((1, 3, 2, 3), 4),)]
    verdict = _compare_on_copies(name, function, _preprocess, cases, mistakes)
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
    cases = [(_preprocess(_random((2, 4, 5, 3), 5)),), (_preprocess(_random((1, 3, 2, 3), 6)),)]
    return _compare_on_copies(name, function, _deprocess, cases, mistakes)


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


def shuffle_tiles(function):
    """Check `shuffle_tiles(image, tile, seed)`: the image cut into squares, put together in another order."""
    name = "shuffle_tiles"
    image, tile = _random((1, 24, 36, 3), 7), 6
    first, verdict = _attempt(name, function, image, tile, 0)
    if verdict is not None:
        return verdict
    if first.shape != image.shape:
        return wrong(name, f"The result has shape {first.shape}; it should keep the image's, {image.shape}.")
    problem = _about_tiles(first, image, tile)
    if problem:
        return wrong(name, problem)
    again, verdict = _attempt(name, function, image, tile, 0)
    if verdict is not None:
        return verdict
    other, verdict = _attempt(name, function, image, tile, 1)
    if verdict is not None:
        return verdict
    if not np.array_equal(first, again):
        return wrong(name, "The same seed gave two different orders: draw the order from a generator made of the seed.")
    if other.shape == first.shape and np.array_equal(first, other):
        return wrong(name, "Two different seeds gave the same order: the seed is not used.")
    wide = _random((1, 8, 4, 3), 8)
    result, verdict = _attempt(name, function, wide, 4, 3)
    if verdict is not None:
        return verdict
    if result.shape != wide.shape or _about_tiles(result, wide, 4, may_stay=True):
        return wrong(name, "It works for squares of 6 pixels, not of 4: use `tile`, and the size of this image.")
    return _unless_it_overwrites(name, function, image, tile, 0)


def _about_tiles(found, image, tile, may_stay=False):
    """Return what is wrong with the tiles found, or None."""
    if not np.allclose(np.sort(found, axis=None), np.sort(image, axis=None), atol=1e-6):
        if found.max() > 1.5:
            return "The values are no longer in [0, 1]: move the squares, and leave the numbers as they are."
        return "Some pixels are lost, or there twice: each square must be used exactly once."
    if np.allclose(found, image, atol=1e-6):
        return None if may_stay else "The picture came back as it was: change the order of the squares."
    if not np.allclose(_sorted_rows(found.reshape(-1, 3)), _sorted_rows(image.reshape(-1, 3)), atol=1e-6):
        return "The colours within the pixels got mixed: keep the last axis, of size 3, as it is."
    tiles = (_sorted_rows(_tiles(picture, tile)) for picture in (found, image))
    if np.allclose(*tiles, atol=1e-6):
        return None
    return (
        "All pixels are there, but the squares are torn apart: reshape reads along whole rows of the picture, so "
        "give the rows of squares an axis of their own and transpose (or cut the squares out with slices)."
    )


def _tiles(image, tile):
    n_H, n_W = image.shape[1] // tile, image.shape[2] // tile
    parts = image.reshape(n_H, tile, n_W, tile, 3).swapaxes(1, 2)
    return parts.reshape(n_H * n_W, -1)


def _sorted_rows(matrix):
    return matrix[np.lexsort(matrix.T[::-1])]


# --- lesson 03 ---


def initialise_generated_image(function):
    """Check `initialise_generated_image(content, noise_ratio, seed)`: a mix of uniform noise and the content image."""
    name = "initialise_generated_image"
    content, black = _random((1, 20, 30, 3), 9), np.zeros((1, 20, 30, 3), np.float32)
    results = {}

    def watched(*arguments):
        result = function(*arguments)
        results["dtype"] = getattr(result, "dtype", np.asarray(result).dtype)
        return result

    for key, arguments in {
        "noise": (content, 1.0, 0), "again": (content, 1.0, 0), "other": (content, 1.0, 1),
        "content": (content, 0.0, 0), "mixed": (content, 0.3, 0), "dark": (black, 0.3, 0),
    }.items():  # fmt: skip
        results[key], verdict = _attempt(name, watched if callable(function) else function, *arguments)
        if verdict is not None:
            return verdict
        if results[key].shape != content.shape:
            return wrong(
                name, f"The result has shape {results[key].shape}; it should have the content's, {content.shape}."
            )
        if not np.isfinite(results[key]).all():
            return wrong(name, "The result holds NaN or infinity.")
    problem = _about_noise(results, content) or _about_mix(results, content)
    if problem:
        return wrong(name, problem)
    dtype = results["dtype"]
    if dtype != np.float32:
        return wrong(name, f"The picture has dtype {dtype}: the network computes in float32, so give it that.")
    return _unless_it_overwrites(name, function, content, 0.3, 0)


def _about_noise(results, content):
    """Return what is wrong with the picture for noise_ratio 1, which is noise alone, or None."""
    noise = results["noise"]
    if np.allclose(noise, content, atol=1e-3) and not np.allclose(results["content"], content, atol=1e-3):
        return "noise_ratio 1 gave the content, and 0 the noise: the two shares are swapped."
    if np.allclose(noise, content, atol=1e-3):
        return "noise_ratio 1 gave the content image: where is the noise?"
    if noise.min() < -1e-6 or noise.max() > 1 + 1e-6:
        if noise.max() > 20:
            return "The noise is on a scale of 0 to 255: our pictures are in [0, 1]."
        return (
            f"The noise runs from {noise.min():.2g} to {noise.max():.2g}, but a picture is in [0, 1]: normal noise, or "
            "noise added to a whole content image, does not fit. Draw uniform noise."
        )
    if np.ptp(noise) < 1e-6:
        return "noise_ratio 1 gave a picture of a single value: draw a number for each pixel and channel."
    if not np.allclose(results["noise"], results["again"], atol=1e-6):
        return "The same seed gave two different pictures: draw the noise from a generator made of the seed."
    if np.allclose(results["noise"], results["other"], atol=1e-6):
        return "Two different seeds gave the same picture: the seed is not used."
    if np.allclose(noise[..., 0], noise[..., 1], atol=1e-6):
        return "The noise is grey, the same in all three channels: draw a number for each pixel and channel."
    if np.allclose(noise[0, 0], noise[0, 1], atol=1e-6) or np.allclose(noise[0, :, 0], noise[0, :, 1], atol=1e-6):
        return "The noise has stripes: draw a number for each pixel and channel, in the content's shape."
    if abs(noise.mean() - 0.5) > 0.05 or abs(noise.std() - 12**-0.5) > 0.03:
        return (
            f"The noise has the mean {noise.mean():.2f} and the standard deviation {noise.std():.2f}. Uniform noise in "
            "[0, 1] has 0.50 and 0.29: what else happened to yours?"
        )
    return None


def _about_mix(results, content):
    """Return what is wrong with how noise and content are mixed, or None."""
    noise, mixed = results["noise"], results["mixed"]
    if not np.allclose(results["content"], content, atol=1e-3):
        return "noise_ratio 0 should give the content image itself, and does not."
    if np.allclose(results["dark"], mixed, atol=1e-6):
        return "The content image makes no difference: it belongs into the mix."
    if np.allclose(mixed, 0.7 * noise + 0.3 * content, atol=1e-3):
        return "The two shares are swapped: noise_ratio is the share of the noise."
    if np.allclose(mixed, 0.5 * noise + 0.5 * content, atol=1e-3):
        return "The mix is half and half whatever the noise_ratio."
    if not np.allclose(results["dark"], 0.3 * noise, atol=1e-3):
        return "With a black content image and noise_ratio 0.3, a pixel should be 0.3 times the noise, and is not."
    if not np.allclose(mixed, 0.3 * noise + 0.7 * content, atol=1e-3):
        return "The share of the content is not right: the two shares together make 1."
    return None


# --- what they share ---


def _random(shape, seed):
    return np.random.default_rng(seed).random(shape, np.float32)


def _copy(argument):
    return argument.copy() if isinstance(argument, np.ndarray) else argument


def _compare_on_copies(name, function, reference, cases, mistakes):
    """Like `compare`, for functions that may write into the arrays they are given; then refuse those that do."""
    if not callable(function):
        return compare(name, function, reference, cases, mistakes)
    verdict = compare(name, lambda *case: function(*map(_copy, case)), reference, cases, mistakes)
    return _unless_it_overwrites(name, function, *cases[0]) if verdict else verdict


def _attempt(name, function, *arguments):
    """Return (result as a float64 array, None), or (None, the verdict that ends the check)."""
    if not callable(function):
        kind = type(function).__name__
        return None, wrong(name, f"Give the function itself, not {kind}: write its name without brackets.")
    try:
        result = function(*map(_copy, arguments))
    except NotImplementedError:
        return None, not_yet(name)
    except Exception as error:  # a learner's function may raise anything
        return None, wrong(name, f"It raised {type(error).__name__}: {' '.join(str(error).split())[:200]}")
    if result is None or result is Ellipsis:
        return None, wrong(name, "It returns nothing: end it with `return` and the result.")
    try:
        array = np.asarray(result, np.float64)
    except (TypeError, ValueError):
        return None, wrong(name, f"It returns {type(result).__name__}, which is no picture.")
    return array, None


def _unless_it_overwrites(name, function, *arguments):
    """Return the verdict on a function that is right, unless it overwrites the picture it is given."""
    given = [_copy(argument) for argument in arguments]
    try:
        function(*given)
    except Exception as error:  # it worked a moment ago
        return wrong(name, f"Called once more, it raised {type(error).__name__}: it depends on how often it is called.")
    if np.array_equal(given[0], arguments[0]):
        return correct(name)
    return wrong(
        name,
        "The result is right, but the picture it was given has changed, too (`*=`, `-=` and `x[...] = ...` write into "
        "the caller's array): compute a new one.",
    )


def _keeps_gradient(name, function):
    """Return the verdict on whether the gradient comes through: the picture is trained through this function."""
    image = tf.constant(_random((1, 3, 4, 3), 10))
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
