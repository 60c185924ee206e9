"""Checks of lessons 02 and 03: shuffling a picture's tiles, and the picture that training starts from."""

import numpy as np

from .calling import attempt, noise, unless_it_overwrites
from .verdict import wrong


def shuffle_tiles(function):
    """Check `shuffle_tiles(image, tile, seed)`: the image cut into squares, put together in another order."""
    name = "shuffle_tiles"
    image, tile = noise((1, 24, 36, 3), 7), 6
    first, verdict = attempt(name, function, image, tile, 0)
    if verdict is not None:
        return verdict
    if first.shape != image.shape:
        return wrong(name, f"The result has shape {first.shape}; it should keep the image's, {image.shape}.")
    problem = _about_tiles(first, image, tile)
    if problem:
        return wrong(name, problem)
    again, verdict = attempt(name, function, image, tile, 0)
    if verdict is not None:
        return verdict
    other, verdict = attempt(name, function, image, tile, 1)
    if verdict is not None:
        return verdict
    if not np.array_equal(first, again):
        return wrong(name, "The same seed gave two different orders: draw the order from a generator made of the seed.")
    if other.shape == first.shape and np.array_equal(first, other):
        return wrong(name, "Two different seeds gave the same order: the seed is not used.")
    wide = noise((1, 8, 4, 3), 8)
    result, verdict = attempt(name, function, wide, 4, 3)
    if verdict is not None:
        return verdict
    if result.shape != wide.shape or _about_tiles(result, wide, 4, may_stay=True):
        return wrong(name, "It works for squares of 6 pixels, not of 4: use `tile`, and the size of this image.")
    return unless_it_overwrites(name, function, image, tile, 0)


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
    content, black = noise((1, 20, 30, 3), 9), np.zeros((1, 20, 30, 3), np.float32)
    results = {}

    def watched(*arguments):
        result = function(*arguments)
        results["dtype"] = getattr(result, "dtype", np.asarray(result).dtype)
        return result

    for key, arguments in {
        "noise": (content, 1.0, 0), "again": (content, 1.0, 0), "other": (content, 1.0, 1),
        "content": (content, 0.0, 0), "mixed": (content, 0.3, 0), "dark": (black, 0.3, 0),
    }.items():  # fmt: skip
        results[key], verdict = attempt(name, watched if callable(function) else function, *arguments)
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
    return unless_it_overwrites(name, function, content, 0.3, 0)


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
