"""What a worker of the cluster does: its part of J's sums and gradient, or a whole painting.

A program that is to be a worker needs no more than `nst_tf[cluster]`: `dask worker ADDRESS --nthreads 1`. Its tasks
run one at a time, each with all the threads that TensorFlow was given.
"""

import contextlib
import functools
import hashlib
import multiprocessing
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__
from ..errors import ClusterError
from ..process.startup import start_quietly

_TURN = threading.Lock()  # Dask's threads share the process: two tasks at once would take twice the memory


def dask_setup(worker: Any) -> None:
    """Start TensorFlow; leave Ctrl-C to the program that a local cluster belongs to. Dask calls it in each worker."""
    if multiprocessing.parent_process() is not None:
        with contextlib.suppress(ValueError):  # not in the main thread
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    start_quietly()


@functools.cache
def fingerprint() -> str:
    """Return the version, with eight digits of a digest of the package's own sources."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for source in sorted(package.rglob("*.py")):
        digest.update(source.relative_to(package).as_posix().encode() + source.read_bytes().replace(b"\r\n", b"\n"))
    return f"nst_tf {__version__} ({digest.hexdigest()[:8]})"


def check_fingerprint(made_by: str) -> None:
    """Raise `ClusterError` unless the task was made by this very version."""
    if made_by != fingerprint():
        raise ClusterError(f"a worker has {fingerprint()}, and the program {made_by}: install the same version there")


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait for this process's other tasks, and see that TensorFlow is started."""
    with _TURN:
        start_quietly()
        yield


@dataclass(frozen=True)
class Recipe:
    """What to compute of each tile: all that is the same for all of them, and can travel.

    Attributes:
        network: the `Network`.
        layers: whose activations are looked at.
        costs: (name, `CostOfSums`) of the terms.
        made_by: the fingerprint of the version that has made it.
    """

    network: Any
    layers: tuple[str, ...]
    costs: tuple
    made_by: str


@functools.lru_cache(maxsize=2)
def _parts_of(recipe):
    """Return what is computed of each tile, its network loaded once."""
    from ..tiles import Parts, shared

    return shared(Parts(recipe.network.extractor(recipe.layers), recipe.costs))


class Part:
    """A tile that a worker holds: the network, the targets of its positions, and where its own begin and end.

    Args:
        recipe: what to compute.
        tile: (2, 4), a row as `Grid.cut` gives it for a side, but counted from where the tile begins.
        data: {name of the term: its data}, of what the tile sees; arrays.
    """

    def __init__(self, recipe: Recipe, tile: np.ndarray, data: Any):
        check_fingerprint(recipe.made_by)
        self._made_of = recipe, tile, data
        with one_at_a_time():
            import tensorflow as tf

            self._parts = _parts_of(recipe)
            self._tile, self._data = tf.constant(tile), tf.nest.map_structure(tf.constant, data)

    def __reduce__(self):
        """Travel as what it is made of, where Dask moves it to another worker."""
        return Part, self._made_of

    def __sizeof__(self):
        """Return the bytes of the targets, by which Dask decides what is worth moving."""
        import tensorflow as tf

        return sum(array.nbytes for array in tf.nest.flatten(self._made_of[2]))

    def sums(self, seen: np.ndarray) -> Any:
        """Return the sums over the tile's own positions, for the pixels that it sees."""
        return self._computed(self._parts.sums, seen)

    def gradient(self, seen: np.ndarray, derivatives: Any) -> np.ndarray:
        """Return what the tile's own positions add to the gradient of J, given its derivatives by the sums."""
        return self._computed(self._parts.gradient, seen, derivatives)

    def _computed(self, function, seen, *more):
        import tensorflow as tf

        from ..tiles import compiled

        with one_at_a_time():
            image, *more = tf.nest.map_structure(tf.constant, (seen, *more))
            arguments = image, self._tile, self._data, *more
            return tf.nest.map_structure(np.asarray, compiled(function, *arguments)(*arguments))


def hold(seen: np.ndarray) -> np.ndarray:
    """Return the pixels as they are: as the result of a task they stay with the worker until they are not wanted."""
    return seen
