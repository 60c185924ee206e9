"""Checks of lesson 16: a Gram matrix from tiles, and how wide their margins must be."""

import math

import numpy as np
import tensorflow as tf

from ... import costs as _costs
from ...grid import Grid
from .answer import exercise, numbers
from .comparison import compare
from .constants import close
from .description import case_in_words
from .mistakes import slips, table
from .verdict import NotQuite


class _Layer:
    """A layer of a toy network, called with images (1, n_H, n_W, 3): two convolutions around a pooling.

    It keeps the width of the widest image that it was shown, `widest`.
    """

    def __init__(self, n_C, jump, seed):
        rng = np.random.default_rng(seed)
        self._kernels = [tf.constant(rng.normal(size=(3, 3, *channels)), tf.float32) for channels in ((3, 4), (4, n_C))]
        self._jump, self.widest = jump, 0
        self.grid = Grid(jump, math.ceil((1 + jump) / jump) * jump)

    def __call__(self, image):
        self.widest = max(self.widest, image.shape[2])
        first, second = self._kernels
        a = tf.nn.relu(tf.nn.conv2d(tf.cast(image, tf.float32), first, 1, "SAME"))
        return tf.nn.relu(tf.nn.conv2d(tf.nn.max_pool2d(a, self._jump, self._jump, "VALID"), second, 1, "SAME"))


def _toy(n_C, jump, n_H, n_W, tile, seed):
    """Return the arguments of an exercise: layer, image, cuts and jump."""
    layer = _Layer(n_C, jump, seed)
    image = tf.constant(np.random.default_rng(seed).random((1, n_H, n_W, 3)), tf.float32)
    return layer, image, layer.grid.cut(n_W, tile), jump


def _gram(a):
    return _costs.gram_of_maps(a)


