"""L-BFGS alone: against the textbook, against SciPy's, and stopped and continued."""

import dataclasses
import sys

import numpy as np
import pytest
import scipy.optimize
import tensorflow as tf
from hypothesis import given, strategies as st

from nst_tf.lbfgs import LBFGS, PAIRS, Pairs, pairs_for


def two_loops(gradient, pairs):
    """Return H times the gradient: algorithm 7.4 of Nocedal and Wright, as printed, in float64."""
    q, alphas = np.array(gradient, np.float64), []
    for s, y in reversed(pairs):
        alphas.append(s @ q / (s @ y))
        q -= alphas[-1] * y
    s, y = pairs[-1]
    r = (s @ y) / (y @ y) * q
    for (s, y), alpha in zip(pairs, reversed(alphas), strict=True):
        r += s * (alpha - y @ r / (s @ y))
    return r


@given(st.integers(1, 9), st.integers(1, 5), st.integers(0, 10**6))
def test_it_is_the_two_loop_recursion_of_the_last_pairs(count, m, seed):
    rng, n = np.random.default_rng(seed), 30
    A = rng.normal(size=(n, n))
    hessian, remembered, all_pairs = A @ A.T / n + np.eye(n), Pairs.none(m, n), []
    for _ in range(count):
        s = rng.normal(size=n)
        all_pairs.append((s, hessian @ s))
        remembered = remembered.add(*(tf.constant(v, tf.float32) for v in all_pairs[-1]))
    gradient = rng.normal(size=n)
    expected = two_loops(gradient, all_pairs[-m:])
    found = -remembered.downhill(tf.constant(gradient, tf.float32))
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())


def quadratic(n=40, condition=100.0, seed=0):
    """Return a function of x, (value, gradient), and where its minimum, 0, is."""
    rng = np.random.default_rng(seed)
    Q, _ = np.linalg.qr(rng.normal(size=(n, n)))
    A = tf.constant(Q @ np.diag(np.geomspace(1, condition, n)) @ Q.T, tf.float32)
    minimum = tf.constant(rng.normal(size=n), tf.float32)

    def function(x):
        gradient = tf.linalg.matvec(A, x - minimum)
        return float(tf.tensordot(x - minimum, gradient, 1) / 2), gradient

    return function, minimum


