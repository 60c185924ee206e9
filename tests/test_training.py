import itertools
import threading

import numpy as np
import pytest
import tensorflow as tf
from threadpoolctl import threadpool_info

import nst_tf
from nst_tf import Costs, DivergedError, InputError, Record, minimise, training
from nst_tf.config import OPTIMIZERS

LBFGS = tuple(name for name in OPTIMIZERS if name.startswith("lbfgs"))
SHAPE = (1, 32, 40, 3)


@pytest.fixture
def start(content):
    return nst_tf.initialise_generated_image(content, start="content+noise", seed=3)


def bowl(target, weight=1.0):
    """Return the objective `sum of weight * (G - target)^2`, of which all is J_content."""
    target, weight = tf.constant(target, tf.float32), tf.constant(weight, tf.float32)

    def objective(image):
        J = tf.reduce_sum(weight * tf.square(image - target))
        return Costs(J, J, tf.zeros(()))

    return objective


def spoilt(objective, good, value):
    """Return the objective for `good` evaluations; after them its J is the value."""
    count = tf.Variable(0)

    def spoilt_objective(image):
        costs = objective(image)
        late = count.assign_add(1) > good
        return costs._replace(J=costs.J * tf.where(late, tf.constant(value), 1.0))

    return spoilt_objective


# ---- all optimisers


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer_lowers_j_and_yields_a_record_and_its_picture_each_step(objective, start, optimizer):
    before, pictures, records = start.copy(), [], []
    for record, picture in minimise(objective, start, optimizer=optimizer, steps=8):
        assert isinstance(record, Record)
        assert picture.dtype == np.float32
        assert picture.shape == start.shape
        assert picture.min() >= 0
        assert picture.max() <= 1
        records.append(record)
        pictures.append(picture)
    assert [record.step for record in records] == list(range(1, 9))
    assert min(record.J for record in records) < 0.95 * records[0].J
    np.testing.assert_array_equal(pictures[0], start)  # the first evaluation is of the start
    np.testing.assert_array_equal(start, before)
    for record, picture in zip(records, pictures, strict=True):  # and no picture was overwritten by a later one
        costs = objective(picture)
        expected = [float(cost) for cost in (costs.J, costs.J_content, costs.J_style)]
        assert [record.J, record.J_content, record.J_style] == pytest.approx(expected, rel=1e-3)
    seconds = [record.seconds for record in records]
    assert seconds == sorted(seconds)
    assert seconds[0] > 0


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("steps", [1, 3])
def test_there_are_exactly_as_many_records_as_steps(start, optimizer, steps):
    objective = bowl(np.random.default_rng(0).random(start.shape))
    assert [record.step for record, _ in minimise(objective, start, optimizer=optimizer, steps=steps)] == [
        *range(1, steps + 1)
    ]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_same_run_twice_gives_the_same_picture(objective, start, optimizer):
    first, second = (list(minimise(objective, start, optimizer=optimizer, steps=4)) for _ in range(2))
    for (one, picture), (other, again) in zip(first, second, strict=True):
        assert one[:4] == other[:4]
        np.testing.assert_array_equal(picture, again)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_j_that_is_no_number_ends_the_run_after_the_good_records(start, optimizer, value):
    good, message = [], f"J became {value} in step 3 at {start.shape[2]}x{start.shape[1]} pixels: make .* smaller"
    with pytest.raises(DivergedError, match=message) as raised:
        for record, _ in minimise(spoilt(bowl(start + 1), 2, value), start, optimizer=optimizer, steps=9):
            good.append(record.step)
    assert good == [1, 2]
    assert "\n" not in str(raised.value)


