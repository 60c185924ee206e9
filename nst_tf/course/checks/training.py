"""Checks of lessons 07, 08 and 12: the total cost, its gradient, the train step, and the choice of alpha."""

import contextlib

import numpy as np
import tensorflow as tf

from ...costs import total_cost as _total_cost
from ...objective import Costs
from ...training import make_train_step as _make_train_step
from .calling import quiet
from .verdict import Mistake, compare, not_yet, wrong


def total_cost(function):
    """Check `total_cost(J_content, J_style, alpha, beta)`, which returns J as a scalar tensor (lesson 07)."""
    name = "total_cost"
    J_content, J_style = tf.constant(2.0), tf.constant(3.0)
    cases = [(J_content, J_style, 10.0, 40.0), (tf.constant(1.5), tf.constant(0.25), 3.0, 7.0), (0.5, 4.0, 0.2, 0.1)]
    mistakes = [
        Mistake("alpha and beta are swapped: alpha weighs the content, beta the style.",
                lambda C, S, a, b: b * C + a * S),
        Mistake("It uses 10 and 40 whatever it is given: use the arguments alpha and beta.",
                lambda C, S, a, b: 10 * C + 40 * S),
        Mistake("The weight alpha is missing before J_content.", lambda C, S, a, b: C + b * S),
        Mistake("The weight beta is missing before J_style.", lambda C, S, a, b: a * C + S),
        Mistake("Both weights are missing.", lambda C, S, a, b: C + S),
        Mistake("J_style is missing from the sum.", lambda C, S, a, b: a * C),
        Mistake("J_content is missing from the sum.", lambda C, S, a, b: b * S),
        Mistake("The two terms are multiplied: they must be added.", lambda C, S, a, b: a * C * b * S),
        Mistake("The two terms are subtracted: they must be added.", lambda C, S, a, b: a * C - b * S),
        Mistake("The sum is divided by alpha + beta. The formula has no such division: alpha and beta are free.",
                lambda C, S, a, b: (a * C + b * S) / (a + b)),
        Mistake("Both costs get the same weight: give each its own.", lambda C, S, a, b: (a + b) * (C + S)),
        Mistake("The weights are added to the costs: multiply by them.", lambda C, S, a, b: a + C + b + S),
    ]  # fmt: skip
    verdict = compare(name, quiet(function), _total_cost, cases, mistakes, differentiable=True)
    if verdict:  # the gradient must come through both terms
        verdict = compare(name, quiet(function), _total_cost, [(J_content, 3.0, 10.0, 40.0)], differentiable=True)
    return verdict


def gradient_of(function):
    """Check `gradient_of(cost, image)`: the gradient of the scalar `cost(image)`, of the image's shape (lesson 07)."""
    name = "gradient_of"
    image = tf.constant(np.linspace(0.1, 0.9, 12, dtype=np.float32).reshape(1, 2, 2, 3))
    other = tf.constant(np.linspace(0.8, 0.2, 18, dtype=np.float32).reshape(1, 3, 2, 3))
    cases = [
        (lambda x: tf.reduce_sum(tf.square(x - 0.45)), image),
        (lambda x: tf.reduce_mean(x[:, 1:] * x[:, :-1]) + tf.reduce_sum(x**3), other),
    ]
    function, result, verdict = _first_result(name, function, cases[0])
    if verdict is not None:
        return verdict
    if result is None:
        return wrong(
            name,
            "The result is None. If you do return the gradient: is the image watched (a tensor is not, on its own), "
            "is the cost computed inside the `with` block, from the image itself (.numpy() cuts the gradient off), and "
            "is the order of tape.gradient's arguments right?",
        )
    if isinstance(result, (list, tuple)) and len(result) == 1:
        return wrong(name, "It returns a list with the gradient in it: return the gradient alone.")
    mistakes = [
        Mistake("That is the cost itself, not its gradient.", lambda cost, x: cost(x)),
        Mistake("It has the wrong sign: return the gradient, and leave the minus to the train step.",
                lambda cost, x: -_gradient(cost, x)),
        Mistake("That is the gradient of the image with respect to itself: differentiate the cost.",
                lambda cost, x: tf.ones_like(x)),
        Mistake("That is the derivative of the cost with respect to itself, which is 1: put the image in the "
                "second place.",
                lambda cost, x: tf.constant(1.0)),
        Mistake("That is the image: differentiate the cost with respect to it.", lambda cost, x: x),
        Mistake("It is summed up to one number: each pixel has a slope of its own, so leave the shape alone.",
                lambda cost, x: tf.reduce_sum(_gradient(cost, x))),
        Mistake("Only the signs are left: return the gradient itself.", lambda cost, x: tf.sign(_gradient(cost, x))),
    ]  # fmt: skip
    return compare(name, function, _gradient, cases, mistakes)


