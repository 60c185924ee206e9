"""The total cost of a picture: what each term would do to the pixels, their sum, and what a step along it brings."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from ...costs import total_cost
from ..plots import signed_to_image
from . import charts
from .layout import Explorer, chart, choice, figure, in_words, picture, real_slider, row, sentence, tick, weight_slider
from .rasters import photo


class Pulls(NamedTuple):
    """What the two terms, without their weights, would do to an image: minus their gradients, of its shape."""

    content: np.ndarray
    style: np.ndarray


def pulls_on(objective, image):
    """Return J_content and J_style of an image (1, n_H, n_W, 3), as an array, and their `Pulls` on it."""
    image = tf.constant(image)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(image)
        costs = objective(image)
    pulls = Pulls(*(-tape.gradient(costs.terms[name], image).numpy() for name in ("J_content", "J_style")))
    return np.array([float(costs.J_content), float(costs.J_style)]), pulls


def step_along(pull, image, largest):
    """Return the step along a pull that changes no number by more than `largest`, and none to below 0 or above 1."""
    step = pull * (largest / (np.abs(pull).max() or 1.0))
    return np.clip(image + step, 0, 1) - image


def predicted_changes(pulls, step):
    """Return by how much J_content and J_style change in a step if they go on as steeply as they begin."""
    return tuple(-float(np.sum(pull * step, dtype=np.float64)) for pull in pulls)


def cosine(x, y):
    """Return the cosine of the angle between two arrays of one shape; 0 if one of them is 0."""
    lengths = np.linalg.norm(x) * np.linalg.norm(y)
    return float(np.sum(x * y) / lengths) if lengths else 0.0


def pull_explorer(objective, pictures, alpha=1.0, beta=4.0):
    """Return an explorer: alpha and beta on a picture; both terms' pulls, their sum, and a step along it.

    Args:
        objective: from `make_objective`; its own alpha and beta are not used.
        pictures: {name: image}, of the size of the objective's content image.
        alpha, beta: the weights to begin with.
    """
    view = _Pulls(objective, pictures, alpha, beta)
    return Explorer(
        [[view.picture], [view.alpha, view.beta], [view.length, view.measured]], view.draw,
        "weigh content against style, and see who pulls how hard at the pixels",
    )  # fmt: skip


class _Pulls:
    """The controls of the explorer, and what they show."""

    def __init__(self, objective, pictures, alpha, beta):
        self._objective = objective
        self._prepared = {name: self._prepare(image) for name, image in pictures.items()}
        self.picture = choice("G", "The picture that is pulled at", pictures)
        self.length = real_slider("step", "The largest change of a number of the picture", 0.01, 0.0, 0.1, 0.002, ".3f")
        self.measured = tick("take the step and measure it", "Compute the costs after the step, too: this takes longer")
        self.alpha = weight_slider("alpha", "The weight of the content", alpha)
        self.beta = weight_slider("beta", "The weight of the style", beta)

    def _prepare(self, image):
        costs, pulls = pulls_on(self._objective, image)
        return image, photo(image), pulls, costs, [np.percentile(np.abs(pull), 99) for pull in pulls]

    def _costs(self, image):
        costs = self._objective(image)
        return np.array([float(costs.J_content), float(costs.J_style)])

    def draw(self):
        """Return the sentence and the view."""
        weights = np.array([self.alpha.value, self.beta.value])
        image, uri, pulls, now, limits = self._prepared[self.picture.value]
        weighted = [weight * pull for weight, pull in zip(weights, pulls, strict=True)]
        pulls_and_sum = (*weighted, sum(weighted))
        step = step_along(pulls_and_sum[-1], image, self.length.value)
        changes = {"now": now, "predicted": predicted_changes(pulls, step)}
        if self.measured.value:
            changes["measured"] = self._costs(image + step) - now
        table = {name: (*weights * costs, total_cost(*costs, *weights)) for name, costs in changes.items()}
        lengths = dict(zip(_TERMS, (float(np.linalg.norm(pull)) for pull in pulls_and_sum), strict=True))
        return (
            sentence(*_said(weights, lengths, cosine(*weighted), table)),
            row(*_pictures(self.picture.value, uri, pulls_and_sum, max(weights * limits)))
            + row(chart(_bars(lengths), "How long the pulls are, over all pixels.", 440), _table(table)),
        )


def _pictures(name, uri, pulls_and_sum, limit):
    """Yield G, both pulls and their sum, these three in one scale."""
    yield figure(picture(uri, f"G, {name}."), f"G, {in_words(name)}", 210)
    for what, pull in zip(("the content's pull", "the style's pull", "the sum of both"), pulls_and_sum, strict=True):
        alt = f"{what}: grey where it leaves a pixel, lighter or darker where it raises or lowers a colour."
        yield figure(picture(photo(signed_to_image(pull, limit or None)), alt), what, 210)


_TERMS = ("alpha J_content", "beta J_style", "J")


def _said(weights, lengths, cos, table):
    of_content, of_style, of_both = lengths.values()
    left = of_both / ((of_content + of_style) or 1.0)
    yield (
        f"beta : alpha = {weights[1] / weights[0]:.3g}. The pulls are {of_content:.3g} and {of_style:.3g} long, their "
        f"cosine is {cos:.2f}; of both lengths together <b>{left:.0%} is left</b> in the sum."
    )
    J, predicted = table["now"][-1], table["predicted"][-1]
    yield f"J = {J:.3g}. If the slope stayed as it is, the step would change J by {predicted:+.2g}."
    if "measured" in table:
        yield f"It changes J by <b>{table['measured'][-1]:+.2g}</b>."


def _bars(lengths):
    alt = "Bars, the lengths of the pulls: " + ", ".join(f"{name} {value:.3g}" for name, value in lengths.items()) + "."
    return charts.bars(lengths, alt, title="length of the pull", width=440)


def _table(table):
    """Return an HTML table: a row for each term and J, a column for the value now and each change."""
    heads = {"now": "now", "predicted": "predicted change", "measured": "measured change"}
    style = 'style="text-align:right;padding:2px 10px"'
    head = "".join(f'<th scope="col" {style}>{heads[name]}</th>' for name in table)
    body = "".join(
        f'<tr><th scope="row" {style}>{term}</th>'
        + "".join(f"<td {style}>{table[name][k]:{'.3g' if name == 'now' else '+.2g'}}</td>" for name in table)
        + "</tr>"
        for k, term in enumerate(_TERMS)
    )
    head = f'<tr><th scope="col" {style}>term</th>{head}</tr>'
    return f'<table style="border-collapse:collapse;align-self:center">{head}{body}</table>'
