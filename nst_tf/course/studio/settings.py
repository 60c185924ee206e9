"""What can be set in the studio, and what it comes to."""

from dataclasses import dataclass

from ...config import DEFAULT_SIZE, Config


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be set in the studio.

    Attributes:
        size: longer side of both pictures in pixels; larger ones are scaled down to it.
        photo, style: what the default weights alpha and beta are multiplied by.
        steps, start, colors: as in `Config`.
    """

    size: int = DEFAULT_SIZE
    photo: float = 1.0
    style: float = 1.0
    steps: int = Config.steps
    start: str = Config.start
    colors: str = Config.colors

    def config(self, shape: tuple[int, ...]) -> Config:
        """Return the settings for a picture of this shape, (1, n_H, n_W, 3).

        Raises:
            InputError: both weights are 0.
        """
        usual = Config().for_picture(shape)
        return Config(
            alpha=self.photo * usual.alpha, beta=self.style * usual.beta, steps=self.steps, start=self.start,
            colors=self.colors,
        )  # fmt: skip
