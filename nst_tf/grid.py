"""Where a picture can be cut into tiles so that nothing changes: what the positions of a layer see, in pixels."""

import itertools
import math
from collections.abc import Iterable
from typing import NamedTuple

import tensorflow as tf

from .errors import InputError


class Field(NamedTuple):
    """What a layer's positions see: they are `jump` pixels apart, and see `radius` pixels beyond these on each side."""

    jump: int
    radius: int

    @property
    def size(self) -> int:
        """How many pixels a position sees, down and across."""
        return self.jump + 2 * self.radius

    def square(self, i: int, j: int) -> tuple[int, int, int, int]:
        """Return (top, left, bottom, right) of what position (i, j) sees, in pixels; it may reach beyond the border."""
        top, left = i * self.jump - self.radius, j * self.jump - self.radius
        return top, left, top + self.size, left + self.size


def receptive_fields(extractor: "tf.keras.Model") -> dict[str, Field]:
    """Return the `Field` of every layer, computed from the kernels and strides of all before it."""
    fields, jump, radius = {}, 1, 0
    for layer in extractor.layers:
        if isinstance(layer, tf.keras.layers.Conv2D):
            radius += (layer.kernel_size[0] - 1) // 2 * jump
        if hasattr(layer, "pool_size"):  # its windows lie side by side, so none reaches beyond its own pixels
            jump *= layer.strides[0]
        fields[layer.name] = Field(jump, radius)
    return fields


def map_size(extractor: "tf.keras.Model", layer: str, shape: tuple[int, ...]) -> tuple[int, int]:
    """Return (n_H, n_W) of the layer's activations, for an image of this shape, (1, n_H, n_W, 3)."""
    jump = receptive_fields(extractor)[layer].jump
    return shape[1] // jump, shape[2] // jump


class Grid(NamedTuple):
    """Where tiles may be cut: at multiples of `step` pixels, `margin` of them around what is a tile's own."""

    step: int
    margin: int

    @classmethod
    def of(cls, extractor: "tf.keras.Model", layers: Iterable[str]) -> "Grid":
        """Return the grid for an objective that looks at these layers."""
        fields = receptive_fields(extractor)
        step = max((fields[layer].jump for layer in layers), default=1)
        radius = max((fields[layer].radius for layer in layers), default=0)
        return cls(step, math.ceil(radius / step) * step)

    def fits(self, tile: int) -> bool:
        """Return whether something is left of a tile inside its margins."""
        return tile >= self._least

    @property
    def _least(self):
        return 2 * self.margin + self.step

    def check(self, tile: int) -> None:
        """Raise `InputError` for a tile that has nothing left inside its margins."""
        if not self.fits(tile):
            raise InputError(
                f"a tile of {tile} pixels is nothing but margin, {self.margin} pixels on each side for the layers in "
                f"use: give a tile of {self._least} pixels at least"
            )

    def cut(self, length: int, tile: int) -> list[tuple[int, int, int, int]]:
        """Return (begin, end, own begin, own end) for each of the tiles along one side of a picture, in pixels.

        The own parts lie side by side. As few tiles as possible, all of the same size but the last, which may be
        shorter by less than a step.
        """
        self.check(tile)
        step, overlap = self.step, 2 * self.margin
        full, tile = math.ceil(length / step) * step, tile // step * step
        count = max(1, math.ceil((full - overlap) / (tile - overlap)))
        size = math.ceil((full + (count - 1) * overlap) / count / step) * step
        begins = [k * (full - size) // max(1, count - 1) // step * step for k in range(count)]
        cuts = [(left + size + right) // 2 // step * step for left, right in itertools.pairwise(begins)]
        return [
            (begin, min(begin + size, length), own_begin, own_end)
            for begin, own_begin, own_end in zip(begins, (0, *cuts), (*cuts, length), strict=True)
        ]

    def tiles(self, shape: tuple[int, ...], tile: int) -> list[tf.Tensor]:
        """Return the tiles of a picture (1, n_H, n_W, 3): int32 tensors (2, 4), a row as `cut` gives it for a side."""
        rows, columns = (self.cut(length, tile) for length in shape[1:3])
        return [tf.constant([row, column]) for row in rows for column in columns]
