"""How a learner's function is called: on copies, its errors in words, its prints shown once, its changes noticed."""

import contextlib
import functools
import io

import numpy as np
import tensorflow as tf

from .verdict import NotQuite, NotYet, as_verdict
from .words import error_in_words

CHANGED = (
    "The result is right, but the function changes its arguments: operations such as -=, append, pop or x[...] = ... "
    "write into the caller's array, list or dict. Make a new one."
)


class Answer:
    """A learner's function, or one that it has returned.

    Called, it gets copies of its arguments, so that every call begins alike.

    Raises:
        NotQuite: it is no function, or it raised an error.
        NotYet: it is unsolved.
    """

    def __init__(self, function):
        if not callable(function):
            kind = type(function).__name__
            raise NotQuite(f"Give the function itself, not {kind}: write its name without brackets.")
        self._function, self.changed = function, False
        self._silent = self._has_returned = False

    def __call__(self, *arguments):
        """Return what the function returns for copies of the arguments."""
        given, printed = copied(arguments), io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                result = self._function(*given)
        except (Exception, SystemExit) as error:  # a learner's function may raise anything
            self._show(printed)
            raise _refusal(error, arguments) from None
        self._show(printed)
        self.changed = self.changed or not same(arguments, given)
        return result

    def returning(self, function):
        """Return the answer that a function is which this one has returned; only the first one's prints are shown."""
        answer = Answer(function)
        answer._silent, self._has_returned = self._has_returned, True
        return answer

    def _show(self, printed):
        """Show what was printed, at the first call alone: a check calls many times."""
        if not self._silent:
            print(printed.getvalue(), end="")
        self._silent = True


def exercise(judge):
    """Return the check `check(function)` that a judge of an `Answer` makes: it raises `NotQuite`, or all is well."""

    @as_verdict
    @functools.wraps(judge)
    def check(function):
        answer = Answer(function)
        note = judge(answer)
        if answer.changed and note is None:
            raise NotQuite(CHANGED)
        return note

    return check


def _refusal(error, arguments):
    text = error_in_words(error, arguments)
    unsolved = isinstance(error, NotImplementedError) and text.startswith("It raised")
    return NotYet() if unsolved else NotQuite(text)


def copied(argument):
    """Return arguments that may be written into; models, functions, variables and tensors are passed on as they are."""
    if isinstance(argument, np.ndarray):
        return argument.copy()
    if isinstance(argument, dict):
        return {key: copied(part) for key, part in argument.items()}
    return type(argument)(map(copied, argument)) if type(argument) in (list, tuple) else argument


def same(before, after):
    """Whether arguments are what they were, in the same order."""
    if isinstance(before, np.ndarray):
        return before.shape == after.shape and np.array_equal(before, after)
    if isinstance(before, dict):
        return list(before) == list(after) and all(same(before[key], after[key]) for key in before)
    if type(before) in (list, tuple):
        return len(before) == len(after) and all(map(same, before, after))
    return before is after or bool(not tf.is_tensor(before) and before == after)


def something(result):
    """Return the result of a call, unless it is nothing.

    Raises:
        NotQuite: it is None, or the dots of an unfinished cell.
    """
    if result is None or result is Ellipsis:
        raise NotQuite("It returns nothing: end it with `return` and the result.")
    return result


def numbers(result):
    """Return the result of a call as a float64 array; a list of several arrays, as one behind the other.

    Raises:
        NotQuite: it is nothing, or no numbers.
    """
    try:
        with np.errstate(all="ignore"):
            parts = something(result) if isinstance(result, (tuple, list)) else ()
            if len({np.shape(part) for part in parts}) > 1:
                return np.concatenate([np.ravel(np.asarray(part, np.float64)) for part in parts])
            return np.asarray(something(result)).astype(np.float64)
    except NotQuite:
        raise
    except Exception:  # a result may be anything, and so may its error
        raise NotQuite(f"It returns {type(result).__name__}, which is no tensor of numbers.") from None
