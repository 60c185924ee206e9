"""Checks of lesson 13: what the optimisers do with a gradient."""

import numpy as np

from .answer import exercise, numbers
from .comparison import compare
from .constants import close
from .mistakes import slips, table
from .verdict import NotQuite


@exercise
def gradient_descent_step(answer):
    """Check `gradient_descent_step(x, gradient, learning_rate)`, which returns the next x and leaves x as it was."""

    def made(start=lambda x: x, sign=-1, slope=lambda g, x: g):
        return lambda x, gradient, learning_rate: start(x) + sign * learning_rate * slope(gradient, x)

    scales_x = "The learning rate scales x, too: it belongs to the gradient alone."
    mistakes = table({scales_x: lambda x, g, rate: rate * (x - g)}) + slips(
        made,
        sign={"This climbs: the gradient points uphill, and J must fall.": 1},
        start={"This is the step alone: return where it leads to, starting at x.": lambda x: 0},
        slope={
            scales_x: lambda g, x: g + x,
            "The gradient divides: the step is the learning rate times the gradient.": lambda g, x: 1 / g,
            "The gradient is missing: the step is the learning rate times the gradient.": lambda g, x: 1.0,
            "x is multiplied into the step: the step is the learning rate times the gradient.": lambda g, x: g * x,
        },
    ) + table({
        "x comes back as it was.": lambda x, g, rate: x,
        "The learning rate is not used.": lambda x, g, rate: x - g,
        "The gradient is divided by the learning rate: multiply.": lambda x, g, rate: x - g / rate,
        "The learning rate is added to the gradient: multiply.": lambda x, g, rate: x - rate - g,
    })  # fmt: skip
    cases = [(np.array([10.0, 1.0]), np.array([10.0, 25.0]), 0.07), (np.array([1.0, -2.0, 0.5]), np.ones(3), 0.5),
             (np.array([[3.0, -1.0], [0.2, 4.0]]), np.array([[-2.0, 0.3], [0.7, -5.0]]), 0.3)]  # fmt: skip
    compare(answer, lambda x, gradient, learning_rate: x - learning_rate * gradient, cases, mistakes,
            wanted="that of x", explain=lambda *results: _first_wrong_step(answer))  # fmt: skip


def _first_wrong_step(answer):
    """Return which property of a step is lacking."""
    x, g = np.array([2.0, -3.0]), np.array([0.5, 4.0])
    if not close(numbers(answer(x, 0 * g, 0.5)), x):
        return "Where the gradient is 0, x must stay where it is, and does not."
    moved, further, steeper = (numbers(answer(x, *case)) - x for case in ((g, 0.1), (g, 0.2), (3 * g, 0.1)))
    if not close(further, 2 * moved):
        return "Twice the learning rate must go twice as far, and does not."
    if not close(steeper, 3 * moved):
        return "Where the gradient is three times as steep, the step must be three times as long, and is not."
    return "Steps grow with the learning rate and the gradient as they must, but go elsewhere: which moves which?"


_RECURSION_SLIPS = {"sign": {"The sign is wrong: this is H g, which points uphill.": 1}, "gamma": {
    "The scaling gamma between the two loops is missing.": lambda s, y: 1.0,
    "gamma is upside down.": lambda s, y: y @ y / (s @ y),
    "gamma has s.s where another product belongs, above the line.": lambda s, y: s @ s / (y @ y),
    "gamma has s.s in it: which products does the formula have?": [
        lambda s, y: s @ s / (s @ y), lambda s, y: s @ y / (s @ s)],
    "gamma lacks what it is divided by.": lambda s, y: s @ y,
    "gamma lacks what stands above the line.": lambda s, y: 1 / (y @ y),
    "gamma is the root of what it should be.": lambda s, y: np.sqrt(s @ y / (y @ y)),
    "gamma has its sign turned.": lambda s, y: -(s @ y) / (y @ y),
}, "pair": {"gamma is taken from the oldest pair: the newest one knows the curvature here.": 0}, "order": {
    "The two loops run in the wrong order: look which pair each begins with.": (1, -1),
    "Both loops run the same way: the second must run against the first. The second must go back.": (-1, -1),
    "Both loops run the same way: the second must run against the first. The first must go the other way.": (1, 1),
}, "loops": {"The second loop is missing.": (1,), "The first loop is missing.": (2,)}, "kept": {
    "Only the newest pair is used: the loops run over all of them.": slice(-1, None),
    "Only the oldest pair is used: the loops run over all of them.": slice(0, 1),
    "One pair is left out: the loops run over all of them.": slice(1, None),
}, "unturned": {"The a's meet the wrong pairs in the second loop: they were kept newest first, and this loop runs the "
             "other way.": True}, "weigh": {
    "In the second loop, look at how a and b come together, and at their signs.": [
        lambda a, b: b - a, lambda a, b: a + b],
    "In the second loop, b is missing.": lambda a, b: a,
    "In the second loop, a is missing.": lambda a, b: -b,
    "In the second loop, a is missing, and look at the sign of b.": lambda a, b: b,
    "In the second loop, a and b are multiplied.": lambda a, b: a * b,
}, "added": {
    "In the second loop, the wrong vector of the pair is added: look at which one is s and which y.": 1,
}, "subtracted": {
    "In the first loop, the wrong vector of the pair is subtracted: look at which one is s and which y.": 0,
}, "take": {
    "In the first loop, q is raised by what should be taken out of it.": 1,
    "In the first loop, q is not changed.": 0,
}, "a_with": {
    "In the first loop, the wrong vector of the pair is multiplied with q: look at which one is s and which y.": 1,
}, "b_with": {
    "In the second loop, the wrong vector of the pair is multiplied with q: look at which one is s and which y.": 0,
}, "a_by": {
    "a is divided by another product than the formula says.": [lambda s, y: y @ y, lambda s, y: s @ s],
    "a is not divided.": lambda s, y: 1.0,
}, "b_by": {
    "b is divided by another product than the formula says.": [lambda s, y: y @ y, lambda s, y: s @ s],
    "b is not divided.": lambda s, y: 1.0,
}, "of": {
    "Both loops take the gradient into their products, where it is q that has changed since.": (True, True),
    "The second loop takes the gradient into its products, where it is q that has changed since.": (False, True),
}, "late": {"gamma comes after the second loop: it stands between the two.": True
}}  # fmt: skip


