"""What is minimised: `objective(image) -> J, J_content, J_style`, with everything fixed computed once."""

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


class Objective:
    """`J = alpha * J_content + beta * J_style + total_variation_weight * J_tv`, as a function of the picture.

    The activations of C and the style matrices of S are the targets: they are computed here, once.

    Args:
        extractor: a feature extractor whose outputs hold the config's layers (`build_feature_extractor`).
        content: image C, (1, n_H, n_W, 3).
        style: image S, of any size.
        config: the layers, their weights, alpha, beta and the constants; default `Config()`.

    Attributes:
        content_targets: {layer: a_C}.
        style_targets: {layer: Gram matrix of S divided by its number of positions, (n_C, n_C)}.

    Raises:
        InputError: an image that is none, or a layer that the extractor does not give.
    """

    def __init__(self, extractor, content, style, config=None):
        self.config = Config() if config is None else config
        self._extractor = extractor
        if not isinstance(extractor.output, dict):
            raise InputError("the extractor has no outputs by name: make it with build_feature_extractor")
        for layer in (*self.config.content_layers, *self.config.style_layers):
            if layer not in extractor.output:
                raise InputError(f"the feature extractor has no output {layer}: build it with that layer")
        content, style = check_image(content, "content"), check_image(style, "style")
        self._shape = content.shape
        a_C, a_S = self._activations(content), self._activations(style)
        self.content_targets = {layer: a_C[layer] for layer in self.config.content_layers}
        self.style_targets = {layer: style_matrix(a_S[layer]) for layer in self.config.style_layers}

    def __call__(self, image):
        """Return the `Costs` of an image (1, n_H, n_W, 3) of the content's size; differentiable."""
        if tuple(image.shape) != self._shape:
            raise InputError(f"the image has shape {tuple(image.shape)}, the content {self._shape}: give them one size")
        a_G, config = self._activations(image), self.config
        J_content = weighted_sum(
            {l: compute_content_cost(a_C, a_G[l], config.content_constant) for l, a_C in self.content_targets.items()},
            config.content_layers,
        )
        J_style = weighted_sum(
            {l: compare_style_matrices(S, style_matrix(a_G[l])) for l, S in self.style_targets.items()},
            config.style_layers,
        )
        J = total_cost(J_content, J_style, config.alpha, config.beta)
        if config.total_variation_weight:
            J += config.total_variation_weight * total_variation_cost(image)
        return Costs(J, J_content, J_style)

    def _activations(self, image):
        return self._extractor(preprocess(tf.convert_to_tensor(image, tf.float32)))
