"""Checks of lesson 05: the content cost, its gradient, and the same from unrolled activations."""

import numpy as np
import tensorflow as tf

from ... import costs as _costs
from .answer import exercise, numbers
from .comparison import compare
from .constants import Constant, close
from .mistakes import slips, table

# Two of a shape: a factor that is the same for both goes by the sizes. All sizes of a shape differ.
SHAPES = (1, 2, 3, 5), (1, 4, 2, 3), (1, 3, 5, 7), (1, 5, 3, 2), (1, 7, 1, 3), (1, 4, 2, 3), (1, 3, 5, 7)
BRACKETS = "Look at the brackets of the constant: a / b * c multiplies by c, it does not divide."
_HINTS = {  # of the powers of 2, of the number of positions, and of channels
    (2, 1, 1): "It is the plain sum of squares: the constant in front of the sum is missing.",
    (1, 1, 1): "The constant is 1/2. That is right in the paper, but this course uses the one in the exercise: then "
               "alpha means the same for every layer and size.",
    (2, 0, 0): "It is the mean of the squares: one factor of the constant is missing.",
    (1, 0, 0): "The 4 of the constant has become a 2.",
    (0, 1, 1): "The constant is a 4 without the sizes of the layer.",
    (0, 0, 1): "The number of channels n_C is missing in the constant: the sum runs over the channels, too.",
    (0, 1, 0): "The constant has only n_C: the sum runs over all positions, too.",
    (0, -1, -1): "The constant is squared here: that one belongs to the style cost (06).",
    (0, 2, 2): BRACKETS,
}  # fmt: skip
_GRADIENT_HINTS = {
    (-1, 0, 0): "It is half of what it should be: the derivative of a square brings a factor with it.",
    (1, 0, 0): "It is twice the right one: what remains of the constant and the factor of the square?",
    (2, 1, 1): "The constant of the cost is missing.",
    (1, 1, 1): "The constant of the cost is missing.",
    (0, 1, 1): "The constant has lost the sizes of the layer.",
    (0, 2, 2): BRACKETS,
}  # fmt: skip


def random_activations(*shapes, seed=5):
    """Return pairs of random activations of some shapes."""
    random = np.random.default_rng(seed)
    return [tuple(tf.constant(random.normal(0.4, 1, shape), tf.float32) for _ in range(2)) for shape in shapes]


def size_of(a):
    """Return the number of elements."""
    return float(np.prod(a.shape))


def sizes(channels_at):
    """Return the named sizes of activations whose channels are at one axis, for `Constant`."""
    return {
        "2": lambda *case: 2,
        "more positions": lambda a, *others: size_of(a) / a.shape[channels_at],
        "more channels": lambda a, *others: a.shape[channels_at],
    }


def cost_mistakes(constant, of=lambda a: a, what="activations"):
    """Return what goes wrong in a sum of squared differences with a `constant(a)`; `of` gives what is compared."""

    def made(pair=tf.subtract, power=tf.square, total=tf.reduce_sum, last=lambda x: x):
        return lambda a, b: last(total(power(pair(of(a), of(b))))) * constant(a)

    some_axes = (0, -1, 1, (1, 2), (0, 1, 2), (1, 2, 3), (0, 1), (2, 3))
    return slips(made, at_most=1, power={
        "The differences are not squared: with absolute values the cost is another one.": tf.abs,
        "The differences are added up without being squared, so that plus and minus cancel.": tf.identity,
        "The differences are raised to another power than 2.": [lambda x: x**3, lambda x: x**4],
    }, pair={
        f"The {what} are added, not subtracted.": tf.add,
        f"The {what} are cut off below 0 first: take them as they are.": lambda a, b: tf.nn.relu(a) - tf.nn.relu(b),
    }, last={
        "The sum of the squares is squared once more.": tf.square,
        "There is a square root too many: the cost is no distance, but a squared one.": tf.sqrt,
        "The fraction is upside down: what belongs above the line?": lambda x: 1 / x,
        "Only the constant is there: the sum is missing.": tf.ones_like,
    }, total={
        "It returns a number for each element: a cost is one number, so add them up.": tf.identity,
        "It takes the largest of the squares: add them up.": tf.reduce_max,
        "Only some of the axes are added up: a cost is one number, so add up over all of them.": [
            lambda x, axis=axis: tf.reduce_sum(x, axis) for axis in some_axes],
    }) + table({
        f"It squares the {what} and subtracts then: first the difference, then its square.":
            lambda a, b: tf.reduce_sum(of(a) ** 2 - of(b) ** 2) * constant(a),
        f"The {what} are multiplied, not compared: take their difference.":
            lambda a, b: tf.reduce_sum(of(a) * of(b)) * constant(a),
        "It squares the sum of the differences, so that plus and minus cancel: square first, then add up.":
            lambda a, b: tf.reduce_sum(of(a) - of(b)) ** 2 * constant(a),
        "The absolute differences are added up, and squared then: square each first.":
            lambda a, b: tf.reduce_sum(tf.abs(of(a) - of(b))) ** 2 * constant(a),
    })  # fmt: skip


