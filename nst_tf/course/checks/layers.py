"""Checks of lessons 04 and 09: a layer with other units, and the receptive field of a position."""

import numpy as np

from .answer import exercise, something
from .comparison import compare, explain_pair
from .constants import close
from .mistakes import Mistake, slips
from .verdict import NotQuite


@exercise
def normalise_layer(function):
    """Check `normalise_layer(kernel, bias, mean_before, mean)`, which returns the new (kernel, bias) (lesson 04)."""
    rng = np.random.default_rng(2)
    cases = [
        (rng.normal(size=(3, 3, 2, 4)).astype(np.float32), rng.normal(size=4).astype(np.float32), before, mean)
        for before, mean in ((1.0, 24.0), (5.0, 2.0), (0.5, 3.0))
    ]

    def made(kernel=lambda m, n: m / n, bias=lambda m, n: 1 / n):
        return lambda k, b, m, n: (k * kernel(m, n), b * bias(m, n))

    changed = "The two means have changed places: which one belongs to this layer, which to the one before?"
    mistakes = [
        Mistake("It is multiplied by the mean where it should be divided: the mean afterwards is to be 1.",
                made(lambda m, n: m * n, lambda m, n: n)),
        Mistake(changed, made(lambda m, n: n / m, lambda m, n: 1 / m)),
        Mistake("Nothing has changed: the values are the old ones.", lambda k, b, m, n: (k, b)),
        Mistake("The kernel is right, but the bias is missing: return both, kernel and bias.",
                lambda k, b, m, n: k * m / n),
        Mistake("The bias alone came back: return both, kernel and bias.", lambda k, b, m, n: b / n),
        Mistake("Kernel and bias come back in the wrong order: return kernel, bias.",
                lambda k, b, m, n: (b / n, k * m / n)),
        Mistake("The means are subtracted: divide and multiply.", lambda k, b, m, n: (k + m - n, b - n)),
        Mistake("The means are subtracted: divide and multiply.", lambda k, b, m, n: (k - n, b - n)),
        Mistake("The mean is subtracted from the bias: divide.", lambda k, b, m, n: (k * m / n, b - n)),
        *slips(made,
               ("The kernel knows nothing of mean_before yet: its input has already been divided by that, and this has "
                "to be made good.", {"kernel": lambda m, n: 1 / n}),
               ("The kernel knows nothing of mean yet: its output is to be divided by it.",
                {"kernel": lambda m, n: m}),
               ("The bias is scaled by mean_before, too. But the bias is not multiplied with the input, so what was "
                "done to the input does not concern it.", {"bias": lambda m, n: m / n}),
               (changed, {"kernel": lambda m, n: n / m}), (changed, {"bias": lambda m, n: 1 / m}),
               ("Divided by both means: the input has become smaller, and the kernel has to make up for it.",
                {"kernel": lambda m, n: 1 / (m * n)}),
               ("The kernel is multiplied by both means.", {"kernel": lambda m, n: m * n}),
               ("The kernel is multiplied by the mean.", {"kernel": lambda m, n: n}),
               ("The kernel is divided by the mean before.", {"kernel": lambda m, n: 1 / m}),
               ("The kernel is still the old one: its input and its output have new units.",
                {"kernel": lambda m, n: 1}),
               ("The bias is still the old one: it adds to the activation and needs the new unit, too.",
                {"bias": lambda m, n: 1}),
               ("The bias is multiplied by the mean: divide.", {"bias": lambda m, n: n}),
               ("The bias is multiplied by the mean before: only this layer's mean concerns it.",
                {"bias": lambda m, n: m}),
               ("The bias is divided by both means: only this layer's mean concerns it.",
                {"bias": lambda m, n: 1 / (m * n)}),
               ("The bias is multiplied by both means: only this layer's mean concerns it.",
                {"bias": lambda m, n: m * n}),
               ("The bias has the ratio of the means upside down.", {"bias": lambda m, n: n / m}),
               ("The bias is 0 now.", {"bias": lambda m, n: 0}),
               ("A mean is squared, or its root taken.", {"kernel": lambda m, n: (m / n) ** 2}),
               ("A mean is squared, or its root taken.", {"kernel": lambda m, n: (m / n) ** 0.5}),
               ("A mean is squared, or its root taken.", {"bias": lambda m, n: n**-2.0}),
               ("A mean is squared, or its root taken.", {"bias": lambda m, n: n**-0.5})),
    ]  # fmt: skip

    def both(*case):
        result = something(function(*case))
        if isinstance(result, dict):
            raise NotQuite("It returns a dict: return the pair kernel, bias.")
        if isinstance(result, (list, tuple)) and len(result) == 2 and (
            np.shape(result[0]) != case[0].shape and np.size(result[0]) == case[0].size):  # fmt: skip
            raise NotQuite("The kernel has lost its shape, or axes have changed places: leave it as it was.")
        return result

    compare(
        both,
        made(),
        cases,
        mistakes,
        wanted="Return two things, kernel and bias, in the shapes that they had.",
        explain=_explain_layer,
    )


