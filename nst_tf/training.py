"""Train the picture: the train step, one evaluation of the network, and the loop that yields a record for each.

Each step evaluates the network once, forwards and backwards, so steps and seconds of different optimisers compare.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import tensorflow as tf
from numpy.typing import ArrayLike

from .config import Config
from .errors import DivergedError, InputError
from .images import check_image
from .objective import Costs, Objective, as_objective, term_called
from .process.surroundings import check_strategy, check_surroundings
from .search import Search, begin_search, descend


class Record(NamedTuple):
    """One evaluation of the network. Each term of J is an attribute, too: `record.J_content`.

    Attributes:
        step: its number, from 1.
        J: of the picture evaluated.
        terms: {name: what that term of J is, before its weight}.
        seconds: of training since the start.
        scale: how many times smaller than the finished picture it was; costs of different sizes do not compare.
    """

    step: int
    J: float
    terms: Mapping[str, float]
    seconds: float
    scale: int = 1

    def __getattr__(self, name):
        return term_called(name, self.terms)


def make_train_step(
    objective: Objective | Callable, optimizer: "tf.keras.optimizers.Optimizer"
) -> Callable[[tf.Variable], Costs]:
    """Return a train step: it lowers J by changing the picture, and returns the `Costs` from before.

    Args:
        objective: an `Objective`, or a function of the image that returns J or `Costs`.
        optimizer: a `tf.keras.optimizers.Optimizer`. Keras binds it to the first variable it meets: make a new one
            for each picture.

    Returns: a function of a `tf.Variable` (1, n_H, n_W, 3), which it keeps in [0, 1]; for anything else, `InputError`.
    """
    objective = as_objective(objective)

    def train_step(image):
        if not isinstance(image, tf.Variable):
            raise InputError("the picture is no tf.Variable, so it cannot be trained: wrap it, tf.Variable(image)")
        check_strategy()
        costs, gradient = objective.value_and_gradient(image)  # of J by the image, from a tf.GradientTape
        descend(optimizer, image, gradient)
        return costs

    return train_step


def minimise(
    objective: Objective | Callable, image: ArrayLike, *, optimizer: str = Config.optimizer,
    parametrisation: str | None = Config.parametrisation, steps: int = Config.steps,
    learning_rate: float | None = Config.learning_rate,
    optimizer_options: Mapping[str, float] = Config.optimizer_options,
) -> Iterator[tuple[Record, tf.Tensor]]:  # fmt: skip
    """Minimise J over the picture; a generator of one `(Record, image)` for each evaluation of the network.

    Args:
        objective: an `Objective`, or a function of the image that returns J or `Costs`.
        image: where to start, (1, n_H, n_W, 3) in [0, 1].
        steps: how many evaluations at most; L-BFGS ends sooner if it finds no better picture.
        optimizer, parametrisation, learning_rate, optimizer_options: as in `Config`.

    Yields:
        The record, and the picture it speaks of, a float32 tensor; the first is the starting picture.

    Raises:
        DivergedError: J, its gradient or the picture is NaN or infinite.
        InputError: settings or an image that cannot be used; at the first evaluation: no objective, or another size.
    """
    config = Config(
        optimizer=optimizer, parametrisation=parametrisation, steps=steps, learning_rate=learning_rate,
        optimizer_options=optimizer_options,
    )  # fmt: skip
    return _records(as_objective(objective), begin_search(check_image(image), config), config)


def _records(objective, search, config):
    seconds = 0.0
    for step in range(1, config.steps + 1):
        begin = time.perf_counter()
        costs, picture, goes_on = evaluate(objective, search, step, config.optimizer)
        seconds += time.perf_counter() - begin
        yield Record(step, costs.J, costs.terms, seconds), picture
        if not goes_on:
            return


def evaluate(objective: Objective, search: Search, step: int, optimizer: str) -> tuple[Costs, tf.Tensor, bool]:
    """Evaluate the search's image and tell it; return the `Costs` as floats, the image, and whether there is another.

    Raises:
        DivergedError: J, its gradient or the image is NaN or infinite, or the steps are far too long; the search is
            left as it was.
        InputError: TensorFlow cannot work here (see `surroundings`).
    """
    check_surroundings()
    picture = search.image
    costs, gradient = objective.value_and_gradient(picture)
    costs = tf.nest.map_structure(float, costs)
    # A picture of NaN can have a finite J: ReLU and max pooling may let it pass as 0.
    for name, value in (("J", costs.J), ("the gradient", gradient), ("the picture", picture)):
        if not tf.math.is_finite(tf.reduce_sum(value)):
            when = f"step {step} at {picture.shape[2]}x{picture.shape[1]} pixels"
            cause = "alpha, beta or the layer weights" if step == 1 or optimizer == "lbfgs" else "the learning rate"
            raise DivergedError(f"{name} became NaN or infinite in {when}: make {cause} smaller")
    return costs, picture, search.tell(costs.J, gradient)
