"""Many pictures: each photo of a folder painted into another folder, what is there already left as it is.

Pictures follow each other in one process, so the network is loaded once, and what is compiled serves all of them; or
the workers of a cluster paint them, each a whole one at a time.
"""

import collections
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ClusterError, FileAccessError, InputError, MissingFileError, NstError, UnfinishedError
from ..painting import Painting
from ..pictures.files import file_path
from ..style_files import StyleNames
from .plan import Job, plan_jobs

if TYPE_CHECKING:
    from distributed import Client

_AHEAD = 2  # paintings for each worker that are loaded and waiting, so that none is idle


@dataclass(frozen=True)
class Outcome:
    """What became of one painting.

    Attributes:
        photo: the file.
        output: the painting, there or not.
        painting: the `Painting`, finished and saved; None where there was nothing to do or it failed.
        seconds: of training.
        error: why it failed, or None.
    """

    photo: Path
    output: Path
    painting: Painting | None = None
    seconds: float = 0.0
    error: NstError | None = None


def paint_folder(
    folder: str | os.PathLike, style: StyleNames | None, output: str | os.PathLike, *,
    sweep: Mapping[str, Sequence] | None = None, overwrite: bool = False, callback: Callable | None = None,
    client: "Client | None" = None, **request: Any,
) -> Iterator[Outcome]:  # fmt: skip
    """Paint every photo in a folder in the same style; a generator of an `Outcome` for each, by name.

    A painting is called PHOTO_STYLE.png, in a sweep followed by the values of the settings. It is saved once it is
    finished, so after an interrupt the same call goes on with the first that is missing. A photo that cannot be painted
    is passed over.

    Args:
        folder: where the photos are; folders in it are not looked into.
        style: as for a `Painting`.
        output: the folder to save in; it is made if there is none.
        sweep: {setting, or "style": its values}, in place of the config's; each photo is painted with every combination
            of them.
        overwrite: paint those that are there already, too.
        callback: called with the `Painting` and each `Record` of what is painted in this process.
        client: of `dask.distributed`, for its workers to paint; default: this process does.
        request: more keywords of `Painting`: config, size, style_size, enlarge, keep.

    Raises:
        InputError, MissingFileError, FileAccessError: before anything is painted: no folder, no photos in it, an
            output inside of it, a style that is none.
        ClusterError: while iterating: the cluster is lost. What is finished is saved.
    """
    output = file_path(output)
    jobs = plan_jobs(folder, style, output, sweep or {}, request)
    if output.resolve().is_relative_to(Path(folder).resolve()):
        raise InputError(f"{output} is inside {folder}, whose pictures are painted: choose a folder elsewhere")
    _make_folder(output)
    paint = _paint_here if client is None else _on(client)
    return paint(jobs, overwrite, callback or (lambda painting, record: None))


def _paint_here(jobs, overwrite, callback):
    for job in jobs:
        if job.output.exists() and not overwrite:
            yield Outcome(job.photo, job.output)
            continue
        try:
            painting = _begin(job, overwrite)
            painting.transfer.check_memory()
            for record in painting.transfer:
                callback(painting, record)
            yield _finished(job, painting, painting.transfer.result())
        except NstError as error:
            yield Outcome(job.photo, job.output, error=error)


def _on(client):
    """Return what paints on a cluster: outcomes in the order of the jobs, a few of which are always under way."""
    from ..cluster.connection import count_workers

    def paint(jobs, overwrite, callback):
        waiting = collections.deque()
        for job in jobs:
            waiting.append(_under_way(client, job, overwrite))
            if len(waiting) > _AHEAD * count_workers(client):
                yield waiting.popleft()()
        while waiting:
            yield waiting.popleft()()

    return paint


def _under_way(client, job, overwrite):
    """Give the job to a worker; return what waits for its outcome."""
    from ..cluster.connection import result_of
    from ..cluster.whole import submit

    if job.output.exists() and not overwrite:
        return lambda: Outcome(job.photo, job.output)
    try:
        painting = _begin(job, overwrite)
        future = submit(client, painting)
    except ClusterError:
        raise
    except NstError as error:
        failed = Outcome(job.photo, job.output, error=error)
        return lambda: failed

    def outcome():
        try:
            return _finished(job, painting, result_of(client, future))
        except ClusterError:
            raise
        except NstError as error:
            return Outcome(job.photo, job.output, error=error)

    return outcome


def _begin(job: Job, overwrite: bool) -> Painting:
    return Painting(job.photo, output=job.output, overwrite=overwrite, **job.request)


def _finished(job, painting, result) -> Outcome:
    """Save the painting: unlike a single one, only when it is finished."""
    if not result.improved:
        raise UnfinishedError("no step was better than the photo: give a smaller learning rate or more steps")
    painting.save(result.image)
    return Outcome(job.photo, job.output, painting, result.history[-1].seconds)


def _make_folder(output):
    try:
        output.mkdir(exist_ok=True)
    except FileNotFoundError:
        raise MissingFileError(f"there is no folder {output.parent} to make {output.name} in: make it first") from None
    except FileExistsError:
        raise InputError(f"{output} is a file: give the name of a folder to save in") from None
    except OSError as error:
        raise FileAccessError(f"{output} cannot be made ({error.strerror}): choose another place") from None
