"""The pretrained VGG, and the feature extractor `tf.keras.Model(vgg.input, selected_outputs)`.

VGG: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", arXiv:1409.1556.
"""

from __future__ import annotations  # a hint must not load Keras: whether it can be loaded is checked first

import functools
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import tensorflow as tf

from .config import Config
from .errors import InputError, WeightsError, unknown_name
from .images import preprocess
from .pictures.files import sample_images
from .pictures.loading import load_image
from .precision import resolve_precision
from .pretrained import convolutions, pretrained_vgg
from .process.keras_settings import channels_last_float32
from .process.surroundings import check_surroundings

# What measure_mean_activations gives for the bundled VGG-16 with max pooling, to four digits; a test measures it again.
BUNDLED_MEAN_ACTIVATIONS = {
    "block1_conv1": 24.21,
    "block1_conv2": 130.4,
    "block2_conv1": 213.3,
    "block2_conv2": 242.4,
    "block3_conv1": 298.6,
    "block3_conv2": 319.1,
    "block3_conv3": 216.6,
    "block4_conv1": 169.9,
    "block4_conv2": 94.75,
    "block4_conv3": 23.95,
    "block5_conv1": 23.32,
    "block5_conv2": 9.715,
    "block5_conv3": 1.171,
}


@dataclass(frozen=True)
class Network:
    """Which network, and what it computes in: all that `load` needs. It prints as one line that says so."""

    architecture: str
    weights: str
    pooling: str
    normalise_activations: bool
    precision: str  # "float32" or "bfloat16"

    @classmethod
    def of(cls, config: Config) -> Self:
        """Return the network of these settings; what "auto" means is settled here."""
        precision = resolve_precision(config.precision)
        return cls(config.network, config.weights, config.pooling, config.normalise_activations, precision)

    def __str__(self) -> str:
        origin = {"bundled": "bundled ImageNet weights", "imagenet": "Keras' ImageNet weights"}
        weights = origin.get(self.weights, f"weights from {self.weights}")
        units = "normalised" if self.normalise_activations else "raw"
        number = self.architecture.removeprefix("vgg")
        return f"VGG-{number}, {weights}, {self.pooling} pooling, {units} activations, {self.precision}"

    def load(self) -> tf.keras.Model:
        """Return the network, as `load_vgg` does."""
        check_surroundings()
        vgg = pretrained_vgg(self.architecture, self.weights)
        if self.pooling == "average":
            vgg = _clone(vgg, _average_pooling)
        if self.normalise_activations:
            known = self.weights == "bundled" and self.pooling == "max"
            normalise(vgg, BUNDLED_MEAN_ACTIVATIONS if known else measure_mean_activations(vgg))
        # Even float32 is not a matter of course: Keras' own default can be set to others.
        if any(layer.dtype_policy.name != self.precision for layer in vgg.layers):
            vgg = _clone(vgg, lambda layer: _copy(layer, dtype=self.precision))
        vgg.trainable = False
        return vgg

    def extractor(self, layer_names: tuple[str, ...]) -> tf.keras.Model:
        """Return the feature extractor of these layers. A network that cannot change is kept for the next picture."""
        if self.weights in ("bundled", "imagenet"):
            return _build_once(_load_once(self), layer_names)
        return build_feature_extractor(self.load(), layer_names)


def load_vgg(
    network: str = Config.network, weights: str | os.PathLike = Config.weights, *, pooling: str = Config.pooling,
    normalise_activations: bool = Config.normalise_activations, precision: str = Config.precision,
) -> tf.keras.Model:  # fmt: skip
    """Return a pretrained VGG without its classifier, frozen, for input of any size.

    Args:
        network: "vgg16" or "vgg19".
        weights: "bundled" (VGG-16 only), "imagenet" (downloaded and cached by Keras), or the path of a Keras
            weights file for the convolutional layers.
        pooling: "max", as trained, or "average", as Gatys et al. 2016 (section 2) prefer for synthesis.
        normalise_activations: rescale each convolution so that its mean activation over ordinary pictures is 1
            (see `nst_tf.backbone.normalise`).
        precision: "float32", "bfloat16", or "auto" for bfloat16 where the processor or GPU has instructions for it;
            the activations have this type.

    Returns:
        A `tf.keras.Model` that maps `preprocess(image)` to the last pooling layer.

    Raises:
        InputError: unknown network, pooling or precision.
        MissingFileError, WeightsError: no such weights file; damaged, of another network, or not downloadable.
    """
    settings = Config(
        network=network, weights=weights, pooling=pooling, normalise_activations=normalise_activations,
        precision=precision,
    )  # fmt: skip
    return Network.of(settings).load()