def test_the_likely_cause_is_named(start):
    for optimizer, good, cause in [
        ("adam", 0, "alpha, beta or the layer weights"), ("adam", 2, "learning rate"),
        ("gradient_descent", 2, "learning rate"), *((name, 2, "alpha, beta") for name in LBFGS),
    ]:  # fmt: skip
        with pytest.raises(DivergedError, match=cause):
            list(minimise(spoilt(bowl(start + 1), good, np.nan), start, optimizer=optimizer, steps=5))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_run_can_be_left_at_any_time_and_leaves_no_thread(start, optimizer, after):
    before = set(threading.enumerate())
    run = minimise(bowl(1 - start), start, optimizer=optimizer, steps=50)
    for _ in range(after):
        next(run)
    run.close()
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_ctrl_c_in_the_loop_comes_through_and_leaves_no_thread(start, optimizer):
    def loop():
        for record, _ in minimise(bowl(1 - start), start, optimizer=optimizer, steps=50):
            if record.step == 3:
                raise KeyboardInterrupt

    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt):
        loop()
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_error_in_the_objective_comes_through_and_leaves_no_thread(start, optimizer):
    def objective(image):
        raise ZeroDivisionError("in the objective")

    before = set(threading.enumerate())
    with pytest.raises(Exception, match="in the objective"):  # TensorFlow may wrap it
        list(minimise(objective, start, optimizer=optimizer))
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_picture_stays_in_range_where_the_minimum_lies_outside(optimizer):
    start = np.full(SHAPE, 0.5, np.float32)
    for record, picture in minimise(bowl(np.full(SHAPE, 3.0)), start, optimizer=optimizer, steps=6):
        assert picture.min() >= 0
        assert picture.max() <= 1
        assert float(bowl(np.full(SHAPE, 3.0))(picture).J) == pytest.approx(record.J, rel=1e-5)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_picture_of_another_size_than_the_content_is_an_input_error(objective, style, optimizer):
    with pytest.raises(InputError, match=r"the image has shape .*: give them one size"):
        next(minimise(objective, style, optimizer=optimizer))


def test_bad_arguments_are_refused(objective, start):
    with pytest.raises(InputError, match="unknown optimizer 'lbgfs': did you mean lbfgs"):
        next(minimise(objective, start, optimizer="lbgfs"))
    with pytest.raises(InputError, match=r"image has shape \(32, 48, 3\)"):
        next(minimise(objective, start[0]))
    for optimizer in LBFGS:
        with pytest.raises(InputError, match=f"{optimizer} chooses its own step length"):
            next(minimise(objective, start, optimizer=optimizer, learning_rate=0.1))


# ---- L-BFGS


@pytest.mark.parametrize("optimizer", LBFGS)
def test_lbfgs_finds_the_minimum_of_a_bowl_within_the_bounds(optimizer):
    rng = np.random.default_rng(0)
    target, weight = rng.uniform(-0.3, 1.3, SHAPE), rng.uniform(0.5, 2, SHAPE)
    expected = np.clip(target, 0, 1)  # each pixel as near as the bounds allow
    lowest = (weight * (expected - target) ** 2).sum()
    assert lowest > 10
    run = list(minimise(bowl(target, weight), np.full(SHAPE, 0.5, np.float32), optimizer=optimizer, steps=60))
    record, picture = min(run, key=lambda pair: pair[0].J)
    np.testing.assert_allclose(record.J, lowest, rtol=0.01)
    np.testing.assert_allclose(picture, expected, atol=0.1)
    assert np.abs(picture - expected).mean() < 0.01


@pytest.mark.parametrize("optimizer", LBFGS)
def test_lbfgs_ends_when_it_finds_nothing_better(optimizer):
    target = np.random.default_rng(0).uniform(0.1, 0.9, SHAPE)
    before = set(threading.enumerate())
    run = list(minimise(bowl(target), np.full(SHAPE, 0.5, np.float32), optimizer=optimizer, steps=5000))
    assert 2 < len(run) < 1000
    assert [record.step for record, _ in run] == list(range(1, len(run) + 1))
    assert min(record.J for record, _ in run) < 1e-6 * run[0][0].J
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("optimizer", LBFGS)
def test_lbfgs_started_at_the_minimum_ends_at_once(optimizer):
    start = np.full(SHAPE, 0.25, np.float32)
    run = list(minimise(bowl(start), start, optimizer=optimizer, steps=100))
    assert len(run) < 20
    np.testing.assert_allclose(run[-1][1], start, atol=1e-6)


def test_lbfgs_gets_lower_than_adam_in_as_many_evaluations(objective, start):
    lowest = {
        name: min(record.J for record, _ in minimise(objective, start, optimizer=name, steps=15))
        for name in ("adam", *LBFGS)
    }
    assert all(lowest[name] < lowest["adam"] for name in LBFGS), lowest


# ---- the train step


