"""Hands on: choose a photo and a painting, watch the picture come into being, stop it, keep it."""

import os
from typing import TYPE_CHECKING

from ...errors import StartError
from ...painting import DEMO
from .pictures import named
from .session import Session
from .settings import Settings
from .turns import stop_all

if TYPE_CHECKING:
    from .view import Studio


def studio(
    content: str | os.PathLike = DEMO[0], style: str | os.PathLike = DEMO[1], *, size: int = Settings.size,
    steps: int = Settings.steps,
) -> "Studio":  # fmt: skip
    """Return the studio: a page, as the last line of a cell shows it. Pictures and settings can be changed there.

    A thread paints, so that the kernel stays usable. One picture is painted at a time: a studio that is opened, or
    started, stops those before it, which keep their pictures.

    Args:
        content, style: a file, or the name of a sample, to begin with. An upload in the page can have 10 MB; a file
            that is named here, more.
        size: the longer side of both pictures in pixels; larger ones are scaled down to it.
        steps: evaluations of the network at the coarsest size.

    Raises:
        InputError, MissingFileError, FileAccessError: a picture that is none.
        StartError: the package ipywidgets is missing.
    """
    try:
        from .view import Studio
    except ModuleNotFoundError as error:
        raise StartError(f"the studio needs the package {error.name}: pip install ipywidgets") from None
    stop_all()
    return Studio(Session(named(content), named(style), Settings(size=size, steps=steps)))
