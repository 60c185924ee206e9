"""The total cost of a toy, a picture of one number x: two parabolas, their sum, and who pulls how hard at x."""

import numpy as np

from ...costs import total_cost
from . import charts
from .layout import Explorer, chart, real_slider, row, sentence, weight_slider

WISHES = {"content": 1.0, "style": 6.0}  # the x that each would have
SHOWN = (0.0, 7.0)


def toy_terms(x, alpha, beta):
    """Return {name: value} of the two terms and of J at x: `J_content = (x - 1)^2`, `J_style = (x - 6)^2`."""
    J_content, J_style = ((x - wish) ** 2 for wish in WISHES.values())
    return {
        "alpha J_content": alpha * J_content,
        "beta J_style": beta * J_style,
        "J": total_cost(J_content, J_style, alpha, beta),
    }


def toy_slopes(x, alpha, beta):
    """Return {name: slope} of the two terms and of J at x."""
    of_content, of_style = (
        2 * weight * (x - wish) for weight, wish in zip((alpha, beta), WISHES.values(), strict=True)
    )
    return {"alpha J_content": of_content, "beta J_style": of_style, "J": of_content + of_style}


def toy_minimum(alpha, beta):
    """Return the x with the lowest J: the mean of the two wishes, weighted by alpha and beta."""
    return (alpha * WISHES["content"] + beta * WISHES["style"]) / (alpha + beta)


def total_cost_explorer(alpha=1.0, beta=4.0):
    """Return an explorer: alpha, beta and x of the toy; its terms as parabolas, and the pulls at x as arrows."""
    alphas = weight_slider("alpha", "The weight of the content", alpha)
    betas = weight_slider("beta", "The weight of the style", beta)
    place = real_slider("x", "The toy picture: one number", 3.0, *SHOWN, 0.05)

    def draw():
        now = (place.value, alphas.value, betas.value)
        return (
            sentence(*_in_words(*now)),
            row(
                chart(_parabolas(*now), "The two terms and their sum J. The lines at x are the slopes.", 520),
                chart(_pulls(*now), "The pulls at x, minus the slopes: where each term would move x.", 420),
            ),
        )

    return Explorer([[alphas, betas, place]], draw, "move alpha, beta and x, and see who pulls how hard")


def _in_words(x, alpha, beta):
    slopes = toy_slopes(x, alpha, beta)
    of_J, lowest = slopes["J"], toy_minimum(alpha, beta)
    if abs(of_J) < 0.01 * max(abs(slope) for slope in slopes.values()):
        what = "The pulls cancel: x stays where it is, and yet both terms pull."
    else:
        what = f"A step downhill makes x {'smaller' if of_J > 0 else 'larger'}."
    return (
        f"x = {x:.3g}: slopes of the content term {slopes['alpha J_content']:+.3g}, "
        f"of the style term {slopes['beta J_style']:+.3g}, of J {of_J:+.3g}. {what}",
        f"beta : alpha = {beta / alpha:.3g}, and the minimum of J is at <b>x = {lowest:.3g}</b>.",
    )


def _parabolas(x, alpha, beta):
    xs = np.linspace(*SHOWN, 141)
    # The weights go from 0.1 to 10; the height of the axes follows them, or one could see only some of the curves.
    top = 1.3 * max(toy_terms(0.0, alpha, beta)["J"], toy_terms(7.0, alpha, beta)["J"]) / 2
    axes = charts.Axes(SHOWN, (0, top), xlabel="x, the toy picture", ylabel="cost", size=(520, 320), top=30)
    kinds = {"alpha J_content": 1, "beta J_style": 3, "J": 0}
    here, slopes, curves = (f(place, alpha, beta) for f, place in ((toy_terms, x), (toy_slopes, x), (toy_terms, xs)))
    for name, k in kinds.items():
        axes.line(xs, curves[name], k)
        ends = np.array([x - 0.7, x + 0.7])
        axes.line(ends, here[name] + slopes[name] * (ends - x), 0, colour=charts.BLACK, width=1.5)
        axes.dots(x, here[name])
    lowest = toy_minimum(alpha, beta)
    axes.note(lowest, toy_terms(lowest, alpha, beta)["J"], f"minimum at {lowest:.3g}", dx=0, dy=-14, anchor="middle")
    axes.legend(kinds)
    return axes.svg(f"Parabolas over x with their lowest points at 1 and 6; that of J is at {lowest:.3g}.")


def _pulls(x, alpha, beta):
    pulls = {name: -slope for name, slope in toy_slopes(x, alpha, beta).items()}
    longest = max(abs(pull) for pull in pulls.values()) or 1.0
    axes = charts.Axes((-1.15, 1.15), (0, 3.4), xlabel="pull, the longest = 1", size=(420, 230))
    for k, y, (name, pull) in zip((1, 3, 0), (2.7, 1.6, 0.5), pulls.items(), strict=True):
        axes.arrow(0, y, pull / longest, k, f"{name}: {pull:+.3g}")
    return axes.svg(
        "Three arrows: " + ", ".join(f"{name} pulls with {pull:+.3g}" for name, pull in pulls.items()) + "."
    )
