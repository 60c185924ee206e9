"""Pretrained weights: which they are, and what becomes of files that are none."""

import os
import shutil

import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf import MissingFileError, WeightsError, bundled, pretrained

# As published by others for the original files.
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
    return shutil.copy(bundled.BUNDLED_WEIGHTS, tmp_path_factory.mktemp("weights") / "mine.weights.h5")


def test_the_raw_network_has_the_thirteen_published_values(raw_vgg):
    assert tuple(layer.name for layer in pretrained.convolutions(raw_vgg)) == CONVOLUTIONS
    for layer in pretrained.convolutions(raw_vgg):
        kernel, bias = layer.get_weights()
        found = kernel[0, 0, 0, 0], bias[0]
        # float16 keeps 11 binary digits, or multiples of 2^-24 below 2^-14
        np.testing.assert_allclose(found, PUBLISHED[layer.name], rtol=2**-11, atol=2**-25, err_msg=layer.name)
        assert kernel.dtype == bias.dtype == np.float32


def test_a_weights_file_of_ones_own(raw_vgg, weights_copy):
    vgg = nst_tf.load_vgg(weights=weights_copy, normalise_activations=False, precision="float32")
    np.testing.assert_array_equal(vgg.get_weights()[-2], raw_vgg.get_weights()[-2])


@pytest.mark.parametrize("size", [0, 5000, 25_890_458])
def test_a_truncated_weights_file(tmp_path, weights_copy, size):
    path = tmp_path / "cut.weights.h5"
    path.write_bytes(weights_copy.read_bytes()[:size])
    with pytest.raises(WeightsError, match=r"cut.weights.h5 is no readable weights file .*: get it again") as raised:
        nst_tf.load_vgg(weights=str(path))
    one_line(raised)


@pytest.mark.parametrize("seed", range(int(os.environ.get("NST_TF_FUZZ", 12)) // 4))
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
    changed = bytearray(bundled.BUNDLED_WEIGHTS.read_bytes())
    changed[12_345_678] ^= 1
    (tmp_path / "changed.weights.h5").write_bytes(changed)
    monkeypatch.setattr(bundled, "BUNDLED_WEIGHTS", tmp_path / "changed.weights.h5")
    with pytest.raises(WeightsError, match=r"changed.weights.h5.* has a wrong sha256: install nst_tf again"):
        nst_tf.load_vgg()


def test_bundled_weights_that_are_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(bundled, "BUNDLED_WEIGHTS", tmp_path / "gone.weights.h5")
    with pytest.raises(WeightsError, match=r"gone.weights.h5, bundled with nst_tf, is missing: install nst_tf again"):
        nst_tf.load_vgg()


def test_imagenet_weights_that_cannot_be_downloaded(monkeypatch):
    def fail(include_top, weights):
        assert (include_top, weights) == (False, "imagenet")
        raise Exception("URL fetch failure on https://...:\nNone -- [Errno -3] Temporary failure in name resolution")

    monkeypatch.setattr("keras.applications.VGG19", fail)
    with pytest.raises(WeightsError, match=r"vgg19 could not be downloaded \(URL fetch.*\): connect to the internet"):
        nst_tf.load_vgg("vgg19", "imagenet")