def _clone(vgg, copy_layer):
    """Return the network rebuilt from `copy_layer(layer)` for each layer, with the same weights."""
    with channels_last_float32():
        clone = tf.keras.models.clone_model(vgg, clone_function=copy_layer)
    clone.set_weights(vgg.get_weights())
    return clone


def _copy(layer, **changes):
    return layer.__class__.from_config(layer.get_config() | changes)


def _average_pooling(layer):
    if isinstance(layer, tf.keras.layers.MaxPooling2D):
        return tf.keras.layers.AveragePooling2D(2, strides=2, name=layer.name)
    return _copy(layer)


def normalise(vgg: tf.keras.Model, means: dict[str, float]) -> None:
    """Divide each convolution's activations by its mean, in place, by rescaling the weights.

    `W_l *= m_(l-1) / m_l` and `b_l /= m_l`, with m_0 = 1. ReLU and pooling are positively homogeneous, so every
    feature map keeps its pattern and only its unit changes. Gatys, Ecker and Bethge (2015, arXiv:1505.07376, and 2016,
    section 2) do this with each filter's own mean over images and positions; here one mean serves a whole layer, so
    that its channels keep their proportions.

    Args:
        vgg: the network.
        means: {layer name: mean activation m_l}, as `measure_mean_activations` returns.

    Raises:
        WeightsError: a mean activation is not above 0.
    """
    before = 1.0
    for layer in convolutions(vgg):
        kernel, bias = layer.get_weights()
        mean = means[layer.name]
        if not mean > 0:
            raise WeightsError(f"{layer.name} has the mean activation {mean:g}: its weights are no trained ones")
        layer.set_weights([kernel * np.float32(before / mean), bias / np.float32(mean)])
        before = mean


def measure_mean_activations(vgg: tf.keras.Model, images: Iterable | None = None) -> dict[str, float]:
    """Return {layer name: mean activation} of the convolutions, over all positions, channels and images.

    Args:
        vgg: the network.
        images: iterable of images (1, n_H, n_W, 3) in [0, 1]; default: the bundled pictures at 256 px.
    """
    if images is None:
        images = [load_image(path, max_size=256) for path in sample_images().values()]
    extractor = build_feature_extractor(vgg, [layer.name for layer in convolutions(vgg)])
    means = [{name: float(tf.reduce_mean(a)) for name, a in extractor(preprocess(i)).items()} for i in images]
    return {name: float(np.mean([m[name] for m in means])) for name in means[0]}


def build_feature_extractor(vgg: tf.keras.Model, layer_names: Iterable[str]) -> tf.keras.Model:
    """Return `tf.keras.Model(vgg.input, selected_outputs)`: a preprocessed image to {layer name: activations}.

    Args:
        vgg: the network, from `load_vgg`.
        layer_names: which layers' outputs to select, such as `["block1_conv1", "block4_conv2"]`.

    Returns:
        A model whose output is a dict in the order of the names; each value has shape (1, n_H, n_W, n_C). Layers
        behind the deepest selected one are not computed.

    Raises:
        InputError: no layer, or a name that the network does not have.
    """
    if isinstance(layer_names, str):
        raise InputError(f"layer_names is {layer_names!r}: give a list of names, [{layer_names!r}]")
    known = tuple(layer.name for layer in vgg.layers)
    for name in layer_names:
        if name not in known:
            raise unknown_name("layer", name, known)
    if not layer_names:
        raise InputError(f"no layer is selected: name at least one of {', '.join(known)}")
    return tf.keras.Model(vgg.input, {name: vgg.get_layer(name).output for name in layer_names})


_load_once = functools.lru_cache(maxsize=2)(Network.load)
_build_once = functools.lru_cache(maxsize=2)(build_feature_extractor)
