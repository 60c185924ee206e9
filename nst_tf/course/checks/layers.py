"""Checks of lessons 04 and 09: a layer with other units, and the receptive field of a position."""

import numpy as np

from .answer import exercise, something
from .comparison import compare
from .constants import Constant, close
from .description import explain_pair
from .mistakes import slips, table, together
from .verdict import NotQuite

_BOTH_CHANGED = "The two means have changed places: which one belongs to this layer, which to the one before?"
_KERNEL = {  # of the powers of mean_before and mean
    (-1, 0): "The kernel knows nothing of mean_before yet: its input has already been divided by that, and this has to "
             "be made good.",
    (0, 1): "The kernel knows nothing of mean yet: its output is to be divided by it.",
    (-2, 2): _BOTH_CHANGED,
    (-2, 0): "Divided by both means: the input has become smaller, and the kernel has to make up for it.",
    (-1, 1): "The kernel is still the old one: its input and its output have new units.",
    (0, 2): "The kernel is multiplied by both means.",
    (-1, 2): "The kernel is multiplied by the mean.",
    (-2, 1): "The kernel is divided by the mean before.",
}  # fmt: skip
_BIAS = {
    (1, 0): "The bias is scaled by mean_before, too. But the bias is not multiplied with the input, so what was done "
            "to the input does not concern it.",
    (-1, 1): _BOTH_CHANGED,
    (0, 1): "The bias is still the old one: it adds to the activation and needs the new unit, too.",
    (0, 2): "The bias is multiplied by the mean: divide.",
    (1, 1): "The bias is multiplied by the mean before: only this layer's mean concerns it.",
    (-1, 0): "The bias is divided by both means: only this layer's mean concerns it.",
    (1, 2): "The bias is multiplied by both means: only this layer's mean concerns it.",
    (-1, 2): "The bias has the ratio of the means upside down.",
}  # fmt: skip


@exercise
def normalise_layer(answer):
    """Check `normalise_layer(kernel, bias, mean_before, mean)`, which returns the new (kernel, bias) (lesson 04)."""
    rng = np.random.default_rng(2)
    cases = [(rng.normal(size=(3, 3, 2, 4)).astype(np.float32), rng.normal(size=4).astype(np.float32), *means)
             for means in ((1.0, 24.0), (5.0, 2.0), (0.5, 3.0))]  # fmt: skip

    def right(kernel, bias, mean_before, mean):
        return kernel * mean_before / mean, bias / mean

    mistakes = table({
        "It is multiplied by the mean where it should be divided: the mean afterwards is to be 1.":
            lambda k, b, m, n: (k * m * n, b * n),
        _BOTH_CHANGED: lambda k, b, m, n: (k * n / m, b / m),
        "Nothing has changed: the values are the old ones.": lambda k, b, m, n: (k, b),
        "The kernel is right, but the bias is missing: return both, kernel and bias.": lambda k, b, m, n: k * m / n,
        "The bias alone came back: return both, kernel and bias.": lambda k, b, m, n: b / n,
        "Kernel and bias come back in the wrong order: return kernel, bias.": lambda k, b, m, n: (b / n, k * m / n),
        "The means are subtracted: divide and multiply.": [
            lambda k, b, m, n: (k + m - n, b - n), lambda k, b, m, n: (k - n, b - n)],
        "The mean is subtracted from the bias: divide.": lambda k, b, m, n: (k * m / n, b - n),
    })  # fmt: skip

    def both(*case):
        result = something(answer(*case))
        if isinstance(result, dict):
            raise NotQuite("It returns a dict: return the pair kernel, bias.")
        if isinstance(result, (list, tuple)) and len(result) == 2 and (
            np.shape(result[0]) != case[0].shape and np.size(result[0]) == case[0].size):  # fmt: skip
            raise NotQuite("The kernel has lost its shape, or axes have changed places: leave it as it was.")
        return result

    compare(both, right, cases, mistakes, constant=_OfKernelAndBias(), usual=False,
            wanted="Return two things, kernel and bias, in the shapes that they had.")  # fmt: skip


class _OfKernelAndBias:
    """The constants of both parts: each is fitted by powers of the two means."""

    alone = True

    def hint(self, found, expected, cases):
        """Return by which powers the kernel or the bias is off, or that one of them is right; or None."""
        if any(f.shape != e.shape for f, e in zip(found, expected, strict=True)):
            return None
        means = {"a larger mean_before": lambda k, b, m, n: m, "a larger mean": lambda k, b, m, n: n}
        size, hints, right = cases[0][0].size, [], ""
        for name, part, known in (("kernel", slice(size), _KERNEL), ("bias", slice(size, None), _BIAS)):
            f, e = ([result[part] for result in results] for results in (found, expected))
            if all(map(close, f, e)):
                right = f"The {name} is right. "
            elif not any(map(np.any, f)):
                hints.append(f"The {name} is 0 now.")
            else:
                off = Constant(means, known, place=f"the {name}").hint(f, e, cases)
                hints.append(off or f"The {name} is not right: which means does it go with, and how?")
        return right + together(*hints)


