import numpy as np
import pytest
import reference
import tensorflow as tf
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

import nst_tf
from nst_tf.config import CONTENT_CONSTANTS
from nst_tf.costs import compare_style_matrices, style_matrix

# Four positions, two channels: the first holds 1, 3, 5, 7 and the second 2, 4, 6, 8.
a_1 = np.array([[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]], np.float32)
a_0 = np.ones_like(a_1)


def activations(n_H, n_W, n_C):
    """Return a strategy for activations (1, n_H, n_W, n_C); coarse values, so that products are exact in float32."""
    return arrays(np.float32, (1, n_H, n_W, n_C), elements=st.integers(-64, 64).map(lambda n: n / 8))


sizes = st.tuples(st.integers(1, 4), st.integers(1, 4))


@st.composite
def same_shape(draw):
    """Two activations of one shape."""
    shape = (*draw(sizes), draw(st.integers(1, 5)))
    return draw(activations(*shape)), draw(activations(*shape))


@st.composite
def same_channels(draw):
    """Two activations of one layer, of pictures of different sizes."""
    n_C = draw(st.integers(1, 5))
    return draw(activations(*draw(sizes), n_C)), draw(activations(*draw(sizes), n_C))


one = sizes.flatmap(lambda size: st.integers(1, 5).flatmap(lambda n_C: activations(*size, n_C)))


# ---- the content cost


def test_the_content_cost_by_hand():
    # a_1 - a_0 is 0, 1, 2, ..., 7, whose squares add up to 140, and there are 2*2*2 = 8 of them
    assert float(nst_tf.compute_content_cost(a_1, a_0)) == 140 / (4 * 8) == 4.375
    assert float(nst_tf.compute_content_cost(a_1, a_0, "half")) == 70
    assert float(nst_tf.compute_content_cost(a_1, a_0, constant="mean")) == 17.5


def test_the_content_cost_is_a_float32_scalar_of_arrays_tensors_and_half_precision():
    for kind in (np.asarray, tf.constant, tf.Variable, lambda a: tf.cast(a, tf.float16)):
        cost = nst_tf.compute_content_cost(kind(a_1), kind(a_0))
        assert cost.dtype == tf.float32
        assert cost.shape == ()
        assert float(cost) == 4.375


@given(same_shape(), st.sampled_from(CONTENT_CONSTANTS))
def test_the_content_cost_agrees_with_the_reference(pair, constant):
    a_C, a_G = pair
    expected = reference.content_cost(a_C, a_G, constant)
    assert float(nst_tf.compute_content_cost(a_C, a_G, constant)) == pytest.approx(expected, rel=1e-5)
    assert float(nst_tf.compute_content_cost(a_G, a_C, constant)) == pytest.approx(expected, rel=1e-5)


@given(one, st.sampled_from(CONTENT_CONSTANTS))
def test_the_content_cost_of_equal_activations_is_zero(a, constant):
    assert float(nst_tf.compute_content_cost(a, a, constant)) == 0


def test_the_content_cost_notices_where_something_is():
    shuffled = a_1[:, ::-1]
    assert float(nst_tf.compute_content_cost(a_1, shuffled)) > 1


def test_content_activations_of_different_shapes_are_refused_and_not_broadcast():
    for other in (a_1[:, :1], a_1[:, :, :1], a_1[..., :1]):
        with pytest.raises(nst_tf.InputError, match=r"a_C has shape \(1, 2, 2, 2\) and a_G .*the same size"):
            nst_tf.compute_content_cost(a_1, other)


def test_an_unknown_constant_is_named():
    with pytest.raises(nst_tf.InputError, match="unknown content constant 'quarter': did you mean quarter_mean"):
        nst_tf.compute_content_cost(a_1, a_0, "quarter")


# ---- the Gram matrix


def test_unrolling_puts_one_channel_in_each_row():
    np.testing.assert_array_equal(nst_tf.unroll(a_1), [[1, 3, 5, 7], [2, 4, 6, 8]])


