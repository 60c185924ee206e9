"""How far a cell is, while it runs."""

import io
import os
from collections.abc import Callable, Iterable

from tqdm.auto import tqdm

from ..images import to_pil

HIDDEN = "NST_TF_NO_PROGRESS"  # environment variable: set where outputs are stored or compared


def progress(steps: Iterable) -> tqdm:
    """Return the steps of a loop with a bar that shows how many are done; once all are, it is gone."""
    return tqdm(steps, leave=False, disable=bool(os.environ.get(HIDDEN)))


def live_picture(image, width: int = 320) -> Callable:
    """Show an image (1, n_H, n_W, 3) below the cell, and return a function that shows another one in its place.

    It does so while the cell runs, for those who watch; where outputs are stored or compared, nothing is shown.
    """
    if os.environ.get(HIDDEN):
        return lambda image: None
    import ipywidgets
    from IPython.display import display

    screen = ipywidgets.Image(value=_png(image), layout=ipywidgets.Layout(width=f"{width}px"))
    display(screen)

    def redraw(image):
        screen.value = _png(image)

    return redraw


def _png(image):
    buffer = io.BytesIO()
    to_pil(image).save(buffer, "PNG")
    return buffer.getvalue()
