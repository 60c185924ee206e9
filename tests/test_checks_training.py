"""The checks of lessons 07, 08 and 12: right answers, right ones written differently, and each mistake they know."""

import numpy as np
import pytest
import tensorflow as tf

from nst_tf.course import checks
from nst_tf.training import make_train_step as package_make_train_step


def unsolved(*arguments):
    raise NotImplementedError


def raises(*arguments):
    raise ValueError("a mistake\nin two lines")


def prints(*arguments):
    print("hello")


GARBAGE = [None, 3, "text", [], lambda: 1, lambda *arguments: None, lambda *arguments: ..., lambda *arguments: "text",
           lambda *arguments: {"a": 1}, lambda *arguments: [1, [2, 3]], lambda *arguments: float("nan"),
           lambda *arguments: np.zeros((2, 3)), lambda *arguments: object(), lambda *arguments: 10**400,
           lambda *arguments: lambda *arguments: None, lambda *arguments: lambda: 1, raises, prints, dict,
           tf.Variable]  # fmt: skip
CHECKS = [checks.total_cost, checks.gradient_of, checks.make_train_step, checks.alpha_for_share]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_wrong_and_never_crashes(check, garbage, capsys):
    verdict = check(garbage)
    assert not verdict and verdict.status == "wrong"
    assert "\n" not in repr(verdict)
    assert capsys.readouterr().out == ("hello\n" if garbage is prints else "")


@pytest.mark.parametrize("check", CHECKS)
def test_the_unsolved_exercise_is_not_yet(check):
    assert check(unsolved).status == "not yet"


@pytest.mark.parametrize("check", CHECKS)
def test_an_error_is_reported(check):
    assert "ValueError: a mistake in two lines" in check(raises).message


def hinted(check, function, word):
    verdict = check(function)
    assert verdict.status == "wrong"
    assert word in verdict.message, verdict.message
    return True


# --- total_cost ---


@pytest.mark.parametrize(
    "function",
    [
        lambda C, S, a=10, b=40: a * C + b * S,
        lambda C, S, alpha=10, beta=40: tf.add(tf.multiply(C, alpha), tf.multiply(S, beta)),
        lambda C, S, a=10.0, b=40.0: tf.tensordot(tf.stack([a, b]), tf.stack([C, S]), 1),
        lambda C, S, a=10, b=40: sum(weight * cost for weight, cost in ((a, C), (b, S))),
    ],
)
def test_right_total_costs(function):
    assert checks.total_cost(function)


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (lambda C, S, a, b: b * C + a * S, "swapped"),
        (lambda C, S, a, b: 10 * C + 40 * S, "whatever it is given"),
        (lambda C, S, a, b: C + b * S, "`alpha` is missing"),
        (lambda C, S, a, b: a * C + S, "`beta` is missing"),
        (lambda C, S, a, b: C + S, "Both weights"),
        (lambda C, S, a, b: a * C, "`J_style` plays no part"),
        (lambda C, S, a, b: b * S, "`J_content` plays no part"),
        (lambda C, S, a, b: a * C * b * S, "multiplied"),
        (lambda C, S, a, b: a * C - b * S, "subtracted"),
        (lambda C, S, a, b: (a * C + b * S) / (a + b), "divided"),
        (lambda C, S, a, b: (a + b) * (C + S), "same weight"),
        (lambda C, S, a, b: a + C + b + S, "alpha is added to J_content"),
        (lambda C, S, a, b: 2 * (a * C + b * S), "factor"),
        (lambda C, S, a, b: float(a * C + b * S), "no gradient"),
        (lambda C, S, a, b: a * float(C) + b * S, "the gradient is not"),
        (lambda C, S, a, b: a * C + b * float(S), "the gradient is not"),
        (lambda C, S, alpha, beta: alpha * C + beta * S, "keep the defaults"),
        (lambda C, S, alpha=40, beta=10: alpha * C + beta * S, "keep the defaults"),
    ],
)
def test_wrong_total_costs(function, word):
    assert hinted(checks.total_cost, function, word)


