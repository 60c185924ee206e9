"""What a painting was made of and with, as JSON: enough to make it again, and to know whether it is the same."""

import dataclasses
import hashlib
import io
import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from PIL import Image

from .config import Config
from .errors import FileAccessError, InputError
from .painting import Painting
from .pictures.files import find_picture, readable_file
from .pictures.saving import NOTE
from .style_files import style_files

PROGRAMS = ("nst_tf", "tensorflow", "keras", "numpy", "pillow")
LONGEST = 10_000_000  # bytes; a file of settings that is longer is something else


def describe(painting: Painting) -> dict[str, Any]:
    """Return the record of a painting, made or in the making; JSON can hold all of it.

    `request` and `settings` are what `read_record` gives back; the rest says what came of them, and on what.
    """
    transfer = painting.transfer
    state, best = transfer.state, transfer.best
    shape = transfer.content.shape
    return {
        "request": painting.request,
        "settings": transfer.config.as_dict(),
        "pictures": {
            "content": _picture(painting.content_path, painting.content, painting.content_bytes()),
            "styles": [
                _picture(file.path, style.image) | {"weight": style.weight, "masks": _masks(file)}
                for file, style in zip(painting.style_files, painting.styles, strict=True)
            ],
            "initial_image": _picture(painting.initial_image_path, painting.initial_image),
            "keep": None if painting.request["keep"] is None else _file(find_picture(painting.request["keep"])),
        },
        "network": {**dataclasses.asdict(state.network), "sha256": _digest(*transfer.extractor.get_weights())},
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in PROGRAMS}},
        "sizes": [[n_W, n_H] for n_H, n_W in (stage.size(shape) for stage in transfer.stages)],
        "evaluations": len(transfer.history),
        "planned": sum(stage.steps for stage in transfer.stages),
        "seconds": round(state.seconds, 3),
        "costs": None if best is None else {"evaluation": best.step, "J": best.J, **best.terms},
        "history": [{"J": record.J, **record.terms, "scale": record.scale} for record in transfer.history],
    }


def read_record(path: str | os.PathLike) -> tuple[dict[str, Any], Config]:
    """Return the request (keywords of `Painting`) and the settings of a record, or of settings written by hand.

    The file holds one JSON object: a record, or just settings by name, such as `{"steps": 200, "beta": 300}`. Or it is
    a PNG that a `Painting` has saved, which carries both with it.

    Raises:
        MissingFileError, FileAccessError: no such file; not readable.
        InputError: no JSON object, an unknown setting, or one that `Config` refuses.
    """
    path = readable_file(path, "record")
    try:
        record = json.loads(_text(path))
    except (ValueError, RecursionError):
        raise InputError(f"{path} is no JSON: give a file that --record has written, or settings by name") from None
    except OSError as error:
        raise FileAccessError(f"{path} could not be read ({error.strerror}): copy it elsewhere first") from None
    if not isinstance(record, Mapping):
        raise InputError(f'{path} holds no JSON object: give one, such as {{"steps": 200, "beta": 300}}')
    settings = record.get("settings", {name: value for name, value in record.items() if name != "request"})
    request = record.get("request", {})
    if not (isinstance(settings, Mapping) and isinstance(request, Mapping)):
        raise InputError(f"{path}: settings and request must be JSON objects, names with values")
    return checked_request(request, path), Config().replace(**settings)


def _text(path):
    """Return what the file says, or the note in it, if it is a PNG; raise `ValueError` where there is none."""
    with path.open("rb") as file:
        start = file.read(LONGEST)
    if not start.startswith(b"\x89PNG"):
        return start
    try:
        with Image.open(io.BytesIO(start), formats=("PNG",)) as picture:
            return picture.info[NOTE]
    except Exception:  # damaged files raise errors of nearly every type
        raise ValueError from None


def checked_request(request: Mapping[str, Any], path: str | os.PathLike) -> dict[str, Any]:
    """Return the keywords of `Painting` that a file holds; `InputError` where they are none."""
    kinds = {name: (str, type(None)) for name in ("content", "output", "initial_image", "keep")}
    kinds |= {"style": (str, list, type(None)), "size": (int,), "style_size": (int, type(None)), "enlarge": (bool,)}
    for name, value in request.items():
        if not isinstance(value, kinds.get(name, ())):
            raise InputError(f"{path}: the request's {name} is {value!r}: write it as --record does")
    if isinstance(request.get("style"), list):
        style_files(request["style"])
    return dict(request)


def _picture(path, image, data=None):
    """Return which file a picture came from, and what it was like."""
    if image is None:
        return None
    n_H, n_W = image.shape[1:3]
    return {**_file(path, data), "size": [n_W, n_H]}


def _masks(style_file):
    masks = {"place": style_file.place, "part": style_file.part}
    return {kind: _file(find_picture(name)) for kind, name in masks.items() if name is not None}


def _file(path, data=None):
    """Return what a file is called, and the digest of it, or of the data that came without a file."""
    return {"file": str(path), "sha256": _digest(Path(path).read_bytes() if data is None else data)}


def _digest(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _version(name):
    try:
        return version(name)
    except PackageNotFoundError:  # TensorFlow goes by several names
        return getattr(__import__(name), "__version__", None)
