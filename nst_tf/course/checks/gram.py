"""Checks of lesson 06, first part: unrolling, and the Gram matrix."""

import numpy as np
import tensorflow as tf

from ... import costs as _costs
from .answer import exercise, numbers
from .comparison import compare
from .constants import Constant, close
from .content import random_activations, sizes
from .gradients import compare_gradients
from .mistakes import Mistake
from .verdict import NotQuite

_LATER = {
    (0, -1, 0): "It is divided by the number of positions: the constant comes later, in the cost.",
    (0, -1, -1): "It is divided by the number of elements: the constant comes later, in the cost.",
    (0, 0, -1): "It is divided by the number of channels: the constant comes later, in the cost.",
}


@exercise
def unroll(function):
    """Check `unroll(a)`: activations (1, n_H, n_W, n_C) to the matrix A of shape (n_C, n_H*n_W) (lesson 06)."""
    cases = [(a,) for a, _ in random_activations((1, 2, 3, 4), (1, 5, 2, 3), (1, 3, 4, 2), (1, 2, 2, 2))]
    columns = ("Each row is one channel, as it must be, but the positions run down the columns of the picture: "
               "flatten the picture row by row.")  # fmt: skip
    mixed = ("The shape is right, but the rows mix the channels: reshaping never moves a number to another place in "
             "the queue, so something else must put each channel's numbers next to each other. Print the "
             "toy.")  # fmt: skip
    mistakes = [
        Mistake(mixed, lambda a: tf.reshape(a, (a.shape[3], -1))),
        *(Mistake(mixed, lambda a, order=order: tf.reshape(tf.transpose(a, order), (a.shape[3], -1)))
          for order in ((0, 2, 1, 3), (0, 1, 3, 2), (0, 2, 3, 1))),
        Mistake("Here the rows are positions and the columns channels: one step is missing after flattening.",
                lambda a: tf.reshape(a, (-1, a.shape[3]))),
        Mistake("Reshaping cannot swap rows and columns: transpose, or the channels are mixed.",
                lambda a: tf.transpose(tf.reshape(a, (a.shape[3], -1)))),
        Mistake(columns, lambda a: tf.reshape(tf.transpose(a[0]), (a.shape[3], -1))),
        Mistake("The first dimension, the 1, is still there: the result is a matrix, with two dimensions.",
                lambda a: _costs.unroll(a)[None]),
        Mistake("The channels come first, but each is still two-dimensional: flatten it.",
                lambda a: tf.transpose(a[0], (2, 0, 1))),
        Mistake("The channels come first, but each is still two-dimensional, and the 1 is there, too: flatten it.",
                lambda a: tf.transpose(a, (0, 3, 1, 2))),
        Mistake("It is all one long row: keep a row for each channel.", lambda a: tf.reshape(a, (-1,))),
        Mistake("It is the activations as they were: nothing has been unrolled.", lambda a: a),
        Mistake("Only the 1 is gone: the two dimensions of the picture must become one.", lambda a: a[0]),
        Mistake("The rows are the channels, but in reverse order.", lambda a: _costs.unroll(a)[::-1]),
        Mistake("The positions come in reverse order.", lambda a: _costs.unroll(a)[:, ::-1]),
        Mistake("It is the Gram matrix already: that is the next exercise.",
                lambda a: _costs.gram_matrix(_costs.unroll(a))),
    ]  # fmt: skip
    compare(function, lambda a: _costs.unroll(a), cases, mistakes, wanted="(n_C, n_H*n_W)")
    compare_gradients(function, _costs.unroll, cases[0])


