"""Mistakes that learners make: wrong functions with a hint each, and such as are made of several slips at once."""

import itertools
from collections.abc import Callable
from typing import NamedTuple


class Mistake(NamedTuple):
    """A wrong function that learners write, and the hint that leads them on without giving the answer away."""

    hint: str
    function: Callable
    constant_counts: bool = True  # whether a wrong constant is told, too


def slips(make, *single, at_most=2):
    """Return the mistakes that one slip makes, then those that two make together, and so on.

    Args:
        make: called with the keywords of the slips, returns the wrong function.
        single: (hint, {keyword: value}) of each slip; two that set the same keyword never meet.
        at_most: how many slips meet.
    """
    found = []
    for number in range(1, at_most + 1):
        for chosen in itertools.combinations(single, number):
            keywords = [keyword for _, changes in chosen for keyword in changes]
            if len(keywords) == len(set(keywords)):
                hint = " And: ".join(hint for hint, _ in chosen)
                found.append(Mistake(hint, make(**{k: v for _, changes in chosen for k, v in changes.items()})))
    return found
