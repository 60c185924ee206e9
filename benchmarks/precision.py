"""The default style transfer in float32 and in bfloat16: the seconds, and the J that both end at.

    python benchmarks/precision.py

Three pairs of pictures, default settings but for the precision, one run after the other in one process. The seconds
include the targets and TensorFlow's compiling; J, of the finished picture, is judged in float32 for both.
"""

import argparse

from common import PAIRS, build_objective, draw_seconds, follow, load_pair, median_ratio, save

import nst_tf


def measure(pair, size, options):
    content, style = load_pair(pair, size)
    config = nst_tf.Config(start=options.start, steps=options.steps)
    judge = build_objective(content, style, config)
    curves = {
        precision: follow(content, style, config.replace(precision=precision), judge)
        for precision in ("float32", "bfloat16")
    }
    last = {precision: points[-1] for precision, points in curves.items()}
    row = {"pair": pair, "size": size, "start": options.start, "curves": curves} | {
        f"{name}, bfloat16 / float32": last["bfloat16"][name] / last["float32"][name] for name in ("seconds", "J")
    }
    print(f"{pair[0]}, {size} px:", {name: round(row[name], 4) for name in row if "/" in name}, flush=True)
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--steps", type=int, default=100, help="evaluations at the coarsest size")
    parser.add_argument("--start", default="content")
    parser.add_argument("--pairs", type=int, default=len(PAIRS), help="how many of the pairs")
    options = parser.parse_args()
    nst_tf.start_quietly()
    rows = [measure(pair, options.size, options) for pair in PAIRS[: options.pairs]]
    for key in (key for key in rows[0] if "/" in key):
        print(f"{key}: median {median_ratio(rows, key)}")
    save("precision", rows, draw_seconds(rows))


if __name__ == "__main__":
    main()
