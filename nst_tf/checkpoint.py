"""A transfer saved on its way, and taken up again from the file, exactly.

A checkpoint is NumPy's `.npz`, uncompressed: arrays of numbers, and one of them text (JSON). Reading it runs no code.

    checkpoints = Checkpoints(transfer, "painting.checkpoint", every=20)
    for record in transfer:
        checkpoints(record)
    ...
    transfer.go_on_from(read_checkpoint("painting.checkpoint").state_for(transfer))
"""

import contextlib
import dataclasses
import hashlib
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from .config import CHECKPOINT_EVERY, Config
from .errors import FileAccessError, InputError, NstError
from .images import check_image
from .pictures.files import open_file, readable_file
from .pictures.writing import whole_file
from .search import begin_search
from .state import State
from .training import Record
from .transfer import Transfer

FORMAT = "nst_tf checkpoint 2"
_FREE = ("tile",)  # settings that may change on the way, for the picture is the same


class Checkpoints:
    """Called with each `Record`, saves the transfer every so many evaluations; the file is whole at any moment.

    Args:
        transfer: the `Transfer` in progress.
        path: the file; it is replaced from the second time on.
        every: evaluations from one time to the next.
        request: what else a program that resumes wants to know; anything that JSON can hold.
    """

    def __init__(
        self,
        transfer: Transfer,
        path: str | os.PathLike,
        every: int = CHECKPOINT_EVERY,
        request: Mapping[str, Any] | None = None,
    ):
        self._transfer, self._path, self._every, self._request = transfer, Path(path), every, request or {}

    def __call__(self, record: Record) -> None:
        """Save after this evaluation, if it is its turn."""
        if record.step % self._every == 0:
            self.save()

    def save(self) -> None:
        """Save now.

        Raises:
            FileAccessError: the file could not be written; the one from before is still there.
        """
        with whole_file(self._path) as file:
            _pack(file, self._transfer, self._request)


@dataclass(frozen=True)
class Checkpoint:
    """What a file holds.

    Attributes:
        path: of the file.
        settings: the `Config` of the transfer.
        request: as given to `Checkpoints`.
    """

    path: Path
    settings: Config
    request: Mapping[str, Any]
    _header: Mapping[str, Any]

    @classmethod
    def unpacked(cls, path: Path, arrays: Mapping[str, np.ndarray]) -> Self:
        """Return the checkpoint of these arrays; whatever is not as `Checkpoints` writes it raises some exception."""
        header = json.loads(arrays["header"].tobytes())
        if header["format"] != FORMAT:
            raise InputError(f"{path} is of another version ({header['format']!r}): resume it with that one")
        return cls(path, Config(**header["settings"]), dict(header["request"]), header)

    def state_for(self, transfer: Transfer) -> State:
        """Return the `State` for a transfer of the same pictures and settings, to `go_on_from`.

        Raises:
            InputError: the transfer has other pictures or settings; the file is damaged, or another one by now.
        """
        for picture, digest in _digests(transfer).items():
            if digest != self._header["pictures"].get(picture):
                raise InputError(f"{self.path} was saved with another {picture} picture, or at another size: give that")
        for setting in dataclasses.fields(Config):
            saved, given = (getattr(config, setting.name) for config in (self.settings, transfer.config))
            if saved != given and setting.name not in _FREE:
                raise InputError(f"{self.path} was saved with {setting.name} {saved}, and not {given}: give that")
        with _arrays(self.path) as arrays:
            if Checkpoint.unpacked(self.path, arrays) != self:
                raise InputError(f"{self.path} was replaced while it was read: try again")
            return self._state(transfer, arrays)

    def _state(self, transfer, arrays):
        header, now = self._header, transfer.state
        history = [Record(*record) for record in header["history"]]
        stage, steps, best = (header[name] for name in ("stage", "steps", "best"))
        planned = transfer.stages[stage]
        if not (0 < steps <= planned.steps and stage >= 0 and best >= 1):
            raise ValueError("its numbers contradict each other")
        picture = _image(arrays["picture"], planned.size(transfer.content.shape))
        search = begin_search(picture, transfer.config, planned.scale)
        search.restore(_Learnt(arrays, header["search"]))
        return State(
            network=dataclasses.replace(now.network, precision=header["precision"]), picture=picture,
            best=history[best - 1], is_outdated=header["is_outdated"], search=search, stage=stage, steps=steps,
            seconds=header["seconds"], improved=header["improved"], history=history,
        )  # fmt: skip


