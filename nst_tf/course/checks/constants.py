"""Which factor an answer is off by: integer powers of the named sizes that the constant of the exercise is made of."""

import itertools

import numpy as np

RTOL = 1e-3
OF_SIZES = (
    "It is off by a factor that goes by the sizes alone: look at the constant, at its brackets, and at each of its "
    "factors and signs."
)


class Constant:
    """The sizes that a constant may be made of, and what is said of the powers that were found.

    Args:
        sizes: {what it is when it grows, such as "more channels": function of a case's arguments that returns it}.
        hints: {powers, in the order of the sizes: hint}; others are put into words.
        most: the highest power that is tried.
        place: where to look for the fault.
        alone: whether only what is right is tried with a factor, and no mistake.
    """

    def __init__(self, sizes, hints, most=2, place="the constant", alone=False):
        self.sizes, self.hints, self.most, self.place, self.alone = sizes, hints, most, place, alone

    def hint(self, found, expected, cases):
        """Return a hint where `found` is `expected` times powers of the sizes, in each element of each case, or None.

        Two cases may tell apart no powers; with as many as there are sizes, chance fits are not to be expected.
        """
        factors = [factor(f, e) for f, e in zip(found, expected, strict=True)]
        if None in factors or len({np.sign(f) for f in factors}) > 1:
            return None
        powers = self._powers(np.abs(factors), cases)
        if powers is None:
            if np.allclose(factors, factors[0], rtol=RTOL):
                return None  # a number that no size explains may be chance: `compare` says it of what is right alone
            return OF_SIZES if self._goes_by_sizes(factors, cases) else None
        sign = "The sign is wrong. " if factors[0] < 0 else ""
        if not any(powers):
            return sign.strip()
        return sign + (self.hints.get(powers) or self._in_words(powers))

    def _powers(self, factors, cases):
        """Return the powers that fit all the cases, the smallest first, or None."""
        logs = np.log([[float(size(*case)) for size in self.sizes.values()] for case in cases])
        steps = range(-self.most, self.most + 1)
        candidates = np.array(list(itertools.product(steps, repeat=len(self.sizes))))
        fits = candidates[np.all(np.abs(candidates @ logs.T - np.log(factors)) < RTOL, axis=1)]
        return tuple(min(fits.tolist(), key=lambda powers: sum(map(abs, powers)))) if len(fits) else None

    def _goes_by_sizes(self, factors, cases):
        """Whether the factor is the same where the sizes are: there must be cases that differ in their numbers only."""
        by_sizes = {}
        for f, case in zip(factors, cases, strict=True):
            by_sizes.setdefault(tuple(size(*case) for size in self.sizes.values()), []).append(f)
        alike = [found for found in by_sizes.values() if len(found) > 1]
        return bool(alike) and all(np.allclose(found, found[0], rtol=RTOL) for found in alike)

    def _in_words(self, powers):
        powers = dict(zip(self.sizes, powers, strict=True))
        number = powers.pop("2", 0)
        grows, shrinks = ([name for name, power in powers.items() if sign * power > 0] for sign in (1, -1))
        parts = [f"more so {_with(name, powers[name])}" for name in grows]
        if grows and not shrinks:
            return f"It is too large, and {' and '.join(parts)}: look at {self.place}."
        if shrinks and not grows:
            parts = [f"more so {_with(name, powers[name])}" for name in shrinks]
            return f"It is too small, and {' and '.join(parts)}: look at {self.place}."
        if grows:
            return (f"It grows too fast with {_all(grows)}, and too slowly with {_all(shrinks)}: which of them "
                    "belongs above the fraction line, which below?")  # fmt: skip
        return same_factor(2.0**number)


def _all(names):
    return " and ".join(names)


def _with(name, power):
    return f"with {name}" + (" (by a square or more)" if abs(power) > 1 else "")


def same_factor(c):
    """Return what is said of a result that is `c` times the right one, whatever is given."""
    return f"It is off by the same factor everywhere ({c:.4g}): look at the constant."


def factor(found, expected):
    """Return the one number that all of `expected` is to be multiplied by to give `found`, or None."""
    if found.shape != expected.shape or not found.size or not np.isfinite(found).all():
        return None
    largest = np.abs(expected).argmax()
    if not expected.flat[largest] or not found.flat[largest]:
        return None
    c = found.flat[largest] / expected.flat[largest]
    return c if close(found, c * expected) else None


def close(found, expected):
    """Whether two arrays are equal, but for rounding."""
    if found.shape != expected.shape:
        return False
    with np.errstate(all="ignore"):
        return np.allclose(found, expected, rtol=RTOL, atol=1e-6 * np.abs(expected).max(initial=0) + 1e-12)
