"""Checks of lesson 13: what the optimisers do with a gradient."""

import numpy as np

from .answer import exercise, numbers
from .comparison import compare
from .constants import close
from .mistakes import Mistake, slips
from .verdict import NotQuite


@exercise
def gradient_descent_step(function):
    """Check `gradient_descent_step(x, gradient, learning_rate)`, which returns the next x and leaves x as it was."""

    def made(start=lambda x: x, sign=-1, rate=lambda rate: rate, slope=lambda g, x: g, of=lambda new, x: new):
        return lambda x, g, learning_rate: of(start(x) + sign * rate(learning_rate) * slope(g, x), x)

    mistakes = slips(
        made,
        ("This climbs: the gradient points uphill, and J must fall.", {"sign": 1}),
        ("The learning rate is not used.", {"rate": lambda rate: 1}),
        ("The gradient is divided by the learning rate: multiply.", {"rate": lambda rate: 1 / rate}),
        ("The learning rate is squared.", {"rate": lambda rate: rate**2}),
        ("It goes twice as far as it should, or half as far: the step is the learning rate times the gradient.",
         {"rate": lambda rate: 2 * rate}),
        ("It goes twice as far as it should, or half as far: the step is the learning rate times the gradient.",
         {"rate": lambda rate: rate / 2}),
        ("The learning rate is taken from 1.", {"rate": lambda rate: 1 - rate}),
        ("This is the step alone: return where it leads to, starting at x.", {"start": lambda x: 0}),
        ("x counts with its sign turned.", {"start": lambda x: -x}),
        ("The learning rate scales x, too: it belongs to the gradient alone.", {"slope": lambda g, x: g + x}),
        ("The gradient divides: the step is the learning rate times the gradient.", {"slope": lambda g, x: 1 / g}),
        ("The gradient is missing: the step is the learning rate times the gradient.", {"slope": lambda g, x: 1.0}),
        ("x is multiplied into the step: the step is the learning rate times the gradient.",
         {"slope": lambda g, x: g * x}),
        ("The gradient is divided by its length: in plain gradient descent a steep slope means a long step.",
         {"slope": lambda g, x: g / np.linalg.norm(g)}),
        ("Only the signs of the gradient are used: its size counts, too.", {"slope": lambda g, x: np.sign(g)}),
        ("The signs of the gradient are lost.", {"slope": lambda g, x: np.abs(g)}),
        ("The gradient is squared.", {"slope": lambda g, x: g * g}),
        ("The gradient's mean is used for all of x: each number has its own slope.", {"slope": lambda g, x: g.mean()}),
        ("The gradient's sum is used for all of x: each number has its own slope.", {"slope": lambda g, x: g.sum()}),
        ("The largest slope is used for all of x: each number has its own.", {"slope": lambda g, x: g.max()}),
        ("The gradient is clipped to [-1, 1]: take it as it is.", {"slope": lambda g, x: np.clip(g, -1, 1)}),
        ("The new x is clipped to [0, 1]: plain gradient descent has no bounds.",
         {"of": lambda new, x: np.clip(new, 0, 1)}),
        ("The new x is cut off below 0.", {"of": lambda new, x: np.maximum(new, 0)}),
        ("x comes back as it was.", {"of": lambda new, x: x}),
        ("The step is taken twice.", {"of": lambda new, x: new + (new - x)}),
    )  # fmt: skip
    mistakes.append(Mistake("The learning rate is added to the gradient: multiply.", lambda x, g, rate: x - rate - g))
    mistakes.insert(0, Mistake("The learning rate scales x, too: it belongs to the gradient alone.",
                               lambda x, g, rate: rate * (x - g)))  # fmt: skip
    cases = [(np.array([10.0, 1.0]), np.array([10.0, 25.0]), 0.07), (np.array([1.0, -2.0, 0.5]), np.ones(3), 0.5),
             (np.array([[3.0, -1.0], [0.2, 4.0]]), np.array([[-2.0, 0.3], [0.7, -5.0]]), 0.3)]  # fmt: skip
    compare(function, lambda x, gradient, learning_rate: x - learning_rate * gradient, cases, mistakes,
            wanted="that of x", explain=lambda *results: _first_wrong_step(function))  # fmt: skip


