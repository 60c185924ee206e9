"""How a learner's function is called: on copies of its arguments, its prints held back, and judged if it fails."""

import contextlib
import copy
import io

import numpy as np

from .verdict import compare, correct, not_yet, wrong


def quiet(function):
    """Return the function, called on copies of its arguments that it may change, and with nothing printed."""
    if not callable(function):
        return function

    def quiet(*arguments):
        # Models are passed on as they are, and so are tensors, which nobody can change.
        arguments = [copy.deepcopy(a) if isinstance(a, (np.ndarray, list, dict)) else a for a in arguments]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return function(*arguments)

    return quiet


def quiet_twice(function):
    """Return the function that makes a function, both quiet."""
    return lambda *arguments: quiet(quiet(function)(*arguments))


def noise(shape, seed):
    """Return an array of uniform numbers in [0, 1)."""
    return np.random.default_rng(seed).random(shape, np.float32)


def _copy(argument):
    return argument.copy() if isinstance(argument, np.ndarray) else argument


def compare_on_copies(name, function, reference, cases, mistakes):
    """Like `compare`, for functions that may write into the arrays they are given; then refuse those that do."""
    if not callable(function):
        return compare(name, function, reference, cases, mistakes)
    verdict = compare(name, lambda *case: function(*map(_copy, case)), reference, cases, mistakes)
    return unless_it_overwrites(name, function, *cases[0]) if verdict else verdict


def attempt(name, function, *arguments):
    """Return (result as a float64 array, None), or (None, the verdict that ends the check)."""
    if not callable(function):
        kind = type(function).__name__
        return None, wrong(name, f"Give the function itself, not {kind}: write its name without brackets.")
    try:
        result = function(*map(_copy, arguments))
    except NotImplementedError:
        return None, not_yet(name)
    except Exception as error:  # a learner's function may raise anything
        return None, wrong(name, f"It raised {type(error).__name__}: {' '.join(str(error).split())[:200]}")
    if result is None or result is Ellipsis:
        return None, wrong(name, "It returns nothing: end it with `return` and the result.")
    try:
        array = np.asarray(result, np.float64)
    except (TypeError, ValueError):
        return None, wrong(name, f"It returns {type(result).__name__}, which is no picture.")
    return array, None


def unless_it_overwrites(name, function, *arguments):
    """Return the verdict on a function that is right, unless it overwrites the picture it is given."""
    given = [_copy(argument) for argument in arguments]
    try:
        function(*given)
    except Exception as error:  # it worked a moment ago
        return wrong(name, f"Called once more, it raised {type(error).__name__}: it depends on how often it is called.")
    if np.array_equal(given[0], arguments[0]):
        return correct(name)
    return wrong(
        name,
        "The result is right, but the picture it was given has changed, too (`*=`, `-=` and `x[...] = ...` write into "
        "the caller's array): compute a new one.",
    )
