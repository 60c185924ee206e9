"""What the explorers compute: plain functions, held against the costs of the package and against numbers by hand."""

import numpy as np
import pytest
import tensorflow as tf

pytest.importorskip("ipywidgets")

import nst_tf
from nst_tf.course.explorers import (
    activations,
    content as content_module,
    descent,
    gram,
    pulls,
    style as styles,
    toy,
    units,
)  # fmt: skip
from nst_tf.grid import Field, receptive_fields

LAYERS = ["block1_conv1", "block2_conv1", "block3_conv1"]


@pytest.fixture(scope="module")
def shallow(vgg):
    return nst_tf.build_feature_extractor(vgg, LAYERS)


@pytest.fixture(scope="module")
def a_C(shallow, content):
    return shallow(nst_tf.preprocess(tf.constant(content)))


# Activations


FIELDS = {
    "block1_conv1": (3, 1, -1),
    "block1_pool": (6, 2, -2),
    "block2_conv1": (10, 2, -4),
    "block5_conv1": (132, 16, -58),
}


@pytest.mark.parametrize(("layer", "field"), FIELDS.items())
def test_receptive_fields_by_hand(vgg, layer, field):
    """Lesson 09 works out the sizes and jumps, and measures them by the gradient."""
    found = receptive_fields(vgg)[layer]
    assert (found.size, found.jump, found.square(0, 0)[0]) == field


def test_a_receptive_field_holds_all_that_matters(vgg, content):
    """Change a pixel inside the square, and the activation changes; change all outside, and it does not."""
    extractor = nst_tf.build_feature_extractor(vgg, ["block2_conv2"])
    field = receptive_fields(extractor)["block2_conv2"]
    i, j = 8, 11
    top, left, bottom, right = field.square(i, j)
    outside = np.full_like(content, 0.9)
    outside[:, top:bottom, left:right] = content[:, top:bottom, left:right]
    before, after = (extractor(nst_tf.preprocess(tf.constant(x)))["block2_conv2"][0, i, j] for x in (content, outside))
    np.testing.assert_allclose(before, after, atol=1e-4)
    inside = content.copy()
    inside[:, top, left] = 1 - inside[:, top, left]  # a corner of the square
    changed = extractor(nst_tf.preprocess(tf.constant(inside)))["block2_conv2"][0, i, j]
    assert np.abs(changed - before).max() > 1e-6


def test_the_most_active_positions_keep_apart():
    feature_map = np.array([[9.0, 8.0, 0.0, 0.0], [0.0, 0.0, 0.0, 7.0], [0.0, 5.0, 0.0, 0.0]])
    assert activations.most_active(feature_map, 3) == [(0, 0, 9.0), (0, 1, 8.0), (1, 3, 7.0)]
    assert activations.most_active(feature_map, 3, apart=2) == [(0, 0, 9.0), (1, 3, 7.0), (2, 1, 5.0)]
    assert activations.most_active(feature_map, 9) == [
        (0, 0, 9.0),
        (0, 1, 8.0),
        (1, 3, 7.0),
        (2, 1, 5.0),
    ]  # no silent ones


def test_a_patch_beyond_the_border_is_grey_there(content):
    np.testing.assert_array_equal(activations.patch(content, (2, 3, 6, 9)), content[0, 2:6, 3:9])
    corner = activations.patch(content, (-2, -1, 2, 3))
    assert (corner[:2] == 0.5).all() and (corner[:, :1] == 0.5).all()
    np.testing.assert_array_equal(corner[2:, 1:], content[0, :2, :3])


def test_a_map_over_the_picture(content):
    feature_map = np.zeros((16, 23))  # as of a picture 32 x 47: an odd side loses a pixel
    feature_map[0, 0], feature_map[15, 22] = 2.0, 1.0
    lit = activations.over_picture(feature_map, content, 2)
    assert lit.shape == content.shape[1:]
    np.testing.assert_allclose(lit[:2, :2], content[0, :2, :2])
    np.testing.assert_allclose(lit[30:, 44:], content[0, 30:, 44:] * 0.56)
    np.testing.assert_allclose(lit[4, 4], content[0, 4, 4] * 0.12)


# Units


def test_the_strongest_positions_have_their_fields_inside(shallow, content, style):
    found = units.strongest_in(shallow, {"cat": content, "wave": style})
    for layer in LAYERS:
        field = receptive_fields(shallow)[layer]
        for n, image in enumerate((content, style)):
            a = shallow(nst_tf.preprocess(tf.constant(image)))[layer][0].numpy()
            for channel in (0, 7):
                i, j = found[layer].row[n, channel], found[layer].column[n, channel]
                top, left, bottom, right = field.square(i, j)
                assert a[i, j, channel] == pytest.approx(found[layer].activation[n, channel])
                if found[layer].activation[n, channel] > 0:
                    assert top >= 0 and left >= 0 and bottom <= image.shape[1] and right <= image.shape[2]


