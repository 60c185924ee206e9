"""Checks of lessons 11 and 13: the weights of the style layers, and what the optimisers do with a gradient."""

import contextlib
import copy
import io
from collections.abc import Mapping

import numpy as np

from .calling import quiet
from .verdict import Mistake, compare, correct, not_yet, wrong

_FAILED = object()


def layer_weights(function):
    """Check `layer_weights(layers, decay)`: {layer: lambda_l}, in proportion 1, decay, decay^2, ..., sum 1."""
    name = "layer_weights"
    cases = [(["block1_conv1", "block2_conv1", "block3_conv1"], 0.5), (["a", "b", "c", "d"], 2.0), (["only"], 0.3)]

    def powers(layers, decay):
        return [decay**k for k in range(len(layers))]

    def normalised(layers, decay):
        return [p / sum(powers(layers, decay)) for p in powers(layers, decay)]

    mistakes = [
        Mistake("The weights have the right proportions, but they do not sum to 1: divide each by their sum.", powers),
        Mistake("The order is reversed: the first layer of the list gets the power 0, the last the highest.",
                lambda layers, decay: normalised(layers, decay)[::-1]),
        Mistake("The first power is 1 where it should be 0, and the weights do not sum to 1: start the powers at "
                "decay ** 0, and divide by the sum.",
                lambda layers, decay: [decay ** (k + 1) for k in range(len(layers))]),
        Mistake("The order is reversed, and the weights do not sum to 1.", lambda *case: powers(*case)[::-1]),
        Mistake("All the weights are equal: decay is not used.", lambda layers, decay: [1 / len(layers)] * len(layers)),
        Mistake("The weights fall in equal steps; multiply by decay from layer to layer instead.",
                lambda layers, decay: [(1 + k * decay) / sum(1 + j * decay for j in range(len(layers)))
                                       for k in range(len(layers))]),
        Mistake("Dividing by the number of layers does not make the sum 1: divide by the sum of the powers.",
                lambda layers, decay: [p / len(layers) for p in powers(layers, decay)]),
        Mistake("Dividing by the largest weight makes the largest 1; here the sum must be 1.",
                lambda layers, decay: [p / max(powers(layers, decay)) for p in powers(layers, decay)]),
    ]  # fmt: skip
    return _compare_by_layer(name, function, normalised, cases, mistakes, "lambda_l")


def shares(function):
    """Check `shares(costs, weights)`: {layer: its share of the weighted sum J_style}; the shares sum to 1."""
    name = "shares"
    cases = [
        ({"block1_conv1": 4.0, "block2_conv1": 1.0, "block3_conv1": 2.0},
         {"block1_conv1": 0.5, "block2_conv1": 1.0, "block3_conv1": 0.25}),
        ({"a": 3.0, "b": 0.0}, {"a": 0.2, "b": 0.4}),
        ({"a": 1.0, "b": 5.0, "c": 2.0}, {"c": 0.7, "a": 0.1, "b": 0.3}),
    ]  # fmt: skip

    def weighted(costs, weights):
        return np.array([weights[layer] * cost for layer, cost in costs.items()])

    def values(numbers):
        return np.array(list(numbers.values()))

    def right(costs, weights):
        return weighted(costs, weights) / weighted(costs, weights).sum()

    mistakes = [
        Mistake("The weights are ignored: what counts in J_style is lambda_l times the cost.",
                lambda costs, weights: values(costs) / values(costs).sum()),
        Mistake("These are the weighted costs themselves: divide each by their sum, so that the shares sum to 1.",
                weighted),
        Mistake("These are the shares of the weights: the costs of the layers are not used.",
                lambda costs, weights: np.array([weights[k] for k in costs]) / values(weights).sum()),
        Mistake("The weighted costs are divided by the sum of the costs without their weights.",
                lambda costs, weights: weighted(costs, weights) / values(costs).sum()),
        Mistake("The weighted costs are divided by the sum of the weights: divide by J_style.",
                lambda costs, weights: weighted(costs, weights) / values(weights).sum()),
        Mistake("These are per cent: leave the factor 100 out, so that the shares sum to 1.",
                lambda costs, weights: 100 * right(costs, weights)),
        Mistake("The costs are divided by the weights: multiply.",
                lambda costs, weights: np.array([c / weights[k] for k, c in costs.items()])
                / sum(c / weights[k] for k, c in costs.items())),
        Mistake("The weights are matched to the costs by their position: match them by the layer's name.",
                lambda costs, weights: values(costs) * values(weights) / (values(costs) * values(weights)).sum()),
    ]  # fmt: skip
    return _compare_by_layer(name, function, right, cases, mistakes, "share")


