"""The Fourier basis is a linear, symmetric, invertible map, and steep where it should be."""

import numpy as np
import pytest

from nst_tf.basis import EXPONENT, UNIT, FourierBasis

SIZES = [(32, 48), (33, 47), (32, 33), (41, 32)]


def picture(n_H, n_W, seed=0):
    return np.random.default_rng(seed).random((1, n_H, n_W, 3))


@pytest.mark.parametrize("size", SIZES)
def test_there_and_back(size):
    image = picture(*size)
    basis = FourierBasis(*size)
    np.testing.assert_allclose(basis.to_image(basis.from_image(image)), image, atol=1e-5)


@pytest.mark.parametrize("size", SIZES)
def test_the_gradient_is_that_of_the_composed_function(size):
    """With f(z) = <w, image(z)>, whose gradient is constant, the directional derivative is f(d) itself."""
    basis, weights = FourierBasis(*size), picture(*size, seed=1)
    direction = basis.from_image(picture(*size, seed=2))
    along = np.sum(weights * basis.to_image(direction))
    assert np.dot(basis.gradient(weights), direction) == pytest.approx(along, rel=1e-5)


def test_a_broad_wave_is_cheaper_than_a_fine_one():
    """The z of a wave of frequency f has a norm proportional to f^p."""
    x = np.arange(64)
    norms = []
    for cycles in (2, 16):
        wave = np.broadcast_to(np.cos(2 * np.pi * cycles * x / 64)[None, None, :, None], (1, 64, 64, 3))
        norms.append(np.linalg.norm(FourierBasis(64, 64).from_image(wave)))
    assert norms[1] / norms[0] == pytest.approx(8**EXPONENT, rel=1e-4)


@pytest.mark.parametrize("size", SIZES)
def test_a_step_of_length_one_changes_the_picture_by_the_unit(size):
    """In a random direction, that is; root mean square."""
    z = np.random.default_rng(0).standard_normal(3 * size[0] * size[1])
    change = FourierBasis(*size).to_image(z / np.linalg.norm(z))
    assert np.sqrt(np.mean(change**2)) == pytest.approx(UNIT, rel=0.1)
