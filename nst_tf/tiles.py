"""J and its gradient tile by tile: what the whole picture gives, but for rounding, in little more memory than one tile.

J knows the picture's activations only through sums over their positions: each style layer's Gram matrix, and the
squares of the content cost. So three steps give the gradient:

1. forwards over the tiles, adding up the sums, each tile over its own positions;
2. J, and its derivative by each of the sums, once;
3. forwards and backwards over the tiles again, with these derivatives held fixed: the tiles' gradients add up to the
   picture's. The last tile is still there when its sums complete the others', so it is not computed again.

A tile is seen with a margin, as wide as the receptive fields of its own positions reach, and begins where the windows
of every pooling do. At the picture's edge it has none, so that the convolutions pad it as they do the whole picture.
"""

import functools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from .errors import InputError
from .grid import Grid, receptive_fields
from .images import preprocess
from .objective import Costs
from .sum_of_terms import CostOfSums, SumOfTerms, Term, View, of_any_size, sum_up


@dataclass(frozen=True)
class Parts:
    """What is computed of one tile, and of the sums. Objectives that are equal in this share what is compiled."""

    extractor: "tf.keras.Model"
    costs: tuple[tuple[str, CostOfSums], ...]

    def sums(self, image, tile, data):
        """Return {name of the term: its sums over the tile's own positions}."""
        return self._sums(cut_out(image, tile[:, :2]), tile, data)

    def of_sums(self, sums, weights, data):
        """Return {name: cost} of the whole picture, from its sums, and the derivatives of J by these."""
        with tf.GradientTape() as tape:
            tape.watch(sums)
            terms, J = self._costs(sums, weights, data)
        return terms, tape.gradient(J, sums, unconnected_gradients="zero")

    def of_last(self, image, tile, others, weights, data):
        """Return what `of_sums` does, and the tile's `gradient`, for the last tile and the sums of all others."""
        seen = cut_out(image, tile[:, :2])
        with tf.GradientTape() as tape:
            tape.watch((seen, others))
            sums = tf.nest.map_structure(tf.add, others, self._sums(seen, tile, data))
            terms, J = self._costs(sums, weights, data)
        derivatives, gradient = tape.gradient(J, (others, seen), unconnected_gradients="zero")
        return terms, derivatives, gradient

    def gradient(self, image, tile, data, derivatives):
        """Return what the tile's own positions add to the gradient of J, at each pixel that the tile sees."""
        seen = cut_out(image, tile[:, :2])
        with tf.GradientTape() as tape:
            tape.watch(seen)
            sums = tf.nest.flatten(self._sums(seen, tile, data))
            products = (tf.reduce_sum(d * s) for d, s in zip(tf.nest.flatten(derivatives), sums, strict=True))
            J = sum_up(products)
        return tape.gradient(J, seen, unconnected_gradients="zero")

    def _costs(self, sums, weights, data):
        terms = {name: cost.from_sums(sums[name], data[name]) for name, cost in self.costs}
        return terms, sum_up(weights[name] * cost for name, cost in terms.items())

    def _sums(self, seen, tile, data):
        layers = {layer for of_term in data.values() for layer in of_term}
        a_G, own = own_maps(self.extractor, layers, seen, tile), cut_out_data(self.extractor, tile[:, 2:], data)
        return {name: cost.sums(a_G, own[name]) for name, cost in self.costs}


