"""The style cost: two pictures, layer by layer; the weights lambda_l; and which paintings are close to which."""

import functools

import tensorflow as tf

from ...costs import compare_style_matrices, style_matrix
from ...errors import InputError
from ...images import preprocess
from ...layers import STYLE_LAYERS
from . import charts
from .layout import Explorer, button, chart, choice, figure, in_words, picture, real_slider, row, sentence
from .rasters import photo


def style_matrices(extractor, image, layers):
    """Return {layer: style matrix (n_C, n_C)} of an image."""
    a = extractor(preprocess(tf.constant(image)))
    return {layer: style_matrix(a[layer]) for layer in layers}


def style_costs_between(of_S, of_G):
    """Return {layer: J_style of that layer} of two pictures' style matrices."""
    return {layer: float(compare_style_matrices(of_S[layer], of_G[layer])) for layer in of_S}


def weighted(costs, weights):
    """Return {layer: lambda_l J_style_l}; their sum is J_style."""
    return {layer: weights[layer] * cost for layer, cost in costs.items()}


def style_cost_explorer(extractor, pictures, style_layers=STYLE_LAYERS, S=None, G=None):
    """Return an explorer: two pictures and the lambda_l; each layer's part of J_style, and the closest pictures.

    Args:
        extractor: a feature extractor with the style layers.
        pictures: {name: image (1, n_H, n_W, 3)}, two or more, of any sizes.
        style_layers: {layer: lambda_l} to begin with.
        S, G: names of the first pair; default: the first two pictures.
    """
    view = _StyleCost(extractor, pictures, dict(style_layers), S, G)
    rows = [[view.S, view.G, view.reset], list(view.weights.values())]
    return Explorer(rows, view.draw, "choose two pictures and weights, and see what J_style is made of")


class _StyleCost:
    """The controls of the explorer, and what they show."""

    def __init__(self, extractor, pictures, style_layers, S, G):
        names = list(pictures)
        if len(names) < 2:
            raise InputError(f"there are {len(names)} pictures: give two or more to compare")
        matrices = {name: style_matrices(extractor, image, style_layers) for name, image in pictures.items()}
        self._photos = {name: photo(image) for name, image in pictures.items()}
        self._costs = functools.cache(
            lambda S: {G: style_costs_between(matrices[S], matrices[G]) for G in names if G != S}
        )
        self._lambdas = style_layers
        self.S = choice("S", "The style image", names, S or names[0])
        self.G = choice("G", "The picture that is compared with it", names, G or names[1])
        self.weights = {
            layer: real_slider(f"λ {layer}", f"The weight of {layer}", weight, 0.0, 1.0, 0.05)
            for layer, weight in style_layers.items()
        }
        self.reset = button("weights as at first", "Set all weights back", self._reset)

    def _reset(self):
        for layer, weight in self._lambdas.items():
            self.weights[layer].value = weight

    def draw(self):
        """Return the sentence and the view."""
        S, G, weights = self.S.value, self.G.value, {layer: control.value for layer, control in self.weights.items()}
        of_others = self._costs(S)
        costs = of_others.get(G, dict.fromkeys(weights, 0.0))  # of S itself, 0
        parts = weighted(costs, weights)
        J_style = {name: sum(weighted(each, weights).values()) for name, each in of_others.items()}
        ranking = sorted(J_style, key=J_style.get)
        return (
            sentence(*self._in_words(parts, ranking, J_style)),
            row(
                figure(picture(self._photos[S], f"S, {S}."), f"S: {S.replace('_', ' ')}", 190),
                figure(picture(self._photos[G], f"G, {G}."), f"G: {G.replace('_', ' ')}", 190),
                chart(_bars(costs, weights, parts), "Bars: each layer's part of J_style.", 480),
            )
            + row(*(figure(*self._ranked(k, name, J_style[name]), 104) for k, name in enumerate(ranking, start=1))),
        )

    def _in_words(self, parts, ranking, J_style):
        S, G, total = self.S.value, self.G.value, sum(parts.values())
        yield f"<b>J_style of {in_words(S)} and {in_words(G)} = {total:.3g}</b>."
        if total > 0:
            ruler = max(parts, key=parts.get)
            yield f"{ruler} makes {parts[ruler] / total:.0%} of it."
        if G in ranking and len(ranking) > 1 and total > 0:
            yield f"Of {len(ranking)} pictures, {in_words(G)} is number {ranking.index(G) + 1} by closeness to S;"
            yield f"the closest is <b>{in_words(ranking[0])}</b>, with {J_style[ranking[0]]:.3g}."

    def _ranked(self, k, name, J_style):
        its_name = name.replace("_", " ") + (" (G)" if name == self.G.value else "")
        return picture(self._photos[name], f"Number {k}, {name}."), f"{k}. {its_name}: {J_style:.3g}"


def _bars(costs, weights, parts):
    total = sum(parts.values())
    shares = {layer: part / total if total else 0.0 for layer, part in parts.items()}
    notes = {
        layer: f"{shares[layer]:.0%}  = {weights[layer]:.2f} · {cost:.3g}" for layer, cost in costs.items()
    }  # fmt: skip
    alt = "Bars: " + ", ".join(f"{layer} {share:.0%}" for layer, share in shares.items()) + " of J_style."
    title = f"share of J_style = λ · J_style of the layer; the sum is {total:.3g}"
    return charts.bars(shares, alt, largest=1.0, notes=notes, title=title)
