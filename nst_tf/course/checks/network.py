"""Checks of lessons 04, 09 and 10: the feature extractor, normalised layers, receptive fields, one layer's objective.

They run on networks of a few channels, made on the spot, with the layer names of VGG: nothing is loaded.
"""

import numpy as np
import tensorflow as tf

from ...backbone import build_feature_extractor as _build_feature_extractor
from ...costs import compute_content_cost as _compute_content_cost
from ...images import preprocess as _preprocess
from .calling import quiet, quiet_twice
from .verdict import Mistake, compare, correct, not_yet, wrong


def build_feature_extractor(function):
    """Check `build_feature_extractor(vgg, layer_names)`: a `tf.keras.Model`, its output a dict by name (lesson 04)."""
    name = "build_feature_extractor"
    if not callable(function):
        return compare(name, function, tuple, [])
    vgg = _small_vgg()
    for selected in (["block1_conv1", "block2_conv1"], ["block2_pool", "block1_conv2"], ["block1_conv2"]):
        try:
            model = quiet(function)(vgg, list(selected))
        except NotImplementedError:
            return not_yet(name)
        except Exception as error:  # a learner's function may raise anything
            return wrong(name, _why_it_raised(error))
        hint = _what_is_wrong_with(model, vgg, selected)
        if hint:
            return wrong(name, hint)
    return correct(name)


def _why_it_raised(error):
    text = " ".join(str(error).split())
    if "KerasTensor" in text:
        return ("Keras was given layers where it wants tensors. A layer is a function; ask it for what flows out of "
                "it: `output`.")  # fmt: skip
    if "not connected" in text:
        return "The model starts somewhere else than the network does: the input must be the network's own."
    return f"It raised {type(error).__name__}: {text[:200]}"


def _what_is_wrong_with(model, vgg, selected):
    """Return a hint, or None where the model is the one that is asked for."""
    if model is None or model is Ellipsis:
        return "It returns nothing: end it with `return` and the model."
    if model is vgg:
        return "It returns the whole network: make a new model, which ends at the selected layers."
    if not isinstance(model, tf.keras.Model):
        return (f"It returns {type(model).__name__}, not a tf.keras.Model: put the input and the selected outputs "
                "together in one.")  # fmt: skip
    image = tf.constant(np.random.default_rng(0).normal(0, 50, (1, 16, 12, 3)).astype(np.float32))
    try:
        outputs = model(image)
        expected = _build_feature_extractor(vgg, selected)(image)
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


def normalise_layer(function):
    """Check `normalise_layer(kernel, bias, mean_before, mean)`, which returns the new (kernel, bias) (lesson 04)."""
    rng = np.random.default_rng(2)
    cases = [
        (rng.normal(size=(3, 3, 2, 4)).astype(np.float32), rng.normal(size=4).astype(np.float32), before, mean)
        for before, mean in ((1.0, 24.0), (5.0, 2.0), (0.5, 3.0))
    ]
    mistakes = [
        Mistake("The kernel knows nothing of mean_before yet: its input has already been divided by that, and this has "
                "to be made good.", lambda k, b, m, n: (k / n, b / n)),
        Mistake("The bias is scaled by mean_before, too. But the bias is not multiplied with the input, so what was "
                "done to the input does not concern it.", lambda k, b, m, n: (k * m / n, b * m / n)),
        Mistake("It is multiplied by the mean where it should be divided: the mean afterwards is to be 1.",
                lambda k, b, m, n: (k * m * n, b * n)),
        Mistake("The two means have changed places: which one belongs to this layer, which to the one before?",
                lambda k, b, m, n: (k * n / m, b / m)),
        Mistake("The two means have changed places: which one belongs to this layer, which to the one before?",
                lambda k, b, m, n: (k * n / m, b / n)),
        Mistake("Divided by both means: the input has become smaller, and the kernel has to make up for it.",
                lambda k, b, m, n: (k / (m * n), b / n)),
        Mistake("The bias is still the old one: it adds to the activation and needs the new unit, too.",
                lambda k, b, m, n: (k * m / n, b)),
        Mistake("The kernel is right, but the bias is missing: return both, kernel and bias.",
                lambda k, b, m, n: k * m / n),
        Mistake("Kernel and bias come back in the wrong order: return kernel, bias.",
                lambda k, b, m, n: (b / n, k * m / n)),
    ]  # fmt: skip
    return compare("normalise_layer", quiet(function), lambda k, b, m, n: (k * m / n, b / n), cases, mistakes)


