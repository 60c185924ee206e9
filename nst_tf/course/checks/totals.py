"""Checks of lessons 07 and 12: the total cost, and the choice of alpha."""

import numpy as np
import tensorflow as tf

from ...costs import total_cost as _total_cost
from .answer import exercise, numbers
from .comparison import compare
from .constants import Constant, close
from .gradients import compare_gradients
from .mistakes import Mistake, slips
from .verdict import NotQuite


@exercise
def total_cost(function):
    """Check `total_cost(J_content, J_style, alpha, beta)`, which returns J as a scalar tensor (lesson 07)."""

    def made(content=lambda C, a, b: a * C, style=lambda S, a, b: b * S, of=lambda c, s, a, b: c + s):
        return lambda C, S, a, b: of(content(C, a, b), style(S, a, b), a, b)

    mistakes = [
        Mistake("alpha and beta are swapped: alpha weighs the content, beta the style.",
                lambda C, S, a, b: b * C + a * S),
        Mistake("It uses 10 and 40 whatever it is given: use the arguments alpha and beta.",
                lambda C, S, a, b: 10 * C + 40 * S),
        Mistake("Both weights are missing.", lambda C, S, a, b: C + S),
        Mistake("Both costs get the same weight: give each its own.", lambda C, S, a, b: (a + b) * (C + S)),
        Mistake("Both costs get the same weight: give each its own.", lambda C, S, a, b: a * (C + S)),
        Mistake("Both costs get the same weight: give each its own.", lambda C, S, a, b: b * (C + S)),
        Mistake("Both costs get the same weight: give each its own.", lambda C, S, a, b: a * b * (C + S)),
        Mistake("The weights are added to the costs: multiply by them.", lambda C, S, a, b: a + C + b + S),
        Mistake("The weights are added to the costs, and then all is multiplied: the other way round.",
                lambda C, S, a, b: (a + C) * (b + S)),
        Mistake("The costs are powers here: multiply by the weights.", lambda C, S, a, b: C**a + S**b),
        Mistake("There are brackets too many, or too few: each weight belongs to one cost alone.",
                lambda C, S, a, b: a * (C + b * S)),
        Mistake("There are brackets too many, or too few: each weight belongs to one cost alone.",
                lambda C, S, a, b: (a * C + b) * S),
        Mistake("It is twice what it should be: look for a factor.", lambda C, S, a, b: 2 * (a * C + b * S)),
        Mistake("It is half of what it should be: look for a factor.", lambda C, S, a, b: (a * C + b * S) / 2),
        *slips(made,
               ("The weight alpha is missing before J_content.", {"content": lambda C, a, b: C}),
               ("The weight beta is missing before J_style.", {"style": lambda S, a, b: S}),
               ("J_style is missing from the sum.", {"style": lambda S, a, b: 0}),
               ("J_content is missing from the sum.", {"content": lambda C, a, b: 0}),
               ("J_content meets beta: alpha weighs the content.", {"content": lambda C, a, b: b * C}),
               ("J_style meets alpha: beta weighs the style.", {"style": lambda S, a, b: a * S}),
               ("J_content is divided by alpha: multiply.", {"content": lambda C, a, b: C / a}),
               ("J_style is divided by beta: multiply.", {"style": lambda S, a, b: S / b}),
               ("alpha is divided by J_content: multiply.", {"content": lambda C, a, b: a / C}),
               ("beta is divided by J_style: multiply.", {"style": lambda S, a, b: b / S}),
               ("alpha is squared.", {"content": lambda C, a, b: a * a * C}),
               ("beta is squared.", {"style": lambda S, a, b: b * b * S}),
               ("J_content is squared.", {"content": lambda C, a, b: a * C * C}),
               ("J_style is squared.", {"style": lambda S, a, b: b * S * S}),
               ("alpha is added to J_content: multiply.", {"content": lambda C, a, b: a + C}),
               ("beta is added to J_style: multiply.", {"style": lambda S, a, b: b + S}),
               ("alpha is there alone, without J_content.", {"content": lambda C, a, b: a}),
               ("beta is there alone, without J_style.", {"style": lambda S, a, b: b}),
               ("The weight of J_content is 10 whatever it is given.", {"content": lambda C, a, b: 10 * C}),
               ("The weight of J_style is 40 whatever it is given.", {"style": lambda S, a, b: 40 * S}),
               ("J_content is weighed by 1 - alpha, or 1 - beta.", {"content": lambda C, a, b: (1 - b) * C}),
               ("J_style is weighed by 1 - alpha, as if the weights made 1 together.",
                {"style": lambda S, a, b: (1 - a) * S}),
               ("J_content is in it twice.", {"content": lambda C, a, b: 2 * a * C}),
               ("J_style is in it twice.", {"style": lambda S, a, b: 2 * b * S}),
               ("The two terms are multiplied: they must be added.", {"of": lambda c, s, a, b: c * s}),
               ("The two terms are subtracted: they must be added.", {"of": lambda c, s, a, b: c - s}),
               ("The two terms are subtracted: they must be added.", {"of": lambda c, s, a, b: s - c}),
               ("One term is divided by the other: they must be added.", {"of": lambda c, s, a, b: c / s}),
               ("The sum is divided by alpha + beta. The formula has no such division: alpha and beta are free.",
                {"of": lambda c, s, a, b: (c + s) / (a + b)}),
               ("It is the larger of the two terms: add them.", {"of": lambda c, s, a, b: max(c, s)}),
               ("It is the smaller of the two terms: add them.", {"of": lambda c, s, a, b: min(c, s)}),
               ("It is the mean of the two terms: add them, and divide by nothing.",
                {"of": lambda c, s, a, b: (c + s) / 2}),
               ("The sum is squared.", {"of": lambda c, s, a, b: (c + s) ** 2}),
               ("The squares are added under a root: add the terms.",
                {"of": lambda c, s, a, b: (c * c + s * s) ** 0.5})),
    ]  # fmt: skip
    C, S = tf.constant(2.0), tf.constant(3.0)
    cases = [(C, S, 10.0, 40.0), (tf.constant(1.5), tf.constant(0.25), 3.0, 7.0),
             (tf.constant(0.5), tf.constant(4.0), 0.2, 0.1),
             (tf.constant(0.7), tf.constant(1.1), 5.0, 2.0)]  # fmt: skip
    compare(function, lambda J_content, J_style, alpha, beta: alpha * J_content + beta * J_style, cases, mistakes,
            wanted="a single number, shape (),")  # fmt: skip
    compare_gradients(function, _total_cost, cases[0], watched=(0, 1))
    _defaults(function, (C, S), 10 * 2.0 + 40 * 3.0, "alpha and beta")


