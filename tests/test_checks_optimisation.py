"""The checks of lessons 11 and 13: right answers however written, each mistake by its hint, and garbage."""

import numpy as np
import pytest
import tensorflow as tf

from nst_tf.course import checks
from nst_tf.course.checks import optimisation

ALL = [checks.layer_weights, checks.shares, checks.gradient_descent_step, checks.lbfgs_direction]


def unsolved(*arguments):
    raise NotImplementedError


def raises(*arguments):
    raise RuntimeError("something\nbroke")


@pytest.mark.parametrize("check", ALL)
def test_unsolved_is_not_yet(check):
    verdict = check(unsolved)
    assert verdict.status == "not yet"
    assert not verdict


@pytest.mark.parametrize("check", ALL)
@pytest.mark.parametrize(
    "answer",
    [None, 3, "text", {}, [], lambda: 1, lambda *a: None, lambda *a: ..., lambda *a: "text", lambda *a: 7,
     lambda *a: np.nan, lambda *a: {}, lambda *a: {"a": None}, lambda *a: [[1], [2, 3]], lambda *a: a,
     lambda *a: object(), lambda *a: {1: 2}, lambda x, *a: dict.fromkeys(x, "text"), lambda *a: np.array(["x"]),
     lambda *a: lambda: 1,
     lambda a, b: {l: float("nan") for l in a}, raises, print, int],
)  # fmt: skip
def test_garbage_is_wrong_and_never_crashes(check, answer):
    verdict = check(answer)
    assert verdict.status == "wrong"
    assert "\n" not in repr(verdict)


# --- layer_weights ---


def weights_by_powers(layers, decay):
    powers = [decay**k for k in range(len(layers))]
    return {layer: power / sum(powers) for layer, power in zip(layers, powers, strict=True)}


def weights_by_loop(layers, decay):
    weights, weight = {}, 1.0
    for layer in layers:
        weights[layer] = weight
        weight *= decay
    total = sum(weights.values())
    return {layer: weight / total for layer, weight in weights.items()}


def weights_by_numpy(layers, decay):
    powers = decay ** np.arange(1, len(layers) + 1)
    return dict(zip(layers, powers / powers.sum(), strict=True))


def weights_closed_form(layers, decay):
    first = (1 - decay) / (1 - decay ** len(layers))
    return {layer: tf.constant(first * decay**k) for k, layer in enumerate(layers)}


@pytest.mark.parametrize("answer", [weights_by_powers, weights_by_loop, weights_by_numpy])
def test_layer_weights_right(answer):
    assert checks.layer_weights(answer)


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (lambda ls, d: {l: d**k for k, l in enumerate(ls)}, "sum to 1"),
        (lambda ls, d: dict(zip(ls[::-1], weights_by_powers(ls, d).values(), strict=True)), "reversed"),
        (lambda ls, d: {l: d ** (k + 1) for k, l in enumerate(ls)}, "or at 1"),
        (lambda ls, d: {l: d**k for k, l in enumerate(ls[::-1])}, "reversed"),
        (lambda ls, d: dict.fromkeys(ls, 1 / len(ls)), "decay is not used"),
        (lambda ls, d: {l: d**k / len(ls) for k, l in enumerate(ls)}, "number of layers"),
        (lambda ls, d: {l: d**k / max(1, d ** (len(ls) - 1)) for k, l in enumerate(ls)}, "largest"),
        (lambda ls, d: {l: (1 + k * d) / sum(1 + j * d for j in range(len(ls))) for k, l in enumerate(ls)},
         "equal steps"),
        (lambda ls, d: list(weights_by_powers(ls, d).values()), "dict"),
        (lambda ls, d: dict(enumerate(weights_by_powers(ls, d).values())), "keys"),
        (lambda ls, d: {l: 0.5 / (k + 1) for k, l in enumerate(ls)}, "`decay` makes no"),
        (weights_closed_form, "ZeroDivisionError"),
    ],
)  # fmt: skip
def test_layer_weights_mistakes(answer, word):
    verdict = checks.layer_weights(answer)
    assert verdict.status == "wrong"
    assert word in verdict.message


