"""An image to a picture file, encoded in memory first: an encoder that writes to a full disk may not notice."""

import io
import os
from pathlib import Path
from typing import IO

from numpy.typing import ArrayLike
from PIL import Image, PngImagePlugin

from ..errors import FileAccessError, InputError, OutOfMemoryError
from ..images import to_pil
from .files import exists, file_path
from .writing import check_destination, write_whole

NOTE = "nst_tf"  # the name of the note in a PNG
_SAVED_TYPES = ("PNG", "JPEG", "WEBP", "AVIF", "TIFF", "BMP")
_OPTIONS = {"JPEG": {"quality": 95}, "WEBP": {"quality": 95}, "AVIF": {"quality": 90}}


def check_output(path: str | os.PathLike, *, overwrite: bool = False) -> None:
    """Raise unless a picture can be saved as `path`: known type, existing and writable folder, not there yet."""
    path = file_path(path)
    is_folder = exists(path) and path.is_dir()  # said first, for a folder's name rarely has an ending
    if path.suffix.lower() not in _endings() and not is_folder:
        known = ", ".join(sorted(_endings()))
        raise InputError(f"{path} has an unknown file type: end its name in one of {known}")
    check_destination(path, overwrite=overwrite)


def save_image(image: ArrayLike, path: str | os.PathLike, *, overwrite: bool = False, note: str | None = None) -> None:
    """Save an image as 8-bit RGB; the file appears whole or not at all, and what was there stays until then.

    Args:
        image: (1, n_H, n_W, 3) in [0, 1].
        path: the ending chooses the type: .png, .jpg, .webp, .tif, .bmp, and .avif where Pillow can write it.
        overwrite: replace an existing file; of a symbolic link, the file behind it.
        note: a text about the picture; a PNG keeps it among its metadata, under the name "nst_tf".

    Raises:
        InputError, MissingFileError, FileAccessError: unknown type, no such folder, exists, not writable.
        OutOfMemoryError: there is not enough memory to encode it.
    """
    check_output(path, overwrite=overwrite)
    write_whole(path, _encoded(to_pil(image), path, _endings()[Path(path).suffix.lower()], note))


def write_image(image: ArrayLike, stream: IO[bytes], *, note: str | None = None) -> None:
    """Write an image to a stream, such as a program's stdout, as a PNG; `note` as for `save_image`.

    Raises:
        OutOfMemoryError, FileAccessError: it could not be encoded, or not be written.
    """
    data = _encoded(to_pil(image), "the picture", "PNG", note)
    try:
        stream.write(data)
        stream.flush()
    except (OSError, ValueError) as error:  # ValueError: it is closed
        reason = getattr(error, "strerror", None) or error
        raise FileAccessError(f"the picture could not be written ({reason}): send it elsewhere") from None


def _encoded(picture, path, kind, note):
    """Return the bytes of the picture as a file of a type; `path` is what to call it."""
    data = io.BytesIO()
    options = _OPTIONS.get(kind, {})
    if note is not None and kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_itxt(NOTE, note)
        options = {"pnginfo": texts}
    try:
        picture.save(data, kind, **options)
    except MemoryError:
        raise OutOfMemoryError(f"there is not enough memory to save {path}: save a smaller picture") from None
    except (ValueError, OSError) as error:  # such as more pixels a side than the type can hold
        size = f"{picture.width}x{picture.height}"
        raise InputError(f"{path} cannot hold {size} pixels as {kind} ({error}): save it as a .png") from None
    return data.getbuffer()


def _endings():
    """Return {ending: type} of the types that are saved."""
    return {ending: kind for ending, kind in Image.registered_extensions().items() if kind in _SAVED_TYPES}
