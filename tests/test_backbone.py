import shutil

import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf import InputError, MissingFileError, WeightsError, backbone
from nst_tf.config import NETWORK_LAYERS
from nst_tf.precision import resolve_precision

# As published by others for the original files; see shared/assets/README.md.
PUBLISHED = {
    "block1_conv1": (0.42947057, 0.73429835),
    "block1_conv2": (0.16621928, -0.30912212),
    "block2_conv1": (-0.008902963, -0.04577766),
    "block2_conv2": (-0.0023012366, -0.06418542),
    "block3_conv1": (0.002486315, -0.074358866),
    "block3_conv2": (-0.0103266295, 0.019675018),
    "block3_conv3": (0.0024918285, 0.035415243),
    "block4_conv1": (-0.012453815, 0.013485669),
    "block4_conv2": (0.007116542, 0.023680462),
    "block4_conv3": (-0.0041355654, 0.03757768),
    "block5_conv1": (-0.0006068934, 0.09722325),
    "block5_conv2": (-0.0011261065, 0.21327873),
    "block5_conv3": (0.00040788297, 0.18837857),
}
CONVOLUTIONS = tuple(PUBLISHED)


def one_line(raised):
    message = str(raised.value)
    assert "\n" not in message
    assert "Traceback" not in message
    return message


@pytest.fixture(scope="module")
def weights_copy(tmp_path_factory):
    """Return a copy of the bundled weights under another name, a user's own file."""
    return shutil.copy(backbone.BUNDLED_WEIGHTS, tmp_path_factory.mktemp("weights") / "mine.weights.h5")


@pytest.fixture(scope="module")
def raw_average_vgg():
    return nst_tf.load_vgg(pooling="average", normalise_activations=False)


# ---- the weights


def test_the_raw_network_has_the_thirteen_published_values(raw_vgg):
    assert tuple(layer.name for layer in backbone.convolutions(raw_vgg)) == CONVOLUTIONS
    for layer in backbone.convolutions(raw_vgg):
        kernel, bias = layer.get_weights()
        found = kernel[0, 0, 0, 0], bias[0]
        # float16 keeps 11 binary digits, or multiples of 2^-24 below 2^-14
        np.testing.assert_allclose(found, PUBLISHED[layer.name], rtol=2**-11, atol=2**-25, err_msg=layer.name)
        assert kernel.dtype == bias.dtype == np.float32


