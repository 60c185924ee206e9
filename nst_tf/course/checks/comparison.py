"""How an answer is compared: with what is right, then with mistakes, and otherwise by what can be said of it."""

import inspect
import itertools

import numpy as np

from .answer import numbers
from .constants import close, factor, same_factor
from .mistakes import Mistake
from .verdict import NotQuite


def compare(answer, reference, cases, mistakes=(), *, constant=None, wanted=None, explain=None):
    """Compare an answer with what is right.

    Args:
        answer: the `Answer`, or what calls it.
        reference: the right function.
        cases: argument tuples; at least three, where a `constant` is to be fitted.
        mistakes: `Mistake`s, the likely first.
        constant: the `Constant` that an answer may have wrong, on its own or with another mistake.
        wanted: the shape of the result in words; or a sentence, where a result is no single array.
        explain: (found, expected, cases) to a hint, or None: what a wrong result means, where no mistake is known.

    Raises:
        NotQuite: with a hint, where it is not right.
    """
    expected = [numbers(reference(*case)) for case in cases]
    found = []
    for number, case in enumerate(cases):
        try:
            found.append(numbers(answer(*case)))
        except NotQuite as problem:
            if not number or not all(map(close, found, expected)):
                raise
            raise NotQuite(f"It works {_told(cases[0])}, but not {_told(case)}. {problem}") from None
    if not all(map(_alike, found[:1], [numbers(answer(*case)) for case in cases[:1]])):
        raise NotQuite("Called twice with the same arguments, it gives two results: what does it keep between the "
                       "calls, or draw at random? Let it begin afresh each time.")  # fmt: skip
    if not all(map(close, found, expected)):
        raise NotQuite(
            _known(found, expected, cases, mistakes, constant)
            or _of_shape(found, expected, cases, wanted)
            or _no_numbers(found)
            or _depends(answer, reference, cases)
            or _by_factor(list(zip(found, expected, strict=True)))
            or (explain and explain(found, expected, cases))
            or described(found, expected, cases)
        )


def _alike(first, second):
    return first.shape == second.shape and (np.allclose(first, second, rtol=1e-3, atol=1e-6, equal_nan=True))


def _known(found, expected, cases, mistakes, constant):
    """Return the hint of the mistake that computes what was found; of one with another constant; or None."""
    for mistake in mistakes:
        pairs = zip(found, cases, strict=True)  # most differ in the first case already
        if all((outcome := outcomes_of(mistake.function, [case])) and close(f, outcome[0]) for f, case in pairs):
            return mistake.hint
    for hint, function, told in [Mistake("", None), *([] if constant.alone else mistakes)] if constant else ():
        outcome = outcomes_of(function, cases) if function else expected
        off = outcome and constant.hint(found, outcome, cases)
        if off is not None:
            return f"{hint} {off}".strip() if told else hint
    return None


def outcomes_of(function, cases):
    """Return the results of a mistake as arrays, or None: one that cannot run is not the one that was made."""
    try:
        with np.errstate(all="ignore"):
            return [numbers(function(*case)) for case in cases]
    except Exception:  # a mistake may be one because it fails
        return None


def _of_shape(found, expected, cases, wanted):
    for f, e, case in zip(found, expected, cases, strict=True):
        if f.shape != e.shape:
            if wanted and wanted.endswith("."):
                return wanted
            given = " and ".join(str(tuple(a.shape)) for a in case if hasattr(a, "shape") and len(a.shape))
            given = f" for arguments of shape {given}" if given else ""
            return f"The result has shape {f.shape}{given}; {wanted or f'shape {e.shape}'} is needed."
    return None


def _no_numbers(found):
    """Return a hint where the results are 0 or not finite, which tells more than what they depend on, or None."""
    if not all(np.isfinite(f).all() for f in found):
        return "It gives NaN or infinity for ordinary numbers: look for a division by zero, or a root of one below it."
    if not any(f.any() for f in found):
        return "It is 0 whatever is given: does something become 0 (// cuts off), or is a thing compared with itself?"
    return None


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


def described(found, expected, cases=None):
    """Return what can be said of results that no known mistake explains; each sentence is checked before it is said."""
    pairs = list(zip(found, expected, strict=True))
    return _by_factor(pairs) or _by_element(pairs) or _by_case(pairs, cases)


def _by_factor(pairs):
    """Return a hint where each result is off by one factor, compared element by element, or None."""
    factors = [factor(f, e) for f, e in pairs]
    if None in factors:
        return None
    if np.allclose(factors, factors[0], rtol=1e-3):
        return "The sign is wrong." if np.isclose(factors[0], -1, rtol=1e-3) else same_factor(factors[0])
    if all(np.size(f) > 1 for f, _ in pairs):
        return "Each result is right but for one factor, and this differs from case to case: what does it go with?"
    return None