def receptive_field(function):
    """Check `receptive_field(layers)`: [(kernel, stride), ...] to (size, jump), both in pixels (lesson 09)."""

    def walk(layers, size=1, jump=1, grow=lambda kernel, jump: (kernel - 1) * jump):
        for kernel, stride in layers:
            size, jump = size + grow(kernel, jump), jump * stride
        return size, jump

    def stride_first(layers):
        size, jump = 1, 1
        for kernel, stride in layers:
            jump *= stride
            size += (kernel - 1) * jump
        return size, jump

    def last_stride(layers):
        size, jump = 1, 1
        for kernel, stride in layers:
            size, jump = size + (kernel - 1) * jump, stride
        return size, jump

    def added(layers):
        size, jump = 1, 1
        for kernel, stride in layers:
            size, jump = size + (kernel - 1) * jump, jump + stride
        return size, jump

    def no_strides(layers):
        return walk([(kernel, 1) for kernel, _ in layers])

    def strides_only_in_jump(layers):
        return no_strides(layers)[0], walk(layers)[1]

    cases = [
        ([(3, 1), (3, 1), (2, 2), (3, 1)],), ([(5, 2), (3, 1)],), ([(7, 3), (2, 2), (3, 2), (4, 1)],), ([(3, 1)],),
        ([],),
    ]  # fmt: skip
    no_stride = "The strides play no part in the size: after a stride of 2, neighbours are two pixels apart."
    mistakes = [
        Mistake(no_stride, no_strides),
        Mistake(no_stride, strides_only_in_jump),
        Mistake("Each layer adds its whole kernel to the size. But one of the kernel's positions was there before: "
                "only the others are new.", lambda layers: walk(layers, grow=lambda kernel, jump: kernel * jump)),
        Mistake("Mind the order: a layer's own stride spreads the positions behind it, not those its kernel looks at.",
                stride_first),
        Mistake("Mind the order: layers are given from the picture upwards, first to last.",
                lambda layers: walk(layers[::-1])),
        Mistake("The size begins at 0: without any layer, a position sees one pixel.",
                lambda layers: walk(layers, size=0)),
        Mistake("The jump remembers the last stride only: strides of several layers act together.", last_stride),
        Mistake("The strides are added up: draw two layers of stride 3, one on the other, and measure how far apart "
                "neighbouring positions are.", added),
        Mistake("The size is right: now return the jump, too, as (size, jump).", lambda layers: walk(layers)[0]),
        Mistake("Size and jump come back in the wrong order: return (size, jump).", lambda layers: walk(layers)[::-1]),
    ]  # fmt: skip
    return compare("receptive_field", quiet(function), walk, cases, mistakes)


def content_objective(function):
    """Check `content_objective(extractor, layer, a_C)`: returns the function `J(image)`, differentiable (lesson 10)."""
    name = "content_objective"
    if not callable(function):
        return compare(name, function, tuple, [])
    layers = ["block1_conv1", "block1_conv2"]
    extractor = _build_feature_extractor(_small_vgg(), layers)
    rng = np.random.default_rng(3)
    C, G, other = (tf.constant(rng.random((1, 8, 8, 3), np.float32)) for _ in range(3))
    a_C = extractor(_preprocess(C))
    cases = [(layer, image) for layer in layers for image in (G, other)]

    def of(make):
        return lambda layer, image: make(extractor, layer, tf.identity(a_C[layer]))(image)

    def cost_of(activations, constant="quarter_mean"):
        return of(lambda extractor, layer, a_C: lambda image: _compute_content_cost(
            a_C, activations(extractor, layer, image), constant))  # fmt: skip

    try:
        J = quiet(function)(extractor, layers[0], tf.identity(a_C[layers[0]]))
    except NotImplementedError:
        return not_yet(name)
    except Exception as error:  # a learner's function may raise anything
        return wrong(name, f"It raised {type(error).__name__}: {' '.join(str(error).split())[:200]}")
    if not callable(J):
        return wrong(name, "It must return a function of the picture, `def J(image): ...`, not its value.")
    try:
        quiet(J)(G)
    except NotImplementedError:
        return not_yet(name)
    except Exception as error:
        text = " ".join(str(error).split())
        if "(1, 8, 8, 3)" in text or "[1,8,8,3]" in text:
            return wrong(name, "a_C is compared with the picture itself: compare it with the picture's activations.")
        if "dict" in text or "{'block1" in text:
            return wrong(name, "The extractor's output is a dict: take the activations of the one layer out of it.")
        return wrong(name, f"J(image) raised {type(error).__name__}: {text[:200]}")
    mistakes = [
        Mistake("The picture goes into the network as it is: what stands between a picture and VGG?",
                cost_of(lambda extractor, layer, image: extractor(image)[layer])),
        Mistake("The picture goes into the network scaled to 0..255, but as RGB and with the mean: there is a function "
                "for the whole step.", cost_of(lambda extractor, layer, image: extractor(255 * image)[layer])),
        Mistake("The costs are those of one fixed layer: use the argument layer.",
                cost_of(lambda extractor, layer, image: extractor(_preprocess(image))[layers[0]])),
        Mistake("The costs are those of one fixed layer: use the argument layer.",
                cost_of(lambda extractor, layer, image: extractor(_preprocess(image))[layers[1]])),
        Mistake("J is 0 for every picture: is a_C compared with itself?", lambda layer, image: 0.0),
        Mistake("Four times too large: the course's content cost has 1/4 before the mean.",
                cost_of(lambda extractor, layer, image: extractor(_preprocess(image))[layer], "mean")),
        Mistake("This is half the sum of squares: use the course's constant, 1/(4 n_H n_W n_C).",
                cost_of(lambda extractor, layer, image: extractor(_preprocess(image))[layer], "half")),
        Mistake("Here the costs of all the extractor's layers are added up: only one layer is wanted.",
                lambda layer, image: sum(_compute_content_cost(a_C[l], extractor(_preprocess(image))[l])
                                         for l in layers)),
    ]  # fmt: skip
    reference = cost_of(lambda extractor, layer, image: extractor(_preprocess(image))[layer])
    return compare(name, of(quiet_twice(function)), reference, cases, mistakes, differentiable=True)
