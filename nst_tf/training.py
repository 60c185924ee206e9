"""Train the picture: the `tf.GradientTape` train step, the optimisers, and the loop that yields a record a step.

Each step evaluates the network once, forwards and backwards, so steps and seconds of different optimisers compare.
"""

import math
import queue
import threading
import time
from typing import NamedTuple

import numpy as np
import scipy.optimize
import tensorflow as tf

from .config import OPTIMIZERS
from .errors import DivergedError, InputError, unknown_name
from .images import check_image


class Record(NamedTuple):
    """One evaluation: its number from 1, the costs of the picture evaluated, and the seconds since the start."""

    step: int
    J: float
    J_content: float
    J_style: float
    seconds: float


def make_value_and_gradient(objective):
    """Return a compiled function: image tensor to (`Costs`, gradient of J by the image, of the image's shape)."""

    @tf.function
    def value_and_gradient(image):
        with tf.GradientTape() as tape:
            tape.watch(image)
            costs = objective(image)
        return costs, tape.gradient(costs.J, image)

    return value_and_gradient


def make_train_step(objective, optimizer):
    """Return a compiled train step: it lowers J by changing the picture, and returns the `Costs` from before.

    Args:
        objective: image to `Costs`.
        optimizer: a `tf.keras.optimizers.Optimizer`. Keras binds it to the first variable it meets: make a new one
            for each picture.

    Returns:
        A function of a `tf.Variable` of shape (1, n_H, n_W, 3), which it keeps in [0, 1].
    """

    @tf.function
    def train_step(image):
        with tf.GradientTape() as tape:
            costs = objective(image)
        gradient = tape.gradient(costs.J, image)
        optimizer.apply_gradients([(gradient, image)])
        image.assign(tf.clip_by_value(image, 0.0, 1.0))
        return costs

    return train_step


def minimise(objective, image, *, optimizer="lbfgs", steps=100, learning_rate=None):
    """Minimise J over the picture; a generator of one `(Record, image)` for each evaluation of the network.

    Args:
        objective: image to `Costs`.
        image: where to start, (1, n_H, n_W, 3) in [0, 1].
        optimizer: "lbfgs" (SciPy's L-BFGS-B, bounds [0, 1]), "adam" or "gradient_descent" (clipped to [0, 1]).
        steps: how many evaluations at most; L-BFGS ends sooner if it finds no better picture.
        learning_rate: of adam and gradient_descent; None for a default that suits the bundled network's costs.

    Yields:
        The record, and the picture it speaks of as a float32 array.

    Raises:
        DivergedError: J is NaN or infinite.
        InputError: unknown optimizer, or an image that is none.
    """
    if optimizer not in OPTIMIZERS:
        raise unknown_name("optimizer", optimizer, OPTIMIZERS)
    if optimizer == "lbfgs" and learning_rate is not None:
        raise InputError("lbfgs chooses its own step length: leave learning_rate out, or choose adam")
    image = check_image(image)
    if optimizer == "lbfgs":
        evaluations = _lbfgs(objective, image, steps)
    else:
        evaluations = _first_order(objective, image, _keras_optimizer(optimizer, learning_rate, image), steps)
    start = time.perf_counter()
    for step, (costs, picture) in enumerate(evaluations, start=1):
        record = Record(step, *(float(cost) for cost in costs), time.perf_counter() - start)
        if not math.isfinite(record.J):
            raise DivergedError(
                f"J became {record.J} at step {step}: "
                + ("make alpha, beta or the layer weights smaller" if step == 1 or optimizer == "lbfgs"
                   else "make the learning rate smaller")
            )  # fmt: skip
        yield record, picture


def _keras_optimizer(name, learning_rate, image):
    if name == "adam":
        return tf.keras.optimizers.Adam(0.02 if learning_rate is None else learning_rate)
    # J is a mean over positions, so the gradient of a pixel shrinks as the picture grows: the step must not.
    default = 0.004 * image.size
    return tf.keras.optimizers.SGD(default if learning_rate is None else learning_rate)


def _first_order(objective, image, optimizer, steps):
    """Yield (costs, picture) of `steps` train steps."""
    variable = tf.Variable(image)
    train_step = make_train_step(objective, optimizer)
    for _ in range(steps):
        picture = variable.numpy().copy()
        yield train_step(variable), picture


def _lbfgs(objective, image, steps):
    """Yield (costs, picture) of `steps` evaluations asked for by SciPy's L-BFGS-B."""
    value_and_gradient = make_value_and_gradient(objective)
    asking = _ask_and_tell(_run_lbfgs, image.reshape(-1))
    x = next(asking, None)
    for _ in range(steps):
        if x is None:
            return
        picture = np.clip(x, 0, 1).astype(np.float32).reshape(image.shape)
        costs, gradient = value_and_gradient(tf.constant(picture))
        yield costs, picture
        x = asking.send((float(costs.J), gradient.numpy().reshape(-1).astype(np.float64)))


def _run_lbfgs(function, x):
    """Run L-BFGS-B until it finds nothing better, even when started afresh from the best x."""
    best = math.inf
    while True:
        found = scipy.optimize.minimize(
            function, x, jac=True, method="L-BFGS-B", bounds=scipy.optimize.Bounds(0, 1),
            options={"maxiter": 10**9, "maxfun": 10**9, "ftol": 0, "gtol": 0, "maxcor": 10},
        )  # fmt: skip
        if not found.fun < best:
            return
        best, x = found.fun, found.x


class _Closed(BaseException):
    """Unwinds the worker thread when nobody listens any more."""


def _ask_and_tell(minimiser, x):
    """Turn a minimiser that calls its function into a generator: it yields x and is sent (value, gradient).

    The minimiser runs in a thread of its own and waits for each answer, so that the caller's loop, and its Ctrl-C,
    stay in charge.
    """
    questions, answers = queue.SimpleQueue(), queue.SimpleQueue()

    def ask(x):
        questions.put(x)
        answer = answers.get()
        if answer is None:
            raise _Closed
        return answer

    def work():
        try:
            minimiser(ask, x)
            questions.put(None)
        except _Closed:
            pass
        except Exception as error:
            questions.put(error)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    try:
        while (question := questions.get()) is not None:
            if isinstance(question, Exception):
                raise question
            answers.put((yield question))
    finally:
        answers.put(None)
        worker.join()
