import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

import nst_tf
from nst_tf import Config, InputError
from nst_tf.config import STARTS
from nst_tf.images import check_image


def one_line(raised):
    message = str(raised.value)
    assert "\n" not in message
    return message


# ---- preprocess and deprocess


def test_preprocess_gives_blue_green_red_less_the_mean():
    image = np.array([[[[1.0, 0.5, 0.0]]]], np.float32)  # red 255, green 127.5, blue 0
    expected = [0 - 103.939, 127.5 - 116.779, 255 - 123.68]
    np.testing.assert_allclose(nst_tf.preprocess(image)[0, 0, 0], expected, rtol=1e-6)


def test_preprocess_agrees_with_keras(content):
    bytes_of_image = content * np.float32(255)
    np.testing.assert_allclose(
        nst_tf.preprocess(content), tf.keras.applications.vgg16.preprocess_input(bytes_of_image), atol=1e-4
    )


@pytest.mark.parametrize("kind", [np.asarray, tf.constant, tf.Variable], ids=["array", "tensor", "variable"])
def test_deprocess_undoes_preprocess_and_leaves_its_input_alone(content, kind):
    before = content.copy()
    image = kind(before)
    vgg_input = nst_tf.preprocess(image)
    assert vgg_input.dtype == image.dtype
    assert vgg_input.shape == image.shape
    assert isinstance(vgg_input, np.ndarray if kind is np.asarray else tf.Tensor)
    np.testing.assert_allclose(nst_tf.deprocess(vgg_input), content, atol=1e-6)
    np.testing.assert_array_equal(image, content)
    np.testing.assert_array_equal(before, content)


@given(arrays(np.float32, st.tuples(*[st.integers(1, 4)] * 2, st.just(3)), elements=st.floats(0, 1, width=32)))
def test_the_round_trip_holds_for_any_picture_and_number_of_axes(image):
    np.testing.assert_allclose(nst_tf.deprocess(nst_tf.preprocess(image)), image, atol=1e-6)


def test_preprocess_is_differentiable():
    image = tf.Variable(tf.fill((1, 2, 2, 3), 0.5))
    with tf.GradientTape() as tape:
        blue = tf.reduce_sum(nst_tf.preprocess(image)[..., 0])
    np.testing.assert_array_equal(tape.gradient(blue, image)[0, 0, 0], [0, 0, 255])


# ---- check_image and resize_image


@pytest.mark.parametrize(
    ("image", "found"),
    [
        (np.zeros((64, 64, 3), np.float32), r"shape \(64, 64, 3\): give \(1, n_H, n_W, 3\)"),
        (np.zeros((2, 64, 64, 3), np.float32), r"shape \(2, 64, 64, 3\): give"),
        (np.zeros((1, 64, 64, 4), np.float32), r"shape \(1, 64, 64, 4\): give"),
        (np.zeros((1, 31, 64, 3), np.float32), "at least 32 pixels"),
        (np.zeros((1, 0, 0, 3), np.float32), "at least 32 pixels"),
        (np.zeros((1, 64, 64, 3), np.uint8), "dtype uint8: give floats"),
        (np.full((1, 64, 64, 3), 255.0), "from 255 to 255: they must be in"),
        (np.full((1, 64, 64, 3), -0.1), "from -0.1 to -0.1: they must be in"),
        (np.full((1, 64, 64, 3), np.nan), "nan"),
        (np.full((1, 64, 64, 3), np.inf), "inf"),
        ("photo.jpg", "load it first"),
        (None, "give"),
    ],
)
def test_what_is_no_image_is_refused_with_what_was_found(image, found):
    with pytest.raises(InputError, match=f"photo (has|is) .*{found}") as raised:
        check_image(image, "photo")
    one_line(raised)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, tf.constant, tf.Variable])
def test_an_image_may_be_any_array_or_tensor_of_floats(kind):
    image = check_image(kind(np.full((1, 32, 40, 3), 0.5, np.float32)))
    assert image.dtype == np.float32
    np.testing.assert_array_equal(image, np.full((1, 32, 40, 3), 0.5))


def test_resizing_keeps_flat_colours_and_the_order_of_the_axes(content):
    flat = np.broadcast_to(np.array([0.1, 0.5, 0.9], np.float32), (1, 40, 50, 3))
    resized = nst_tf.resize_image(flat, 33, 77)
    assert resized.shape == (1, 33, 77, 3)
    assert resized.dtype == np.float32
    np.testing.assert_allclose(resized, np.broadcast_to(flat[:, :1, :1], resized.shape), atol=1e-6)
    assert nst_tf.resize_image(content, *content.shape[1:3]) is not content
    np.testing.assert_array_equal(nst_tf.resize_image(content, *content.shape[1:3]), content)


def test_resizing_stays_in_range_where_lanczos_overshoots():
    edge = np.zeros((1, 32, 32, 3), np.float32)
    edge[:, :, 16:] = 1
    resized = nst_tf.resize_image(edge, 64, 64)
    assert (resized.min(), resized.max()) == (0, 1)


def edge():
    """Return an image whose left half is dark grey, whose right half is light grey."""
    image = np.full((1, 64, 64, 3), 0.2, np.float32)
    image[:, :, 32:] = 0.8
    return image


