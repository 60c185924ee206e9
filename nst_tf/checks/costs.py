"""Checks of lessons 05 and 06: the content cost, and the style cost from unrolling to the weighted sum."""

import numpy as np
import tensorflow as tf

from .. import costs as _costs
from .verdict import Mistake, compare, wrong

_NO_SQUARE = "The differences are not squared: with absolute values the cost is another one."
_SQUARE_LAST = "It squares the sum of the differences, so that plus and minus cancel: square first, then add up."
_NO_SUM = "It returns a number for each element: a cost is one number, so add them up."
_BRACKETS = "Look at the brackets of the constant: a / b * c multiplies by c, it does not divide."
_ZERO = "It is 0 whatever is given: does the constant become 0 (// cuts off), or is a tensor compared with itself?"


def _activations(*shapes, seed=5):
    """Return pairs of random activations; all dimensions differ, so that none is taken for another."""
    random = np.random.default_rng(seed)
    return [tuple(tf.constant(random.normal(0.4, 1, shape), tf.float32) for _ in range(2)) for shape in shapes]


def _total(a, b):
    return tf.reduce_sum(tf.square(a - b))


def _size(a):
    return float(np.prod(a.shape))


def _content_mistakes(n_C):
    """Return what goes wrong in a content cost; `n_C(a)` reads the number of channels off."""
    return [
        Mistake("It is the plain sum of squares: the constant in front of the sum is missing.", _total),
        Mistake("The constant is 1/2. That is right in the paper, but this course uses the one in the exercise: "
                "then alpha means the same for every layer and size.", lambda a, b: _total(a, b) / 2),
        Mistake("It is the mean of the squares: one factor of the constant is missing.",
                lambda a, b: _total(a, b) / _size(a)),
        Mistake("The 4 of the constant has become a 2.", lambda a, b: _total(a, b) / (2 * _size(a))),
        Mistake("The constant is a 4 without the sizes of the layer.", lambda a, b: _total(a, b) / 4),
        Mistake("The number of channels n_C is missing in the constant: the sum runs over the channels, too.",
                lambda a, b: _total(a, b) / (4 * _size(a) / n_C(a))),
        Mistake("The constant has only n_C: the sum runs over all positions, too.",
                lambda a, b: _total(a, b) / (4 * n_C(a))),
        Mistake("The constant is squared here: that one belongs to the style cost (06).",
                lambda a, b: _total(a, b) / (2 * _size(a)) ** 2),
        Mistake(_BRACKETS, lambda a, b: _total(a, b) / 4 * _size(a)),
        Mistake(_NO_SQUARE, lambda a, b: tf.reduce_sum(tf.abs(a - b)) / (4 * _size(a))),
        Mistake(_NO_SQUARE, lambda a, b: tf.reduce_mean(tf.abs(a - b))),
        Mistake(_NO_SQUARE, lambda a, b: tf.reduce_sum(tf.abs(a - b))),
        Mistake("The differences are added up without being squared, so that plus and minus cancel.",
                lambda a, b: tf.reduce_sum(a - b) / (4 * _size(a))),
        Mistake(_SQUARE_LAST, lambda a, b: tf.square(tf.reduce_sum(a - b)) / (4 * _size(a))),
        Mistake(_SQUARE_LAST, lambda a, b: tf.square(tf.reduce_sum(a - b))),
        Mistake("It squares the activations and subtracts then: first the difference, then its square.",
                lambda a, b: tf.reduce_sum(tf.square(a) - tf.square(b)) / (4 * _size(a))),
        Mistake("There is a square root too many: the cost is no distance, but a squared one.",
                lambda a, b: tf.norm(a - b) / (4 * _size(a))),
        Mistake("There is a square root too many: the cost is no distance, but a squared one.",
                lambda a, b: tf.norm(a - b)),
        Mistake("The activations are added, not subtracted.", lambda a, b: _total(a, -b) / (4 * _size(a))),
        Mistake(_ZERO, lambda a, b: tf.constant(0.0)),
        Mistake(_NO_SUM, lambda a, b: tf.square(a - b) / (4 * _size(a))),
        Mistake(_NO_SUM, lambda a, b: tf.square(a - b)),
    ]  # fmt: skip


def compute_content_cost(function):
    """Check `compute_content_cost(a_C, a_G)`, which returns J_content as a scalar tensor (lesson 05)."""
    cases = _activations((1, 2, 3, 5), (1, 4, 2, 3), (1, 3, 5, 7))
    mistakes = _content_mistakes(lambda a: a.shape[-1])
    return compare(
        "compute_content_cost", function, _costs.compute_content_cost, cases, mistakes, differentiable=True
    )  # fmt: skip


