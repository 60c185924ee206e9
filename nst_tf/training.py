"""Train the picture: the `tf.GradientTape` train step, the optimisers, and the loop that yields a record a step.

Each step evaluates the network once, forwards and backwards, so steps and seconds of different optimisers compare.
"""

import math
import time
from contextlib import closing
from functools import lru_cache, partial
from typing import NamedTuple

import tensorflow as tf

from .config import OPTIMIZERS, check_learning_rate, check_optimizer_options, check_steps
from .errors import DivergedError, InputError, unknown_name
from .images import check_image
from .lbfgs import lbfgs, lbfgsb
from .objective import Objective

_LBFGS = {"lbfgs": lbfgs, "lbfgsb": lbfgsb}


class Record(NamedTuple):
    """One evaluation of the network.

    Its number from 1, the costs of the picture evaluated, the seconds since the start, and how many times smaller than
    the finished picture it was (costs of different sizes do not compare).
    """

    step: int
    J: float
    J_content: float
    J_style: float
    seconds: float
    scale: int = 1


def make_value_and_gradient(objective):
    """Return a compiled function: image tensor to (`Costs`, gradient of J with respect to the image, of its shape).

    It is compiled once for each size. Objectives of other pictures or weights but the same feature extractor, such as
    those of one `style_transfer` after another, share what was compiled; the last few are kept. Called with an image
    of another size than the content's, the function raises `InputError`.
    """
    if type(objective) is not Objective:  # a function of the reader's own, or a subclass
        return partial(_value_and_gradient(lambda image, _: objective(image)), ())
    compiled = _shared_value_and_gradient(objective.computation)

    def value_and_gradient(image):
        objective.check_size(image)
        return compiled(objective.parameters, image)

    return value_and_gradient


def _value_and_gradient(computation):
    """Return a compiled function of an objective's parameters and an image, given how J is computed from both."""

    def value_and_gradient(parameters, image):
        with tf.GradientTape() as tape:
            tape.watch(image)
            costs = computation(image, parameters)
        return costs, tape.gradient(costs.J, image)

    return _compiled(value_and_gradient)


_shared_value_and_gradient = lru_cache(maxsize=2)(_value_and_gradient)
_MOST_COMPILED = 8  # sizes of one function that are kept, those used last; each takes some megabytes


def _compiled(function):
    """Compile a function of tensors and variables, once for each combination of shapes.

    A `tf.function` made anew for each picture is what we mean, yet after a few pictures TensorFlow would warn of
    'excessive retracing' when it is called. Its concrete functions are called without that warning.
    """
    compiled = {}

    def call(*arguments):
        key = str(tf.nest.map_structure(_signature, arguments))
        concrete = compiled.pop(key, None)
        if concrete is None:
            traceable = tf.function(function, autograph=False)  # without autograph, errors stay readable
            concrete = traceable.get_concrete_function(*arguments)
        compiled[key] = concrete
        for oldest in list(compiled)[:-_MOST_COMPILED]:
            del compiled[oldest]
        return concrete(*arguments)

    return call


def _signature(tensor):
    return tensor.shape, tensor.dtype, isinstance(tensor, tf.Variable)


def make_train_step(objective, optimizer):
    """Return a compiled train step: it lowers J by changing the picture, and returns the `Costs` from before.

    Args:
        objective: image to `Costs`.
        optimizer: a `tf.keras.optimizers.Optimizer`. Keras binds it to the first variable it meets: make a new one
            for each picture.

    Returns:
        A function of a `tf.Variable` of shape (1, n_H, n_W, 3), which it keeps in [0, 1]. It raises `InputError` for
        anything else, or a picture of another size than the content's.
    """

    def train_step(image):
        with tf.GradientTape() as tape:
            costs = objective(image)
        gradient = tape.gradient(costs.J, image)
        optimizer.apply_gradients([(gradient, image)])
        image.assign(tf.clip_by_value(image, 0.0, 1.0))
        return costs

    compiled = _compiled(train_step)

    def checked_train_step(image):
        if not isinstance(image, tf.Variable):
            raise InputError("the picture is no tf.Variable, so it cannot be trained: wrap it, tf.Variable(image)")
        return compiled(image)

    return checked_train_step


def minimise(objective, image, *, optimizer="lbfgs", steps=100, learning_rate=None, optimizer_options=None):
    """Minimise J over the picture; a generator of one `(Record, image)` for each evaluation of the network.

    Args:
        objective: image to `Costs`.
        image: where to start, (1, n_H, n_W, 3) in [0, 1].
        optimizer: "lbfgs" (in the Fourier basis), "lbfgsb" (a variable a pixel, bounds [0, 1]), "adam" or
            "gradient_descent" (both clipped to [0, 1] after each step).
        steps: how many evaluations at most; L-BFGS ends sooner if it finds no better picture.
        learning_rate: of adam and gradient_descent; None for a default that suits the bundled network's costs.
        optimizer_options: {name: number}, further constants of adam and gradient_descent (see `Config`).

    Yields:
        The record, and the picture it speaks of as a float32 array; the first is the starting picture.

    Raises:
        DivergedError: J is NaN or infinite.
        InputError: at once: unknown optimizer, bad steps, learning rate or options, or an image that is none; at the
            first evaluation: the image has another size than the content.
    """
    if optimizer not in OPTIMIZERS:
        raise unknown_name("optimizer", optimizer, OPTIMIZERS)
    check_steps(steps)
    check_learning_rate(optimizer, learning_rate)
    check_optimizer_options(optimizer, optimizer_options or {})
    return _evaluations(objective, check_image(image), optimizer, steps, learning_rate, optimizer_options or {})


def _evaluations(objective, image, optimizer, steps, learning_rate, options):
    if optimizer in _LBFGS:
        evaluations = _LBFGS[optimizer](make_value_and_gradient(objective), image)
    else:
        evaluations = _first_order(objective, image, _keras_optimizer(optimizer, learning_rate, options, image))
    start = time.perf_counter()
    with closing(evaluations):
        for step, (costs, picture) in zip(range(1, steps + 1), evaluations, strict=False):
            record = Record(step, *(float(cost) for cost in costs), time.perf_counter() - start)
            if not math.isfinite(record.J):
                when = f"step {step} at {image.shape[2]}x{image.shape[1]} pixels"
                raise DivergedError(f"J became {record.J} in {when}: {_likely_cause(optimizer, step)}")
            yield record, picture


def _likely_cause(optimizer, step):
    if step == 1 or optimizer in _LBFGS:
        return "make alpha, beta or the layer weights smaller"
    return "make the learning rate smaller"


def _keras_optimizer(name, learning_rate, options, image):
    if learning_rate is None:
        # J is a mean over positions, so the gradient of a pixel shrinks as the picture grows: SGD's step must not.
        learning_rate = 0.02 if name == "adam" else 4e-6 * image.size
    constants = {key: float(value) for key, value in options.items() if not key.startswith("decay_")}
    if "decay_rate" in options:
        learning_rate = tf.keras.optimizers.schedules.ExponentialDecay(
            learning_rate, decay_steps=float(options["decay_steps"]), decay_rate=float(options["decay_rate"])
        )
    optimizer = tf.keras.optimizers.Adam if name == "adam" else tf.keras.optimizers.SGD
    return optimizer(learning_rate, **constants)


def _first_order(objective, image, optimizer):
    """Yield (costs, picture) of one train step after another."""
    variable = tf.Variable(image)
    train_step = make_train_step(objective, optimizer)
    while True:
        picture = variable.numpy().copy()
        yield train_step(variable), picture
