"""What is minimised: J as a function of the picture, and its gradient.

`value_and_gradient` is the one road from a picture to the gradient: every optimiser takes it, whatever J is.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import tensorflow as tf
from numpy.typing import ArrayLike

from .errors import InputError
from .process.surroundings import check_process


class Costs(NamedTuple):
    """The value of an objective: float32 scalar tensors. Each term is an attribute, too: `costs.J_content`."""

    J: tf.Tensor
    terms: Mapping[str, tf.Tensor] = {}

    def __getattr__(self, name):
        return term_called(name, self.terms)


def term_called(name: str, terms: Mapping):
    """Return the term, or raise the `AttributeError` of an object whose attributes are its terms."""
    if name in terms:
        return terms[name]
    raise AttributeError(f"there is no {name}: the terms of J are {', '.join(terms) or 'not told apart'}")


class Objective:
    """J as a function of the picture, with its gradient. `as_objective` makes one of a function of your own.

    Args:
        function: (image tensor (1, n_H, n_W, 3), data) to J, a scalar tensor, or to `Costs`, which names J's terms.
        data: what else the function computes with, tensors in any nest.
    """

    def __init__(self, function: Callable[[tf.Tensor, Any], Any], data: Any = ()):
        self._function, self._data, self._graphs = function, data, {}

    def __call__(self, image: ArrayLike) -> Costs:
        """Return the `Costs` of an image; differentiable.

        Raises:
            InputError: the image has a size that does not fit, or the function returns something else than costs; or
                the process was forked after TensorFlow had run.
        """
        check_process()
        self._check(image)
        return _as_costs(self._function(_as_tensor(image), self._data))

    def value_and_gradient(self, image: ArrayLike) -> tuple[Costs, tf.Tensor]:
        """Return the `Costs` of an image, and the gradient of J with respect to it, of its shape.

        What computes them is compiled at the first call.

        Raises:
            InputError: as a call does; or J has no gradient.
        """
        check_process()
        self._check(image)
        image = _as_tensor(image)
        if image.shape not in self._graphs:
            self._graphs[image.shape] = self._compiled(image)
        return self._graphs[image.shape](image, self._data)

    def _check(self, image):
        """Raise `InputError` for an image of a size that does not fit; here, any does."""

    def _compiled(self, image):
        return compile_gradient(self._function).get_concrete_function(_specification(image), self._data)


def as_objective(function: Callable) -> Objective:
    """Return the `Objective` of a function of your own, from an image to J or `Costs`; an `Objective` as it is.

    Raises:
        InputError: it is no function.
    """
    if isinstance(function, Objective):
        return function
    if not callable(function):
        raise InputError(f"the objective is a {type(function).__name__}: give a function of the image, or an Objective")
    return Objective(lambda image, _: function(image))


def compile_gradient(function: Callable) -> Callable:
    """Return a `tf.function` of an image and data: the function's `Costs`, and the gradient of J by the image."""

    def value_and_gradient(image, data):
        with tf.GradientTape() as tape:
            tape.watch(image)
            costs = _as_costs(function(image, data))
        gradient = tape.gradient(costs.J, image)
        if gradient is None:
            raise InputError("J has no gradient: compute it from the image, with TensorFlow all the way, not NumPy")
        return costs, tf.convert_to_tensor(gradient)

    return tf.function(value_and_gradient, autograph=False)  # without autograph, errors stay readable


def _specification(tensor):
    return tf.TensorSpec(tensor.shape, tensor.dtype)


def _as_tensor(image):
    return tf.cast(tf.convert_to_tensor(image), tf.float32)


def _as_costs(result):
    costs = result if isinstance(result, Costs) else Costs(result)
    for name, value in {"J": costs.J, **costs.terms}.items():
        if not (tf.is_tensor(value) and value.shape.rank == 0 and value.dtype.is_floating):
            found = f"a tensor of shape {value.shape}" if tf.is_tensor(value) else type(value).__name__
            raise InputError(f"the objective gives {found} as {name}: return a scalar tensor, or nst_tf.Costs")
    return costs