def test_both_poolings_have_the_same_weights(raw_vgg, raw_average_vgg):
    for one, other in zip(raw_average_vgg.get_weights(), raw_vgg.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_network_is_frozen_has_all_layers_and_takes_any_size(vgg):
    assert not vgg.trainable
    assert vgg.trainable_weights == []
    assert tuple(layer.name for layer in vgg.layers)[1:] == NETWORK_LAYERS["vgg16"]
    assert vgg(np.zeros((1, 33, 100, 3), np.float32)).shape == (1, 1, 3, 512)


def test_a_weights_file_of_ones_own(raw_vgg, weights_copy):
    vgg = nst_tf.load_vgg(weights=weights_copy, normalise_activations=False)
    np.testing.assert_array_equal(vgg.get_weights()[-2], raw_vgg.get_weights()[-2])


@pytest.mark.parametrize("size", [0, 5000, 25_890_458])
def test_a_truncated_weights_file(tmp_path, weights_copy, size):
    path = tmp_path / "cut.weights.h5"
    path.write_bytes(weights_copy.read_bytes()[:size])
    with pytest.raises(WeightsError, match=r"cut.weights.h5 is no readable weights file .*: get it again") as raised:
        nst_tf.load_vgg(weights=str(path))
    one_line(raised)


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_weights_file(tmp_path, weights_copy, seed):
    path, rng = tmp_path / "damaged.weights.h5", np.random.default_rng(seed)
    damaged = bytearray(weights_copy.read_bytes())
    for place in rng.integers(100, 60_000, 200):  # HDF5's own tables lie here
        damaged[place] = rng.integers(256)
    path.write_bytes(damaged)
    with pytest.raises(WeightsError, match=r"damaged.weights.h5") as raised:
        nst_tf.load_vgg(weights=path)
    one_line(raised)


@pytest.mark.parametrize("name", ["note.txt", "note.weights.h5", "note.h5", "note.keras", "note", "note.npz"])
def test_a_text_file_as_weights(tmp_path, name):
    (tmp_path / name).write_text("Dear diary, these are no weights.\n")
    with pytest.raises(WeightsError, match=f"{name} is no (readable|Keras) weights file") as raised:
        nst_tf.load_vgg(weights=tmp_path / name)
    one_line(raised)


def test_the_weights_of_another_network_name_the_layer_and_its_shapes(weights_copy, recwarn):
    with pytest.raises(WeightsError, match=r"mine.weights.h5 does not fit vgg19") as raised:
        nst_tf.load_vgg("vgg19", weights_copy)
    assert r"block3_conv4 needs shape (3, 3, 256, 256), the file has (3, 3, 256, 512)" in one_line(raised)
    assert not [warning for warning in recwarn if "keras" in warning.filename]  # a user would read them as well


def test_the_weights_of_no_vgg_at_all(tmp_path):
    small = tf.keras.Sequential([tf.keras.Input((8,)), tf.keras.layers.Dense(3)])
    small.save_weights(tmp_path / "small.weights.h5")
    with pytest.raises(WeightsError, match=r"small.weights.h5 does not fit vgg16 .*block1_conv1") as raised:
        nst_tf.load_vgg(weights=tmp_path / "small.weights.h5")
    one_line(raised)


def test_weights_that_are_no_numbers(tmp_path, raw_vgg):
    broken = tf.keras.applications.VGG16(include_top=False, weights=None)
    weights = raw_vgg.get_weights()
    weights[4] = np.full_like(weights[4], np.inf)  # the kernel of block2_conv1
    broken.set_weights(weights)
    broken.save_weights(tmp_path / "broken.weights.h5")
    with pytest.raises(WeightsError, match="no usable weights for block2_conv1 of vgg16: get it again"):
        nst_tf.load_vgg(weights=tmp_path / "broken.weights.h5")


@pytest.mark.parametrize("name", ["none.weights.h5", "no/folder.weights.h5", "", "x" * 300])
def test_a_missing_weights_file(tmp_path, name):
    with pytest.raises(MissingFileError, match=r"there is no weights file .*: give bundled, imagenet, or the path"):
        nst_tf.load_vgg(weights=tmp_path / name)  # "" is the folder itself


def test_bundled_weights_that_were_changed(tmp_path, monkeypatch):
    changed = bytearray(backbone.BUNDLED_WEIGHTS.read_bytes())
    changed[12_345_678] ^= 1
    (tmp_path / "changed.weights.h5").write_bytes(changed)
    monkeypatch.setattr(backbone, "BUNDLED_WEIGHTS", tmp_path / "changed.weights.h5")
    with pytest.raises(WeightsError, match=r"changed.weights.h5.* has a wrong sha256: install nst_tf again"):
        nst_tf.load_vgg()


def test_bundled_weights_that_are_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(backbone, "BUNDLED_WEIGHTS", tmp_path / "gone.weights.h5")
    with pytest.raises(WeightsError, match=r"gone.weights.h5, bundled with nst_tf, is missing: install nst_tf again"):
        nst_tf.load_vgg()


def test_imagenet_weights_that_cannot_be_downloaded(monkeypatch):
    def fail(include_top, weights):
        assert (include_top, weights) == (False, "imagenet")
        raise Exception("URL fetch failure on https://...:\nNone -- [Errno -3] Temporary failure in name resolution")

    monkeypatch.setitem(backbone._BUILDERS, "vgg19", fail)
    with pytest.raises(WeightsError, match=r"vgg19 could not be downloaded \(URL fetch.*\): connect to the internet"):
        nst_tf.load_vgg("vgg19", "imagenet")


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
    vgg, means = nst_tf.load_vgg(pooling="average"), nst_tf.measure_mean_activations(raw_average_vgg)
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
    vgg = nst_tf.load_vgg(weights=weights_copy)
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
    assert backbone.describe_network("vgg16", "bundled", "max", True, "float32") == (
        "VGG-16, bundled ImageNet weights, max pooling, normalised activations, float32"
    )
    assert backbone.describe_network("vgg19", "imagenet", "average", False, "bfloat16") == (
        "VGG-19, Keras' ImageNet weights, average pooling, raw activations, bfloat16"
    )
    described = backbone.describe_network("vgg16", "my.weights.h5", "max", True, "auto")
    assert "weights from my.weights.h5" in described
    assert described.endswith(resolve_precision("auto"))


def test_an_unknown_precision_is_refused():
    with pytest.raises(InputError, match="unknown precision 'float16': did you mean"):
        nst_tf.load_vgg(precision="float16")
