"""The terms of J in a style transfer: content, style, total variation; and the objective that sums them up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import tensorflow as tf
from numpy.typing import ArrayLike

from .config import Config
from .costs import (
    compare_style_matrices,
    compute_content_cost,
    gram_of_maps,
    guided_style_matrix,
    style_matrix,
    total_variation_cost,
)
from .errors import InputError
from .grid import Grid, map_size
from .images import check_image, preprocess
from .masks import guidance
from .styles import Style, as_styles
from .sum_of_terms import CostOfSums, SumOfTerms, Term, View, sum_up
from .targets import maps_in_tiles, sums_in_tiles
from .tiles import TiledSumOfTerms


def make_objective(
    extractor: "tf.keras.Model", content: ArrayLike, style: "ArrayLike | Style | list[Style]",
    config: Config | None = None, *, view: View | None = None, more: Sequence[Term] = (),
    tile: int | None = None, tiled: Callable[..., SumOfTerms] = TiledSumOfTerms,
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
        tile: in pixels, the longest side of what the network is shown at once; larger pictures are computed tile by
            tile, with the same result (see `tiles`). None: the whole picture at once.
        tiled: what makes the objective of larger pictures.

    Raises:
        InputError: an image that is none, styles that `as_styles` refuses, a layer that the extractor does not give, or
            a tile that is nothing but margin.
    """
    if not isinstance(extractor.output, dict):
        raise InputError("the extractor has no outputs by name: make it with build_feature_extractor")
    content, styles = check_image(content, "content"), as_styles(style)
    config = (Config() if config is None else config).for_picture(content.shape)
    for layer in (*config.content_layers, *config.style_layers):
        if layer not in extractor.output:
            raise InputError(f"the feature extractor has no output {layer}: build it with that layer")
    if tile is not None:
        Grid.of(extractor, (*config.content_layers, *config.style_layers)).check(tile)
    a_C = _content_maps(extractor, content, config.content_layers, tile)
    of_content = {l: (a_C[l], tf.constant(weight)) for l, weight in config.content_layers.items()}
    terms = [Term("J_content", config.alpha, _ContentCost(config.content_constant), of_content)]
    for style in styles:
        name = "J_style" if len(styles) == 1 else f"J_style_{style.name}"
        terms.append(_style_term(name, style, extractor, content.shape, config, tile))
    if config.total_variation_weight > 0:
        terms.append(Term("J_tv", config.total_variation_weight, _total_variation_cost))
    parts = (extractor, [*terms, *more], content.shape, view or View())
    if tile is None or max(content.shape[1:3]) <= tile:
        return SumOfTerms(*parts)
    return tiled(*parts, tile=tile)


def _content_maps(extractor, content, layers, tile):
    if tile is not None:
        return maps_in_tiles(extractor, tf.constant(content), layers, tile)
    return extractor(preprocess(tf.constant(content)))


def _style_term(name, style, extractor, shape, config, tile):
    """Return the term of a style. In a place, its share of the picture makes the pull at each pixel what it was."""
    S = _style_matrices(extractor, style, config.style_layers, tile)
    targets = {l: (S[l], tf.constant(weight)) for l, weight in config.style_layers.items()}
    if style.place is None:
        return Term(name, config.beta * style.weight, _StyleCost(), targets)
    guided = {l: (*target, _guidance(style.place, extractor, l, shape)) for l, target in targets.items()}
    return Term(name, config.beta * style.weight * float(style.place.mean()), _GuidedStyleCost(), guided)


def _style_matrices(extractor, style, layers, tile):
    """Return {layer: the style matrix of S, or of its part that is wanted}."""
    image, T = tf.constant(style.image), {}
    if style.part is not None:
        T = {l: _guidance(style.part, extractor, l, style.image.shape) for l in layers}
    if tile is None:
        a_S = extractor(preprocess(image))
        return {l: guided_style_matrix(a_S[l], T[l]) if T else style_matrix(a_S[l]) for l in layers}
    cost, data = (_GuidedStyleCost(), {l: (T[l],) for l in layers}) if T else (_StyleCost(), dict.fromkeys(layers, ()))
    sums = sums_in_tiles(extractor, image, cost, data, tile)
    return {l: Gram / M for l, (Gram, M) in sums.items()}


def _guidance(mask, extractor, layer, shape):
    return tf.constant(guidance(mask, *map_size(extractor, layer, shape)))


@dataclass(frozen=True)
class _ContentCost(CostOfSums):
    constant: str

    def __call__(self, image, a_G, data):
        return sum_up(w * compute_content_cost(a_C, a_G[l], self.constant) for l, (a_C, w) in data.items())

    def sums(self, a_G, data):
        """Return {layer: (sum of the squares, how many)}."""
        return {l: (2 * compute_content_cost(a_C, a_G[l], "half"), _size(a_C)) for l, (a_C, _) in data.items()}

    def from_sums(self, sums, data):
        share = {"quarter_mean": lambda n: 4 * n, "half": lambda n: 2.0, "mean": lambda n: n}[self.constant]
        return sum_up(data[l][1] * squares / share(n) for l, (squares, n) in sums.items())


@dataclass(frozen=True)
class _StyleCost(CostOfSums):
    """Of a style that is wanted everywhere: its data are {layer: (S, lambda_l)}."""

    def __call__(self, image, a_G, data):
        return sum_up(lambda_l * compare_style_matrices(S, style_matrix(a_G[l])) for l, (S, lambda_l) in data.items())

    def sums(self, a_G, data):
        """Return {layer: (Gram matrix, number of positions)}."""
        return {l: (gram_of_maps(a_G[l]), _size(a_G[l][..., :1])) for l in data}

    def from_sums(self, sums, data):
        S, lambda_l = ({l: data[l][i] for l in data} for i in (0, 1))
        return sum_up(lambda_l[l] * compare_style_matrices(S[l], Gram / M) for l, (Gram, M) in sums.items())


@dataclass(frozen=True)
class _GuidedStyleCost(_StyleCost):
    """Of a style that has its place: its data are {layer: (S, lambda_l, T)}."""

    def __call__(self, image, a_G, data):
        return sum_up(
            lambda_l * compare_style_matrices(S, guided_style_matrix(a_G[l], T)) for l, (S, lambda_l, T) in data.items()
        )

    def sums(self, a_G, data):
        return super().sums({l: a_G[l] * tf.cast(of_layer[-1], a_G[l].dtype) for l, of_layer in data.items()}, data)


def _size(maps):
    return tf.cast(tf.size(maps, tf.int64), tf.float32)


def _total_variation_cost(image, a_G, data):
    return total_variation_cost(image)
