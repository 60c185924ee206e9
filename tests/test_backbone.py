import shutil

import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf import Config, InputError, Network, WeightsError, backbone
from nst_tf.bundled import BUNDLED_WEIGHTS
from nst_tf.layers import NETWORK_LAYERS
from nst_tf.precision import resolve_precision

CONVOLUTIONS = tuple(name for name in NETWORK_LAYERS["vgg16"] if "conv" in name)


def one_line(raised):
    message = str(raised.value)
    assert "\n" not in message
    assert "Traceback" not in message
    return message


@pytest.fixture(scope="module")
def weights_copy(tmp_path_factory):
    """Return a copy of the bundled weights under another name, a user's own file."""
    return shutil.copy(BUNDLED_WEIGHTS, tmp_path_factory.mktemp("weights") / "mine.weights.h5")


@pytest.fixture(scope="module")
def raw_average_vgg():
    return nst_tf.load_vgg(pooling="average", normalise_activations=False, precision="float32")


# ---- the weights


def test_both_poolings_have_the_same_weights(raw_vgg, raw_average_vgg):
    for one, other in zip(raw_average_vgg.get_weights(), raw_vgg.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_network_is_frozen_has_all_layers_and_takes_any_size(vgg):
    assert not vgg.trainable
    assert vgg.trainable_weights == []
    assert tuple(layer.name for layer in vgg.layers)[1:] == NETWORK_LAYERS["vgg16"]
    assert vgg(np.zeros((1, 33, 100, 3), np.float32)).shape == (1, 1, 3, 512)


def test_vgg19_is_not_bundled():
    with pytest.raises(InputError, match="only vgg16 is bundled, not vgg19: choose the weights imagenet"):
        nst_tf.load_vgg("vgg19")


def test_an_unknown_network_or_pooling_is_named():
    with pytest.raises(InputError, match="unknown network 'vgg61'"):
        nst_tf.load_vgg("vgg61")
    with pytest.raises(InputError, match="unknown pooling 'avg': did you mean average"):
        nst_tf.load_vgg(pooling="avg")


# ---- normalised activations


@pytest.fixture
def only_the_cat(monkeypatch):
    """Measure mean activations over one picture, which is faster than over fifteen."""
    monkeypatch.setattr(backbone, "sample_images", lambda: {"cat": nst_tf.sample_image("cat")})


def outputs(vgg, image):
    """Return {layer name: activations} of all convolutions and poolings."""
    extractor = nst_tf.build_feature_extractor(vgg, NETWORK_LAYERS["vgg16"])
    return {name: a.numpy() for name, a in extractor(nst_tf.preprocess(image)).items()}


def assert_differ_only_in_units(raw, normalised, means):
    for name in NETWORK_LAYERS["vgg16"]:
        block = name.split("_")[0]
        mean = means[name if name in means else max(n for n in means if n.startswith(block))]  # a pool has its conv's
        np.testing.assert_allclose(normalised[name] * mean, raw[name], rtol=1e-3, atol=1e-4 * mean, err_msg=name)


def test_raw_and_normalised_network_agree_layer_by_layer(raw_vgg, vgg, content):
    raw, normalised = outputs(raw_vgg, content), outputs(vgg, content)
    assert raw["block3_conv1"].mean() > 10  # so the test compares something, in different units
    assert_differ_only_in_units(raw, normalised, backbone.BUNDLED_MEAN_ACTIVATIONS)


def test_with_average_pooling_too_after_measuring_it(raw_average_vgg, content, only_the_cat):
    vgg = nst_tf.load_vgg(pooling="average", precision="float32")
    means = nst_tf.measure_mean_activations(raw_average_vgg)
    assert_differ_only_in_units(outputs(raw_average_vgg, content), outputs(vgg, content), means)
    assert nst_tf.measure_mean_activations(vgg) == pytest.approx(dict.fromkeys(CONVOLUTIONS, 1), rel=1e-4)


def test_average_pooling_averages_and_max_pooling_takes_the_largest(raw_vgg, raw_average_vgg, content):
    for vgg, pool in ((raw_average_vgg, np.mean), (raw_vgg, np.max)):
        a = outputs(vgg, content)
        before = a["block1_conv2"].reshape(1, 16, 2, 24, 2, 64)
        np.testing.assert_allclose(a["block1_pool"], pool(before, axis=(2, 4)), rtol=1e-4, atol=1e-3)


def test_the_bundled_means_measured_again(raw_vgg):
    measured = nst_tf.measure_mean_activations(raw_vgg)
    assert tuple(measured) == tuple(backbone.BUNDLED_MEAN_ACTIVATIONS) == CONVOLUTIONS
    for name, mean in backbone.BUNDLED_MEAN_ACTIVATIONS.items():
        assert measured[name] == pytest.approx(mean, rel=1e-3), name


def test_of_a_weights_file_they_are_measured(weights_copy, only_the_cat):
    vgg = nst_tf.load_vgg(weights=weights_copy, precision="float32")
    assert nst_tf.measure_mean_activations(vgg) == pytest.approx(dict.fromkeys(CONVOLUTIONS, 1), rel=1e-4)


def test_a_network_that_never_activates_is_not_normalised():
    dead = tf.keras.applications.VGG16(include_top=False, weights=None)
    dead.set_weights([np.zeros(w.shape, np.float32) for w in dead.weights])
    means = nst_tf.measure_mean_activations(dead, [np.full((1, 32, 32, 3), 0.5, np.float32)])
    with pytest.raises(WeightsError, match="block1_conv1 has the mean activation 0"):
        backbone.normalise(dead, means)


# ---- the feature extractor


def test_the_extractor_gives_the_named_layers_in_their_order(vgg, content):
    names = ["block4_conv2", "block1_conv1", "block2_pool"]
    extractor = nst_tf.build_feature_extractor(vgg, names)
    assert isinstance(extractor, tf.keras.Model)
    a = extractor(nst_tf.preprocess(content))
    assert list(a) == list(extractor.output) == names
    assert [a[name].shape for name in names] == [(1, 4, 6, 512), (1, 32, 48, 64), (1, 8, 12, 128)]


def test_the_extractor_computes_no_layer_behind_the_deepest(vgg):
    extractor = nst_tf.build_feature_extractor(vgg, ["block2_conv1"])
    assert [layer.name for layer in extractor.layers][1:] == list(NETWORK_LAYERS["vgg16"][:4])


def test_the_first_layer_is_the_convolution_of_the_preprocessed_picture(raw_vgg, content):
    kernel, bias = raw_vgg.get_layer("block1_conv1").get_weights()
    x = np.pad(nst_tf.preprocess(content), ((0, 0), (1, 1), (1, 1), (0, 0)))[0, 9:12, 20:23]
    expected = np.maximum(0, np.einsum("ijc,ijck->k", x, kernel) + bias)
    a = nst_tf.build_feature_extractor(raw_vgg, ["block1_conv1"])(nst_tf.preprocess(content))["block1_conv1"]
    assert expected.max() > 10
    np.testing.assert_allclose(a[0, 9, 20], expected, rtol=1e-3, atol=1e-2)


def test_an_unknown_layer_is_named_with_the_closest_and_the_list(vgg):
    with pytest.raises(InputError, match="unknown layer 'block4_conv9': did you mean block4_conv") as raised:
        nst_tf.build_feature_extractor(vgg, ["block1_conv1", "block4_conv9"])
    assert all(name in one_line(raised) for name in NETWORK_LAYERS["vgg16"])


def test_no_layer_is_refused(vgg):
    with pytest.raises(InputError, match="no layer is selected: name at least one of"):
        nst_tf.build_feature_extractor(vgg, [])


def test_which_network_is_in_use_is_said():
    assert str(Network("vgg16", "bundled", "max", True, "float32")) == (
        "VGG-16, bundled ImageNet weights, max pooling, normalised activations, float32"
    )
    assert str(Network("vgg19", "imagenet", "average", False, "bfloat16")) == (
        "VGG-19, Keras' ImageNet weights, average pooling, raw activations, bfloat16"
    )
    assert "weights from my.weights.h5" in str(Network("vgg16", "my.weights.h5", "max", True, "float32"))


def test_the_network_of_the_settings_is_resolved_once():
    config = Config(network="vgg19", weights="mine.h5", pooling="average", normalise_activations=False)
    assert Network.of(config) == Network("vgg19", "mine.h5", "average", False, resolve_precision("auto"))
    assert Network.of(config.replace(precision="bfloat16")).precision == "bfloat16"


def test_without_arguments_it_is_the_network_of_the_settings():
    vgg, default = nst_tf.load_vgg(), Network.of(Config())
    assert {layer.compute_dtype for layer in vgg.layers[1:]} == {default.precision}
    image = np.full((1, 32, 32, 3), 0.3, np.float32)
    np.testing.assert_array_equal(vgg(nst_tf.preprocess(image)), default.load()(nst_tf.preprocess(image)))


def test_an_unknown_precision_is_refused():
    with pytest.raises(InputError, match="unknown precision 'float16': did you mean"):
        nst_tf.load_vgg(precision="float16")
