"""Checks of lessons 07, 11 and 12: the total cost, the choice of alpha, the style layers' weights and their shares."""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from .answer import exercise, numbers, something
from .comparison import compare
from .constants import Constant, close
from .mistakes import slips, table
from .verdict import NotQuite

_TOTAL_SLIPS = {"content": {
    "alpha is added to J_content: multiply.": lambda a, C: a + C,
    "J_content is to the power of alpha: multiply.": lambda a, C: C**a,
    "The weight of J_content is 10 whatever it is given.": lambda a, C: 10 * C,
}, "style": {
    "beta is added to J_style: multiply.": lambda b, S: b + S,
    "J_style is to the power of beta: multiply.": lambda b, S: S**b,
    "The weight of J_style is 40 whatever it is given.": lambda b, S: 40 * S,
}, "of": {
    "J_style is weighed by 1 - alpha, as if the weights made 1 together.": lambda c, s, a, b: c + (1 - a) * s / b,
    "The two terms are multiplied, or divided: add them.": [lambda c, s, a, b: c * s, lambda c, s, a, b: c / s],
    "The two terms are subtracted: they must be added.": [lambda c, s, a, b: c - s, lambda c, s, a, b: s - c],
    "The sum is divided by alpha + beta. The formula has no such division: alpha and beta are free.":
        lambda c, s, a, b: (c + s) / (a + b),
    "It is the larger, or the smaller, of the two terms: add them.": [
        lambda c, s, a, b: max(c, s), lambda c, s, a, b: min(c, s)],
    "The squares are added under a root: add the terms.": lambda c, s, a, b: (c * c + s * s) ** 0.5,
}}  # fmt: skip


@exercise
def total_cost(answer):
    """Check `total_cost(J_content, J_style, alpha, beta)`, which returns J as a scalar tensor (lesson 07)."""

    def made(content=lambda a, C: a * C, style=lambda b, S: b * S, of=lambda c, s, a, b: c + s):
        return lambda C, S, a, b: of(content(a, C), style(b, S), a, b)

    mistakes = table({
        "alpha and beta are swapped: alpha weighs the content, beta the style.": lambda C, S, a, b: b * C + a * S,
        "It uses 10 and 40 whatever it is given: use the arguments alpha and beta.": lambda C, S, a, b: 10 * C + 40 * S,
        "Both weights are missing.": lambda C, S, a, b: C + S,
        "Both costs get the same weight: give each its own.": [
            lambda C, S, a, b: (a + b) * (C + S), lambda C, S, a, b: a * b * (C + S)],
        "The weights are added to the costs, and then all is multiplied: the other way round.":
            lambda C, S, a, b: (a + C) * (b + S),
        "There are brackets too many, or too few: each weight belongs to one cost alone.": [
            lambda C, S, a, b: a * (C + b * S), lambda C, S, a, b: (a * C + b) * S],
    }) + slips(made, **_TOTAL_SLIPS)  # fmt: skip
    cases = [(tf.constant(C), tf.constant(S), a, b) for C, S, a, b in (
        (2.0, 3.0, 10.0, 40.0), (1.5, 0.25, 3.0, 7.0), (0.5, 4.0, 0.2, 0.1), (0.7, 1.1, 5.0, 2.0))]  # fmt: skip
    compare(answer, lambda J_content, J_style, alpha, beta: alpha * J_content + beta * J_style, cases, mistakes,
            wanted="a single number", watched=(0, 1))  # fmt: skip
    _defaults(answer, cases[0][:2], 10 * 2.0 + 40 * 3.0, "alpha and beta")


def _defaults(answer, arguments, expected, names, needed=True):
    """Raise `NotQuite` unless an answer has the defaults of the exercise's first line, or lacks what is not needed."""
    try:
        right = close(numbers(answer(*arguments)), np.float64(expected))
    except NotQuite:
        right = not needed
    if not right:
        raise NotQuite(f"With all its arguments it is right, but called without {names} it is not: keep the defaults "
                       "that the exercise gives in its first line.")  # fmt: skip


