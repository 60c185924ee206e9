"""What a unit draws: the picture that excites it most, found by walking up its gradient.

After D. Erhan et al., "Visualizing Higher-Layer Features of a Deep Network", 2009, and C. Olah, A. Mordvintsev and
L. Schubert, "Feature Visualization", Distill 2017, doi:10.23915/distill.00007.
"""

import numpy as np
import tensorflow as tf

from ..errors import unknown_name
from ..images import preprocess
from ..parametrisation import Fourier

LEAK = 0.1  # the slope below zero: behind a ReLU, a unit that is silent would have no gradient at all
SHAKE = 8  # pixels that the picture is moved by at most in each step: a pattern must work wherever it stands
OUTSIDE = 100.0  # weight of the mean square outside [0, 1]


def colour_axes(images):
    """Return a matrix (3, 3): colours made of independent numbers by it vary together as those of the images do."""
    pixels = np.concatenate([np.reshape(image, (-1, 3)) for image in images])
    variances, axes = np.linalg.eigh(np.cov(pixels.T))
    spread = axes * np.sqrt(variances)
    return (spread / np.linalg.norm(spread, axis=0).max()).astype(np.float32)


def drawer(vgg, layer, colours, *, smoothness=200.0, size=112, steps=50):
    """Return a function from a unit of a layer to its drawing, (1, size, size, 3) in [0, 1].

    The drawing makes the mean of the unit's sums over all positions large, and its own total variation small. The sums
    are those before ReLU, for behind it a unit that is silent on the start has no gradient. Adam changes the Fourier
    coefficients of the picture, scaled by 1/f as those of natural pictures; it starts near grey.

    Args:
        vgg: the network, from `load_vgg` in float32.
        layer: the name of a convolution.
        colours: `colour_axes` of some pictures.
        smoothness: weight of the total variation, for each number in the picture; the deeper the layer, the larger are
            a unit's sums, and the more of it is needed.
        size: height and width in pixels.
        steps: how often the picture is improved.

    Raises:
        InputError: the network has no such layer.
    """
    names = [layer.name for layer in vgg.layers]
    if layer not in names:
        raise unknown_name("layer", layer, names)
    slope, basis = _slope(vgg.get_layer(layer), vgg.input, smoothness), Fourier(size, size, exponent=1.0)
    mix = tf.constant(colours.T)
    start = basis.from_image(tf.random.stateless_uniform((1, size, size, 3), (0, 0), -0.05, 0.05))

    def draw(unit):
        z, rng = tf.Variable(start), np.random.default_rng(0)
        adam = tf.keras.optimizers.Adam(1 / np.sqrt(size * size * 3))  # a first step of 3 %, root mean square
        for _ in range(steps):
            shift = tf.constant(rng.integers(-SHAKE, SHAKE, 2, endpoint=True), tf.int32)
            gradient = slope(0.5 + basis.to_image(z) @ mix, shift, tf.constant(unit))
            adam.apply_gradients([(-basis.pull_back(gradient @ tf.transpose(mix)), z)])
        return tf.clip_by_value(0.5 + basis.to_image(z) @ mix, 0, 1).numpy()

    return draw


def _slope(convolution, picture, smoothness):
    """Return a function of (unclipped picture, shift, unit): the gradient of what a drawing makes large."""
    below = tf.keras.Model(picture, convolution.input)

    @tf.function(autograph=False)
    def slope(unclipped, shift, unit):
        with tf.GradientTape() as tape:
            tape.watch(unclipped)
            image = tf.clip_by_value(unclipped, 0, 1)
            kernel = tf.gather(convolution.kernel, [unit], axis=-1)
            sums = tf.nn.conv2d(below(preprocess(tf.roll(image, shift, (1, 2)))), kernel, 1, "SAME")
            rough = tf.reduce_sum(tf.image.total_variation(image)) / tf.size(image, tf.float32)
            outside = tf.reduce_mean(tf.square(unclipped - image))
            height = tf.reduce_mean(tf.nn.leaky_relu(sums, LEAK)) - smoothness * rough - OUTSIDE * outside
        return tape.gradient(height, unclipped)

    return slope
