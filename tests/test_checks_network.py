"""The checks of lessons 04, 09 and 10: right answers, right ones written differently, and each mistake they know."""

import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf.course import checks

KNOWN = [checks.build_feature_extractor, checks.normalise_layer, checks.receptive_field, checks.content_objective]


def unsolved(*arguments):
    raise NotImplementedError


def raises(*arguments):
    raise RuntimeError("a mistake\nin two lines")


def exits(*arguments):
    raise TypeError(object())


GARBAGE = [None, 3, "text", [], np.zeros(3), object, lambda: 1, lambda *arguments: None, lambda *arguments: ...,
           lambda *arguments: "text", lambda *arguments: {"a": object()}, lambda *arguments: lambda: 1,
           lambda *arguments: lambda *more: "text", lambda *arguments: lambda *more: None, raises, exits, print,
           lambda *arguments: [[1], [2, 3]], lambda *arguments: np.zeros((2, 0))]  # fmt: skip


@pytest.mark.parametrize("check", KNOWN)
def test_an_unsolved_exercise_is_not_yet_done(check):
    assert check(unsolved).status == "not yet"
    assert not check(unsolved)


def test_a_function_that_is_unsolved_inside_is_not_yet_done():
    assert checks.content_objective(lambda *arguments: unsolved).status == "not yet"


@pytest.mark.parametrize("check", KNOWN)
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_wrong_and_never_a_crash(check, garbage, capsys):
    verdict = check(garbage)
    assert verdict.status == "wrong"
    assert "\n" not in repr(verdict)
    assert capsys.readouterr().out.strip() == "" or garbage is print


# --- build_feature_extractor ---


def in_a_loop(vgg, layer_names):
    print("building")
    outputs = {}
    for name in layer_names:
        outputs[name] = vgg.get_layer(name).output
    return tf.keras.Model(inputs=vgg.inputs, outputs=outputs)


@pytest.mark.parametrize("function", [
    nst_tf.build_feature_extractor,
    lambda vgg, names: tf.keras.Model(vgg.input, {name: vgg.get_layer(name).output for name in names}),
    lambda vgg, names: tf.keras.Model(vgg.layers[0].output, {l.name: l.output for l in vgg.layers if l.name in names}),
    in_a_loop,
])  # fmt: skip
def test_right_feature_extractors(function, capsys):
    assert checks.build_feature_extractor(function)
    assert capsys.readouterr().out in ("", "building\n")  # once, though it is called for three lists


def outputs(vgg, names):
    return {name: vgg.get_layer(name).output for name in names}


def on_a_copy(vgg, names):
    copied = tf.keras.models.clone_model(vgg)
    copied.set_weights(vgg.get_weights())
    return tf.keras.Model(copied.input, outputs(copied, names))


@pytest.mark.parametrize(("function", "word"), [
    (lambda vgg, names: tf.keras.Model(vgg.input, list(outputs(vgg, names).values())), "list"),
    (lambda vgg, names: tf.keras.Model(vgg.input, vgg.get_layer(names[-1]).output), "bare"),
    (lambda vgg, names: tf.keras.Model(vgg.input, outputs(vgg, names[-1:])), "missing"),
    (lambda vgg, names: tf.keras.Model(vgg.input, {str(i): t for i, t in enumerate(outputs(vgg, names).values())}),
     "missing"),
    (lambda vgg, names: tf.keras.Model(vgg.input, {n: vgg.get_layer(n) for n in names}), "flows out"),
    (lambda vgg, names: tf.keras.Model(vgg.input, [vgg.get_layer(n) for n in names]), "flows out"),
    (lambda vgg, names: tf.keras.Model(tf.keras.Input((None, None, 3)), outputs(vgg, names)), "own"),
    (lambda vgg, names: tf.keras.Model(vgg.get_layer(names[-1]).input, outputs(vgg, names[-1:])), "own"),
    (lambda vgg, names: tf.keras.Model(vgg.get_layer("block2_conv1").output, outputs(vgg, names)), "own"),
    (on_a_copy, "new one"),
    (lambda vgg, names: outputs(vgg, names), "not a tf.keras.Model"),
    (lambda vgg, names: [vgg.get_layer(n).output for n in names], "not a tf.keras.Model"),
    (lambda vgg, names: vgg, "whole network"),
    (lambda vgg, names: tf.keras.Model(vgg.input, outputs(vgg, [layer.name for layer in vgg.layers[1:]])), "more than"),
    (lambda vgg, names: tf.keras.Model(vgg.input, dict(zip(names, outputs(vgg, names[::-1]).values(), strict=True))),
     "own"),
    (lambda vgg, names: tf.keras.Model(vgg.input, dict.fromkeys(names, vgg.get_layer("block1_conv1").output)),
     "own"),
])  # fmt: skip
def test_wrong_feature_extractors(function, word):
    verdict = checks.build_feature_extractor(function)
    assert verdict.status == "wrong"
    assert word in verdict.message