def test_the_gram_matrix_by_hand():
    # 1+9+25+49 = 84, 1*2+3*4+5*6+7*8 = 100, 4+16+36+64 = 120
    np.testing.assert_array_equal(nst_tf.gram_matrix(nst_tf.unroll(a_1)), [[84, 100], [100, 120]])


def test_reshaping_straight_away_would_give_another_gram_matrix():
    wrong = tf.reshape(a_1, (2, 4))  # rows 1 2 3 4 and 5 6 7 8: positions and channels mixed
    np.testing.assert_array_equal(nst_tf.gram_matrix(wrong), [[30, 70], [70, 174]])
    assert not np.allclose(nst_tf.gram_matrix(wrong), nst_tf.gram_matrix(nst_tf.unroll(a_1)))


@given(one)
def test_the_gram_matrix_agrees_with_the_reference(a):
    np.testing.assert_allclose(nst_tf.gram_matrix(nst_tf.unroll(a)), reference.gram(a), rtol=1e-5)


@given(one)
def test_the_gram_matrix_is_symmetric_and_positive_semi_definite(a):
    G = nst_tf.gram_matrix(nst_tf.unroll(a)).numpy()
    assert G.shape == (a.shape[3],) * 2
    np.testing.assert_array_equal(G, G.T)
    assert np.linalg.eigvalsh(G.astype(np.float64)).min() >= -1e-5 * max(1, G.max())


@given(one, st.randoms(use_true_random=False))
def test_the_gram_matrix_forgets_positions_but_not_channels(a, random):
    _, n_H, n_W, n_C = a.shape
    order = random.sample(range(n_H * n_W), n_H * n_W)
    shuffled = a.reshape(1, n_H * n_W, n_C)[:, order].reshape(a.shape)
    G = nst_tf.gram_matrix(nst_tf.unroll(a)).numpy()
    np.testing.assert_array_equal(nst_tf.gram_matrix(nst_tf.unroll(shuffled)), G)
    np.testing.assert_array_equal(nst_tf.gram_matrix(nst_tf.unroll(a[..., ::-1])), G[::-1, ::-1])


def test_half_precision_activations_do_not_overflow():
    a = tf.fill((1, 64, 64, 2), tf.constant(100, tf.float16))  # the sum is 4096 * 100^2, float16 ends at 65504
    G = nst_tf.gram_matrix(nst_tf.unroll(a))
    assert G.dtype == tf.float32
    np.testing.assert_allclose(G, np.full((2, 2), 4096 * 1e4), rtol=1e-6)
    np.testing.assert_allclose(nst_tf.gram_matrix(tf.cast(nst_tf.unroll(a), tf.float16)), G)
    assert np.isfinite(nst_tf.compute_layer_style_cost(a, 0 * a))


def test_what_is_not_unrolled_is_refused():
    with pytest.raises(nst_tf.InputError, match=r"A has shape \(1, 2, 2, 2\): unroll"):
        nst_tf.gram_matrix(a_1)


# ---- the style cost


def test_the_layer_style_cost_by_hand():
    # G_S - G_G = [[84, 100], [100, 120]] - 4 = [[80, 96], [96, 116]], squares 6400 + 2*9216 + 13456 = 38288,
    # over (2*2*2*2)^2 = 256
    assert float(nst_tf.compute_layer_style_cost(a_1, a_0)) == 38288 / 256 == 149.5625


def test_the_layer_style_cost_of_different_sizes_by_hand():
    # S has one position, G four: G_S/1 = [[9, 3], [3, 1]], G_G/4 = [[21, 25], [25, 30]], the differences are
    # 12, 22, 22, 29 and their squares 144 + 2*484 + 841 = 1953, over 4 * 2^2 = 16
    a_S = np.array([[[[3, 1]]]], np.float32)
    assert float(nst_tf.compute_layer_style_cost(a_S, a_1)) == 1953 / 16
    assert float(nst_tf.compute_layer_style_cost(a_1, a_S)) == 1953 / 16