def _first_wrong_step(function):
    """Return which property of a step is lacking."""
    x, g = np.array([2.0, -3.0]), np.array([0.5, 4.0])
    if not close(numbers(function(x, 0 * g, 0.5)), x):
        return "Where the gradient is 0, x must stay where it is, and does not."
    moved, further, steeper = (numbers(function(x, *case)) - x for case in ((g, 0.1), (g, 0.2), (3 * g, 0.1)))
    if not close(further, 2 * moved):
        return "Twice the learning rate must go twice as far, and does not."
    if not close(steeper, 3 * moved):
        return "Where the gradient is three times as steep, the step must be three times as long, and is not."
    return "Steps grow with the learning rate and the gradient as they must, but go elsewhere: which moves which?"


@exercise
def lbfgs_direction(function):
    """Check `lbfgs_direction(gradient, steps, changes)`: the two-loop recursion, oldest pair first; returns -H g."""
    gamma, order = "gamma", "Both loops run the same way: the second must run against the first."
    b_and_a = "In the second loop, look at how a and b come together, and at their signs."
    wrong_vector = "loop, the wrong vector of the pair is {}: look at which one is s and which y."
    mistakes = [Mistake("This is the steepest descent, -gradient: steps and changes are not used.", lambda g, s, y: -g)]
    mistakes += slips(
        _recursion,
        ("The sign is wrong: this is H g, which points uphill.", {"sign": 1}),
        ("The scaling gamma between the two loops is missing.", {gamma: lambda s, y: 1.0}),
        ("gamma is upside down.", {gamma: lambda s, y: y @ y / (s @ y)}),
        ("gamma is taken from the oldest pair: the newest one knows the curvature here.", {"pair": 0}),
        ("gamma has s.s where another product belongs, above the line.", {gamma: lambda s, y: s @ s / (y @ y)}),
        ("gamma has s.s in it: which products does the formula have?", {gamma: lambda s, y: s @ s / (s @ y)}),
        ("gamma has s.s in it: which products does the formula have?", {gamma: lambda s, y: s @ y / (s @ s)}),
        ("gamma lacks what it is divided by.", {gamma: lambda s, y: s @ y}),
        ("gamma lacks what stands above the line.", {gamma: lambda s, y: 1 / (y @ y)}),
        ("gamma is the root of what it should be.", {gamma: lambda s, y: np.sqrt(s @ y / (y @ y))}),
        ("gamma has its sign turned.", {gamma: lambda s, y: -(s @ y) / (y @ y)}),
        ("The two loops run in the wrong order: look which pair each begins with.", {"first": 1, "second": -1}),
        (order + " The second must go back.", {"second": -1}),
        (order + " The first must go the other way.", {"first": 1}),
        ("The second loop is missing.", {"loops": (1,)}), ("The first loop is missing.", {"loops": (2,)}),
        ("Only the newest pair is used: the loops run over all of them.", {"kept": slice(-1, None)}),
        ("Only the oldest pair is used: the loops run over all of them.", {"kept": slice(0, 1)}),
        ("One pair is left out: the loops run over all of them.", {"kept": slice(1, None)}),
        ("The a's meet the wrong pairs in the second loop: they were kept newest first, and this loop runs the other "
         "way.", {"unturned": True}),
        (b_and_a, {"weigh": lambda a, b: b - a}), (b_and_a, {"weigh": lambda a, b: a + b}),
        ("In the second loop, b is missing.", {"weigh": lambda a, b: a}),
        ("In the second loop, a is missing.", {"weigh": lambda a, b: -b}),
        ("In the second loop, a is missing, and look at the sign of b.", {"weigh": lambda a, b: b}),
        ("In the second loop, a and b are multiplied.", {"weigh": lambda a, b: a * b}),
        (f"In the second {wrong_vector.format('added')}", {"added": 1}),
        (f"In the first {wrong_vector.format('subtracted')}", {"subtracted": 0}),
        ("In the first loop, q is raised by what should be taken out of it.", {"take": 1}),
        ("In the first loop, q is not changed.", {"take": 0}),
        (f"In the first {wrong_vector.format('multiplied with q')}", {"a_with": 1}),
        (f"In the second {wrong_vector.format('multiplied with q')}", {"b_with": 0}),
        ("a is divided by another product than the formula says.", {"a_by": lambda s, y: y @ y}),
        ("a is divided by another product than the formula says.", {"a_by": lambda s, y: s @ s}),
        ("a is not divided.", {"a_by": lambda s, y: 1.0}),
        ("b is divided by another product than the formula says.", {"b_by": lambda s, y: y @ y}),
        ("b is divided by another product than the formula says.", {"b_by": lambda s, y: s @ s}),
        ("b is not divided.", {"b_by": lambda s, y: 1.0}),
        ("Both loops take the gradient into their products, where it is q that has changed since.", {"of": "gradient"}),
        ("The second loop takes the gradient into its products, where it is q that has changed since.",
         {"b_of": "gradient"}),
        ("gamma comes after the second loop: it stands between the two.", {"late": True}),
    )  # fmt: skip
    random, curvature = np.random.default_rng(7), np.array([1.0, 3.0, 9.0, 0.5]) * np.eye(4) + 0.3
    cases = []
    for pairs in (2, 3, 1, 4):
        steps = [random.normal(size=4) for _ in range(pairs)]
        cases.append((random.normal(size=4), steps, [curvature @ s for s in steps]))
    compare(
        function,
        _recursion(),
        cases,
        mistakes,
        wanted="(N,), that of the gradient,",
        explain=lambda *results: _first_wrong_stage(function),
    )
    _with_no_pair(function, np.array([3.0, -1.0, 2.0]))


