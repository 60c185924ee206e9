"""What stands in for an exercise that is not solved yet, where the package has no such function.

Generated from the lessons' solutions by `python tools/notebooks.py exercises`: change them there. Spoilers below.
"""

import numpy as np
import tensorflow as tf

import nst_tf


def add_batch_axis(picture):
    """Return the picture (n_H, n_W, 3) as a batch of one, (1, n_H, n_W, 3)."""
    return picture[np.newaxis]


def fit_within(n_H, n_W, max_size):
    """Return (n_H, n_W) scaled down by one factor, so that the longer side is at most max_size."""
    scale = min(1, max_size / max(n_H, n_W))
    return max(1, round(n_H * scale)), max(1, round(n_W * scale))


def shuffle_tiles(image, tile, seed):
    """Return the image cut into squares of tile x tile pixels, put together in a random order."""
    rows, columns = image.shape[1] // tile, image.shape[2] // tile
    squares = image.reshape(rows, tile, columns, tile, 3).swapaxes(1, 2).reshape(-1, tile, tile, 3)
    squares = squares[np.random.default_rng(seed).permutation(rows * columns)]
    return squares.reshape(rows, columns, tile, tile, 3).swapaxes(1, 2).reshape(image.shape)


def initialise_generated_image(content, noise_ratio, seed):
    """Return `noise_ratio * noise + (1 - noise_ratio) * content`, an image like the content."""
    noise = np.random.default_rng(seed).random(content.shape, np.float32)
    return noise_ratio * noise + (1 - noise_ratio) * content


def normalise_layer(kernel, bias, mean_before, mean):
    """Return the (kernel, bias) that turn a_(l-1) / mean_before into a_l / mean."""
    return kernel * (mean_before / mean), bias / mean


def content_cost_unrolled(A_C, A_G):
    """Return J_content, a scalar tensor, of unrolled activations of shape (n_C, n_H*n_W)."""
    n_C, n_positions = A_G.shape
    return tf.reduce_sum(tf.square(A_C - A_G)) / (4 * n_C * n_positions)


def content_cost_gradient(a_C, a_G):
    """Return the derivatives of J_content by the elements of a_G, (1, n_H, n_W, n_C)."""
    _, n_H, n_W, n_C = a_G.shape
    return (a_G - a_C) / (2 * n_H * n_W * n_C)


def gradient_of(cost, image):
    """Return the gradient of cost(image), a scalar, with respect to the image."""
    with tf.GradientTape() as tape:
        tape.watch(image)
        J = cost(image)
    return tape.gradient(J, image)


def receptive_field(layers):
    """Return (size, jump) of a position behind the layers [(kernel, stride), ...], in pixels."""
    size, jump = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * jump
        jump *= stride
    return size, jump


def content_objective(extractor, layer, a_C):
    """Return the function J(image): one layer's content cost of an image (1, n_H, n_W, 3)."""
    def J(image):
        a_G = extractor(nst_tf.preprocess(image))[layer]
        return nst_tf.compute_content_cost(a_C, a_G)

    return J


def shares(costs, weights):
    """Return {layer: its share of J_style}."""
    J_style = sum(weights[layer] * costs[layer] for layer in costs)
    return {layer: weights[layer] * costs[layer] / J_style for layer in costs}


def layer_weights(layers, decay):
    """Return {layer: lambda_l}, in proportion 1, decay, decay^2, ..., with sum 1."""
    powers = [decay**k for k in range(len(layers))]
    return {layer: power / sum(powers) for layer, power in zip(layers, powers, strict=True)}


def alpha_for_share(J_content, J_style, share, beta=40.0):
    """Return the alpha with which alpha * J_content is this share of J."""
    return share / (1 - share) * beta * J_style / J_content


def gradient_descent_step(x, gradient, learning_rate):
    """Return where one step of gradient descent leads to."""
    return x - learning_rate * gradient


def lbfgs_direction(gradient, steps, changes):
    """Return -H gradient, H from the last steps and changes of the gradient; oldest first."""
    q, kept = gradient, []
    for s, y in zip(reversed(steps), reversed(changes), strict=True):
        a = (s @ q) / (s @ y)
        q = q - a * y
        kept.append(a)
    if steps:
        q = q * (steps[-1] @ changes[-1]) / (changes[-1] @ changes[-1])
    for s, y, a in zip(steps, changes, reversed(kept), strict=True):
        b = (y @ q) / (s @ y)
        q = q + (a - b) * s
    return -q


def transfer_luminance(photo, painting):
    """Return the photo's colours with the luminance of the painting."""
    weights = np.array([[0.299], [0.587], [0.114]])
    return photo + painting @ weights - photo @ weights


def root(M, power):
    """Return a power of a symmetric matrix."""
    values, vectors = np.linalg.eigh(M)
    return vectors * values**power @ vectors.T


def recolour(style, content):
    """Return the style, its colours with the mean and covariance of the content's."""
    S, C = (image.reshape(-1, 3).astype(np.float64) for image in (style, content))
    sigma_S, sigma_C = (np.cov(pixels, rowvar=False, bias=True) for pixels in (S, C))
    A = root(sigma_C, 0.5) @ root(sigma_S, -0.5)
    return ((S - S.mean(axis=0)) @ A.T + C.mean(axis=0)).reshape(style.shape)


def guided_gram_matrix(a, mask):
    """Return the Gram matrix of the positions where the mask is white, over n_H n_W."""
    T = mask / tf.sqrt(tf.reduce_mean(mask**2))
    positions_first = tf.reshape(a * T, (-1, a.shape[-1]))
    M = a.shape[1] * a.shape[2]
    return tf.matmul(positions_first, positions_first, transpose_a=True) / M


def tile_margin(size, jump):
    """Return the margin, in pixels, that the tiles need for a layer of this size and jump."""
    radius = (size - jump) // 2
    jumps = -(-radius // jump)  # rounded up
    return jumps * jump


def gram_by_tiles(activations, image, cuts, jump):
    """Return the Gram matrix (n_C, n_C) of the whole image, from one tile at a time."""
    G = 0
    for begin, end, own_begin, own_end in cuts:
        a = activations(image[:, :, begin:end])
        own = a[:, :, (own_begin - begin) // jump : (own_end - begin) // jump]
        G += nst_tf.gram_matrix(nst_tf.unroll(own))
    return G
