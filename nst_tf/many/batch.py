"""Many pictures: each photo of a folder painted into another folder, what is there already left as it is.

Pictures follow each other in one process, so the network is loaded once, and what is compiled serves all of them.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from ..config import DEFAULT_SIZE, Config
from ..errors import FileAccessError, InputError, MissingFileError, NstError, UnfinishedError
from ..painting import Painting
from ..pictures.files import file_path
from ..style_files import StyleNames, size_of_styles, style_files
from ..styles import as_styles


@dataclass(frozen=True)
class Outcome:
    """What became of one photo.

    Attributes:
        photo: the file.
        output: the painting, there or not.
        painting: the `Painting`, finished and saved; None where there was nothing to do or it failed.
        error: why it failed, or None.
    """

    photo: Path
    output: Path
    painting: Painting | None = None
    error: NstError | None = None


def paint_folder(
    folder: str | os.PathLike, style: StyleNames, output: str | os.PathLike, *, overwrite: bool = False, callback=None,
    **request: Any,
) -> Iterator[Outcome]:  # fmt: skip
    """Paint every photo in a folder in the same style; a generator of an `Outcome` for each, by name.

    A painting is called PHOTO_STYLE.png. It is saved once it is finished, so after an interrupt the same call goes on
    with the first that is missing. A photo that cannot be painted is passed over.

    Args:
        folder: where the photos are; folders in it are not looked into.
        style: as for a `Painting`.
        output: the folder to save in; it is made if there is none.
        overwrite: paint those that are there already, too.
        callback: called with the `Painting` and each `Record`.
        request: more keywords of `Painting`: config, size, style_size, enlarge, keep.

    Raises:
        InputError, MissingFileError, FileAccessError: before anything is painted: no folder, no photos in it, an
            output inside of it, a style that is none.
    """
    photos, output = photos_in(folder), file_path(output)
    styles = style_files(style)
    size, style_size = request.get("size", DEFAULT_SIZE), request.get("style_size")
    style_size = size_of_styles(size, style_size, (request.get("config") or Config()).style_scale)
    as_styles([file.load(style_size, request.get("enlarge", False)) for file in styles])  # its faults are said once
    if output.resolve().is_relative_to(Path(folder).resolve()):
        raise InputError(f"{output} is inside {folder}, whose pictures are painted: choose a folder elsewhere")
    _make_folder(output)
    return _outcomes(photos, styles, output, overwrite, callback, request)


def photos_in(folder: str | os.PathLike) -> list[Path]:
    """Return the files in a folder that are called like pictures, by name.

    Raises:
        InputError, MissingFileError, FileAccessError: no folder, or none of its files is called like a picture.
    """
    folder = file_path(folder)
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    except FileNotFoundError:
        raise MissingFileError(f"there is no folder {folder}: check the name") from None
    except NotADirectoryError:
        raise InputError(f"{folder} is a file: name the folder that it is in") from None
    except OSError as error:
        raise FileAccessError(f"{folder} cannot be read ({error.strerror}): change its permissions") from None
    endings = Image.registered_extensions()
    photos = [path for path in files if path.suffix.lower() in endings]
    if not photos:
        raise InputError(f"there is no picture in {folder}: name a folder with photos")
    return photos


def _outcomes(photos, styles, folder, overwrite, callback, request):
    stems = [photo.stem for photo in photos]
    of_style = "_".join(file.path.stem for file in styles)
    for photo in photos:
        name = photo.stem if stems.count(photo.stem) == 1 else photo.name  # cat.jpg and cat.png
        output = folder / f"{name}_{of_style}.png"
        if output.exists() and not overwrite:
            yield Outcome(photo, output)
            continue
        try:
            yield Outcome(photo, output, _painted(photo, styles, output, overwrite, callback, request))
        except NstError as error:
            yield Outcome(photo, output, error=error)


def _painted(photo, styles, output, overwrite, callback, request):
    """Return the painting, saved: unlike a single one, only when it is finished."""
    painting = Painting(photo, styles, output, overwrite=overwrite, **request)
    transfer = painting.transfer
    transfer.check_memory()
    for record in transfer:
        if callback is not None:
            callback(painting, record)
    if not transfer.state.improved:
        raise UnfinishedError("no step was better than the photo: give more steps")
    painting.save()
    return painting


def _make_folder(folder):
    try:
        folder.mkdir(exist_ok=True)
    except FileNotFoundError:
        raise MissingFileError(f"there is no folder {folder.parent} to make {folder.name} in: make it first") from None
    except FileExistsError:
        raise InputError(f"{folder} is a file: give the name of a folder to save in") from None
    except OSError as error:
        raise FileAccessError(f"{folder} cannot be made ({error.strerror}): choose another place") from None
