"""The costs once more, in NumPy and float64, straight from the papers' sums and without a line of the package."""

import numpy as np


def gram(a):
    """`G[k, l] = sum over the positions i, j of a[i, j, k] a[i, j, l]` of activations (1, n_H, n_W, n_C)."""
    a = np.asarray(a, np.float64)
    return np.einsum("bijk,bijl->kl", a, a)


def content_cost(a_C, a_G, constant="quarter_mean"):
    a_C, a_G = np.asarray(a_C, np.float64), np.asarray(a_G, np.float64)
    factor = {"quarter_mean": 1 / (4 * a_C.size), "half": 1 / 2, "mean": 1 / a_C.size}[constant]
    return factor * np.einsum("bijk,bijk->", a_C - a_G, a_C - a_G)


def layer_style_cost(a_S, a_G):
    """For equal sizes `1/(2 n_H n_W n_C)^2 * sum (G_S - G_G)^2`, else with each Gram matrix by its own positions."""
    n_C = np.shape(a_S)[3]
    if np.shape(a_S) == np.shape(a_G):
        _, n_H, n_W, n_C = np.shape(a_S)
        return ((gram(a_S) - gram(a_G)) ** 2).sum() / (2 * n_H * n_W * n_C) ** 2
    M_S, M_G = (np.shape(a)[1] * np.shape(a)[2] for a in (a_S, a_G))
    return ((gram(a_S) / M_S - gram(a_G) / M_G) ** 2).sum() / (4 * n_C**2)


def total_variation(image):
    image = np.asarray(image, np.float64)
    return (np.diff(image, axis=1) ** 2).mean() + (np.diff(image, axis=2) ** 2).mean()


def preprocess(image):
    """RGB in [0, 1] to BGR in 0..255 less the ImageNet mean."""
    red, green, blue = np.moveaxis(np.asarray(image, np.float64), -1, 0) * 255
    return np.stack([blue - 103.939, green - 116.779, red - 123.68], axis=-1)
