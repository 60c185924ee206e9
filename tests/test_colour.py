import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

import nst_tf
from nst_tf.colour import in_grey, is_grey, luminance, match_colours, match_luminance, with_luminance

PIXELS = arrays(np.float32, (5, 3), elements=st.floats(0, 1, width=32))


def moments(image):
    pixels = np.asarray(image, np.float64).reshape(-1, 3)
    return pixels.mean(axis=0), np.cov(pixels.T, bias=True)


def test_luminance_by_hand():
    image = np.array([[[[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1], [0.5, 0.5, 0.5]]]], np.float32)
    np.testing.assert_allclose(luminance(image)[0, 0, :, 0], [0.299, 0.587, 0.114, 1, 0.5], rtol=1e-6)
    np.testing.assert_allclose(in_grey(image)[0, 0, 1], [0.587] * 3, rtol=1e-6)


def test_grey_is_recognised_but_for_rounding(content):
    assert not is_grey(content)
    grey = in_grey(content)
    assert is_grey(grey)
    assert is_grey(grey + np.array([0, 0.5 / 255 - 1e-5, 0]))
    grey[0, 3, 4, 1] += 2 / 255
    assert not is_grey(grey)


@given(PIXELS, arrays(np.float32, (5, 1), elements=st.floats(0, 1, width=32)))
def test_the_luminance_is_what_was_asked_for_to_rounding(photo, Y):
    painted = with_luminance(photo, Y)
    assert painted.min() >= 0 and painted.max() <= 1
    np.testing.assert_allclose(luminance(painted), Y, atol=2e-6)


@given(PIXELS)
def test_with_its_own_luminance_a_photo_is_itself(photo):
    np.testing.assert_allclose(with_luminance(photo, luminance(photo)), photo, atol=2e-6)


def test_colours_keep_their_hue_and_turn_paler_where_there_is_no_room():
    red = np.array([[0.6, 0.2, 0.2]], np.float32)
    Y = luminance(red)
    np.testing.assert_allclose(with_luminance(red, Y + 0.1), red + 0.1, atol=1e-6)
    bright = with_luminance(red, [[0.95]])
    chroma = bright - 0.95
    np.testing.assert_allclose(chroma / chroma[0, 0], (red - Y) / (red - Y)[0, 0], rtol=1e-5)
    assert bright.max() == pytest.approx(1)
    np.testing.assert_allclose(with_luminance(red, [[1.0]]), [[1, 1, 1]])


@pytest.mark.parametrize("photo", sorted(nst_tf.sample_images("content")))
def test_a_recoloured_style_has_the_photos_mean_and_covariance(photo, style):
    content = nst_tf.load_image(nst_tf.sample_image(photo), 64)
    recoloured = match_colours(style, content)
    for found, expected in zip(moments(recoloured), moments(content), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_recolouring_to_itself_changes_nothing(style):
    np.testing.assert_allclose(match_colours(style, style), style, atol=1e-5)


def test_of_two_colours_the_brighter_stays_the_brighter(style):
    """The symmetric root turns colours no more than it must; any other root would do for the moments."""
    recoloured = match_colours(style, nst_tf.load_image(nst_tf.sample_image("pagoda"), 64))
    assert np.corrcoef(luminance(recoloured).ravel(), luminance(style).ravel())[0, 1] > 0.9


def test_a_grey_style_and_a_flat_one_are_recoloured_as_far_as_they_go(content, style):
    mean = moments(content)[0]
    grey = match_colours(in_grey(style), content)
    np.testing.assert_allclose(moments(grey)[0], mean, atol=1e-4)
    assert np.linalg.matrix_rank(moments(grey)[1], tol=1e-6) == 1
    flat = match_colours(np.full((1, 40, 40, 3), 0.25, np.float32), content)
    np.testing.assert_allclose(flat, np.broadcast_to(mean, flat.shape), atol=1e-5)
    in_one_colour = match_colours(style, np.full((1, 40, 40, 3), 0.25, np.float32))
    np.testing.assert_allclose(in_one_colour, 0.25, atol=1e-5)


def test_luminance_is_matched_in_mean_and_contrast(content, style):
    matched = match_luminance(style, 0.4 + 0.2 * content)  # of little contrast, so that nothing is clipped
    assert is_grey(matched)
    target = luminance(0.4 + 0.2 * content)
    assert luminance(matched).mean() == pytest.approx(target.mean(), abs=1e-5)
    assert luminance(matched).std() == pytest.approx(target.std(), abs=1e-5)
