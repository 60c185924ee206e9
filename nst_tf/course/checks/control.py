"""Checks of lesson 15: the photo's colours in two ways, and a Gram matrix with a place."""

import numpy as np
import tensorflow as tf

from ... import costs as _costs
from .answer import exercise, numbers
from .comparison import compare
from .constants import close
from .content import random_activations
from .mistakes import table
from .verdict import NotQuite

_LUMA = np.array([[0.299], [0.587], [0.114]])
_SHAPES = ((1, 4, 6, 3), (1, 5, 3, 3), (1, 7, 4, 3), (1, 3, 8, 3))


def _pictures(seed, *shapes):
    """Return images of some shapes, of correlated colours that differ from one to the next."""
    rng = np.random.default_rng(seed)
    mixed = ((rng.random(shape), 0.5 * rng.random((3, 3)) + 0.3 * np.eye(3)) for shape in shapes)
    return [np.float32(np.clip(pixels @ mix, 0, 1)) for pixels, mix in mixed]


@exercise
def transfer_luminance(answer):
    """Check `transfer_luminance(photo, painting)`: the photo's colours, the painting's luminance (lesson 15)."""

    def of(photo_part, painting_part):
        return lambda photo, painting: photo_part(photo) + painting_part(painting)

    def chroma(image):
        return image - image @ _LUMA

    mistakes = table({
        "The luminance of both pictures is the mean of the channels: the three weights differ.":
            of(lambda c: c - c.mean(-1, keepdims=True), lambda g: g.mean(-1, keepdims=True)),
        "The weights stand in the order blue, green, red: these images are red, green, blue.":
            of(lambda c: c - c @ _LUMA[::-1], lambda g: g @ _LUMA[::-1]),
        "The photo keeps its own luminance, too: subtract it first.": of(lambda c: c, lambda g: g @ _LUMA),
        "The painting's colours come along: only its luminance is wanted.": of(chroma, lambda g: g),
        "It is the luminance of the painting alone, in grey: where are the photo's colours?":
            of(lambda c: 0 * c, lambda g: g @ _LUMA),
        "The photo and the painting have changed places.": lambda c, g: g - g @ _LUMA + c @ _LUMA,
        "The colours are multiplied by the ratio of the luminances: the formula adds a difference.":
            lambda c, g: c * (g @ _LUMA) / (c @ _LUMA),
        "It is cut off at 0 and 1: leave what sticks out.":
            lambda c, g: np.clip(chroma(c) + g @ _LUMA, 0, 1),
        "The luminance has lost its last axis: keep it, with length 1, (1, n_H, n_W, 1).":
            lambda c, g: (g @ _LUMA)[..., 0],
    })  # fmt: skip
    cases = [tuple(_pictures(seed, shape, shape)) for seed, shape in enumerate((*_SHAPES, (1, 3, 3, 3)))]
    compare(answer, lambda photo, painting: photo + painting @ _LUMA - photo @ _LUMA, cases, mistakes,
            wanted="(1, n_H, n_W, 3), that of the photo,", explain=_other_weights)  # fmt: skip


def _other_weights(found, expected, cases):
    """Return which weight of the luminance is another one, or None: what came out may be no luminance at all."""
    changes = np.concatenate([(painting - photo).reshape(-1, 3) for photo, painting in cases])
    added = np.concatenate([(result - photo).reshape(-1, 3) for result, (photo, _) in zip(found, cases, strict=True)])
    weights = np.linalg.lstsq(changes, added, rcond=None)[0]
    if not np.allclose(changes @ weights, added, atol=1e-3) or np.ptp(weights, axis=1).max() > 1e-3:
        return None
    wrong = [name for name, w, luma in zip(("red", "green", "blue"), weights[:, 0], _LUMA[:, 0], strict=True)
             if abs(w - luma) > 1e-3]  # fmt: skip
    return f"The luminance takes another weight of {' and '.join(wrong)} than the formula: compare the numbers."


