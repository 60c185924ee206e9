"""Checks of lesson 06, second part: the style cost of one layer, and the weighted sum."""

import numpy as np
import tensorflow as tf

from ... import costs as _costs
from .answer import exercise, numbers
from .comparison import compare
from .constants import Constant, close
from .content import (
    BRACKETS,
    SHAPES,
    cost_structures,
    explain_cost,
    random_activations,
    size_of,
    sizes,
    structural,
    sum_of_squares,
)
from .gradients import compare_gradients
from .gram import gram
from .mistakes import Mistake

_HINTS = {
    (2, 2, 2): "The constant in front of the sum is missing.",
    (1, 1, 1): "The constant is not squared.",
    (0, 1, 1): "The 4 is there, but the sizes in the constant are not squared.",
    (-1, 0, 0): "It is half of what it should be: look at the constant.",
    (1, 0, 0): "The square of the constant must reach the 2 as well: look at the brackets.",
    (2, 0, 0): "The 2 in the constant is missing.",
    (0, 0, 2): "The number of channels n_C is missing in the constant.",
    (0, 0, 1): "The number of channels n_C is in the constant, but not squared.",
    (0, 2, 0): "The number of positions n_H n_W is missing in the constant.",
    (0, 1, 0): "The number of positions n_H n_W is in the constant, but not squared.",
    (-2, 0, 0): "This is the constant of the content cost with a square over the 4: only sizes and a 2 belong there.",
    (0, 4, 4): BRACKETS,
    (2, 2, 0): "This is the mean over the Gram matrix: the positions are missing in the constant, and the 4.",
}  # fmt: skip


def _gram_of(a):
    return gram(_costs.unroll(a))


def _of_mixed_rows(a):
    return gram(tf.reshape(a, (a.shape[3], -1)))


def _of_positions(a):
    return gram(tf.reshape(a, (-1, a.shape[3])))


@exercise
def compute_layer_style_cost(function):
    """Check `compute_layer_style_cost(a_S, a_G)`, which returns J_style of one layer as a scalar (lesson 06)."""

    def right(a_S, a_G):
        return _costs.compute_layer_style_cost(a_S, a_G)

    mixed = ("The activations are reshaped straight to (n_C, n_H*n_W). The shapes are right, but the rows mix the "
             "channels: unroll as in exercise 06.1.")  # fmt: skip
    positions = "The Gram matrices compare positions with positions: they must be channels by channels, (n_C, n_C)."
    activations = ("It compares the activations themselves, place by place: that is a content cost. For the style, "
                   "compare the Gram matrices.")  # fmt: skip
    summed = "The activations are subtracted before the Gram matrix is made: make two, and subtract them."
    mistakes = [
        Mistake(mixed, lambda a, b: sum_of_squares(_of_mixed_rows(a), _of_mixed_rows(b))),
        Mistake(positions, lambda a, b: sum_of_squares(_of_positions(a), _of_positions(b))),
        Mistake(activations, sum_of_squares),
        Mistake(summed, lambda a, b: sum_of_squares(_gram_of(a - b), 0)),
        Mistake("Only the diagonals of the Gram matrices are compared.",
                lambda a, b: sum_of_squares(*(tf.linalg.diag_part(_gram_of(x)) for x in (a, b)))),
        *cost_structures(_gram_of, "Gram matrices"),
    ]  # fmt: skip
    mistakes = structural(mistakes, lambda a: 1 / (2 * size_of(a)) ** 2)
    cases = random_activations(*SHAPES)
    compare(function, right, cases, mistakes, constant=Constant(sizes(-1), _HINTS, most=4),
            wanted="a single number, shape (),", explain=explain_cost(function, 4))  # fmt: skip
    compare_gradients(function, right, cases[0])


@exercise
def compute_style_cost(function):
    """Check `compute_style_cost(a_S, a_G, style_layers)`, the weighted sum over the layers (lesson 06).

    An answer may empty its dicts: the exercise does not forbid it. It is told.
    """

    def right(a_S, a_G, style_layers):
        return _costs.compute_style_cost(a_S, a_G, style_layers)

    cases = _style_cases()
    compare(
        function,
        right,
        cases,
        _sum_mistakes(),
        wanted="a single number, shape (),",
        explain=lambda *results: _first_wrong_sum(function, *cases[0][:2]),
    )
    for case in cases:
        compare_gradients(function, right, case, watched=(1,))
    return " (It changes the dicts it is given, though: a second call with them gives something else.)" if (
        function.changed) else None  # fmt: skip


def _first_wrong_sum(function, a_S, a_G):
    """Return how many layers, with which weight, it takes for the sum to go wrong."""
    for weight, hint in (
        (1.0, "With a single layer of lambda_l 1, J_style is that layer's cost, and yours is not: what is computed?"),
        (0.5, "With a single layer of lambda_l 1 it is right, of lambda_l 0.5 it is not: how does the weight come in?"),
    ):
        layers = {"block1_conv1": weight}
        if not close(numbers(function(a_S, a_G, layers)), numbers(_costs.compute_style_cost(a_S, a_G, layers))):
            return hint
    return "With a single layer it is right, with several it is not: which layers are in the sum, and how often?"


