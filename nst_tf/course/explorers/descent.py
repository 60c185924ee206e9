"""Descent: gradient descent in a narrow valley, `f(x, y) = (x^2 + 25 y^2) / 2`, at a learning rate of one's choice."""

import functools

import numpy as np

from . import charts
from .layout import Explorer, chart, real_slider, row, sentence, slider

CURVATURES = (1.0, 25.0)
START = (10.0, 1.0)
RATES = np.round(np.arange(0.01, 0.0901, 0.0005), 4)


def descent_path(learning_rate, steps, start=START, curvatures=CURVATURES):
    """Return the points of gradient descent on `f(x) = 1/2 * sum(curvatures * x^2)`, shape (steps + 1, 2).

    Each step multiplies a coordinate by `1 - learning_rate * curvature`.
    """
    factors = 1 - learning_rate * np.asarray(curvatures)
    return np.asarray(start) * factors ** np.arange(steps + 1)[:, np.newaxis]


def steps_needed(learning_rate, start=START, curvatures=CURVATURES, within=0.01, at_most=5000):
    """Return after how many steps the distance to the minimum is `within` or less; None if not `at_most` are enough."""
    with np.errstate(over="ignore"):  # a rate that is too large leads to infinity
        distances = np.linalg.norm(descent_path(learning_rate, at_most, start, curvatures), axis=1)
    (near,) = np.nonzero(distances <= within)
    return int(near[0]) if near.size else None


def descent_explorer():
    """Return an explorer: the learning rate from 0.01 to 0.09, the path in the valley, and the steps it needs."""
    rate = real_slider("learning rate", "The length of a step, in gradients", 0.04, 0.01, 0.09, 0.001, ".3f")
    steps = slider("steps shown", "How many steps of the path are drawn", 20, 0, 60)

    def draw():
        path = descent_path(rate.value, steps.value)
        return (
            sentence(*_in_words(rate.value, path)),
            row(
                chart(_valley(path), "The valley from above, its lines of equal f, and the path.", 640),
                chart(_needed(rate.value), "Steps needed to come within 0.01 of the minimum.", 380),
            ),
        )

    return Explorer([[rate, steps]], draw, "choose a learning rate and walk down a narrow valley")


def _in_words(learning_rate, path):
    along, across = 1 - learning_rate * np.asarray(CURVATURES)
    if abs(across) > 1:
        how = "each step ends further up the other side: the path leaves the valley."
    elif abs(across) == 1:
        how = "the path jumps from side to side for ever."
    elif across < 0:
        how = "the path jumps from side to side, and each time ends lower."
    else:
        how = "the path stays on its side of the valley."
    needed = steps_needed(learning_rate)
    return (
        f"A step multiplies x by {along:.3g} and y by {across:.3g}: {how}",
        f"After {len(path) - 1} steps: x = {path[-1, 0]:.2f}, y = {path[-1, 1]:.2f}.",
        "It never comes within 0.01 of the minimum."
        if needed is None
        else f"Within 0.01 of the minimum after <b>{needed} steps</b>.",
    )


def _valley(path):
    axes = charts.Axes((-1, 11), (-1.8, 1.8), xlabel="x, along the valley", ylabel="y, across", size=(640, 260))
    for level in (0.5, 2, 5, 10, 20, 35, 55):
        axes.ellipse(0, 0, *np.sqrt(2 * level / np.asarray(CURVATURES)))
    axes.line(*path.T, width=1.5)
    axes.dots(*path.T, colour=charts.COLOURS[0], radius=3.5)
    axes.dots(0, 0)
    axes.note(0, 0, "minimum", dx=6, dy=18)
    axes.note(*START, "start", dx=0, dy=-10, anchor="middle")
    end = f"x = {path[-1, 0]:.3g}, y = {path[-1, 1]:.3g}"
    return axes.svg(
        f"Ellipses around the minimum at (0, 0), and a path of {len(path) - 1} steps from (10, 1) to {end}."
    )


@functools.cache
def _needed_by_rate():
    """Return the rates that lead to the minimum, and the steps that each needs."""
    needed = [(rate, steps_needed(rate)) for rate in RATES]
    return np.array([(rate, count) for rate, count in needed if count is not None]).T


def _needed(learning_rate):
    axes = charts.Axes((0.005, 0.095), (0, 720), xlabel="learning rate", ylabel="steps needed", size=(380, 260))
    axes.line(*_needed_by_rate())
    needed = steps_needed(learning_rate)
    if needed is None:
        axes.line([learning_rate] * 2, [0, 720], 1, colour=charts.BLACK, width=1.5)
        axes.note(learning_rate, 360, "never", dx=-4, dy=0, anchor="end")
    else:
        axes.dots(learning_rate, needed, radius=6)
        axes.note(learning_rate, needed, f"{needed}", dx=0, dy=-12, anchor="middle")
    return axes.svg(f"Steps needed against the learning rate; at {learning_rate:.3f}: {needed or 'never there'}.")