def content_cost_unrolled(function):
    """Check `content_cost_unrolled(A_C, A_G)`: J_content from matrices of shape (n_C, n_H*n_W) (lesson 05)."""
    cases = _activations((5, 6), (3, 8), (7, 4))
    product = Mistake(
        "There is a matrix product in it: here each element is compared with the one at the same place, no more.",
        lambda A, B: tf.reduce_sum(tf.matmul(A - B, A - B, transpose_b=True)) / (4 * _size(A)),
    )
    mistakes = [*_content_mistakes(lambda A: A.shape[0]), product]
    return compare(
        "content_cost_unrolled", function, _costs.compute_content_cost, cases, mistakes, differentiable=True
    )  # fmt: skip


def content_cost_gradient(function):
    """Check `content_cost_gradient(a_C, a_G)`: the derivative with respect to each element of a_G (lesson 05)."""

    def right(a_C, a_G):
        return (a_G - a_C) / (2 * _size(a_G))

    mistakes = [
        Mistake("The sign is wrong. Where a_G is too large, making it larger must cost more.",
                lambda a, b: -right(a, b)),
        Mistake("It is half of what it should be: the derivative of a square brings a factor with it.",
                lambda a, b: right(a, b) / 2),
        Mistake("The sign is wrong, and the derivative of a square brings a factor with it.",
                lambda a, b: -right(a, b) / 2),
        Mistake("It is twice the right one: what remains of the constant and the factor of the square?",
                lambda a, b: right(a, b) * 2),
        Mistake("The constant of the cost is missing.", lambda a, b: 2 * (b - a)),
        Mistake("The constant of the cost is missing.", lambda a, b: b - a),
        Mistake("The constant has lost the sizes of the layer.", lambda a, b: (b - a) / 2),
        Mistake(_BRACKETS, lambda a, b: (b - a) / 2 * _size(a)),
        Mistake("It is summed up: a gradient has a number for each element of a_G.",
                lambda a, b: tf.reduce_sum(right(a, b))),
        Mistake("It returns the squares themselves: the cost is made of them, its gradient is not.",
                lambda a, b: tf.square(b - a) / (4 * _size(a))),
        Mistake("It is right, but for the zeros wherever a_G is 0. That mask is the gradient through the ReLU (as in "
                "the paper's equation 2); here we differentiate with respect to the activation itself.",
                lambda a, b: tf.where(b > 0, right(a, b), 0)),
        Mistake("It is 0 everywhere: has the constant been cut off by //?", lambda a, b: tf.zeros_like(b)),
    ]  # fmt: skip
    cases = _activations((1, 2, 3, 5), (1, 4, 2, 3), (1, 3, 5, 7))
    return compare("content_cost_gradient", function, right, cases, mistakes)


