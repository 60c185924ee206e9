"""The painting on its way: numbered pictures, a film of them, and a sheet of what it was made from."""

import io
import os
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from .errors import InputError
from .images import to_pil
from .painting import Painting
from .pictures.saving import save_image
from .pictures.writing import check_destination, write_whole
from .training import Record

FILM_TYPES = (".gif", ".webp")
FILM_SIZE = 512  # pixels, the longer side of a film at most
FILM_FRAMES = 60  # at most
FRAME_MS, LAST_FRAME_MS = 80, 2000
SHEET_HEIGHT, GAP = 512, 12  # pixels


class NumberedPictures:
    """Called with each `Record`, saves the best picture so far every so many evaluations: painting_0020.png, ..."""

    def __init__(self, painting: Painting, every: int):
        self._painting, self._every = painting, every

    def __call__(self, record: Record) -> None:
        """Save after this evaluation, if it is its turn."""
        if record.step % self._every == 0:
            output = self._painting.output
            numbered = output.with_name(f"{output.stem}_{record.step:04}{output.suffix}")
            save_image(self._painting.transfer.image, numbered, overwrite=True)


class Film:
    """Called with each `Record`, remembers the picture as it then is; `save` makes an animated GIF or WebP of them."""

    def __init__(self, painting: Painting, path: str | os.PathLike, *, overwrite: bool = False):
        self._painting, self._path, self._frames = painting, Path(path), []
        if self._path.suffix.lower() not in FILM_TYPES:
            raise InputError(f"{path} is no name for a film: end it in {' or '.join(FILM_TYPES)}")
        check_destination(path, overwrite=overwrite)

    def __call__(self, record: Record) -> None:
        """Remember the picture, small."""
        planned = sum(stage.steps for stage in self._painting.transfer.stages)
        if (record.step - 1) % max(1, round(planned / FILM_FRAMES)) == 0:
            self._remember()

    def save(self) -> None:
        """Write the film so far, its last picture the finished one.

        Raises:
            FileAccessError: it could not be written.
        """
        self._remember()
        first, *others = self._frames
        data, durations = io.BytesIO(), [FRAME_MS] * len(others) + [LAST_FRAME_MS]
        first.save(
            data, self._path.suffix[1:], save_all=True, append_images=others, duration=durations, loop=0, quality=85
        )
        write_whole(self._path, data.getvalue())

    def _remember(self):
        picture = to_pil(self._painting.transfer.image)
        picture.thumbnail((FILM_SIZE, FILM_SIZE))
        self._frames.append(picture)


def sheet(*images: ArrayLike) -> np.ndarray:
    """Return the pictures side by side on white, scaled to one height, as a picture (1, n_H, n_W, 3)."""
    pictures = [to_pil(image) for image in images]
    height = min(SHEET_HEIGHT, *(picture.height for picture in pictures))
    pictures = [p.resize((round(p.width * height / p.height), height), Image.Resampling.LANCZOS) for p in pictures]
    row = Image.new("RGB", (sum(p.width + GAP for p in pictures) - GAP, height), "white")
    left = 0
    for picture in pictures:
        row.paste(picture, (left, 0))
        left += picture.width + GAP
    return np.asarray(row, np.float32)[np.newaxis] / np.float32(255)
