"""The terms of J in a style transfer, and the objective that sums them up."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from .config import Config
from .costs import compare_style_matrices, compute_content_cost, style_matrix, total_variation_cost, weighted_sum
from .errors import InputError
from .images import check_image, preprocess
from .objective import Costs, Objective, compile_gradient


class Term(NamedTuple):
    """One addend of J, `weight * cost(image, a_G, data)`.

    `cost` is a pure function that equals others which compute the same; all that differs from picture to picture, the
    targets among it, is in `data`, tensors in any nest. a_G is {layer: activations of the image}.
    """

    name: str
    weight: float
    cost: Callable
    data: Any = ()


class SumOfTerms(Objective):
    """`J = sum of weight * cost` over the terms, for images of one shape.

    Args:
        extractor: a feature extractor with the layers that the terms look at (`build_feature_extractor`).
        terms: the `Term`s.
        shape: of the image, (1, n_H, n_W, 3).

    Attributes:
        weights: {name of the term: its weight in J}.
    """

    def __init__(self, extractor: tf.keras.Model, terms: list[Term], shape: tuple[int, ...]):
        function = _Sum(extractor, tuple((term.name, term.cost) for term in terms))
        super().__init__(function, {term.name: (tf.constant(term.weight, tf.float32), term.data) for term in terms})
        self.weights = {term.name: term.weight for term in terms}
        self._shape = tuple(shape)

    def _check(self, image):
        if tuple(np.shape(image)) != self._shape:
            raise InputError(f"the image has shape {np.shape(image)}, the content {self._shape}: give them one size")

    def _compiled(self, image):
        signature = tf.nest.map_structure(_of_any_size, (image, self._data))
        return _compile_once(self._function).get_concrete_function(*signature)


@dataclass(frozen=True)
class _Sum:
    """How J is computed, without its numbers: objectives that are equal in this share one compiled function."""

    extractor: tf.keras.Model
    costs: tuple[tuple[str, Callable], ...]

    def __call__(self, image, data):
        a_G = self.extractor(preprocess(image))
        terms = {name: cost(image, a_G, data[name][1]) for name, cost in self.costs}
        return Costs(weighted_sum(terms, {name: weight for name, (weight, _) in data.items()}), terms)


_compile_once = functools.lru_cache(maxsize=4)(compile_gradient)


def _of_any_size(tensor):
    """Return the tensor's specification with height and width left open where it is an image or activations."""
    shape = (1, None, None, tensor.shape[3]) if tensor.shape.rank == 4 else tensor.shape
    return tf.TensorSpec(shape, tensor.dtype)


def make_objective(
    extractor: tf.keras.Model, content: ArrayLike, style: ArrayLike, config: Config | None = None
) -> SumOfTerms:
    """Return `J = alpha * J_content + beta * J_style`, and `+ total_variation_weight * J_tv` where that is not 0.

    The activations of C and the style matrices of S are the targets: they are computed here, once.

    Args:
        extractor: a feature extractor whose outputs hold the config's layers (`build_feature_extractor`).
        content: image C, (1, n_H, n_W, 3).
        style: image S, of any size.
        config: the layers, their weights, alpha, beta and the constants; default `Config()`.

    Raises:
        InputError: an image that is none, or a layer that the extractor does not give.
    """
    config = Config() if config is None else config
    if not isinstance(extractor.output, dict):
        raise InputError("the extractor has no outputs by name: make it with build_feature_extractor")
    for layer in (*config.content_layers, *config.style_layers):
        if layer not in extractor.output:
            raise InputError(f"the feature extractor has no output {layer}: build it with that layer")
    content, style = check_image(content, "content"), check_image(style, "style")
    a_C, a_S = (extractor(preprocess(tf.constant(image))) for image in (content, style))
    content_targets = {layer: a_C[layer] for layer in config.content_layers}
    style_targets = {layer: style_matrix(a_S[layer]) for layer in config.style_layers}
    terms = [
        Term(
            "J_content", config.alpha, _ContentCost(config.content_constant),
            (content_targets, _constants(config.content_layers)),
        ),
        Term("J_style", config.beta, _style_cost, (style_targets, _constants(config.style_layers))),
    ]  # fmt: skip
    if config.total_variation_weight > 0:
        terms.append(Term("J_tv", config.total_variation_weight, _total_variation_cost))
    return SumOfTerms(extractor, terms, content.shape)


def _constants(weights):
    return {name: tf.constant(weight, tf.float32) for name, weight in weights.items()}


@dataclass(frozen=True)
class _ContentCost:
    constant: str

    def __call__(self, image, a_G, data):
        targets, weights = data
        costs = {l: compute_content_cost(a_C, a_G[l], self.constant) for l, a_C in targets.items()}
        return weighted_sum(costs, weights)


def _style_cost(image, a_G, data):
    targets, weights = data
    costs = {l: compare_style_matrices(S, style_matrix(a_G[l])) for l, S in targets.items()}
    return weighted_sum(costs, weights)


def _total_variation_cost(image, a_G, data):
    return total_variation_cost(image)
