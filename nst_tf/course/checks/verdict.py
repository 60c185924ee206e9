"""How a check comes to its verdict: compare with the reference, then with the mistakes that learners make."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import tensorflow as tf

CORRECT, NOT_YET, WRONG = "correct", "not yet", "wrong"
_SIGNS = {CORRECT: "✔", NOT_YET: "…", WRONG: "✘"}


@dataclass(frozen=True)
class Verdict:
    """What a check found: `status` is "correct", "not yet" or "wrong", `message` one or two sentences."""

    status: str
    message: str

    def __bool__(self):
        return self.status == CORRECT

    def __repr__(self):
        return f"{_SIGNS[self.status]} {self.message}"


class Mistake(NamedTuple):
    """A wrong function that learners write, and the hint that leads them on without giving the answer away."""

    hint: str
    function: Callable


def correct(name):
    """Return the verdict of a function that passed everything."""
    return Verdict(CORRECT, f"{name}: correct, well done.")


def not_yet(name):
    """Return the verdict of an exercise that is still unsolved."""
    return Verdict(NOT_YET, f"{name}: not yet. Write your code, run its cell, then this one again.")


def wrong(name, hint):
    """Return the verdict of a function that does not do its job, with a hint."""
    return Verdict(WRONG, f"{name}: not quite. {hint}")


def compare(name, function, reference, cases, mistakes=(), *, differentiable=False, rtol=1e-3):
    """Run a learner's function on some cases and return the `Verdict`.

    Args:
        name: the exercise, as the learner knows it.
        function: the learner's function.
        reference: the right one.
        cases: argument tuples; at least two, so that a constant is not taken for a formula.
        mistakes: `Mistake`s, the likely first.
        differentiable: training needs the gradient with respect to the last tensor argument, which NumPy
            inside would cut off.
        rtol: relative tolerance.
    """
    if not callable(function):
        return wrong(name, f"Give the function itself, not {type(function).__name__}: write its name without brackets.")
    expected = [_as_array(reference(*case)) for case in cases]
    found = []
    for case, right in zip(cases, expected, strict=True):
        try:
            result = function(*case)
        except NotImplementedError:
            return not_yet(name)
        except Exception as error:  # a learner's function may raise anything
            return wrong(name, f"It raised {type(error).__name__}: {_one_line(error)}")
        if result is None or result is Ellipsis:
            return wrong(name, "It returns nothing: end it with `return` and the result.")
        try:
            found.append(_as_array(result))
        except Exception:  # the result may be anything, too
            return wrong(name, f"It returns {type(result).__name__}, which is no tensor of numbers.")
        if found[-1].shape != right.shape and not _matches_a_mistake(mistakes, function, cases):
            return wrong(name, f"The result has shape {found[-1].shape}; shape {right.shape} is needed here.")
    if _agree(found, expected, rtol):
        if differentiable and not _has_gradient(function, cases[0]):
            return wrong(
                name,
                "The values are right, but no gradient comes through: compute with TensorFlow all the way "
                "(tf.reduce_sum, tf.square, ...), without .numpy() or np functions, or nothing can be trained.",
            )
        return correct(name)
    for mistake in mistakes:
        if _agree(found, _results(mistake.function, cases), rtol):
            return wrong(name, mistake.hint)
    return wrong(name, _describe_difference(found, expected))


def _matches_a_mistake(mistakes, function, cases):
    found = _results(function, cases)
    return any(_agree(found, _results(mistake.function, cases), 1e-3) for mistake in mistakes)


def _results(function, cases):
    try:
        return [_as_array(function(*case)) for case in cases]
    except Exception:  # a mistake that cannot run on these cases is not the one that was made
        return None


def _as_array(result):
    if isinstance(result, (tuple, list)) and any(np.ndim(part) for part in result):
        return np.concatenate([np.ravel(np.asarray(part, np.float64)) for part in result])
    return np.asarray(result, np.float64)


def _agree(found, expected, rtol):
    return (
        found is not None
        and expected is not None
        and all(
            f.shape == e.shape and np.allclose(f, e, rtol=rtol, atol=1e-6 * (1 + np.abs(e).max(initial=0)))
            for f, e in zip(found, expected, strict=True)
        )
    )


def _has_gradient(function, case):
    """Whether the gradient of the sum of the result by the last argument that holds tensors exists."""
    tensors = [[part for part in tf.nest.flatten(argument) if tf.is_tensor(part)] for argument in case]
    watched = [parts for parts in tensors if parts][-1]
    try:
        with tf.GradientTape() as tape:
            tape.watch(watched)
            result = function(*case)
            total = tf.reduce_sum(result) if tf.is_tensor(result) else None
        return total is not None and any(part is not None for part in tape.gradient(total, watched))
    except Exception:  # what works once may fail the second time
        return False


def _describe_difference(found, expected):
    ratios = [np.sum(f) / np.sum(e) for f, e in zip(found, expected, strict=True) if np.sum(e)]
    if ratios and np.allclose(ratios, ratios[0], rtol=1e-3) and ratios[0] != 0:
        return f"It is off by the same factor everywhere ({ratios[0]:.4g}): look at the constant."
    if not all(np.isfinite(f).all() for f in found):
        return "It gives NaN or infinity for ordinary numbers: look for a division by zero or a root of one."
    return "The shape is right, the values are not: try it on the toy example of the lesson, by hand."


def _one_line(error):
    return " ".join(str(error).split())[:200]
