import itertools
import threading

import numpy as np
import pytest
import scipy.optimize
import tensorflow as tf

import nst_tf
from nst_tf import Costs, DivergedError, InputError, Record, lbfgs, minimise, training
from nst_tf.config import OPTIMIZERS, PARAMETRISATIONS

SHAPE = (1, 32, 40, 3)


@pytest.fixture
def start(content):
    return nst_tf.initialise_generated_image(content, start="content+noise", seed=3)


def bowl(target, weight=1.0):
    """Return the objective `sum of weight * (G - target)^2`, of which all is one term."""
    target, weight = tf.constant(target, tf.float32), tf.constant(weight, tf.float32)

    def objective(image):
        J = tf.reduce_sum(weight * tf.square(image - target))
        return Costs(J, {"distance": J})

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
        picture = picture.numpy()
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
        assert pytest.approx(float(costs.J), rel=1e-3) == record.J
        assert record.terms == pytest.approx({name: float(cost) for name, cost in costs.terms.items()}, rel=1e-3)
        assert (record.J_content, record.J_style) == (record.terms["J_content"], record.terms["J_style"])
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
        assert one[:3] == other[:3]
        np.testing.assert_array_equal(picture, again)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_j_that_is_no_number_ends_the_run_after_the_good_records(start, optimizer, value):
    good, message = [], "J became NaN or infinite in step 3 at 48x32 pixels: make .* smaller"
    with pytest.raises(DivergedError, match=message) as raised:
        for record, _ in minimise(spoilt(bowl(start + 1), 2, value), start, optimizer=optimizer, steps=9):
            good.append(record.step)
    assert good == [1, 2]
    assert "\n" not in str(raised.value)


