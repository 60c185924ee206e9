"""The terms of J in a style transfer: content, style, total variation; and the objective that sums them up."""

from dataclasses import dataclass

import tensorflow as tf
from numpy.typing import ArrayLike

from .config import Config
from .costs import compare_style_matrices, compute_content_cost, style_matrix, total_variation_cost
from .errors import InputError
from .images import check_image, preprocess
from .sum_of_terms import SumOfTerms, Term, sum_up


def make_objective(
    extractor: "tf.keras.Model", content: ArrayLike, style: ArrayLike, config: Config | None = None
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
    if not isinstance(extractor.output, dict):
        raise InputError("the extractor has no outputs by name: make it with build_feature_extractor")
    content, style = check_image(content, "content"), check_image(style, "style")
    config = (Config() if config is None else config).for_picture(content.shape)
    for layer in (*config.content_layers, *config.style_layers):
        if layer not in extractor.output:
            raise InputError(f"the feature extractor has no output {layer}: build it with that layer")
    a_C, a_S = (extractor(preprocess(tf.constant(image))) for image in (content, style))
    of_content = {l: (a_C[l], tf.constant(weight)) for l, weight in config.content_layers.items()}
    of_style = {l: (style_matrix(a_S[l]), tf.constant(weight)) for l, weight in config.style_layers.items()}
    terms = [
        Term("J_content", config.alpha, _ContentCost(config.content_constant), of_content),
        Term("J_style", config.beta, _style_cost, of_style),
    ]
    if config.total_variation_weight > 0:
        terms.append(Term("J_tv", config.total_variation_weight, _total_variation_cost))
    return SumOfTerms(extractor, terms, content.shape)


@dataclass(frozen=True)
class _ContentCost:
    constant: str

    def __call__(self, image, a_G, data):
        return sum_up(w * compute_content_cost(a_C, a_G[l], self.constant) for l, (a_C, w) in data.items())


def _style_cost(image, a_G, data):
    return sum_up(lambda_l * compare_style_matrices(S, style_matrix(a_G[l])) for l, (S, lambda_l) in data.items())


def _total_variation_cost(image, a_G, data):
    return total_variation_cost(image)
