"""What a batch is to paint: each photo of a folder in the same style, or once for each combination of a sweep."""

import itertools
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from ..config import DEFAULT_SIZE, Config
from ..errors import FileAccessError, InputError, MissingFileError
from ..pictures.files import file_path
from ..style_files import StyleFile, StyleNames, size_of_styles, style_files
from ..styles import as_styles

STYLE = "style"  # what a sweep calls the style, besides the settings


@dataclass(frozen=True)
class Job:
    """One painting to be made.

    Attributes:
        photo, output: the files.
        request: the other keywords of its `Painting`.
    """

    photo: Path
    output: Path
    request: Mapping[str, Any]


@dataclass(frozen=True)
class _Variant:
    """One combination of a sweep: the styles, the settings, and what of them the name of a painting says."""

    styles: tuple[StyleFile, ...]
    config: Config
    name: str


def plan_jobs(
    folder: str | os.PathLike, style: StyleNames | None, output: Path, sweep: Mapping[str, Sequence],
    request: Mapping[str, Any],
) -> list[Job]:  # fmt: skip
    """Return the jobs, by the photos' names.

    Args:
        folder: where the photos are.
        style: as for a `Painting`; None where the sweep has it.
        output: the folder to save in.
        sweep: {setting, or "style": its values}; of several, all combinations.
        request: more keywords of `Painting`.

    Raises:
        InputError, MissingFileError, FileAccessError: no folder, no photos in it, a style that is none, settings that
            `Config` refuses.
    """
    photos = photos_in(folder)
    if (style is None) != (STYLE in sweep):
        raise InputError("a batch needs a style, either for all of it or in the sweep")
    variants = list(_variants(style, request.get("config") or Config(), sweep))
    size, enlarge = request.get("size", DEFAULT_SIZE), request.get("enlarge", False)
    style_size = request.get("style_size")
    sizes = ((variant.styles, size_of_styles(size, style_size, variant.config.style_scale)) for variant in variants)
    for styles, of_styles in dict.fromkeys(sizes):  # their faults are said once
        as_styles([file.load(of_styles, enlarge) for file in styles])
    names = _names(photos)
    jobs = [
        Job(
            photo, output / f"{names[photo]}_{variant.name}.png",
            {**request, "style": variant.styles, "config": variant.config},
        )
        for photo in photos for variant in variants
    ]  # fmt: skip
    _check_outputs([job.output for job in jobs])
    return jobs


def _variants(style, config, sweep) -> Iterator[_Variant]:
    for name, values in sweep.items():
        if not values:
            raise InputError(f"the sweep over {name} has no values: give some, as in {name}=1,2")
    for values in itertools.product(*sweep.values()):
        chosen = dict(zip(sweep, values, strict=True))
        styles = style_files(chosen.pop(STYLE, style))
        words = [*(file.path.stem for file in styles), *(f"{name}{_word(name, chosen[name])}" for name in chosen)]
        yield _Variant(styles, config.replace(**chosen), "_".join(words))


def _names(photos):
    """Return {photo: its name without its ending}, or with it where two differ in nothing else."""
    stems = Counter(photo.stem.casefold() for photo in photos)  # many file systems take Cat and cat for the same
    return {photo: photo.stem if stems[photo.stem.casefold()] == 1 else photo.name for photo in photos}


def _check_outputs(outputs):
    for output, count in Counter(outputs).items():
        if count > 1:
            raise InputError(
                f"two paintings would be saved as {output.name}: rename a photo or a style, or leave a value of the "
                "sweep out"
            )


def _word(name, value):
    text = str(int(value) if isinstance(value, float) and value.is_integer() else value)
    if not all(letter.isalnum() or letter in ".-+_" for letter in text):
        raise InputError(f"a sweep over {name} needs values that can be part of a file's name, and {text} cannot")
    return text


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
