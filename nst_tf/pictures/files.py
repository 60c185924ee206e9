"""Names of files: the bundled samples, and what a name must be before anything is read from it or written to it."""

import os
import re
import stat
from pathlib import Path
from typing import IO

from ..errors import FileAccessError, InputError, MissingFileError, unknown_name

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/|data:")  # two letters at least: C:/ is a drive of Windows


def sample_images(kind: str | None = None) -> dict[str, Path]:
    """Return {name: path} of the bundled pictures; `kind` is "content", "style" or None for both.

    Raises:
        InputError: another kind.
    """
    kinds = ("content", "style")
    if kind not in (*kinds, None):
        raise unknown_name("kind of sample picture", kind, kinds)
    folders = [_samples_folder() / name for name in kinds if kind in (name, None)]
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.jpg"))}


def sample_image(name: str) -> Path:
    """Return the path of the bundled picture called `name`; `sample_images()` lists them.

    Raises:
        InputError: no picture is called so.
    """
    pictures = sample_images()
    if name not in pictures:
        raise unknown_name("sample picture", name, tuple(pictures))
    return pictures[name]


def _samples_folder():
    package = Path(__file__).resolve().parent.parent
    installed, cloned = package / "sample_images", package.parent / "images"
    return installed if installed.is_dir() else cloned


def exists(path: Path) -> bool:
    """Return whether there is a file or folder `path`; a name that the system refuses, too long say, is none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_picture(name: str | os.PathLike) -> bool:
    """Return whether there is a file, or a sample, of this name; a name that no file can have is none."""
    name = os.fsdecode(name)
    return name in sample_images() or bool(name and exists(Path(name)))


def find_picture(name: str | os.PathLike) -> Path:
    """Return the path of a file or, where no file is called so, of the sample picture of that name.

    Raises:
        InputError: no name of a file, and of no sample either.
    """
    path, samples = file_path(name), sample_images()
    if exists(path) and not (path.is_dir() and name in samples):  # a folder called `cat` hides no sample
        return path
    if name in samples:
        return samples[name]
    if path.suffix or path.parent != Path():
        return path
    raise unknown_name("picture, neither a file nor a sample", name, tuple(samples))


def lasting_name(name: str | os.PathLike | None) -> str | None:
    """Return the name of a file such that it holds in any working folder; a sample's is its own."""
    if name is None or os.fsdecode(name) in sample_images():
        return name
    return str(Path(name).absolute())


def file_path(name: str | os.PathLike) -> Path:
    """Return the name as a path, whether or not there is such a file.

    Raises:
        InputError: an empty name, one that no file can have, or an address on the web.
    """
    text = os.fsdecode(name)
    if not text:  # which Path would take for the working folder
        raise InputError("the name of a file is empty: give one")
    if "\0" in text:
        raise InputError(f"{text!r} cannot be the name of a file: choose another")
    if _ADDRESS.match(text):
        address = re.sub(r":/+", lambda slashes: slashes[0] if len(slashes[0]) > 2 else "://", text, count=1)
        remedy = "give the name without file://" if address.startswith("file:") else "download it and name the file"
        raise InputError(f"{address} is an address, not a file: {remedy}")
    return Path(text)


def readable_file(name: str | os.PathLike, kind: str = "file") -> Path:
    """Return the path of an ordinary file: never a pipe or a device, which could keep its reader waiting for ever.

    Args:
        name: of the file.
        kind: what it should be, such as "picture", for the message.

    Raises:
        InputError, MissingFileError, FileAccessError: no name; no such file; a folder, a pipe or a device, or hidden
            by a folder's permissions.
    """
    path = file_path(name)
    try:
        mode = path.stat().st_mode
    except PermissionError:
        raise FileAccessError(f"{path} may not be read: change its permissions") from None
    except OSError:  # not there; or no file can have this name, such as one that is too long
        raise MissingFileError(_missing(path)) from None
    if stat.S_ISDIR(mode):
        raise FileAccessError(f"{path} is a folder: name a {kind} in it")
    if not stat.S_ISREG(mode):
        raise FileAccessError(f"{path} is a pipe or a device, not an ordinary file: copy its content to a file first")
    return path


def open_file(path: Path, mode: str) -> IO[bytes]:
    """Open the file, never as a standard stream that happens to be closed: others would write their messages to it."""
    return open(path, mode, opener=_beyond_standard_streams)


def _beyond_standard_streams(path, flags):
    descriptors = [os.open(path, flags, 0o666)]
    while descriptors[-1] <= 2:
        descriptors.append(os.dup(descriptors[-1]))
    for descriptor in descriptors[:-1]:
        os.close(descriptor)
    return descriptors[-1]


def _missing(path):
    if str(path) in sample_images():
        return f'there is no file {path}: the sample is sample_image("{path}")'
    if os.path.islink(path):  # noqa: PTH114 - unlike is_symlink, it knows names that are too long
        return f"there is no file {path.readlink()}, which {path} links to: mend the link"
    return f"there is no file {path}: check the name and the folder"