@exercise
def lbfgs_direction(answer):
    """Check `lbfgs_direction(gradient, steps, changes)`: the two-loop recursion, oldest pair first; returns -H g."""
    mistakes = table({"This is the steepest descent, -gradient: steps and changes are not used.": lambda g, s, y: -g})
    mistakes += slips(_recursion, **_RECURSION_SLIPS)
    random, curvature = np.random.default_rng(7), np.array([1.0, 3.0, 9.0, 0.5]) * np.eye(4) + 0.3
    cases = []
    for pairs in (2, 3, 1, 4):
        steps = [random.normal(size=4) for _ in range(pairs)]
        cases.append((random.normal(size=4), steps, [curvature @ s for s in steps]))
    compare(answer, _recursion(), cases, mistakes, usual=False, wanted="that of the gradient",
            explain=lambda *results: _first_wrong_stage(answer))  # fmt: skip
    _with_no_pair(answer, np.array([3.0, -1.0, 2.0]))


def _first_wrong_stage(answer):
    """Return which part of the recursion goes wrong first: cases in which only some of the parts count."""
    s, y = np.array([1.0, 0, 0, 0]), np.array([2.0, 1, 0, 0])
    stages = (
        ([0, 0, 1.0, 3], "For a gradient at right angles to the only pair, a and b must be 0, and gamma and the sign "
                         "alone count: the result is wrong already. Are your a and b 0 then?"),
        (y, "Without what a and b have to do with each other (the gradient is y, so q is 0 after the first loop), the "
            "result is wrong already: look at the first loop, and at what becomes of its a."),
        ([1.0, -2, 0.5, 3], "With one pair, gamma and the first loop are right, the second loop is not: look at b, and "
                            "at what is added to q."),
    )  # fmt: skip
    for gradient, hint in stages:
        case = np.array(gradient), [s], [y]
        if not close(numbers(answer(*case)), _recursion()(*case)):
            return hint
    return "With one pair it is right, with several it is not: which pair meets which, in which order, in both loops?"


def _with_no_pair(answer, gradient):
    try:
        right = np.allclose(np.asarray(answer(gradient, [], []), np.float64), -gradient)
    except (NotQuite, TypeError, ValueError):
        right = False
    if not right:
        raise NotQuite("With pairs to remember it is right. At the first iteration there are none (both lists are "
                       "empty): then there is no newest pair to take gamma from. What is the direction "
                       "then?")  # fmt: skip


def _recursion(sign=-1, gamma=lambda s, y: s @ y / (y @ y), pair=-1, order=(-1, 1), loops=(1, 2), added=0,
               subtracted=1, take=-1, a_with=0, b_with=1, a_by=lambda s, y: s @ y, b_by=lambda s, y: s @ y,
               of=(False, False), weigh=lambda a, b: a - b, unturned=False, late=False, kept=slice(None)):  # fmt: skip
    """Return a two-loop recursion, right by default; each keyword brings a mistake in."""

    def direction(gradient, steps, changes):
        pairs = list(zip(steps, changes, strict=True))[kept]
        q, a = np.array(gradient, np.float64), [0.0] * len(pairs)
        for k in range(len(pairs))[:: order[0]] if 1 in loops else ():
            a[k] = pairs[k][a_with] @ (gradient if of[0] else q) / a_by(*pairs[k])
            q = q + take * a[k] * pairs[k][subtracted]
        scale = gamma(steps[pair], changes[pair])
        q = q if late else q * scale
        a = a[::-1] if unturned else a
        for k in range(len(pairs))[:: order[1]] if 2 in loops else ():
            b = pairs[k][b_with] @ (gradient if of[1] else q) / b_by(*pairs[k])
            q = q + weigh(a[k], b) * pairs[k][added]
        return sign * q * (scale if late else 1)

    return direction