def make_train_step(function):
    """Check `make_train_step(objective, optimizer)`, which returns `train_step(image)` (lesson 08).

    The train step changes the `tf.Variable` it is given, keeps it in [0, 1], and returns what the objective gave.
    """
    name = "make_train_step"
    function = quiet(function)
    optimizer, image = _new_optimizer(), tf.Variable(_START.copy())
    _, step, verdict = _first_result(name, function, (_quadratic, optimizer))
    if verdict is not None:
        return verdict
    if not callable(step):
        return wrong(
            name, "It must return the function train_step: without brackets behind it, and after its definition."
        )
    _, costs, verdict = _first_result(name, step, (image,))
    if verdict is not None:
        return verdict
    if costs is None:
        return wrong(name, "train_step returns nothing: return the costs that the objective gave, to be looked at.")
    if int(optimizer.iterations) == 0:
        if np.array_equal(image.numpy(), _START):
            return wrong(name, "The picture stays as it was: the gradient is never applied to the variable.")
        return wrong(
            name, "The picture changes, but not through the optimizer that was given: let it apply the gradient."
        )
    if int(optimizer.iterations) > 1:
        return wrong(name, "One train step takes several steps of the optimizer: apply the gradient once.")
    with contextlib.suppress(Exception):  # TensorFlow warns of functions that it traces often and calls seldom
        for _ in range(4):
            step(image)
    mistakes = [
        Mistake("The picture leaves [0, 1]: after each step, clip it and assign what comes out to the variable.",
                _wrong_step(clip=None)),
        Mistake("It clips before the step: what the step does must be clipped too, so clip after it.",
                _wrong_step(clip="before")),
        Mistake("Only J_content goes down: take the gradient of J, the whole sum.", _wrong_step(cost="J_content")),
        Mistake("Only J_style goes down: take the gradient of J, the whole sum.", _wrong_step(cost="J_style")),
        Mistake("J goes up: the optimizer takes the minus sign itself, so give it the gradient as it is.",
                _wrong_step(sign=-1.0)),
        Mistake("Only the signs of the gradient are applied: give the optimizer the gradient itself.",
                _wrong_step(sign="only")),
        Mistake("It returns J alone: return all that the objective gave.", _wrong_step(returns=lambda costs: costs.J)),
        Mistake("The costs returned are those after the step, which takes a second evaluation: return those that the "
                "tape has seen.", _wrong_step(returns=None)),
    ]  # fmt: skip
    played = [Mistake(mistake.hint, lambda n, make=mistake.function: _play(make, n)) for mistake in mistakes]
    return compare(name, lambda n: _play(function, n), lambda n: _play(_make_train_step, n), [(3,), (4,)], played)