@exercise
def receptive_field(function):
    """Check `receptive_field(layers)`: [(kernel, stride), ...] to (size, jump), both in pixels (lesson 09)."""

    def made(start=(1, 1), grow=lambda k, s, j: (k - 1) * j, leap=lambda j, s, k: j * s, stride_first=False,
             over=lambda layers: layers, of=lambda size, jump: (size, jump)):  # fmt: skip
        def walk(layers):
            size, jump = start
            for kernel, stride in over(layers):
                before, jump = jump, leap(jump, stride, kernel)
                size += grow(kernel, stride, jump if stride_first else before)
            return of(size, jump)

        return walk

    no_stride = "The strides play no part in the size: after a stride of 2, neighbours are two pixels apart."
    upwards = "Mind the order: layers are given from the picture upwards, first to last."
    one_left_out = "A layer is left out: all of them count."
    mistakes = [
        Mistake(no_stride, made(grow=lambda k, s, j: k - 1, leap=lambda j, s, k: 1)),
        Mistake("The size is right: now return the jump, too, as (size, jump).", made(of=lambda size, jump: size)),
        Mistake("The jump alone came back: return (size, jump).", made(of=lambda size, jump: jump)),
        *slips(made,
               (no_stride, {"grow": lambda k, s, j: k - 1}),
               ("Each layer adds its whole kernel to the size. But one of the kernel's positions was there before: "
                "only the others are new.", {"grow": lambda k, s, j: k * j}),
               ("Each layer adds more than its kernel to the size: only the new positions count.",
                {"grow": lambda k, s, j: (k + 1) * j}),
               ("Half the kernel is added: a position sees to both sides.", {"grow": lambda k, s, j: k // 2 * j}),
               ("The kernel is multiplied into the size: its new positions are added.",
                {"grow": lambda k, s, j: k * j - 1}),
               ("The layer's own stride spreads its kernel: it is the jump so far that does.",
                {"grow": lambda k, s, j: (k - 1) * s}),
               ("The size never grows: each layer adds its new positions.", {"grow": lambda k, s, j: 0}),
               ("The size shrinks from layer to layer: add.", {"grow": lambda k, s, j: (1 - k) * j}),
               ("One position more than the first is left out of the kernel.", {"grow": lambda k, s, j: (k - 2) * j}),
               ("The kernel's positions are divided by the jump: they lie that far apart.",
                {"grow": lambda k, s, j: (k - 1) / j}),
               ("The jump is divided by the kernel's positions.", {"grow": lambda k, s, j: j / (k - 1)}),
               ("The jump is added to the size, and the kernel plays no part.", {"grow": lambda k, s, j: j}),
               ("The jump is added where it should multiply.", {"grow": lambda k, s, j: k - 1 + j}),
               ("Mind the order: a layer's own stride spreads the positions behind it, not those its kernel looks at.",
                {"stride_first": True}),
               (upwards, {"over": lambda layers: layers[::-1]}), (one_left_out, {"over": lambda layers: layers[1:]}),
               (one_left_out, {"over": lambda layers: layers[:-1]}),
               ("It returns inside the loop: only one layer counts.", {"over": lambda layers: layers[:1]}),
               ("Kernel and stride have changed places: the pairs are (kernel, stride).",
                {"over": lambda layers: [pair[::-1] for pair in layers]}),
               ("The size begins at 0: without any layer, a position sees one pixel.", {"start": (0, 1)}),
               ("The size begins at 2: without any layer, a position sees one pixel.", {"start": (2, 1)}),
               ("The jump begins at 0: neighbouring pixels are 1 apart.", {"start": (1, 0)}),
               ("The jump begins at 2: neighbouring pixels are 1 apart.", {"start": (1, 2)}),
               ("Size and jump both begin at 0: without any layer, they are 1.", {"start": (0, 0)}),
               ("The jump remembers the last stride only: strides of several layers act together.",
                {"leap": lambda j, s, k: s}),
               ("The strides are added up: draw two layers of stride 3, one on the other, and measure how far apart "
                "neighbouring positions are.", {"leap": lambda j, s, k: j + s}),
               ("The strides are added up, less one each: draw two layers of stride 3, one on the other.",
                {"leap": lambda j, s, k: j + s - 1}),
               ("The jump is multiplied by the kernel, not by the stride.", {"leap": lambda j, s, k: j * k}),
               ("The jump never changes: a stride of 2 doubles the distance.", {"leap": lambda j, s, k: j}),
               ("The jump is divided by the stride: behind a stride of 2, neighbours are further apart.",
                {"leap": lambda j, s, k: j / s}),
               ("The jump is raised to the power of the stride, or doubled whatever the stride.",
                {"leap": lambda j, s, k: j * 2 if s > 1 else j}),
               ("The stride is squared in the jump.", {"leap": lambda j, s, k: j * s * s}),
               ("The jump is the largest of the strides: strides of several layers act together.",
                {"leap": lambda j, s, k: max(j, s)}),
               ("Size and jump come back in the wrong order: return (size, jump).",
                {"of": lambda size, jump: (jump, size)}),
               ("The size is one too large.", {"of": lambda size, jump: (size + 1, jump)}),
               ("The size is one too small.", {"of": lambda size, jump: (size - 1, jump)})),
        Mistake("The size is overwritten by each layer: its new positions are added to it.", _overwritten),
        Mistake("The kernels are multiplied: each adds its new positions.", lambda layers: (
            int(np.prod([k for k, _ in layers])), int(np.prod([s for _, s in layers])))),
        Mistake("The kernels are added up: each adds its new positions, times the jump.", lambda layers: (
            sum(k for k, _ in layers), int(np.prod([s for _, s in layers])))),
    ]  # fmt: skip
    cases = [
        ([(3, 1), (3, 1), (2, 2), (3, 1)],), ([(5, 2), (3, 1)],), ([(7, 3), (2, 2), (3, 2), (4, 1)],), ([(3, 1)],),
        ([(4, 3), (3, 3), (2, 1)],), ([],),
    ]  # fmt: skip
    compare(
        function,
        made(),
        cases,
        mistakes,
        wanted="the pair (size, jump)",
        explain=lambda *results: explain_pair(("size", "jump"), *results),
    )


def _overwritten(layers):
    size, jump = 1, 1
    for kernel, stride in layers:
        size, jump = (kernel - 1) * jump, jump * stride
    return size, jump


def _explain_layer(found, expected, cases):
    """Return which of kernel and bias is wrong."""
    size = cases[0][0].size
    kernel, bias = (all(close(f[part], e[part]) for f, e in zip(found, expected, strict=True))
                    for part in (slice(size), slice(size, None)))  # fmt: skip
    if kernel or bias:
        right, wrong = ("kernel", "bias") if kernel else ("bias", "kernel")
        return f"The {right} is right, the {wrong} is not: which means does it go with, and how?"
    return "Neither kernel nor bias is right: put the numbers of the example by hand in, one after the other."