_SHOWN = {
    "Each tile is shown its own pixels alone: the first two numbers of a cut say how far it sees, margins included.":
        lambda b, e, own_b, own_e: (own_b, own_e),
    "The margin on the left is not shown.": lambda b, e, own_b, own_e: (own_b, e),
    "The margin on the right is not shown.": lambda b, e, own_b, own_e: (b, own_e),
}  # fmt: skip
_KEPT = {
    "The margins are counted, too: their positions are the own ones of the tile beside it, so they are in the sum "
    "twice.": lambda b, e, own_b, own_e, j: (0, None),
    "The margin on the left is counted, too: its positions are another tile's own.":
        lambda b, e, own_b, own_e, j: (0, (own_e - b) // j),
    "The margin on the right is counted, too: its positions are another tile's own.":
        lambda b, e, own_b, own_e, j: ((own_b - b) // j, None),
    "The cuts are counted from the picture's left edge, the activations of a tile from the tile's own.": [
        lambda b, e, own_b, own_e, j: (own_b // j, own_e // j),
        lambda b, e, own_b, own_e, j: (own_b // j, (own_e - b) // j),
        lambda b, e, own_b, own_e, j: ((own_b - b) // j, own_e // j),
        lambda b, e, own_b, own_e, j: (b // j, (own_e - b) // j),
        lambda b, e, own_b, own_e, j: ((own_b - b) // j, b // j)],
    "The cuts are in pixels, and the activations have one position for `jump` of them.": [
        lambda b, e, own_b, own_e, j: (own_b - b, own_e - b),
        lambda b, e, own_b, own_e, j: (own_b - b, (own_e - b) // j),
        lambda b, e, own_b, own_e, j: ((own_b - b) // j, own_e - b),
        lambda b, e, own_b, own_e, j: ((own_b - b) * j, (own_e - b) * j),
        lambda b, e, own_b, own_e, j: ((own_b - b) * j, (own_e - b) // j),
        lambda b, e, own_b, own_e, j: ((own_b - b) // j, (own_e - b) * j),
        lambda b, e, own_b, own_e, j: (own_b, own_e)],
    "The distance from where the tile begins is a difference: subtract.": [
        lambda b, e, own_b, own_e, j: ((own_b + b) // j, (own_e + b) // j),
        lambda b, e, own_b, own_e, j: ((own_b + b) // j, (own_e - b) // j),
        lambda b, e, own_b, own_e, j: ((own_b - b) // j, (own_e + b) // j)],
    "The margins are kept, and what is the tile's own left out.": lambda b, e, own_b, own_e, j: (0, (own_b - b) // j),
}  # fmt: skip
_PART = {
    "Each tile's Gram matrix is divided by its number of positions first: add the sums up as they are.":
        lambda a: _gram(a) / (a.shape[1] * a.shape[2]),
    "It compares positions with positions: the result must be channels by channels.":
        lambda a: _costs.gram_matrix(tf.transpose(_costs.unroll(a))),
    "The activations are reshaped straight to (n_C, n_H*n_W): that mixes the channels.":
        lambda a: _costs.gram_matrix(tf.reshape(a, (a.shape[3], -1))),
}  # fmt: skip
_TOTAL = {
    "It is the last tile's alone: add to what there was.": lambda parts: parts[-1],
    "Only the first tile's own positions are in the sum: does it return inside the loop, or are the others' sought "
    "beyond their tile's end?": lambda parts: parts[0],
    "It is the mean over the tiles, not their sum.": lambda parts: sum(parts) / len(parts),
    "The Gram matrices are multiplied: add them up.": lambda parts: np.prod([numbers(part) for part in parts], axis=0),
    "The first tile is left out.": lambda parts: sum(parts[1:]),
    "The last tile is left out.": lambda parts: sum(parts[:-1]),
    "The tiles are subtracted: add them up.": [lambda parts: -sum(parts), lambda parts: parts[0] - sum(parts[1:])],
    "The sum does not begin with 0.": [lambda parts: sum(parts) + 1, lambda parts: sum(parts) - 1],
    "The tiles come one by one: it must be one matrix, their sum.": tf.stack,
}  # fmt: skip


def _in_tiles(shown=lambda *cut: cut[:2], kept=lambda b, e, own_b, own_e, j: ((own_b - b) // j, (own_e - b) // j),
              part=_gram, total=sum):  # fmt: skip
    """Return a function that adds up the tiles' Gram matrices, right by default; each keyword brings a mistake in."""

    def gram(activations, image, cuts, jump):
        parts = []
        for cut in cuts:
            begin, end = shown(*cut)
            first, last = kept(begin, end, *cut[2:], jump)
            parts.append(part(activations(image[:, :, begin:end])[:, :, first:last]))
        return total(parts)

    return gram


@exercise
def gram_by_tiles(answer):
    """Check `gram_by_tiles(activations, image, cuts, jump)`: the sum of the tiles' Gram matrices (lesson 16)."""

    def piecewise(activations, image, cuts, jump):
        activations.widest = 0
        result = answer(activations, image, cuts, jump)
        if activations.widest > max(end - begin for begin, end, *_ in cuts):
            raise NotQuite("It shows the network more than one tile at once: `activations` may be called with "
                           "`image[:, :, begin:end]` and no more, or the memory is what it was.")  # fmt: skip
        return result

    mistakes = slips(_in_tiles, total=_TOTAL, shown=_SHOWN, kept=_KEPT, part=_PART)
    mistakes += table({"It is the Gram matrix of the picture's own numbers: where is the layer?": [
        lambda activations, image, cuts, jump, own=own: _in_tiles()(lambda seen: seen, image, cuts, own or jump)
        for own in (None, 1)]})  # fmt: skip
    cases = [_toy(5, 2, 6, 26, 14, 1), _toy(4, 1, 5, 17, 8, 2), _toy(2, 4, 9, 53, 32, 3), _toy(3, 2, 6, 12, 16, 4)]

    def with_a_single_tile(found, expected, cases):
        if close(found[-1], expected[-1]):
            return "With a single tile it is right, with several it is not: which positions are counted, and how often?"
        return "With a single tile, which is the whole picture, it is wrong already: begin with that."

    compare(piecewise, _in_tiles(), cases, mistakes, wanted="(n_C, n_C)", explain=with_a_single_tile,
            usual=False)  # fmt: skip


_SEEN = {
    "That would be room for the whole field: half of what is not the position's own lies on each side.":
        lambda s, j: s - j,
    "The position's own pixels are in the margin, too: they lie in the middle of what it sees.": [
        lambda s, j: s // 2, lambda s, j: s / 2, lambda s, j: (s + j) // 2],
    "It is the size of the field: the margin goes as far as a position sees beyond its own pixels, to one side.": [
        lambda s, j: s, lambda s, j: s + j],
    "The position has `jump` pixels of its own, not one.": [
        lambda s, j: (s - 1) // 2, lambda s, j: (s - 1) / 2, lambda s, j: s - 1],
    "It goes by the jump alone: how far does a position see?": [lambda s, j: j, lambda s, j: j // 2],
    "The jump is halved, and not the size: half of the difference lies on each side.": lambda s, j: s - j // 2,
    "Half of the difference lies on each side: divide by 2.": [
        lambda s, j: (s - j) * 2, lambda s, j: (s - j) // 3, lambda s, j: 2],
}  # fmt: skip
_WHOLE = {
    "It is no multiple of the jump: the next tile would begin in the middle of a pooling window.":
        lambda radius, j: radius,
    "It is rounded down to a multiple of the jump: then some positions would see beyond the tile.":
        lambda radius, j: radius // j * j,
    "It is rounded to the nearest multiple of the jump: below the radius it is too small.":
        lambda radius, j: round(radius / j) * j,
    "Where the radius is a multiple of the jump already, it is a jump too wide.":
        lambda radius, j: (radius // j + 1) * j,
    "It counts positions: the margin is in pixels.": lambda radius, j: -(-radius // j),
    "The sign is wrong: a margin is so many pixels.": [
        lambda radius, j: -radius // j * j, lambda radius, j: radius // j * -j, lambda radius, j: -radius],
    "It is divided by the jump twice.": lambda radius, j: -(-radius // j) // j,
    "It is multiplied by the jump without having been divided by it, or twice.": [
        lambda radius, j: radius * j, lambda radius, j: radius * j * j],
    "The number of jumps and the jump are added: so many jumps, each of so many pixels?":
        lambda radius, j: -(-radius // j) + j,
}  # fmt: skip


def _margin(seen=lambda size, jump: (size - jump) // 2, whole=lambda radius, jump: -(-radius // jump) * jump):
    """Return a function that computes the margin, right by default; each keyword brings a mistake in."""
    return lambda size, jump: whole(seen(size, jump), jump)


@exercise
def tile_margin(answer):
    """Check `tile_margin(size, jump)`, the margin in pixels that a layer's tiles need (lesson 16)."""

    def explain(found, expected, cases):
        f, e, case = next((float(f), float(e), case) for f, e, case in zip(found, expected, cases, strict=True)
                          if not close(f, e))  # fmt: skip
        told, jump = f"{case_in_words(case).capitalize()}, it gives {f:g}", case[1]
        if f % jump:
            return f"{told}: that is no multiple of the jump."
        what = "too wide: it can be smaller" if f > e else "too small: a position at the edge of a tile sees further"
        return f"{told}, which is {what}."

    cases = [(132, 16), (1, 1), (3, 1), (24, 4), (60, 8), (10, 2), (48, 16), (76, 8), (40, 4)]
    compare(answer, _margin(), cases, slips(_margin, seen=_SEEN, whole=_WHOLE), wanted="one number", explain=explain,
            usual=False)  # fmt: skip
