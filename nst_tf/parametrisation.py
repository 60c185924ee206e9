"""How the picture is stored while it is improved: as a flat vector z, from which a linear map makes the image.

In pixels, broad changes are slow, for each pixel has to move; the Fourier basis, whose frequencies are scaled by
1/f^p as in natural pictures, evens that out (the idea of a decorrelated picture is from Olah, Mordvintsev and Schubert,
"Feature Visualization", Distill 2017, doi:10.23915/distill.00007). The minimum of J stays where it is: only the way
there is shorter (lesson 13 compares both).
"""

import numpy as np
import tensorflow as tf

EXPONENT = 0.25  # p. From content more is a little faster, from noise a little slower.
UNIT = 0.03  # how far a z of length 1 reaches in the image, root mean square: a good first step


class Pixels:
    """`image = scale * z`: a number a pixel and colour.

    Args:
        n_H, n_W: size of the image in pixels.
    """

    def __init__(self, n_H: int, n_W: int):
        self._shape, self._scale = (1, n_H, n_W, 3), UNIT * float(np.sqrt(3 * n_H * n_W))

    def to_image(self, z: tf.Tensor) -> tf.Tensor:
        """Return the image (1, n_H, n_W, 3) of a flat z; it may leave [0, 1]."""
        return tf.reshape(self._scale * z, self._shape)

    def from_image(self, image: tf.Tensor) -> tf.Tensor:
        """Return the z of an image: the inverse of `to_image`."""
        return tf.reshape(image / self._scale, (-1,))

    def pull_back(self, gradient: tf.Tensor) -> tf.Tensor:
        """Return the gradient with respect to z, given that with respect to the image: the adjoint of `to_image`."""
        return tf.reshape(self._scale * gradient, (-1,))


class Fourier:
    """`image = F^-1 (s(f) * z)`, with `s(f)` proportional to `1/f^p`.

    F is the two-dimensional discrete Fourier transform of each channel, f the spatial frequency in cycles a pixel. Of
    the frequencies only half are kept, for the other half mirrors them; z holds their real and imaginary parts, scaled
    so that without s(f) lengths and dot products of z would be those of the image.

    Args:
        n_H, n_W: size of the image in pixels.
        exponent: p.
    """

    def __init__(self, n_H: int, n_W: int, exponent: float = EXPONENT):
        pixels, frequencies = n_H * n_W, np.fft.rfftfreq(n_W)
        f = np.hypot(np.fft.fftfreq(n_H)[:, np.newaxis], frequencies)
        s = np.maximum(f, 1 / max(n_H, n_W)) ** -exponent
        mirrored = np.where((frequencies == 0) | (frequencies == 0.5), 1.0, 2.0) + 0 * s  # how often each counts
        s *= UNIT * np.sqrt(3 * pixels / np.average(s**2, weights=mirrored))
        scales = s * np.sqrt(pixels / mirrored), s * np.sqrt(mirrored / pixels)
        # Of real and imaginary part alike; as a product of equal shapes it takes half the time.
        self._to_spectrum, self._to_gradient = (tf.constant(np.stack((a, a), -1), tf.float32) for a in scales)
        self._size = tf.constant((n_H, n_W))

    def to_image(self, z: tf.Tensor) -> tf.Tensor:
        """Return the image (1, n_H, n_W, 3) of a flat z; it may leave [0, 1]."""
        return _image(z, self._to_spectrum, self._size)

    def from_image(self, image: tf.Tensor) -> tf.Tensor:
        """Return the z of an image: the inverse of `to_image`."""
        return _spectrum(image, 1 / self._to_spectrum)

    def pull_back(self, gradient: tf.Tensor) -> tf.Tensor:
        """Return the gradient with respect to z, given that with respect to the image: the adjoint of `to_image`."""
        return _spectrum(gradient, self._to_gradient)


_SCALES, _VECTOR = tf.TensorSpec((None, None, 2)), tf.TensorSpec((None,))
_IMAGE, _SIZE = tf.TensorSpec((1, None, None, 3)), tf.TensorSpec((2,), tf.int32)


# Compiled, for then each step gives up what the one before has made; tf.signal's functions would copy it, to pad it.
@tf.function(autograph=False, input_signature=[_VECTOR, _SCALES, _SIZE])
def _image(z, scales, size):
    """Return the image (1, n_H, n_W, 3) of the spectrum `scales * z`."""
    spectrum = tf.bitcast(scales * tf.reshape(z, (3, *tf.unstack(tf.shape(scales)))), tf.complex64)
    return tf.transpose(tf.raw_ops.IRFFT2D(input=spectrum, fft_length=size), (1, 2, 0))[tf.newaxis]


@tf.function(autograph=False, input_signature=[_IMAGE, _SCALES])
def _spectrum(image, scales):
    """Return `scales` times the transform of an image: real and imaginary parts of its three channels, flat."""
    channels = tf.transpose(image[0], (2, 0, 1))
    spectrum = tf.raw_ops.RFFT2D(input=channels, fft_length=tf.shape(channels)[1:])
    return tf.reshape(scales * tf.bitcast(spectrum, tf.float32), (-1,))