def test_a_train_step_by_hand():
    objective = bowl(np.full(SHAPE, 0.2))
    train_step = nst_tf.make_train_step(objective, tf.keras.optimizers.SGD(0.1))
    image = tf.Variable(np.full(SHAPE, 0.7, np.float32))
    costs = train_step(image)
    n = np.prod(SHAPE)
    assert float(costs.J) == pytest.approx(n * 0.5**2, rel=1e-5)  # of the picture before the step
    np.testing.assert_allclose(image, np.full(SHAPE, 0.7 - 0.1 * 2 * 0.5), rtol=1e-5)
    assert float(train_step(image).J) == pytest.approx(n * 0.4**2, rel=1e-5)


def test_a_train_step_keeps_the_picture_in_range():
    train_step = nst_tf.make_train_step(bowl(np.full(SHAPE, -5.0)), tf.keras.optimizers.SGD(10.0))
    image = tf.Variable(np.full(SHAPE, 0.7, np.float32))
    train_step(image)
    np.testing.assert_array_equal(image, np.zeros(SHAPE))


def test_a_learning_rate_is_used(start):
    for optimizer in ("adam", "gradient_descent"):
        moved = []
        for learning_rate in (1e-4, 1e-3):
            run = list(minimise(bowl(start / 2), start, optimizer=optimizer, steps=2, learning_rate=learning_rate))
            moved.append(np.abs(run[1][1] - start).mean())
        assert moved[1] == pytest.approx(10 * moved[0], rel=0.05), optimizer


def test_value_and_gradient_by_hand():
    image = tf.constant(np.full(SHAPE, 0.7, np.float32))
    costs, gradient = nst_tf.make_value_and_gradient(bowl(np.full(SHAPE, 0.2)))(image)
    assert float(costs.J) == float(costs.J_content) == pytest.approx(np.prod(SHAPE) * 0.25, rel=1e-5)
    np.testing.assert_allclose(gradient, np.full(SHAPE, 1.0), rtol=1e-5)


def test_adams_constants_are_those_given(objective, content):
    """One step from zero moments: `learning_rate * g / (|g| + epsilon)`, whatever the betas."""
    start = nst_tf.initialise_generated_image(content, start="content+noise")
    gradient = nst_tf.make_value_and_gradient(objective)(tf.constant(start))[1].numpy()
    epsilon = float(np.abs(gradient).mean())
    options = {"beta_1": 0.5, "beta_2": 0.9, "epsilon": epsilon}
    run = nst_tf.minimise(objective, start, optimizer="adam", learning_rate=0.01, optimizer_options=options, steps=2)
    _, (_, second) = run
    # Keras scales epsilon's part with the bias correction of beta_2, sqrt(1 - beta_2).
    expected = start - 0.01 * gradient / (np.abs(gradient) + epsilon / np.sqrt(1 - 0.9))
    np.testing.assert_allclose(second, np.clip(expected, 0, 1), atol=1e-5)


def test_the_learning_rate_falls_if_asked_to(objective, content):
    """With a decay of 1/2 a step, the second step is half as long as without."""
    pictures = {}
    for name, options in (("steady", {}), ("falling", {"decay_steps": 1, "decay_rate": 0.5})):
        run = nst_tf.minimise(
            objective, content, optimizer="gradient_descent", learning_rate=1e-4, optimizer_options=options, steps=3
        )
        pictures[name] = [picture for _, picture in run]
    steady, falling = (
        [np.abs(after - before).mean() for before, after in itertools.pairwise(p)] for p in pictures.values()
    )
    assert falling[0] == pytest.approx(steady[0], rel=1e-3)
    assert falling[1] == pytest.approx(steady[1] / 2, rel=0.02)


def test_options_that_make_no_sense_are_refused_at_once(objective, content):
    with pytest.raises(InputError, match="lbfgs has no options"):
        nst_tf.minimise(objective, content, optimizer_options={"beta_1": 0.9})


def test_two_searches_in_turns_leave_blas_as_it_was(start):
    def threads():
        return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]

    before = threads()
    first, second = (minimise(bowl(start + 1), start, steps=9) for _ in range(2))
    next(first), next(second)
    first.close()
    assert set(threads()) == {1}
    second.close()
    assert threads() == before


def test_only_the_sizes_used_last_stay_compiled():
    traced = []
    call = training._compiled(lambda x: traced.append(x.shape[0]) or tf.reduce_sum(x))
    for size in (1, 2, 3, 4, 5, 6, 7, 8, 1, 9, 1, 2):
        assert float(call(tf.ones(size))) == size
    assert traced == [1, 2, 3, 4, 5, 6, 7, 8, 9, 2]
    assert float(call(tf.ones(1, tf.float64))) == 1
