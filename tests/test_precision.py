"""The network in bfloat16: chosen where the hardware has it, and close to float32 in value and gradient."""

import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf import precision


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Return a function that makes TensorFlow's machine look like one with these flags and GPUs."""
    from_file = precision._processor_flags

    def make(flags="", gpu=None, onednn=None):
        cpuinfo = tmp_path / "cpuinfo"
        cpuinfo.write_text("\n".join(f"processor\t: {k}\nmodel name\t: X\nflags\t\t: {flags}\n" for k in (0, 1)))
        monkeypatch.setattr(precision, "_processor_flags", lambda: from_file(cpuinfo))
        monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: [] if gpu is None else ["gpu"])
        monkeypatch.setattr(
            tf.config.experimental, "get_device_details", lambda device: {"compute_capability": gpu} if gpu else {}
        )
        if onednn is None:
            monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
        else:
            monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", onednn)

    return make


@pytest.mark.parametrize(
    "looks, expected",
    [
        ({"flags": "sse avx2 avx512f"}, "float32"),
        ({"flags": "sse avx512f avx512_bf16"}, "bfloat16"),
        ({"flags": "amx_bf16 amx_tile"}, "bfloat16"),
        ({"flags": "avx512_bf16", "onednn": "1"}, "bfloat16"),
        ({"flags": "avx512_bf16", "onednn": "0"}, "float32"),
        ({"flags": "avx512_bf16", "onednn": "False"}, "float32"),
        ({"flags": "avx512_bf16", "gpu": (7, 5)}, "float32"),
        ({"flags": "avx2", "gpu": (8, 0)}, "bfloat16"),
        ({"flags": "avx2", "gpu": (10, 0)}, "bfloat16"),
        ({"flags": "avx512_bf16", "gpu": ()}, "float32"),
    ],
)
def test_auto_takes_bfloat16_where_the_hardware_has_it(machine, looks, expected):
    machine(**looks)
    assert precision.resolve_precision("auto") == expected
    assert precision.resolve_precision("float32") == "float32"
    assert precision.resolve_precision("bfloat16") == "bfloat16"


def test_an_unknown_precision_is_refused():
    with pytest.raises(nst_tf.InputError, match="unknown precision 'bf16': did you mean"):
        precision.resolve_precision("bf16")


def test_without_a_list_of_flags_auto_is_float32(tmp_path):
    assert precision._processor_flags(tmp_path / "missing") == set()
    (tmp_path / "cpuinfo").write_text("processor : 0\nFeatures : fp asimd bf16\n")  # as ARM lists them
    assert precision._processor_flags(tmp_path / "cpuinfo") == set()


def test_the_network_in_bfloat16_gives_nearly_the_same_costs_and_gradient(vgg, content, style):
    """Costs within 1 % and the gradient's direction within a cosine of 0.99; its activations are bfloat16."""
    config = nst_tf.Config()
    image = tf.constant(nst_tf.initialise_generated_image(content, start="content+noise"))
    costs, gradients = {}, {}
    for name, network in (("float32", vgg), ("bfloat16", nst_tf.load_vgg(precision="bfloat16"))):
        extractor = nst_tf.build_feature_extractor(network, [*config.content_layers, *config.style_layers])
        assert {a.dtype.name for a in extractor(nst_tf.preprocess(image)).values()} == {name}
        costs[name], gradient = nst_tf.make_objective(extractor, content, style).value_and_gradient(image)
        assert {part.dtype for part in (gradient, *tf.nest.flatten(costs[name]))} == {tf.float32}
        gradients[name] = gradient.numpy().ravel()
    for half, whole in zip(*map(tf.nest.flatten, costs.values()), strict=True):
        np.testing.assert_allclose(half, whole, rtol=0.01)
    assert costs["bfloat16"].J != costs["float32"].J
    cosine = np.dot(*gradients.values()) / np.prod([np.linalg.norm(g) for g in gradients.values()])
    assert cosine > 0.99


def test_a_transfer_in_bfloat16_ends_as_low_as_in_float32(vgg, content, style):
    """Judged in float32, its picture's J is within 5 % (the benchmarks compare real sizes)."""
    config = nst_tf.Config()
    extractor = nst_tf.build_feature_extractor(vgg, [*config.content_layers, *config.style_layers])
    objective = nst_tf.make_objective(extractor, content, style)
    J = {}
    for name in ("float32", "bfloat16"):
        image = nst_tf.style_transfer(content, style, steps=25, precision=name).image
        J[name] = float(objective(image).J)
    assert J["bfloat16"] == pytest.approx(J["float32"], rel=0.05)
    assert J["bfloat16"] != J["float32"]


def test_a_default_dtype_set_in_keras_does_not_change_the_network():
    tf.keras.config.set_dtype_policy("mixed_float16")
    try:
        vgg = nst_tf.load_vgg(precision="float32")
    finally:
        tf.keras.config.set_dtype_policy("float32")
    assert {layer.compute_dtype for layer in vgg.layers[1:]} == {"float32"}  # behind the input layer
    assert vgg(np.zeros((1, 32, 32, 3), np.float32)).dtype == tf.float32