def _sum_mistakes():
    def over(weights_of, layers_of=tuple):
        def mistake(a_S, a_G, style_layers):
            weights = weights_of(style_layers)
            parts = [weights[l] * _costs.compute_layer_style_cost(a_S[l], a_G[l]) for l in layers_of(style_layers)]
            return tf.add_n([tf.constant(0.0), *parts])

        return mistake

    def ones(style_layers):
        return dict.fromkeys(style_layers, 1.0)

    def by_order(a_S, a_G, style_layers):
        triples = zip(a_S.values(), a_G.values(), style_layers.values(), strict=False)
        return tf.add_n([weight * _costs.compute_layer_style_cost(S, G) for S, G, weight in triples])

    def of_all_found(a_S, a_G, style_layers):
        return tf.add_n([_costs.compute_layer_style_cost(a_S[l], a_G[l]) for l in a_S])

    first, last = lambda w: tuple(w)[:1], lambda w: tuple(w)[-1:]
    last_but, first_but = lambda w: tuple(w)[:-1], lambda w: tuple(w)[1:]
    return [
        Mistake("The weights lambda_l are missing: it is the plain sum over the layers.", over(ones)),
        Mistake("It adds up all the layers it finds, without weights: only those in style_layers count, each with its "
                "lambda_l.", of_all_found),
        Mistake("It is the mean over the layers: each layer has its own weight lambda_l.",
                over(lambda w: dict.fromkeys(w, 1 / len(w)))),
        Mistake("The weighted sum is divided by the number of layers: nothing is divided here.",
                over(lambda w: {l: x / len(w) for l, x in w.items()})),
        Mistake("The weights are rescaled to add up to 1: take them as they are given.",
                over(lambda w: {l: x / sum(w.values()) for l, x in w.items()})),
        Mistake("The weights are squared: each lambda_l counts once.",
                over(lambda w: {l: x * x for l, x in w.items()})),
        Mistake("It divides by the weights: multiply by them.", over(lambda w: {l: 1 / x for l, x in w.items()})),
        Mistake("The cost of each layer is squared: it is one of squares already.",
                lambda a, b, w: sum(x * _costs.compute_layer_style_cost(a[l], b[l]) ** 2 for l, x in w.items())),
        Mistake("The costs of the layers are multiplied: add them up.",
                lambda a, b, w: np.prod([x * _costs.compute_layer_style_cost(a[l], b[l]) for l, x in w.items()])),
        Mistake("The plain sum of the costs is multiplied by the sum of the weights: each layer has its own lambda_l.",
                lambda a, b, w: sum(w.values()) * over(ones)(a, b, w)),
        Mistake("Every layer has the weight 0.2: use the weights that are given.",
                over(lambda w: dict.fromkeys(w, 0.2))),
        Mistake("Only the last layer is in it: does the loop add to the sum, or overwrite it?", over(dict, last)),
        Mistake("Only the first layer is in it: does it return inside the loop?", over(dict, first)),
        Mistake("Only the last layer is in it, without its weight.", over(ones, last)),
        Mistake("Only the first layer is in it, without its weight: does it return inside the loop?",
                over(ones, first)),
        Mistake("It is the sum of the weights: the costs of the layers are missing.",
                lambda a, b, w: tf.constant(sum(w.values()))),
        Mistake("The weights are divided by the costs: multiply.",
                lambda a, b, w: sum(x / _costs.compute_layer_style_cost(a[l], b[l]) for l, x in w.items())),
        Mistake("The last layer is missing from the sum.", over(dict, last_but)),
        Mistake("The first layer is missing from the sum.", over(dict, first_but)),
        Mistake("The layers are taken in order, and so weights and activations of different layers meet: look each "
                "layer up by its name.", by_order),
        Mistake("The weights and the layers meet in the wrong order: look each weight up by its layer's name.",
                over(lambda w: dict(zip(w, reversed(w.values()), strict=True)))),
        Mistake("The weights are added to the costs: multiply by them.",
                lambda a_S, a_G, w: over(ones)(a_S, a_G, w) + sum(w.values())),
        Mistake("It is the content cost of the layers, weighted: the style cost of each is wanted.",
                lambda a, b, w: sum(x * _costs.compute_content_cost(a[l], b[l]) for l, x in w.items())),
        Mistake("The first layer is in it twice: begin with 0.",
                lambda a, b, w: over(dict)(a, b, w) + over(dict, first)(a, b, w)),
        Mistake("The sum of the layers before it is weighted again in each turn of the loop: weigh each cost alone.",
                _weighing_the_sum),
    ]  # fmt: skip


def _weighing_the_sum(a_S, a_G, style_layers):
    J_style = 0.0
    for layer, weight in style_layers.items():
        J_style = (J_style + _costs.compute_layer_style_cost(a_S[layer], a_G[layer])) * weight
    return J_style


def _style_cases():
    """Return cases with a layer that is no style layer, and weights that do not add up to 1."""
    shapes = {"block1_conv1": (1, 4, 6, 2), "block2_conv1": (1, 2, 3, 4), "block4_conv2": (1, 2, 1, 3)}
    pairs = dict(zip(shapes, random_activations(*shapes.values(), seed=6), strict=True))
    a_S, a_G = ({layer: pair[i] for layer, pair in pairs.items()} for i in (0, 1))
    weights = ({"block1_conv1": 0.5, "block2_conv1": 0.2}, {"block4_conv2": 2.0, "block2_conv1": 0.3},
               {"block1_conv1": 0.1, "block2_conv1": 0.6, "block4_conv2": 1.5}, {"block2_conv1": 0.7})  # fmt: skip
    return [(dict(a_S), dict(a_G), w) for w in weights]