# --- gradient_of ---


def gradient(cost, image):
    with tf.GradientTape() as tape:
        tape.watch(image)
        J = cost(image)
    return tape.gradient(J, image)


def gradient_of_a_variable(cost, image):
    image = tf.Variable(image)
    with tf.GradientTape(persistent=True) as tape:
        J = cost(image)
    return tape.gradient(J, [image])[0]


def gradient_in_numpy(cost, image):
    return gradient(cost, tf.constant(image)).numpy()


@pytest.mark.parametrize("function", [gradient, gradient_of_a_variable, gradient_in_numpy, tf.function(gradient)])
def test_right_gradients(function):
    assert checks.gradient_of(function)


def not_watched(cost, image):
    with tf.GradientTape() as tape:
        J = cost(image)
    return tape.gradient(J, image)


def outside_of_the_tape(cost, image):
    with tf.GradientTape() as tape:
        tape.watch(image)
    return tape.gradient(cost(image), image)


def through_numpy(cost, image):
    with tf.GradientTape() as tape:
        tape.watch(image)
        J = cost(image.numpy())
    return tape.gradient(J, image)


def swapped(cost, image):
    with tf.GradientTape() as tape:
        tape.watch(image)
        J = cost(image)
    return tape.gradient(image, J)


def by_the_cost(cost, image):
    with tf.GradientTape() as tape:
        tape.watch(image)
        J = cost(image)
    return tape.gradient(J, J)


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (not_watched, "watched"),
        (outside_of_the_tape, "inside the `with` block"),
        (through_numpy, ".numpy()"),
        (swapped, "order of tape.gradient's arguments"),
        (by_the_cost, "respect to itself, which is 1"),
        (lambda cost, image: [gradient(cost, image)], "list"),
        (lambda cost, image: cost(image), "cost itself"),
        (lambda cost, image: -gradient(cost, image), "sign"),
        (lambda cost, image: tf.ones_like(image), "image with respect to itself"),
        (lambda cost, image: image, "That is the image"),
        (lambda cost, image: tf.reduce_sum(gradient(cost, image)), "summed up"),
        (lambda cost, image: tf.sign(gradient(cost, image)), "Only the signs"),
        (lambda cost, image: gradient(cost, image) / 2, "factor"),
        (lambda cost, image: gradient(cost, image)[0], "axes"),
    ],
)
def test_wrong_gradients(function, word):
    assert hinted(checks.gradient_of, function, word)


# --- make_train_step ---


def compiled(objective, optimizer):
    @tf.function
    def train_step(image):
        with tf.GradientTape() as tape:
            J, terms = objective(image)
        optimizer.apply_gradients([(tape.gradient(J, image), image)])
        image.assign(tf.clip_by_value(image, 0, 1))
        return J, terms

    return train_step


def eager(objective, optimizer):
    def train_step(image):
        with tf.GradientTape() as tape:
            costs = objective(image)
        optimizer.apply([tape.gradient(costs.J, image)], [image])
        image.assign(tf.minimum(tf.maximum(image, 0), 1))
        return {"J": costs.J, "J_content": costs.J_content, "J_style": costs.J_style}

    return train_step


def numpy_clip(objective, optimizer):
    def train_step(image):
        with tf.GradientTape() as tape:
            costs = objective(image)
        optimizer.apply_gradients(zip([tape.gradient(costs[0], image)], [image], strict=True))
        image.assign(np.clip(image.numpy(), 0, 1))
        return [float(cost) for cost in (costs.J, costs.J_content, costs.J_style)]

    return train_step


@pytest.mark.parametrize("function", [package_make_train_step, compiled, eager, numpy_clip])
def test_right_train_steps(function):
    assert checks.make_train_step(function)


