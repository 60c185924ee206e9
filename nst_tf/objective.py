"""What is minimised: `objective(image) -> J, J_content, J_style`, with everything fixed computed once."""

from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from .config import Config
from .costs import (
    compare_style_matrices,
    compute_content_cost,
    style_matrix,
    total_cost,
    total_variation_cost,
    weighted_sum,
)
from .errors import InputError
from .images import check_image, preprocess


class Costs(NamedTuple):
    """The value of an objective: three float32 scalar tensors."""

    J: tf.Tensor
    J_content: tf.Tensor
    J_style: tf.Tensor


class Parameters(NamedTuple):
    """The numbers in an objective, as tensors: another picture or another weight changes nothing else."""

    content_targets: dict  # {layer: a_C}
    style_targets: dict  # {layer: Gram matrix of S divided by its number of positions, (n_C, n_C)}
    content_layers: dict  # {layer: weight}
    style_layers: dict
    alpha: tf.Tensor
    beta: tf.Tensor
    total_variation_weight: tf.Tensor


@dataclass(frozen=True)
class Computation:
    """How J is computed, without the numbers: objectives that are equal in this share one compiled function."""

    extractor: tf.keras.Model
    content_constant: str
    has_total_variation: bool

    def __call__(self, image, parameters):
        """Return the `Costs` of an image (1, n_H, n_W, 3)."""
        a_G, p = self.activations(image), parameters
        J_content = weighted_sum(
            {l: compute_content_cost(a_C, a_G[l], self.content_constant) for l, a_C in p.content_targets.items()},
            p.content_layers,
        )
        J_style = weighted_sum(
            {l: compare_style_matrices(S, style_matrix(a_G[l])) for l, S in p.style_targets.items()}, p.style_layers
        )
        J = total_cost(J_content, J_style, p.alpha, p.beta)
        if self.has_total_variation:
            J += p.total_variation_weight * total_variation_cost(image)
        return Costs(J, J_content, J_style)

    def activations(self, image):
        """Return {layer: activations} of an image."""
        return self.extractor(preprocess(tf.convert_to_tensor(image, tf.float32)))


class Objective:
    """`J = alpha * J_content + beta * J_style + total_variation_weight * J_tv`, as a function of the picture.

    The activations of C and the style matrices of S are the targets: they are computed here, once.

    Args:
        extractor: a feature extractor whose outputs hold the config's layers (`build_feature_extractor`).
        content: image C, (1, n_H, n_W, 3).
        style: image S, of any size.
        config: the layers, their weights, alpha, beta and the constants; default `Config()`.

    Attributes:
        computation: how J is computed (`Computation`).
        parameters: with which numbers, the targets among them (`Parameters`).

    Raises:
        InputError: an image that is none, or a layer that the extractor does not give.
    """

    def __init__(self, extractor, content, style, config=None):
        self.config = config = Config() if config is None else config
        if not isinstance(extractor.output, dict):
            raise InputError("the extractor has no outputs by name: make it with build_feature_extractor")
        for layer in (*config.content_layers, *config.style_layers):
            if layer not in extractor.output:
                raise InputError(f"the feature extractor has no output {layer}: build it with that layer")
        content, style = check_image(content, "content"), check_image(style, "style")
        self._shape = content.shape
        self.computation = Computation(extractor, config.content_constant, config.total_variation_weight > 0)
        a_C, a_S = self.computation.activations(content), self.computation.activations(style)
        self.parameters = Parameters(
            {layer: a_C[layer] for layer in config.content_layers},
            {layer: style_matrix(a_S[layer]) for layer in config.style_layers},
            *tf.nest.map_structure(
                tf.constant,
                (
                    config.content_layers,
                    config.style_layers,
                    config.alpha,
                    config.beta,
                    config.total_variation_weight,
                ),
            ),
        )

    def __call__(self, image):
        """Return the `Costs` of an image (1, n_H, n_W, 3) of the content's size; differentiable.

        Raises:
            InputError: the image has another size.
        """
        self.check_size(image)
        return self.computation(image, self.parameters)

    def check_size(self, image):
        """Raise `InputError` unless the image has the content's shape."""
        if tuple(image.shape) != self._shape:
            raise InputError(f"the image has shape {tuple(image.shape)}, the content {self._shape}: give them one size")