# --- normalise_layer ---


def in_place(kernel, bias, mean_before, mean):
    kernel *= mean_before / mean
    bias /= mean
    return kernel, bias


@pytest.mark.parametrize("function", [
    lambda kernel, bias, mean_before, mean: (kernel * mean_before / mean, bias / mean),
    lambda kernel, bias, mean_before, mean: [kernel * (mean_before / mean), bias * (1 / mean)],
    lambda kernel, bias, mean_before, mean: (tf.constant(kernel) * mean_before / mean, tf.constant(bias) / mean),
])  # fmt: skip
def test_right_normalisations(function):
    assert checks.normalise_layer(function)


@pytest.mark.parametrize(("function", "word"), [
    (lambda k, b, m, n: (k / n, b / n), "nothing of mean_before"),
    (lambda k, b, m, n: (k * m / n, b * m / n), "bias is scaled by mean_before"),
    (lambda k, b, m, n: (k * m * n, b * n), "multiplied"),
    (lambda k, b, m, n: (k * n / m, b / m), "changed places"),
    (lambda k, b, m, n: (k * n / m, b / n), "changed places"),
    (lambda k, b, m, n: (k / m / n, b / n), "both means"),
    (lambda k, b, m, n: (k * m / n, b), "old one"),
    (lambda k, b, m, n: k * m / n, "bias is missing"),
    (lambda k, b, m, n: (b / n, k * m / n), "wrong order"),
    (lambda k, b, m, n: (k, b), "Nothing has changed"),
    (in_place, "changes its arguments"),
])  # fmt: skip
def test_wrong_normalisations(function, word):
    verdict = checks.normalise_layer(function)
    assert verdict.status == "wrong"
    assert word in verdict.message


# --- receptive_field ---


def right(layers):
    size, jump = 1, 1
    for kernel, stride in layers:
        size, jump = size + (kernel - 1) * jump, jump * stride
    return size, jump


def from_the_top(layers):
    size, jump = 1, 1
    while layers:
        kernel, stride = layers.pop()
        size, jump = (size - 1) * stride + kernel, jump * stride
    return [size, jump]


def by_tracing(layers):
    seen = [{p} for p in (0, 1)]
    for kernel, stride in reversed(layers):
        seen = [{p * stride + k for p in positions for k in range(kernel)} for positions in seen]
    return np.array([len(seen[0]), min(seen[1]) - min(seen[0])])


@pytest.mark.parametrize("function", [right, by_tracing])
def test_right_receptive_fields(function):
    assert checks.receptive_field(function)


def stepwise(size, rule):
    def function(layers):
        s, j = size, 1
        for kernel, stride in layers:
            s, j = rule(s, j, kernel, stride)
        return s, j

    return function


