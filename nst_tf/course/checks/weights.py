"""Checks of lesson 11: the weights of the style layers, and their shares of the style cost."""

from collections.abc import Mapping

import numpy as np

from .answer import exercise, something
from .comparison import compare
from .mistakes import Mistake, slips
from .verdict import NotQuite


@exercise
def layer_weights(function):
    """Check `layer_weights(layers, decay)`: {layer: lambda_l}, in proportion 1, decay, decay^2, ..., sum 1."""

    def made(power=lambda k, n: k, base=lambda d: d, divisor=sum, of=lambda weights: weights):
        def weights(layers, decay):
            powers = np.array([base(decay) ** power(k, len(layers)) for k in range(len(layers))], float)
            return of(powers / divisor(powers))

        return weights

    steps = "The weights fall or rise in equal steps; multiply by decay from layer to layer instead."
    mistakes = slips(
        made,
        ("The weights have the right proportions, but they do not sum to 1: divide each by their sum.",
         {"divisor": lambda powers: 1}),
        ("The order is reversed: the first layer of the list gets the power 0, the last the highest.",
         {"power": lambda k, n: n - 1 - k}),
        ("The first power is 1 where it should be 0.", {"power": lambda k, n: k + 1}),
        ("The powers begin at 0 twice, or skip one.", {"power": lambda k, n: max(0, k - 1)}),
        ("All the weights are equal: decay is not used.", {"base": lambda d: 1.0}),
        ("The decay is turned round: where it is below 1, the weights fall from layer to layer.",
         {"base": lambda d: 1 / d}),
        ("The base is not decay, but 1 - decay.", {"base": lambda d: abs(1 - d) + 1e-12}),
        ("The base is not decay, but 1 + decay.", {"base": lambda d: 1 + d}),
        ("The decay is squared from layer to layer.", {"base": lambda d: d * d}),
        ("Dividing by the number of layers does not make the sum 1: divide by the sum of the powers.",
         {"divisor": len}),
        ("Dividing by the largest weight makes the largest 1; here the sum must be 1.", {"divisor": max}),
        ("Dividing by the smallest or the last weight makes it 1; here the sum must be 1.", {"divisor": min}),
        ("Dividing by the last weight makes it 1; here the sum must be 1.", {"divisor": lambda powers: powers[-1]}),
        ("Dividing by the length (the root of the sum of squares) does not make the sum 1.", {"divisor":
         np.linalg.norm}),
        ("The weights are the other way round: those of the last layer belong to the first.",
         {"of": lambda weights: weights[::-1]}),
        ("The weights are sorted: each stays with its layer.", {"of": np.sort}),
        ("The weights are summed up as they go.", {"of": np.cumsum}),
    )  # fmt: skip
    linear = [lambda n, d: 1 + np.arange(n) * d, lambda n, d: np.arange(1, n + 1) * d,
              lambda n, d: 1 - np.arange(n) * d, lambda n, d: d + np.arange(n)]  # fmt: skip
    mistakes += [Mistake(steps, lambda layers, d, f=f, whole=whole: f(len(layers), d) / (f(len(layers), d).sum() or 1)
                         if whole else f(len(layers), d)) for f in linear for whole in (True, False)]  # fmt: skip
    mistakes.append(Mistake("It is the decay to the power of itself, or its exponential: powers of decay are wanted.",
                            lambda layers, d: np.exp(-d * np.arange(len(layers)))
                            / np.exp(-d * np.arange(len(layers))).sum()))  # fmt: skip
    cases = [(["block3_conv1", "block1_conv1", "block2_conv1"], 0.5), (["d", "a", "c", "b"], 2.0), (["only"], 0.3),
             (["b", "a", "c"], 1.0), (["x", "w", "v", "u", "t"], 0.8), (["p", "q"], 3)]  # fmt: skip
    compare(_by_layer(function, "lambda_l"), made(), cases, mistakes, explain=_explain_sum)
    if any(list(function(*case)) != case[0] for case in cases):
        raise NotQuite("The dict holds the layers in another order than the list: keep the list's, do not sort.")


