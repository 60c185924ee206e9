"""Checks of lessons 07 and 08: the gradient of a cost, and the train step."""

import numpy as np
import tensorflow as tf

from ...objective import Costs
from .answer import exercise, numbers, something
from .comparison import compare
from .constants import close
from .mistakes import Mistake, slips
from .verdict import NotQuite


@exercise
def gradient_of(function):
    """Check `gradient_of(cost, image)`: the gradient of the scalar `cost(image)`, of the image's shape (lesson 07)."""
    first, second, third = (
        tf.constant(np.linspace(*ends, np.prod(shape), dtype=np.float32).reshape(shape))
        for ends, shape in (((0.1, 0.9), (1, 2, 2, 3)), ((0.8, 0.2), (1, 3, 2, 3)), ((-0.5, 0.7), (1, 2, 3, 3)))
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
        result = function(cost, image)
        if isinstance(result, (list, tuple)) and len(result) == 1:
            raise NotQuite("It returns a list with the gradient in it: return the gradient alone.")
        if result is None:
            raise NotQuite("The result is None. If you do return the gradient: is the image watched (a tensor is not, "
                           "on its own), is the cost computed inside the `with` block, from the image itself (.numpy() "
                           "cuts the gradient off), and is the order of tape.gradient's arguments right?")  # fmt: skip
        return result

    def gradient_with(change):
        return lambda cost, x: change(right(cost, x), x)

    itself = "That is the gradient of the image with respect to itself: differentiate the cost."
    reduced = "It is averaged or summed up over some axes: each pixel has a slope of its own, so leave the shape alone."
    mistakes = [
        Mistake("That is the cost itself, not its gradient.", lambda cost, x: cost(x)),
        Mistake("It has the wrong sign: return the gradient, and leave the minus to the train step.",
                gradient_with(lambda g, x: -g)),
        Mistake(itself, lambda cost, x: tf.ones_like(x)),
        Mistake("That is the derivative of the cost with respect to itself, which is 1: put the image in the "
                "second place.", lambda cost, x: tf.constant(1.0)),
        Mistake("That is the image: differentiate the cost with respect to it.", lambda cost, x: x),
        Mistake("It is summed up to one number: each pixel has a slope of its own, so leave the shape alone.",
                gradient_with(lambda g, x: tf.reduce_sum(g))),
        *(Mistake(reduced, gradient_with(lambda g, x, axis=axis, mean=mean: mean(g, axis)))
          for axis in (None, 0, -1, (1, 2), (0, 1, 2)) for mean in (tf.reduce_mean, tf.reduce_sum)),
        Mistake("Only the signs are left: return the gradient itself.", gradient_with(lambda g, x: tf.sign(g))),
        Mistake("The signs are lost: return the gradient itself.", gradient_with(lambda g, x: tf.abs(g))),
        Mistake("It is scaled to length 1: return the gradient itself.", gradient_with(lambda g, x: g / tf.norm(g))),
        Mistake("It is scaled by its largest slope: return the gradient itself.",
                gradient_with(lambda g, x: g / tf.reduce_max(tf.abs(g)))),
        Mistake("It is squared: return the gradient itself.", gradient_with(lambda g, x: g * g)),
        Mistake("It is multiplied by the image: return the gradient itself.", gradient_with(lambda g, x: g * x)),
        Mistake("That is the image after a step: return the gradient alone.", gradient_with(lambda g, x: x - g)),
        Mistake("That is the image plus its gradient: return the gradient alone.", gradient_with(lambda g, x: x + g)),
        Mistake("It is clipped: return the gradient itself.", gradient_with(lambda g, x: tf.clip_by_value(g, 0, 1))),
        Mistake("It is clipped: return the gradient itself.", gradient_with(lambda g, x: tf.clip_by_value(g, -1, 1))),
        Mistake("It is cut off below 0: return the gradient itself.", gradient_with(lambda g, x: tf.nn.relu(g))),
        Mistake("It is the gradient of the square of the cost.", lambda cost, x: right(lambda y: cost(y) ** 2, x)),
        Mistake("It is the gradient at another picture, one scaled by 255: compute the cost from the image as it is.",
                lambda cost, x: right(cost, 255 * x)),
        Mistake("It is the gradient at another picture, one of zeros: compute the cost from the image itself.",
                lambda cost, x: right(cost, 0 * x)),
    ]  # fmt: skip
    compare(
        alone,
        right,
        cases,
        mistakes,
        wanted="that of the image",
        explain=lambda *results: _at_a_plain_cost(alone, first),
    )


def _at_a_plain_cost(function, image):
    """Return whether the gradient of a sum is right, which is 1 everywhere, at every picture."""
    if close(numbers(function(tf.reduce_sum, image)), np.ones(image.shape)):
        return ("For the plain sum of a picture it is right, for other costs it is not: is the cost computed from the "
                "image as it is, and is what the tape gives returned as it is?")  # fmt: skip
    return "For the plain sum of a picture the gradient is 1 everywhere, and yours is not: what is done to it?"


@exercise
def make_train_step(function):
    """Check `make_train_step(objective, optimizer)`, which returns `train_step(image)` (lesson 08).

    The train step changes the `tf.Variable` it is given, keeps it in [0, 1], and returns what the objective gave.
    """
    optimizer, image = _new_optimizer(), tf.Variable(_START)
    step = function(_quadratic, optimizer)
    if not callable(step):
        raise NotQuite("It must return the function train_step: without brackets behind it, and after its definition.")
    step = function.returning(step)
    if step(image) is None:
        raise NotQuite("train_step returns nothing: return the costs that the objective gave, to be looked at.")
    _judge_step(int(optimizer.iterations), np.array_equal(image.numpy(), _START))
    compare(lambda n_steps: _play(function, n_steps), _played(), [(4,)], _wrong_steps(), explain=_explain_play,
            wanted="train_step returns something else than costs: return all that the objective gave.")  # fmt: skip


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
    out = "The picture leaves [0, 1]: after each step, clip it and assign what comes out to the variable."
    one_end = "The picture is cut off at one end of [0, 1] only, and leaves it at the other."
    itself = "give the optimizer the gradient itself."
    all_of_it = "return all that the objective gave."
    return slips(
        _played,
        (out, {"after": (-np.inf, np.inf)}),
        ("It clips before the step: what the step does must be clipped too, so clip after it.",
         {"after": (-np.inf, np.inf), "before": (0, 1)}),
        (one_end, {"after": (0, np.inf)}), (one_end, {"after": (-np.inf, 1)}),
        *(("It is clipped to other bounds than 0 and 1.", {"after": ends}) for ends in (
            (-1, 1), (0, 255), (0, 0.5), (-0.5, 0.5), (0.5, 1), (1e-3, 1), (0, 2), (0, 0), (1, 1), (-1, 2))),
        ("It is clipped before the step, too: that changes the picture whose costs are returned.", {"before": (0, 1)}),
        *((f"The gradient is clipped, which the text does not ask for: {itself}",
           {"slope": lambda g, x, ends=ends: np.clip(g, *ends)}) for ends in ((0, 1), (-1, 1))),
        ("Only J_content goes down: take the gradient of J, the whole sum.", {"weights": (0, 1, 0)}),
        ("Only J_style goes down: take the gradient of J, the whole sum.", {"weights": (0, 0, 1)}),
        ("The gradients of all the costs are added up, J and its parts: take that of J alone.",
         {"weights": (1, 1, 1)}),
        ("The two costs are added without their weights: take the gradient of J.", {"weights": (0, 1, 1)}),
        ("J goes up: the optimizer takes the minus sign itself, so give it the gradient as it is.",
         {"slope": lambda g, x: -g}),
        (f"Only the signs of the gradient are applied: {itself}", {"slope": lambda g, x: np.sign(g)}),
        (f"The gradient is divided by its length: {itself}", {"slope": lambda g, x: g / np.linalg.norm(g)}),
        (f"The gradient is divided by its mean size: {itself}", {"slope": lambda g, x: g / np.abs(g).mean()}),
        *((f"The gradient is multiplied by a number ({by}): {itself}", {"slope": lambda g, x, by=by: by * g})
          for by in (2, 0.5, 10, 0.1, 0.01, 255)),
        ("The picture is applied where the gradient should be.", {"slope": lambda g, x: x}),
        (f"It returns J alone: {all_of_it}", {"returns": lambda costs, g, x: costs[:1]}),
        (f"It returns J_content alone: {all_of_it}", {"returns": lambda costs, g, x: costs[1:2]}),
        (f"It returns J_style alone: {all_of_it}", {"returns": lambda costs, g, x: costs[2:]}),
        (f"It returns J_content and J_style without J: {all_of_it}", {"returns": lambda costs, g, x: costs[1:]}),
        ("It returns the gradient: return the costs.", {"returns": lambda costs, g, x: np.ravel(g)}),
        ("It returns the picture: return the costs.", {"returns": lambda costs, g, x: np.ravel(x)}),
        ("The costs returned are those after the step, which takes a second evaluation: return those that the tape has "
         "seen.", {"returns": lambda costs, g, x: _costs_at(x)}),
    )  # fmt: skip


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
