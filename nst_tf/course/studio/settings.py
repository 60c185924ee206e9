"""What can be set in the studio, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...config import DEFAULT_SIZE, Config
from ...style_files import size_of_styles

_TIMES = {"no {}": 0.0, "¼ × {}": 0.25, "½ × {}": 0.5, "usual {}": 1.0, "2 × {}": 2.0, "4 × {}": 4.0, "8 × {}": 8.0}


def _times(what):
    return {label.format(what): factor for label, factor in _TIMES.items()}


# {setting: {what a page calls the value: value}}. No two have one name, so that the name tells which setting is meant.
VALUES: Mapping[str, Mapping[str, Any]] = {
    "style": _times("style"),
    "photo": _times("photo"),
    "steps": {"10 steps": 10, "30 steps": 30, "100 steps": 100, "300 steps": 300},
    "strokes": {"finer strokes": 0.5, "usual strokes": 1.0, "coarser strokes": 2.0},
    "colors": {"the painting's": "style", "the photo's": "content-luminance", "between the two": "content-matched"},
    "start": {"the photo": "content", "noise": "noise", "photo and noise": "content+noise", "the painting": "style"},
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be set in the studio.

    Attributes:
        size: longer side of both pictures in pixels; larger ones are scaled down to it.
        photo, style: what the default weights alpha and beta are multiplied by.
        strokes: the painting's longer side in units of the photo's, by which its strokes are coarser or finer; 1 leaves
            it as it is.
        steps, start, colors: as in `Config`.
    """

    size: int = DEFAULT_SIZE
    photo: float = 1.0
    style: float = 1.0
    strokes: float = 1.0
    steps: int = Config.steps
    start: str = Config.start
    colors: str = Config.colors

    @property
    def style_size(self) -> int:
        """The size to load the painting at, in pixels of its longer side."""
        return size_of_styles(self.size, None, self._style_scale)

    @property
    def _style_scale(self):
        return None if self.strokes == 1 else self.strokes

    def config(self, shape: tuple[int, ...]) -> Config:
        """Return the settings for a picture of this shape, (1, n_H, n_W, 3).

        Raises:
            InputError: both weights are 0.
        """
        usual = Config().for_picture(shape)
        return Config(
            alpha=self.photo * usual.alpha, beta=self.style * usual.beta, steps=self.steps, start=self.start,
            colors=self.colors, style_scale=self._style_scale,
        )  # fmt: skip