@exercise
def shares(function):
    """Check `shares(costs, weights)`: {layer: its share of the weighted sum J_style}; the shares sum to 1."""

    def made(term=lambda cost, weight: cost * weight, whole=None, match=None, of=lambda x: x):
        def share(costs, weights):
            c = np.array(list(costs.values()), float)
            w = np.array([weights[layer] for layer in costs], float)
            w = w if match is None else match(costs, weights)
            with np.errstate(all="ignore"):
                return of(term(c, w) / (term(c, w).sum() if whole is None else whole(c, w)))

        return share

    by_position = "The weights are matched to the costs by their position: match them by the layer's name."
    mistakes = slips(
        made,
        ("The weights are ignored: what counts in J_style is lambda_l times the cost.", {"term": lambda c, w: c}),
        ("These are the shares of the weights: the costs of the layers are not used.", {"term": lambda c, w: w}),
        ("These are the weighted costs themselves: divide each by their sum, so that the shares sum to 1.",
         {"whole": lambda c, w: 1}),
        ("The costs are divided by the weights: multiply.", {"term": lambda c, w: c / w}),
        ("The weights are divided by the costs: multiply.", {"term": lambda c, w: w / (c + 1e-300)}),
        ("The weights are added to the costs: multiply.", {"term": lambda c, w: c + w}),
        ("The weights are squared.", {"term": lambda c, w: c * w * w}),
        ("The costs are squared.", {"term": lambda c, w: c * c * w}),
        ("It divides by the sum of the costs without their weights.", {"whole": lambda c, w: c.sum()}),
        ("It divides by the sum of the weights: divide by J_style.", {"whole": lambda c, w: w.sum()}),
        ("It divides by the sum of the costs times the sum of the weights: J_style is the sum of the products.",
         {"whole": lambda c, w: c.sum() * w.sum()}),
        ("It divides by the sum of weights and costs: J_style is the sum of their products.",
         {"whole": lambda c, w: (c + w).sum()}),
        ("It divides by the largest term, not by the sum of them all.", {"whole": lambda c, w: (c * w).max()}),
        ("It divides by the number of layers, not by the sum.", {"whole": lambda c, w: c.size}),
        ("It divides by the mean of the terms, not by their sum.", {"whole": lambda c, w: (c * w).mean()}),
        ("Each term is divided by the sum of the others: by the sum of all.",
         {"whole": lambda c, w: (c * w).sum() - c * w}),
        ("Each layer's own term is its divisor: divide by the sum of them all.", {"whole": lambda c, w: c * w}),
        ("It divides by the sum up to each layer only: add all terms up first.",
         {"whole": lambda c, w: np.cumsum(c * w)}),
        ("These are per cent: leave the factor 100 out, so that the shares sum to 1.", {"of": lambda x: 100 * x}),
        ("It is what remains for the other layers.", {"of": lambda x: 1 - x}),
        ("The shares are rounded: leave the digits.", {"of": lambda x: np.round(x, 2)}),
        (by_position, {"match": lambda costs, weights: np.array(list(weights.values()))}),
    )  # fmt: skip
    cases = [
        ({"block1_conv1": 4.0, "block2_conv1": 1.0, "block3_conv1": 2.0},
         {"block1_conv1": 0.5, "block2_conv1": 1.0, "block3_conv1": 0.25}),
        ({"a": 3.0, "b": 0.0}, {"a": 0.2, "b": 0.4}),
        ({"a": 1.0, "b": 5.0, "c": 2.0}, {"c": 0.7, "a": 0.1, "b": 0.3}),
        ({"z": 0.003}, {"z": 0.5}),
    ]  # fmt: skip
    compare(_by_layer(function, "share"), made(), cases, mistakes, explain=_explain_sum)


def _explain_sum(found, expected, cases):
    for f in found:
        if np.isfinite(f).all() and not np.isclose(f.sum(), 1, rtol=1e-3):
            return f"They must sum to 1, and sum to {f.sum():.4g} in one of the cases: what is each divided by?"
    return "They sum to 1, as they must, but each compared with the others is not right: what stands above the line?"


def _by_layer(answer, what):
    """Return an answer that gives {layer: number}, as one that gives the numbers in the order of its first argument."""

    def numbers_by_layer(*case):
        result, layers = something(answer(*case)), list(case[0])
        if not isinstance(result, Mapping):
            raise NotQuite(f"It returns {type(result).__name__}: return a dict, {{layer: {what}}}.")
        if set(result) != set(layers):
            raise NotQuite(f"The keys of the dict must be the names of the layers, each once: {', '.join(layers)}.")
        return [result[layer] for layer in layers]

    return numbers_by_layer
