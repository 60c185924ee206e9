"""What the studio paints from, bundled pictures and uploads, and how a page gets to see pictures."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from ...images import resample
from ...pictures.files import find_picture
from ...pictures.loading import load_image
from ..data_uris import picture_uri

_REMEDY_OF_PROGRAMS = re.compile(r", or allow it to be \w+ \(\w+=True\)")


@dataclass(frozen=True)
class Picture:
    """A picture to choose: a sample's name, a file's, or that of an upload, whose bytes are `data`."""

    name: str
    data: bytes | None = None

    @property
    def title(self) -> str:
        """What to call it on a page, and in the names of files: great wave."""
        return Path(self.name).stem.replace("_", " ")

    def load(self, size: int) -> np.ndarray:
        """Return the image, (1, n_H, n_W, 3), a larger one scaled down to `size`, as the command does it.

        Raises:
            InputError, MissingFileError, FileAccessError, OutOfMemoryError: as `load_image`.
        """
        if self.data is None:
            return load_image(find_picture(self.name), size)
        upload = io.BytesIO(self.data)
        upload.name = self.name  # by which an error calls it
        return load_image(upload, size)


def named(name: Any) -> Picture:
    """Return the picture of that name, a sample or a file.

    Raises:
        InputError: no name of a file, and of no sample either.
    """
    find_picture(name)
    return Picture(str(name))


def uploaded(value: Any) -> Picture | None:
    """Return the last picture in the value of a `FileUpload`; None without any.

    The value is {name: {"content": bytes, ...}} in ipywidgets 7, and a tuple of {"name": ..., "content": ...} in 8.
    """
    files = [{"name": name, **file} for name, file in value.items()] if isinstance(value, dict) else value
    return Picture(files[-1]["name"], bytes(files[-1]["content"])) if files else None


def in_words_of_the_page(message: str) -> str:
    """Return an error's message without what only a program could do: `max_size=64`, `overwrite=True`."""
    return _REMEDY_OF_PROGRAMS.sub("", message).replace("max_size=", "")


def thumbnail(image: np.ndarray, size: int) -> np.ndarray:
    """Return the image with a longer side of `size` pixels at most."""
    scale = min(1, size / max(image.shape[1:3]))
    return resample(image, *(max(1, round(scale * side)) for side in image.shape[1:3]))


def data_uri(image: ArrayLike, quality: int = 88) -> str:
    """Return an image (1, n_H, n_W, 3) in [0, 1] as the address of a JPEG, for `<img src>` and `url()`."""
    levels = (np.asarray(image)[0] * 255 + 0.5).astype(np.uint8)
    return picture_uri(Image.fromarray(levels), "JPEG", quality=quality)
