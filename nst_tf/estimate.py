"""How much memory a painting will need, and how much is free: asked before it is begun, not when it is lost."""

import bisect
import math
from pathlib import Path

import psutil
import tensorflow as tf

from .config import MAX_SIZE, MIN_SIZE, Config
from .errors import OutOfMemoryError
from .grid import Grid, receptive_fields
from .lbfgs import BYTES_OF_PAIRS, PAIRS
from .memory import address_space_left
from .process.surroundings import sharers

# For each activation that the gradient needs, nearly another one is held at the busiest moment: measured, 128 to 2048
# px (benchmarks/size.py), as are the bytes that do not depend on the size.
COPIES = 1.8
SPARE = 150e6
PICTURES = {"lbfgs": 13, "adam": 10, "gradient_descent": 8}  # float32, that a step holds besides pairs of L-BFGS
# Pixels, of the tiles to choose from: in larger ones the margins count less. They are as large as leave a program of
# 5 GB, of which it has 1.3 before a picture is begun; or as 0.9 GB suffice for.
TILES = (1408, 1280, 1024, 896, 768, 640, 512, 384)
MOST_IN_ALL, MOST_OF_TILE = 3.7e9, 0.9e9
CGROUPS = Path("/sys/fs/cgroup")
_CGROUP_FILES = {
    "": ("", "memory.max", "memory.current"),
    "memory": ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
}


def needed(extractor: "tf.keras.Model", config: Config, n_H: int, n_W: int, tile: int | None = None) -> float:
    """Return the bytes that painting n_H x n_W pixels will take, besides what the program holds already.

    Args:
        extractor: the feature extractor; its precision counts.
        config: the settings; the optimizer and the content layers count.
        tile: the side of a tile in pixels; None for the whole picture at once.
    """
    picture = 4 * 3 * n_H * n_W
    own = SPARE + PICTURES[config.optimizer] * picture
    if config.optimizer == "lbfgs":  # at most, for their number falls step by step
        own += min(2 * PAIRS * picture, max(BYTES_OF_PAIRS, 2 * picture))
    if tile is None:
        return own + bytes_of_tile(extractor, n_H, n_W)
    targets = n_H * n_W * _bytes_a_pixel(extractor, config.content_layers)
    return own + targets + _bytes_of_largest(extractor, config, n_H, n_W, tile)


def choose_tile(extractor: "tf.keras.Model", config: Config, n_H: int, n_W: int) -> int | None:
    """Return the side of the tiles for a picture of n_H x n_W pixels, by `config.tile`; None for the whole at once.

    "auto" takes the whole picture where half of the free memory suffices for that, and on GPUs, whose memory is not
    known.

    Raises:
        InputError: the tile that the settings ask for is nothing but margin.
    """
    if config.tile == "off" or (config.tile == "auto" and tf.config.get_visible_devices("GPU")):
        return None
    grid = Grid.of(extractor, (*config.content_layers, *config.style_layers))
    if config.tile != "auto":
        grid.check(config.tile)
        return config.tile
    there = free()
    if needed(extractor, config, n_H, n_W) <= there / 2:
        return None

    def suits(tile):
        need = needed(extractor, config, n_H, n_W, tile)
        is_small = _bytes_of_largest(extractor, config, n_H, n_W, tile) <= MOST_OF_TILE
        return need <= there and (need <= MOST_IN_ALL or is_small)

    tiles = [tile for tile in TILES if grid.fits(tile)]
    return next(filter(suits, tiles), tiles[-1])


def free(cgroups: Path = CGROUPS) -> float:
    """Return the bytes that are free: of the machine, and of the share of it that this process may use."""
    left = address_space_left()
    of_machine = min(psutil.virtual_memory().available, _free_in_cgroup(cgroups)) / sharers()
    return of_machine if left is None else min(of_machine, left)


