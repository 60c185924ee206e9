"""The mathematics of neural style transfer: pure functions, tensors in, a scalar out.

C is the content image, S the style image, G the generated image; a_C, a_S and a_G are one layer's activations of
shape (1, n_H, n_W, n_C). Whatever the network computes in, everything here is float32: float16 overflows in a Gram
matrix's sums.

Sources: Gatys, Ecker and Bethge, "Image Style Transfer Using Convolutional Neural Networks", CVPR 2016 ([1], with
its equation numbers).
"""

from collections.abc import Mapping

import tensorflow as tf

from .config import CONTENT_CONSTANTS, Config
from .errors import InputError, unknown_name


def compute_content_cost(a_C: tf.Tensor, a_G: tf.Tensor, constant: str = Config.content_constant) -> tf.Tensor:
    """Return J_content: how far the activations of G are from those of C, element by element.

    `J_content = 1/(4 n_H n_W n_C) * sum((a_C - a_G)^2)`. [1], eq. 1, has 1/2 in place of 1/(4 n_H n_W n_C); a
    constant only changes the unit, and alpha absorbs it.

    Args:
        a_C, a_G: activations of one layer, equal shapes (1, n_H, n_W, n_C).
        constant: "quarter_mean" for 1/(4 n_H n_W n_C), "half" for 1/2, "mean" for 1/(n_H n_W n_C).

    Returns:
        float32 scalar tensor, 0 or more.

    Raises:
        InputError: the shapes differ, or the constant is unknown.

    >>> a_C, a_G = tf.zeros((1, 1, 2, 1)), tf.constant([[[[2.0], [4.0]]]])
    >>> float(compute_content_cost(a_C, a_G))  # (4 + 16) / (4 * 1 * 2 * 1)
    2.5
    """
    a_C, a_G = tf.cast(a_C, tf.float32), tf.cast(a_G, tf.float32)
    if not a_C.shape.is_compatible_with(a_G.shape):
        raise InputError(f"a_C has shape {a_C.shape} and a_G {a_G.shape}: give C and G the same size")
    squares = tf.square(a_C - a_G)
    if constant == "quarter_mean":
        return tf.reduce_mean(squares) / 4
    if constant == "half":
        return tf.reduce_sum(squares) / 2
    if constant == "mean":
        return tf.reduce_mean(squares)
    raise unknown_name("content constant", constant, CONTENT_CONSTANTS)


def unroll(a: tf.Tensor) -> tf.Tensor:
    """Return the activations (1, n_H, n_W, n_C) as the matrix A of shape (n_C, n_H*n_W): a row a channel.

    Flatten, then transpose. Reshaping straight to (n_C, n_H*n_W) would mix channels and positions, and no shape
    check would notice.
    """
    a = tf.cast(a, tf.float32)
    positions_first = tf.reshape(a, (-1, a.shape[-1]))  # (n_H*n_W, n_C)
    return tf.transpose(positions_first)  # (n_C, n_H*n_W)


def gram_matrix(A: tf.Tensor) -> tf.Tensor:
    """Return the Gram matrix (style matrix) `G = A A^T` of [1], eq. 3: `G[k, k'] = sum over positions of A[k] A[k']`.

    Args:
        A: unrolled activations, shape (n_C, n_H*n_W).

    Returns:
        float32 tensor (n_C, n_C), symmetric and positive semi-definite. Its diagonal says how active each channel
        is, the rest which channels are active together; where in the picture is forgotten.

    Raises:
        InputError: A is no matrix.

    >>> gram_matrix(tf.constant([[1.0, 2.0], [3.0, 0.0]])).numpy()  # two channels at two positions
    array([[5., 3.],
           [3., 9.]], dtype=float32)
    """
    A = tf.cast(A, tf.float32)
    if A.shape.rank != 2:
        raise InputError(f"A has shape {A.shape}: unroll the activations to (n_C, n_H*n_W) first")
    return tf.matmul(A, A, transpose_b=True)


def style_matrix(a: tf.Tensor) -> tf.Tensor:
    """Return `gram_matrix(unroll(a)) / (n_H n_W)`: comparable between pictures of different sizes."""
    return gram_of_maps(a) / tf.cast(tf.reduce_prod(tf.shape(a)[:-1]), tf.float32)


def gram_of_maps(a: tf.Tensor) -> tf.Tensor:
    """Return `gram_matrix(unroll(a))`, computed without the transpose: activations (1, n_H, n_W, n_C) to (n_C, n_C)."""
    return _gram_of_columns(tf.reshape(a, (-1, a.shape[-1])))  # (n_H*n_W, n_C)


def guided_style_matrix(a: tf.Tensor, T: tf.Tensor) -> tf.Tensor:
    """Return the style matrix of a part of the picture: `style_matrix(T * a)`, where T is its guidance channel.

    Each map is multiplied by T, whose mean square is 1, so that the size of the part does not count (Gatys, Ecker,
    Bethge, Hertzmann and Shechtman, CVPR 2017, arXiv:1611.07865, section 4).

    Args:
        a: activations (1, n_H, n_W, n_C).
        T: (1, n_H, n_W, 1), as `masks.guidance` makes it.
    """
    return style_matrix(a * tf.cast(T, a.dtype))