def _first_wrong_stage(function):
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
        if not close(numbers(function(*case)), _recursion()(*case)):
            return hint
    return "With one pair it is right, with several it is not: which pair meets which, in which order, in both loops?"


def _with_no_pair(function, gradient):
    try:
        right = np.allclose(np.asarray(function(gradient, [], []), np.float64), -gradient)
    except (NotQuite, TypeError, ValueError):
        right = False
    if not right:
        raise NotQuite("With pairs to remember it is right. At the first iteration there are none (both lists are "
                       "empty): then there is no newest pair to take gamma from. What is the direction "
                       "then?")  # fmt: skip


def _recursion(sign=-1, gamma=lambda s, y: s @ y / (y @ y), pair=-1, first=-1, second=1, loops=(1, 2), added=0,
               subtracted=1, take=-1, a_with=0, b_with=1, a_by=lambda s, y: s @ y, b_by=lambda s, y: s @ y, of="q",
               b_of="q", weigh=lambda a, b: a - b, unturned=False, late=False, kept=slice(None)):  # fmt: skip
    """Return a two-loop recursion, right by default; each keyword brings a mistake in."""

    def direction(gradient, steps, changes):
        pairs = list(zip(steps, changes, strict=True))[kept]
        q, a = np.array(gradient, np.float64), [0.0] * len(pairs)
        for k in range(len(pairs))[::first] if 1 in loops else ():
            a[k] = pairs[k][a_with] @ (q if of == "q" else gradient) / a_by(*pairs[k])
            q = q + take * a[k] * pairs[k][subtracted]
        scale = gamma(steps[pair], changes[pair])
        q = q if late else q * scale
        a = a[::-1] if unturned else a
        for k in range(len(pairs))[::second] if 2 in loops else ():
            b = pairs[k][b_with] @ (q if of == b_of == "q" else gradient) / b_by(*pairs[k])
            q = q + weigh(a[k], b) * pairs[k][added]
        return sign * q * (scale if late else 1)

    return direction