@pytest.mark.parametrize(("function", "word"), [
    (stepwise(1, lambda s, j, k, t: (s + k - 1, 1)), "strides play no part"),
    (stepwise(1, lambda s, j, k, t: (s + k - 1, j * t)), "strides play no part"),
    (stepwise(1, lambda s, j, k, t: (s + k * j, j * t)), "whole kernel"),
    (stepwise(1, lambda s, j, k, t: (s + (k - 1) * j * t, j * t)), "own stride"),
    (lambda layers: right(layers[::-1]), "upwards"),
    (stepwise(0, lambda s, j, k, t: (s + (k - 1) * j, j * t)), "begins at 0"),
    (stepwise(1, lambda s, j, k, t: (s + (k - 1) * j, t)), "last stride"),
    (stepwise(1, lambda s, j, k, t: (s + (k - 1) * j, j + t)), "added up"),
    (lambda layers: right(layers)[0], "jump, too"),
    (lambda layers: right(layers)[::-1], "wrong order"),
    (lambda layers: (10, 2), "`layers` makes no difference"),
    (from_the_top, "changes its arguments"),
])  # fmt: skip
def test_wrong_receptive_fields(function, word):
    verdict = checks.receptive_field(function)
    assert verdict.status == "wrong"
    assert word in verdict.message


# --- content_objective ---


def a_G(extractor, layer, image):
    return extractor(nst_tf.preprocess(image))[layer]


def cost_by_hand(extractor, layer, a_C):
    @tf.function
    def J(image):
        difference = tf.reshape(a_C - a_G(extractor, layer, image), (-1,))
        return tf.tensordot(difference, difference, 1) / (4 * tf.cast(tf.size(difference), tf.float32))

    return J


@pytest.mark.parametrize("function", [
    lambda e, layer, a_C: lambda image: nst_tf.compute_content_cost(a_C, a_G(e, layer, image)),
    cost_by_hand,
])  # fmt: skip
def test_right_content_objectives(function):
    assert checks.content_objective(function)


def objective_of(J):
    """Return the learner's function whose J(image) is `J(extractor, layer, a_C, image)`."""
    return lambda extractor, layer, a_C: lambda image: J(extractor, layer, a_C, image)


cost = nst_tf.compute_content_cost


@pytest.mark.parametrize(("function", "word"), [
    (objective_of(lambda e, l, a_C, image: cost(a_C, e(image)[l])), "stands between"),
    (objective_of(lambda e, l, a_C, image: cost(a_C, e(255 * image)[l])), "0..255"),
    (objective_of(lambda e, l, a_C, image: cost(a_C, image)), "picture itself"),
    (objective_of(lambda e, l, a_C, image: tf.reduce_mean((a_C - image) ** 2)), "picture itself"),
    (objective_of(lambda e, l, a_C, image: cost(a_C, nst_tf.preprocess(image))), "picture itself"),
    (objective_of(lambda e, l, a_C, image: cost(a_C, e(nst_tf.preprocess(image)))), "dict"),
    (objective_of(lambda e, l, a_C, image: cost(a_C, a_G(e, "block1_conv1", image))), "fixed layer"),
    (objective_of(lambda e, l, a_C, image: cost(a_C, a_G(e, "block1_conv2", image))), "fixed layer"),
    (objective_of(lambda e, l, a_C, image: cost(a_C, a_C)), "itself"),
    (objective_of(lambda e, l, a_C, image: cost(a_C, a_G(e, l, image), "mean")), "Four times"),
    (objective_of(lambda e, l, a_C, image: cost(a_C, a_G(e, l, image), "half")), "half"),
    (objective_of(lambda e, l, a_C, image: np.float32(cost(a_C, a_G(e, l, image)))), "gradient"),
    (lambda e, l, a_C: cost(a_C, a_C), "function of the picture"),
])  # fmt: skip
def test_wrong_content_objectives(function, word):
    verdict = checks.content_objective(function)
    assert verdict.status == "wrong"
    assert word in verdict.message
