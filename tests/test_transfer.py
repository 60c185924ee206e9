import itertools
import time

import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf import (
    Config,
    DivergedError,
    InputError,
    Record,
    Transfer,
    backbone,
    images,
    make_objective,
    style_transfer,
    terms,
    transfer,
)  # fmt: skip
from nst_tf.config import OPTIMIZERS, STARTS
from nst_tf.sum_of_terms import SumOfTerms


def test_the_result_is_the_picture_with_the_lowest_j(content, style, objective):
    seen = []
    result = style_transfer(content, style, steps=6, precision="float32", callback=seen.append)
    assert result.image.shape == content.shape
    assert result.image.dtype == np.float32
    assert result.precision == "float32"
    assert [record.step for record in result.history] == [1, 2, 3, 4, 5, 6]
    assert seen == list(result.history)
    assert all(isinstance(record, Record) for record in seen)
    assert result.best.J == min(record.J for record in result.history) < result.history[0].J
    assert result.improved
    costs = objective(result.image)
    assert [result.best.J, result.best.J_content, result.best.J_style] == pytest.approx(
        [float(costs.J), float(costs.J_content), float(costs.J_style)], rel=1e-3
    )


def test_the_last_picture_is_not_taken_when_an_earlier_one_is_better(content, style):
    # The first step of so large a learning rate spoils the picture: the start stays the best.
    result = style_transfer(content, style, optimizer="gradient_descent", learning_rate=1e6, steps=2)
    assert result.history[-1].J > result.history[0].J
    assert result.best == result.history[0]
    assert not result.improved
    np.testing.assert_array_equal(result.image, content)


def test_the_same_seed_gives_the_same_picture_and_another_another(content, style):
    one, same, other = (
        style_transfer(content, style, start="noise", seed=seed, steps=4).image for seed in (1, 1, 2)
    )  # fmt: skip
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).mean() > 0.003


@pytest.mark.parametrize("start", STARTS)
def test_training_begins_at_the_chosen_start(content, style, objective, start):
    first = style_transfer(content, style, start=start, seed=4, steps=1, precision="float32").history[0]
    image = nst_tf.initialise_generated_image(content, style, start=start, seed=4)
    np.testing.assert_allclose(first.J, objective(image).J, rtol=1e-3)


def test_it_can_go_on_from_an_earlier_result(content, style):
    earlier = style_transfer(content, style, steps=5)
    later = style_transfer(content, style, steps=2, initial_image=earlier.image)
    np.testing.assert_allclose(later.history[0].J, earlier.best.J, rtol=1e-3)
    assert later.best.J <= later.history[0].J


def test_an_initial_image_that_cannot_be_used_is_refused(content, style):
    with pytest.raises(InputError, match=r"initial_image has shape \(1, 43, 64, 3\) and content \(1, 32, 48, 3\)"):
        style_transfer(content, style, initial_image=style)
    with pytest.raises(InputError, match="both an initial_image and the start noise are given: choose one"):
        style_transfer(content, style, initial_image=content, start="noise")
    with pytest.raises(InputError, match="initial_image has values from 0 to 2"):
        style_transfer(content, style, initial_image=content * 0 + np.array([0, 1, 2], np.float32))


@pytest.mark.parametrize(
    ("of_content", "of_style"), [((32, 100), (70, 33)), ((37, 41), (41, 37)), ((64, 64), (32, 32))]
)
def test_any_sizes_and_shapes_go_together(of_content, of_style):
    rng = np.random.default_rng(0)
    content, style = (rng.random((1, *size, 3), np.float32) * 0.5 for size in (of_content, of_style))
    result = style_transfer(content, style, steps=3)
    assert result.image.shape == (1, *of_content, 3)
    assert np.isfinite(result.best.J)


def test_settings_lie_over_the_config(content, style, extractor):
    config = Config(steps=9, style_layers={"block1_conv1": 1}, alpha=0, precision="float32")
    running = Transfer(content, style, config.replace(steps=2))
    assert running.config.steps == 2
    result = style_transfer(content, style, config=config, steps=2)
    assert len(result.history) == 2
    alone = make_objective(extractor, content, style, config)
    np.testing.assert_allclose(result.history[0].J, alone(content).J, rtol=1e-3)


