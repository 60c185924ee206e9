"""Checks of lesson 06: unrolling, the Gram matrix, the style cost of one layer, and the weighted sum."""

import numpy as np
import tensorflow as tf

from ... import costs as _costs
from .answer import exercise, numbers
from .comparison import compare
from .constants import Constant, close
from .content import BRACKETS, SHAPES, cost_mistakes, explain_cost, random_activations, size_of, sizes
from .mistakes import slips, table
from .verdict import NotQuite

_LATER = {
    (0, -1, 0): "It is divided by the number of positions: the constant comes later, in the cost.",
    (0, -1, -1): "It is divided by the number of elements: the constant comes later, in the cost.",
    (0, 0, -1): "It is divided by the number of channels: the constant comes later, in the cost.",
}
_HINTS = {
    (2, 2, 2): "The constant in front of the sum is missing.",
    (1, 1, 1): "The constant is not squared.",
    (0, 1, 1): "The 4 is there, but the sizes in the constant are not squared.",
    (-1, 0, 0): "It is half of what it should be: look at the constant.",
    (1, 0, 0): "The square of the constant must reach the 2 as well: look at the brackets.",
    (2, 0, 0): "The 2 in the constant is missing.",
    (0, 0, 2): "The number of channels n_C is missing in the constant.",
    (0, 0, 1): "The number of channels n_C is in the constant, but not squared.",
    (0, 2, 0): "The number of positions n_H n_W is missing in the constant.",
    (0, 1, 0): "The number of positions n_H n_W is in the constant, but not squared.",
    (-2, 0, 0): "This is the constant of the content cost with a square over the 4: only sizes and a 2 belong there.",
    (0, 4, 4): BRACKETS,
    (2, 2, 0): "This is the mean over the Gram matrix: the positions are missing in the constant, and the 4.",
}  # fmt: skip


@exercise
def unroll(answer):
    """Check `unroll(a)`: activations (1, n_H, n_W, n_C) to the matrix A of shape (n_C, n_H*n_W) (lesson 06)."""
    cases = [(a,) for a, _ in random_activations((1, 2, 3, 4), (1, 5, 2, 3), (1, 3, 4, 2), (1, 2, 2, 2))]
    orders = ((0, 1, 2, 3), (0, 2, 1, 3), (0, 1, 3, 2), (0, 2, 3, 1))
    mistakes = table({
        "The shape is right, but the rows mix the channels: reshaping never moves a number to another place in the "
        "queue, so something else must put each channel's numbers next to each other. Print the toy.": [
            lambda a, order=order: tf.reshape(tf.transpose(a, order), (a.shape[3], -1)) for order in orders],
        "Here the rows are positions and the columns channels: one step is missing after flattening.":
            lambda a: tf.reshape(a, (-1, a.shape[3])),
        "Reshaping cannot swap rows and columns: transpose, or the channels are mixed.":
            lambda a: tf.transpose(tf.reshape(a, (a.shape[3], -1))),
        "Each row is one channel, as it must be, but the positions run down the columns of the picture: flatten the "
        "picture row by row.": lambda a: tf.reshape(tf.transpose(a[0]), (a.shape[3], -1)),
        "The first dimension, the 1, is still there: the result is a matrix, with two dimensions.":
            lambda a: _costs.unroll(a)[None],
        "The channels come first, but each is still two-dimensional: flatten it.":
            lambda a: tf.transpose(a[0], (2, 0, 1)),
        "The channels come first, but each is still two-dimensional, and the 1 is there, too: flatten it.":
            lambda a: tf.transpose(a, (0, 3, 1, 2)),
        "It is all one long row: keep a row for each channel.": lambda a: tf.reshape(a, (-1,)),
        "It is the activations as they were: nothing has been unrolled.": lambda a: a,
        "Only the 1 is gone: the two dimensions of the picture must become one.": lambda a: a[0],
        "The positions come in reverse order.": lambda a: _costs.unroll(a)[:, ::-1],
        "It is the Gram matrix already: that is the next exercise.": _gram_of,
    })  # fmt: skip
    compare(answer, lambda a: _costs.unroll(a), cases, mistakes, wanted="(n_C, n_H*n_W)", watched=(0,))


