"""Where the seconds go before the picture changes: TensorFlow, the network, and the first evaluation at each size.

    python benchmarks/startup.py

One run of the default settings in a new process, with few evaluations. The first evaluation of a size includes its
targets, TensorFlow's tracing and the preparation of its kernels; what it costs beyond the median of the later ones is
what the size costs to begin.
"""

import argparse
import time

import numpy as np
from common import PAIRS, load_pair, save

import nst_tf


def measure(size, steps):
    before = time.perf_counter()
    nst_tf.start_quietly()
    seconds = {"importing TensorFlow": time.perf_counter() - before}
    pictures = load_pair(PAIRS[0], size)
    before = time.perf_counter()
    transfer = nst_tf.Transfer(*pictures, nst_tf.Config(steps=steps))
    seconds["network"] = time.perf_counter() - before
    before, by_scale = time.perf_counter(), {}
    for record in transfer:
        now = time.perf_counter()
        by_scale.setdefault(record.scale, []).append(now - before)
        before = now
    for stage in transfer.stages:
        n_H, n_W = stage.size(pictures[0].shape)
        first, *later = by_scale[stage.scale]
        seconds[f"beginning of {n_W}x{n_H}"] = first - float(np.median(later))
    return {"size": size, "precision": transfer.state.network.precision, "seconds": seconds}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--steps", type=int, default=40, help="evaluations at the coarsest size")
    options = parser.parse_args()
    row = measure(options.size, options.steps)
    for part, seconds in row["seconds"].items():
        print(f"{part}: {seconds:.2f} s")
    print(f"together: {sum(row['seconds'].values()):.2f} s")
    save("startup", [row])


if __name__ == "__main__":
    main()