def read_checkpoint(path: str | os.PathLike) -> Checkpoint:
    """Return the checkpoint in a file.

    Raises:
        MissingFileError, FileAccessError: no such file; it may not be read.
        InputError: it is no checkpoint, or a damaged one.
    """
    path = readable_file(path, "checkpoint")
    with _arrays(path) as arrays:
        return Checkpoint.unpacked(path, arrays)


def _pack(file, transfer, request):
    state = transfer.state
    learnt = state.search.state()
    numbers = {name: value for name, value in learnt.items() if isinstance(value, (int, float))}
    header = {
        "format": FORMAT, "settings": transfer.config.as_dict(), "request": request, "pictures": _digests(transfer),
        "precision": state.network.precision, "search": numbers, "best": state.best.step,
        "is_outdated": state.is_outdated, "stage": state.stage, "steps": state.steps, "seconds": state.seconds,
        "improved": state.improved, "history": [[*record] for record in state.history],
    }  # fmt: skip
    np.savez(
        file, header=np.frombuffer(json.dumps(header).encode(), np.uint8), picture=np.asarray(state.picture),
        **{f"search/{name}": np.asarray(value) for name, value in learnt.items() if name not in numbers},
    )  # fmt: skip


@contextlib.contextmanager
def _arrays(path):
    """Give {name: array}, each read, and held against its sum, when it is asked for: all together may be too many."""
    try:
        file = open_file(path, "rb")
    except OSError as error:
        raise FileAccessError(f"the checkpoint {path} could not be read ({error.strerror})") from None
    with file, _told_as_damage(path):
        _check_uncompressed(file)
        with np.load(file, allow_pickle=False) as arrays:
            yield arrays


def _check_uncompressed(file):
    """Raise unless all is stored as it is, byte for byte; what is compressed could fill the memory."""
    with zipfile.ZipFile(file) as archive:
        if any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist()):
            raise ValueError("it is compressed")
    file.seek(0)


class _Learnt(Mapping):
    """All that a search had learnt: its arrays, each read when it is asked for, and its numbers."""

    def __init__(self, arrays, numbers):
        self._arrays, self._numbers = arrays, numbers

    def __getitem__(self, name):
        return self._numbers[name] if name in self._numbers else self._arrays[f"search/{name}"]

    def __iter__(self):
        yield from self._numbers
        yield from (name.removeprefix("search/") for name in self._arrays if name.startswith("search/"))

    def __len__(self):
        return sum(1 for _ in self)


def _image(array, size):
    """Return the array if it is a picture of this size."""
    if array.shape != (1, *size, 3) or array.dtype != np.float32:
        raise ValueError(f"its picture is {array.dtype} of shape {array.shape}")
    return check_image(array, "picture")


def _digests(transfer):
    """Return {picture: SHA-256 of its numbers}; None where there is none."""
    styles = [part for style in transfer.styles for part in (style.image, style.weight, style.place, style.part)]
    pictures = {
        "content": [transfer.content], "style": styles, "initial": [transfer.initial_image],
        "keep": [transfer.canvas.keep],
    }  # fmt: skip
    return {name: _digest(parts) for name, parts in pictures.items()}


def _digest(parts):
    """Return the SHA-256 of arrays, numbers and None, in their order."""
    digest = hashlib.sha256()
    for part in parts:
        array = np.asarray(part)
        digest.update(repr((array.shape, str(array.dtype))).encode())
        digest.update(b"" if part is None else np.ascontiguousarray(array))
    return digest.hexdigest()


@contextlib.contextmanager
def _told_as_damage(path):
    """Raise whatever a damaged file makes others raise, which may be nearly anything, as what it means."""
    try:
        yield
    except NstError:
        raise
    except Exception as error:
        raise InputError(f"{path} is no checkpoint of nst_tf, or a damaged one ({error}): start anew") from None