@exercise
def gram_matrix(answer):
    """Check `gram_matrix(A)`: the matrix of shape (n_C, n_C) of a matrix A of shape (n_C, n_H*n_W) (lesson 06)."""
    cases = [(A,) for A, _ in random_activations((3, 8), (5, 6), (4, 3), (2, 15), (3, 8))]
    mistakes = table({
        "It compares positions with positions: the result must be channels by channels. Which of the two factors is to "
        "be transposed?": lambda A: tf.matmul(A, A, transpose_a=True),
        "It multiplies element by element (*): a product of matrices is needed.": lambda A: A * A,
        "It is divided by the number of rows less one.": lambda A: _gram(A) / (A.shape[0] - 1),
        "It is divided by the number of positions less one: the constant comes later, in the cost.":
            lambda A: _gram(A) / (A.shape[1] - 1),
        "The mean of each row is subtracted first: that is a covariance. Take the numbers as they are.": [
            np.cov, lambda A: np.cov(A, bias=True), lambda A: _gram(A - tf.reduce_mean(A, 1, keepdims=True))],
        "That is the correlation coefficient: it has lost how strong each channel is.": np.corrcoef,
        "Each row is scaled to length 1 first: that forgets how strong each channel is.":
            lambda A: _gram(tf.math.l2_normalize(A, 1)),
        "These are the sums of squares of the rows: what about row k with another row?":
            lambda A: tf.reduce_sum(A * A, 1),
        "Only the diagonal is there: what about row k with another row?":
            lambda A: tf.linalg.diag(tf.reduce_sum(A * A, 1)),
        "Only one triangle is there: row k meets row k', and row k' meets row k.": [
            lambda A, ends=ends: tf.linalg.band_part(_gram(A), *ends) for ends in ((0, -1), (-1, 0))],
        "The diagonal is missing: each row meets itself, too.":
            lambda A: tf.linalg.set_diag(_gram(A), tf.zeros(A.shape[0])),
        "These are the squared distances of the rows: products are wanted, not differences.":
            lambda A: tf.reduce_sum((A[:, None] - A[None]) ** 2, -1),
        "The sums of the rows are multiplied: multiply position by position, and add up then.":
            lambda A: tf.einsum("kp,lq->kl", A, A),
    })  # fmt: skip
    if _is_square_only(answer, tf.constant([[1.0, 2.0], [0.0, 3.0]])):
        raise NotQuite("A times A works for square matrices only: one of the two must be transposed.")
    compare(answer, lambda A: _costs.gram_matrix(A), cases, mistakes, constant=Constant(sizes(0), _LATER),
            wanted="(n_C, n_C)", watched=(0,), explain=lambda *results: _first_wrong_product(answer))  # fmt: skip


def _gram(A):
    """Return the Gram matrix, computed without a custom gradient."""
    return tf.matmul(A, A, transpose_b=True)


def _gram_of(a):
    return _gram(_costs.unroll(a))


def _first_wrong_product(answer):
    """Return on which matrix a number is wrong already; all have products that can be seen."""
    one, two = tf.constant([[1.0, 2.0, 3.0]]), tf.constant([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])
    if not close(numbers(answer(one)), numbers(_gram(one))):
        return "With a single row (1, 2, 3), the result is the sum of its squares alone, and yours is another number."
    if not close(numbers(answer(two)), numbers(_gram(two))):
        return "With two rows, one of which is 0 wherever the other is not, their product is 0: yours is wrong already."
    return "With a single row it is right, and with several it is not: what of row k with another row?"


def _is_square_only(answer, square):
    """Whether it squares a matrix; on a matrix that is not square it would raise what helps nobody."""
    try:
        return close(numbers(answer(square)), numbers(square @ square))
    except NotQuite:  # `compare` will say what is wrong
        return False


@exercise
def compute_layer_style_cost(answer):
    """Check `compute_layer_style_cost(a_S, a_G)`, which returns J_style of one layer as a scalar (lesson 06)."""

    def squares(a, b):
        return tf.reduce_sum(tf.square(a - b)) / (2 * size_of(a)) ** 2

    def of(matrix):
        return lambda a, b: tf.reduce_sum(tf.square(matrix(a) - matrix(b))) / (2 * size_of(a)) ** 2

    mistakes = table({
        "The activations are reshaped straight to (n_C, n_H*n_W). The shapes are right, but the rows mix the channels: "
        "unroll as in exercise 06.1.": of(lambda a: _gram(tf.reshape(a, (a.shape[3], -1)))),
        "The Gram matrices compare positions with positions: they must be channels by channels, (n_C, n_C).":
            of(lambda a: _gram(tf.reshape(a, (-1, a.shape[3])))),
        "It compares the activations themselves, place by place: that is a content cost. For the style, compare the "
        "Gram matrices.": squares,
        "The activations are subtracted before the Gram matrix is made: make two, and subtract them.":
            lambda a, b: of(_gram_of)(a - b, 0 * b),
        "Only the diagonals of the Gram matrices are compared.": of(lambda a: tf.linalg.diag_part(_gram_of(a))),
    }) + cost_mistakes(lambda a: 1 / (2 * size_of(a)) ** 2, _gram_of, "Gram matrices")  # fmt: skip
    compare(answer, lambda a_S, a_G: _costs.compute_layer_style_cost(a_S, a_G), random_activations(*SHAPES), mistakes,
            constant=Constant(sizes(-1), _HINTS, most=4), wanted="a single number", watched=(1,),
            explain=explain_cost(answer, 4))  # fmt: skip