def test_raw_activations_are_one_setting_away(content, style):
    raw, normalised = (
        style_transfer(content, style, steps=1, normalise_activations=on).history[0] for on in (False, True)
    )
    assert raw.J > 1000 * normalised.J


def test_an_unknown_setting_is_an_input_error_with_the_closest_name(content, style):
    with pytest.raises(InputError, match="unknown setting 'step': did you mean steps"):
        style_transfer(content, style, step=3)
    with pytest.raises(InputError, match="steps is 0"):
        style_transfer(content, style, steps=0)


@pytest.mark.parametrize("bad", ["content", "style"])
def test_a_picture_that_is_none_is_named(content, style, bad):
    pictures = {"content": content, "style": style} | {bad: np.zeros((20, 20, 3))}
    with pytest.raises(InputError, match=rf"{bad} has shape \(20, 20, 3\)"):
        style_transfer(**pictures)


def test_progress_can_be_watched_and_ended(content, style):
    running = Transfer(content, style, Config(steps=50))
    assert running.best is None
    np.testing.assert_array_equal(running.image, content)
    for record in running:
        assert running.history[-1] == record
        assert running.best == min(running.history, key=lambda past: past.J)
        if record.step == 3:
            break
    result = running.result()
    assert len(result.history) == 3
    assert result.best == running.best
    np.testing.assert_array_equal(result.image, running.image)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_a_diverging_run_keeps_the_last_good_picture(content, style, objective, monkeypatch, optimizer):
    """J is NaN from the fourth evaluation on."""
    count, evaluate = itertools.count(1), SumOfTerms.value_and_gradient

    def spoilt(self, image):
        costs, gradient = evaluate(self, image)
        return (costs if next(count) <= 3 else costs._replace(J=tf.constant(np.nan))), gradient

    monkeypatch.setattr(SumOfTerms, "value_and_gradient", spoilt)
    running = Transfer(content, style, Config(steps=9, optimizer=optimizer, precision="float32"))
    with pytest.raises(DivergedError, match="J became NaN or infinite in step 4 at "):
        list(running)
    assert [record.step for record in running.history] == [1, 2, 3]
    assert running.best.J == min(record.J for record in running.history) < running.history[0].J
    assert np.isfinite(running.image).all()
    monkeypatch.undo()
    assert float(objective(running.image).J) == pytest.approx(running.best.J, rel=1e-3)


def test_weights_beyond_float32_are_a_diverged_run(content, style):
    running = Transfer(content, style, Config(alpha=1e38, beta=1e38))
    with pytest.raises(DivergedError, match=r"in step 1 at .* pixels: make alpha, beta or the layer weights smaller"):
        list(running)
    assert running.best is None


def test_the_error_of_a_callback_comes_through(content, style):
    def complain(record):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        style_transfer(content, style, steps=3, callback=complain)


# ---- stopping and going on


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_iterating_again_goes_on_as_if_nothing_had_happened(content, style, optimizer):
    """A break, within one size and between two, changes nothing: not a digit of any record or of the picture."""
    big, settings = np.repeat(np.repeat(content, 2, 1), 2, 2), {"steps": 6, "scales": 2, "optimizer": optimizer}
    at_once = style_transfer(big, style[:, :, :64].repeat(2, 1).repeat(2, 2), **settings)
    transfer = Transfer(big, style[:, :, :64].repeat(2, 1).repeat(2, 2), Config(**settings))
    for stop in (1, 4, 6, 7):
        for record in transfer:
            if record.step == stop:
                break
    assert next(transfer).step == 8
    rest = list(transfer)
    assert [record.step for record in rest] == [9]
    assert list(transfer) == []
    in_parts = transfer.result()
    assert [record[:3] for record in in_parts.history] == [record[:3] for record in at_once.history]
    assert [record.scale for record in in_parts.history] == [2] * 6 + [1] * 3
    np.testing.assert_array_equal(in_parts.image, at_once.image)


