"""The optimisers, as searches for a better picture: each has an `image` to evaluate, and is told what came of it.

search = begin_search(start, config)
costs, gradient = objective.value_and_gradient(search.image)
search.tell(float(costs.J), gradient)  # now search.image is another one
"""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import tensorflow as tf

from .config import LEARNING_RATES, Config
from .errors import DivergedError
from .lbfgs import LBFGS, Pairs
from .parametrisation import Fourier, Pixels
from .process.keras_settings import channels_last_float32

# Weight of the mean square outside [0, 1], in units of the first J. From 0.1 times to 10 times this made no difference.
OUTSIDE_WEIGHT = 100
SATURATED = 0.98  # the share of numbers at 0 or 1; pictures of two colours have it, too, and so J has its say


class Search(Protocol):
    """A search in progress.

    Attributes:
        image: the picture to evaluate next, a float32 tensor (1, n_H, n_W, 3) in [0, 1].
    """

    image: tf.Tensor

    def tell(self, J: float, gradient: tf.Tensor) -> bool:
        """Take J and its gradient at `image`, choose the next one, and return whether there is one."""
        ...

    def state(self) -> dict[str, Any]:
        """Return all that was learnt so far: tensors and numbers by name."""
        ...

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where another search of the same kind was; arrays of another shape raise `ValueError`."""
        ...


def begin_search(image: np.ndarray, config: Config, scale: int = 1) -> Search:
    """Return a search with the optimizer of the settings, from an image `scale` times smaller than the finished one."""
    if config.optimizer == "lbfgs":
        basis = Pixels if config.parametrisation == "pixels" else Fourier
        return LBFGSSearch(image, basis(*image.shape[1:3]))
    with channels_last_float32():
        return DescentSearch(image, _keras_optimizer(config, image.size, scale))


class LBFGSSearch:
    """L-BFGS on what the picture is stored as.

    There, a bound on a pixel is no bound on a number. Instead the picture is clipped to [0, 1], and what was cut off
    costs its mean square: enough to bring it back, and nothing for the picture itself.
    """

    def __init__(self, image: np.ndarray, parametrisation: Pixels | Fourier):
        self._parametrisation, self._outside_weight = parametrisation, None
        self._unclipped = tf.constant(image)  # as it is: from z it would come back rounded
        self.minimiser = LBFGS.begin(parametrisation.from_image(self._unclipped))

    @property
    def image(self) -> tf.Tensor:
        """The picture to evaluate next."""
        if self._unclipped is None:
            self._unclipped = self._parametrisation.to_image(self.minimiser.trial)
        return tf.clip_by_value(self._unclipped, 0.0, 1.0)

    def tell(self, J: float, gradient: tf.Tensor) -> bool:
        """Take J and its gradient at `image`, and choose the next; there is none once nothing lowers J any more."""
        if self._outside_weight is None:
            self._outside_weight = OUTSIDE_WEIGHT * J / tf.size(gradient, tf.int64).numpy()
        return self.minimiser.tell(*self._with_outside(J, gradient))

    def _with_outside(self, J, gradient):
        """Return J and its gradient by z, with what the numbers outside [0, 1] cost."""
        image, weight = self.image, self._outside_weight
        outside = self._unclipped - image
        del image  # whose memory is needed
        value = J + 2 * weight * float(tf.nn.l2_loss(outside))
        outside = tf.where(outside == 0, gradient, 2 * weight * outside)
        self._unclipped = None  # whose memory is needed
        return value, self._parametrisation.pull_back(outside)

    def begin_again(self):
        """Go on from the best picture with what is known of the curvature: J itself may be another from here on."""
        self.minimiser.begin_again()
        self._unclipped = None

    def state(self) -> dict[str, Any]:
        """Return all that was learnt so far: tensors and numbers by name."""
        known = {**vars(self.minimiser), **self.minimiser.pairs._asdict(), "outside_weight": self._outside_weight}
        return {name: value for name, value in known.items() if name != "pairs" and value is not None}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where another search was; arrays of another shape raise `ValueError`."""
        n, m = self.minimiser.point.shape[0], len(state["SY"])
        shapes = {"S": (m, n), "Y": (m, n), "SY": (m, m), "YY": (m, m)}
        self.minimiser = self._unclipped = None  # whose memory is needed
        state = {name: _tensor(value, shapes.get(name, (n,))) for name, value in state.items()}
        self._outside_weight = state.pop("outside_weight")
        pairs = Pairs(**{name: state.pop(name) for name in Pairs._fields})
        self.minimiser = LBFGS(pairs=pairs, **state)


