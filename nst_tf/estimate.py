"""How much memory a painting will need, and how much is free: asked before it is begun, not when it is lost."""

import math
from pathlib import Path

import psutil
import tensorflow as tf

from .config import MIN_SIZE
from .errors import OutOfMemoryError
from .lbfgs import PAIRS
from .memory import address_space_left
from .transfer import Transfer

# For each activation that the gradient needs, nearly another one is held at the busiest moment: measured, 128 to 2048
# px (benchmarks/size.py), as are the bytes that do not depend on the size.
COPIES = 1.8
SPARE = 150e6
VECTORS = {"lbfgs": 2 * PAIRS + 12, "adam": 10, "gradient_descent": 8}  # float32 pictures that a step holds
CGROUPS = Path("/sys/fs/cgroup")
_CGROUP_FILES = {
    "": ("", "memory.max", "memory.current"),
    "memory": ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
}


def needed(transfer: Transfer) -> float:
    """Return the bytes that painting will take at its finest size, besides what the program holds already."""
    _, n_H, n_W, _ = transfer.content.shape
    return SPARE + n_H * n_W * _bytes_a_pixel(transfer)


def free(cgroups: Path = CGROUPS) -> float:
    """Return the bytes that are free: of the machine, and of the share of it that this process may use."""
    left = address_space_left()
    return min(psutil.virtual_memory().available, math.inf if left is None else left, _free_in_cgroup(cgroups))


def check_memory(transfer: Transfer) -> None:
    """Raise `OutOfMemoryError`, which names the largest size that fits, where the painting would not fit. Not on GPUs.

    It is an estimate; what it lets pass can still fail, and what it refuses might just have gone well.
    """
    if tf.config.get_visible_devices("GPU"):
        return
    need, there = needed(transfer), free()
    if need <= there:
        return
    _, n_H, n_W, _ = transfer.content.shape
    fitting = largest_size(transfer, there)
    remedy = f"give a size of {fitting} at most" if fitting >= MIN_SIZE else "close other programs"
    raise OutOfMemoryError(
        f"{n_W}x{n_H} pixels need about {need / 1e9:.1f} GB of memory, and {there / 1e9:.1f} GB are free: {remedy}"
    )


def largest_size(transfer: Transfer, there: float) -> int:
    """Return the longer side, in pixels, at which this painting would take just the bytes that are there."""
    longer = max(transfer.content.shape[1:3])
    return int(longer * (max(there - SPARE, 0) / (needed(transfer) - SPARE)) ** 0.5)


def _bytes_a_pixel(transfer):
    """Return the bytes for each pixel of the picture: what each layer keeps for the gradient, and the optimiser."""
    kept, pixels = 0.0, 1.0
    for layer in transfer.extractor.layers:
        if "pool" in layer.name:
            pixels /= 4
        channels = layer.output.shape[-1]
        kept += pixels * channels
    width = {"float32": 4, "bfloat16": 2}[transfer.state.network.precision]
    return COPIES * width * kept + 4 * 3 * VECTORS[transfer.config.optimizer]


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
