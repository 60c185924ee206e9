"""Checks of lesson 05: the content cost, its gradient, and the same from unrolled activations."""

import numpy as np
import tensorflow as tf

from ... import costs as _costs
from .verdict import Mistake, compare

NO_SQUARE = "The differences are not squared: with absolute values the cost is another one."
SQUARE_LAST = "It squares the sum of the differences, so that plus and minus cancel: square first, then add up."
NO_SUM = "It returns a number for each element: a cost is one number, so add them up."
BRACKETS = "Look at the brackets of the constant: a / b * c multiplies by c, it does not divide."
ZERO = "It is 0 whatever is given: does the constant become 0 (// cuts off), or is a tensor compared with itself?"


def random_activations(*shapes, seed=5):
    """Return pairs of random activations; all dimensions differ, so that none is taken for another."""
    random = np.random.default_rng(seed)
    return [tuple(tf.constant(random.normal(0.4, 1, shape), tf.float32) for _ in range(2)) for shape in shapes]


def sum_of_squares(a, b):
    """Return the sum of the squared differences."""
    return tf.reduce_sum(tf.square(a - b))


def size_of(a):
    """Return the number of elements."""
    return float(np.prod(a.shape))


def _content_mistakes(n_C):
    """Return what goes wrong in a content cost; `n_C(a)` reads the number of channels off."""
    return [
        Mistake("It is the plain sum of squares: the constant in front of the sum is missing.", sum_of_squares),
        Mistake("The constant is 1/2. That is right in the paper, but this course uses the one in the exercise: "
                "then alpha means the same for every layer and size.", lambda a, b: sum_of_squares(a, b) / 2),
        Mistake("It is the mean of the squares: one factor of the constant is missing.",
                lambda a, b: sum_of_squares(a, b) / size_of(a)),
        Mistake("The 4 of the constant has become a 2.", lambda a, b: sum_of_squares(a, b) / (2 * size_of(a))),
        Mistake("The constant is a 4 without the sizes of the layer.", lambda a, b: sum_of_squares(a, b) / 4),
        Mistake("The number of channels n_C is missing in the constant: the sum runs over the channels, too.",
                lambda a, b: sum_of_squares(a, b) / (4 * size_of(a) / n_C(a))),
        Mistake("The constant has only n_C: the sum runs over all positions, too.",
                lambda a, b: sum_of_squares(a, b) / (4 * n_C(a))),
        Mistake("The constant is squared here: that one belongs to the style cost (06).",
                lambda a, b: sum_of_squares(a, b) / (2 * size_of(a)) ** 2),
        Mistake(BRACKETS, lambda a, b: sum_of_squares(a, b) / 4 * size_of(a)),
        Mistake(NO_SQUARE, lambda a, b: tf.reduce_sum(tf.abs(a - b)) / (4 * size_of(a))),
        Mistake(NO_SQUARE, lambda a, b: tf.reduce_mean(tf.abs(a - b))),
        Mistake(NO_SQUARE, lambda a, b: tf.reduce_sum(tf.abs(a - b))),
        Mistake("The differences are added up without being squared, so that plus and minus cancel.",
                lambda a, b: tf.reduce_sum(a - b) / (4 * size_of(a))),
        Mistake(SQUARE_LAST, lambda a, b: tf.square(tf.reduce_sum(a - b)) / (4 * size_of(a))),
        Mistake(SQUARE_LAST, lambda a, b: tf.square(tf.reduce_sum(a - b))),
        Mistake("It squares the activations and subtracts then: first the difference, then its square.",
                lambda a, b: tf.reduce_sum(tf.square(a) - tf.square(b)) / (4 * size_of(a))),
        Mistake("There is a square root too many: the cost is no distance, but a squared one.",
                lambda a, b: tf.norm(a - b) / (4 * size_of(a))),
        Mistake("There is a square root too many: the cost is no distance, but a squared one.",
                lambda a, b: tf.norm(a - b)),
        Mistake("The activations are added, not subtracted.", lambda a, b: sum_of_squares(a, -b) / (4 * size_of(a))),
        Mistake(ZERO, lambda a, b: tf.constant(0.0)),
        Mistake(NO_SUM, lambda a, b: tf.square(a - b) / (4 * size_of(a))),
        Mistake(NO_SUM, lambda a, b: tf.square(a - b)),
    ]  # fmt: skip


def compute_content_cost(function):
    """Check `compute_content_cost(a_C, a_G)`, which returns J_content as a scalar tensor (lesson 05)."""
    cases = random_activations((1, 2, 3, 5), (1, 4, 2, 3), (1, 3, 5, 7))
    mistakes = _content_mistakes(lambda a: a.shape[-1])
    return compare(
        "compute_content_cost", function, _costs.compute_content_cost, cases, mistakes, differentiable=True
    )  # fmt: skip


def content_cost_unrolled(function):
    """Check `content_cost_unrolled(A_C, A_G)`: J_content from matrices of shape (n_C, n_H*n_W) (lesson 05)."""
    cases = random_activations((5, 6), (3, 8), (7, 4))
    product = Mistake(
        "There is a matrix product in it: here each element is compared with the one at the same place, no more.",
        lambda A, B: tf.reduce_sum(tf.matmul(A - B, A - B, transpose_b=True)) / (4 * size_of(A)),
    )
    mistakes = [*_content_mistakes(lambda A: A.shape[0]), product]
    return compare(
        "content_cost_unrolled", function, _costs.compute_content_cost, cases, mistakes, differentiable=True
    )  # fmt: skip


def content_cost_gradient(function):
    """Check `content_cost_gradient(a_C, a_G)`: the derivative with respect to each element of a_G (lesson 05)."""

    def right(a_C, a_G):
        return (a_G - a_C) / (2 * size_of(a_G))

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
        Mistake(BRACKETS, lambda a, b: (b - a) / 2 * size_of(a)),
        Mistake("It is summed up: a gradient has a number for each element of a_G.",
                lambda a, b: tf.reduce_sum(right(a, b))),
        Mistake("It returns the squares themselves: the cost is made of them, its gradient is not.",
                lambda a, b: tf.square(b - a) / (4 * size_of(a))),
        Mistake("It is right, but for the zeros wherever a_G is 0. That mask is the gradient through the ReLU (as in "
                "the paper's equation 2); here we differentiate with respect to the activation itself.",
                lambda a, b: tf.where(b > 0, right(a, b), 0)),
        Mistake("It is 0 everywhere: has the constant been cut off by //?", lambda a, b: tf.zeros_like(b)),
    ]  # fmt: skip
    cases = random_activations((1, 2, 3, 5), (1, 4, 2, 3), (1, 3, 5, 7))
    return compare("content_cost_gradient", function, right, cases, mistakes)
