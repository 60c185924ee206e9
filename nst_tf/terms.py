"""The terms of J in a style transfer: content, style, total variation; and the objective that sums them up."""

from collections.abc import Sequence
from dataclasses import dataclass

import tensorflow as tf
from numpy.typing import ArrayLike

from .config import Config
from .costs import (
    compare_style_matrices,
    compute_content_cost,
    guided_style_matrix,
    style_matrix,
    total_variation_cost,
)
from .errors import InputError
from .images import check_image, preprocess
from .masks import guidance
from .styles import Style, as_styles
from .sum_of_terms import SumOfTerms, Term, View, sum_up


def make_objective(
    extractor: "tf.keras.Model", content: ArrayLike, style: "ArrayLike | Style | list[Style]",
    config: Config | None = None, *, view: View | None = None, more: Sequence[Term] = (),
) -> SumOfTerms:  # fmt: skip
    """Return `J = alpha * J_content + beta * J_style`, and `+ total_variation_weight * J_tv` where that is not 0.

    Of several styles each has its own term, `+ beta * weight * J_style_<name>`. The activations of C and the style
    matrices of S are the targets: they are computed here, once.

    Args:
        extractor: a feature extractor whose outputs hold the config's layers (`build_feature_extractor`).
        content: image C, (1, n_H, n_W, 3).
        style: image S, of any size; or a `Style`, or a list of them.
        config: the layers, their weights, alpha, beta and the constants; default `Config()`.
        view: what J sees of a picture; default: all of it, as it is.
        more: further terms of J.

    Raises:
        InputError: an image that is none, styles that `as_styles` refuses, or a layer that the extractor does not give.
    """
    if not isinstance(extractor.output, dict):
        raise InputError("the extractor has no outputs by name: make it with build_feature_extractor")
    content, styles = check_image(content, "content"), as_styles(style)
    config = (Config() if config is None else config).for_picture(content.shape)
    for layer in (*config.content_layers, *config.style_layers):
        if layer not in extractor.output:
            raise InputError(f"the feature extractor has no output {layer}: build it with that layer")
    a_C = extractor(preprocess(tf.constant(content)))
    of_content = {l: (a_C[l], tf.constant(weight)) for l, weight in config.content_layers.items()}
    terms = [Term("J_content", config.alpha, _ContentCost(config.content_constant), of_content)]
    for style in styles:
        name = "J_style" if len(styles) == 1 else f"J_style_{style.name}"
        terms.append(_style_term(name, style, extractor, a_C, config))
    if config.total_variation_weight > 0:
        terms.append(Term("J_tv", config.total_variation_weight, _total_variation_cost))
    return SumOfTerms(extractor, [*terms, *more], content.shape, view or View())


def _style_term(name, style, extractor, a_C, config):
    """Return the term of a style. In a place, its share of the picture makes the pull at each pixel what it was."""
    a_S = extractor(preprocess(tf.constant(style.image)))
    targets = {l: (_style_target(a_S[l], style.part), tf.constant(weight)) for l, weight in config.style_layers.items()}
    if style.place is None:
        return Term(name, config.beta * style.weight, _style_cost, targets)
    guided = {l: (*target, tf.constant(guidance(style.place, *a_C[l].shape[1:3]))) for l, target in targets.items()}
    return Term(name, config.beta * style.weight * float(style.place.mean()), _guided_style_cost, guided)


def _style_target(a_S, part):
    return style_matrix(a_S) if part is None else guided_style_matrix(a_S, guidance(part, *a_S.shape[1:3]))


@dataclass(frozen=True)
class _ContentCost:
    constant: str

    def __call__(self, image, a_G, data):
        return sum_up(w * compute_content_cost(a_C, a_G[l], self.constant) for l, (a_C, w) in data.items())


def _style_cost(image, a_G, data):
    return sum_up(lambda_l * compare_style_matrices(S, style_matrix(a_G[l])) for l, (S, lambda_l) in data.items())


def _guided_style_cost(image, a_G, data):
    return sum_up(
        lambda_l * compare_style_matrices(S, guided_style_matrix(a_G[l], T)) for l, (S, lambda_l, T) in data.items()
    )


def _total_variation_cost(image, a_G, data):
    return total_variation_cost(image)
