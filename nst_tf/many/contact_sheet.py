"""A photo in each of the bundled styles, small, on one sheet, with what to type for a large one."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ..config import Config
from ..images import to_pil
from ..painting import Painting
from ..pictures.files import sample_images

COLUMNS, GAP, LINE = 5, 16, 22  # pictures, pixels, pixels
TILE = 256  # pixels, the longer side of each picture


@dataclass(frozen=True)
class Tile:
    """A picture on the sheet.

    Attributes:
        image: (1, n_H, n_W, 3).
        title: what it is, a line below it.
        command: what paints it large; "" for the photo.
    """

    image: np.ndarray
    title: str
    command: str = ""


def tiles(
    photo: str | os.PathLike, *, config: Config | None = None, size: int = TILE,
    callback: Callable[[Painting, Any], Any] | None = None,
) -> Iterator[Tile]:  # fmt: skip
    """Yield the photo, and then what it becomes in each of the bundled styles, as soon as it is painted.

    Args:
        photo: a file, or the name of a sample.
        config: settings for all of them; default `Config()`.
        size: the longer side of each picture in pixels.
        callback: called with the `Painting` and each `Record`.

    Raises:
        InputError, MissingFileError, FileAccessError, OutOfMemoryError: as a `Painting` does.
    """
    for k, style in enumerate(sample_images("style")):
        painting = Painting(photo, style, f"{Path(photo).stem}_{style}.png", config=config, size=size, overwrite=True)
        if k == 0:
            yield Tile(painting.content, painting.content_path.name)
        for record in painting.transfer:
            if callback is not None:
                callback(painting, record)
        yield Tile(painting.transfer.image, style.replace("_", " "), f"nst-tf {_quoted(photo)} {style}")


def contact_sheet(tiles: list[Tile]) -> np.ndarray:
    """Return the tiles in rows on white, each over its title and its command, as a picture (1, n_H, n_W, 3)."""
    pictures = [to_pil(tile.image) for tile in tiles]
    width, height = (max(getattr(picture, side) for picture in pictures) for side in ("width", "height"))
    columns = min(COLUMNS, len(tiles))
    rows = -(-len(tiles) // columns)
    cell = height + 2 * LINE + GAP
    page = Image.new("RGB", (columns * (width + GAP) + GAP, rows * cell + GAP), "white")
    for k, (tile, picture) in enumerate(zip(tiles, pictures, strict=True)):
        left, top = GAP + k % columns * (width + GAP), GAP + k // columns * cell
        page.paste(picture, (left, top))
        for line, (text, shade) in enumerate(((tile.title, "black"), (tile.command, "#555555"))):
            _write(page, text, left, top + height + 4 + line * LINE, width, shade)
    return np.asarray(page, np.float32)[np.newaxis] / np.float32(255)


def _write(page, text, left, top, width, shade):
    """Write a line, as large as it fits into the width."""
    draw, size = ImageDraw.Draw(page), 15
    while size > 8 and draw.textlength(text, font=ImageFont.load_default(size)) > width:
        size -= 1
    draw.text((left, top), text, fill=shade, font=ImageFont.load_default(size))


def _quoted(name):
    import shlex

    return shlex.quote(os.fsdecode(name))
