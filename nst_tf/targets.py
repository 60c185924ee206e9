"""The targets of a large picture, tile by tile: the content's activations, and the sums of a style."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from .grid import Grid, map_size, receptive_fields
from .sum_of_terms import CostOfSums
from .tiles import Parts, add_up, compiled, cut_out, own_maps, shared


def maps_in_tiles(
    extractor: "tf.keras.Model", image: tf.Tensor, layers: Iterable[str], tile: int
) -> dict[str, tf.Tensor]:
    """Return {layer: activations} of the whole image (1, n_H, n_W, 3), computed tile by tile."""
    layers, fields, maps = tuple(layers), receptive_fields(extractor), {}
    tiles = Grid.of(extractor, layers).tiles(image.shape, tile)
    compute = compiled(shared(_Maps(extractor, layers)), image, tiles[0])
    for each in tiles:
        for layer, own in compute(image, each).items():
            if layer not in maps:
                shape = (1, *map_size(extractor, layer, image.shape), own.shape[-1])
                maps[layer] = np.empty(shape, own.dtype.as_numpy_dtype)
            cut_out(maps[layer], each.numpy()[:, 2:] // fields[layer].jump)[:] = own.numpy()
    return {layer: tf.convert_to_tensor(whole) for layer, whole in maps.items()}


def sums_in_tiles(
    extractor: "tf.keras.Model", image: tf.Tensor, cost: CostOfSums, data: dict[str, tuple], tile: int
) -> dict[str, tuple]:
    """Return the sums of a cost over the whole image (1, n_H, n_W, 3), computed tile by tile."""
    parts, data = shared(Parts(extractor, (("", cost),))), {"": data}
    tiles = Grid.of(extractor, data[""]).tiles(image.shape, tile)
    sums_of = compiled(parts.sums, image, tiles[0], data)
    return add_up(sums_of(image, tile, data) for tile in tiles)[""]


@dataclass(frozen=True)
class _Maps:
    extractor: "tf.keras.Model"
    layers: tuple[str, ...]

    def __call__(self, image, tile):
        return own_maps(self.extractor, self.layers, cut_out(image, tile[:, :2]), tile)
