"""Check of lesson 02: the size that a picture is scaled down to."""

import math

import numpy as np

from .answer import exercise
from .comparison import compare, explain_pair
from .mistakes import Mistake, slips
from .verdict import NotQuite


@exercise
def fit_within(function):
    """Check `fit_within(n_H, n_W, max_size)`: the size (n_H, n_W) that a picture is scaled down to."""

    def made(whole=round, least=1, side=max, most=1, other=None, cap=min, floor=max):
        def fit(h, w, m):
            scale = cap(most, m / side(h, w))
            sides = [floor(least, whole(s * scale)) for s in (h, w)]
            return tuple(sides if other is None else other(sides, h, w, m))

        return fit

    def nearest_to(unit):
        return lambda x: unit * round(x / unit)

    squashed = "that squashes the picture. Multiply both by the same number."
    single = (
        ("It cuts the fraction off: round to the nearest whole number.", {"whole": int}),
        ("It always rounds up: round to the nearest whole number.", {"whole": math.ceil}),
        ("The result has fractions of a pixel: round to the nearest whole number.", {"whole": float}),
        ("It rounds up to the next whole number after the nearest: round once.", {"whole": lambda x: round(x + 0.5)}),
        ("It is one pixel too many: round, and add nothing.", {"whole": lambda x: int(x) + 1}),
        ("The sides are rounded to tens, or to a power of 2: to whole numbers only.", {"whole": nearest_to(8)}),
        ("A picture that is small enough already was enlarged: leave it as it is.", {"most": math.inf}),
        ("A very long and narrow picture ends with 0 pixels: a side has at least 1.", {"least": 0}),
        ("A side of 1 pixel is allowed, 2 is too many.", {"least": 2}),
        ("It made the shorter side max_size: the longer one has to fit.", {"side": min}),
        ("It looks at the height alone: what of a wide picture?", {"side": lambda h, w: h}),
        ("It looks at the width alone: what of a tall picture?", {"side": lambda h, w: w}),
        ("It goes by the sum of the sides: the longer one has to fit.", {"side": lambda h, w: h + w}),
        ("It goes by the mean of the sides: the longer one has to fit.", {"side": lambda h, w: (h + w) / 2}),
        ("It goes by the area: the longer side has to fit.", {"side": lambda h, w: math.sqrt(h * w)}),
        ("It goes by the diagonal: the longer side has to fit.", {"side": math.hypot}),
        ("The two sides have changed places: height first, as in the arguments.", {"other": lambda s, *_: s[::-1]}),
        (f"Both sides became equal: {squashed}", {"other": lambda s, h, w, m: (m, m)}),
        (f"Both sides became equal: {squashed}", {"other": lambda s, *_: (max(s), max(s))}),
        (f"Each side was cut to max_size on its own: {squashed}",
         {"other": lambda s, h, w, m: (min(h, m), min(w, m))}),
        ("Only the height is scaled: multiply both by the same number.", {"other": lambda s, h, w, m: (s[0], w)}),
        ("Only the width is scaled: multiply both by the same number.", {"other": lambda s, h, w, m: (h, s[1])}),
        ("The size came back as it was: a large picture has to be scaled down.", {"other": lambda s, h, w, m: (h, w)}),
        ("It divides by the scale, where it should multiply.",
         {"other": lambda s, h, w, m: [max(1, round(x / min(1, m / max(h, w)))) for x in (h, w)]}),
        ("The scale is at least 1 where it should be at most 1.", {"cap": max}),
        ("A picture that is small enough already was enlarged, up to twice: leave it as it is.", {"most": 2}),
        ("A large picture came out smaller than max_size: the scale's bound is not 1.", {"most": 0.5}),
        ("A side has at most 1 pixel here: it must have at least 1.", {"floor": min}),
        ("It is 1 whatever is given: is the scale 0, or does it not multiply the side?",
         {"other": lambda s, h, w, m: [max(1, round(min(1, m / max(h, w))))] * 2}),
        ("The scale is added: multiply the sides by it.",
         {"other": lambda s, h, w, m: [round(x + min(1, m / max(h, w))) for x in (h, w)]}),
    )  # fmt: skip
    mistakes = slips(made, *single, at_most=2)
    mistakes += _of_one_side(made(), slips(made, *single, at_most=1))
    mistakes += slips(made, *single, at_most=3)
    cases = [(427, 640, 256), (640, 427, 256), (300, 451, 512), (100, 100, 64), (3, 900, 100), (900, 3, 100),
             (64, 48, 64), (333, 500, 100), (503, 1000, 100), (7, 10, 100)]  # fmt: skip
    compare(
        function,
        made(),
        cases,
        mistakes,
        wanted="two numbers, (n_H, n_W),",
        explain=lambda *results: explain_pair(("height", "width"), *results),
    )
    if any(np.asarray(side).dtype.kind not in "iu" for side in function(427, 640, 256)):
        raise NotQuite("The numbers are right, but they are floats: give whole numbers (int), as shapes need.")


def _of_one_side(right, mistakes):
    """Return the mistakes made in the height alone, or in the width alone."""
    return [
        *(Mistake(f"The height: {hint}", lambda *case, f=f: (f(*case)[0], right(*case)[1])) for hint, f, _ in mistakes),
        *(Mistake(f"The width: {hint}", lambda *case, f=f: (right(*case)[0], f(*case)[1])) for hint, f, _ in mistakes),
    ]