_SUM_SLIPS = {"layers": {
    "It adds up all the layers it finds: only those in style_layers count, each with its lambda_l.":
        lambda a, w: a,
}, "term": {
    "The weights lambda_l are missing: it is the plain sum over the layers.": lambda x, J: J,
    "The cost of each layer is squared: it is one of squares already.": lambda x, J: x * J * J,
    "The weights are divided by the costs: multiply.": lambda x, J: x / J,
    "The weights are added to the costs: multiply by them.": lambda x, J: x + J,
    "It is the sum of the weights: the costs of the layers are missing.": lambda x, J: x,
    "Every layer has the weight 0.2: use the weights that are given.": lambda x, J: 0.2 * J,
}, "total": {
    "It is the mean over the layers, not their sum.": np.mean,
    "The costs of the layers are multiplied: add them up.": np.prod,
    "It is the largest term alone: add them up.": max,
    "The first layer is in it twice: begin with 0.": lambda terms: sum(terms) + terms[0],
}, "cost": {"It is the content cost of the layers: the style cost of each is wanted.": _costs.compute_content_cost
}}  # fmt: skip


@exercise
def compute_style_cost(answer):
    """Check `compute_style_cost(a_S, a_G, style_layers)`, the weighted sum over the layers (lesson 06).

    An answer may empty its dicts: the exercise does not forbid it. It is told.
    """

    def made(cost=_costs.compute_layer_style_cost, term=lambda x, J: x * J, layers=lambda a, w: w, total=sum):
        return lambda a, b, w: total([term(w.get(l, 1.0), cost(a[l], b[l])) for l in layers(a, w)])

    mistakes = slips(made, **_SUM_SLIPS)
    mistakes += table({
        "It adds up all the layers it finds, and without their weights: only those in style_layers count, each with "
        "its lambda_l.": lambda a, b, w: sum(_costs.compute_layer_style_cost(a[l], b[l]) for l in a),
        "The layers are taken in order, and so weights and activations of different layers meet: look each layer up by "
        "its name.": _by_order,
        "The sum of the layers before it is weighted again in each turn of the loop: weigh each cost alone.":
            _weighing_the_sum,
    })  # fmt: skip
    shapes = {"block1_conv1": (1, 4, 6, 2), "block2_conv1": (1, 2, 3, 4), "block4_conv2": (1, 2, 1, 3)}
    pairs = dict(zip(shapes, random_activations(*shapes.values(), seed=6), strict=True))
    a_S, a_G = ({layer: pair[i] for layer, pair in pairs.items()} for i in (0, 1))
    weights = ({"block1_conv1": 0.5, "block2_conv1": 0.2}, {"block4_conv2": 2.0, "block2_conv1": 0.3},
               {"block1_conv1": 0.1, "block2_conv1": 0.6, "block4_conv2": 1.5}, {"block2_conv1": 0.7})  # fmt: skip
    compare(answer, lambda a_S, a_G, style_layers: _costs.compute_style_cost(a_S, a_G, style_layers),
            [(dict(a_S), dict(a_G), w) for w in weights], mistakes, wanted="a single number", watched=(1,),
            explain=lambda *results: _first_wrong_sum(answer, a_S, a_G))  # fmt: skip
    changes = " (It changes the dicts it is given, though: a second call with them gives something else.)"
    return changes if answer.changed else None


def _by_order(a_S, a_G, style_layers):
    triples = zip(a_S.values(), a_G.values(), style_layers.values(), strict=False)
    return sum(weight * _costs.compute_layer_style_cost(S, G) for S, G, weight in triples)


def _weighing_the_sum(a_S, a_G, style_layers):
    J_style = 0.0
    for layer, weight in style_layers.items():
        J_style = (J_style + _costs.compute_layer_style_cost(a_S[layer], a_G[layer])) * weight
    return J_style


def _first_wrong_sum(answer, a_S, a_G):
    """Return how many layers, with which weight, it takes for the sum to go wrong."""
    for weight, hint in (
        (1.0, "With a single layer of lambda_l 1, J_style is that layer's cost, and yours is not: what is computed?"),
        (0.5, "With a single layer of lambda_l 1 it is right, of lambda_l 0.5 it is not: how does the weight come in?"),
    ):
        layers = {"block1_conv1": weight}
        if not close(numbers(answer(a_S, a_G, layers)), numbers(_costs.compute_style_cost(a_S, a_G, layers))):
            return hint
    return "With a single layer it is right, with several it is not: which layers are in the sum, and how often?"
