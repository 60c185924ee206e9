"""How the gradient of an answer is compared: its values, not only whether there is one."""

import numpy as np
import tensorflow as tf

from .constants import close
from .verdict import NotQuite

NO_GRADIENT = (
    "The values are right, but no gradient comes through: compute with TensorFlow all the way "
    "(tf.reduce_sum, tf.square, ...), without .numpy() or np functions, or nothing can be trained."
)


def compare_gradients(answer, reference, case, watched=(-1,)):
    """Compare the values of the gradient by some arguments of a case; tensors in dicts are watched, too.

    Raises:
        NotQuite: there is no gradient, or another one than what is right has.
    """
    tensors = [part for at in watched for part in tf.nest.flatten(case[at])]
    expected = _gradients(reference, case, tensors)
    found = _gradients(answer, case, tensors)
    if found is None or all(f is None for f in found):
        raise NotQuite(NO_GRADIENT)
    for f, e in zip(found, expected, strict=True):
        if e is not None and not _same_gradient(f, e):
            raise NotQuite("The values are right, but the gradient is not: on part of the way it is cut off or changed "
                           "(tf.stop_gradient, tf.constant, .numpy() and np functions do that). All of the arguments' "
                           "way to the result must be TensorFlow's.")  # fmt: skip


def _same_gradient(found, expected):
    if found is None:
        return not np.any(expected)
    return close(np.asarray(found, np.float64), np.asarray(expected, np.float64))


def _gradients(function, case, tensors):
    """Return the gradients of a fixed mix of the result's elements, or None where it is no tensor of a tape's."""
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        result = function(*case)
        if not tf.is_tensor(result) or not result.dtype.is_floating:
            return None
        mix = tf.cast(tf.reshape(tf.linspace(0.5, 1.5, tf.size(result)), tf.shape(result)), result.dtype)
        total = tf.reduce_sum(result * mix)
    return tape.gradient(total, tensors)