def explain_cost(answer, power):
    """Return what tells, for `compare`, which property of a cost an answer lacks; it goes by the activations' power."""

    def explain(found, expected, cases):
        (a, b), f = cases[0], found[0]
        if any(f < 0 for f in found):
            return "It is negative for some activations, and a sum of squares never is: look at the signs."
        if any(abs(numbers(answer(a, a))) > 1e-3 * f for (a, _), f in zip(cases, found, strict=True)):
            return "It is not 0 where both arguments are the same, and must be: what is compared with what?"
        if not close(numbers(answer(2 * a, 2 * b)), 2**power * f):
            return f"Where all the activations are doubled, the cost must be {2**power} times as large, and is not."
        if power == 2 and not close(numbers(answer(a + 1, b + 1)), f):
            return "Where 1 is added to all activations of both, no difference changes, and so the cost must not."
        if power == 2 and _overlooks_a_place(answer, a):
            return "A difference of 1 at a single place must cost the same wherever it is, and does not."
        if not all(map(close, found, [numbers(answer(b, a)) for a, b in cases])):
            return "With the two arguments swapped it gives another cost, and should give the same."
        return None

    return explain


def _overlooks_a_place(answer, a):
    places = tf.reshape(tf.eye(int(size_of(a))), (-1, *a.shape))
    costs = [numbers(answer(a, a + place)) for place in places]
    return not close(np.array(costs), np.full_like(costs, np.max(costs)))


def _content_cost(answer, cases, channels_at, more=()):
    mistakes = [*cost_mistakes(lambda a: 1 / (4 * size_of(a))), *more]
    compare(answer, lambda a_C, a_G: _costs.compute_content_cost(a_C, a_G), cases, mistakes, watched=(1,),
            constant=Constant(sizes(channels_at), _HINTS), wanted="a single number",
            explain=explain_cost(answer, 2))  # fmt: skip


@exercise
def compute_content_cost(answer):
    """Check `compute_content_cost(a_C, a_G)`, which returns J_content as a scalar tensor (lesson 05)."""
    _content_cost(answer, random_activations(*SHAPES), -1)


@exercise
def content_cost_unrolled(answer):
    """Check `content_cost_unrolled(A_C, A_G)`: J_content from matrices of shape (n_C, n_H*n_W) (lesson 05)."""
    product = table({
        "There is a matrix product in it: here each element is compared with the one at the same place, no more.":
            lambda A, B: tf.reduce_sum((A - B) @ tf.transpose(A - B)) / (4 * size_of(A)),
    })  # fmt: skip
    _content_cost(answer, random_activations((5, 6), (3, 8), (7, 4), (2, 15), (3, 8), (7, 4)), 0, product)


@exercise
def content_cost_gradient(answer):
    """Check `content_cost_gradient(a_C, a_G)`: the derivative with respect to each element of a_G (lesson 05)."""

    def right(a_C, a_G):
        return (a_G - a_C) / (2 * size_of(a_G))

    mistakes = table({
        "It returns the squares themselves: the cost is made of them, its gradient is not.":
            lambda a, b: tf.square(b - a) / (4 * size_of(a)),
        "It is the cost itself: its derivative is wanted, a number for each element of a_G.":
            lambda a, b: _costs.compute_content_cost(a, b),
        "It is right, but for the zeros wherever a_G is 0. That mask is the gradient through the ReLU (as in the "
        "paper's equation 2); here we differentiate with respect to the activation itself.":
            lambda a, b: tf.where(b > 0, right(a, b), 0),
        "Only the signs of the differences are left: that is the derivative of the absolute value.":
            lambda a, b: tf.sign(b - a) / (2 * size_of(a)),
        "The fraction is upside down: what belongs above the line?": lambda a, b: 1 / right(a, b),
    })  # fmt: skip
    cases = random_activations(*SHAPES)
    compare(answer, right, cases, mistakes, constant=Constant(sizes(-1), _GRADIENT_HINTS), wanted="the shape of a_G",
            explain=lambda *results: _first_wrong_slope(answer, *cases[0]))  # fmt: skip


def _first_wrong_slope(answer, a_C, a_G):
    """Return which property of the gradient is lacking."""
    slope = numbers(answer(a_C, a_G))
    if not close(numbers(answer(a_C + 1, a_G + 1)), slope):
        return "It must go by the difference alone: where 1 is added to both, nothing may change, and it does."
    if not close(numbers(answer(2 * a_C, 2 * a_G)), 2 * slope):
        return "Where the difference is twice as large, the slope must be, too, and is not: which power is left of it?"
    return "It grows with the difference as it must, but not at the same rate everywhere: what else does it go by?"
