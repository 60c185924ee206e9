"""What a check says: correct, not yet, or wrong, with a hint that leads on and gives nothing away."""

import functools
from dataclasses import dataclass

CORRECT, NOT_YET, WRONG = "correct", "not yet", "wrong"
_SIGNS = {CORRECT: "✔", NOT_YET: "…", WRONG: "✘"}


@dataclass(frozen=True)
class Verdict:
    """What a check found: `status` is "correct", "not yet" or "wrong", `message` one or two sentences."""

    status: str
    message: str

    def __bool__(self):
        return self.status == CORRECT

    def __repr__(self):
        return f"{_SIGNS[self.status]} {self.message}"


class NotQuite(Exception):
    """Ends a check: the answer is wrong, and the message is the hint."""


class NotYet(Exception):
    """Ends a check: the exercise is still unsolved."""


def as_verdict(judge):
    """Return the check that calls `judge(function)` and makes a `Verdict` of how it ends."""
    name = judge.__name__

    @functools.wraps(judge)
    def check(function):
        try:
            note = judge(function) or ""
        except NotYet:
            return Verdict(NOT_YET, f"{name}: not yet. Write your code, run its cell, then this one again.")
        except NotQuite as hint:
            return Verdict(WRONG, f"{name}: not quite. {hint}")
        return Verdict(CORRECT, f"{name}: correct, well done.{note}")

    return check


def refuse(*findings):
    """Raise `NotQuite` with the first hint, of pairs (whether it is so, hint), that is so."""
    for so, hint in findings:
        if so:
            raise NotQuite(hint)
