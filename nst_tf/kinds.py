"""What a setting can be. A kind is a function of a setting's name and a value; it returns what is kept of the value.

For what cannot be used it raises `InputError`: the setting, what was given, what to give.
"""

import math
import numbers
import os
from collections.abc import Callable, Mapping
from typing import Any

from .errors import InputError, unknown_name

Kind = Callable[[str, Any], Any]
MAX_NUMBER = 3.4e38  # float32's largest is a little more


class Weights(Mapping[str, float]):
    """Numbers by name that cannot be changed, in the order given; equal to a dict that holds the same."""

    def __init__(self, numbers: Mapping[str, float]):
        self._numbers = dict(numbers)

    def __getitem__(self, name):
        return self._numbers[name]

    def __iter__(self):
        return iter(self._numbers)

    def __len__(self):
        return len(self._numbers)

    def __hash__(self):
        return hash(frozenset(self._numbers.items()))

    def __repr__(self):
        return repr(self._numbers)


def number(name: str, value: Any) -> float:
    """A finite number, 0 or more, within what float32 holds."""
    try:
        result = float(value)
    except (TypeError, ValueError):
        raise InputError(f"{name} is {value!r}: give a number, 0 or more") from None
    except OverflowError:
        result = math.inf
    if not 0 <= result < math.inf:
        raise InputError(f"{name} is {value}: give a finite number, 0 or more")
    if result > MAX_NUMBER:
        raise InputError(f"{name} is {value}: give a number up to {MAX_NUMBER:g}, the largest that float32 holds")
    return result


def positive(name: str, value: Any) -> float:
    """A number above 0."""
    result = number(name, value)
    if result == 0:
        raise InputError(f"{name} is {result:g}: give a number above 0")
    return result


def share(name: str, value: Any) -> float:
    """A number from 0 to 1."""
    try:
        result = float(value)
    except (TypeError, ValueError, OverflowError):
        result = math.nan
    if not 0 <= result <= 1:
        raise InputError(f"{name} is {value!r}: give a number from 0 to 1")
    return result


def whole(least: int, most: float = math.inf) -> Kind:
    """A whole number from `least` to `most`."""

    def check(name, value):
        if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < least:
            raise InputError(f"{name} is {value!r}: give a whole number, {least} or more")
        if value > most:
            raise InputError(f"{name} is {value}: give {most} at most")
        return int(value)

    return check


def whole_or(names: tuple[str, ...], least: int) -> Kind:
    """One of some names, or a whole number from `least` on, in digits, too."""

    def check(name, value):
        if isinstance(value, str) and value.isdecimal():
            value = int(value)
        if isinstance(value, numbers.Integral) and not isinstance(value, bool) and value >= least:
            return int(value)
        if value not in names:
            raise InputError(f"{name} is {value!r}: give {', '.join(names)}, or a whole number, {least} or more")
        return value

    return check


def one_of(names: tuple[str, ...]) -> Kind:
    """One of some names."""

    def check(name, value):
        if value not in names:
            raise unknown_name(name, value, names)
        return value

    return check


def flag(name: str, value: Any) -> bool:
    """True or False."""
    if value is True or value is False:
        return value
    raise InputError(f"{name} is {value!r}: give True or False")


def weights_file(name: str, value: Any) -> str:
    """The name of bundled or downloaded weights, or the path of a file."""
    if isinstance(value, (str, os.PathLike)):
        return os.fspath(value)
    raise InputError(f"{name} is {value!r}: give bundled, imagenet, or the path of a file")


def numbers_by_name(name: str, value: Any) -> Weights:
    """Numbers by name; which names there are depends on other settings."""
    if not isinstance(value, Mapping):
        raise InputError(f"{name} is {value!r}: give a dict of names and numbers")
    return Weights({key: number(f"{name}, {key}", part) for key, part in value.items()})