class DescentSearch:
    """A Keras optimizer on the pixels, clipped to [0, 1] after each step."""

    def __init__(self, image: np.ndarray, optimizer: "tf.keras.optimizers.Optimizer"):
        self._variable, self._optimizer = tf.Variable(image), optimizer
        self._first_J, self._leaps = None, 0
        self.image = tf.constant(image)

    def tell(self, J: float, gradient: tf.Tensor) -> bool:
        """Take the gradient at `image` and step; there is always a next picture, for better or worse.

        Raises:
            DivergedError: J has risen, and twice hardly a number in the picture was anything but 0 or 1.
        """
        self._first_J = J if self._first_J is None else self._first_J
        self._leaps = self._leaps + 1 if self._first_J < J and _is_saturated(self.image) else 0
        if self._leaps > 1:  # once may be the beginning of a falling rate
            raise DivergedError("the steps leap from one end of [0, 1] to the other: make the learning rate smaller")
        descend(self._optimizer, self._variable, gradient)
        self.image = tf.identity(self._variable)  # the next step will change the variable in place
        return True

    def state(self) -> dict[str, Any]:
        """Return all that was learnt so far: tensors by name, those of the Keras optimizer numbered."""
        of_optimizer = {}
        self._optimizer.save_own_variables(of_optimizer)
        return {"image": self.image, "first_J": self._first_J, "leaps": self._leaps, **of_optimizer}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where another search was; arrays of another shape raise `ValueError`."""
        state = dict(state)
        self._first_J, self._leaps = state.pop("first_J"), state.pop("leaps")
        self.image = _tensor(state.pop("image"), tuple(self.image.shape))
        self._variable.assign(self.image)
        self._optimizer.build([self._variable])
        self._optimizer.load_own_variables(state)


def _tensor(value, shape):
    """Return an array as a tensor, if it has this shape, and anything else as it is."""
    if not isinstance(value, np.ndarray):
        return value
    if value.shape != shape:
        raise ValueError(f"shape {value.shape} in place of {shape}")
    return tf.constant(value)


def _is_saturated(image):
    """Return whether hardly a number in the picture is left between 0 and 1; where its slope is 0, it doesn't move."""
    at_an_end = tf.cast((image <= 0) | (image >= 1), tf.float32)
    return float(tf.reduce_mean(at_an_end)) > SATURATED


def descend(optimizer: "tf.keras.optimizers.Optimizer", image: tf.Variable, gradient: tf.Tensor) -> None:
    """Let the optimizer take a step of the image, and keep it in [0, 1]."""
    optimizer.apply_gradients([(gradient, image)])
    image.assign(tf.clip_by_value(image, 0.0, 1.0))


def _keras_optimizer(config, size, scale):
    learning_rate, is_plain = config.learning_rate, config.optimizer == "gradient_descent"
    # J is a mean over positions: the slope at one pixel shrinks as the picture grows, but a plain step must not.
    if learning_rate is None:
        learning_rate = LEARNING_RATES[config.optimizer] * (size if is_plain else 1)
    elif is_plain:
        learning_rate /= scale**2
    options = dict(config.optimizer_options)
    if "decay_rate" in options:
        learning_rate = tf.keras.optimizers.schedules.ExponentialDecay(
            learning_rate, decay_steps=options.pop("decay_steps"), decay_rate=options.pop("decay_rate")
        )
    optimizer = tf.keras.optimizers.Adam if config.optimizer == "adam" else tf.keras.optimizers.SGD
    return optimizer(learning_rate, **options)
