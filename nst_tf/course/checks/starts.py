"""Checks of lessons 02 and 03: shuffling a picture's tiles, and the picture that training starts from."""

import numpy as np

from .answer import exercise, numbers
from .comparison import described
from .constants import close
from .mistakes import Mistake, slips
from .pictures import noise
from .verdict import NotQuite


def _picture(answer, image, *others):
    """Return the picture an answer makes of one, as an array of the same shape."""
    result = numbers(answer(image, *others))
    if result.shape != image.shape:
        raise NotQuite(f"The result has shape {result.shape}; it should keep the image's, {image.shape}.")
    return result


def _refuse(test, hint):
    if test:
        raise NotQuite(hint)


# --- lesson 02 ---


@exercise
def shuffle_tiles(function):
    """Check `shuffle_tiles(image, tile, seed)`: the image cut into squares, put together in another order."""
    image, tile = noise((1, 24, 36, 3), 7), 6
    first, again, *others = (_picture(function, image, tile, seed) for seed in (0, 0, 1, 2, 3, 4))
    _judge_squares(first, image, tile)
    _refuse(close(first, image), "The picture came back as it was: change the order of the squares.")
    _refuse(not close(first, again), "The same seed gave two different orders: draw the order from a generator made "
                                     "of the seed.")  # fmt: skip
    _refuse(all(close(first, other) for other in others), "Two different seeds gave the same order: the seed is not "
                                                          "used.")  # fmt: skip
    places = [_places(picture, image, tile) for picture in (first, *others)]
    _judge_order(places, image.shape[2] // tile)
    other_sizes = ((noise((1, 20, 12, 3), 8), 4), (noise((1, 10, 10, 3), 9), 5), (noise((1, 7, 28, 3), 9), 7))
    for wide, size in other_sizes:
        try:
            _judge_squares(_picture(function, wide, size, 3), wide, size)
        except NotQuite as problem:
            raise NotQuite(f"It works for a picture of 24 x 36 in squares of 6 pixels, not for {wide.shape[1]} x "
                           f"{wide.shape[2]} in squares of {size}, not of 4 alone: use `tile`, and the size of this "
                           f"image. ({problem})".replace(f"{size}, not of 4 alone", f"{size}")) from None  # fmt: skip


def _judge_squares(found, image, tile):
    """Raise `NotQuite` unless the picture has the image's squares, each once and unturned."""
    squares, given = _squares(found, tile), _squares(image, tile)
    if close(_sorted(squares), _sorted(given)):
        return
    _refuse(not np.isfinite(found).all(), "The result holds NaN or infinity.")
    _refuse(found.max() > 1.5, "The values are no longer in [0, 1]: move the squares, and leave the numbers as they "
                               "are.")  # fmt: skip
    known = {square.tobytes() for square in given.astype(np.float32)}
    if all(square.tobytes() in known for square in squares.astype(np.float32)):
        raise NotQuite("Some squares are there twice, and others are lost: each square must be used exactly once.")
    if close(np.sort(found, None), np.sort(image, None)):
        turned = [_sorted(np.array([_smallest_turn(s, tile) for s in group])) for group in (squares, given)]
        _refuse(close(*turned), "The squares are all there, but some are turned or mirrored: leave each as it is.")
        pixels = [_sorted(picture.reshape(-1, 3)) for picture in (found, image)]
        _refuse(not close(*pixels), "The colours within the pixels got mixed: keep the last axis, of size 3, as it is.")
        raise NotQuite("All pixels are there, but the squares are torn apart: do the cuts run every `tile` rows and "
                       "every `tile` columns, and does each square's block of pixels stay together? (A reshape alone "
                       "reads along whole rows of the picture.)")  # fmt: skip
    _refuse(np.isin(np.float32(found), np.float32(image)).all(), "Some pixels are lost, or there twice: each square "
                                                                 "must be used exactly once.")  # fmt: skip
    raise NotQuite("Some numbers are not the picture's own: move the squares, and leave the numbers as they are.")


def _judge_order(places, columns):
    """Raise `NotQuite` where whole rows or columns of squares move, or one square never does."""
    rows, across = np.divmod(places, columns)
    home = np.arange(places[0].size)
    _refuse((across == home % columns).all(), "Whole rows of squares move: each square must go its own way.")
    _refuse((rows == home // columns).all(), "Squares move within their row only: each must be able to go anywhere.")
    grids = (rows.reshape(len(places), -1, columns), across.reshape(len(places), -1, columns))
    _refuse((grids[0] == grids[0][:, :, :1]).all() and (grids[1] == grids[1][:, :1]).all(),
            "Whole rows and whole columns of squares move: each square must go its own way.")  # fmt: skip
    _refuse((places == home).all(axis=0).any(), "One square stays where it is, whatever the seed: does the order "
                                                "leave it out?")  # fmt: skip


def _places(found, image, tile):
    """Return, for each place, the number of the square that has come there."""
    found, given = _squares(found, tile), _squares(image, tile)
    return np.square(found[:, None] - given).sum(-1).argmin(1)


def _squares(image, tile):
    n_H, n_W = image.shape[1] // tile, image.shape[2] // tile
    parts = image.reshape(n_H, tile, n_W, tile, 3).swapaxes(1, 2)
    return parts.reshape(n_H * n_W, -1)


def _smallest_turn(square, tile):
    """Return the first, in the order of their numbers, of a square's eight turns and mirrorings."""
    square = square.reshape(tile, tile, 3)
    turns = [np.rot90(s, k).ravel() for s in (square, square[::-1]) for k in range(4)]
    return min(turns, key=lambda turn: turn.tolist())


def _sorted(matrix):
    return matrix[np.lexsort(matrix.T[::-1])]


# --- lesson 03 ---


@exercise
def initialise_generated_image(function):
    """Check `initialise_generated_image(content, noise_ratio, seed)`: a mix of uniform noise and the content image."""
    content, black = noise((1, 20, 30, 3), 9), np.zeros((1, 20, 30, 3), np.float32)
    results = []

    def watched(*arguments):
        results.append(function(*arguments))
        return results[-1]

    def made(image, ratio, seed=0):
        result = _picture(watched, image, ratio, seed)
        _refuse(not np.isfinite(result).all(), "The result holds NaN or infinity.")
        return result

    full, bare = made(content, 1.0), made(content, 0.0)
    if np.allclose(full, content, atol=1e-3):
        swapped = not np.allclose(bare, content, atol=1e-3)
        raise NotQuite("noise_ratio 1 gave the content, and 0 the noise: the two shares are swapped." if swapped else
                       "noise_ratio 1 gave the content image: where is the noise?")  # fmt: skip
    alone = made(black, 1.0)
    _judge_noise(alone, made(black, 1.0), made(black, 1.0, 1))
    _judge_mix([made(black, 0.3), made(content, 0.3), made(content, 0.8), bare, full], alone, content)
    wide = noise((1, 6, 9, 3), 11)
    _refuse(not close(_picture(function, wide, 0.0, 0), wide), "noise_ratio 0 should give the content image itself, "
                                                               "and does not for one of another size.")  # fmt: skip
    dtypes = {str(np.asarray(result).dtype) for result in results}
    _refuse(dtypes - {"float32"}, f"The picture has dtype {min(dtypes - {'float32'}, default='')}: the network "
                                  "computes in float32, so give it that.")  # fmt: skip


def _judge_noise(noise, again, other):
    """Raise `NotQuite` unless the picture for noise_ratio 1 and a black content is uniform noise, made by the seed."""
    _refuse(
        100 < noise.mean() < 155 and noise.max() < 257,
        "The noise is on a scale of 0 to 255: our pictures are in [0, 1].",
    )
    _refuse(noise.min() < -1e-6 or noise.max() > 1 + 1e-6,
            f"The noise runs from {noise.min():.2g} to {noise.max():.2g}, but a picture is in [0, 1]: normal noise, "
            "say, does not fit. Draw uniform noise.")  # fmt: skip
    _refuse(np.ptp(noise) < 1e-6, "noise_ratio 1 gave a picture of a single value: draw a number for each pixel and "
                                  "channel.")  # fmt: skip
    _refuse(not np.allclose(noise, again, atol=1e-6), "The same seed gave two different pictures: draw the noise from "
                                                      "a generator made of the seed.")  # fmt: skip
    _refuse(np.allclose(noise, other, atol=1e-6), "Two different seeds gave the same picture: the seed is not used.")
    _refuse(np.allclose(noise, noise[..., :1], atol=1e-6), "The noise is grey, the same in all three channels: draw a "
                                                           "number for each pixel and channel.")  # fmt: skip
    striped = any(np.allclose(noise, noise.take([0], axis), atol=1e-6) for axis in (1, 2))
    _refuse(striped, "The noise has stripes: draw a number for each pixel and channel, in the content's shape.")
    _refuse(len(np.unique(noise.round(6))) < noise.size / 4, "The noise has few different values: it is rounded, drawn "
            "from whole numbers, or repeated. Draw a number for each pixel and channel.")  # fmt: skip
    quantiles = np.sort(noise, None) - np.linspace(0, 1, noise.size)
    _refuse(np.abs(quantiles).max() > 0.06 or abs(noise.std() - 12**-0.5) > 0.03,
            f"The noise has the mean {noise.mean():.2f} and the standard deviation {noise.std():.2f}. Uniform noise in "
            "[0, 1] has 0.50 and 0.29, and all values alike often: what else happened to yours?")  # fmt: skip


def _judge_mix(found, noise, content):
    """Raise `NotQuite` unless noise and content are mixed as the shares say."""
    cases = [(0 * content, 0.3), (content, 0.3), (content, 0.8), (content, 0.0), (content, 1.0)]

    def made(share=lambda r: r, rest=lambda r: 1 - r, of=lambda mix: mix):
        return lambda image, r: of(share(r) * noise + rest(r) * image)

    mistakes = slips(
        made,
        ("The two shares are swapped: noise_ratio is the share of the noise.",
         {"share": lambda r: 1 - r, "rest": lambda r: r}),
        ("The mix is half and half whatever the noise_ratio.",
         {"share": lambda r: 0.5 if 0 < r < 1 else r, "rest": lambda r: 0.5 if 0 < r < 1 else 1 - r}),
        ("It is the noise alone, whatever the noise_ratio: where is the content?",
         {"share": lambda r: 1, "rest": lambda r: 0}),
        ("The whole content image is added: the two shares together make 1.", {"rest": lambda r: 1}),
        ("The share of the content is not right: the two shares together make 1.", {"rest": lambda r: r}),
        ("The share of the content is not right: the two shares together make 1. It is missing altogether.",
         {"rest": lambda r: 0}),
        ("The share of the noise is not right: with a black content image and noise_ratio 0.3, a pixel is 0.3 times "
         "the noise. The noise comes in whole.", {"share": lambda r: 1}),
        ("The noise's share is squared.", {"share": lambda r: r * r}),
        ("The noise's share has a root.", {"share": lambda r: r**0.5}),
        ("The content's share is squared, or has a root.", {"rest": lambda r: (1 - r) ** 2}),
        ("The content's share is squared, or has a root.", {"rest": lambda r: (1 - r) ** .5}),
        ("The content is subtracted: the two are added.", {"rest": lambda r: r - 1}),
        ("It is either noise or content, as noise_ratio is large or small: mix the two.",
         {"share": lambda r: float(r > 0.5), "rest": lambda r: float(r <= 0.5)}),
        ("The mix is halved on the way.", {"of": lambda mix: mix / 2}),
        ("The mix is rounded.", {"of": lambda mix: mix.round(1)}),
    )  # fmt: skip
    fixed = _spread(found[1:])
    mistakes.append(Mistake("The mix does not go by noise_ratio: it is the same for each.", lambda image, r: fixed))
    expected = [made()(*case) for case in cases]
    if all(np.allclose(f, e, atol=1e-3) for f, e in zip(found, expected, strict=True)):
        return
    for hint, mistake, _ in mistakes:
        if all(np.allclose(f, mistake(*case), atol=1e-3) for f, case in zip(found, cases, strict=True)):
            raise NotQuite(hint)
    _refuse(not np.allclose(found[3], content, atol=1e-3), "noise_ratio 0 should give the content image itself, and "
                                                           "does not.")  # fmt: skip
    _refuse(np.allclose(found[0], found[1], atol=1e-6), "The content image makes no difference: it belongs into the "
                                                        "mix.")  # fmt: skip
    _refuse(
        not np.allclose(found[0], 0.3 * noise, atol=1e-3),
        "With a black content image and noise_ratio 0.3, a pixel should be 0.3 times the noise, and is not.",
    )
    raise NotQuite(f"The share of the content is not right, or the sum is changed. {described(found, expected)}")


def _spread(mixed):
    alike = all(np.allclose(m, mixed[0], atol=1e-6) for m in mixed)
    return mixed[0] if alike else np.full_like(mixed[0], np.inf)
