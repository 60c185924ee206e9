"""Seconds and peak memory against the number of pixels, of the whole picture at once and in tiles.

    python benchmarks/size.py
    python benchmarks/size.py --sizes 2048 4096 8192 --tiles 1024 --precisions bfloat16 --steps 3

Each size, precision and tile runs in a process of its own, so that its peak memory is that of a whole program:
TensorFlow, the network, the pictures, a few evaluations, and the picture saved. Seconds are those between the first
evaluation and the last.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
from common import save

import nst_tf

# Runs in the measured process.
PROGRAM = """
import json, resource, sys, tempfile
import nst_tf
from common import PAIRS
size, precision, tile, steps = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
config = nst_tf.Config(steps=steps, scales=1, precision=precision, tile=tile)
with tempfile.TemporaryDirectory() as folder:
    painting = nst_tf.Painting(*PAIRS[0], f"{folder}/painting.png", size=size, enlarge=True, config=config)
    try:
        painting.transfer.check_memory()
    except nst_tf.OutOfMemoryError as error:
        sys.exit(str(error))
    result = painting.paint()
seconds = (result.history[-1].seconds - result.history[0].seconds) / (len(result.history) - 1)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"shape": result.image.shape, "seconds": seconds, "peak_GB": peak / 1e9}))
"""


def measure(size, precision, tile, steps):
    """Return the row; None if the picture does not fit into the memory."""
    command = [sys.executable, "-c", PROGRAM, *map(str, (size, precision, tile, steps))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent)
    if done.returncode:
        print(f"{size} {precision} {tile}: {done.stderr.strip()}", flush=True)
        return None
    found = json.loads(done.stdout)
    _, n_H, n_W, _ = found.pop("shape")
    return {"size": f"{n_W}x{n_H}", "pixels": n_H * n_W, "precision": precision, "tile": tile} | found


def draw(rows):
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for precision, tile in dict.fromkeys((row["precision"], row["tile"]) for row in rows):
        of_one = [row for row in rows if (row["precision"], row["tile"]) == (precision, tile)]
        label = precision if tile == "off" else f"{precision}, tiles of {tile}"
        for axis, key in zip(axes, ("seconds", "peak_GB"), strict=True):
            line = "o-" if tile == "off" else "s--"
            axis.plot([row["pixels"] for row in of_one], [row[key] for row in of_one], line, label=label)
    axes[0].set(xlabel="pixels", ylabel="seconds an evaluation", xscale="log", yscale="log")
    axes[1].set(xlabel="pixels", ylabel="peak memory in GB", xscale="log", yscale="log")
    axes[1].legend()
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 256, 512, 1024, 2048])
    parser.add_argument("--tiles", nargs="+", default=["off", "1024"], help="off: the whole picture at once")
    parser.add_argument("--precisions", nargs="+", default=["float32", "bfloat16"])
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--name", default="size", help="of the files in results/")
    options = parser.parse_args()
    rows = []
    for size in options.sizes:
        for precision in options.precisions:
            for tile in options.tiles:
                row = measure(size, precision, tile, options.steps)
                if row is None:
                    continue
                rows.append(row)
                print("{size} {precision} {tile}: {seconds:.3f} s, {peak_GB:.2f} GB".format(**rows[-1]), flush=True)
    nst_tf.start_quietly()  # for the versions that `save` notes
    save(options.name, rows, draw(rows))


if __name__ == "__main__":
    main()
