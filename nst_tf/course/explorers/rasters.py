"""Arrays as pictures in a page: feature maps in grey, matrices in colours, images, all as data URIs."""

import matplotlib
import numpy as np
from PIL import Image

from ..data_uris import picture_uri

VIRIDIS = (matplotlib.colormaps["viridis"](np.arange(256))[:, :3] * 255).round().astype(np.uint8)

TINY = 24  # pixels


def bytes_of(array, brightest=1.0):
    """Return an array as bytes: 0 is 0, `brightest` and above 255."""
    return (np.clip(np.asarray(array) / (brightest or 1.0), 0, 1) * 255).round().astype(np.uint8)


def grey(feature_map, brightest=None):
    """Return the data URI of a feature map (n_H, n_W): black is 0, white is `brightest`, by default its largest."""
    feature_map = np.asarray(feature_map)
    return _uri(Image.fromarray(bytes_of(feature_map, feature_map.max() if brightest is None else brightest)), "PNG")


def coloured(matrix, largest=None):
    """Return the data URI of a matrix in the colours of viridis, from dark blue for 0 to yellow for `largest`."""
    matrix = np.asarray(matrix)
    image = Image.fromarray(bytes_of(matrix, matrix.max() if largest is None else largest))
    image.putpalette(VIRIDIS.tobytes())
    return _uri(image, "PNG")


def photo(image):
    """Return the data URI of an image (1, n_H, n_W, 3) or (n_H, n_W, 3) in [0, 1]: JPEG, or PNG if it is tiny."""
    pixels = bytes_of(np.asarray(image).reshape(np.shape(image)[-3:]))
    return _uri(Image.fromarray(pixels), "PNG" if max(pixels.shape) < TINY else "JPEG")


def _uri(image, kind):
    options = {"PNG": {"compress_level": 3}, "JPEG": {"quality": 88, "subsampling": 0}}[kind]
    return picture_uri(image, kind, **options)
