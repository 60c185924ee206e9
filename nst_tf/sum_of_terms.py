"""J as a sum of named terms: the objective that whatever is painted with is made of."""

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from .errors import InputError
from .images import preprocess
from .objective import Costs, Objective, compile_gradient


class CostOfSums(ABC):
    """A cost that depends on the picture only by sums over the positions of some layers.

    So it can be computed from parts of the picture whose sums are added up (`tiles`). Its data are {layer: tensors in
    any nest}; those of rank 4 are maps that belong to the layer's positions, and are cut as the picture is.
    """

    @abstractmethod
    def __call__(self, image, a_G, data):
        """Return the cost of a whole picture, as of any `Term`."""

    @abstractmethod
    def sums(self, a_G, data):
        """Return what is summed up, for activations and data of some positions: float32 tensors in any nest."""

    @abstractmethod
    def from_sums(self, sums, data):
        """Return the cost, from the sums over all positions; of the data, only what is no map."""


class Term(NamedTuple):
    """One addend of J, `weight * cost(image, a_G, data)`, where a_G is {layer: activations of the image}.

    `cost` is a pure function; all that differs from picture to picture, the targets above all, is in `data`, tensors in
    any nest. Costs that are equal share what is compiled.
    """

    name: str
    weight: float
    cost: Callable
    data: Any = ()


def _as_it_is(image, data):
    return image


class View(NamedTuple):
    """What J sees of an image: `function(image, data)`, of the same shape; pure, as a `Term`'s cost is."""

    function: Callable = _as_it_is
    data: Any = ()


class SumOfTerms(Objective):
    """`J = sum of weight * cost` over the terms, of images of one shape, (1, n_H, n_W, 3), as the view shows them.

    Its attributes are the `extractor`, whose layers the terms look at, and `weights`, {name of the term: its weight}.
    """

    def __init__(
        self, extractor: "tf.keras.Model", terms: list[Term], shape: tuple[int, ...], view: View = View()  # noqa: B008
    ):  # fmt: skip
        function = _Sum(extractor, tuple((term.name, term.cost) for term in terms), view.function)
        weighted = {term.name: (tf.constant(term.weight, tf.float32), term.data) for term in terms}
        super().__init__(function, (weighted, view.data))
        self.extractor = extractor
        self.weights = {term.name: term.weight for term in terms}
        self._shape = tuple(shape)

    def _check(self, image):
        if tuple(np.shape(image)) != self._shape:
            raise InputError(f"the image has shape {np.shape(image)}, the content {self._shape}: give them one size")

    def _compiled(self, image):
        signature = tf.nest.map_structure(of_any_size, (image, self._data))
        return _compile_once(self._function).get_concrete_function(*signature)


@dataclass(frozen=True)
class _Sum:
    """How J is computed, without its numbers: objectives that are equal in this share one compiled function."""

    extractor: "tf.keras.Model"
    costs: tuple[tuple[str, Callable], ...]
    view: Callable

    def __call__(self, image, data):
        weighted, view_data = data
        image = self.view(image, view_data)
        a_G = self.extractor(preprocess(image))
        terms = {name: cost(image, a_G, weighted[name][1]) for name, cost in self.costs}
        return Costs(sum_up(weighted[name][0] * cost for name, cost in terms.items()), terms)


def sum_up(costs: Iterable[tf.Tensor]) -> tf.Tensor:
    """Return the sum; of no costs, 0."""
    return tf.add_n([tf.constant(0.0), *costs])


_compile_once = functools.lru_cache(maxsize=4)(compile_gradient)


def of_any_size(tensor: tf.Tensor) -> tf.TensorSpec:
    """Return the tensor's specification with height and width left open where it is an image or activations."""
    shape = (1, None, None, tensor.shape[3]) if tensor.shape.rank == 4 else tensor.shape
    return tf.TensorSpec(shape, tensor.dtype)
