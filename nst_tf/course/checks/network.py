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
from .gradients import compare_gradients
from .mistakes import Mistake
from .verdict import NotQuite


@exercise
def build_feature_extractor(function):
    """Check `build_feature_extractor(vgg, layer_names)`: a `tf.keras.Model`, its output a dict by name (lesson 04)."""
    vgg = _small_vgg()
    for selected in (["block1_conv1", "block2_conv1"], ["block2_pool", "block1_conv2"], ["block1_conv2"]):
        try:
            model = something(function(vgg, selected))
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
def content_objective(function):
    """Check `content_objective(extractor, layer, a_C)`: returns the function `J(image)`, differentiable (lesson 10)."""
    layers = ["block1_conv1", "block1_conv2"]
    extractor = _build_feature_extractor(_small_vgg(), layers)
    rng = np.random.default_rng(3)
    C, *others = (tf.constant(rng.random((1, *size, 3), np.float32)) for size in ((8, 8), (8, 8), (8, 8)))
    a_C = {layer: tf.identity(a) for layer, a in extractor(_preprocess(C)).items()}
    cases = [(layer, image) for layer in layers for image in others]

    def of(make):
        return lambda layer, image: make(extractor, layer, a_C[layer])(image)

    def cost_of(activations, constant="quarter_mean", before=_preprocess):
        return of(lambda extractor, layer, a_C: lambda image: _compute_content_cost(
            a_C, activations(extractor(before(image)), layer), constant))  # fmt: skip

    def selected(outputs, layer):
        return outputs[layer]

    reference = cost_of(selected)
    fixed = "The costs are those of one fixed layer: use the argument layer."
    scaled = ("The picture goes into the network scaled to 0..255, but as RGB and with the mean: there is a function "
              "for the whole step.")  # fmt: skip
    mistakes = [
        Mistake("The picture goes into the network as it is: what stands between a picture and VGG?",
                cost_of(selected, before=lambda image: image)),
        Mistake(scaled, cost_of(selected, before=lambda image: 255 * image)),
        Mistake("The picture is scaled to 0..255 before preprocess, which does that itself.",
                cost_of(selected, before=lambda image: _preprocess(255 * image))),
        Mistake("The picture goes through preprocess twice.",
                cost_of(selected, before=lambda image: _preprocess(_preprocess(image)))),
        Mistake("The picture is divided by 255 before preprocess: it is in [0, 1] already.",
                cost_of(selected, before=lambda image: _preprocess(image / 255))),
        Mistake("The mean is missing when the picture goes into the network: there is a function for the whole step.",
                cost_of(selected, before=lambda image: 255 * image[..., ::-1])),
        Mistake("The colours are in the wrong order when the picture goes into the network: there is a function for "
                "the whole step.", cost_of(selected, before=lambda image: 255 * image - MEAN[::-1])),
        Mistake("The colours are reversed once more.",
                cost_of(selected, before=lambda image: _preprocess(image)[..., ::-1])),
        *(Mistake(fixed, cost_of(lambda outputs, layer, l=l: outputs[l])) for l in layers),
        Mistake("It is another layer than the one that was asked for.",
                cost_of(lambda outputs, layer: outputs[layers[1 - layers.index(layer)]])),
        Mistake("J is 0 for every picture: is a_C compared with itself?", lambda layer, image: 0.0),
        Mistake("Four times too large: the course's content cost has 1/4 before the mean.", cost_of(selected, "mean")),
        Mistake("This is half the sum of squares: use the course's constant, 1/(4 n_H n_W n_C).",
                cost_of(selected, "half")),
        Mistake("Here the costs of all the extractor's layers are added up: only one layer is wanted.",
                lambda layer, image: sum(_compute_content_cost(a_C[l], extractor(_preprocess(image))[l])
                                         for l in layers)),
        Mistake("a_C's size alone is measured: the difference to the picture's activations is wanted.",
                of(lambda e, layer, a: lambda image: _compute_content_cost(a, 0 * a))),
        Mistake("The size of the picture's activations is measured: their difference to a_C is wanted.",
                of(lambda e, layer, a: lambda image: _compute_content_cost(0 * a, e(_preprocess(image))[layer]))),
        Mistake("This is the style cost: the content cost compares place by place.",
                of(lambda e, layer, a: lambda image: _compute_layer_style_cost(a, e(_preprocess(image))[layer]))),
        Mistake("The differences are not squared.",
                of(lambda e, layer, a: lambda image: tf.reduce_mean(tf.abs(a - e(_preprocess(image))[layer])))),
        Mistake("The differences come back one by one: a cost is one number.",
                of(lambda e, layer, a: lambda image: tf.square(a - e(_preprocess(image))[layer]))),
    ]  # fmt: skip
    constant = Constant({"2": lambda layer, image: 2, "more channels and positions": lambda layer, image:
                         float(np.prod(a_C[layer].shape))}, {})  # fmt: skip
    inner = {}

    def answer(layer, image):
        if layer not in inner:
            J = something(function(extractor, layer, a_C[layer]))
            if not callable(J):
                raise NotQuite("It must return a function of the picture, `def J(image): ...`, not its value.")
            inner[layer] = function.returning(J)
        try:
            return inner[layer](image)
        except NotQuite as error:
            raise NotQuite(_why_J_raised(str(error))) from None

    compare(answer, reference, cases, mistakes, constant=constant, wanted="a single number, shape (),")
    for case in cases:
        compare_gradients(answer, reference, case)


def _why_J_raised(text):
    if "(1, 8, 8, 3)" in text or "[1,8,8,3]" in text:
        return "a_C is compared with the picture itself: compare it with the picture's activations."
    if "dict" in text or "{'block1" in text:
        return "The extractor's output is a dict: take the activations of the one layer out of it."
    return text.replace("It raised", "J(image) raised")