@exercise
def recolour(answer):
    """Check `recolour(style, content)`: the style, its colours with the content's mean and covariance (lesson 15).

    Any matrix A that does it is right.
    """

    def mapped(A, old=_mean, new=_mean):
        return lambda s, c: (s - old(s)) @ A(_covariance(s), _covariance(c)).T + new(c)

    def roots(s, c):
        return _power(c, 0.5) @ _power(s, -0.5)

    mistakes = table({
        "The covariances are taken as they are: A takes their roots.": mapped(lambda s, c: c @ np.linalg.inv(s)),
        "The two covariances have changed places in A.": mapped(lambda s, c: roots(c, s)),
        "The two roots of A stand in the wrong order.": mapped(lambda s, c: _power(s, -0.5) @ _power(c, 0.5)),
        "Only the style's covariance is undone: its colours are now as varied in all directions; the content's is "
        "still missing.": mapped(lambda s, c: _power(s, -0.5)),
        "The content's covariance is there, but the style's own was not undone first.":
            mapped(lambda s, c: _power(c, 0.5)),
        "Each channel is scaled alone, by its own spread: the channels' common part, the rest of the covariance, is "
        "missing.": mapped(lambda s, c: np.diag(np.sqrt(np.diag(c) / np.diag(s)))),
        "Only the means are matched: the covariance is still the style's.": mapped(lambda s, c: np.eye(3)),
        "The content's mean is missing in the end.": mapped(roots, new=lambda c: 0 * _mean(c)),
        "The style's mean is not subtracted first.": mapped(roots, old=lambda s: 0 * _mean(s)),
        "Style and content have the same mean subtracted and added: the second must be the content's.":
            lambda s, c: mapped(roots)(s, c) - _mean(c) + _mean(s),
        "It is the style as it was.": lambda s, c: s,
        "The covariance is divided by the number of pixels less one in one place, and by their number in the other.":
            lambda s, c: mapped(lambda a, b: roots(a, b) * np.sqrt(1 - 3 / s.size))(s, c),
    })  # fmt: skip
    mistakes = [mistake._replace(function=_moments_after(mistake.function)) for mistake in mistakes]
    cases = [tuple(_pictures(seed, shape, other))
             for seed, (shape, other) in enumerate(zip(_SHAPES, _SHAPES[1:] + _SHAPES[:1], strict=True))]  # fmt: skip
    compare(_moments_after(answer), _moments_after(mapped(roots)), cases, mistakes, explain=_which_moment)


def _which_moment(found, expected, cases):
    """Return which of mean and covariance, the first three numbers and the other nine, is not the content's."""
    mean, covariance = (all(close(f[part], e[part]) for f, e in zip(found, expected, strict=True))
                        for part in (slice(3), slice(3, None)))  # fmt: skip
    if mean:
        return "The mean colour is the content's, the covariance is not: what is A Sigma_S A^T with your A?"
    if covariance:
        return "The covariance is the content's, the mean colour is not: of which axis is the mean taken, and when?"
    return "Neither the mean colour nor the covariance is the content's: begin with the mean alone."


def _mean(image):
    return image.reshape(-1, 3).astype(np.float64).mean(axis=0)


def _covariance(image):
    return np.cov(image.reshape(-1, 3).astype(np.float64), rowvar=False, bias=True)


def _power(matrix, exponent):
    values, vectors = np.linalg.eigh(matrix)
    return vectors * values**exponent @ vectors.T