def rosenbrock(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = tf.reduce_sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    return float(value), tape.gradient(value, x)


def run(function, start, most=1000, **options):
    """Return the minimisation once it has ended, and the values it was told."""
    minimiser = LBFGS.begin(start, **options)
    return minimiser, run_on(minimiser, function, most)


def run_on(minimiser, function, most):
    """Let the minimisation go on until it ends; return the values it was told."""
    values = []
    for _ in range(most):
        value, gradient = function(minimiser.trial)
        values.append(value)
        if not minimiser.tell(value, gradient):
            break
    return values


def scipys(function, start):
    """Return the values that SciPy's L-BFGS-B sees."""
    values = []

    def in_float64(x):
        value, gradient = function(tf.constant(x, tf.float32))
        values.append(value)
        return value, gradient.numpy().astype(np.float64)

    scipy.optimize.minimize(in_float64, start.numpy(), jac=True, method="L-BFGS-B", options={"ftol": 0, "gtol": 0})
    return values


def test_a_quadratic_as_fast_as_scipys():
    function, minimum = quadratic()
    ours, values = run(function, tf.zeros_like(minimum))
    np.testing.assert_allclose(ours.point, minimum, atol=1e-3)
    goal = 1e-4 * values[0]
    theirs = scipys(function, tf.zeros_like(minimum))
    first = [next(k for k, value in enumerate(v) if value < goal) for v in (values, theirs)]
    assert first[0] <= 1.5 * first[1], first


def test_rosenbrocks_valley_as_fast_as_scipys():
    ours, values = run(rosenbrock, tf.zeros(10))
    np.testing.assert_allclose(ours.point, np.ones(10), atol=1e-3)
    theirs = scipys(rosenbrock, tf.zeros(10))
    first = [next(k for k, value in enumerate(v) if value < 1e-6) for v in (values, theirs)]
    assert first[0] <= 2 * first[1], first


def test_it_never_goes_up():
    minimiser, best = LBFGS.begin(tf.zeros(10)), np.inf
    for _ in range(40):
        minimiser.tell(*rosenbrock(minimiser.trial))
        assert minimiser.value <= best
        best = minimiser.value
        assert rosenbrock(minimiser.point)[0] == pytest.approx(best, rel=1e-6)


def test_the_first_step_has_length_one_against_the_gradient():
    minimiser = LBFGS.begin(tf.constant([1.0, 2.0]))
    assert minimiser.tell(5.0, tf.constant([3.0, 4.0]))
    np.testing.assert_allclose(minimiser.trial, [1 - 0.6, 2 - 0.8], rtol=1e-6)


def test_a_step_that_is_too_long_is_shortened_to_the_minimum_of_the_parabola():
    """On x^2 from 0.25 with a step of 1 to -0.75, the parabola through both is x^2 itself, with its minimum in 0."""
    minimiser = LBFGS.begin(tf.constant([0.25]))
    minimiser.tell(0.0625, tf.constant([0.5]))
    np.testing.assert_allclose(minimiser.trial, [-0.75])
    assert minimiser.tell(0.5625, tf.constant([-1.5]))
    np.testing.assert_allclose(minimiser.trial, [0.0], atol=1e-6)
    assert (minimiser.value, minimiser.pairs.count) == (0.0625, 0)


def test_a_step_is_shortened_by_half_at_least_and_to_a_tenth_at_most():
    for value, length in ((1e6, 0.1), (0.9999999, 0.5)):
        minimiser = LBFGS.begin(tf.zeros(1))
        minimiser.tell(1.0, tf.constant([1e-3]))
        minimiser.tell(value, tf.constant([0.0]))
        assert minimiser.length == pytest.approx(length)


def test_a_step_goes_at_most_four_times_as_far_as_the_last():
    """On a valley floor of curvature 0.01, the second step would go all the way at once."""
    function = lambda x: (0.005 * float(x[0]) ** 2, 0.01 * x)  # noqa: E731
    minimiser, places = LBFGS.begin(tf.constant([100.0])), [100.0]
    for _ in range(6):
        minimiser.tell(*function(minimiser.trial))
        places.append(float(minimiser.trial[0]))
    np.testing.assert_allclose(places[:5], [100, 99, 95, 79, 15], rtol=1e-4)
    assert abs(places[5]) < 0.1


def test_an_interrupt_at_any_line_loses_nothing():
    """As of Ctrl-C in a notebook, whose cell is then run again."""
    function, minimum = quadratic()
    of_lbfgs = vars(LBFGS)["tell"].__code__.co_filename

    def interrupted(minimiser, line):
        """Tell it, interrupted at the line that is the so-many-th to be run; return whether there are so many."""
        left, answer = line, function(minimiser.trial)

        def trace(frame, event, _):
            nonlocal left
            if frame.f_code.co_filename != of_lbfgs:
                return None
            left -= event == "line"
            if left < 0:
                raise KeyboardInterrupt
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            minimiser.tell(*answer)
        except KeyboardInterrupt:
            return True
        finally:
            sys.settrace(before)
        return False

    line, goes_on = 0, True
    while goes_on:
        minimiser, values = run(function, tf.zeros_like(minimum), most=5)
        goes_on = interrupted(minimiser, line)
        again = run_on(minimiser, function, most=60)
        assert max(again[2:]) <= values[-1], line
        assert minimiser.value < 1e-3 * values[0], line
        line += 1
    assert line > 20


@pytest.mark.parametrize(("side", "pairs"), [(32, PAIRS), (2048, PAIRS), (4096, 2), (8192, 1), (100_000, 1)])
def test_large_pictures_remember_fewer_pairs(side, pairs):
    assert pairs_for(3 * side * side * 2 // 3) == pairs


def test_a_pair_without_curvature_is_not_remembered():
    """On a line the gradient does not change, and on a hill it falls along the way up: neither is a bowl."""
    for function in (lambda x: (float(x[0]), tf.ones(1)), lambda x: (-(float(x[0]) ** 2), -2 * x)):
        minimiser, _ = run(function, tf.constant([-0.5]), most=4)
        assert minimiser.pairs.count == 0
        assert minimiser.trials == 1


def test_a_step_on_which_the_gradient_did_not_change_displaces_no_pair():
    function, minimum = quadratic()
    minimiser, _ = run(function, tf.zeros_like(minimum), most=8)
    pairs = minimiser.pairs.count
    assert minimiser.tell(-1e6, minimiser.gradient)
    assert (minimiser.value, minimiser.pairs.count) == (-1e6, pairs)
    assert np.isfinite(minimiser.trial).all()


def test_it_ends_where_there_is_nothing_better():
    function, minimum = quadratic()
    minimiser, values = run(function, minimum + 1.0)
    assert len(values) < 300
    assert minimiser.value < 1e-6 * values[0]
    assert not LBFGS.begin(minimum).tell(*function(minimum))  # at the minimum, at once


def test_spoilt_pairs_are_forgotten_before_it_gives_up():
    """A value that rises whatever is tried: first along the remembered curvature, then straight down, then it ends."""
    function, minimum = quadratic()
    minimiser, _ = run(function, tf.zeros_like(minimum), most=8)
    assert minimiser.pairs.count
    told = 0
    while minimiser.tell(1e9, minimum):
        told += 1
        if told == 12:
            assert minimiser.pairs.count == 0
            assert float(tf.norm(minimiser.direction)) == pytest.approx(minimiser.reach, rel=1e-5)
    assert told == 23


def test_begun_again_it_goes_on_from_its_best_point_with_what_it_knows():
    function, minimum = quadratic()
    minimiser, _ = run(function, tf.zeros_like(minimum), most=8)
    best, pairs = minimiser.point, minimiser.pairs.count
    minimiser.begin_again()
    np.testing.assert_array_equal(minimiser.trial, best)
    value, gradient = function(best)
    assert minimiser.tell(value + 1e6, gradient)  # another function now, whose values are all larger
    assert minimiser.pairs.count == pairs
    assert minimiser.value == value + 1e6


def test_its_fields_are_the_whole_of_its_state():
    """A copy made of them alone, at any time, goes the same way to the last digit."""
    original = LBFGS.begin(tf.zeros(10), pairs=3)
    for step in range(25):
        if step in (0, 1, 2, 7, 12):
            fields = {field.name: getattr(original, field.name) for field in dataclasses.fields(original)}
            copied = tf.nest.map_structure(
                lambda part: tf.constant(part.numpy()) if tf.is_tensor(part) else part, fields
            )  # as a file would hold it
            other = LBFGS(**copied)
            for _ in range(10):
                other.tell(*rosenbrock(other.trial))
            saved = other.trial.numpy(), other.value, step + 10
        original.tell(*rosenbrock(original.trial))
        if step + 1 == saved[2]:
            np.testing.assert_array_equal(original.trial, saved[0])
            assert original.value == saved[1]


def test_pictures_of_all_sizes_share_what_was_compiled():
    from nst_tf import lbfgs

    for n in (50, 60, 70):
        run(quadratic(n)[0], tf.zeros(n), most=5, pairs=PAIRS)
    for function in (lbfgs._two_loops, lbfgs._with_products_of):
        assert function.experimental_get_tracing_count() == 1
