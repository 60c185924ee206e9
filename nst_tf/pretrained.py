"""Pretrained weights: bundled, downloaded by Keras, or in a file. A network is filled completely or not at all."""

from __future__ import annotations  # a hint must not load Keras: whether it can be loaded is checked first

import re
import warnings
from pathlib import Path

import numpy as np
import tensorflow as tf

from .bundled import checked_weights
from .errors import InputError, MissingFileError, WeightsError
from .pictures.files import exists
from .process.keras_settings import channels_last_float32

_BUILDERS = {"vgg16": "VGG16", "vgg19": "VGG19"}  # in Keras


def convolutions(vgg: tf.keras.Model) -> list[tf.keras.layers.Layer]:
    """Return the network's convolutional layers, first to last."""
    return [layer for layer in vgg.layers if isinstance(layer, tf.keras.layers.Conv2D)]


def pretrained_vgg(network: str, weights: str) -> tf.keras.Model:
    """Return the convolutional part of a VGG as Keras has it, with its trained weights.

    Args:
        network: "vgg16" or "vgg19".
        weights: "bundled", "imagenet", or the path of a weights file.

    Raises:
        InputError: this network is not bundled.
        MissingFileError, WeightsError: no such weights file; damaged, of another network, or not downloadable.
    """
    if weights == "imagenet":
        return _download(network)
    if weights != "bundled":
        return _fill(network, Path(weights))
    if network != "vgg16":
        raise InputError(f"only vgg16 is bundled, not {network}: choose the weights imagenet, or a weights file")
    return _fill(network, checked_weights())


def _download(network):
    try:
        return _build(network, weights="imagenet")
    except Exception as error:  # Keras raises a bare Exception when a download fails
        raise WeightsError(
            f"the imagenet weights of {network} could not be downloaded ({_one_line(error)}): connect to the internet, "
            "or use the bundled weights"
        ) from None


def _build(network, weights):
    with channels_last_float32():
        return getattr(tf.keras.applications, _BUILDERS[network])(include_top=False, weights=weights)


def _fill(network, path):
    """Build the network and fill it from a Keras weights file, completely or not at all."""
    if not (exists(path) and path.is_file()):
        raise MissingFileError(f"there is no weights file {path}: give bundled, imagenet, or the path of a file")
    if path.suffix not in (".h5", ".keras"):  # Keras goes by the name
        raise WeightsError(f"{path} is no Keras weights file: give one that ends in .weights.h5, .h5 or .keras")
    vgg = _build(network, weights=None)
    # Keras only warns about a layer that the file lacks, and leaves it as it was: NaN shows which.
    vgg.set_weights([np.full(w.shape, np.nan, np.float32) for w in vgg.weights])
    try:
        with warnings.catch_warnings(action="ignore"):
            vgg.load_weights(path)
    except ValueError as error:
        raise WeightsError(
            f"{path} does not fit {network} ({_mismatch(error)}): give a weights file of its convolutional layers"
        ) from None
    except Exception as error:  # HDF5 and zip have errors of many types for a damaged file
        raise WeightsError(f"{path} is no readable weights file ({_one_line(error)}): get it again") from None
    for layer in convolutions(vgg):
        if not all(np.isfinite(w).all() for w in layer.get_weights()):
            raise WeightsError(f"{path} has no usable weights for {layer.name} of {network}: get it again")
    return vgg


def _mismatch(error):
    """Return the first layer that Keras could not fill, with both shapes where it names them."""
    found = re.search(r"name=(\w+).*?variable\.shape=(\(.*?\)).*?value\.shape=(\(.*?\))", _one_line(error, None))
    return "{} needs shape {}, the file has {}".format(*found.groups()) if found else _one_line(error)


def _one_line(error, length=200):
    return " ".join(str(error).split())[:length]
