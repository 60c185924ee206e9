"""Files written whole or not at all: what was there before stays until all of the new is on the disk."""

import contextlib
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ..errors import FileAccessError, MissingFileError
from .files import exists, file_path, open_file


def check_destination(path: str | os.PathLike, *, overwrite: bool = False) -> Path:
    """Return the path after checking that a file can be written there: an existing, writable folder, a free name.

    Raises:
        InputError, MissingFileError, FileAccessError: no name; no folder to write to; a folder, a pipe or a device of
            that name, a file that may not be overwritten, or a folder that cannot be written to.
    """
    path = file_path(path)
    target = _behind(path)
    if not (exists(target.parent) and target.parent.is_dir()):
        raise MissingFileError(f"there is no folder {target.parent} to save {target.name} in: make it first")
    kind = _kind(path)
    if kind is not None and stat.S_ISDIR(kind):
        raise FileAccessError(f"{path} is a folder: give the name of a file")
    if kind is not None and not stat.S_ISREG(kind):
        raise FileAccessError(f"{path} is a pipe or a device, not an ordinary file: give another name")
    if kind is not None and not overwrite:
        raise FileAccessError(
            f"{path} exists already: give another name, or allow it to be overwritten (overwrite=True)"
        )
    _check_folder(target.parent)
    return path


def write_whole(path: str | os.PathLike, data: bytes | memoryview) -> None:
    """Write the file as `whole_file` does."""
    with whole_file(path) as file:
        file.write(data)


@contextlib.contextmanager
def whole_file(path: str | os.PathLike) -> Iterator[IO[bytes]]:
    """Give a file to write to, in place of one that is there; if the block fails, the old one is untouched.

    The data go to a temporary file beside it, onto the disk, and, when the block has ended, under the name. A symbolic
    link is followed: the file behind it is replaced.

    Raises:
        FileAccessError: it could not be written, above all for want of space.
    """
    target = _behind(Path(path))
    temporary = target.with_name(f".nst-tf-{secrets.token_hex(8)}")
    try:
        with open_file(temporary, "xb") as file:  # made with the permissions that the umask leaves
            yield file
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):  # a file that is replaced keeps its permissions
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    except OSError as error:
        raise FileAccessError(
            f"{path} could not be written ({error.strerror}): free some space or choose another folder"
        ) from None
    finally:
        with contextlib.suppress(OSError):  # which it is after the replacement
            temporary.unlink()
    _sync_folder(target.parent)


def _behind(path):
    """Return the file that a symbolic link leads to, there or not; of any other path, itself."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else path  # noqa: PTH114


def _kind(path):
    """Return the `st_mode` of what is there under the name, None where nothing is."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None
    except OSError as error:  # above all, a name that is too long
        raise FileAccessError(f"{path} cannot be the name of a file ({error.strerror}): choose another") from None


def _check_folder(folder):
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise FileAccessError(f"{folder} cannot be written to ({error.strerror}): choose another folder") from None


def _sync_folder(folder):
    """Have the new name survive a power cut, too, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
