"""Who computes a picture in tiles, and how large the tiles are."""

from collections.abc import Callable
from typing import Protocol

import tensorflow as tf

from .backbone import Network
from .config import Config
from .estimate import choose_tile
from .sum_of_terms import SumOfTerms
from .tiles import TiledSumOfTerms


class Tiling(Protocol):
    """How a picture is computed in tiles."""

    def choose_tile(self, extractor: "tf.keras.Model", config: Config, n_H: int, n_W: int) -> int | None:
        """Return the side of the tiles for a picture of n_H x n_W pixels; None for the whole picture at once."""
        ...

    def objective(self, network: Network) -> Callable[..., SumOfTerms]:
        """Return what makes the objective of a picture in tiles, as `TiledSumOfTerms` does."""
        ...


class InOneProcess:
    """The `Tiling` of this process: tile after tile, where the memory asks for it."""

    choose_tile = staticmethod(choose_tile)

    def objective(self, network: Network) -> Callable[..., SumOfTerms]:
        """Return `TiledSumOfTerms`."""
        return TiledSumOfTerms