def alpha_for_share(function):
    """Check `alpha_for_share(J_content, J_style, share, beta)`: the alpha that gives content its share (lesson 12).

    `alpha * J_content` is to be `share` of `J = alpha * J_content + beta * J_style`.
    """
    name = "alpha_for_share"
    cases = [(0.6, 0.15, 0.25, 40.0), (2.0, 3.0, 0.8, 10.0), (0.5, 0.1, 0.6, 1.5)]
    mistakes = [
        Mistake("That is the alpha that gives the style this share: see which term is to have it.",
                lambda C, S, share, beta: (1 - share) / share * beta * S / C),
        Mistake("J_content and J_style are the wrong way round in the ratio: the larger J_content, the smaller alpha.",
                lambda C, S, share, beta: share / (1 - share) * beta * C / S),
        Mistake("share is a share of the whole J, and alpha is part of J itself: solve the equation for alpha.",
                lambda C, S, share, beta: share * beta * S / C),
        Mistake("beta is missing: it weighs J_style in J.", lambda C, S, share, beta: share / (1 - share) * S / C),
        Mistake("That is alpha * J_content, the term: divide to get alpha.",
                lambda C, S, share, beta: share / (1 - share) * beta * S),
        Mistake("That is 1/alpha.", lambda C, S, share, beta: (1 - share) / share * C / (beta * S)),
        Mistake("beta divides where it should multiply: a larger beta needs a larger alpha.",
                lambda C, S, share, beta: share / (1 - share) * S / (C * beta)),
        Mistake("The share is returned, not alpha.", lambda C, S, share, beta: share),
    ]  # fmt: skip
    return compare(name, quiet(function), _alpha_for_share, cases, mistakes)


# --- what is right, and what is tried ---


def _alpha_for_share(J_content, J_style, share, beta):
    return share / (1 - share) * beta * J_style / J_content


def _gradient(cost, image):
    with tf.GradientTape() as tape:
        tape.watch(image)
        J = cost(image)
    return tape.gradient(J, image)


_START = np.linspace(0.05, 0.95, 12, dtype=np.float32).reshape(1, 2, 2, 3)


def _quadratic(image):
    """Return cheap `Costs` with a minimum outside of [0, 1], so that clipping matters from the second step on."""
    J_content = tf.reduce_sum(tf.square(image - 0.4)) / 4
    J_style = tf.reduce_sum(tf.square(image - tf.reshape(tf.linspace(-0.6, 1.8, 12), (1, 2, 2, 3)))) / 3
    return Costs(1.5 * J_content + J_style, {"J_content": J_content, "J_style": J_style})


def _new_optimizer():
    return tf.keras.optimizers.SGD(0.7)


def _play(make, n_steps):
    """Return the costs and pictures of some train steps, one behind the other, as one array."""
    step, image, seen = quiet(make(_quadratic, _new_optimizer())), tf.Variable(_START.copy()), []
    for _ in range(n_steps):
        costs = step(image)
        seen += [np.array(tf.nest.flatten(costs), np.float64), np.ravel(image.numpy())]
    return np.concatenate(seen)


def _wrong_step(*, cost="J", sign=1.0, clip="after", returns=lambda costs: costs):
    """Return a `make_train_step` with one mistake in it."""

    def make(objective, optimizer):
        def step(image):
            if clip == "before":
                image.assign(tf.clip_by_value(image, 0.0, 1.0))
            with tf.GradientTape() as tape:
                costs = objective(image)
            gradient = tape.gradient(getattr(costs, cost), image)
            gradient = tf.sign(gradient) if sign == "only" else sign * gradient
            optimizer.apply_gradients([(gradient, image)])
            if clip == "after":
                image.assign(tf.clip_by_value(image, 0.0, 1.0))
            return objective(image) if returns is None else returns(costs)

        return step

    return make


# --- running a learner's function ---


def _first_result(name, function, arguments):
    """Return (function, its result, None), or (function, None, verdict) where it could not be had."""
    function = quiet(function)
    if not callable(function):
        return function, None, compare(name, function, None, [])
    try:
        return function, function(*arguments), None
    except NotImplementedError:
        return function, None, not_yet(name)
    except Exception as error:  # a learner's function may raise anything
        return function, None, wrong(name, f"It raised {type(error).__name__}: {' '.join(str(error).split())[:200]}")