@tf.custom_gradient
def _gram_of_columns(F):
    """Return `F^T F` in float32: `gram_matrix(transpose(F))` without the transpose, and with a cheaper gradient.

    The gradient with respect to F is `F (dG + dG^T)`, one product in the network's own precision, where automatic
    differentiation takes two in float32: for VGG-16 this saves 7 to 9 % of an evaluation of J and its gradient
    (benchmarks/README.md).
    """
    columns = tf.cast(F, tf.float32)

    def gradient(dG):
        return tf.matmul(F, tf.cast(dG + tf.transpose(dG), F.dtype))

    return tf.matmul(columns, columns, transpose_a=True), gradient


def compare_style_matrices(S: tf.Tensor, G: tf.Tensor) -> tf.Tensor:
    """Return `1/(4 n_C^2) * sum((S - G)^2)` of two `style_matrix` results of shape (n_C, n_C)."""
    return tf.reduce_mean(tf.square(S - G)) / 4


def compute_layer_style_cost(a_S: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
    """Return J_style of one layer: how far its Gram matrix of G is from that of S.

    `J_style_l = 1/(2 n_H n_W n_C)^2 * sum((G_S - G_G)^2)` ([1], eq. 4). Where S and G differ in size, each Gram
    matrix is divided by its own number of positions M: `1/(4 n_C^2) * sum((G_S/M_S - G_G/M_G)^2)`, which is the same
    when the sizes agree.

    Args:
        a_S, a_G: activations of one layer, (1, n_H, n_W, n_C); n_C must agree, n_H and n_W may differ.

    Returns:
        float32 scalar tensor, 0 or more.

    Raises:
        InputError: the numbers of channels differ.

    >>> a_S, a_G = tf.constant([[[[2.0], [4.0]]]]), tf.zeros((1, 1, 2, 1))
    >>> float(compute_layer_style_cost(a_S, a_G))  # (20 - 0)^2 / (2 * 1 * 2 * 1)^2
    25.0
    """
    if a_S.shape[-1] != a_G.shape[-1]:
        raise InputError(f"a_S has {a_S.shape[-1]} channels and a_G {a_G.shape[-1]}: take both from the same layer")
    return compare_style_matrices(style_matrix(a_S), style_matrix(a_G))


def compute_style_cost(
    a_S: Mapping[str, tf.Tensor], a_G: Mapping[str, tf.Tensor], style_layers: Mapping[str, float]
) -> tf.Tensor:
    """Return J_style, the weighted sum over the style layers: `sum over l of lambda_l * J_style_l` ([1], eq. 5).

    Args:
        a_S, a_G: {layer name: activations}, as a feature extractor returns.
        style_layers: {layer name: lambda_l}.

    Returns:
        float32 scalar tensor, 0 or more.

    Raises:
        InputError: a_S or a_G lacks one of the layers, or they differ in its number of channels.

    >>> a_S, a_G = {"shallow": tf.constant([[[[2.0], [4.0]]]])}, {"shallow": tf.zeros((1, 1, 2, 1))}
    >>> float(compute_style_cost(a_S, a_G, {"shallow": 0.5}))
    12.5
    """
    for name, activations in (("a_S", a_S), ("a_G", a_G)):
        for layer in style_layers:
            if layer not in activations:
                raise InputError(f"{name} has no layer {layer}: build the feature extractor with it")
    costs = [lambda_l * compute_layer_style_cost(a_S[l], a_G[l]) for l, lambda_l in style_layers.items()]
    return tf.add_n([tf.constant(0.0), *costs])  # of no layer, 0


def total_cost(J_content, J_style, alpha: float = 10, beta: float = 40):
    """Return `J = alpha * J_content + beta * J_style` ([1], eq. 7), of numbers or of scalar tensors.

    >>> total_cost(0.5, 0.25)
    15.0
    """
    return alpha * J_content + beta * J_style


def total_variation_cost(image: tf.Tensor) -> tf.Tensor:
    """Return the mean squared difference between neighbouring pixels, down and across, in units of [0, 1].

    `1/N * sum((G[i+1, j] - G[i, j])^2) + 1/N * sum((G[i, j+1] - G[i, j])^2)`, each sum over its own N differences
    (the quadratic case of Mahendran and Vedaldi 2015, arXiv:1412.0035, section 3, per pixel).

    Args:
        image: (1, n_H, n_W, 3).
    """
    image = tf.cast(image, tf.float32)
    down = image[:, 1:] - image[:, :-1]
    across = image[:, :, 1:] - image[:, :, :-1]
    return tf.reduce_mean(tf.square(down)) + tf.reduce_mean(tf.square(across))