def _moments_after(function):
    """Return what gives mean and covariance of the colours that a function makes, which must be a map of colours."""

    def moments(style, content):
        result = numbers(function(style, content))
        if result.shape != style.shape:
            raise NotQuite("The result must have the shape of the style, (1, n_H, n_W, 3).")
        before = np.concatenate([style.reshape(-1, 3), np.ones((style.size // 3, 1))], axis=1).astype(np.float64)
        after = result.reshape(-1, 3)
        by_colour = before @ np.linalg.lstsq(before, after, rcond=None)[0]
        if not np.allclose(by_colour, after, atol=1e-3 * (1 + np.abs(after).max())):
            raise NotQuite("The new colour of a pixel must be A times its old one, plus the same shift for all: are "
                           "pixels in their places, and nothing clipped?")  # fmt: skip
        return 10 * np.concatenate([_mean(result), _covariance(result).ravel()])

    return moments


@exercise
def guided_gram_matrix(answer):
    """Check `guided_gram_matrix(a, mask)`: the Gram matrix of the masked positions, over n_H n_W (lesson 15)."""

    def gram(a):
        return _costs.gram_matrix(_costs.unroll(a))

    def positions(a):
        return a.shape[1] * a.shape[2]

    def right(a, mask):
        return gram(a * mask / tf.sqrt(tf.reduce_mean(mask**2))) / positions(a)

    mistakes = table({
        "The mask is not normalised: the mean of T^2 is to be 1, or a small place counts for little.":
            lambda a, m: gram(a * m) / positions(a),
        "The mean of T, not of T^2, has become 1.": lambda a, m: gram(a * m / tf.reduce_mean(m)) / positions(a),
        "The sum of T^2, not the mean, has become 1, and the Gram matrix is divided by n_H n_W as well.":
            lambda a, m: gram(a * m / tf.sqrt(tf.reduce_sum(m**2))) / positions(a),
        "The root is missing: the mask is divided by the mean of its squares.":
            lambda a, m: gram(a * m / tf.reduce_mean(m**2)) / positions(a),
        "The mask is in the product once, not in both of its factors.":
            lambda a, m: tf.matmul(_costs.unroll(a * m / tf.sqrt(tf.reduce_mean(m**2))), _costs.unroll(a),
                                   transpose_b=True) / positions(a),
        "The mask makes no difference: multiply the activations by it.": lambda a, m: gram(a) / positions(a),
        "The Gram matrix is not divided by n_H n_W.": lambda a, m: right(a, m) * positions(a),
        "The mask is turned round: white is where the style is wanted.": lambda a, m: right(a, 1 - m),
        "Each position is taken as inside or outside: a mask has grey, too.":
            [lambda a, m: right(a, tf.cast(m > 0, tf.float32)), lambda a, m: right(a, tf.cast(m > 0.5, tf.float32))],
        "The activations are reshaped straight to (n_C, n_H*n_W): that mixes the channels.":
            lambda a, m: tf.matmul(*2 * [tf.reshape(a * m / tf.sqrt(tf.reduce_mean(m**2)), (a.shape[3], -1))],
                                   transpose_b=True) / positions(a),
        "It compares positions with positions: the result must be channels by channels.":
            lambda a, m: tf.matmul(*2 * [_costs.unroll(a * m / tf.sqrt(tf.reduce_mean(m**2)))],
                                   transpose_a=True) / positions(a),
    })  # fmt: skip
    rng = np.random.default_rng(3)
    activations = [a for a, _ in random_activations((1, 4, 6, 2), (1, 3, 5, 4), (1, 6, 2, 3), (1, 4, 4, 5))]
    masks = [tf.constant(rng.random((1, *a.shape[1:3], 1)) ** 2, tf.float32) for a in activations]
    cases = list(zip(activations, masks, strict=True))

    def with_a_white_mask(found, expected, cases):
        a, white = cases[0][0], tf.ones_like(cases[0][1])
        if close(numbers(answer(a, white)), numbers(right(a, white))):
            return "With a mask that is white all over it is right, with another it is not: what becomes of the mask?"
        return "Even with a mask that is white all over it is not the Gram matrix over n_H n_W: begin with that."

    compare(answer, right, cases, mistakes, wanted="(n_C, n_C)", watched=(0,), explain=with_a_white_mask)
