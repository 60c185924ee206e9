"""Checks of lesson 06: the style cost, from unrolling to the weighted sum."""

import numpy as np
import tensorflow as tf

from ... import costs as _costs
from .content import BRACKETS, NO_SQUARE, NO_SUM, SQUARE_LAST, ZERO, random_activations, size_of, sum_of_squares
from .verdict import Mistake, compare, wrong


def unroll(function):
    """Check `unroll(a)`: activations (1, n_H, n_W, n_C) to the matrix A of shape (n_C, n_H*n_W) (lesson 06)."""
    cases = [(a,) for a, _ in random_activations((1, 2, 3, 4), (1, 5, 2, 3), (1, 3, 4, 2))]
    order = (
        "Each row is one channel, as it must be, but the positions run down the columns of the picture: "
        "flatten the picture row by row."
    )
    mistakes = [
        Mistake("The shape is right, but the rows mix the channels: reshaping never moves a number to another place "
                "in the queue, so something else must put each channel's numbers next to each other. Print the toy.",
                lambda a: tf.reshape(a, (a.shape[3], -1))),
        Mistake("Here the rows are positions and the columns channels: one step is missing after flattening.",
                lambda a: tf.reshape(a, (-1, a.shape[3]))),
        Mistake("Reshaping cannot swap rows and columns: transpose, or the channels are mixed.",
                lambda a: tf.transpose(tf.reshape(a, (a.shape[3], -1)))),
        Mistake(order, lambda a: tf.reshape(tf.transpose(a[0]), (a.shape[3], -1))),
        Mistake("The first dimension, the 1, is still there: the result is a matrix, with two dimensions.",
                lambda a: tf.reshape(tf.transpose(a, (0, 3, 1, 2)), (1, a.shape[3], -1))),
        Mistake("The channels come first, but each is still two-dimensional: flatten it.",
                lambda a: tf.transpose(a[0], (2, 0, 1))),
        Mistake("It is all one long row: keep a row for each channel.", lambda a: tf.reshape(a, (-1,))),
    ]  # fmt: skip
    return compare("unroll", function, _costs.unroll, cases, mistakes, differentiable=True)


def gram_matrix(function):
    """Check `gram_matrix(A)`: the matrix of shape (n_C, n_C) of a matrix A of shape (n_C, n_H*n_W) (lesson 06)."""
    name = "gram_matrix"
    cases = [(A,) for A, _ in random_activations((3, 8), (5, 6), (4, 3))]
    centred = "The mean of each row is subtracted first: that is a covariance. Take the numbers as they are."
    mistakes = [
        Mistake("It compares positions with positions: the result must be channels by channels. Which of the two "
                "factors is to be transposed?", lambda A: tf.matmul(A, A, transpose_a=True)),
        Mistake("It multiplies element by element (*): a product of matrices is needed.", lambda A: A * A),
        Mistake("It is divided by the number of positions: the constant comes later, in the cost.",
                lambda A: _gram(A) / A.shape[1]),
        Mistake("It is divided by the number of elements: the constant comes later, in the cost.",
                lambda A: _gram(A) / size_of(A)),
        Mistake("It is divided by the number of channels: the constant comes later, in the cost.",
                lambda A: _gram(A) / A.shape[0]),
        Mistake(centred, lambda A: _gram(A - tf.reduce_mean(A, 1, keepdims=True))),
        Mistake(centred, lambda A: np.cov(A)),
        Mistake(centred, lambda A: np.cov(A, bias=True)),
        Mistake("That is the correlation coefficient: it has lost how strong each channel is.",
                lambda A: np.corrcoef(A)),
        Mistake("Each row is scaled to length 1 first: that forgets how strong each channel is.",
                lambda A: _gram(tf.math.l2_normalize(A, 1))),
        Mistake("These are the sums of squares of the rows: what about row k with another row?",
                lambda A: tf.reduce_sum(A * A, 1)),
        Mistake("Only the diagonal is there: what about row k with another row?",
                lambda A: tf.linalg.diag(tf.reduce_sum(A * A, 1))),
    ]  # fmt: skip
    if _fails_as_square_only(function):
        return wrong(name, "A times A works for square matrices only: one of the two must be transposed.")
    return compare(name, function, _costs.gram_matrix, cases, mistakes, differentiable=True)