def train_step_with(
    what=lambda costs: costs.J, apply=1, clip=True, sign=1, returned=lambda costs: costs, by_hand=False
):  # fmt: skip
    def make(objective, optimizer):
        @tf.function
        def train_step(image):
            if clip == "before":
                image.assign(tf.clip_by_value(image, 0.0, 1.0))
            with tf.GradientTape() as tape:
                costs = objective(image)
                J = what(costs)
            slope = tape.gradient(J, image)
            slope = tf.sign(slope) if sign == "only" else sign * slope
            if by_hand:
                image.assign_sub(0.7 * slope)
            for _ in range(apply):
                optimizer.apply_gradients([(slope, image)])
            clipped = tf.clip_by_value(image, 0.0, 1.0)
            if clip is True:
                image.assign(clipped)
            return objective(image) if returned is None else returned(costs)

        return train_step

    return make


def calls_it(objective, optimizer):
    return train_step_with()(objective, optimizer)(tf.Variable(tf.zeros((1, 2, 2, 3))))


def returns_no_function(objective, optimizer):
    def train_step(image):
        return objective(image)


def unsolved_inside(objective, optimizer):
    @tf.function
    def train_step(image):
        raise NotImplementedError

    return train_step


def outside_of_its_tape(objective, optimizer):
    def train_step(image):
        costs = objective(image)
        with tf.GradientTape() as tape:
            J = costs.J
        optimizer.apply_gradients([(tape.gradient(J, image), image)])
        return costs

    return train_step


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (train_step_with(apply=0), "never applied"),
        (train_step_with(clip=False), "leaves [0, 1]"),
        (train_step_with(clip="before"), "before the step"),
        (train_step_with(what=lambda costs: costs.J_content), "Only J_content"),
        (train_step_with(what=lambda costs: costs.J_style), "Only J_style"),
        (train_step_with(sign=-1), "goes up"),
        (train_step_with(sign="only"), "Only the signs"),
        (train_step_with(returned=lambda costs: None), "returns nothing"),
        (train_step_with(returned=lambda costs: costs.J), "J alone"),
        (train_step_with(returned=None), "after the step"),
        (train_step_with(apply=0, by_hand=True), "not through the optimizer"),
        (train_step_with(apply=2), "apply the gradient once"),
        (calls_it, "must return the function"),
        (returns_no_function, "must return the function"),
        (outside_of_its_tape, "inside the `with`"),
    ],
)
def test_wrong_train_steps(function, word):
    assert hinted(checks.make_train_step, function, word)


def test_a_train_step_unsolved_inside_is_not_yet():
    assert checks.make_train_step(unsolved_inside).status == "not yet"


# --- alpha_for_share ---


@pytest.mark.parametrize(
    "function",
    [
        lambda C, S, share, beta=40.0: share / (1 - share) * beta * S / C,
        lambda C, S, share, beta: beta * S / (C * (1 / share - 1)),
        lambda C, S, share, beta: float(np.linalg.solve([[C * (1 - share)]], [share * beta * S])[0]),
        lambda C, S, share, beta: tf.constant(share * beta * S) / (C - share * C),
    ],
)
def test_right_alphas(function):
    assert checks.alpha_for_share(function)


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (lambda C, S, share, beta: (1 - share) / share * beta * S / C, "gives the style this share"),
        (lambda C, S, share, beta: share / (1 - share) * beta * C / S, "wrong way round"),
        (lambda C, S, share, beta: share * beta * S / C, "whole J"),
        (lambda C, S, share, beta: share / (1 - share) * S / C, "beta is missing"),
        (lambda C, S, share, beta: share / (1 - share) * beta * S, "divide to get alpha"),
        (lambda C, S, share, beta: (1 - share) / share * C / (beta * S), "1/alpha"),
        (lambda C, S, share, beta: share / (1 - share) * S / (C * beta), "beta divides"),
        (lambda C, S, share, beta: share, "not alpha"),
        (lambda C, S, share, beta: share / (share - 1) * beta * S / C, "sign"),
    ],
)
def test_wrong_alphas(function, word):
    assert hinted(checks.alpha_for_share, function, word)