@given(st.one_of(same_shape(), same_channels()))
def test_the_layer_style_cost_agrees_with_the_reference(pair):
    a_S, a_G = pair
    expected = reference.layer_style_cost(a_S, a_G)
    assert float(nst_tf.compute_layer_style_cost(a_S, a_G)) == pytest.approx(expected, rel=1e-4, abs=1e-4)


@given(same_shape())
def test_for_equal_sizes_both_formulas_are_one(pair):
    a_S, a_G = pair
    M, n_C = a_S.shape[1] * a_S.shape[2], a_S.shape[3]
    of_different_sizes = ((reference.gram(a_S) / M - reference.gram(a_G) / M) ** 2).sum() / (4 * n_C**2)
    assert float(nst_tf.compute_layer_style_cost(a_S, a_G)) == pytest.approx(of_different_sizes, rel=1e-4, abs=1e-4)


@given(one)
def test_the_style_cost_of_equal_activations_is_zero(a):
    assert float(nst_tf.compute_layer_style_cost(a, a)) == 0


@given(same_channels(), st.randoms(use_true_random=False))
def test_shuffling_positions_changes_no_style_cost(pair, random):
    a_S, a_G = pair
    _, n_H, n_W, n_C = a_G.shape
    order = random.sample(range(n_H * n_W), n_H * n_W)
    shuffled = a_G.reshape(1, n_H * n_W, n_C)[:, order].reshape(a_G.shape)
    cost = float(nst_tf.compute_layer_style_cost(a_S, a_G))
    assert float(nst_tf.compute_layer_style_cost(a_S, shuffled)) == pytest.approx(cost, rel=1e-6)
    as_one_row = shuffled.reshape(1, 1, n_H * n_W, n_C)
    assert float(nst_tf.compute_layer_style_cost(a_S, as_one_row)) == pytest.approx(cost, rel=1e-6)


@given(same_channels())
def test_a_picture_twice_side_by_side_has_the_same_style(pair):
    a_S, a_G = pair
    twice = np.concatenate([a_G, a_G], axis=2)
    expected = float(nst_tf.compute_layer_style_cost(a_S, a_G))
    assert float(nst_tf.compute_layer_style_cost(a_S, twice)) == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_different_numbers_of_channels_are_refused():
    with pytest.raises(nst_tf.InputError, match="a_S has 2 channels and a_G 1: take both from the same layer"):
        nst_tf.compute_layer_style_cost(a_1, a_0[..., :1])


def test_the_style_matrix_is_the_gram_matrix_by_positions():
    np.testing.assert_array_equal(style_matrix(a_1), [[21, 25], [25, 30]])
    assert float(compare_style_matrices(style_matrix(a_1), style_matrix(a_0))) == 149.5625


@pytest.mark.parametrize("dtype", [tf.float32, tf.bfloat16])
def test_the_style_matrix_and_its_gradient_are_those_of_the_formula(dtype):
    """The hand-written gradient against automatic differentiation of the Gram matrix, for a skew cost too."""
    rng = np.random.default_rng(0)
    a = tf.cast(tf.constant(rng.standard_normal((1, 3, 4, 5)), tf.float32), dtype)
    weights = tf.constant(rng.standard_normal((5, 5)), tf.float32)
    results = []
    for function in (style_matrix, lambda a: nst_tf.gram_matrix(nst_tf.unroll(a)) / 12):
        with tf.GradientTape() as tape:
            tape.watch(a)
            matrix = function(a)
            cost = tf.reduce_sum(weights * matrix)
        assert matrix.dtype == tf.float32
        results.append((matrix, tape.gradient(cost, a)))
    assert results[0][1].dtype == dtype
    np.testing.assert_allclose(results[0][0], results[1][0], rtol=1e-5, atol=1e-6)
    accuracy = {"rtol": 1e-5, "atol": 1e-6} if dtype == tf.float32 else {"rtol": 0.02, "atol": 0.02}
    np.testing.assert_allclose(*(tf.cast(gradient, tf.float32) for _, gradient in results), **accuracy)


