"""Each parametrisation is a linear, invertible map with its adjoint; the Fourier basis is steep where it should be."""

import numpy as np
import pytest
import tensorflow as tf

from nst_tf.parametrisation import EXPONENT, UNIT, Fourier, Pixels

SIZES = [(32, 48), (33, 47), (32, 33), (41, 32)]
each = pytest.mark.parametrize("kind", [Pixels, Fourier])
each_size = pytest.mark.parametrize("size", SIZES)


def picture(n_H, n_W, seed=0):
    return tf.constant(np.random.default_rng(seed).random((1, n_H, n_W, 3)), tf.float32)


@each
@each_size
def test_there_and_back(kind, size):
    image, basis = picture(*size), kind(*size)
    z = basis.from_image(image)
    assert z.shape.rank == 1
    np.testing.assert_allclose(basis.to_image(z), image, atol=1e-5)


@each
@each_size
def test_pulling_back_is_the_adjoint(kind, size):
    """<to_image(z), w> = <z, pull_back(w)> for any z and w, those that no image has included."""
    basis, w = kind(*size), picture(*size, seed=1) - 0.3
    z = tf.random.stateless_normal(basis.from_image(w).shape, seed=(1, 2))
    left, right = tf.reduce_sum(basis.to_image(z) * w), tf.tensordot(z, basis.pull_back(w), 1)
    assert float(left) == pytest.approx(float(right), rel=1e-4, abs=1e-3)


@each
@each_size
def test_a_step_of_length_one_changes_the_picture_by_the_unit(kind, size):
    """In a random direction, that is; root mean square."""
    basis = kind(*size)
    z = tf.random.stateless_normal(basis.from_image(picture(*size)).shape, seed=(3, 4))
    z = basis.from_image(basis.to_image(z))  # of an image: some of its numbers say the same thing twice
    change = basis.to_image(z / tf.norm(z))
    assert float(tf.sqrt(tf.reduce_mean(change**2))) == pytest.approx(UNIT, rel=0.1)


@pytest.mark.parametrize("exponent", [EXPONENT, 1.0])
def test_a_broad_wave_is_cheaper_than_a_fine_one(exponent):
    """The z of a wave of frequency f has a norm proportional to f^p; along both axes alike."""
    x = np.arange(64)
    norms = []
    for cycles in (2, 16):
        wave = np.broadcast_to(np.cos(2 * np.pi * cycles * x / 64)[None, None, :, None], (1, 64, 64, 3))
        norms += [float(tf.norm(Fourier(64, 64, exponent).from_image(tf.constant(w, tf.float32)))) for w in
                  (wave, wave.transpose(0, 2, 1, 3))]  # fmt: skip
    assert norms[2] / norms[0] == norms[3] / norms[1] == pytest.approx(8**exponent, rel=1e-4)


def test_the_broadest_wave_of_a_long_picture_is_told_from_its_mean():
    """Below one wave along the longer side, all is as cheap as that one: f = 1/64 here, not 1/16."""
    ones, x = np.ones((1, 16, 64, 3)), np.arange(64)[None, None, :, None]
    flat, two_waves = (
        float(tf.norm(Fourier(16, 64).from_image(tf.constant(image, tf.float32)))) / np.linalg.norm(image)
        for image in (ones, ones * np.cos(2 * np.pi * 2 * x / 64))
    )
    assert two_waves / flat == pytest.approx(2**EXPONENT, rel=1e-4)