@exercise
def gram_matrix(function):
    """Check `gram_matrix(A)`: the matrix of shape (n_C, n_C) of a matrix A of shape (n_C, n_H*n_W) (lesson 06)."""
    square = tf.constant([[1.0, 2.0], [0.0, 3.0]])
    cases = [(A,) for A, _ in random_activations((3, 8), (5, 6), (4, 3), (2, 15), (3, 8))]
    centred = "The mean of each row is subtracted first: that is a covariance. Take the numbers as they are."
    hint = "The mean of the columns is subtracted first. Take the numbers as they are."
    mistakes = [
        Mistake("It compares positions with positions: the result must be channels by channels. Which of the two "
                "factors is to be transposed?", lambda A: tf.matmul(A, A, transpose_a=True)),
        Mistake("It multiplies element by element (*): a product of matrices is needed.", lambda A: A * A),
        Mistake("It is divided by the number of rows less one.", lambda A: gram(A) / (A.shape[0] - 1)),
        Mistake("It is divided by the number of positions less one: the constant comes later, in the cost.",
                lambda A: gram(A) / (A.shape[1] - 1)),
        Mistake(centred, lambda A: gram(A - tf.reduce_mean(A, 1, keepdims=True))),
        Mistake(centred, lambda A: np.cov(A)),
        Mistake(centred, lambda A: np.cov(A, bias=True)),
        Mistake(hint, lambda A: gram(A - tf.reduce_mean(A, 0, keepdims=True))),
        Mistake("The mean of all numbers is subtracted first. Take the numbers as they are.",
                lambda A: gram(A - tf.reduce_mean(A))),
        Mistake("That is the correlation coefficient: it has lost how strong each channel is.",
                lambda A: np.corrcoef(A)),
        Mistake("Each row is scaled to length 1 first: that forgets how strong each channel is.",
                lambda A: gram(tf.math.l2_normalize(A, 1))),
        Mistake("These are the sums of squares of the rows: what about row k with another row?",
                lambda A: tf.reduce_sum(A * A, 1)),
        Mistake("Only the diagonal is there: what about row k with another row?",
                lambda A: tf.linalg.diag(tf.reduce_sum(A * A, 1))),
        Mistake("Only one triangle is there: row k meets row k', and row k' meets row k.",
                lambda A: tf.linalg.band_part(gram(A), 0, -1)),
        Mistake("Only one triangle is there: row k meets row k', and row k' meets row k.",
                lambda A: tf.linalg.band_part(gram(A), -1, 0)),
        Mistake("The diagonal is missing: each row meets itself, too.",
                lambda A: gram(A) - tf.linalg.diag(tf.reduce_sum(A * A, 1))),
        Mistake("All is added up to one number: the result has a number for each pair of rows.",
                lambda A: tf.reduce_sum(gram(A))),
        Mistake("The numbers lose their signs: multiply them as they are.", lambda A: gram(tf.abs(A))),
        Mistake("The products lose their signs: add them up as they are.", lambda A: tf.abs(gram(A))),
        Mistake("The numbers are squared before they are multiplied.", lambda A: gram(A * A)),
        Mistake("These are the squared distances of the rows: products are wanted, not differences.",
                lambda A: tf.reduce_sum((A[:, None] - A[None]) ** 2, -1)),
        Mistake("The activations are cut off below 0 first: take the numbers as they are.",
                lambda A: gram(tf.nn.relu(A))),
        Mistake("The sums of the rows are multiplied: multiply position by position, and add up then.",
                lambda A: tf.einsum("kp,lq->kl", A, A)),
    ]  # fmt: skip
    if _is_square_only(function, square):
        raise NotQuite("A times A works for square matrices only: one of the two must be transposed.")
    compare(function, lambda A: _costs.gram_matrix(A), cases, mistakes, constant=Constant(sizes(0), _LATER),
            wanted="(n_C, n_C)", explain=lambda *results: _first_wrong_product(function))  # fmt: skip
    compare_gradients(function, gram, cases[0])


def _first_wrong_product(function):
    """Return on which matrix a number is wrong already; all have products that can be seen."""
    one, two = tf.constant([[1.0, 2.0, 3.0]]), tf.constant([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])
    if not close(numbers(function(one)), numbers(gram(one))):
        return "With a single row (1, 2, 3), the result is the sum of its squares alone, and yours is another number."
    if not close(numbers(function(two)), numbers(gram(two))):
        return "With two rows, one of which is 0 wherever the other is not, their product is 0: yours is wrong already."
    return "With a single row it is right, and with several it is not: what of row k with another row?"


def _is_square_only(function, square):
    """Whether it squares a matrix; on a matrix that is not square it would raise what helps nobody."""
    try:
        return close(numbers(function(square)), numbers(square @ square))
    except NotQuite:  # `compare` will say what is wrong
        return False


def gram(A):
    """Return the Gram matrix, computed without a custom gradient."""
    return tf.matmul(A, A, transpose_b=True)