def test_a_style_layer_that_was_not_extracted_is_named():
    a = {"block1_conv1": tf.zeros((1, 2, 2, 3))}
    layers = {"block1_conv1": 0.5, "block2_conv1": 0.5}
    for a_S, a_G, name in ((a, {}, "a_G"), ({}, a, "a_S")):
        with pytest.raises(
            nst_tf.InputError, match=f"{name} has no layer block1_conv1: build the feature extractor with it"
        ):
            nst_tf.compute_style_cost(a_S, a_G, {"block1_conv1": 1.0})
    with pytest.raises(nst_tf.InputError, match="a_S has no layer block2_conv1"):
        nst_tf.compute_style_cost(a, a, layers)


def test_the_style_cost_is_the_weighted_sum_over_the_named_layers():
    a_S, a_G = {"near": a_1, "far": a_1, "unused": a_1}, {"near": a_0, "far": a_1[:, :1], "unused": a_0}
    far = float(nst_tf.compute_layer_style_cost(a_1, a_1[:, :1]))
    assert far > 0
    cost = float(nst_tf.compute_style_cost(a_S, a_G, {"near": 0.2, "far": np.float64(3)}))
    assert cost == pytest.approx(0.2 * 149.5625 + 3 * far, rel=1e-6)


def test_no_style_layers_cost_nothing():
    assert float(nst_tf.compute_style_cost({}, {}, {})) == 0


# ---- the total cost and the total variation


def test_the_total_cost_weighs_content_and_style():
    assert nst_tf.total_cost(3, 5) == 10 * 3 + 40 * 5
    assert nst_tf.total_cost(3, 5, alpha=2, beta=7) == 41
    assert nst_tf.total_cost(3, 5, 2, 7) == 41
    assert float(nst_tf.total_cost(tf.constant(3.0), tf.constant(5.0))) == 230


def test_the_total_variation_by_hand():
    # Down: 2-0 and 5-1, squares 4 + 16, two of them. Across: 1-0 and 5-2, squares 1 + 9, two of them.
    image = np.array([[[[0], [1]], [[2], [5]]]], np.float32)
    assert float(nst_tf.total_variation_cost(image)) == 20 / 2 + 10 / 2


@given(arrays(np.float32, st.tuples(st.just(1), st.integers(2, 5), st.integers(2, 5), st.just(3)),
              elements=st.floats(0, 1, width=16)))  # fmt: skip
def test_the_total_variation_agrees_with_the_reference(image):
    expected = reference.total_variation(image)
    assert float(nst_tf.total_variation_cost(image)) == pytest.approx(expected, rel=1e-5, abs=1e-7)
    upside_down = nst_tf.total_variation_cost(image[:, ::-1, ::-1])
    assert float(upside_down) == pytest.approx(expected, rel=1e-5, abs=1e-7)


def test_the_total_variation_of_a_flat_picture_is_zero_and_float32():
    cost = nst_tf.total_variation_cost(np.full((1, 32, 32, 3), 0.3))
    assert float(cost) == 0
    assert cost.dtype == tf.float32


# ---- gradients, by hand


def test_the_gradients_of_the_costs_by_hand():
    a_G = tf.Variable(a_0)
    with tf.GradientTape(persistent=True) as tape:
        content = nst_tf.compute_content_cost(a_1, a_G)
        style = nst_tf.compute_layer_style_cost(a_1, a_G)
    # d/da_G of sum (a_G - a_C)^2 / 32 is (a_G - a_C) / 16
    np.testing.assert_allclose(tape.gradient(content, a_G), (a_0 - a_1) / 16)
    # [1], eq. 6, of the cost by 256: 4 * sum over l of (G_G - G_S)[k, l] * a_G[.., l]; rows -80-96 and -96-116
    expected = np.broadcast_to(np.array([-176, -212]) * 4 / 256, a_0.shape)
    np.testing.assert_allclose(tape.gradient(style, a_G), expected, rtol=1e-6)