def own_maps(extractor, layers, seen, tile):
    """Return {layer: activations at the tile's own positions}, of what the tile sees of the image."""
    a, fields = extractor(preprocess(seen)), receptive_fields(extractor)
    return {l: cut_out(a[l], (tile[:, 2:] - tile[:, :1]) // fields[l].jump) for l in layers}


@functools.lru_cache(maxsize=8)
def shared(parts):
    """Return the first of those that are equal: methods are equal where they are of the very same object."""
    return parts


@functools.lru_cache(maxsize=16)
def _compile_once(function):
    return tf.function(function, autograph=False)


def compiled(function: Callable, *arguments: Any) -> Callable:
    """Return the function compiled for arguments like these, but of any height and width."""
    return _compile_once(function).get_concrete_function(*tf.nest.map_structure(of_any_size, arguments))


def cut_out(maps, ends):
    """Return the part of the maps (1, n_H, n_W, n_C) between the ends, ((top, bottom), (left, right))."""
    return maps[:, ends[0, 0] : ends[0, 1], ends[1, 0] : ends[1, 1]]


def cut_out_data(extractor, ends, data):
    """Return {name of the term: its data} for the part of the picture between the ends, in pixels."""
    fields = receptive_fields(extractor)

    def part(layer, tensor):
        return cut_out(tensor, ends // fields[layer].jump) if tensor.shape.rank == 4 else tensor

    return {
        name: {l: tf.nest.map_structure(functools.partial(part, l), of_term[l]) for l in of_term}
        for name, of_term in data.items()
    }


class TiledSumOfTerms(SumOfTerms):
    """A `SumOfTerms` whose `value_and_gradient` goes tile by tile; a call computes J of the whole picture at once.

    Terms may look at the network's activations if their costs are a `CostOfSums`. The view, and terms that look at the
    image alone, are computed at once: that takes the memory of a few pictures.

    Args:
        tile: the side of a tile, its margins included, in pixels.

    Raises:
        InputError: the tile is nothing but margin, or a term does not say how to add it up.
    """

    def __init__(
        self, extractor: "tf.keras.Model", terms: list[Term], shape: tuple[int, ...], view: View = View(), *,  # noqa: B008
        tile: int,
    ):  # fmt: skip
        super().__init__(extractor, terms, shape, view)
        summed = {term.name: term for term in terms if isinstance(term.cost, CostOfSums)}
        self._parts = shared(Parts(extractor, tuple((name, term.cost) for name, term in summed.items())))
        self._tiles = Grid.of(extractor, {layer for term in summed.values() for layer in term.data}).tiles(shape, tile)
        others = tuple((term.name, term.cost) for term in terms if term.name not in summed)
        self._of_image = shared(_OfImage(others, view.function))

    def _compiled(self, image):
        weighted, view_data = self._data
        of_sums = {name: weighted[name] for name, _ in self._parts.costs}
        others = {name: weighted[name] for name, _ in self._of_image.costs}
        seen = compiled(self._of_image.seen, image, view_data)
        whole = compiled(self._of_image.costs_and_gradient, image, others, view_data, image)
        in_tiles = self._steps(image, of_sums)

        def value_and_gradient(image, _):
            terms, gradient = in_tiles(seen(image, view_data))
            other_terms, gradient = whole(image, others, view_data, gradient)
            terms = {name: (terms | other_terms)[name] for name in weighted}  # in the order of J
            return Costs(sum_up(weighted[name][0] * cost for name, cost in terms.items()), terms), gradient

        return value_and_gradient

    def _steps(self, image, weighted):
        """Return a function of the image: the three steps; it gives the terms, and the gradient of their sum."""
        weights, data = ({name: pair[i] for name, pair in weighted.items()} for i in (0, 1))
        *others, last = self._tiles
        sums_of = compiled(self._parts.sums, image, last, data)
        sums = sums_of.structured_outputs
        of_last = compiled(self._parts.of_last, image, last, sums, weights, data)
        gradient_of = compiled(self._parts.gradient, image, last, data, sums)

        def steps(image):
            sums = add_up(sums_of(image, tile, data) for tile in others)
            terms, derivatives, part = of_last(image, last, sums, weights, data)
            gradient = WholeGradient(image.shape)
            gradient.add(last.numpy(), part)
            for tile in others:
                gradient.add(tile.numpy(), gradient_of(image, tile, data, derivatives))
            return terms, gradient.tensor()

        return steps


def add_up(sums: Iterable) -> Any:
    """Return the sums over all tiles, of those over each of them."""
    return functools.reduce(lambda total, part: tf.nest.map_structure(tf.add, total, part), sums)


class WholeGradient:
    """The gradient of a whole picture (1, n_H, n_W, 3), to which its tiles' gradients are added.

    It begins at a multiple of 64 bytes, as TensorFlow's kernels ask of a tensor, and so is one without being copied.
    """

    def __init__(self, shape: tuple[int, ...]):
        size, alignment = math.prod(shape), 64 // 4
        numbers = np.zeros(size + alignment, np.float32)
        first = -numbers.ctypes.data // 4 % alignment
        self._numbers = numbers[first : first + size].reshape(shape)

    def add(self, tile: np.ndarray, part: ArrayLike) -> None:
        """Add what a tile's own positions give, at each pixel that the tile sees."""
        cut_out(self._numbers, tile[:, :2])[:] += np.asarray(part)

    def tensor(self) -> tf.Tensor:
        """Return it as a tensor."""
        return tf.experimental.dlpack.from_dlpack(self._numbers.__dlpack__())


@dataclass(frozen=True)
class _OfImage:
    """What is computed of the whole image: the view, and the terms that look at nothing else."""

    costs: tuple[tuple[str, Callable], ...]
    view: Callable

    def seen(self, image, view_data):
        """Return the image as J sees it."""
        return self.view(image, view_data)

    def costs_and_gradient(self, image, weighted, view_data, gradient):
        """Return {name: cost}, and the gradient of J by the image; `gradient` is that of all other terms, by `seen`."""
        with tf.GradientTape() as tape:
            tape.watch(image)
            seen = self.view(image, view_data)
            terms = {name: cost(seen, _NoActivations(name), weighted[name][1]) for name, cost in self.costs}
            J = sum_up(weighted[name][0] * cost for name, cost in terms.items())
        return terms, tape.gradient([J, seen], image, output_gradients=[tf.ones(()), gradient])


class _NoActivations(Mapping):
    """In place of the activations, for terms that look at the image alone."""

    def __init__(self, term):
        self._term = term

    def __getitem__(self, layer):
        raise InputError(
            f"{self._term} looks at {layer} and does not say how it is added up from tiles: make its cost a "
            "CostOfSums, or leave tiles out"
        )

    def __iter__(self):
        return iter((self["the network's layers"],))

    def __len__(self):
        return self["the network's layers"]