_NO_STRIDE = "The strides play no part in the size: after a stride of 2, neighbours are two pixels apart."
_FIELD_SLIPS = {
    "grow": {
        _NO_STRIDE: lambda k, s, j: k - 1,
        "Each layer adds its whole kernel to the size. But one of the kernel's positions was there before: only the "
        "others are new.": lambda k, s, j: k * j,
        "Each layer adds more than its kernel to the size: only the new positions count.": lambda k, s, j: (k + 1) * j,
        "Half the kernel is added: a position sees to both sides.": lambda k, s, j: k // 2 * j,
        "The kernel is multiplied into the size: its new positions are added.": lambda k, s, j: k * j - 1,
        "The layer's own stride spreads its kernel: it is the jump so far that does.": lambda k, s, j: (k - 1) * s,
        "The size never grows: each layer adds its new positions.": lambda k, s, j: 0,
        "The size shrinks from layer to layer: add.": lambda k, s, j: (1 - k) * j,
        "One position more than the first is left out of the kernel.": lambda k, s, j: (k - 2) * j,
        "The kernel's positions are divided by the jump: they lie that far apart.": lambda k, s, j: (k - 1) / j,
        "The jump is divided by the kernel's positions.": lambda k, s, j: j / (k - 1),
        "The jump is added to the size, and the kernel plays no part.": lambda k, s, j: j,
        "The jump is added where it should multiply.": lambda k, s, j: k - 1 + j,
    },
    "leap": {
        "The jump remembers the last stride only: strides of several layers act together.": lambda j, s, k: s,
        "The strides are added up: draw two layers of stride 3, one on the other, and measure how far apart neighbours "
        "are.": lambda j, s, k: j + s,
        "The strides are added up, less one each: draw two layers of stride 3, one on the other.":
            lambda j, s, k: j + s - 1,
        "The jump is multiplied by the kernel, not by the stride.": lambda j, s, k: j * k,
        "The jump never changes: a stride of 2 doubles the distance.": lambda j, s, k: j,
        "The jump is divided by the stride: behind a stride of 2, neighbours are further apart.": lambda j, s, k: j / s,
        "The jump is raised to the power of the stride, or doubled whatever the stride.":
            lambda j, s, k: j * 2 if s > 1 else j,
        "The stride is squared in the jump.": lambda j, s, k: j * s * s,
        "The jump is the largest of the strides: strides of several layers act together.": lambda j, s, k: max(j, s),
    },
    "stride_first": {"Mind the order: a layer's own stride spreads the positions behind it, not those its kernel looks "
                     "at.": True},
    "over": {
        "Mind the order: layers are given from the picture upwards, first to last.": lambda layers: layers[::-1],
        "A layer is left out: all of them count.": [lambda layers: layers[1:], lambda layers: layers[:-1]],
        "It returns inside the loop: only one layer counts.": lambda layers: layers[:1],
        "Kernel and stride have changed places: the pairs are (kernel, stride).":
            lambda layers: [pair[::-1] for pair in layers],
    },
    "start": {
        "The size begins at 0: without any layer, a position sees one pixel.": (0, 1),
        "The size begins at 2: without any layer, a position sees one pixel.": (2, 1),
        "The jump begins at 0: neighbouring pixels are 1 apart.": (1, 0),
        "The jump begins at 2: neighbouring pixels are 1 apart.": (1, 2),
        "Size and jump both begin at 0: without any layer, they are 1.": (0, 0),
    },
    "of": {
        "The size is right: now return the jump, too, as (size, jump).": lambda size, jump: size,
        "The jump alone came back: return (size, jump).": lambda size, jump: jump,
        "Size and jump come back in the wrong order: return (size, jump).": lambda size, jump: (jump, size),
        "The size is one too large.": lambda size, jump: (size + 1, jump),
        "The size is one too small.": lambda size, jump: (size - 1, jump),
    },
}  # fmt: skip


def _field(start=(1, 1), grow=lambda k, s, j: (k - 1) * j, leap=lambda j, s, k: j * s, stride_first=False,
           over=lambda layers: layers, of=lambda size, jump: (size, jump), add=True):  # fmt: skip
    """Return a function that computes size and jump, right by default; each keyword brings a mistake in."""

    def walk(layers):
        size, jump = start
        for kernel, stride in over(layers):
            before, jump = jump, leap(jump, stride, kernel)
            size = size * add + grow(kernel, stride, jump if stride_first else before)
        return of(size, jump)

    return walk


@exercise
def receptive_field(answer):
    """Check `receptive_field(layers)`: [(kernel, stride), ...] to (size, jump), both in pixels (lesson 09)."""

    def strides(layers):
        return int(np.prod([s for _, s in layers]))

    mistakes = table({
        _NO_STRIDE: _field(grow=lambda k, s, j: k - 1, leap=lambda j, s, k: 1),
        "The size is overwritten by each layer: its new positions are added to it.": _field(add=False),
        "The kernels are multiplied: each adds its new positions.":
            lambda layers: (int(np.prod([k for k, _ in layers])), strides(layers)),
        "The kernels are added up: each adds its new positions, times the jump.":
            lambda layers: (sum(k for k, _ in layers), strides(layers)),
    }) + slips(_field, **_FIELD_SLIPS)  # fmt: skip
    cases = [([(3, 1), (3, 1), (2, 2), (3, 1)],), ([(5, 2), (3, 1)],), ([(7, 3), (2, 2), (3, 2), (4, 1)],),
             ([(3, 1)],), ([(4, 3), (3, 3), (2, 1)],), ([],)]  # fmt: skip
    compare(answer, _field(), cases, mistakes, wanted="the pair (size, jump)", explain=explain_pair("size", "jump"))