def _by_element(pairs):
    """Return a hint where all results are wrong in one way that can be seen in the elements, or None."""

    def everywhere(test):
        return all(test(f, e) for f, e in pairs)

    if everywhere(lambda f, e: close(np.abs(f), np.abs(e))):
        return "The sizes of the numbers are right, but some signs are not: what is subtracted from what?"
    if everywhere(lambda f, e: f.ndim == 2 and f.shape[0] == f.shape[1] and close(f.T, e)):
        return "Rows and columns have changed places."
    if everywhere(lambda f, e: f.size > 1 and close(np.sort(f, None), np.sort(e, None))):
        return "The right numbers come out, but some of them at other places than they should."
    differences = np.concatenate([np.ravel(f - e) for f, e in pairs])
    if np.allclose(differences, differences[0], rtol=1e-3, atol=1e-9):
        return f"It is off by the same number everywhere ({differences[0]:.4g}): what is added that should not be?"
    if everywhere(lambda f, e: f.size > 3 and np.ptp(f) > 0 and close(f, np.clip(e, f.min(), f.max()))):
        return "It is right where the numbers are neither small nor large, and cut off beyond: what clips them?"
    if any(everywhere(lambda f, e, whole=whole: close(f, whole(e))) for whole in (np.round, np.floor, np.ceil)):
        return "It is rounded to whole numbers: leave the fractions."
    if everywhere(_same_along_last_axis):
        return "Along the last axis, each entry is off by one number of its own, or is right: compare the numbers."
    if everywhere(lambda f, e: close(f, np.square(e))):
        return "It is the square of what it should be: one square too many."
    if everywhere(lambda f, e: close(np.square(f), np.abs(e))):
        return "It is the root of what it should be: one root too many, or a square that is missing."
    return None


def _same_along_last_axis(found, expected):
    """Whether what is off depends on the place along the last axis alone."""
    off = np.reshape(found - expected, (-1, found.shape[-1])) if found.ndim > 1 else np.zeros((1, 1))
    return len(off) > 1 and bool(np.ptp(off, axis=0).max(initial=0) < 1e-4 * (1 + np.abs(expected).max()))


def _by_case(pairs, cases):
    """Return in which cases, or at which elements, a result is wrong."""
    right = [close(f, e) for f, e in pairs]
    number, case = next((k, case) for k, case in enumerate(cases or [()] * len(pairs)) if not right[k])
    told, (f, e) = _told(case), pairs[number]
    if any(right):
        return f"It is right in {sum(right)} of {len(right)} cases, but not {told}: what is different there?"
    if f.size > 1 and 0 < (good := int(np.isclose(f, e, rtol=1e-3).sum())) < f.size:
        return (f"The shape is right, and {good} of {f.size} numbers are ({told}): try it on an example by hand, and "
                "see which ones are not.")  # fmt: skip
    way = "large" if all((np.abs(f) >= np.abs(e)).all() for f, e in pairs) else (
        "small" if all((np.abs(f) <= np.abs(e)).all() for f, e in pairs) else "")  # fmt: skip
    return (f"The shape is right, the values are {f'too {way}' if way else 'not'} ({told}), and not by one factor: try "
            "it on an example by hand, and look at each step's result.")  # fmt: skip


def _told(case):
    """Return what a learner needs to call the function as it was called."""
    case = [float(part) if hasattr(part, "shape") and not len(part.shape) else part for part in case]
    plain = [str(part) for part in case if isinstance(part, (int, float, list, dict)) and len(str(part)) < 80]
    shapes = [str(tuple(part.shape)) for part in case if hasattr(part, "shape") and len(part.shape)]
    if len(plain) == len(case):
        return f"given {', '.join(plain)}"
    return f"for shape {' and '.join(shapes)}" if shapes else "for others"


def explain_pair(names, found, expected, cases):
    """Return which of the two numbers of a result is wrong, where it is one, and an example."""
    wrong = [any(not np.isclose(f[k], e[k], rtol=1e-3) for f, e in zip(found, expected, strict=True)) for k in (0, 1)]
    number = next(k for k, pair in enumerate(zip(found, expected, strict=True)) if not close(*pair))
    got = ", ".join(f"{x:.4g}" for x in found[number])
    if all(wrong):
        return f"{_told(cases[number]).capitalize()}, it gives {got}, and both numbers are wrong: try that by hand."
    at = wrong.index(True)
    many = "too large" if found[number][at] > expected[number][at] else "too small"
    return (f"The {names[1 - at]} is right, the {names[at]} is not: {_told(cases[number])}, it gives {got}, and the "
            f"{names[at]} is {many}.")  # fmt: skip
