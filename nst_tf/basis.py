"""How L-BFGS stores the picture: in a basis in which broad shapes and fine grain are equally easy to change.

A pixel basis makes broad changes slow, for each pixel has to move; scaling the spatial frequencies by 1/f^p, as in
natural pictures, evens that out (the idea of a decorrelated picture is from Olah, Mordvintsev and Schubert, "Feature
Visualization", Distill 2017, doi:10.23915/distill.00007). The minimum of J stays where it is: only the way there is
shorter (lesson 13 compares both).
"""

import numpy as np
import scipy.fft

EXPONENT = 0.25  # p; 0 would be the pixel basis. From content more is a little faster, from noise a little slower.
UNIT = 0.03  # how far a step of length 1 in z moves the picture, root mean square: a good first step for L-BFGS


class FourierBasis:
    """The linear map `image = F^-1 (s(f) * F z)`, with `s(f)` proportional to `1/f^p`.

    F is the two-dimensional discrete Fourier transform of each channel, f the spatial frequency in cycles a pixel.
    The map is symmetric: it also turns the gradient with respect to the image into that with respect to z.

    Args:
        n_H, n_W: size of the picture in pixels.
    """

    def __init__(self, n_H, n_W):
        frequency = np.hypot(np.fft.fftfreq(n_H)[:, np.newaxis], np.fft.rfftfreq(n_W))
        scale = np.maximum(frequency, 1 / max(n_H, n_W)) ** -EXPONENT
        scale *= UNIT * np.sqrt(3 * n_H * n_W / np.mean(scale**2))
        self._scale = scale.astype(np.float32)  # (n_H, n_W//2 + 1)
        self._size = n_H, n_W

    def to_image(self, z):
        """Return the float32 image (1, n_H, n_W, 3) of z, an array of 3*n_H*n_W numbers, channel by channel."""
        channels = self._multiply(z.reshape(3, *self._size), self._scale)
        return np.ascontiguousarray(np.moveaxis(channels, 0, -1))[np.newaxis]

    def from_image(self, image):
        """Return the flat z of an image: the inverse of `to_image`."""
        return self._multiply(np.moveaxis(image[0], -1, 0), 1 / self._scale).reshape(-1)

    def gradient(self, gradient):
        """Return the flat gradient with respect to z, given that with respect to the image."""
        return self._multiply(np.moveaxis(gradient[0], -1, 0), self._scale).reshape(-1)

    def _multiply(self, channels, factor):
        spectrum = scipy.fft.rfft2(channels.astype(np.float32, copy=False), workers=-1)
        spectrum *= factor
        return scipy.fft.irfft2(spectrum, s=self._size, overwrite_x=True, workers=-1)