def check_memory(extractor: "tf.keras.Model", config: Config, n_H: int, n_W: int, tile: int | None) -> None:
    """Raise `OutOfMemoryError`, which names the largest size that fits, where the painting would not fit. Not on GPUs.

    It is an estimate; what it lets pass can still fail, and what it refuses might just have gone well. The arguments
    are those of `needed`.
    """
    if tf.config.get_visible_devices("GPU"):
        return
    need, there = needed(extractor, config, n_H, n_W, tile), free()
    if need <= there:
        return
    raise OutOfMemoryError(
        f"{n_W}x{n_H} pixels need about {need / 1e9:.1f} GB of memory, and {there / 1e9:.1f} GB are free: "
        f"{_remedy(extractor, config, n_H, n_W, there)}"
    )


def _remedy(extractor, config, n_H, n_W, there):
    grid = Grid.of(extractor, (*config.content_layers, *config.style_layers))
    tiles = (tile for tile in TILES if grid.fits(tile) and needed(extractor, config, n_H, n_W, tile) <= there)
    if tile := next(tiles, None):
        return f"give the tile {tile}"
    size = largest_size(extractor, config, n_H, n_W, there)
    return "close other programs" if size is None else f"give a size of {size} at most"


def largest_size(extractor: "tf.keras.Model", config: Config, n_H: int, n_W: int, there: float) -> int | None:
    """Return the longer side of the largest picture, of the proportions n_H : n_W, that the bytes there suffice for."""
    sizes, longer = range(MIN_SIZE, MAX_SIZE + 1), max(n_H, n_W)

    def bytes_at(size):
        sides = (round(side * size / longer) for side in (n_H, n_W))
        return needed(extractor, config, *sides, _smallest(config.tile))

    fitting = bisect.bisect_right(sizes, there, key=bytes_at)
    return sizes[fitting - 1] if fitting else None


def _smallest(tile):
    """Return the tile that takes the least memory, by the value of `Config.tile`."""
    return {"off": None, "auto": TILES[-1]}.get(tile, tile)


def _bytes_of_largest(extractor, config, n_H, n_W, tile):
    """Return the bytes that the network takes for the largest of the tiles."""
    grid = Grid.of(extractor, (*config.content_layers, *config.style_layers))
    sides = (max(end - begin for begin, end, *_ in grid.cut(length, tile)) for length in (n_H, n_W))
    return bytes_of_tile(extractor, *sides)


def bytes_of_tile(extractor: "tf.keras.Model", n_H: int, n_W: int) -> float:
    """Return the bytes that the network takes for so many pixels at once."""
    return COPIES * n_H * n_W * _bytes_a_pixel(extractor)


def _bytes_a_pixel(extractor, layers=None):
    """Return the bytes of the activations for each pixel of the picture: of these layers, or of all."""
    fields = receptive_fields(extractor)
    return sum(
        layer.output.shape[-1] / fields[layer.name].jump ** 2 * {"float32": 4, "bfloat16": 2}[layer.output.dtype]
        for layer in extractor.layers if layers is None or layer.name in layers
    )  # fmt: skip


def _free_in_cgroup(cgroups, of_process=Path("/proc/self/cgroup")):
    """Return what containers and batch systems leave: by version 2 of Linux' cgroups, or by version 1."""
    try:
        lines = [line.split(":", 2) for line in of_process.read_text().splitlines()]
    except OSError:
        return math.inf
    left = [math.inf]
    for _, controllers, group in lines:
        if controllers in ("", "memory"):
            top, limit, usage = _CGROUP_FILES[controllers]
            for folder in (cgroups / top / group.lstrip("/"), *(cgroups / top / group.lstrip("/")).parents):
                left.append(_left(folder, limit, usage))
    return min(left)


def _left(folder, limit, usage):
    try:
        most, used = (int((folder / name).read_text()) for name in (limit, usage))
        statistics = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):  # no such group here, or no limit ("max")
        return math.inf
    return max(0, most - used + int(statistics.get("inactive_file", 0)))  # files read lately give way
