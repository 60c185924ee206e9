"""What a unit draws excites it more than pictures do, begins where it is silent, and is smooth."""

import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf.course import units
from nst_tf.errors import InputError

GREYS = np.diag([1.0, 1.0, 1.0]).astype(np.float32)


def excitement(vgg, layer, unit, image):
    """Return the mean of what the unit computes behind its ReLU."""
    a = nst_tf.build_feature_extractor(vgg, [layer])(nst_tf.preprocess(image))[layer]
    return float(tf.reduce_mean(a[..., unit]))


@pytest.mark.parametrize("unit", [47, 95])
def test_a_drawing_excites_its_unit_more_than_any_sample_does(vgg, unit):
    drawing = units.drawer(vgg, "block2_conv2", GREYS, smoothness=1, size=48, steps=20)(unit)
    assert drawing.shape == (1, 48, 48, 3)
    assert drawing.min() >= 0 and drawing.max() <= 1
    samples = [nst_tf.load_image(path, max_size=96) for path in nst_tf.sample_images().values()]
    best = max(excitement(vgg, "block2_conv2", unit, image) for image in samples)
    assert excitement(vgg, "block2_conv2", unit, drawing) > 2 * best


def test_a_silent_unit_begins_to_draw(vgg):
    layer, unit = "block4_conv3", 309
    start, drawing = (units.drawer(vgg, layer, GREYS, size=64, steps=steps)(unit) for steps in (0, 8))
    assert excitement(vgg, layer, unit, start) == 0
    assert excitement(vgg, layer, unit, drawing) > 1


def test_smoothness_makes_smooth_drawings(vgg):
    rough, smooth = (units.drawer(vgg, "block2_conv2", GREYS, smoothness=w, size=48, steps=20)(74) for w in (0, 30))
    smooth, rough = (float(tf.image.total_variation(tf.constant(image))[0]) for image in (smooth, rough))
    assert smooth < 0.7 * rough


def test_each_unit_draws_something_else_and_always_the_same(vgg):
    draw = units.drawer(vgg, "block1_conv2", GREYS, smoothness=1, size=32, steps=5)
    first = draw(17)
    assert np.abs(draw(55) - first).max() > 0.1
    np.testing.assert_allclose(draw(17), first, atol=1e-3)


def test_colours_vary_as_those_of_the_images():
    rng = np.random.default_rng(0)
    mixing = np.array([[0.2, 0.05, 0.0], [0.2, 0.0, 0.02], [0.2, -0.05, 0.0]])
    images = [0.5 + 0.1 * rng.normal(size=(1, 40, 50, 3)) @ mixing.T for _ in range(3)]
    axes = units.colour_axes(images)
    covariance = np.cov(np.concatenate([image.reshape(-1, 3) for image in images]).T)
    made = axes @ axes.T
    np.testing.assert_allclose(made / np.trace(made), covariance / np.trace(covariance), atol=1e-4)
    assert np.linalg.norm(axes, axis=0).max() == pytest.approx(1)


def test_an_unknown_layer_is_named(vgg):
    with pytest.raises(InputError, match="block3_conv3"):
        units.drawer(vgg, "block3_conv9", GREYS)