@pytest.mark.parametrize("size", [40, 97])
def test_resizing_is_by_lanczos_which_keeps_edges_sharp_and_overshoots_a_little(size):
    resized = nst_tf.resize_image(edge(), size, size)
    assert 0.15 < resized.min() < 0.195
    assert 0.805 < resized.max() < 0.85


# ---- the picture that training starts from


def test_the_noise_is_uniform_and_the_seed_decides_it(content):
    noise = nst_tf.initialise_generated_image(content, start="noise", seed=5)
    assert noise.shape == content.shape
    assert noise.dtype == np.float32
    assert noise.min() >= 0.45
    assert noise.max() < 0.55
    assert noise.mean() == pytest.approx(1 / 2, abs=0.002)
    assert noise.var() == pytest.approx(0.1**2 / 12, rel=0.1)
    full = nst_tf.initialise_generated_image(content, start="noise", noise_contrast=1.0, seed=5)
    np.testing.assert_allclose(noise, 0.5 + 0.1 * (full - 0.5), atol=1e-6)
    assert full.var() == pytest.approx(1 / 12, rel=0.1)
    np.testing.assert_array_equal(noise, nst_tf.initialise_generated_image(content, start="noise", seed=5))
    assert np.abs(noise - nst_tf.initialise_generated_image(content, start="noise", seed=6)).mean() > 0.01
    assert np.abs(np.diff(noise, axis=3)).mean() > 0.01  # coloured noise


@pytest.mark.parametrize("ratio", [0, 0.25, 1, 0.6])
def test_content_and_noise_are_mixed_in_the_ratio(content, ratio):
    noise = nst_tf.initialise_generated_image(content, start="noise", seed=2)
    mixed = nst_tf.initialise_generated_image(content, start="content+noise", noise_ratio=ratio, seed=2)
    np.testing.assert_allclose(mixed, ratio * noise + (1 - ratio) * content, atol=1e-6)
    check_image(mixed)


@pytest.mark.parametrize("ratio", [-0.1, 1.1, float("nan")])
def test_a_ratio_out_of_range_is_refused(content, ratio):
    with pytest.raises(InputError, match=r"noise_ratio is .*: give a number from 0 to 1"):
        nst_tf.initialise_generated_image(content, start="content+noise", noise_ratio=ratio)


def test_the_defaults_are_those_of_the_settings(content, style):
    """So that the pieces, put together, make the whole."""
    np.testing.assert_array_equal(nst_tf.initialise_generated_image(content), content)
    assert Config().start == "content"
    mixed = nst_tf.initialise_generated_image(content, start="content+noise")
    painted = nst_tf.Transfer(content, style, Config(start="content+noise", steps=1))
    np.testing.assert_array_equal(painted.image, mixed)


def test_a_setting_without_a_meaning_is_refused(content):
    with pytest.raises(InputError, match="noise_contrast has no meaning for the start content"):
        nst_tf.initialise_generated_image(content, noise_contrast=0.5)
    with pytest.raises(InputError, match="noise_contrast is 2: give a number from 0 to 1"):
        nst_tf.initialise_generated_image(content, start="noise", noise_contrast=2)


def test_the_content_is_copied(content):
    start = nst_tf.initialise_generated_image(content, start="content")
    np.testing.assert_array_equal(start, content)
    start[:] = 0  # content is read-only, its copy is not


@pytest.mark.parametrize(("n_H", "n_W"), [(32, 32), (64, 32), (96, 128)])
def test_the_style_covers_the_content_and_is_not_squashed(n_H, n_W):
    rows, columns = np.meshgrid(np.arange(64) + 0.5, np.arange(128) + 0.5, indexing="ij")
    style = np.stack([columns / 128, rows / 64, np.zeros((64, 128))], axis=-1)[np.newaxis].astype(np.float32)
    start = nst_tf.initialise_generated_image(np.zeros((1, n_H, n_W, 3), np.float32), style, start="style")
    assert start.shape == (1, n_H, n_W, 3)
    scale = max(n_H / 64, n_W / 128)  # the smallest that covers
    middle = start[0, n_H // 4 : -n_H // 4, n_W // 4 : -n_W // 4]  # Lanczos is not linear at the borders
    assert np.diff(middle[..., 0], axis=1).mean() == pytest.approx(1 / (128 * scale), rel=0.02)
    assert np.diff(middle[..., 1], axis=0).mean() == pytest.approx(1 / (64 * scale), rel=0.02)
    assert middle[..., 0].mean() == pytest.approx(0.5, abs=0.02)  # cut off on both sides alike
    assert middle[..., 1].mean() == pytest.approx(0.5, abs=0.02)


def test_a_start_that_is_unknown_or_lacks_its_picture_is_refused(content):
    with pytest.raises(InputError, match="unknown start 'contents': did you mean content"):
        nst_tf.initialise_generated_image(content, start="contents")
    with pytest.raises(InputError, match="the start 'style' needs the style image"):
        nst_tf.initialise_generated_image(content, start="style")


@pytest.mark.parametrize("start", STARTS)
def test_every_start_is_an_image_of_the_contents_shape(content, style, start):
    assert check_image(nst_tf.initialise_generated_image(content, style, start=start)).shape == content.shape


def test_levels_are_rounded_and_not_cut_off():
    image = np.zeros((1, 32, 32, 3), np.float32)
    image[0, 0, :4, 0] = [1, 0.5, 0.9999, 0.0001]
    assert [nst_tf.to_pil(image).getpixel((x, 0))[0] for x in range(4)] == [255, 128, 255, 0]
