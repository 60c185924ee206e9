import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf import (
    Config,
    DivergedError,
    InputError,
    Objective,
    Record,
    Transfer,
    style_transfer,
    transfer,
)
from nst_tf.config import STARTS
from nst_tf.objective import Computation


def test_the_result_is_the_picture_with_the_lowest_j(content, style, objective):
    seen = []
    result = style_transfer(content, style, steps=6, optimizer="lbfgsb", precision="float32", callback=seen.append)
    assert result.image.shape == content.shape
    assert result.image.dtype == np.float32
    assert result.precision == "float32"
    assert [record.step for record in result.history] == [1, 2, 3, 4, 5, 6]
    assert seen == list(result.history)
    assert all(isinstance(record, Record) for record in seen)
    assert result.best.J == min(record.J for record in result.history) < result.history[0].J
    costs = objective(result.image)
    assert [result.best.J, result.best.J_content, result.best.J_style] == pytest.approx(
        [float(costs.J), float(costs.J_content), float(costs.J_style)], rel=1e-3
    )


def test_the_last_picture_is_not_taken_when_an_earlier_one_is_better(content, style):
    # The first step of so large a learning rate spoils the picture: the start stays the best.
    result = style_transfer(content, style, optimizer="gradient_descent", learning_rate=1e6, steps=3)
    assert result.history[-1].J > result.history[0].J
    assert result.best == result.history[0]
    np.testing.assert_array_equal(result.image, content)


def test_the_same_seed_gives_the_same_picture_and_another_another(content, style):
    one, same, other = (
        style_transfer(content, style, start="noise", seed=seed, steps=4).image for seed in (1, 1, 2)
    )  # fmt: skip
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).mean() > 0.01


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
    alone = Objective(extractor, content, style, config)
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
    class Spoilt(Objective):
        """J is NaN from the fourth evaluation on."""

        count = tf.Variable(0)

        def __call__(self, image):
            costs = super().__call__(image)
            late = self.count.assign_add(1) > 3
            return costs._replace(J=tf.where(late, np.float32(np.nan), costs.J))

    monkeypatch.setattr(transfer, "Objective", Spoilt)
    running = Transfer(content, style, Config(steps=9, optimizer=optimizer, precision="float32"))
    with pytest.raises(DivergedError, match="J became nan in step 4 at "):
        list(running)
    assert [record.step for record in running.history] == [1, 2, 3]
    assert running.best.J == min(record.J for record in running.history) < running.history[0].J
    assert np.isfinite(running.image).all()
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


def test_a_transfer_runs_once(content, style):
    transfer = Transfer(content, style, Config(steps=1))
    assert len(list(transfer)) == 1
    with pytest.raises(InputError, match="has run already"):
        next(iter(transfer))


def test_a_config_is_no_dict(content, style):
    with pytest.raises(InputError, match="config is a dict: give a Config"):
        style_transfer(content, style, config={"steps": 2})


def test_a_second_picture_of_the_same_size_is_not_traced_again(content, style, monkeypatch):
    """Whatever its pictures, weights and starting image: only new sizes, layers or networks are."""
    traced = []
    call = Computation.__call__

    def counted(self, image, parameters):
        traced.append(image.shape)
        return call(self, image, parameters)

    monkeypatch.setattr(Computation, "__call__", counted)
    layers = {"style_layers": {"block1_conv2": 0.7}, "content_layers": {"block2_conv1": 1.0}}  # as in no other test
    first = style_transfer(content, style, steps=3, **layers)
    assert len(traced) == 1
    again = style_transfer(content, style, steps=3, **layers)
    np.testing.assert_allclose(
        [record.J for record in again.history], [record.J for record in first.history], rtol=1e-4
    )
    layers = {"style_layers": {"block1_conv2": 0.2}, "content_layers": {"block2_conv1": 3.0}}
    other = style_transfer(content[:, :, ::-1], style, steps=3, start="noise", alpha=1, beta=2, **layers)
    assert other.history[0].J != first.history[0].J
    assert len(traced) == 1
    style_transfer(content[:, :, 1:], style, steps=1, **layers)
    assert len(traced) == 2


def test_the_network_is_loaded_once_for_any_choice_of_layers(content, style):
    transfer._load_once.cache_clear()
    for layer in ("block1_conv1", "block2_conv1"):
        style_transfer(content, style, steps=1, style_layers={layer: 1})
    assert (transfer._load_once.cache_info().misses, transfer._load_once.cache_info().hits) == (1, 1)


def test_objectives_of_different_formulas_share_nothing(content, style):
    """A compiled function that took one constant for the other would give both the same first J."""
    costs = {
        constant: style_transfer(content, style, steps=1, start="noise", content_constant=constant).best
        for constant in ("quarter_mean", "mean", "quarter_mean")
    }
    assert costs["mean"].J_content == pytest.approx(4 * costs["quarter_mean"].J_content, rel=1e-4)
    smooth = style_transfer(content, style, steps=1, start="noise", total_variation_weight=1e3).best
    assert smooth.J > costs["quarter_mean"].J + 1
