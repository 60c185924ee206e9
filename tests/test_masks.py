import numpy as np
import pytest
from hypothesis import given, strategies as st

from nst_tf import InputError
from nst_tf.masks import check_mask, check_proportions, guidance, resample_mask


def test_true_and_false_numbers_and_pictures_are_masks():
    half = np.zeros((4, 6), bool)
    half[:, 3:] = True
    expected = half.astype(np.float32)[np.newaxis, :, :, np.newaxis]
    picture = np.repeat(expected, 3, axis=-1)
    for mask in (half, half.astype(float), half.tolist(), expected, picture):
        checked = check_mask(mask)
        assert checked.dtype == np.float32
        np.testing.assert_array_equal(checked, expected)
    red = picture * np.array([1, 0, 0], np.float32)
    np.testing.assert_allclose(check_mask(red), expected / 3, atol=1e-6)


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.zeros((4, 6)), "sky is black all over: make white what it is to hold for"),
        (np.ones(4), r"sky has shape \(4,\): give \(n_H, n_W\), or a picture"),
        (np.ones((1, 4, 6, 2)), "sky has shape"),
        (np.ones((2, 4, 6, 1)), "sky has shape"),
        (np.ones((0, 6)), "sky has shape"),
        (np.ones((4, 6), int), "sky has dtype int64: give true and false, or floats"),
        (np.full((4, 6), 2.0), r"sky has values from 2 to 2: they must be in \[0, 1\]"),
        (np.full((4, 6), np.nan), "sky has values from nan"),
        (np.full((4, 6), -0.5), "sky has values from -0.5"),
    ],
)
def test_what_is_no_mask_is_named(mask, message):
    with pytest.raises(InputError, match=message):
        check_mask(mask, "sky")


@given(st.integers(40, 4000), st.integers(40, 4000), st.integers(32, 512))
def test_a_mask_of_the_photo_fits_whatever_the_photo_is_scaled_to(height, width, size):
    n_H, n_W = (max(1, round(side * size / max(height, width))) for side in (height, width))
    check_proportions(np.ones((1, height, width, 1)), (1, n_H, n_W, 3), "sky", "the content")


def test_a_mask_of_other_proportions_is_named():
    message = "sky has 60x40 pixels, the content 64x64: give a mask of the same proportions"
    with pytest.raises(InputError, match=message):
        check_proportions(np.ones((1, 40, 60, 1)), (1, 64, 64, 3), "sky", "the content")


def test_a_smaller_mask_has_the_share_of_white_of_what_a_pixel_covers():
    mask = np.array([[1, 1, 0, 0], [1, 0, 0, 0]], np.float32)[np.newaxis, :, :, np.newaxis]
    np.testing.assert_array_equal(resample_mask(mask, 1, 2)[0, :, :, 0], [[0.75, 0]])
    assert resample_mask(mask, 2, 4) is mask


def test_guidance_by_hand():
    """Of four positions one is white: T is 2 there, for 2^2 / 4 = 1."""
    mask = np.array([[1, 0], [0, 0]], np.float32)[np.newaxis, :, :, np.newaxis]
    np.testing.assert_allclose(guidance(mask, 2, 2)[0, :, :, 0], [[2, 0], [0, 0]])
    np.testing.assert_array_equal(guidance(0.25 * np.ones((1, 8, 8, 1), np.float32), 4, 2), np.ones((1, 4, 2, 1)))


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_the_mean_square_of_the_guidance_is_1(n_H, n_W, seed):
    mask = np.zeros((1, 31, 40, 1), np.float32)
    mask[0, np.random.default_rng(seed).integers(31), np.random.default_rng(seed).integers(40)] = 1  # a single pixel
    assert np.square(guidance(mask, n_H, n_W)).mean() == pytest.approx(1, rel=1e-5)
