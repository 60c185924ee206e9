"""The pretrained VGG, and the feature extractor `tf.keras.Model(vgg.input, selected_outputs)`.

VGG: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", arXiv:1409.1556.
"""

import hashlib
import re
import warnings
from pathlib import Path

import numpy as np
import tensorflow as tf

from .config import POOLINGS
from .errors import InputError, MissingFileError, WeightsError, unknown_name
from .images import exists, load_image, preprocess, sample_images
from .precision import in_precision, resolve_precision

BUNDLED_WEIGHTS = Path(__file__).resolve().parent / "weights" / "vgg16_imagenet_notop.weights.h5"
BUNDLED_SHA256 = "e0d5c6e28ee016970bbf0a16cfae3a870a81772668597dbf7a1617d8a0983218"

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

_BUILDERS = {"vgg16": tf.keras.applications.VGG16, "vgg19": tf.keras.applications.VGG19}


def load_vgg(network="vgg16", weights="bundled", *, pooling="max", normalise_activations=True, precision="float32"):
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
    if network not in _BUILDERS:
        raise unknown_name("network", network, tuple(_BUILDERS))
    if pooling not in POOLINGS:
        raise unknown_name("pooling", pooling, POOLINGS)
    precision = resolve_precision(precision)
    vgg = _with_weights(network, weights)
    if pooling == "average":
        vgg = _with_average_pooling(vgg)
    if normalise_activations:
        known = weights == "bundled" and pooling == "max"
        normalise(vgg, BUNDLED_MEAN_ACTIVATIONS if known else measure_mean_activations(vgg))
    if any(layer.dtype_policy.name != precision for layer in vgg.layers):  # Keras' own default can be set to others
        vgg = in_precision(vgg, precision)
    vgg.trainable = False
    return vgg


def _with_weights(network, weights):
    if weights == "imagenet":
        return _download(network)
    if weights != "bundled":
        return _load_weights(network, Path(weights))
    if network != "vgg16":
        raise InputError(f"only vgg16 is bundled, not {network}: choose the weights imagenet, or a weights file")
    if not BUNDLED_WEIGHTS.is_file():
        raise WeightsError(f"{BUNDLED_WEIGHTS.name}, bundled with nst_tf, is missing: install nst_tf again")
    if hashlib.sha256(BUNDLED_WEIGHTS.read_bytes()).hexdigest() != BUNDLED_SHA256:
        raise WeightsError(f"{BUNDLED_WEIGHTS.name}, bundled with nst_tf, has a wrong sha256: install nst_tf again")
    return _load_weights(network, BUNDLED_WEIGHTS)


def _download(network):
    try:
        return _BUILDERS[network](include_top=False, weights="imagenet")
    except Exception as error:  # Keras raises a bare Exception when a download fails
        raise WeightsError(
            f"the imagenet weights of {network} could not be downloaded ({_one_line(error)}): connect to the internet, "
            "or use the bundled weights"
        ) from None


def _load_weights(network, path):
    """Build the network and fill it from a Keras weights file, completely or not at all."""
    if not (exists(path) and path.is_file()):
        raise MissingFileError(f"there is no weights file {path}: give bundled, imagenet, or the path of a file")
    if path.suffix not in (".h5", ".keras"):  # Keras goes by the name
        raise WeightsError(f"{path} is no Keras weights file: give one that ends in .weights.h5, .h5 or .keras")
    vgg = _BUILDERS[network](include_top=False, weights=None)
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


def _with_average_pooling(vgg):
    def replace_pooling(layer):
        if isinstance(layer, tf.keras.layers.MaxPooling2D):
            return tf.keras.layers.AveragePooling2D(2, strides=2, name=layer.name)
        return layer.__class__.from_config(layer.get_config())

    averaging = tf.keras.models.clone_model(vgg, clone_function=replace_pooling)
    averaging.set_weights(vgg.get_weights())
    return averaging


def convolutions(vgg):
    """Return the network's convolutional layers, first to last."""
    return [layer for layer in vgg.layers if isinstance(layer, tf.keras.layers.Conv2D)]


def normalise(vgg, means):
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


def measure_mean_activations(vgg, images=None):
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


def build_feature_extractor(vgg, layer_names):
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


def describe_network(network, weights, pooling, normalise_activations, precision):
    """Return one line that says which network is in use, and what it computes in."""
    origin = {"bundled": "bundled ImageNet weights", "imagenet": "Keras' ImageNet weights"}
    number = network.removeprefix("vgg")
    units = "normalised" if normalise_activations else "raw"
    weights = origin.get(weights, f"weights from {weights}")
    return f"VGG-{number}, {weights}, {pooling} pooling, {units} activations, {resolve_precision(precision)}"
