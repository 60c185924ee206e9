"""Mistakes that learners make: wrong functions with a hint each, alone and several at once."""

import itertools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .answer import numbers

_AND = " And: "


class Mistake(NamedTuple):
    """A wrong function that learners write, and the hint that leads them on without giving the answer away."""

    hint: str
    function: Callable

    @property
    def number(self):
        """How many mistakes it is made of."""
        return self.hint.count(_AND) + 1


def table(hints):
    """Return the mistakes of {hint: wrong function, or a list of them}."""
    return [Mistake(hint, function) for hint, function in _pairs(hints)]


def slips(make, *, at_most=2, **places):
    """Return the mistakes that one slip makes, then those that two make together, and so on.

    Args:
        make: called with the keywords of the slips, returns the wrong function.
        at_most: how many slips meet; two at the same place never do.
        places: for each keyword of `make`, {hint: value, or a list of them}.
    """
    single = [(hint, keyword, value) for keyword, hints in places.items() for hint, value in _pairs(hints)]
    found = []
    for number in range(1, at_most + 1):
        for chosen in itertools.combinations(single, number):
            keywords = {keyword: value for _, keyword, value in chosen}
            if len(keywords) == number:
                found.append(Mistake(together(*(hint for hint, _, _ in chosen)), make(**keywords)))
    return found


def together(*hints):
    """Return the hint of several mistakes at once."""
    return _AND.join(hints)


def _pairs(hints):
    for hint, values in hints.items():
        for value in values if isinstance(values, list) else [values]:
            yield hint, value


def outcomes_of(function, cases):
    """Return the results of a function as arrays, or None: a mistake that cannot run is not the one that was made."""
    try:
        with np.errstate(all="ignore"):
            return [numbers(function(*case)) for case in cases]
    except Exception:  # a mistake may be one because it fails
        return None
