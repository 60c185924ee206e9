"""The picture that a transfer starts from, at its coarsest size."""

import numpy as np
from numpy.typing import ArrayLike

from .canvas import Canvas
from .config import Config
from .errors import InputError
from .images import check_image, initialise_generated_image
from .multiscale import Stage


def begin(
    config: Config, canvas: Canvas, coarsest: Stage, initial_image: np.ndarray | None
) -> tuple[np.ndarray | None, np.ndarray]:
    """Return the picture whose detail is worth keeping at each size, None if it is noise, and the very first."""
    if initial_image is None and "noise" in config.start:
        return None, initialise_generated_image(
            coarsest.shrink(canvas.content), start=config.start, noise_ratio=config.noise_ratio,
            noise_contrast=config.noise_contrast, seed=config.seed,
        )  # fmt: skip
    beginning = canvas.content if initial_image is None else initial_image
    if config.start == "style":
        beginning = initialise_generated_image(canvas.content, canvas.styles[0].image, start="style")
    return beginning, coarsest.shrink(beginning)


def check_initial_image(initial_image: ArrayLike, content: np.ndarray, config: Config) -> np.ndarray:
    """Return the picture that was given to start from.

    Raises:
        InputError: it is none, has another size than the content, or the settings name another start.
    """
    initial_image = check_image(initial_image, "initial_image")
    if initial_image.shape != content.shape:
        raise InputError(
            f"initial_image has shape {initial_image.shape} and content {content.shape}: give it the content's size "
            "(resize_image)"
        )
    if config.start != Config.start:
        raise InputError(f"both an initial_image and the start {config.start} are given: choose one of them")
    return initial_image
