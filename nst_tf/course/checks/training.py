"""Checks of lessons 07 and 08: the gradient of a cost, and the train step."""

import numpy as np
import tensorflow as tf

from ...objective import Costs
from .answer import exercise, numbers, something
from .comparison import compare
from .constants import close
from .mistakes import slips, table
from .verdict import NotQuite


@exercise
def gradient_of(answer):
    """Check `gradient_of(cost, image)`: the gradient of the scalar `cost(image)`, of the image's shape (lesson 07)."""
    first, second, third = (
        tf.constant(np.linspace(*ends, np.prod(shape), dtype=np.float32).reshape(shape))
        for ends, shape in (((0.1, 0.9), (1, 2, 4, 3)), ((0.8, 0.2), (1, 3, 2, 3)), ((-0.5, 0.7), (1, 2, 3, 3)))
    )
    cases = [
        (lambda x: tf.reduce_sum(tf.square(x - 0.45)), first),
        (lambda x: tf.reduce_mean(x[:, 1:] * x[:, :-1]) + tf.reduce_sum(x**3), second),
        (lambda x: tf.reduce_mean(tf.exp(x) * x[..., ::-1]), third),
    ]

    def right(cost, image):
        with tf.GradientTape() as tape:
            tape.watch(image)
            J = cost(image)
        return tape.gradient(J, image)

    def alone(cost, image):
        result = answer(cost, image)
        if isinstance(result, (list, tuple)) and len(result) == 1:
            raise NotQuite("It returns a list with the gradient in it: return the gradient alone.")
        if result is None:
            raise NotQuite("The result is None. If you do return the gradient: is the image watched (a tensor is not, "
                           "on its own), is the cost computed inside the `with` block, from the image itself (.numpy() "
                           "cuts the gradient off), and is the order of tape.gradient's arguments right?")  # fmt: skip
        return result

    mistakes = table({
        "That is the cost itself, not its gradient.": lambda cost, x: cost(x),
        "It has the wrong sign: return the gradient, and leave the minus to the train step.":
            lambda cost, x: -right(cost, x),
        "That is the gradient of the image with respect to itself: differentiate the cost.":
            lambda cost, x: tf.ones_like(x),
        "That is the derivative of the cost with respect to itself, which is 1: put the image in the second place.":
            lambda cost, x: tf.constant(1.0),
        "That is the image: differentiate the cost with respect to it.": lambda cost, x: x,
        "It is multiplied by the image: return the gradient itself.": lambda cost, x: right(cost, x) * x,
        "That is the image after a step: return the gradient alone.": lambda cost, x: x - right(cost, x),
        "That is the image plus its gradient: return the gradient alone.": lambda cost, x: x + right(cost, x),
        "It is the gradient of the square of the cost.": lambda cost, x: right(lambda y: cost(y) ** 2, x),
    })  # fmt: skip
    compare(alone, right, cases, mistakes, wanted="that of the image",
            explain=lambda *results: _at_a_plain_cost(alone, first))  # fmt: skip


def _at_a_plain_cost(answer, image):
    """Return whether the gradient of a sum is right, which is 1 everywhere, at every picture."""
    if close(numbers(answer(tf.reduce_sum, image)), np.ones(image.shape)):
        return ("For the plain sum of a picture it is right, for other costs it is not: is the cost computed from the "
                "image as it is, and is what the tape gives returned as it is?")  # fmt: skip
    return "For the plain sum of a picture the gradient is 1 everywhere, and yours is not: what is done to it?"


@exercise
def make_train_step(answer):
    """Check `make_train_step(objective, optimizer)`, which returns `train_step(image)` (lesson 08).

    The train step changes the `tf.Variable` it is given, keeps it in [0, 1], and returns what the objective gave.
    """
    optimizer, image = _new_optimizer(), tf.Variable(_START)
    step = answer(_quadratic, optimizer)
    if not callable(step):
        raise NotQuite("It must return the function train_step: no brackets behind it, and after its definition.")
    step = answer.returning(step)
    if step(image) is None:
        raise NotQuite("train_step returns nothing: return the costs that the objective gave, to be looked at.")
    _judge_step(int(optimizer.iterations), np.array_equal(image.numpy(), _START))
    compare(lambda n_steps: _play(answer, n_steps), _played(), [(4,)], _wrong_steps(), usual=False,
            explain=_explain_play, wanted="What train_step returns is not the costs: return all that the objective "
                                          "gave.")  # fmt: skip


def _judge_step(iterations, unchanged):
    if iterations == 0:
        raise NotQuite("The picture stays as it was: the gradient is never applied to the variable." if unchanged else
                       "The picture changes, but not through the optimizer that was given: let it apply the "
                       "gradient.")  # fmt: skip
    if iterations > 1:
        raise NotQuite("One train step takes several steps of the optimizer: apply the gradient once.")
    if unchanged:
        raise NotQuite("The optimizer takes a step, but the picture that was given stays as it was: is a copy trained "
                       "in its place, or the old picture assigned again?")  # fmt: skip