def _fails_as_square_only(function):
    square = tf.constant([[1.0, 2.0], [0.0, 3.0]])
    try:
        return bool(np.allclose(np.asarray(function(square), np.float64), [[1, 8], [0, 9]]))
    except Exception:  # `compare` will say what is wrong
        return False


def _gram(A):
    return tf.matmul(A, A, transpose_b=True)


def _naive_gram(a):
    return _gram(tf.reshape(a, (a.shape[3], -1)))


def _true_gram(a):
    return _gram(_costs.unroll(a))


def _positions(a):
    return float(a.shape[1] * a.shape[2])


def compute_layer_style_cost(function):
    """Check `compute_layer_style_cost(a_S, a_G)`, which returns J_style of one layer as a scalar (lesson 06)."""

    def with_constant(constant, gram=_true_gram):
        return lambda a, b: sum_of_squares(gram(a), gram(b)) * constant(a)

    def all_right(a):
        return 1 / (2 * size_of(a)) ** 2

    mixed = (
        "The activations are reshaped straight to (n_C, n_H*n_W). The shapes are right, but the rows mix the channels: "
        "unroll as in exercise 06.1."
    )
    by_position = "The Gram matrices compare positions with positions: they must be channels by channels, (n_C, n_C)."
    mistakes = [
        Mistake(mixed, with_constant(all_right, _naive_gram)),
        Mistake(mixed + " The constant is missing, too.", with_constant(lambda a: 1, _naive_gram)),
        Mistake("The constant in front of the sum is missing.", with_constant(lambda a: 1)),
        Mistake("The constant is not squared.", with_constant(lambda a: 1 / (2 * size_of(a)))),
        Mistake("The 4 is there, but the sizes in the constant are not squared.",
                with_constant(lambda a: 1 / (4 * size_of(a)))),
        Mistake("The square of the constant must reach the 2 as well: look at the brackets.",
                with_constant(lambda a: 1 / (2 * size_of(a) ** 2))),
        Mistake("The 2 in the constant is missing.", with_constant(lambda a: 1 / size_of(a) ** 2)),
        Mistake("The number of channels n_C is missing in the constant.",
                with_constant(lambda a: 1 / (2 * _positions(a)) ** 2)),
        Mistake("The number of channels n_C is in the constant, but not squared.",
                with_constant(lambda a: 1 / (4 * a.shape[3] * _positions(a) ** 2))),
        Mistake("The number of positions n_H n_W is missing in the constant.",
                with_constant(lambda a: 1 / (2 * a.shape[3]) ** 2)),
        Mistake("The number of positions n_H n_W is in the constant, but not squared.",
                with_constant(lambda a: 1 / (4 * a.shape[3] ** 2 * _positions(a)))),
        Mistake("This is the constant of the content cost with a square over the 4: only sizes and a 2 belong there.",
                with_constant(lambda a: 1 / (4 * size_of(a)) ** 2)),
        Mistake(BRACKETS, with_constant(lambda a: (1 / 2 * size_of(a)) ** 2)),
        Mistake(BRACKETS, with_constant(lambda a: 1 / 4 * size_of(a) ** 2)),
        Mistake("This is the mean over the Gram matrix: the positions are missing in the constant, and the 4.",
                lambda a, b: tf.reduce_mean(tf.square(_true_gram(a) - _true_gram(b)))),
        Mistake(by_position, lambda a, b: sum_of_squares(*(_gram(tf.transpose(_costs.unroll(x))) for x in (a, b)))
                * all_right(a)),
        Mistake("It compares the activations themselves, place by place: that is a content cost. For the style, "
                "compare the Gram matrices.", _costs.compute_content_cost),
        Mistake("It compares the activations themselves, place by place. For the style, compare the Gram matrices.",
                lambda a, b: sum_of_squares(a, b) * all_right(a)),
        Mistake(NO_SQUARE, lambda a, b: tf.reduce_sum(tf.abs(_true_gram(a) - _true_gram(b))) * all_right(a)),
        Mistake(SQUARE_LAST, lambda a, b: tf.square(tf.reduce_sum(_true_gram(a) - _true_gram(b))) * all_right(a)),
        Mistake(ZERO, lambda a, b: tf.constant(0.0)),
        Mistake(NO_SUM, lambda a, b: tf.square(_true_gram(a) - _true_gram(b)) * all_right(a)),
        Mistake(NO_SUM, lambda a, b: tf.square(_true_gram(a) - _true_gram(b))),
    ]  # fmt: skip
    cases = random_activations((1, 2, 3, 5), (1, 4, 2, 3), (1, 3, 5, 7))
    return compare(
        "compute_layer_style_cost", function, _costs.compute_layer_style_cost, cases, mistakes, differentiable=True
    )  # fmt: skip


