"""The usual slips: what may be done to any argument, or to the result, of any exercise. Each has one sentence.

A check's table lists only what is the exercise's own; these meet the reference, each other, and the table's mistakes.
"""

import inspect
import itertools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from .answer import numbers
from .mistakes import Mistake, together

RESULT = "the result"
_NUMBERS = {
    "{} is missing, as if it were 1.": lambda x: 0 * x + 1,
    "{} plays no part, as if it were 0.": lambda x: 0 * x,
    "{} divides where it should multiply, or the other way round.": lambda x: 1 / x,
    "1 - {} stands where {} should.": lambda x: 1 - x,
    "1 + {} stands where {} should.": lambda x: 1 + x,
    "{} is doubled.": lambda x: 2 * x,
    "{} is halved.": lambda x: x / 2,
}
_ALL = {
    "{} has the wrong sign.": lambda x: -x,
    "{} is squared.": lambda x: x * x,
    "{} is under a root.": lambda x: np.sqrt(np.abs(x)),
}
_ARRAYS = {
    "{} plays no part, as if it were 0.": lambda x: 0 * x,
    "{} has lost its signs.": np.abs,
    "Only the signs of {} are left.": np.sign,
    "{} is divided by its length.": lambda x: x / np.linalg.norm(x),
    "{} is divided by its largest number.": [lambda x: x / np.abs(x).max(), lambda x: x / x.max()],
    "{} is made of its mean alone.": lambda x: 0 * x + x.mean(),
    "{} is made of its sum alone.": lambda x: 0 * x + x.sum(),
    "{} is made of its largest number alone.": lambda x: 0 * x + x.max(),
    "From {} its mean is subtracted.": [lambda x: x - x.mean()] + [
        lambda x, axis=axis: x - x.mean(axis, keepdims=True) for axis in (0, -1, (-3, -2))],
    "{} is clipped, or cut off below 0.": [lambda x, ends=ends: np.clip(x, *ends) for ends in (
        (0, np.inf), (0, 1), (-1, 1), (0, 255), (0, 0.5), (-0.5, 0.5), (-128, 128))],
    "{} is rounded, or cut to whole numbers.": [np.round, np.floor, np.trunc],
    "{} is scaled to 0..255.": lambda x: 255 * x,
    "{} is divided by 255, or by 127.5.": [lambda x: x / 255, lambda x: x / 127.5],
    "{} is scaled to [-1, 1].": lambda x: 2 * x - 1,
    "In {} all axes are reversed.": np.flip,
    "{} is turned on its side: its rows and columns have changed places.": [
        lambda x: np.swapaxes(x, -3, -2) if x.ndim > 2 else x.T],
}  # fmt: skip
# Of a result, `description` says these better.
_OF_ARGUMENTS = ("were 0.", "were 1.", "is doubled.", "is halved.", f"{RESULT} should.")
_REVERSED = ("In {} the channels, or columns, are reversed.", "{} is mirrored: its columns are reversed.",
             "{} is upside down: its rows are reversed.", "In {} the batch is reversed.")  # fmt: skip
_OF_RESULT = {
    "{} is summed up to one number.": np.sum,
    "{} is averaged to one number.": np.mean,
    "{} is summed up over some of its axes.": [lambda x, a=a: x.sum(a) for a in (0, -1, (1, 2), (0, 1, 2))],
    "{} is averaged over some of its axes.": [lambda x, a=a: x.mean(a) for a in (0, -1, (1, 2), (0, 1, 2))],
    "{} is one long row: keep its axes.": np.ravel,
    "{} has an axis too many.": [lambda x: x[None], lambda x: x[..., None]],
    "{} has lost its first axis.": lambda x: x[0],
    "{} is there twice.": lambda x: np.concatenate([x, x]),
}
_LISTS = {
    "{} is taken from last to first.": lambda x: x[::-1],
    "Of {} only the first is used: does it return inside the loop?": lambda x: x[:1],
    "Of {} only the last is used: does the loop add to what it has, or overwrite it?": lambda x: x[-1:],
    "Of {} the first is left out.": lambda x: x[1:],
    "Of {} the last is left out.": lambda x: x[:-1],
}
_WEIGHTS = {
    "{} is rescaled to add up to 1: take the numbers as they are.": lambda x: _mapped(x, lambda w, all_: w / sum(all_)),
    "{} is divided by how many there are.": lambda x: _mapped(x, lambda w, all_: w / len(all_)),
    "{} is replaced by its sum.": lambda x: _mapped(x, lambda w, all_: sum(all_)),
    "{} gives each the same share, as in a mean.": lambda x: _mapped(x, lambda w, all_: 1 / len(all_)),
    "The numbers of {} meet the wrong names: look each up by its name.": lambda x: dict(
        zip(x, reversed(x.values()), strict=True)),
}  # fmt: skip