def test_positions_inside_by_hand():
    inside = units.positions_inside(Field(jump=1, radius=1), (4, 5), (4, 5))
    np.testing.assert_array_equal(inside, np.pad(np.ones((2, 3), bool), 1))


def test_a_picture_too_small_for_a_field_has_no_strongest(vgg, content):
    deep = nst_tf.build_feature_extractor(vgg, ["block4_conv1"])
    assert units.strongest_in(deep, {"cat": content})["block4_conv1"].activation.max() == 0


# The Gram matrix


def test_shuffling_keeps_the_gram_matrix_and_nothing_else(a_C):
    a = a_C["block2_conv1"]
    shuffled = gram.shuffle_positions(a)
    before, after = (nst_tf.gram_matrix(nst_tf.unroll(x)).numpy() for x in (a, shuffled))
    np.testing.assert_allclose(after, before, rtol=1e-4, atol=1e-5 * before.max())
    assert nst_tf.compute_content_cost(a, tf.constant(shuffled)) > 0.1
    together = np.sort(np.asarray(a).reshape(-1, 128), axis=0)
    np.testing.assert_array_equal(np.sort(shuffled.reshape(-1, 128), axis=0), together)


def test_shifting_by_hand():
    x = np.array([[1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(gram.shift_map(x, 1), [[2.0, 3.0, 0.0]])
    np.testing.assert_array_equal(gram.shift_map(x, -2), [[0.0, 0.0, 1.0]])
    np.testing.assert_array_equal(gram.shift_map(x, 0), x)


def test_the_cross_correlation_is_the_mean_product_after_shifting(a_C):
    x, y = (a_C["block1_conv1"].numpy()[0, :, :, k] for k in (3, 9))
    shifts = range(-5, 6)
    by_hand = [np.mean(x * gram.shift_map(y, d)) for d in shifts]
    np.testing.assert_allclose(gram.cross_correlation(x, y, shifts), by_hand, rtol=1e-4)


def test_the_gram_statistics_are_those_of_numpy(a_C):
    a = a_C["block1_conv1"]
    statistics = gram.gram_statistics(a)
    A = nst_tf.unroll(a)
    np.testing.assert_allclose(statistics.per_position, nst_tf.gram_matrix(A) / A.shape[1], rtol=1e-5)
    alive = np.isfinite(np.diag(statistics.correlation))
    assert alive.sum() > 30
    expected = np.corrcoef(A.numpy()[alive])
    np.testing.assert_allclose(statistics.correlation[np.ix_(alive, alive)], expected, atol=0.01)


def test_channels_that_never_change_have_no_correlation():
    a = tf.constant(np.stack([np.full((3, 4), 2.0), np.arange(12.0).reshape(3, 4)], axis=-1)[np.newaxis], tf.float32)
    r = gram.gram_statistics(a).correlation
    assert np.isnan(r[0, 1]) and r[1, 1] == pytest.approx(1, abs=1e-3)
    assert gram.partner(r, 0, 1) == 0  # none to be found


def test_partners_by_hand():
    r = np.array([[1.0, 0.2, -0.7, np.nan], [0.2, 1.0, 0.9, np.nan], [-0.7, 0.9, 1.0, np.nan], [np.nan] * 4])
    assert [gram.partner(r, 0, sign) for sign in (1, -1)] == [1, 2]
    assert [gram.partner(r, 2, sign) for sign in (1, -1)] == [1, 0]


# The content cost


def test_edits_one_by_one(content, style):
    other = nst_tf.resize_image(style, *content.shape[1:3])
    np.testing.assert_array_equal(content_module.edit(content, other), content)
    moved = content_module.edit(content, other, shift=5)
    np.testing.assert_array_equal(moved[:, :, 5:], content[:, :, :-5])
    assert (moved[:, :, :5] == content[:, :, :1]).all()
    np.testing.assert_allclose(content_module.edit(content, other, brightness=1.3), np.clip(1.3 * content, 0, 1))
    np.testing.assert_array_equal(content_module.edit(content, other, blend=1.0), other)
    blurred = content_module.edit(content, other, blur=2.0)
    assert np.abs(np.diff(blurred, axis=2)).mean() < 0.7 * np.abs(np.diff(content, axis=2)).mean()
    assert blurred.mean() == pytest.approx(content.mean(), abs=0.01)
    assert all(image.dtype == np.float32 and image.shape == content.shape for image in (moved, blurred))


def test_content_costs_are_those_of_the_package_and_their_maps_sum_up(shallow, a_C, content, style):
    other = shallow(nst_tf.preprocess(tf.constant(nst_tf.resize_image(style, *content.shape[1:3]))))
    costs = content_module.content_costs(a_C, other)
    for layer in LAYERS:
        expected = float(nst_tf.compute_content_cost(a_C[layer], other[layer]))
        assert costs[layer] == pytest.approx(expected) and expected > 0
        assert content_module.content_cost_map(a_C[layer], other[layer]).sum() == pytest.approx(expected, rel=1e-4)


# The style cost


def test_style_costs_are_those_of_the_package(shallow, content, style):
    of_S, of_G = (styles.style_matrices(shallow, image, LAYERS) for image in (style, content))
    a_S, a_G = (shallow(nst_tf.preprocess(tf.constant(image))) for image in (style, content))
    costs = styles.style_costs_between(of_S, of_G)
    for layer in LAYERS:
        assert costs[layer] == pytest.approx(float(nst_tf.compute_layer_style_cost(a_S[layer], a_G[layer])), rel=1e-4)
    weights = {"block1_conv1": 0.5, "block2_conv1": 0.0, "block3_conv1": 0.25}
    J_style = float(nst_tf.compute_style_cost(a_S, a_G, weights))
    assert sum(styles.weighted(costs, weights).values()) == pytest.approx(J_style, rel=1e-4)


# The total cost


def test_the_toy_is_that_of_the_lesson():
    assert toy.toy_terms(3.0, 10, 40) == {"alpha J_content": 40, "beta J_style": 360, "J": 400}
    assert toy.toy_slopes(3.0, 10, 40) == {"alpha J_content": 40, "beta J_style": -240, "J": -200}
    assert toy.toy_minimum(10, 40) == 5
    assert toy.toy_slopes(toy.toy_minimum(0.3, 7), 0.3, 7)["J"] == pytest.approx(0, abs=1e-9)


def test_the_pulls_are_the_gradients_parts(objective, content):
    image = nst_tf.initialise_generated_image(content, start="content+noise", seed=1)
    costs, found = pulls.pulls_on(objective, image)
    whole, gradient = objective.value_and_gradient(image)
    alpha, beta = objective.weights["J_content"], objective.weights["J_style"]
    assert nst_tf.total_cost(*costs, alpha, beta) == pytest.approx(float(whole.J), rel=1e-3)
    both = alpha * found.content + beta * found.style
    np.testing.assert_allclose(both, -gradient, rtol=1e-3, atol=1e-4 * np.abs(gradient).max())


def test_a_small_step_changes_the_costs_as_predicted(objective, content):
    image = nst_tf.initialise_generated_image(content, start="content+noise", seed=1)
    _, found = pulls.pulls_on(objective, image)
    step = pulls.step_along(found.style, image, 1e-3)
    before, after = objective(image), objective(image + step)
    predicted = pulls.predicted_changes(found, step)
    assert predicted[1] < 0  # downhill for the term that is followed
    assert float(after.J_style - before.J_style) == pytest.approx(predicted[1], rel=0.05)


def test_a_step_stays_within_what_a_picture_can_be():
    image = np.array([0.0, 0.5, 1.0])
    np.testing.assert_allclose(pulls.step_along(np.array([-1.0, 2.0, 2.0]), image, 0.1), [0, 0.1, 0], atol=1e-12)
    np.testing.assert_array_equal(pulls.step_along(np.zeros(3), image, 0.1), 0)


def test_cosine():
    assert pulls.cosine(np.array([1.0, 0]), np.array([2.0, 2])) == pytest.approx(0.5**0.5)
    assert pulls.cosine(np.zeros(2), np.ones(2)) == 0


# Descent


def test_the_path_is_that_of_gradient_descent():
    x, path = np.array([10.0, 1.0]), descent.descent_path(0.07, 4)
    for point in path:
        np.testing.assert_allclose(point, x)
        x = x - 0.07 * np.array([1.0, 25.0]) * x
    assert path.shape == (5, 2)


@pytest.mark.parametrize("learning_rate", [0.02, 0.04, 0.0769, 0.079])
def test_the_steps_needed_are_enough_and_not_one_less(learning_rate):
    needed = descent.steps_needed(learning_rate)
    distances = np.linalg.norm(descent.descent_path(learning_rate, needed), axis=1)
    assert distances[-1] <= 0.01 < distances[-2]


def test_a_rate_beyond_the_limit_never_arrives():
    assert descent.steps_needed(0.081) is None
    assert descent.steps_needed(0.09, at_most=100_000) is None  # overflows on its way, without a warning


def test_the_best_rate_is_that_of_the_theory():
    """2 / (c_1 + c_2): both directions shrink alike."""
    needed = {rate: descent.steps_needed(rate) or np.inf for rate in descent.RATES}
    assert min(needed, key=needed.get) == pytest.approx(2 / 26, abs=0.001)
