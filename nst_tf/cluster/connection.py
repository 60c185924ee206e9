"""To a Dask cluster and back: its workers are looked over before anything is computed, and its failures told as such.

Needs dask.distributed: `pip install 'nst_tf[cluster]'`.
"""

import contextlib
import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

import psutil

from ..errors import ClusterError, InputError, OutOfMemoryError, StartError
from ..process.surroundings import SHARERS
from .worker import fingerprint

if TYPE_CHECKING:
    from distributed import Client, Future

LOCAL = "local"  # in place of an address: workers on this machine
ANSWER_SECONDS = 10  # that a scheduler has to answer in
PATIENCE = 60  # seconds without any worker; Dask starts a local one that died again in a few
_SETTINGS = {
    "distributed.admin.large-graph-warning-threshold": "1 GB",  # pixels are no graph
    "distributed.deploy.lost-worker-timeout": "1 day",  # a local worker that dies is started again; this would end it
}
_ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}


@contextlib.contextmanager
def connect(address: str, workers: int | None = None) -> Iterator["Client"]:
    """Connect to the cluster whose scheduler has this address, such as tcp://10.0.0.1:8786, and close it in the end.

    Args:
        address: of the scheduler; "local" starts one on this machine.
        workers: of a local one, each a process with one thread; default: as many as there are cores.

    Raises:
        StartError: dask.distributed is not installed.
        InputError: nobody answers there, there are no workers, or they lack this version of the package.
    """
    try:
        import distributed
    except ImportError:
        raise StartError("clusters need dask.distributed: pip install 'nst_tf[cluster]'") from None
    import dask

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what is lost is told by our own errors
    with contextlib.ExitStack() as stack:
        stack.enter_context(dask.config.set(_SETTINGS))
        if address == LOCAL:
            address = stack.enter_context(_local_cluster(workers))
        try:
            client = stack.enter_context(distributed.Client(address, timeout=ANSWER_SECONDS, set_as_default=False))
        except Exception:  # what an address that is none leads to may be nearly anything
            raise InputError(
                f"no scheduler answers at {address}: start one (dask scheduler) and give the address that it prints, "
                "such as tcp://10.0.0.1:8786, or local"
            ) from None
        check_workers(client)
        yield client


def _local_cluster(workers):
    """Return a cluster on this machine, whose workers share its memory."""
    import distributed
    from dask.system import CPU_COUNT  # what affinity and batch systems leave of the cores

    workers = workers or min(CPU_COUNT, psutil.cpu_count(logical=False) or CPU_COUNT)
    environment = {**_ONE_THREAD, SHARERS: str(workers)}
    try:
        return distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, memory_limit=0, dashboard_address=":0",
            silence_logs=logging.CRITICAL, preload=["nst_tf.cluster.worker"], env=environment,
        )  # fmt: skip
    except (OSError, RuntimeError) as error:
        raise StartError(f"a cluster on this machine cannot be started ({error}): leave cluster out") from None


def check_workers(client: "Client") -> None:
    """Raise `InputError` unless there are workers, all with this very version of the package."""
    try:
        found = client.run(_workers_fingerprint())
    except Exception as error:  # what is sent as code by one Python may mean nothing to another
        raise InputError(
            f"the workers of {address_of(client)} cannot run what this program sends ({type(error).__name__}): give "
            "them the same versions of Python and dask"
        ) from None
    if not found:
        raise InputError(f"the cluster at {address_of(client)} has no workers: start some, dask worker ADDRESS")
    for worker, other in found.items():
        if other != fingerprint():
            what = "cannot import nst_tf" if other is None else f"has {other}, and this program {fingerprint()}"
            raise InputError(f"the worker {worker} {what}: install the same version in its environment")


def _workers_fingerprint():
    """Return a function that says which version a worker has. It is sent as code, for the package may be missing."""

    def workers_fingerprint():
        try:
            import nst_tf
        except ImportError:
            return None
        try:
            from nst_tf.cluster.worker import fingerprint
        except ImportError:
            return f"nst_tf {nst_tf.__version__}"
        return fingerprint()

    return workers_fingerprint


def address_of(client: "Client") -> str:
    """Return the scheduler's address, also when it is gone."""
    return client.scheduler.address


def count_workers(client: "Client") -> int:
    """Return how many workers there are."""
    with told_as_loss(client):
        return len(workers_of(client))


def workers_of(client: "Client") -> list[str]:
    """Return the addresses of the workers, in order."""
    info = client.scheduler_info(n_workers=-1)
    if client.status != "running":  # then Dask knows nothing, and waits for a new scheduler
        raise _without_scheduler(client)
    return sorted(info["workers"])


def result_of(client: "Client", future: "Future") -> Any:
    """Return the result of one task, as `results_of` does."""
    (result,) = results_of(client, [future])
    return result


def results_of(client: "Client", futures: Sequence["Future"]) -> list[Any]:
    """Return the results; what was lost with a worker is computed again by others.

    Raises:
        ClusterError: the scheduler is gone; there was no worker for a minute.
        OutOfMemoryError: a task ended one worker after the other.
        NstError: what a task raised.
    """
    import distributed

    waiting_since = time.monotonic()
    with told_as_loss(client), client.as_current():
        while True:
            with contextlib.suppress(distributed.TimeoutError):
                distributed.wait(futures, timeout=2)
                return client.gather(futures)
            if count_workers(client):
                waiting_since = time.monotonic()
            elif time.monotonic() - waiting_since > PATIENCE:
                raise ClusterError(
                    f"the cluster at {address_of(client)} has had no worker for {PATIENCE} seconds: start some, and go "
                    "on from the checkpoint, if there is one"
                )


@contextlib.contextmanager
def told_as_loss(client: "Client") -> Iterator[None]:
    """Raise what Dask raises when parts of the cluster are lost as `ClusterError`."""
    import distributed
    from distributed.comm import CommClosedError

    try:
        yield
    except ClusterError:
        raise
    except distributed.KilledWorker:
        raise OutOfMemoryError(
            "it ended one worker after the other, most likely for lack of memory: give a smaller tile, or a smaller "
            "size"
        ) from None
    except (CancelledError, CommClosedError, OSError, RuntimeError) as error:
        if client.status == "running" and not isinstance(error, CancelledError):
            raise
        raise _without_scheduler(client) from None


def _without_scheduler(client):
    return ClusterError(
        f"the scheduler at {address_of(client)} is gone: start it and its workers, and go on from the checkpoint, if "
        "there is one"
    )
