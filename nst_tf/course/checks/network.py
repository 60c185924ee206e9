"""Checks of lessons 04 and 10: the feature extractor, and the objective of one layer.

They run on networks of a few channels, made on the spot, with the layer names of VGG: nothing is loaded.
"""

import numpy as np
import tensorflow as tf

from ...backbone import build_feature_extractor as _build_feature_extractor
from ...costs import (
    compute_content_cost as _compute_content_cost,
    compute_layer_style_cost as _compute_layer_style_cost,
)
from ...images import IMAGENET_MEAN_BGR as MEAN, preprocess as _preprocess
from .answer import exercise, something
from .comparison import compare
from .constants import Constant
from .mistakes import slips, table
from .verdict import NotQuite


@exercise
def build_feature_extractor(answer):
    """Check `build_feature_extractor(vgg, layer_names)`: a `tf.keras.Model`, its output a dict by name (lesson 04)."""
    vgg = _small_vgg()
    for selected in (["block1_conv1", "block2_conv1"], ["block2_pool", "block1_conv2"], ["block1_conv2"]):
        try:
            model = something(answer(vgg, selected))
        except NotQuite as error:
            raise NotQuite(_why_it_raised(str(error))) from None
        hint = _about_model(model, vgg) or _about_outputs(model, vgg, selected)
        if hint:
            raise NotQuite(hint)
    if any(not layer.trainable for layer in vgg.layers) or not vgg.trainable:
        raise NotQuite("The model is right, but the network that was given has changed: it is frozen now.")


def _why_it_raised(text):
    if "KerasTensor" in text:
        return ("Keras was given layers where it wants tensors. A layer is a function; ask it for what flows out of "
                "it: `output`.")  # fmt: skip
    if "not connected" in text:
        return "The model starts somewhere else than the network does: the input must be the network's own."
    if "No such layer" in text:
        return f"A layer is looked up by a name that the network does not have: use the names in the list. {text[:160]}"
    return text


def _about_model(model, vgg):
    if model is vgg:
        return "It returns the whole network: make a new model, which ends at the selected layers."
    if not isinstance(model, tf.keras.Model):
        return (f"It returns {type(model).__name__}, not a tf.keras.Model: put the input and the selected outputs "
                "together in one.")  # fmt: skip
    return None


def _about_outputs(model, vgg, selected):
    """Return a hint, or None where the outputs are those that are asked for."""
    image = tf.constant(np.random.default_rng(0).normal(0, 50, (1, 16, 12, 3)).astype(np.float32))
    expected = _build_feature_extractor(vgg, selected)(image)
    try:
        outputs = model(image)
        first = model.inputs[0]
    except Exception:  # above all, an input of another number of channels
        return "The model does not take a picture of three channels: its input must be the network's own."
    if isinstance(outputs, (list, tuple)):
        return "The outputs come as a list: select them in a dict {name: output}, so that each is found by its name."
    if not isinstance(outputs, dict):
        return "Only one bare tensor comes out: all the selected layers are wanted, in a dict {name: output}."
    missing = [layer for layer in selected if layer not in outputs]
    if missing:
        return f"The output {missing[0]} is missing: the keys of the dict are the names of the selected layers."
    if set(outputs) != set(selected):
        return "The dict holds more than the selected layers: Keras would compute them all."
    if not any(first is tensor for tensor in vgg.inputs):
        return "The model's input is a new one: it must be the network's own."
    for layer in selected:
        if outputs[layer].shape != expected[layer].shape or not np.allclose(outputs[layer], expected[layer], rtol=1e-3):
            return f"What stands under the name {layer} is not the output of that layer: is each name with its own?"
    return None


def _small_vgg():
    """Return a network of two blocks with VGG's layer names and fixed weights, in a form Keras' own VGG has."""
    layers = tf.keras.layers
    tensor = picture = tf.keras.Input((None, None, 3))
    for block, n_C in enumerate((4, 5), start=1):
        for number in (1, 2):
            layer = layers.Conv2D(n_C, 3, padding="same", activation="relu", name=f"block{block}_conv{number}")
            tensor = layer(tensor)
        tensor = layers.MaxPooling2D(2, name=f"block{block}_pool")(tensor)
    vgg = tf.keras.Model(picture, tensor)
    rng = np.random.default_rng(1)
    vgg.set_weights([rng.normal(0, 0.3, weight.shape).astype(np.float32) for weight in vgg.weights])
    return vgg