def gradient_descent_step(function):
    """Check `gradient_descent_step(x, gradient, learning_rate)`, which returns the next x and leaves x as it was."""
    name = "gradient_descent_step"
    cases = [(np.array([10.0, 1.0]), np.array([10.0, 25.0]), 0.07), (np.array([1.0, -2.0, 0.5]), np.ones(3), 0.5)]
    mistakes = [
        Mistake("This climbs: the gradient points uphill, and J must fall.", lambda x, g, rate: x + rate * g),
        Mistake("The learning rate is not used.", lambda x, g, rate: x - g),
        Mistake("This is the step alone: return where it leads to, starting at x.", lambda x, g, rate: -rate * g),
        Mistake("This is the step alone, and uphill: return where it leads to, starting at x.",
                lambda x, g, rate: rate * g),
        Mistake("The learning rate scales x, too: it belongs to the gradient alone.",
                lambda x, g, rate: rate * (x - g)),
        Mistake("The gradient is divided by its length: in plain gradient descent a steep slope means a long step.",
                lambda x, g, rate: x - rate * g / np.linalg.norm(g)),
        Mistake("Only the signs of the gradient are used: its size counts, too.",
                lambda x, g, rate: x - rate * np.sign(g)),
        Mistake("The gradient is divided by the learning rate: multiply.", lambda x, g, rate: x - g / rate),
    ]  # fmt: skip

    def right(x, g, rate):
        return x - rate * g

    verdict = compare(name, quiet(function), right, cases, mistakes)
    return _unless_changed(verdict, name, function, cases[0])


def lbfgs_direction(function):
    """Check `lbfgs_direction(gradient, steps, changes)`: the two-loop recursion, oldest pair first; returns -H g."""
    name = "lbfgs_direction"
    cases = _lbfgs_cases()
    mistakes = [
        Mistake("The sign is wrong: this is H g, which points uphill; the direction is -H g.", _variant(sign=1)),
        Mistake("The scaling gamma between the two loops is missing.", _variant(gamma=lambda s, y: 1.0)),
        Mistake("gamma is upside down: it is s.y / y.y, of the newest pair.", _variant(gamma=_upside_down)),
        Mistake("gamma is taken from the oldest pair: the newest one knows the curvature here.", _variant(pair=0)),
        Mistake("gamma has s.s where it should have s.y.", _variant(gamma=lambda s, y: s @ s / (y @ y))),
        Mistake("gamma has s.s / s.y where it should have s.y / y.y.", _variant(gamma=lambda s, y: s @ s / (s @ y))),
        Mistake("The two loops run in the wrong order: the first goes from the newest pair to the oldest, the second "
                "back.", _variant(first=1, second=-1)),
        Mistake("Both loops run from the newest pair to the oldest: the second must go back, from the oldest to the "
                "newest.", _variant(second=-1)),
        Mistake("Both loops run from the oldest pair to the newest: the first must go the other way.",
                _variant(first=1)),
        Mistake("The second loop is missing.", _variant(loops=1)),
        Mistake("In the second loop, s is multiplied by a - b, not by b - a or a + b.", _variant(correction=-1)),
        Mistake("In the second loop, s is multiplied by a - b, not by b - a or a + b.",
                _variant(b_sign=-1)),
        Mistake("In the second loop, the step s is added, not the change y.", _variant(added="y")),
        Mistake("In the first loop, the change y is subtracted, not the step s.", _variant(subtracted="s")),
        Mistake("This is the steepest descent, -gradient: steps and changes are not used.", lambda g, s, y: -g),
    ]  # fmt: skip
    verdict = compare(name, quiet(function), _variant(), cases, mistakes)
    if not verdict:
        return verdict
    nothing_remembered = (np.array([3.0, -1.0, 2.0]), [], [])
    first = _first_result(function, nothing_remembered)
    try:
        right = first is not _FAILED and np.allclose(np.asarray(first, np.float64), -nothing_remembered[0])
    except Exception:  # a result may be anything
        right = False
    if not right:
        return wrong(
            name,
            "With pairs to remember it is right. At the first iteration there are none (both lists are empty): then "
            "there is no newest pair to take gamma from, and the direction must be -gradient.",
        )
    return _unless_changed(correct(name), name, function, cases[0])