# --- shares ---


def shares_by_dict(costs, weights):
    J_style = sum(weights[layer] * costs[layer] for layer in costs)
    return {layer: weights[layer] * costs[layer] / J_style for layer in costs}


def shares_by_numpy(costs, weights):
    terms = np.array([costs[layer] * weights[layer] for layer in weights])
    return dict(zip(weights, terms / terms.sum(), strict=True))


def shares_by_tensors(costs, weights):
    terms = {layer: tf.constant(cost) * weights[layer] for layer, cost in costs.items()}
    J_style = tf.add_n(list(terms.values()))
    return {layer: term / J_style for layer, term in terms.items()}


@pytest.mark.parametrize("answer", [shares_by_dict, shares_by_numpy, shares_by_tensors])
def test_shares_right(answer):
    assert checks.shares(answer)


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (lambda c, w: {l: c[l] / sum(c.values()) for l in c}, "ignored"),
        (lambda c, w: {l: c[l] * w[l] for l in c}, "weighted costs themselves"),
        (lambda c, w: {l: w[l] / sum(w.values()) for l in c}, "`costs` is missing"),
        (lambda c, w: {l: c[l] * w[l] / sum(c.values()) for l in c}, "without their weights"),
        (lambda c, w: {l: c[l] * w[l] / sum(w.values()) for l in c}, "sum of the weights"),
        (lambda c, w: {l: 100 * s for l, s in shares_by_dict(c, w).items()}, "per cent"),
        (lambda c, w: {l: c[l] / w[l] / sum(c[k] / w[k] for k in c) for l in c}, "`weights` divides"),
        (lambda c, w: shares_by_dict(c, dict(zip(c, w.values(), strict=True))), "position"),
        (lambda c, w: [1.0], "dict"),
        (lambda c, w: {"J_style": 1.0}, "keys"),
    ],
)
def test_shares_mistakes(answer, word):
    verdict = checks.shares(answer)
    assert verdict.status == "wrong"
    assert word in verdict.message


# --- gradient_descent_step ---


def step_in_place(x, gradient, learning_rate):
    x -= learning_rate * gradient
    return x


@pytest.mark.parametrize(
    "answer",
    [
        lambda x, g, rate: x - rate * g,
        lambda x, g, rate: np.subtract(x, np.multiply(g, rate)),
        lambda x, g, rate: tf.constant(x) - rate * tf.constant(g),
        lambda x, g, rate: [a - rate * b for a, b in zip(x, g, strict=True)],
    ],
)
def test_gradient_descent_step_right(answer):
    assert checks.gradient_descent_step(answer)


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (lambda x, g, rate: x + rate * g, "climbs"),
        (lambda x, g, rate: x - g, "not used"),
        (lambda x, g, rate: -rate * g, "step alone: "),
        (lambda x, g, rate: rate * g, "uphill"),
        (lambda x, g, rate: rate * (x - g), "scales x"),
        (lambda x, g, rate: x - rate * g / np.linalg.norm(g), "length"),
        (lambda x, g, rate: x - rate * np.sign(g), "signs"),
        (lambda x, g, rate: x - g / rate, "divided by the learning rate"),
        (step_in_place, "changes its arguments"),
        (lambda x, g, rate: np.sum(x - rate * g), "summed up"),
    ],
)
def test_gradient_descent_step_mistakes(answer, word):
    verdict = checks.gradient_descent_step(answer)
    assert verdict.status == "wrong"
    assert word in verdict.message


# --- lbfgs_direction ---


def two_loops(gradient, steps, changes):
    q, kept = gradient.copy(), []
    for s, y in zip(reversed(steps), reversed(changes), strict=True):
        a = np.dot(s, q) / np.dot(s, y)
        q = q - a * y
        kept.append(a)
    if steps:
        q = q * (np.dot(steps[-1], changes[-1]) / np.dot(changes[-1], changes[-1]))
    for s, y, a in zip(steps, changes, reversed(kept), strict=True):
        q = q + (a - np.dot(y, q) / np.dot(s, y)) * s
    return -q