@exercise
def content_objective(answer):
    """Check `content_objective(extractor, layer, a_C)`: returns the function `J(image)`, differentiable (lesson 10)."""
    layers = ["block1_conv1", "block1_conv2"]
    extractor = _build_feature_extractor(_small_vgg(), layers)
    rng = np.random.default_rng(3)
    C, *others = (tf.constant(rng.random((1, *size, 3), np.float32)) for size in ((8, 8), (8, 8), (8, 8)))
    a_C = {layer: tf.identity(a) for layer, a in extractor(_preprocess(C)).items()}

    def cost_of(activations=lambda outputs, layer: outputs[layer], before=_preprocess, cost=_compute_content_cost):
        return lambda layer, image: cost(a_C[layer], activations(extractor(before(image)), layer))

    mistakes = slips(cost_of, at_most=1, before={
        "The picture goes into the network as it is: what stands between a picture and VGG?": lambda image: image,
        "The picture goes into the network scaled to 0..255, but as RGB and with the mean: there is a function for the "
        "whole step.": lambda image: 255 * image,
        "The picture is scaled to 0..255 before preprocess, which does that itself.":
            lambda image: _preprocess(255 * image),
        "The picture goes through preprocess twice.": lambda image: _preprocess(_preprocess(image)),
        "The picture is divided by 255 before preprocess: it is in [0, 1] already.":
            lambda image: _preprocess(image / 255),
        "The mean is missing when the picture goes into the network: there is a function for the whole step.":
            lambda image: 255 * image[..., ::-1],
        "The colours are in the wrong order when the picture goes into the network: there is a function for the whole "
        "step.": lambda image: 255 * image - MEAN[::-1],
        "The colours are reversed once more.": lambda image: _preprocess(image)[..., ::-1],
    }, activations={
        "The costs are those of one fixed layer: use the argument layer.": [
            lambda outputs, layer, fixed=fixed: outputs[fixed] for fixed in layers],
        "It is another layer than the one that was asked for.":
            lambda outputs, layer: outputs[layers[1 - layers.index(layer)]],
    }, cost={
        "J is 0 for every picture: is a_C compared with itself?": lambda a_C, a_G: 0.0,
        "a_C's size alone is measured: the difference to the picture's activations is wanted.":
            lambda a_C, a_G: _compute_content_cost(a_C, 0 * a_C),
        "The size of the picture's activations is measured: their difference to a_C is wanted.":
            lambda a_C, a_G: _compute_content_cost(0 * a_G, a_G),
        "This is the style cost: the content cost compares place by place.": _compute_layer_style_cost,
        "The differences are not squared.": lambda a_C, a_G: tf.reduce_mean(tf.abs(a_C - a_G)),
        "The differences come back one by one: a cost is one number.": lambda a_C, a_G: tf.square(a_C - a_G),
    }) + table({
        "Here the costs of all the extractor's layers are added up: only one layer is wanted.":
            lambda layer, image: sum(cost_of()(each, image) for each in layers),
    })  # fmt: skip
    constant = Constant({
        "2": lambda layer, image: 2, "more channels and positions": lambda layer, image: np.prod(a_C[layer].shape),
    }, {
        (2, 0): "Four times too large: the course's content cost has 1/4 before the mean.",
        (1, 1): "This is half the sum of squares: use the course's constant, 1/(4 n_H n_W n_C).",
    })  # fmt: skip
    inner = {}

    def of_picture(layer, image):
        if layer not in inner:
            J = something(answer(extractor, layer, a_C[layer]))
            if not callable(J):
                raise NotQuite("It must return a function of the picture, `def J(image): ...`, not its value.")
            inner[layer] = answer.returning(J)
        try:
            return inner[layer](image)
        except NotQuite as error:
            raise NotQuite(_why_J_raised(str(error))) from None

    def right(layer, image):
        return cost_of()(layer, image)

    compare(of_picture, right, [(layer, image) for layer in layers for image in others], mistakes, usual=False,
            constant=constant, wanted="a single number", watched=(1,))  # fmt: skip


def _why_J_raised(text):
    if "n_H, 3)" in text:  # the shape of a picture is one of the two that do not fit
        return "a_C is compared with the picture itself: compare it with the picture's activations."
    if "dict" in text or "{'block1" in text:
        return "The extractor's output is a dict: take the activations of the one layer out of it."
    return text.replace("It raised", "J(image) raised")