_SIZES = {
    "2": lambda C, S, share, beta: 2,
    "a larger share": lambda C, S, share, beta: share,
    "a larger 1 - share": lambda C, S, share, beta: 1 - share,
    "a larger beta": lambda C, S, share, beta: beta,
    "a larger J_style": lambda C, S, share, beta: S,
    "a larger J_content": lambda C, S, share, beta: C,
}
_HINTS = {  # of the powers of these sizes
    (0, -2, 2, 0, 0, 0): "That is the alpha that gives the style this share: see which term is to have it.",
    (0, 0, 0, 0, -2, 2): "J_content and J_style are the wrong way round in the ratio: the larger J_content, the "
                         "smaller alpha.",
    (0, 0, 1, 0, 0, 0): "share is a share of the whole J, and alpha is part of J itself: solve the equation for alpha.",
    (0, 0, 0, -1, 0, 0): "beta is missing: it weighs J_style in J.",
    (0, 0, 0, 0, 0, 1): "That is alpha * J_content, the term: divide to get alpha.",
    (0, -2, 2, -2, -2, 2): "That is 1/alpha.",
    (0, 0, 0, -2, 0, 0): "beta divides where it should multiply: a larger beta needs a larger alpha.",
    (0, -1, 0, 0, 0, 0): "The share does not stand above the fraction line: the larger it is, the larger alpha.",
    (0, 0, 2, 0, 0, 0): "1 - share multiplies where it should divide: the smaller it is, the larger alpha.",
    (0, 0, 0, 0, -1, 0): "J_style is missing: the term of the style is beta * J_style.",
}  # fmt: skip


@exercise
def alpha_for_share(answer):
    """Check `alpha_for_share(J_content, J_style, share, beta)`: the alpha that gives content its share (lesson 12).

    `alpha * J_content` is to be `share` of `J = alpha * J_content + beta * J_style`.
    """

    def right(J_content, J_style, share, beta):
        return share / (1 - share) * beta * J_style / J_content

    mistakes = table({
        "The share is returned, not alpha.": lambda C, S, share, beta: share,
        "That is the content's share of a sum in which alpha is 1: solve the equation for alpha.":
            lambda C, S, share, beta: C / (C + beta * S),
        "It divides by 1 + share: what remains of J is 1 - share.":
            lambda C, S, share, beta: share / (1 + share) * beta * S / C,
        "J_content is subtracted somewhere: it should divide.":
            lambda C, S, share, beta: share * beta * S / (1 - share) - C,
        "The brackets around 1 - share are missing.": [
            lambda C, S, share, beta: share / 1 - share * beta * S / C,
            lambda C, S, share, beta: share * beta * S / C - share,
            lambda C, S, share, beta: share * beta * S / 1 - share * C],
        "The content's own term is missing when the share is taken of J: J has two terms, and alpha is in one.":
            lambda C, S, share, beta: share * (C + beta * S) / C,
        "beta is fixed at 40: use the argument.": lambda C, S, share, beta: right(C, S, share, 40.0),
        "beta is added where it should be multiplied.": lambda C, S, share, beta: share / (1 - share) * (beta + S) / C,
    })  # fmt: skip
    cases = [(0.6, 0.15, 0.25, 40.0), (2.0, 3.0, 0.8, 10.0), (0.5, 0.1, 0.6, 1.5), (1.3, 0.7, 0.35, 3.0),
             (0.11, 1.9, 0.15, 7.0), (5.0, 0.9, 0.45, 0.3), (0.8, 2.3, 0.9, 17.0)]  # fmt: skip
    compare(answer, right, cases, mistakes, wanted="a single number", explain=_explain_alpha, usual=False,
            constant=Constant(_SIZES, _HINTS, place="its place in the formula", alone=True))  # fmt: skip
    _defaults(answer, (0.6, 0.15, 0.25), right(0.6, 0.15, 0.25, 40.0), "beta", needed=False)


def _explain_alpha(found, expected, cases):
    alpha, (J_content, J_style, share, beta) = found[0], cases[0]
    if alpha < 0:
        return "alpha is negative for ordinary costs: what is subtracted from what?"
    J = alpha * J_content + beta * J_style
    return (f"With J_content {J_content}, J_style {J_style}, share {share} and beta {beta}, your alpha of {alpha:.4g} "
            f"gives the content a share of {alpha * J_content / J:.3g}: put it into the formula by hand.")  # fmt: skip


_WEIGHT_SLIPS = {"power": {
    "The order is reversed: the first layer of the list gets the power 0, the last the highest.":
        lambda k, n: n - 1 - k,
    "The powers begin at 0 twice, or at 1.": [lambda k, n: max(0, k - 1), lambda k, n: k + 1],
}, "term": {
    "All the weights are equal: decay is not used.": lambda d, k: 1.0,
    "The base is not decay, but 1 - decay.": lambda d, k: (abs(1 - d) + 1e-12) ** k,
    "The weights fall or rise in equal steps; multiply by decay from layer to layer instead.": [
        lambda d, k: 1 + k * d, lambda d, k: (k + 1) * d, lambda d, k: 1 - k * d, lambda d, k: d + k],
    "It is the decay to the power of itself, or its exponential: powers of decay are wanted.":
        lambda d, k: np.exp(-d * k),
}, "divisor": {
    "The weights have the right proportions, but they do not sum to 1: divide each by their sum.": lambda terms: 1,
    "Dividing by the number of layers does not make the sum 1: divide by the sum of the powers.": len,
    "Dividing by the smallest weight, or the last, makes it 1; here the sum must be 1.": [min, lambda terms: terms[-1]],
}, "of": {
    "The weights are sorted: each stays with its layer.": np.sort,
    "The weights are summed up as they go.": np.cumsum,
}}  # fmt: skip