def _wrong_steps():
    unbound = (-np.inf, np.inf)
    others = (-1, 1), (0, 255), (0, 0.5), (-0.5, 0.5), (0.5, 1), (1e-3, 1), (0, 2), (0, 0), (1, 1), (-1, 2)
    itself, all_of_it = "give the optimizer the gradient itself.", "return all that the objective gave."
    return table({
        "It clips before the step: what the step does must be clipped too, so clip after it.":
            _played(after=unbound, before=(0, 1)),
    }) + slips(_played, after={
        "The picture leaves [0, 1]: after each step, clip it and assign what comes out to the variable.": unbound,
        "The picture is cut off at one end of [0, 1] only, and leaves it at the other.": [(0, np.inf), (-np.inf, 1)],
        "It is clipped to other bounds than 0 and 1.": list(others),
    }, before={
        "It is clipped before the step, too: that changes the picture whose costs are returned.": (0, 1),
    }, weights={
        "Only J_content goes down: take the gradient of J, the whole sum.": (0, 1, 0),
        "Only J_style goes down: take the gradient of J, the whole sum.": (0, 0, 1),
        "The gradients of all the costs are added up, J and its parts: take that of J alone.": (1, 1, 1),
        "The two costs are added without their weights: take the gradient of J.": (0, 1, 1),
    }, slope={
        "J goes up: the optimizer takes the minus sign itself, so give it the gradient as it is.": lambda g, x: -g,
        f"The gradient is clipped, which the text does not ask for: {itself}": [
            lambda g, x, ends=ends: np.clip(g, *ends) for ends in ((0, 1), (-1, 1))],
        f"Only the signs of the gradient are applied: {itself}": lambda g, x: np.sign(g),
        f"The gradient is divided by its length: {itself}": lambda g, x: g / np.linalg.norm(g),
        f"The gradient is divided by its mean size: {itself}": lambda g, x: g / np.abs(g).mean(),
        f"The gradient is multiplied by a number: {itself}": [
            lambda g, x, by=by: by * g for by in (2, 0.5, 10, 0.1, 0.01, 255)],
        "The picture is applied where the gradient should be.": lambda g, x: x,
    }, returns={
        f"It returns J alone: {all_of_it}": lambda costs, g, x: costs[:1],
        f"It returns J_content alone: {all_of_it}": lambda costs, g, x: costs[1:2],
        f"It returns J_style alone: {all_of_it}": lambda costs, g, x: costs[2:],
        f"It returns J_content and J_style without J: {all_of_it}": lambda costs, g, x: costs[1:],
        "It returns the gradient: return the costs.": lambda costs, g, x: np.ravel(g),
        "It returns the picture: return the costs.": lambda costs, g, x: np.ravel(x),
        "The costs returned are those after the step, which takes a second evaluation: return those that the tape has "
        "seen.": lambda costs, g, x: _costs_at(x),
    })  # fmt: skip


def _explain_play(found, expected, cases):
    if found[0].shape != expected[0].shape:
        return None
    costs = np.arange(found[0].size) % 15 < 3
    wrong = ~np.isclose(found[0], expected[0], rtol=1e-3, atol=1e-5)
    if not wrong[~costs].any():
        return "The pictures are right, the costs that train_step returns are not: return what the objective gave."
    return (f"The picture is another one after step {np.flatnonzero(wrong & ~costs)[0] // 15 + 1}: look at the "
            "gradient, at what it is taken of, and at what is assigned to the picture.")  # fmt: skip


_START = np.linspace(0.05, 0.95, 12, dtype=np.float32).reshape(1, 2, 2, 3)
_TARGET = np.linspace(-0.6, 1.8, 12, dtype=np.float32).reshape(1, 2, 2, 3)


def _quadratic(image):
    """Return cheap `Costs` with a minimum outside of [0, 1], so that clipping matters from the second step on."""
    J_content = tf.reduce_sum(tf.square(image - 0.4)) / 4
    J_style = tf.reduce_sum(tf.square(image - _TARGET)) / 3
    return Costs(1.5 * J_content + J_style, {"J_content": J_content, "J_style": J_style})


def _new_optimizer():
    return tf.keras.optimizers.SGD(0.7)


def _costs_at(x):
    """Return J, J_content and J_style of `_quadratic`, in NumPy."""
    J_content, J_style = np.square(x - 0.4).sum() / 4, np.square(x - _TARGET).sum() / 3
    return np.array([1.5 * J_content + J_style, J_content, J_style])


def _played(weights=(1, 0, 0), slope=lambda g, x: g, before=(-np.inf, np.inf), after=(0, 1),
            returns=lambda costs, g, x: costs):  # fmt: skip
    """Return what `_play` gives for train steps that are right, or, with a keyword, have a mistake in them."""

    def play(n_steps):
        x, seen = _START.astype(np.float64), []
        for _ in range(n_steps):
            x = np.clip(x, *before)
            costs, parts = _costs_at(x), ((x - 0.4) / 2, (x - _TARGET) * 2 / 3)
            gradient = sum(w * g for w, g in zip(weights, (1.5 * parts[0] + parts[1], *parts), strict=True))
            x = np.clip(x - 0.7 * slope(gradient, x), *after)
            seen += [returns(costs, gradient, x), np.ravel(x)]
        return np.concatenate(seen)

    return play


def _play(make, n_steps):
    """Return the costs and pictures of some train steps, one behind the other, as one array."""
    step, image, seen = make.returning(make(_quadratic, _new_optimizer())), tf.Variable(_START), []
    for _ in range(n_steps):
        costs = something(step(image))
        try:
            costs = [np.ravel(np.asarray(part, np.float64)) for part in tf.nest.flatten(costs)]
        except (TypeError, ValueError):
            raise NotQuite("What train_step returns is no costs: return what the objective gave.") from None
        seen += [np.concatenate(costs), np.ravel(image.numpy())]
    return np.concatenate(seen)
