"""Checks of lessons 02 and 03: shuffling a picture's tiles, and the picture that training starts from."""

import numpy as np

from .answer import exercise, numbers
from .comparison import compare
from .constants import close
from .mistakes import slips
from .pictures import noise
from .verdict import NotQuite, refuse


def _picture(answer, image, *others):
    """Return the picture an answer makes of one, as an array of the same shape."""
    result = numbers(answer(image, *others))
    if result.shape != image.shape:
        raise NotQuite(f"The result has {_axes(result)}; it should keep the image's shape, {_axes(image)}.")
    refuse((not np.isfinite(result).all(), "The result holds NaN or infinity."))
    return result


def _axes(array):
    return f"{array.ndim} axes ({' x '.join(map(str, array.shape))})" if array.ndim else "no axes, a single number"


# --- lesson 02 ---


@exercise
def shuffle_tiles(answer):
    """Check `shuffle_tiles(image, tile, seed)`: the image cut into squares, put together in another order."""
    image, tile = noise((1, 24, 36, 3), 7), 6
    first, again, *others = (_picture(answer, image, tile, seed) for seed in (0, 0, 1, 2, 3, 4))
    _judge_squares(first, image, tile)
    refuse(
        (close(first, image), "The picture came back as it was: change the order of the squares."),
        (not close(first, again), "The same seed gave two different orders: draw the order from a generator made of "
                                  "the seed."),
        (all(close(first, o) for o in others), "Two different seeds gave the same order: the seed is not used."),
    )  # fmt: skip
    places = [_places(picture, image, tile) for picture in (first, *others)]
    _judge_order(places, image.shape[2] // tile)
    for shape, size in (((1, 20, 12, 3), 4), ((1, 10, 10, 3), 5), ((1, 7, 28, 3), 7)):
        other = noise(shape, 8)
        try:
            _judge_squares(_picture(answer, other, size, 3), other, size)
        except NotQuite as problem:
            raise NotQuite(
                f"It works for a picture of 24 x 36 in squares of 6 pixels, not for {shape[1]} x {shape[2]} "
                f"in squares of {size}: use `tile`, and the size of this image. ({problem})"
            ) from None


def _judge_squares(found, image, tile):
    """Raise `NotQuite` unless the picture has the image's squares, each once and unturned."""
    squares, given = _squares(found, tile), _squares(image, tile)
    if close(_sorted(squares), _sorted(given)):
        return
    known = {square.tobytes() for square in given.astype(np.float32)}
    refuse(
        (found.max() > 1.5, "The values are no longer in [0, 1]: move the squares, and leave the numbers as they are."),
        (all(square.tobytes() in known for square in squares.astype(np.float32)),
         "Some squares are there twice, and others are lost: each square must be used exactly once."),
    )  # fmt: skip
    if not close(np.sort(found, None), np.sort(image, None)):
        refuse((np.isin(np.float32(found), np.float32(image)).all(),
                "Some pixels are lost, or there twice: each square must be used exactly once."))  # fmt: skip
        raise NotQuite("Some numbers are not the picture's own: move the squares, and leave the numbers as they are.")
    turned = [_sorted(np.array([_smallest_turn(s, tile) for s in group])) for group in (squares, given)]
    pixels = [_sorted(picture.reshape(-1, 3)) for picture in (found, image)]
    refuse(
        (close(*turned), "The squares are all there, but some are turned or mirrored: leave each as it is."),
        (not close(*pixels), "The colours within the pixels got mixed: keep the last axis, of size 3, as it is."),
        (True, "All pixels are there, but the squares are torn apart: do the cuts run every `tile` rows and every "
               "`tile` columns, and does each square's block of pixels stay together? (A reshape alone reads along "
               "whole rows of the picture.)"),
    )  # fmt: skip


def _judge_order(places, columns):
    """Raise `NotQuite` where whole rows or columns of squares move, or one square never does."""
    rows, across = np.divmod(places, columns)
    home = np.arange(places[0].size)
    grids = [grid.reshape(len(places), -1, columns) for grid in (rows, across)]
    refuse(
        ((across == home % columns).all(), "Whole rows of squares move: each square must go its own way."),
        ((rows == home // columns).all(), "Squares move within their row only: each must be able to go anywhere."),
        ((grids[0] == grids[0][:, :, :1]).all() and (grids[1] == grids[1][:, :1]).all(),
         "Whole rows and whole columns of squares move: each square must go its own way."),
        ((places == home).all(axis=0).any(), "One square stays where it is, whatever the seed: does the order leave it "
                                             "out?"),
    )  # fmt: skip


def _places(found, image, tile):
    """Return, for each place, the number of the square that has come there."""
    return np.square(_squares(found, tile)[:, None] - _squares(image, tile)).sum(-1).argmin(1)


def _squares(image, tile):
    n_H, n_W = image.shape[1] // tile, image.shape[2] // tile
    return image.reshape(n_H, tile, n_W, tile, 3).swapaxes(1, 2).reshape(n_H * n_W, -1)


def _smallest_turn(square, tile):
    """Return the first, in the order of their numbers, of a square's eight turns and mirrorings."""
    square = square.reshape(tile, tile, 3)
    turns = [np.rot90(s, k).ravel() for s in (square, square[::-1]) for k in range(4)]
    return min(turns, key=lambda turn: turn.tolist())


def _sorted(matrix):
    return matrix[np.lexsort(matrix.T[::-1])]


# --- lesson 03 ---


@exercise
def initialise_generated_image(answer):
    """Check `initialise_generated_image(content, noise_ratio, seed)`: a mix of uniform noise and the content image."""
    content = noise((1, 20, 30, 3), 9)
    black, results = 0 * content, []

    def watched(*arguments):
        results.append(answer(*arguments))
        return results[-1]

    def made(image, ratio, seed=0):
        return _picture(watched, image, ratio, seed)

    if np.allclose(made(content, 1.0), content, atol=1e-3):
        refuse((not np.allclose(made(content, 0.0), content, atol=1e-3),
                "noise_ratio 1 gave the content, and 0 the noise: the two shares are swapped."),
               (True, "noise_ratio 1 gave the content image: where is the noise?"))  # fmt: skip
    alone = made(black, 1.0)
    _judge_noise(alone, made(black, 1.0), made(black, 1.0, 1))
    cases = [(image, ratio) for image in (black, content) for ratio in (0.3, 0.8, 0.0, 1.0)]
    compare(made, lambda content, noise_ratio: noise_ratio * alone + (1 - noise_ratio) * content, cases,
            _wrong_mixes(alone), explain=_explain_mix)  # fmt: skip
    wide = noise((1, 6, 9, 3), 11)
    dtypes = {str(np.asarray(result).dtype) for result in results} - {"float32"}
    refuse(
        (not close(_picture(answer, wide, 0.0, 0), wide), "noise_ratio 0 should give the content image itself, and "
                                                          "does not for one of another size."),
        (dtypes, f"The picture has dtype {min(dtypes, default='')}: the network computes in float32, so give it that."),
    )  # fmt: skip


def _judge_noise(noise, again, other):
    """Raise `NotQuite` unless the picture for noise_ratio 1 and a black content is uniform noise, made by the seed."""
    each = "draw a number for each pixel and channel"
    stripes = any(np.allclose(noise, noise.take([0], axis), atol=1e-6) for axis in (1, 2))
    off = np.abs(np.sort(noise, None) - np.linspace(0, 1, noise.size)).max()
    refuse(
        (100 < noise.mean() < 155 and noise.max() < 257, "The noise is on a scale of 0 to 255: our pictures are in "
                                                         "[0, 1]."),
        (noise.min() < -1e-6 or noise.max() > 1 + 1e-6, f"The noise runs from {noise.min():.2g} to {noise.max():.2g}, "
         "but a picture is in [0, 1]: normal noise, say, does not fit. Draw uniform noise."),
        (np.ptp(noise) < 1e-6, f"noise_ratio 1 gave a picture of a single value: {each}."),
        (not np.allclose(noise, again, atol=1e-6), "The same seed gave two different pictures: draw the noise from a "
                                                   "generator made of the seed."),
        (np.allclose(noise, other, atol=1e-6), "Two different seeds gave the same picture: the seed is not used."),
        (np.allclose(noise, noise[..., :1], atol=1e-6), f"The noise is grey, the same in all three channels: {each}."),
        (stripes, f"The noise has stripes: {each}, in the content's shape."),
        (len(np.unique(noise.round(6))) < noise.size / 4, "The noise has few different values: it is rounded, drawn "
                                                          f"from whole numbers, or repeated. Instead, {each}."),
        (off > 0.06 or abs(noise.std() - 12**-0.5) > 0.03, f"The noise has the mean {noise.mean():.2f} and the "
         f"standard deviation {noise.std():.2f}. Uniform noise in [0, 1] has 0.50 and 0.29, and all values alike "
         "often: what else happened to yours?"),
    )  # fmt: skip


def _wrong_mixes(noise):
    def made(shares=lambda r: (r, 1 - r)):
        def mix(image, ratio):
            of_noise, of_content = shares(ratio)
            return of_noise * noise + of_content * image

        return mix

    def weighed(share=lambda r: r, rest=lambda r: 1 - r):
        return made(lambda r: (share(r), rest(r)))

    return slips(made, shares={
        "The two shares are swapped: noise_ratio is the share of the noise.": lambda r: (1 - r, r),
        "The mix is half and half whatever the noise_ratio.": lambda r: (0.5, 0.5) if 0 < r < 1 else (r, 1 - r),
        "It is the noise alone, whatever the noise_ratio: where is the content?": lambda r: (1, 0),
        "It is either noise or content, as noise_ratio is large or small: mix the two.": lambda r: (r > 0.5, r <= 0.5),
    }) + slips(weighed, rest={
        "The whole content image is added: the two shares together make 1.": lambda r: 1,
        "The share of the content is not right: the two shares together make 1. Is it missing?": [
            lambda r: r, lambda r: 0],
        "The content's share is squared, or has a root.": [lambda r: (1 - r) ** 2, lambda r: (1 - r) ** 0.5],
        "The content is subtracted: the two are added.": lambda r: r - 1,
    }, share={
        "The share of the noise is not right: with a black content image and noise_ratio 0.3, a pixel is 0.3 times the "
        "noise. The noise comes in whole.": lambda r: 1,
        "The noise's share is squared, or has a root.": [lambda r: r * r, lambda r: r**0.5],
    })  # fmt: skip


def _explain_mix(found, expected, cases):
    if close(found[4], found[0]):
        return "The content image makes no difference: it belongs into the mix."
    if not close(found[6], expected[6]):
        return "noise_ratio 0 should give the content image itself, and does not."
    if not close(found[0], expected[0]):
        return "With a black content image and noise_ratio 0.3, a pixel should be 0.3 times the noise, and is not."
    return None