def test_the_likely_cause_is_named(start):
    for optimizer, good, cause in [
        ("adam", 0, "alpha, beta or the layer weights"), ("adam", 2, "learning rate"),
        ("gradient_descent", 2, "learning rate"), ("lbfgs", 2, "alpha, beta"),
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
        assert tf.reduce_min(picture) >= 0
        assert tf.reduce_max(picture) <= 1
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
    with pytest.raises(InputError, match="lbfgs chooses its own step length"):
        next(minimise(objective, start, learning_rate=0.1))
    with pytest.raises(InputError, match="adam stores the picture as pixels"):
        next(minimise(objective, start, optimizer="adam", parametrisation="fourier"))


# ---- L-BFGS


stored_as = pytest.mark.parametrize("parametrisation", PARAMETRISATIONS)


@stored_as
def test_lbfgs_finds_the_minimum_of_a_bowl_within_the_bounds(parametrisation):
    rng = np.random.default_rng(0)
    target, weight = rng.uniform(-0.3, 1.3, SHAPE), rng.uniform(0.5, 2, SHAPE)
    expected = np.clip(target, 0, 1)  # each pixel as near as the bounds allow
    lowest = (weight * (expected - target) ** 2).sum()
    assert lowest > 10
    start = np.full(SHAPE, 0.5, np.float32)
    run = list(minimise(bowl(target, weight), start, parametrisation=parametrisation, steps=60))
    record, picture = min(run, key=lambda pair: pair[0].J)
    np.testing.assert_allclose(record.J, lowest, rtol=0.01)
    np.testing.assert_allclose(picture, expected, atol=0.1)
    assert np.abs(picture - expected).mean() < 0.01


@stored_as
def test_lbfgs_ends_when_it_finds_nothing_better(parametrisation):
    target = np.random.default_rng(0).uniform(0.1, 0.9, SHAPE)
    start = np.full(SHAPE, 0.5, np.float32)
    run = list(minimise(bowl(target), start, parametrisation=parametrisation, steps=5000))
    assert 2 < len(run) < 1000
    assert [record.step for record, _ in run] == list(range(1, len(run) + 1))
    assert min(record.J for record, _ in run) < 1e-6 * run[0][0].J


@stored_as
def test_lbfgs_started_at_the_minimum_ends_at_once(parametrisation):
    start = np.full(SHAPE, 0.25, np.float32)
    run = list(minimise(bowl(start), start, parametrisation=parametrisation, steps=100))
    assert len(run) == 1
    np.testing.assert_array_equal(run[0][1], start)


def test_lbfgs_in_the_fourier_basis_is_sooner_than_on_pixels(extractor):
    content, style = (nst_tf.load_image(nst_tf.sample_image(name), 128) for name in ("pagoda", "village_street_auvers"))
    objective = nst_tf.make_objective(extractor, content, style)
    J = {
        name: min(record.J for record, _ in minimise(objective, content, parametrisation=name, steps=20))
        for name in PARAMETRISATIONS
    }
    assert J["fourier"] < 0.95 * J["pixels"]


def test_lbfgs_on_a_real_j_is_no_slower_than_scipys(objective, start):
    """Both on pixels; SciPy's with bounds, which is the older way to keep the picture in [0, 1]."""
    theirs = []

    def function(x):
        costs, gradient = objective.value_and_gradient(x.reshape(start.shape).astype(np.float32))
        theirs.append(float(costs.J))
        return theirs[-1], gradient.numpy().ravel().astype(np.float64)

    scipy.optimize.minimize(
        function, start.ravel(), jac=True, method="L-BFGS-B", bounds=[(0, 1)] * start.size, options={"maxfun": 40}
    )
    ours = [record.J for record, _ in minimise(objective, start, parametrisation="pixels", steps=40)]
    assert min(ours) < 1.02 * min(theirs[:40])


def test_lbfgs_gets_lower_than_adam_in_as_many_evaluations(objective, start):
    lowest = {
        name: min(record.J for record, _ in minimise(objective, start, optimizer=name, steps=40))
        for name in ("adam", "lbfgs")
    }
    assert lowest["lbfgs"] < lowest["adam"]


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
            moved.append(np.abs(run[1][1].numpy() - start).mean())
        assert moved[1] == pytest.approx(10 * moved[0], rel=0.05), optimizer


def test_adams_constants_are_those_given(objective, content):
    """One step from zero moments: `learning_rate * g / (|g| + epsilon)`, whatever the betas."""
    start = nst_tf.initialise_generated_image(content, start="content+noise")
    gradient = objective.value_and_gradient(start)[1].numpy()
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
        pictures[name] = [picture.numpy() for _, picture in run]
    steady, falling = (
        [np.abs(after - before).mean() for before, after in itertools.pairwise(p)] for p in pictures.values()
    )
    assert falling[0] == pytest.approx(steady[0], rel=1e-3)
    assert falling[1] == pytest.approx(steady[1] / 2, rel=0.02)


def test_options_that_make_no_sense_are_refused_at_once(objective, content):
    with pytest.raises(InputError, match="lbfgs has no options"):
        nst_tf.minimise(objective, content, optimizer_options={"beta_1": 0.9})


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_picture_of_nan_is_divergence_though_j_is_finite(start, optimizer):
    """As with beta 1e30: ReLU and pooling may let NaN pass as 0."""
    good, evaluated = [], tf.Variable(0)

    @tf.custom_gradient
    def constant(image, slope):
        return tf.constant(2.0), lambda upstream: (tf.fill(image.shape, slope), None)

    def blind(image):
        return constant(image, tf.where(evaluated.assign_add(1) > 1, np.float32(np.nan), 1.0))

    with pytest.raises(DivergedError, match=r"the gradient became NaN or infinite in step 2 at 48x32 pixels: make"):
        for record, _ in minimise(blind, start, optimizer=optimizer, steps=5):
            good.append(record.step)
    assert good == [1]


def test_a_picture_of_nan_is_divergence_though_all_else_is_finite(start):
    class Spoils:
        """A search whose second picture is NaN."""

        image = tf.constant(start)

        def tell(self, J, gradient):
            self.image = tf.where(gradient > 0, np.float32(np.nan), 0.5)
            return True

    objective = nst_tf.as_objective(lambda image: tf.reduce_sum(tf.where(image > 0, image, 0.0)))  # NaN counts as 0
    search = Spoils()
    training.evaluate(objective, search, 1, "adam")
    with pytest.raises(DivergedError, match=r"the picture became NaN or infinite in step 2 .*: make the learning rate"):
        training.evaluate(objective, search, 2, "adam")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_no_copy_of_the_picture_goes_to_the_host(objective, start, optimizer, monkeypatch):
    """What is copied is numbers: J, its terms, a slope."""
    copied, kind = [], type(tf.constant(0.0))
    numpy = kind.numpy
    monkeypatch.setattr(kind, "numpy", lambda self: copied.append(self.shape.num_elements()) or numpy(self))
    run = minimise(objective, start, optimizer=optimizer, steps=6)
    next(run)
    copied.clear()
    pictures = [picture for _, picture in run]
    assert max(copied, default=0) <= 2
    assert {type(picture) for picture in pictures} == {kind}
    assert not hasattr(lbfgs, "np") and not hasattr(training, "np")  # which would copy without being seen
    assert all(isinstance(picture, tf.Tensor) for picture in pictures)


def test_a_second_picture_traces_nothing(objective, start, content):
    """With any optimiser; L-BFGS' own functions, and Keras', are those of the first."""
    for optimizer in OPTIMIZERS:
        list(minimise(objective, start, optimizer=optimizer, steps=3))
    for optimizer in OPTIMIZERS:
        before = _traces(objective)
        list(minimise(objective, content, optimizer=optimizer, steps=3))
        assert _traces(objective) == before


def _traces(objective):
    from nst_tf import lbfgs, sum_of_terms

    compiled = sum_of_terms._compile_once(objective._function), lbfgs._two_loops, lbfgs._with_products_of
    return [function.experimental_get_tracing_count() for function in compiled]
