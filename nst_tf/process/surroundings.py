"""Where TensorFlow cannot work as the package needs it: a sentence in place of a hang, or of an error from within.

It imports TensorFlow only where that is asked: whether this process may run it is asked before it is loaded.
"""

import functools
import os

from ..errors import InputError

SHARERS = "NST_TF_SHARERS"  # an environment variable


@functools.cache
def _first_process():
    """Return the process that TensorFlow ran in first; what is forked from it finds the same number here."""
    return os.getpid()


def check_process() -> None:
    """Raise `InputError` in a process forked from one where TensorFlow had run: its threads are missing, it would hang.

    Processes that `multiprocessing` starts with the method "spawn" are fine.
    """
    if _first_process() != os.getpid():
        raise InputError(
            "this process was forked after TensorFlow had run, and would hang: start it afresh, "
            'multiprocessing.get_context("spawn")'
        )


def check_strategy() -> None:
    """Raise `InputError` in the scope of a strategy, whose variables are others than those that are trained here."""
    import tensorflow as tf

    if tf.distribute.has_strategy():
        name = type(tf.distribute.get_strategy()).__name__
        raise InputError(f"a picture is painted on one device: call this outside of the scope of {name}")


def check_surroundings() -> None:
    """Raise `InputError` in a forked process, in the scope of a strategy, and while a graph is being built."""
    import tensorflow as tf

    check_process()
    check_strategy()
    if not tf.executing_eagerly():
        raise InputError(
            "TensorFlow is building a graph here, and a picture is painted step by step: call this outside of tf.Graph "
            "and tf.function, and leave eager execution enabled"
        )


def sharers() -> int:
    """Return how many processes of this program share the machine's memory: those of a cluster on one machine."""
    return int(os.environ.get(SHARERS, 1))