def test_an_interrupt_within_an_evaluation_loses_only_that(content, style, monkeypatch):
    at_once = style_transfer(content, style, steps=5)
    transfer, evaluate = Transfer(content, style, Config(steps=5)), SumOfTerms.value_and_gradient
    next(transfer), next(transfer)

    def interrupted(self, image):
        monkeypatch.setattr(SumOfTerms, "value_and_gradient", evaluate)
        raise KeyboardInterrupt

    monkeypatch.setattr(SumOfTerms, "value_and_gradient", interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(transfer)
    assert len(transfer.history) == 2
    assert len(list(transfer)) == 3
    np.testing.assert_array_equal(transfer.image, at_once.image)


def test_its_state_is_all_that_changes(content, style):
    """Another transfer of the same pictures and settings, given the state, goes on from there."""
    first, second = (Transfer(content, style, Config(steps=6)) for _ in "ab")
    for _ in range(3):
        next(first)
    second.state = first.state
    assert [record.step for record in second] == [4, 5, 6]
    np.testing.assert_array_equal(second.image, style_transfer(content, style, steps=6).image)


def test_only_time_spent_training_counts(content, style):
    transfer = Transfer(content, style, Config(steps=3))
    first = next(transfer)
    time.sleep(0.5)
    assert next(transfer).seconds - first.seconds < 0.5


def test_the_picture_is_brought_to_its_size_once(content, style, monkeypatch):
    calls, enlarge = [], transfer.enlarge
    monkeypatch.setattr(transfer, "enlarge", lambda *a: calls.append(1) or enlarge(*a))
    running = Transfer(content, style, Config(steps=2))
    for _ in range(3):
        assert running.image is running.image
    assert len(calls) == 1


def test_pictures_are_checked_once(content, style, monkeypatch):
    """However many sizes and evaluations there are: at the door, and once for each size's targets."""
    calls, check = [], images.check_image
    for module in (transfer, images, terms):
        monkeypatch.setattr(module, "check_image", lambda *a: calls.append(1) or check(*a))
    big = np.repeat(np.repeat(content, 2, 1), 2, 2)
    style_transfer(big, big, steps=4, scales=2)
    assert len(calls) <= 8


# ---- rounding


def test_where_bfloat16_sees_no_way_down_it_goes_on_in_float32(content, style):
    """The search ends on J's rounding, and does not end the run."""
    easy = {"alpha": 0, "beta": 150, "content_layers": {}, "style_layers": {"block1_conv1": 1}}  # soon there
    transfer = Transfer(content, style, Config(steps=240, precision="bfloat16", **easy))
    precisions = [transfer.state.network.precision for _ in transfer]
    result = transfer.result()
    assert result.precision == "float32"
    switch = precisions.index("float32")
    before = min(record.J for record in result.history[: switch + 1])
    assert 5 < switch < len(precisions) - 1
    assert before > result.best.J
    assert result.best.step > switch + 1


def test_in_float32_a_search_without_a_way_down_ends(content):
    result = style_transfer(content, content, steps=20, precision="float32")
    assert len(result.history) == 1
    assert not result.improved


def test_a_config_is_no_dict(content, style):
    with pytest.raises(InputError, match="config is a dict: give a Config"):
        style_transfer(content, style, config={"steps": 2})


def test_the_network_is_loaded_once_for_any_choice_of_layers(content, style):
    backbone._load_once.cache_clear()
    for layer in ("block1_conv1", "block2_conv1"):
        style_transfer(content, style, steps=1, style_layers={layer: 1})
    assert (backbone._load_once.cache_info().misses, backbone._load_once.cache_info().hits) == (1, 1)


def test_every_term_is_recorded_by_name(content, style):
    """The total variation's part of J, too: the weighted terms make up J."""
    result = style_transfer(content, style, steps=3, alpha=2, beta=3, total_variation_weight=100)
    for record in result.history:
        assert list(record.terms) == ["J_content", "J_style", "J_tv"]
        assert pytest.approx(2 * record.J_content + 3 * record.J_style + 100 * record.J_tv, rel=1e-4) == record.J
    assert record.J_tv > 0