def _defaults(function, arguments, expected, names, needed=True):
    """Raise `NotQuite` unless an answer has the defaults of the exercise's first line, or lacks what is not needed."""
    try:
        right = close(numbers(function(*arguments)), np.float64(expected))
    except NotQuite:
        right = not needed
    if not right:
        raise NotQuite(f"With all its arguments it is right, but called without {names} it is not: keep the defaults "
                       "that the exercise gives in its first line.")  # fmt: skip


@exercise
def alpha_for_share(function):
    """Check `alpha_for_share(J_content, J_style, share, beta)`: the alpha that gives content its share (lesson 12).

    `alpha * J_content` is to be `share` of `J = alpha * J_content + beta * J_style`.
    """

    def right(J_content, J_style, share, beta):
        return share / (1 - share) * beta * J_style / J_content

    cases = [(0.6, 0.15, 0.25, 40.0), (2.0, 3.0, 0.8, 10.0), (0.5, 0.1, 0.6, 1.5), (1.3, 0.7, 0.35, 3.0),
             (0.11, 1.9, 0.15, 7.0), (5.0, 0.9, 0.45, 0.3), (0.8, 2.3, 0.9, 17.0)]  # fmt: skip
    rest = "a larger 1 - share"
    sizes = {"2": lambda C, S, s, b: 2, "a larger share": lambda C, S, s, b: s, rest: lambda C, S, s, b: 1 - s,
             "a larger beta": lambda C, S, s, b: b, "a larger J_style": lambda C, S, s, b: S,
             "a larger J_content": lambda C, S, s, b: C}  # fmt: skip
    turned = "J_content and J_style are the wrong way round in the ratio: the larger J_content, the smaller alpha."
    hints = {
        (0, -2, 2, 0, 0, 0): "That is the alpha that gives the style this share: see which term is to have it.",
        (0, 0, 0, 0, -2, 2): turned,
        (0, 0, 1, 0, 0, 0): "share is a share of the whole J, and alpha is part of J itself: solve the equation for "
                            "alpha.",
        (0, 0, 0, -1, 0, 0): "beta is missing: it weighs J_style in J.",
        (0, 0, 0, 0, 0, 1): "That is alpha * J_content, the term: divide to get alpha.",
        (0, -2, 2, -2, -2, 2): "That is 1/alpha.",
        (0, 0, 0, -2, 0, 0): "beta divides where it should multiply: a larger beta needs a larger alpha.",
        (0, -1, 0, 0, 0, 0): "The share does not stand above the fraction line: the larger it is, the larger alpha.",
        (0, 0, 2, 0, 0, 0): "1 - share multiplies where it should divide: the smaller it is, the larger alpha.",
        (0, 0, 0, 0, -1, 0): "J_style is missing: the term of the style is beta * J_style.",
    }  # fmt: skip
    mistakes = [
        Mistake("The share is returned, not alpha.", lambda C, S, share, beta: share),
        Mistake("That is the content's share of a sum in which alpha is 1: solve the equation for alpha.",
                lambda C, S, share, beta: C / (C + beta * S)),
        Mistake("It divides by 1 + share: what remains of J is 1 - share.",
                lambda C, S, share, beta: share / (1 + share) * beta * S / C),
        Mistake("J_content is subtracted somewhere: it should divide.",
                lambda C, S, share, beta: share * beta * S / (1 - share) - C),
        Mistake("The brackets around 1 - share are missing.",
                lambda C, S, share, beta: share / 1 - share * beta * S / C),
        Mistake("The brackets around 1 - share are missing.",
                lambda C, S, share, beta: share * beta * S / C - share),
        Mistake("The brackets around 1 - share are missing.",
                lambda C, S, share, beta: share * beta * S / 1 - share * C),
        Mistake("The content's own term is missing when the share is taken of J: J has two terms, and alpha is in one.",
                lambda C, S, share, beta: share * (C + beta * S) / C),
        Mistake("beta is fixed at 40: use the argument.", lambda C, S, share, beta: right(C, S, share, 40.0)),
        Mistake("beta is added where it should be multiplied.",
                lambda C, S, share, beta: share / (1 - share) * (beta + S) / C),
    ]  # fmt: skip
    compare(
        function,
        right,
        cases,
        mistakes,
        constant=Constant(sizes, hints, place="its place in the formula", alone=True),
        wanted="a single number",
        explain=_explain_alpha,
    )
    _defaults(function, (0.6, 0.15, 0.25), right(0.6, 0.15, 0.25, 40.0), "beta", needed=False)


def _explain_alpha(found, expected, cases):
    alpha, (J_content, J_style, share, beta) = found[0], cases[0]
    if alpha < 0:
        return "alpha is negative for ordinary costs: what is subtracted from what?"
    J = alpha * J_content + beta * J_style
    return (f"With J_content {J_content}, J_style {J_style}, share {share} and beta {beta}, your alpha of {alpha:.4g} "
            f"gives the content a share of {alpha * J_content / J:.3g}: put it into the formula by hand.")  # fmt: skip
