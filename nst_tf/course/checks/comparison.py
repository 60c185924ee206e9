"""How an answer is compared: with what is right, then with mistakes, and otherwise by what can be said of it."""

import numpy as np

from .answer import numbers
from .constants import close
from .description import ZERO, by_one_factor, case_in_words, described
from .gradients import compare_gradients
from .mistakes import Mistake, outcomes_of
from .usual import usual_slips, with_slips
from .verdict import NotQuite


def compare(answer, reference, cases, mistakes=(), *, constant=None, wanted=None, explain=None, watched=(), usual=True):
    """Compare an answer with what is right.

    Args:
        answer: the `Answer`, or what calls it.
        reference: the right function; its parameters have the names that a learner knows.
        cases: argument tuples; at least three, where a `constant` is to be fitted.
        mistakes: `Mistake`s, the likely first.
        constant: the `Constant` that an answer may have wrong, on its own or with another mistake.
        wanted: the shape of the result in words; or a sentence, where a result is no single array.
        explain: (found, expected, cases) to a hint, or None: what a wrong result means, where no mistake is known.
        watched: the places of the arguments by which the gradient is compared, too.
        usual: whether the usual slips are tried, alone and with each other and the mistakes.

    Raises:
        NotQuite: with a hint, where it is not right.
    """
    expected = [numbers(reference(*case)) for case in cases]
    found = _results(answer, cases, expected)
    again = numbers(answer(*cases[0]))
    if again.shape != found[0].shape or not np.allclose(found[0], again, rtol=1e-3, atol=1e-6, equal_nan=True):
        raise NotQuite("Called twice with the same arguments, it gives two results: what does it keep between the "
                       "calls, or draw at random? Let it begin afresh each time.")  # fmt: skip
    if not all(map(close, found, expected)):
        alike = all(np.array_equal(f, found[0]) for f in found) and len(found) > 1  # whatever is given
        slips = usual_slips(reference, cases[0]) if usual and not alike else []
        mistakes = sorted((m for m in mistakes if m.number == 1 or not alike), key=lambda mistake: mistake.number)
        zero = not any(map(np.any, found)) and all(f.shape == e.shape for f, e in zip(found, expected, strict=True))
        hint = ZERO if zero else _known(found, expected, cases, reference, mistakes, slips, constant)
        raise NotQuite(hint or described(answer, reference, found, expected, cases, wanted, explain))
    for case in cases if watched else ():
        compare_gradients(answer, reference, case, watched)


def _results(answer, cases, expected):
    """Return what an answer gives; an error after results that are right says with which arguments it comes."""
    found = []
    for case in cases:
        try:
            found.append(numbers(answer(*case)))
        except NotQuite as problem:
            if not found or not all(map(close, found, expected)):
                raise
            raise NotQuite(f"It works {case_in_words(cases[0])}, but not {case_in_words(case)}. {problem}") from None
    return found


def _known(found, expected, cases, reference, mistakes, slips, constant):
    """Return the hint of the mistake that computes what was found; of one with another constant; or None."""
    alone = [mistake for mistake in mistakes if mistake.number == 1]
    usual = [Mistake(slip.hint, slip.of(reference)) for slip in slips]
    others = [] if constant is None or constant.alone else mistakes
    return (
        _first(alone, found, cases)
        or (constant and constant.hint(found, expected, cases))
        or _first(usual, found, cases)
        or _first(mistakes[len(alone) :], found, cases)
        or next(filter(None, (_with_constant(mistake, constant, found, cases) for mistake in others)), None)
        or by_one_factor(found, expected)
        or _first(with_slips(alone, slips, reference), found, cases)
    )


def _first(mistakes, found, cases):
    """Return the hint of the first mistake that gives all that was found, or None."""
    return next((mistake.hint for mistake in mistakes if _computes(mistake, found, cases)), None)


def _with_constant(mistake, constant, found, cases):
    """Return the hint of a mistake that gives what was found, but for a wrong constant, or None."""
    outcome = outcomes_of(mistake.function, cases)
    off = constant.hint(found, outcome, cases) if outcome else None
    return None if off is None else f"{mistake.hint} {off}".strip()


def _computes(mistake, found, cases):
    """Whether a mistake gives all that was found; most differ in the first case already."""
    outcomes = (outcomes_of(mistake.function, [case]) for case in cases)
    return all(outcome and close(f, outcome[0]) for f, outcome in zip(found, outcomes, strict=True))
