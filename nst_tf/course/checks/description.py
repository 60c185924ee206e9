"""What can be said of results that no known mistake explains; each sentence is checked before it is said."""

import inspect
import itertools

import numpy as np

from .constants import close, factor, same_factor
from .mistakes import outcomes_of
from .words import shape_in_words

_NOT_FINITE = "It gives NaN or infinity for ordinary numbers: look for a division by zero, or a root of one below it."
ZERO = "It is 0 whatever is given: does something become 0 (// cuts off), or is a thing compared with itself?"


def described(answer, reference, found, expected, cases, wanted=None, explain=None):
    """Return what can be said, the most telling first: of shapes, of arguments, of factors, of elements, of cases."""
    pairs = list(zip(found, expected, strict=True))
    if not all(f.shape == e.shape for f, e in pairs):
        return _of_shape(pairs, cases, wanted)
    if not all(np.isfinite(f).all() for f in found):
        return _NOT_FINITE
    return (
        _depends(answer, reference, cases)
        or _by_factors(pairs)
        or (explain and explain(found, expected, cases))
        or _by_element(pairs)
        or _by_case(pairs, cases)
    )


def _of_shape(pairs, cases, wanted):
    f, case = next((f, case) for (f, e), case in zip(pairs, cases, strict=True) if f.shape != e.shape)
    if wanted and wanted.endswith("."):
        return wanted
    given = " and ".join(shape_in_words(a.shape, case) for a in case if len(getattr(a, "shape", ())))
    given = f" for arguments of shape {given}" if given else ""
    return f"The result has the shape {shape_in_words(f.shape, case)}{given}; {wanted} is needed."


def _depends(answer, reference, cases):
    """Return a hint that names the argument which makes no difference where it should, or None."""
    names = list(inspect.signature(reference).parameters)
    for at, name in enumerate(names[: len(cases[0])]):
        verdicts = []
        for case, other in itertools.permutations(cases, 2):
            if _kind(case[at]) == _kind(other[at]):
                changed = (*case[:at], other[at], *case[at + 1 :])
                pairs = [outcomes_of(f, [case, changed]) for f in (reference, answer)]
                if None not in pairs and not close(*pairs[0]):
                    verdicts.append(np.array_equal(*pairs[1]))
        if verdicts and all(verdicts):
            return f"The argument `{name}` makes no difference to the result, and should: where does it come in?"
    return None


def _kind(argument):
    """Return what two arguments share that may stand in for each other."""
    if isinstance(argument, dict):
        return tuple(sorted((key, _kind(part)) for key, part in argument.items()))
    if isinstance(argument, (list, tuple)):
        return len(argument)
    return tuple(argument.shape) if hasattr(argument, "shape") else type(argument) in (int, float)


def by_one_factor(found, expected):
    """Return a hint where all results are off by one factor, compared element by element, or None."""
    factors = [factor(f, e) for f, e in zip(found, expected, strict=True)]
    if None in factors or not np.allclose(factors, factors[0], rtol=1e-3):
        return None
    return "The sign is wrong." if np.isclose(factors[0], -1, rtol=1e-3) else same_factor(factors[0])


def _by_factors(pairs):
    if any(factor(f, e) is None or f.size == 1 for f, e in pairs):
        return None
    return "Each result is right but for one factor, and this differs from case to case: what does it go with?"


def _by_element(pairs):
    """Return a hint where all results are wrong in one way that can be seen in the elements, or None."""
    tests = {
        "The sizes of the numbers are right, but some signs are not: what is subtracted from what?":
            lambda f, e: close(np.abs(f), np.abs(e)),
        "The right numbers come out, but some of them at other places than they should.":
            lambda f, e: f.size > 1 and close(np.sort(f, None), np.sort(e, None)),
        "It is right where the numbers are neither small nor large, and cut off beyond: what clips them?":
            lambda f, e: f.size > 3 and np.ptp(f) > 0 and close(f, np.clip(e, f.min(), f.max())),
        "Along the last axis, each entry is off by one number of its own, or is right: compare the numbers.":
            _same_along_last_axis,
    }  # fmt: skip
    differences = np.concatenate([np.ravel(f - e) for f, e in pairs])
    if np.allclose(differences, differences[0], rtol=1e-3, atol=1e-9):
        return f"It is off by the same number everywhere ({differences[0]:.4g}): what is added that should not be?"
    return next((hint for hint, test in tests.items() if all(test(f, e) for f, e in pairs)), None)


def _same_along_last_axis(found, expected):
    """Whether what is off depends on the place along the last axis alone."""
    off = np.reshape(found - expected, (-1, found.shape[-1])) if found.ndim > 1 else np.zeros((1, 1))
    return len(off) > 1 and bool(np.ptp(off, axis=0).max(initial=0) < 1e-4 * (1 + np.abs(expected).max()))


def _by_case(pairs, cases):
    """Return in which cases, or at which elements, a result is wrong."""
    right = [close(f, e) for f, e in pairs]
    number = right.index(False)
    told, (f, e) = case_in_words(cases[number]), pairs[number]
    if any(right):
        return f"It is right in {sum(right)} of {len(right)} cases, but not {told}: what is different there?"
    if f.size > 1 and 0 < (good := int(np.isclose(f, e, rtol=1e-3).sum())) < f.size:
        return (f"The shape is right, and {good} of {f.size} numbers are ({told}): try it on an example by hand, and "
                "see which ones are not.")  # fmt: skip
    way = "not"
    for name, sign in (("too large", 1), ("too small", -1)):
        way = name if all((sign * (np.abs(f) - np.abs(e)) >= 0).all() for f, e in pairs) else way
    return (f"The shape is right, the values are {way} ({told}), and not by one factor: try it on an example by hand, "
            "and look at each step's result.")  # fmt: skip


def case_in_words(case):
    """Return what a learner needs to call the function as it was called."""
    case = [float(part) if hasattr(part, "shape") and not len(part.shape) else part for part in case]
    plain = [str(part) for part in case if isinstance(part, (int, float, list, dict)) and len(str(part)) < 80]
    if len(plain) == len(case):
        return f"given {', '.join(plain)}"
    shapes = [" x ".join(map(str, part.shape)) for part in case if hasattr(part, "shape") and len(part.shape)]
    return f"for an array of {' and one of '.join(shapes)}" if shapes else "for others"


def explain_pair(one, other):
    """Return what tells, for `compare`, which of the two named numbers of a result is wrong, and an example."""
    names = (one, other)

    def explain(found, expected, cases):
        pairs = list(zip(found, expected, strict=True))
        wrong = [any(not np.isclose(f[k], e[k], rtol=1e-3) for f, e in pairs) for k in (0, 1)]
        number = next(k for k, pair in enumerate(pairs) if not close(*pair))
        given, got = case_in_words(cases[number]), ", ".join(f"{x:.4g}" for x in found[number])
        if all(wrong):
            return f"{given.capitalize()}, it gives {got}, and both numbers are wrong: try that by hand."
        at = wrong.index(True)
        many = "too large" if found[number][at] > expected[number][at] else "too small"
        return (f"The {names[1 - at]} is right, the {names[at]} is not: {given}, it gives {got}, and the {names[at]} "
                f"is {many}.")  # fmt: skip

    return explain