def _lbfgs_cases():
    """Return (gradient, steps, changes) of a quadratic with positive curvature, of one, two and three pairs."""
    random = np.random.default_rng(7)
    curvature = np.array([1.0, 3.0, 9.0, 0.5]) * np.eye(4) + 0.3
    cases = []
    for pairs in (2, 3, 1):
        steps = [random.normal(size=4) for _ in range(pairs)]
        cases.append((random.normal(size=4), steps, [curvature @ s for s in steps]))
    return cases


def _upside_down(s, y):
    return y @ y / (s @ y)


def _variant(sign=-1, gamma=None, pair=-1, first=-1, second=1, loops=2, correction=1, b_sign=1, added="s",
             subtracted="y"):  # fmt: skip
    """Return a two-loop recursion, right by default; each keyword brings a mistake in."""

    def direction(gradient, steps, changes):
        pairs = list(zip(steps, changes, strict=True))
        q, coefficients = np.array(gradient, np.float64), {}
        for k in list(range(len(pairs)))[::first]:
            s, y = pairs[k]
            coefficients[k] = s @ q / (s @ y)
            q = q - coefficients[k] * (y if subtracted == "y" else s)
        if pairs:
            s, y = pairs[pair]
            q = q * (gamma(s, y) if gamma else s @ y / (y @ y))
        if loops == 2:
            for k in list(range(len(pairs)))[::second]:
                s, y = pairs[k]
                b = b_sign * (y @ q) / (s @ y)
                q = q + correction * (coefficients[k] - b) * (s if added == "s" else y)
        return sign * q

    return direction


# --- running a learner's function ---


def _first_result(function, case):
    try:
        return quiet(function)(*case)
    except Exception:  # a learner's function may raise anything
        return _FAILED


def _unless_changed(verdict, name, function, case):
    """Return the verdict, or a hint where a right function changes its arguments."""
    if not verdict:
        return verdict
    before, given = copy.deepcopy(case), copy.deepcopy(case)
    with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
        function(*given)
    if _flat(before) != _flat(given):
        return wrong(
            name,
            "The result is right, but the function changes its arguments: an operation such as -= or append works in "
            "place. Make a new array or list, so that the caller's stays as it was.",
        )
    return verdict


def _flat(case):
    return [np.asarray(part).tolist() for part in case]


def _compare_by_layer(name, function, reference, cases, mistakes, what):
    """Compare functions that return {layer: number}, which `compare` sees as arrays in the order of the first input."""
    if callable(function):
        try:
            result = quiet(function)(*cases[0])
        except NotImplementedError:
            return not_yet(name)
        except Exception:  # `compare` will report it
            result = None
        layers = list(cases[0][0])
        nothing = result is None or result is Ellipsis  # `compare` will report that, too
        if not nothing and not isinstance(result, Mapping):
            return wrong(name, f"It returns {type(result).__name__}: return a dict, {{layer: {what}}}.")
        if not nothing and set(result) != set(layers):
            return wrong(name, f"The keys of the dict must be the names of the layers, each once: {', '.join(layers)}.")

    def in_order(*case):
        found = quiet(function)(*case)
        return found if found is None or found is Ellipsis else [found[layer] for layer in case[0]]

    return compare(name, in_order if callable(function) else function, reference, cases, mistakes)
