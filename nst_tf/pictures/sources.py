"""Where a picture comes from: a file's name, its bytes, or an open file, as a stream that decoders can read."""

import contextlib
import io
import os
from collections.abc import Iterator
from typing import IO, Any

from ..errors import FileAccessError, InputError, OutOfMemoryError
from .files import open_file, readable_file

Source = str | os.PathLike | bytes | bytearray | memoryview | IO[bytes]


def source_name(source: Any) -> str:
    """Return what to call the source in a message."""
    if isinstance(source, (str, os.PathLike)):
        return os.fsdecode(source)
    name = getattr(source, "name", None)  # an open file's; a number where it was opened by its descriptor
    return name if isinstance(name, str) else "the picture"


@contextlib.contextmanager
def opened(source: Source) -> Iterator[IO[bytes]]:
    """Open the source as a binary stream that can seek. An open file is read from its start and stays open.

    Raises:
        InputError: neither a name, nor bytes, nor an open file; a file opened as text, or closed.
        MissingFileError, FileAccessError: no such file; not an ordinary one, or it may not be read.
    """
    if isinstance(source, (str, os.PathLike)):
        with _open_file(readable_file(source, "picture")) as stream:
            yield stream
    elif isinstance(source, (bytes, bytearray, memoryview)):
        yield io.BytesIO(source)
    elif callable(getattr(source, "read", None)):
        yield io.BytesIO(_read(source))
    else:
        kind = type(source).__name__
        raise InputError(f"a picture cannot be loaded from a {kind}: give a file's name, its bytes or an open file")


class _Bounded(io.BufferedReader):
    """A file of which never more is read than it has: a damaged one may claim gigabytes, which Python would reserve."""

    def __init__(self, raw, length):
        super().__init__(raw)
        self._length = length

    def read(self, size=-1):
        """Read up to `size` bytes."""
        return super().read(self._length if size is None or size < 0 else min(size, self._length))


def _open_file(path):
    try:
        file = open_file(path, "rb")
        length = os.fstat(file.fileno()).st_size
        return _Bounded(file.detach(), length)
    except PermissionError:
        raise FileAccessError(f"{path} may not be read: change its permissions") from None
    except OSError as error:
        raise FileAccessError(f"{path} could not be read ({error.strerror}): copy it elsewhere first") from None


def _read(file):
    """Return all bytes of the open file, also where what was written to it last left it at its end."""
    name = source_name(file)
    try:
        with contextlib.suppress(AttributeError, io.UnsupportedOperation):
            file.seek(0)
        data = file.read()
    except MemoryError:
        raise OutOfMemoryError(f"there is not enough memory to read {name}: close other programs") from None
    except (OSError, ValueError) as error:  # above all, a file that was closed
        raise InputError(f"{name} could not be read ({error}): open it anew") from None
    if not isinstance(data, bytes):
        raise InputError(f'{name} was opened as text: open it with the mode "rb"')
    return data
