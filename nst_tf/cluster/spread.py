"""The tiles of one large picture computed by the workers of a cluster: the same J and gradient as in one process.

A worker holds the network, and of its tiles the targets and, for an evaluation, the pixels. What travels for each tile
of an evaluation: its pixels there, the sums back, J's derivatives by the sums there, the tile's gradient back. If a
worker is lost, Dask has what it held made again by another.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from ..backbone import Network
from ..config import Config
from ..errors import InputError
from ..estimate import bytes_of_tile
from ..grid import Grid
from ..sum_of_terms import SumOfTerms, Term, View
from ..tiles import TiledSumOfTerms, WholeGradient, add_up, compiled, cut_out, cut_out_data
from .connection import count_workers, results_of, told_as_loss, workers_of
from .worker import Part, Recipe, fingerprint, hold

if TYPE_CHECKING:
    from distributed import Client

SIDES = range(384, 1537, 64)  # pixels, of the tiles to choose from
MOST_OF_TILE = 2.6e9  # bytes that a worker has for its network; one of 1536 pixels in bfloat16, of 1088 in float32


class SpreadSumOfTerms(TiledSumOfTerms):
    """A `TiledSumOfTerms` whose tiles are computed by the workers of a cluster.

    Args:
        client: of `dask.distributed`.
        network: what the extractor was made of, for the workers to make theirs.
    """

    def __init__(
        self, extractor: "tf.keras.Model", terms: list[Term], shape: tuple[int, ...], view: View = View(), *,  # noqa: B008
        tile: int, client: "Client", network: Network,
    ):  # fmt: skip
        super().__init__(extractor, terms, shape, view, tile=tile)
        self._client = client
        self._recipe = Recipe(network, tuple(extractor.output), self._parts.costs, fingerprint())

    def _steps(self, image, weighted):
        weights, data = ({name: pair[i] for name, pair in weighted.items()} for i in (0, 1))
        client, tiles, of_sums = self._client, [tile.numpy() for tile in self._tiles], self._parts.of_sums
        made_of = ((tile - tile[:, :1], _arrays(cut_out_data(self.extractor, tile[:, :2], data))) for tile in tiles)
        parts = _submit(client, partial(Part, self._recipe), made_of)

        def steps(image):  # does not know self, so that the parts are given up with it
            seen = (np.ascontiguousarray(cut_out(image.numpy(), tile[:, :2])) for tile in tiles)
            held = _submit(client, hold, zip(seen))
            sums = add_up(results_of(client, _submit(client, Part.sums, zip(parts, held, strict=True))))
            arguments = tf.nest.map_structure(tf.constant, sums), weights, data
            terms, derivatives = compiled(of_sums, *arguments)(*arguments)
            gradient_of = partial(Part.gradient, derivatives=_arrays(derivatives))
            gradient = WholeGradient(image.shape)
            found = results_of(client, _submit(client, gradient_of, zip(parts, held, strict=True)))
            for tile, part in zip(tiles, found, strict=True):
                gradient.add(tile, part)
            return terms, gradient.tensor()

        return steps


def _arrays(tensors):
    return tf.nest.map_structure(np.asarray, tensors)


def _submit(client, function, of_tiles):
    """Return a future for each tile. Each tile has its worker, as long as the workers stay the same."""
    with told_as_loss(client):
        workers = workers_of(client)
        return [
            client.submit(
                function, *arguments, pure=False, allow_other_workers=bool(workers),
                workers=workers[k % len(workers)] if workers else None,
            )
            for k, arguments in enumerate(of_tiles)
        ]  # fmt: skip


class OverCluster:
    """A `Tiling`: the tiles are computed by the workers of a cluster.

    Args:
        client: of `dask.distributed`.
    """

    def __init__(self, client: "Client"):
        self._client = client

    def choose_tile(self, extractor: "tf.keras.Model", config: Config, n_H: int, n_W: int) -> int | None:
        """Return the side of the tiles: the setting's, or one that suits the number of workers; None for one tile.

        Raises:
            InputError: the settings want no tiles, or such that are nothing but margin.
        """
        if config.tile == "off":
            raise InputError("the tile is off, and a cluster computes tiles: leave one of them out")
        grid = Grid.of(extractor, (*config.content_layers, *config.style_layers))
        if config.tile == "auto":
            sides = [side for side in SIDES if bytes_of_tile(extractor, side, side) <= MOST_OF_TILE]
            return suitable_tile(grid, n_H, n_W, count_workers(self._client), sides)
        grid.check(config.tile)
        return config.tile

    def objective(self, network: Network) -> Callable[..., SumOfTerms]:
        """Return what makes the objective of a picture in tiles."""
        return partial(SpreadSumOfTerms, client=self._client, network=network)


def suitable_tile(
    grid: Grid, n_H: int, n_W: int, workers: int, sides: Sequence[int] = SIDES
) -> int | None:  # fmt: skip
    """Return the side of the tiles, in pixels, with which so many workers are done with n_H x n_W pixels first.

    It is one of the sides; None where the picture is too small to be cut.
    """

    def busiest(side):
        """Return how many pixels the worker with the most tiles has to look at."""
        rows, columns = (grid.cut(length, side) for length in (n_H, n_W))
        height, width = (max(end - begin for begin, end, *_ in cuts) for cuts in (rows, columns))
        return math.ceil(len(rows) * len(columns) / max(1, workers)) * height * width

    sides = [side for side in sides if grid.fits(side) and side < max(n_H, n_W)]
    return min(reversed(sides), key=busiest, default=None)