def compute_style_cost(function):
    """Check `compute_style_cost(a_S, a_G, style_layers)`, the weighted sum over the layers (lesson 06)."""

    def over(weights_of, layers_of=tuple):
        def mistake(a_S, a_G, style_layers):
            weights = weights_of(style_layers)
            parts = [weights[l] * _costs.compute_layer_style_cost(a_S[l], a_G[l]) for l in layers_of(style_layers)]
            return tf.add_n([tf.constant(0.0), *parts])

        return mistake

    def ones(style_layers):
        return dict.fromkeys(style_layers, 1.0)

    def by_order(a_S, a_G, style_layers):
        triples = zip(a_S.values(), a_G.values(), style_layers.values(), strict=False)
        return tf.add_n([weight * _costs.compute_layer_style_cost(S, G) for S, G, weight in triples])

    def of_everything(a_S, a_G, style_layers):
        return tf.add_n([_costs.compute_layer_style_cost(a_S[l], a_G[l]) for l in a_S])

    mistakes = [
        Mistake("The weights lambda_l are missing: it is the plain sum over the layers.", over(ones)),
        Mistake("It adds up all the layers it finds, without weights: only those in style_layers count, each with its "
                "lambda_l.", of_everything),
        Mistake("It is the mean over the layers: each layer has its own weight lambda_l.",
                over(lambda w: dict.fromkeys(w, 1 / len(w)))),
        Mistake("The weighted sum is divided by the number of layers: nothing is divided here.",
                over(lambda w: {l: x / len(w) for l, x in w.items()})),
        Mistake("The weights are rescaled to add up to 1: take them as they are given.",
                over(lambda w: {l: x / sum(w.values()) for l, x in w.items()})),
        Mistake("The weights are squared: each lambda_l counts once.",
                over(lambda w: {l: x * x for l, x in w.items()})),
        Mistake("Only the last layer is in it: does the loop add to the sum, or overwrite it?",
                over(dict, lambda w: tuple(w)[-1:])),
        Mistake("Only the first layer is in it: does it return inside the loop?", over(dict, lambda w: tuple(w)[:1])),
        Mistake("Only the last layer is in it, without its weight.", over(ones, lambda w: tuple(w)[-1:])),
        Mistake("Only the first layer is in it, without its weight: does it return inside the loop?",
                over(ones, lambda w: tuple(w)[:1])),
        Mistake("The layers are taken in order, and so weights and activations of different layers meet: look each "
                "layer up by its name.", by_order),
        Mistake("The weights are added to the costs: multiply by them.",
                lambda a_S, a_G, w: over(ones)(a_S, a_G, w) + sum(w.values())),
        Mistake(ZERO, lambda a_S, a_G, w: tf.constant(0.0)),
    ]  # fmt: skip
    return compare(
        "compute_style_cost", function, _costs.compute_style_cost, _style_cases(), mistakes, differentiable=True
    )  # fmt: skip


def _style_cases():
    """Return cases with a layer that is no style layer, and weights that do not add up to 1."""
    shapes = {"block1_conv1": (1, 4, 6, 2), "block2_conv1": (1, 2, 3, 4), "block4_conv2": (1, 2, 1, 3)}
    pairs = dict(zip(shapes, random_activations(*shapes.values(), seed=6), strict=True))
    a_S, a_G = ({layer: pair[i] for layer, pair in pairs.items()} for i in (0, 1))
    weights = ({"block1_conv1": 0.5, "block2_conv1": 0.2}, {"block2_conv1": 0.3, "block4_conv2": 2.0})
    last = {"block1_conv1": 0.1, "block2_conv1": 0.6, "block4_conv2": 1.5}
    return [(dict(a_S), dict(a_G), w) for w in (*weights, last)]