def unroll(function):
    """Check `unroll(a)`: activations (1, n_H, n_W, n_C) to the matrix A of shape (n_C, n_H*n_W) (lesson 06)."""
    cases = [(a,) for a, _ in _activations((1, 2, 3, 4), (1, 5, 2, 3), (1, 3, 4, 2))]
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
    cases = [(A,) for A, _ in _activations((3, 8), (5, 6), (4, 3))]
    centred = "The mean of each row is subtracted first: that is a covariance. Take the numbers as they are."
    mistakes = [
        Mistake("It compares positions with positions: the result must be channels by channels. Which of the two "
                "factors is to be transposed?", lambda A: tf.matmul(A, A, transpose_a=True)),
        Mistake("It multiplies element by element (*): a product of matrices is needed.", lambda A: A * A),
        Mistake("It is divided by the number of positions: the constant comes later, in the cost.",
                lambda A: _gram(A) / A.shape[1]),
        Mistake("It is divided by the number of elements: the constant comes later, in the cost.",
                lambda A: _gram(A) / _size(A)),
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
        return lambda a, b: _total(gram(a), gram(b)) * constant(a)

    def all_right(a):
        return 1 / (2 * _size(a)) ** 2

    mixed = (
        "The activations are reshaped straight to (n_C, n_H*n_W). The shapes are right, but the rows mix the channels: "
        "unroll as in exercise 06.1."
    )
    by_position = "The Gram matrices compare positions with positions: they must be channels by channels, (n_C, n_C)."
    mistakes = [
        Mistake(mixed, with_constant(all_right, _naive_gram)),
        Mistake(mixed + " The constant is missing, too.", with_constant(lambda a: 1, _naive_gram)),
        Mistake("The constant in front of the sum is missing.", with_constant(lambda a: 1)),
        Mistake("The constant is not squared.", with_constant(lambda a: 1 / (2 * _size(a)))),
        Mistake("The 4 is there, but the sizes in the constant are not squared.",
                with_constant(lambda a: 1 / (4 * _size(a)))),
        Mistake("The square of the constant must reach the 2 as well: look at the brackets.",
                with_constant(lambda a: 1 / (2 * _size(a) ** 2))),
        Mistake("The 2 in the constant is missing.", with_constant(lambda a: 1 / _size(a) ** 2)),
        Mistake("The number of channels n_C is missing in the constant.",
                with_constant(lambda a: 1 / (2 * _positions(a)) ** 2)),
        Mistake("The number of channels n_C is in the constant, but not squared.",
                with_constant(lambda a: 1 / (4 * a.shape[3] * _positions(a) ** 2))),
        Mistake("The number of positions n_H n_W is missing in the constant.",
                with_constant(lambda a: 1 / (2 * a.shape[3]) ** 2)),
        Mistake("The number of positions n_H n_W is in the constant, but not squared.",
                with_constant(lambda a: 1 / (4 * a.shape[3] ** 2 * _positions(a)))),
        Mistake("This is the constant of the content cost with a square over the 4: only sizes and a 2 belong there.",
                with_constant(lambda a: 1 / (4 * _size(a)) ** 2)),
        Mistake(_BRACKETS, with_constant(lambda a: (1 / 2 * _size(a)) ** 2)),
        Mistake(_BRACKETS, with_constant(lambda a: 1 / 4 * _size(a) ** 2)),
        Mistake("This is the mean over the Gram matrix: the positions are missing in the constant, and the 4.",
                lambda a, b: tf.reduce_mean(tf.square(_true_gram(a) - _true_gram(b)))),
        Mistake(by_position, lambda a, b: _total(*(_gram(tf.transpose(_costs.unroll(x))) for x in (a, b)))
                * all_right(a)),
        Mistake("It compares the activations themselves, place by place: that is a content cost. For the style, "
                "compare the Gram matrices.", _costs.compute_content_cost),
        Mistake("It compares the activations themselves, place by place. For the style, compare the Gram matrices.",
                lambda a, b: _total(a, b) * all_right(a)),
        Mistake(_NO_SQUARE, lambda a, b: tf.reduce_sum(tf.abs(_true_gram(a) - _true_gram(b))) * all_right(a)),
        Mistake(_SQUARE_LAST, lambda a, b: tf.square(tf.reduce_sum(_true_gram(a) - _true_gram(b))) * all_right(a)),
        Mistake(_ZERO, lambda a, b: tf.constant(0.0)),
        Mistake(_NO_SUM, lambda a, b: tf.square(_true_gram(a) - _true_gram(b)) * all_right(a)),
        Mistake(_NO_SUM, lambda a, b: tf.square(_true_gram(a) - _true_gram(b))),
    ]  # fmt: skip
    cases = _activations((1, 2, 3, 5), (1, 4, 2, 3), (1, 3, 5, 7))
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
        Mistake(_ZERO, lambda a_S, a_G, w: tf.constant(0.0)),
    ]  # fmt: skip
    return compare(
        "compute_style_cost", function, _costs.compute_style_cost, _style_cases(), mistakes, differentiable=True
    )  # fmt: skip


def _style_cases():
    """Return cases with a layer that is no style layer, and weights that do not add up to 1."""
    shapes = {"block1_conv1": (1, 4, 6, 2), "block2_conv1": (1, 2, 3, 4), "block4_conv2": (1, 2, 1, 3)}
    pairs = dict(zip(shapes, _activations(*shapes.values(), seed=6), strict=True))
    a_S, a_G = ({layer: pair[i] for layer, pair in pairs.items()} for i in (0, 1))
    weights = ({"block1_conv1": 0.5, "block2_conv1": 0.2}, {"block2_conv1": 0.3, "block4_conv2": 2.0})
    last = {"block1_conv1": 0.1, "block2_conv1": 0.6, "block4_conv2": 1.5}
    return [(dict(a_S), dict(a_G), w) for w in (*weights, last)]
