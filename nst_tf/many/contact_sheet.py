"""A photo in each of the bundled styles, small, on one sheet, with what to type for a large one."""

import os
import shlex
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
PANEL = 256  # pixels, the longer side of each picture


@dataclass(frozen=True)
class Panel:
    """A picture on the sheet.

    Attributes:
        image: (1, n_H, n_W, 3).
        title: what it is, a line below it.
        command: what paints it large; "" for the photo.
    """

    image: np.ndarray
    title: str
    command: str = ""


def panels(
    photo: str | os.PathLike, *, config: Config | None = None, size: int = PANEL, options: str = "",
    callback: Callable[[Painting, Any], Any] | None = None,
) -> Iterator[Panel]:  # fmt: skip
    """Yield the photo, and then what it becomes in each of the bundled styles, as soon as it is painted.

    Args:
        photo: a file, or the name of a sample.
        config: settings for all of them; default `Config()`.
        size: the longer side of each picture in pixels.
        options: what to add to each command, so that it has these settings.
        callback: called with the `Painting` and each `Record`.

    Raises:
        InputError, MissingFileError, FileAccessError, OutOfMemoryError: as a `Painting` does.
    """
    for k, style in enumerate(sample_images("style")):
        painting = Painting(photo, style, f"{Path(photo).stem}_{style}.png", config=config, size=size, overwrite=True)
        if k == 0:
            yield Panel(painting.content, painting.content_path.name)
        for record in painting.transfer:
            if callback is not None:
                callback(painting, record)
        command = " ".join(filter(None, ("nst-tf", shlex.quote(os.fsdecode(photo)), style, options)))
        yield Panel(painting.transfer.image, style.replace("_", " "), command)


def contact_sheet(panels: list[Panel]) -> np.ndarray:
    """Return the panels in rows on white, each over its title and its command, as a picture (1, n_H, n_W, 3)."""
    pictures = [to_pil(panel.image) for panel in panels]
    width, height = (max(getattr(picture, side) for picture in pictures) for side in ("width", "height"))
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    cell = height + 2 * LINE + GAP
    page = Image.new("RGB", (columns * (width + GAP) + GAP, rows * cell + GAP), "white")
    for k, (panel, picture) in enumerate(zip(panels, pictures, strict=True)):
        left, top = GAP + k % columns * (width + GAP), GAP + k // columns * cell
        page.paste(picture, (left, top))
        for line, (text, shade) in enumerate(((panel.title, "black"), (panel.command, "#555555"))):
            _write(page, text, left, top + height + 4 + line * LINE, width, shade)
    return np.asarray(page, np.float32)[np.newaxis] / np.float32(255)


def _write(page, text, left, top, width, shade):
    """Write a line, as large as it fits into the width."""
    draw, size = ImageDraw.Draw(page), 15
    while size > 8 and draw.textlength(text, font=ImageFont.load_default(size)) > width:
        size -= 1
    draw.text((left, top), text, fill=shade, font=ImageFont.load_default(size))