def inverse_hessian(gradient, steps, changes):
    """The BFGS formula with whole matrices: H <- V^T H V + s s^T / s.y."""
    identity = np.eye(len(gradient))
    H = identity
    if steps:
        H = identity * (steps[-1] @ changes[-1]) / (changes[-1] @ changes[-1])
    for s, y in zip(steps, changes, strict=True):
        V = identity - np.outer(y, s) / (s @ y)
        H = V.T @ H @ V + np.outer(s, s) / (s @ y)
    return -H @ gradient


def by_indices(gradient, steps, changes):
    if len(steps) == 0:
        return -1 * gradient
    m, direction, a = len(steps), -gradient, np.zeros(len(steps))
    for i in range(m - 1, -1, -1):
        a[i] = sum(steps[i] * direction) / sum(steps[i] * changes[i])
        direction = direction - a[i] * changes[i]
    direction = direction * sum(steps[-1] * changes[-1]) / sum(changes[-1] ** 2)
    for i in range(m):
        direction = direction + steps[i] * (a[i] - sum(changes[i] * direction) / sum(steps[i] * changes[i]))
    return direction


@pytest.mark.parametrize("answer", [two_loops, inverse_hessian, by_indices])
def test_lbfgs_direction_right(answer):
    assert checks.lbfgs_direction(answer)


def written(first=reversed, second=list, gamma=True, sign=-1, tail=None, empty=True, in_place=False):
    """Return a recursion written another way than the check's, with mistakes to order."""

    def direction(gradient, steps, changes):
        indices = range(len(steps))
        q = gradient if in_place else gradient.copy()
        a = {}
        for i in first(list(indices)):
            a[i] = (steps[i] @ q) / (changes[i] @ steps[i])
            q -= a[i] * changes[i]
        if (steps or not empty) and gamma:
            q *= (gamma if callable(gamma) else lambda s, y: (s @ y) / (y @ y))(steps[-1], changes[-1])
        for i in second(list(indices)):
            b = (changes[i] @ q) / (changes[i] @ steps[i])
            q += (tail or (lambda a, b: a - b))(a[i], b) * steps[i]
        return sign * q

    return direction


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (written(sign=1), "sign is wrong"),
        (written(gamma=False), "gamma between the two loops is missing"),
        (written(gamma=lambda s, y: (y @ y) / (s @ y)), "upside down"),
        (written(gamma=lambda s, y: (s @ s) / (y @ y)), "s.s where"),
        (written(gamma=lambda s, y: (s @ s) / (s @ y)), "s.s in it"),
        (written(first=list, second=reversed), "wrong order"),
        (written(second=reversed), "second must go back"),
        (written(first=list), "first must go the other way"),
        (written(second=lambda indices: []), "second loop is missing"),
        (written(tail=lambda a, b: b - a), "a and b"),
        (written(tail=lambda a, b: a + b), "a and b"),
        (lambda g, s, y: -g, "steepest descent"),
        (written(empty=False), "both lists are empty"),
        (lambda g, s, y: two_loops(g, s, y) if s else g, "both lists are empty"),
        (lambda g, s, y: two_loops(g, s, y) if s else None, "both lists are empty"),
        (written(in_place=True), "changes its arguments"),
        (optimisation._recursion(pair=0), "oldest pair"),
        (optimisation._recursion(added=1), "wrong vector"),
        (optimisation._recursion(subtracted=0), "wrong vector"),
    ],
)
def test_lbfgs_direction_mistakes(answer, word):
    verdict = checks.lbfgs_direction(answer)
    assert verdict.status == "wrong"
    assert word in verdict.message


@pytest.mark.parametrize("check", ALL)
def test_what_the_function_prints_is_shown_once(check, capsys):
    def talkative(*arguments):
        print("thinking")
        return 0.0

    check(talkative)
    assert capsys.readouterr().out == "thinking\n"
