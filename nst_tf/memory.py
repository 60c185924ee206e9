"""Where memory ends: seen coming where that kills the process, and recognised in the errors that TensorFlow has for it.

oneDNN, which computes the convolutions, does not check what it is given. Under a limit of the address space
(`ulimit -v`, some batch queues) it then ends the process by a segmentation fault, which nothing in it can catch.
"""

import contextlib
from pathlib import Path

import tensorflow as tf

from .errors import OutOfMemoryError

# The address space that an evaluation takes, measured at 1024 and 2048 pixels: for its threads, and for each pixel
BYTES = 700e6
BYTES_A_PIXEL = {"float32": 2600, "bfloat16": 1400}
# What oneDNN says when it is out of memory, and C++
_SIGNS = ("could not create a primitive", "could not create a memory", "could not execute a primitive", "bad_alloc")


def check_address_space(n_H: int, n_W: int, precision: str) -> None:
    """Raise `OutOfMemoryError` if the address space that is left won't do for a picture of n_H x n_W pixels.

    Does nothing where there is no limit, and where the system doesn't tell (it is Linux that does).
    """
    left = address_space_left()
    if left is not None and BYTES + n_H * n_W * BYTES_A_PIXEL[precision] > left:
        raise does_not_fit(n_H, n_W)


def does_not_fit(n_H: int, n_W: int) -> OutOfMemoryError:
    """Return the error for a picture of n_H x n_W pixels."""
    return OutOfMemoryError(f"{n_W}x{n_H} pixels do not fit into the memory: give a smaller size")


def is_lack_of_memory(error: Exception) -> bool:
    """Return whether the error says, in one of many ways, that memory did not suffice."""
    if isinstance(error, (MemoryError, tf.errors.ResourceExhaustedError)):
        return True
    return isinstance(error, tf.errors.OpError) and any(sign in str(error) for sign in _SIGNS)


def address_space_left(statm: Path = Path("/proc/self/statm")) -> float | None:
    """Return the bytes that the process may still map; None where there is no limit, or it isn't told."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        if limit != resource.RLIM_INFINITY:
            return limit - int(statm.read_text().split()[0]) * resource.getpagesize()
    return None
