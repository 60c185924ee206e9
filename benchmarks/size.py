"""Seconds and peak memory against the number of pixels.

    python benchmarks/size.py

Each size and precision runs in a process of its own, so that its peak memory is that of a whole program: TensorFlow,
the network, the pictures, and a few evaluations of `style_transfer`. Seconds are those between the first evaluation
and the last.
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
import json, resource, sys
import nst_tf
nst_tf.start_quietly()
from common import PAIRS, load_pair
size, precision, steps = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
result = nst_tf.style_transfer(*load_pair(PAIRS[0], size), steps=steps, scales=1, precision=precision)
seconds = (result.history[-1].seconds - result.history[0].seconds) / (len(result.history) - 1)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"shape": result.image.shape, "seconds": seconds, "peak_GB": peak / 1e9}))
"""


def measure(size, precision, steps):
    command = [sys.executable, "-c", PROGRAM, str(size), precision, str(steps)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent)
    found = json.loads(done.stdout)
    _, n_H, n_W, _ = found.pop("shape")
    return {"size": f"{n_W}x{n_H}", "pixels": n_H * n_W, "precision": precision} | found


def draw(rows):
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for precision in dict.fromkeys(row["precision"] for row in rows):
        of_one = [row for row in rows if row["precision"] == precision]
        for axis, key in zip(axes, ("seconds", "peak_GB"), strict=True):
            axis.plot([row["pixels"] for row in of_one], [row[key] for row in of_one], "o-", label=precision)
    axes[0].set(xlabel="pixels", ylabel="seconds an evaluation", xscale="log", yscale="log")
    axes[1].set(xlabel="pixels", ylabel="peak memory in GB", xscale="log", yscale="log")
    axes[1].legend()
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 256, 512, 1024, 2048])
    parser.add_argument("--precisions", nargs="+", default=["float32", "bfloat16"])
    parser.add_argument("--steps", type=int, default=5)
    options = parser.parse_args()
    rows = []
    for size in options.sizes:
        for precision in options.precisions:
            rows.append(measure(size, precision, options.steps))
            print("{size} {precision}: {seconds:.3f} s, {peak_GB:.2f} GB".format(**rows[-1]), flush=True)
    nst_tf.start_quietly()  # for the versions that `save` notes
    save("size", rows, draw(rows))


if __name__ == "__main__":
    main()