class Slip(NamedTuple):
    """What changes the arguments of a function, or its result.

    `places` are those that are changed; one that `meets` others is tried with them, too: arrays have too many.
    """

    hint: str
    places: frozenset
    meets: bool
    before: Callable = lambda case: case
    after: Callable = lambda result: result

    def of(self, function):
        """Return the function with the slip in it."""
        return lambda *case: self.after(function(*self.before(case)))


def usual_slips(reference, case):
    """Return the slips that the arguments of a case, and its result, may suffer."""
    names = list(inspect.signature(reference).parameters)[: len(case)]
    found = [Slip(hint, frozenset([at]), _is_plain(case[at]), before=_at(at, change))
             for at, name in enumerate(names) for hint, change in _changes(case[at], f"`{name}`")]  # fmt: skip
    for one, other in itertools.combinations(range(len(names)), 2):
        if _kind(case[one]) is not None and _kind(case[one]) == _kind(case[other]):
            found += _of_two(one, other, names, _is_plain(case[one]))
    result = np.float64(numbers(reference(*case)))
    of_result = [(hint, c) for hint, c in _changes(result, RESULT) if not hint.endswith(_OF_ARGUMENTS)]
    of_result += _named(_OF_RESULT, RESULT) if result.ndim else []
    after = [Slip(hint, frozenset([RESULT]), True, after=lambda r, c=c: c(numbers(r))) for hint, c in of_result]
    return found + after


def with_slips(mistakes, slips, reference):
    """Return the mistakes that two make together: one of the table with a slip, or two slips at different places."""
    slips = [slip for slip in slips if slip.meets]
    for mistake, slip in itertools.product(mistakes, slips):
        yield Mistake(together(mistake.hint, slip.hint), slip.of(mistake.function))
    for one, other in itertools.combinations(slips, 2):
        if not one.places & other.places:
            yield Mistake(together(one.hint, other.hint), one.of(other.of(reference)))


def _changes(part, name):
    """Return the (hint, change) of what may be done to an argument or a result."""
    if isinstance(part, dict):
        each = _changes(next(iter(part.values())), name)
        lists = [(hint, lambda x, c=c: dict(c(list(x.items())))) for hint, c in _named(_LISTS, name)]
        return [(hint, lambda x, c=c: {k: c(v) for k, v in x.items()}) for hint, c in each] + lists + (
            _named(_WEIGHTS, name) if _kind(next(iter(part.values()))) == () else [])  # fmt: skip
    if isinstance(part, list):
        return _named(_LISTS, name)
    kind = _kind(part)
    if kind is None:
        return []
    found = _named({**_ALL, **(_ARRAYS if kind else _NUMBERS)}, name)
    found += [(_sentence(hint, name), lambda x, axis=axis: np.flip(x, -1 - axis))
              for axis, hint in enumerate(_REVERSED[: len(kind)])]  # fmt: skip
    return [(hint, _for_tensors(change)) for hint, change in found] if kind and tf.is_tensor(part) else found


def _for_tensors(change):
    return lambda x: tf.cast(change(x.numpy()), x.dtype)


def _named(hints, name):
    return [(_sentence(hint, name), change) for hint, changes in hints.items()
            for change in (changes if isinstance(changes, list) else [changes])]  # fmt: skip


def _sentence(hint, name):
    text = hint.format(name, name)
    return text[0].upper() + text[1:]


def _of_two(one, other, names, meets):
    """Return the slips by which two arguments of a kind are swapped, or one stands for both."""
    for order in ((other, one), (one, one), (other, other)):
        hint = "`{}` and `{}` have changed places.".format(*(names[at] for at in (one, other)))
        if order[0] == order[1]:
            hint = f"`{names[order[0]]}` stands in both places, its own and that of `{names[one + other - order[0]]}`."
        yield Slip(hint, frozenset([one, other]), meets, before=lambda case, order=order: [
            case[order[at == other]] if at in (one, other) else part for at, part in enumerate(case)])  # fmt: skip


def _at(place, change):
    return lambda case: [change(part) if at == place else part for at, part in enumerate(case)]


def _mapped(weights, new):
    return {name: new(weight, weights.values()) for name, weight in weights.items()}


def _is_plain(part):
    return _kind(next(iter(part.values())) if isinstance(part, dict) else part) == ()


def _kind(part):
    """Return the shape of a number or an array of floats, or None."""
    if isinstance(part, (bool, str)) or not (isinstance(part, (int, float)) or hasattr(part, "shape")):
        return None
    return tuple(getattr(part, "shape", ()))
