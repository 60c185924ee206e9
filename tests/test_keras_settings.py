"""The user's Keras settings: they stay as they are, and change no number."""

import json

import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf import StartError, backbone
from nst_tf.process.keras_settings import channels_last_float32, check_keras, refused_setting, why_keras_fails

ODD = [("channels_first", "float16", "float16"), ("channels_last", "float64", "mixed_float16")]


@pytest.fixture(params=ODD)
def odd_settings(request):
    """Have the user's program set data format, floatx and policy, before any network is built."""
    config = tf.keras.config
    settings = config.set_image_data_format, config.set_floatx, config.set_dtype_policy
    for networks in (backbone._load_once, backbone._build_once):
        networks.cache_clear()
    for change, value in zip(settings, request.param, strict=True):
        change(value)
    yield request.param
    for change, value in zip(settings, ("channels_last", "float32", "float32"), strict=True):
        change(value)


def in_use():
    config = tf.keras.config
    return config.image_data_format(), config.floatx(), config.dtype_policy().name


@pytest.fixture(scope="module")
def usual(content, style):
    return paint(content, style)


def paint(content, style):
    """Return pictures that took all that is built by Keras: the network, average pooling, Adam, a falling rate."""
    plain = {"pooling": "average", "normalise_activations": False, "steps": 2}
    adam = {"optimizer": "adam", "steps": 3, "optimizer_options": {"decay_steps": 2, "decay_rate": 0.5}}
    return [
        nst_tf.style_transfer(content, style, precision=precision, **settings).image
        for precision, settings in (
            ("float32", adam),
            ("float32", {"optimizer": "adam", "steps": 3}),
            ("float32", plain),
            ("bfloat16", {"steps": 2}),
        )
    ]


def test_the_numbers_are_the_same(usual, content, style, odd_settings):
    for picture, expected in zip(paint(content, style), usual, strict=True):
        np.testing.assert_array_equal(picture, expected)
    assert in_use() == odd_settings


def test_they_are_put_back_after_an_error(odd_settings):
    with pytest.raises(KeyError), channels_last_float32():
        assert in_use() == ("channels_last", "float32", "float32")
        raise KeyError
    assert in_use() == odd_settings


@pytest.fixture
def keras_json(monkeypatch, tmp_path):
    """Return Keras' file of settings; no environment variable is set but the one that names its folder."""
    for name in ("KERAS_BACKEND", "TF_USE_LEGACY_KERAS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path / "keras.json"


@pytest.mark.parametrize("text", [None, "{}", "no JSON", '{"floatx": "float16", "backend": "tensorflow"}'])
def test_what_keras_can_bear_is_let_pass(keras_json, text):
    if text is not None:
        keras_json.write_text(text)
    assert refused_setting() is None


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"backend": "jax"}, "sets the backend jax, and nst_tf needs tensorflow: set it to that"),
        ({"floatx": "bfloat16"}, "sets floatx to 'bfloat16', which Keras refuses: set it to float32"),
        (
            {"image_data_format": "NHWC"},
            "sets image_data_format to 'NHWC', which Keras refuses: set it to channels_last",
        ),
        ([1], "holds no settings, and Keras stumbles over it: delete it"),
    ],
)
def test_a_setting_of_the_file_is_named_with_the_file(keras_json, settings, sentence):
    keras_json.write_text(json.dumps(settings))
    assert refused_setting().startswith(f"{keras_json} {sentence}")


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("KERAS_BACKEND", "jax", "unset it, or set it to tensorflow"),
        ("KERAS_BACKEND", "torch", "unset it, or set it to tensorflow"),
        ("TF_USE_LEGACY_KERAS", "1", "unset it"),
    ],
)
def test_a_variable_is_named_before_tensorflow_is_loaded(offline, name, value, remedy):
    offline.environment[name] = value
    status, out, err = offline.run("-m", "nst_tf", "cat", "great_wave", "-q")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"nst-tf: {name} is {value}, and nst_tf needs ")
    assert err.endswith(f": {remedy}\n")
    assert offline.files() == []


def test_the_variable_wins_over_the_file(keras_json, monkeypatch):
    keras_json.write_text('{"backend": "jax"}')
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    assert refused_setting() is None


def test_keras_that_runs_on_something_else(keras_json, monkeypatch):
    check_keras()
    monkeypatch.setattr("keras.config.backend", lambda: "jax")
    with pytest.raises(StartError, match=r"cannot be started \(it runs on jax\): look at the environment variables"):
        nst_tf.load_vgg()


def test_a_program_that_never_starts_quietly_gets_the_sentence_too(offline):
    offline.environment["TF_USE_LEGACY_KERAS"] = "1"
    program = "import nst_tf\ntry: nst_tf.load_vgg()\nexcept nst_tf.NstError as error: print(error)"
    assert offline.run("-c", program)[1] == "TF_USE_LEGACY_KERAS is 1, and nst_tf needs Keras 3: unset it\n"


def test_another_reason_is_told_in_one_line(keras_json):
    reason = why_keras_fails(ImportError("no\nlibrary"))
    assert reason.startswith("TensorFlow or Keras cannot be started (ImportError: no library): look at ")
