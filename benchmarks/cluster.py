"""What a cluster brings: one large picture by 1, 2 and 4 workers on this machine, each a process with one thread.

    python benchmarks/cluster.py --size 2048

Seconds an evaluation, its optimiser's step included, and the bytes that travel in it, by the counters of the machine's
own network interface. From these, what more machines would give, on paper: the tiles are computed side by side, what
travels passes one cable, and the optimiser works alone.
"""

import argparse
import math
import time

import matplotlib.pyplot as plt
import psutil
from common import PAIRS, load_pair, save

import nst_tf

CABLE = 1.25e9  # bytes a second: 10 Gbit/s
PROJECTED = (1, 2, 4, 10, 100)


def measure(size, workers, options):
    """Return a row: seconds of an evaluation, and of its parts, with so many workers."""
    from nst_tf.cluster.connection import connect
    from nst_tf.cluster.spread import OverCluster

    config = nst_tf.Config(
        steps=options.steps, scales=1, precision=options.precision, tile=options.tile, optimizer="lbfgs"
    )
    with connect("local", workers=workers) as client:
        transfer = nst_tf.Transfer(*load_pair(PAIRS[0], size), config, tiling=OverCluster(client))
        next(transfer)  # compiles, and sends the targets
        tiles = len(transfer._objective._tiles)
        before, seconds = _travelled(), [record.seconds for record in transfer]
        travelled = (_travelled() - before) / len(seconds)
        step = time.perf_counter()
        transfer.state.search.tell(0.5 * transfer.best.J, transfer.state.picture)  # any numbers, if J falls
        step = time.perf_counter() - step
    _, n_H, n_W, _ = transfer.content.shape
    return {
        "size": f"{n_W}x{n_H}", "precision": options.precision, "tile": transfer.tiles[-1], "workers": workers,
        "tiles": tiles, "rounds": math.ceil(tiles / workers), "optimiser": step, "travelled_MB": travelled / 1e6,
        "seconds": (seconds[-1] - transfer.history[0].seconds) / len(seconds),
    }  # fmt: skip


def _travelled():
    return psutil.net_io_counters().bytes_sent


def project(row, workers):
    """Return the seconds that so many machines like one thread here would take, tiles enough for all provided."""
    tiles = (row["seconds"] - row["optimiser"]) / row["rounds"] * row["tiles"]
    return tiles / workers + row["optimiser"] + row["travelled_MB"] * 1e6 / CABLE


def draw(rows):
    figure, axis = plt.subplots(figsize=(5, 3.4), layout="constrained")
    axis.plot([row["workers"] for row in rows], [rows[0]["seconds"] / row["seconds"] for row in rows], "o-")
    axis.plot([1, rows[-1]["workers"]], [1, rows[-1]["workers"]], ":", color="grey")
    axis.set(xlabel="workers, one thread each", ylabel="times as fast as one")
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=2048)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--tile", default="1024", help="pixels, or auto; the same for all, to compare")
    parser.add_argument("--precision", default="float32")
    parser.add_argument("--steps", type=int, default=4)
    options = parser.parse_args()
    nst_tf.start_quietly()
    rows = [measure(options.size, workers, options) for workers in options.workers]
    for row in rows:
        row["speedup"] = rows[0]["seconds"] / row["seconds"]
        print("{workers} workers: {seconds:.2f} s, {travelled_MB:.0f} MB, {speedup:.2f} times".format(**row))
    for workers in PROJECTED:
        seconds = project(rows[0], workers)
        times = project(rows[0], 1) / seconds
        print(f"on paper, {workers} machines: {seconds:.2f} s, {times:.1f} times as fast as one")
    save("cluster", rows, draw(rows))


if __name__ == "__main__":  # each worker imports this file
    main()