@exercise
def layer_weights(answer):
    """Check `layer_weights(layers, decay)`: {layer: lambda_l}, in proportion 1, decay, decay^2, ..., sum 1."""

    def made(power=lambda k, n: k, term=np.power, divisor=np.sum, of=lambda weights: weights):
        def weights(layers, decay):
            terms = np.array([term(float(decay), power(k, len(layers))) for k in range(len(layers))])
            return of(terms / divisor(terms))

        return weights

    mistakes = slips(made, **_WEIGHT_SLIPS)
    cases = [(["block3_conv1", "block1_conv1", "block2_conv1"], 0.5), (["d", "a", "c", "b"], 2.0), (["only"], 0.3),
             (["b", "a", "c"], 1.0), (["x", "w", "v", "u", "t"], 0.8), (["p", "q"], 3)]  # fmt: skip
    compare(
        _by_layer(answer, "lambda_l"),
        lambda layers, decay: made()(layers, decay),
        cases,
        mistakes,
        explain=_explain_sum,
    )
    if any(list(answer(*case)) != case[0] for case in cases):
        raise NotQuite("The dict holds the layers in another order than the list: keep the list's, do not sort.")


_SHARE_SLIPS = {"term": {
    "The weights are ignored: what counts in J_style is lambda_l times the cost.": lambda c, w: c,
    "The weights are divided by the costs: multiply.": lambda c, w: w / (c + 1e-300),
    "The weights are added to the costs: multiply.": np.add,
}, "whole": {
    "These are the weighted costs themselves: divide each by their sum, so that the shares sum to 1.":
        lambda c, w: 1,
    "It divides by the sum of the costs without their weights.": lambda c, w: c.sum(),
    "It divides by the sum of the weights: divide by J_style.": lambda c, w: w.sum(),
    "It divides by the sum of the costs times the sum of the weights: J_style is the sum of the products.":
        lambda c, w: c.sum() * w.sum(),
    "It divides by the sum of weights and costs: J_style is the sum of their products.": lambda c, w: (c + w).sum(),
    "It divides by the number of layers, not by the sum.": lambda c, w: c.size,
    "It divides by the mean of the terms, not by their sum.": lambda c, w: (c * w).mean(),
    "Each term is divided by the sum of the others: by the sum of all.": lambda c, w: (c * w).sum() - c * w,
    "Each layer's own term is its divisor: divide by the sum of them all.": np.multiply,
    "It divides by the sum up to each layer only: add all terms up first.": lambda c, w: np.cumsum(c * w),
}, "of": {
    "These are per cent: leave the factor 100 out, so that the shares sum to 1.": lambda x: 100 * x,
    "The shares are rounded: leave the digits.": lambda x: np.round(x, 2),
}, "match": {"The weights are matched to the costs by their position: match them by the layer's name.":
          lambda weights, costs: list(weights.values())
}}  # fmt: skip


@exercise
def shares(answer):
    """Check `shares(costs, weights)`: {layer: its share of the weighted sum J_style}; the shares sum to 1."""

    def made(term=np.multiply, whole=None, of=lambda x: x, match=lambda weights, costs: [weights[l] for l in costs]):
        def share(costs, weights):
            c, w = np.array(list(costs.values())), np.array(match(weights, costs))
            return of(term(c, w) / (term(c, w).sum() if whole is None else whole(c, w)))

        return share

    mistakes = slips(made, **_SHARE_SLIPS)
    cases = [
        ({"block1_conv1": 4.0, "block2_conv1": 1.0, "block3_conv1": 2.0},
         {"block1_conv1": 0.5, "block2_conv1": 1.0, "block3_conv1": 0.25}),
        ({"a": 3.0, "b": 0.0}, {"a": 0.2, "b": 0.4}),
        ({"a": 1.0, "b": 5.0, "c": 2.0}, {"c": 0.7, "a": 0.1, "b": 0.3}),
        ({"z": 0.003}, {"z": 0.5}),
    ]  # fmt: skip
    compare(
        _by_layer(answer, "share"), lambda costs, weights: made()(costs, weights), cases, mistakes, explain=_explain_sum
    )


def _explain_sum(found, expected, cases):
    off = next((f.sum() for f in found if not np.isclose(f.sum(), 1, rtol=1e-3)), None)
    if off is None:
        return "They sum to 1, as they must, but compared with each other they are not right: what is above the line?"
    return f"They must sum to 1, and sum to {off:.4g} in one of the cases: what is each divided by?"


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
