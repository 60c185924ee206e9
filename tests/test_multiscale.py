"""Coarse to fine: the plan of sizes, what is kept from size to size, and pictures that come out better for it."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, strategies as st

import nst_tf
from nst_tf import InputError, Transfer
from nst_tf.config import LEARNING_RATES
from nst_tf.costs import total_variation_cost
from nst_tf.multiscale import Stage, enlarge, plan_stages
from nst_tf.sum_of_terms import SumOfTerms

SHAPE = (1, 342, 512, 3)


def test_the_default_plan_is_by_size():
    assert plan_stages(SHAPE, SHAPE, steps=100) == [Stage(4, 100), Stage(2, 50), Stage(1, 25)]
    assert plan_stages((1, 171, 256, 3), SHAPE, steps=7) == [Stage(2, 7), Stage(1, 4)]
    assert plan_stages((1, 250, 128, 3), SHAPE, steps=9) == [Stage(1, 9)]
    assert plan_stages((1, 2048, 1365, 3), SHAPE, steps=2) == [Stage(4, 2), Stage(2, 1), Stage(1, 1)]
    assert plan_stages(SHAPE, SHAPE, steps=1, scales=2) == [Stage(2, 1), Stage(1, 1)]


def test_by_default_neither_picture_is_shrunk_too_far():
    assert [stage.scale for stage in plan_stages((1, 100, 512, 3), SHAPE, steps=9)] == [2, 1]
    assert [stage.scale for stage in plan_stages(SHAPE, (1, 64, 64, 3), steps=9)] == [2, 1]
    assert [stage.scale for stage in plan_stages(SHAPE, (1, 40, 64, 3), steps=9)] == [1]


def test_too_many_scales_are_refused_with_the_size_they_would_lead_to():
    with pytest.raises(InputError, match=r"scales is 5, .* the content shrunk to 32x21 pixels, .* 32: give fewer"):
        plan_stages(SHAPE, SHAPE, steps=9, scales=5)
    with pytest.raises(InputError, match=r"scales is 3, .* the style shrunk to 16x16 pixels"):
        plan_stages(SHAPE, (1, 64, 64, 3), steps=9, scales=3)


sizes = st.tuples(st.integers(32, 3000), st.integers(32, 3000))


@given(sizes, sizes, st.integers(1, 200))
def test_any_sizes_have_a_plan(content, style, steps):
    stages = plan_stages((1, *content, 3), (1, *style, 3), steps=steps)
    assert [stage.scale for stage in stages] == [2**k for k in reversed(range(len(stages)))]
    assert stages[-1].scale == 1
    assert stages[0].steps == steps
    assert all(fine.steps == max(1, round(steps / 2**k)) for k, fine in enumerate(stages))
    assert all(stage.steps >= 1 for stage in stages)


def test_a_stage_shrinks_a_picture():
    image = np.full((1, 100, 131, 3), 0.25, np.float32)
    np.testing.assert_allclose(Stage(2, 1).shrink(image), np.full((1, 50, 66, 3), 0.25), atol=1e-6)
    np.testing.assert_array_equal(Stage(1, 1).shrink(image), image)


@pytest.fixture(scope="module")
def photo():
    return nst_tf.load_image(nst_tf.sample_image("cat"), max_size=128)


def test_an_unchanged_picture_comes_back_with_all_its_detail(photo):
    small = Stage(2, 1).shrink(photo)
    blurred, kept = enlarge(small, *photo.shape[1:3]), enlarge(small, *photo.shape[1:3], photo)
    np.testing.assert_allclose(kept, photo, atol=1e-5)
    assert np.abs(blurred - photo).mean() > 0.01


def test_a_change_to_the_small_picture_is_enlarged(photo):
    small = Stage(2, 1).shrink(photo) * 0.8
    change = enlarge(small, *photo.shape[1:3], photo) - photo
    assert change.mean() == pytest.approx(-0.2 * photo.mean(), rel=0.02)
    assert total_variation_cost(np.abs(change)) < total_variation_cost(photo) / 10  # it has no detail of its own


def test_what_is_enlarged_stays_in_range(photo):
    small = (Stage(2, 1).shrink(photo) > 0.5).astype(np.float32)
    enlarged = enlarge(small, *photo.shape[1:3], photo)
    assert enlarged.min() >= 0 and enlarged.max() <= 1 and enlarged.dtype == np.float32


@pytest.fixture(scope="module")
def pair(photo):
    return photo, nst_tf.load_image(nst_tf.sample_image("great_wave"), max_size=128)


def test_gradient_descent_falls_at_every_size(pair):
    """Its learning rate is meant for the full size; where there are fewer pixels, each has a larger gradient."""
    full = LEARNING_RATES["gradient_descent"] * pair[0].size  # the default at the full size
    settings = {"optimizer": "gradient_descent", "steps": 6, "scales": 2, "start": "noise", "precision": "float32"}
    given, default = (nst_tf.style_transfer(*pair, **settings, **more) for more in ({"learning_rate": full}, {}))
    np.testing.assert_allclose([r.J for r in given.history], [r.J for r in default.history], rtol=0.02)
    for scale in (2, 1):
        J = [record.J for record in given.history if record.scale == scale]
        assert J[-1] < J[0]


def test_every_size_is_painted_in_turn(pair):
    transfer = Transfer(*pair, nst_tf.Config(steps=4, scales=2))
    shapes = [(record.scale, record.step, transfer.image.shape) for record in transfer]
    assert shapes == [(scale, step, pair[0].shape) for step, scale in enumerate([2, 2, 2, 2, 1, 1], 1)]
    seconds = [record.seconds for record in transfer.history]
    assert seconds == sorted(seconds)
    result = transfer.result()
    assert result.best.scale == 1
    assert min(record.J for record in result.history if record.scale == 1) == result.best.J


def test_a_run_cut_short_at_a_coarse_size_has_a_picture_of_the_full_size(pair):
    transfer = Transfer(*pair, nst_tf.Config(steps=4, scales=2))
    np.testing.assert_allclose(transfer.image, pair[0], atol=1e-5)  # nothing painted yet: the content
    next(transfer), next(transfer)
    assert transfer.best.scale == 2
    assert transfer.image.shape == pair[0].shape
    assert np.abs(transfer.image - pair[0]).mean() > 0.001


def test_the_style_shrinks_along(pair, vgg):
    """The costs of the coarse size are those of both pictures, half as large."""
    config = nst_tf.Config(steps=2, scales=2, precision="float32").for_picture(pair[0].shape)
    first = next(iter(Transfer(*pair, config)))
    small = [Stage(2, 1).shrink(image) for image in pair]
    extractor = nst_tf.build_feature_extractor(vgg, [*config.content_layers, *config.style_layers])
    np.testing.assert_allclose(first.J, nst_tf.make_objective(extractor, *small, config)(small[0]).J, rtol=1e-4)


def test_noise_near_grey_leaves_less_grain_than_noise_of_full_contrast(pair):
    settings = {"start": "noise", "steps": 20, "scales": 1}
    near_grey, full = (nst_tf.style_transfer(*pair, **settings, noise_contrast=contrast) for contrast in (0.1, 1.0))
    assert total_variation_cost(near_grey.image) < 0.5 * total_variation_cost(full.image)
    assert near_grey.best.J < 1.1 * full.best.J  # after as many evaluations


def test_an_initial_image_keeps_its_size_unless_told_otherwise(pair):
    transfer = Transfer(*pair, nst_tf.Config(steps=2), initial_image=pair[0])
    assert [stage.scale for stage in transfer.stages] == [1]
    transfer = Transfer(*pair, nst_tf.Config(steps=2, scales=2), initial_image=pair[0])
    assert [stage.scale for stage in transfer.stages] == [2, 1]
    np.testing.assert_allclose(transfer.image, pair[0], atol=1e-5)


@pytest.mark.parametrize("start", ["noise", "content+noise", "style"])
def test_every_start_works_coarse_to_fine(pair, start):
    result = nst_tf.style_transfer(*pair, steps=2, scales=2, start=start)
    assert result.image.shape == pair[0].shape
    assert len(result.history) == 3


def test_what_does_not_fit_into_the_memory_keeps_the_picture_so_far(pair, monkeypatch):
    content, style = pair
    evaluate, small = SumOfTerms.value_and_gradient, (content.shape[1] // 2, content.shape[2] // 2)

    def exhausted(self, image):
        if image.shape[1:3] != small:
            raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
        return evaluate(self, image)

    monkeypatch.setattr(SumOfTerms, "value_and_gradient", exhausted)
    message = f"^{content.shape[2]}x{content.shape[1]} pixels do not fit into the memory: give a smaller size"
    with pytest.raises(nst_tf.OutOfMemoryError, match=message) as raised:
        nst_tf.style_transfer(content, style, steps=4, scales=2, style_layers={"block1_conv2": 1}, precision="float32")
    assert [record.scale for record in raised.value.result.history] == [2, 2, 2, 2]
    assert raised.value.result.image.shape == content.shape


def test_the_best_picture_of_a_size_is_not_compared_with_those_of_a_coarser_one(pair, monkeypatch):
    """Costs of different sizes do not compare: here those of the finer one are all higher."""

    def evaluate(objective, search, step, optimizer):
        coarse = search.image.shape[1] < pair[0].shape[1]
        J = (5.0, 4.0)[step - 1] if coarse else (9.0, 8.0)[step - 1]
        return nst_tf.Costs(J, {"J_content": J}), tf.fill(search.image.shape, J / 10), True

    monkeypatch.setattr("nst_tf.transfer.evaluate", evaluate)
    transfer = Transfer(*pair, nst_tf.Config(steps=2, scales=2, start="noise"))
    best = [(transfer.best.scale, transfer.best.J, float(transfer.image.mean())) for _ in transfer]
    assert best == [
        (2, 5.0, pytest.approx(0.5)), (2, 4.0, pytest.approx(0.4)), (1, 9.0, pytest.approx(0.9)),
    ]  # fmt: skip
