"""J against seconds and against evaluations: gradient descent, Adam, plain L-BFGS, and the package's default.

    python benchmarks/convergence.py                          # from the content
    python benchmarks/convergence.py --start noise --name convergence_noise

The default costs (alpha, beta, layers) on three pairs of pictures. The first three run at one size in float32:
gradient descent at the package's default rate, Adam with the constants of TensorFlow's tutorial, and L-BFGS on pixels
("plain"). "one size" and "coarse to fine" are the package's optimiser with the precision `auto`, with --steps
evaluations at the full size, and coarse to fine with as many at the coarsest of the default sizes. "default" has all
defaults, its 100 steps included. J is always judged in float32.
"""

import argparse

import matplotlib.pyplot as plt
from common import PAIRS, build_objective, first_below, follow, load_pair, median_ratio, save

import nst_tf

FLOAT32 = {"scales": 1, "precision": "float32"}
TUTORIAL_ADAM = {"optimizer": "adam", "learning_rate": 0.02, "optimizer_options": {"beta_1": 0.99, "epsilon": 0.1}}
OURS = ("one size", "coarse to fine", "default")
METHODS = ("gradient descent", "Adam (tutorial)", *OURS)
MARKS = (100, 200)  # evaluations of plain L-BFGS whose J is to be reached


def measure(pair, size, options):
    content, style = load_pair(pair, size)
    judge = build_objective(content, style, nst_tf.Config())
    methods = {
        "gradient descent": FLOAT32 | {"optimizer": "gradient_descent", "steps": options.first_order_steps},
        "Adam (tutorial)": FLOAT32 | TUTORIAL_ADAM | {"steps": options.first_order_steps},
        "plain L-BFGS": FLOAT32 | {"parametrisation": "pixels", "steps": max(MARKS)},
        "one size": {"scales": 1, "steps": options.steps},
        "coarse to fine": {"steps": options.steps},
        "default": {},
    }
    curves = {}
    for method in (m for m in methods if m in (*options.methods, "plain L-BFGS")):
        config = nst_tf.Config(start=options.start, **methods[method])
        curves[method] = follow(content, style, config, judge)
        last = curves[method][-1]
        print(f"{pair[0]}, {size} px, {method}: J {last['J']:.4g} after {last['seconds']:.1f} s", flush=True)
    return {"pair": pair, "size": size, "start": options.start, "curves": curves} | speedups(curves)


def speedups(curves):
    """Return how much sooner than plain L-BFGS each of the package's ways reaches its J after the marks."""
    ratios = {}
    for mark in MARKS:
        goal = first_below(curves["plain L-BFGS"], min(p["J"] for p in up_to(curves["plain L-BFGS"], mark)))
        for method in (m for m in OURS if m in curves):
            reached = first_below(curves[method], goal["J"])
            ratios[f"{method}, J of plain after {mark}"] = goal["seconds"] / reached["seconds"] if reached else None
    return ratios


def up_to(points, evaluations):
    return [point for point in points if point["evaluations"] <= evaluations]


def draw(rows):
    figure, axes = plt.subplots(len(rows), 2, figsize=(10, 3 * len(rows)), layout="constrained", squeeze=False)
    for row, pair_axes in zip(rows, axes, strict=True):
        for axis, x in zip(pair_axes, ("seconds", "evaluations"), strict=True):
            for (method, points), line in zip(row["curves"].items(), ("-.", ":", "--", "-", "-", "-"), strict=False):
                axis.plot([p[x] for p in points], [p["J"] for p in points], line, label=method)
            axis.set(xlabel=x, ylabel="J", yscale="log", title=f"{row['pair'][0]}, {row['size']} px")
    axes[0, 0].legend()
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 512])
    parser.add_argument("--pairs", type=int, default=len(PAIRS), help="how many of the pairs")
    parser.add_argument("--start", default="content")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS, help="besides plain L-BFGS")
    parser.add_argument("--steps", type=int, default=260, help="of one size and coarse to fine, at the full size")
    parser.add_argument("--first-order-steps", type=int, default=100, help="of gradient descent and Adam")
    parser.add_argument("--name", default="convergence", help="of the files written")
    options = parser.parse_args()
    nst_tf.start_quietly()
    rows = [measure(pair, size, options) for size in options.sizes for pair in PAIRS[: options.pairs]]
    for size in options.sizes:
        of_size = [row for row in rows if row["size"] == size]
        for key in (key for key in rows[0] if "J of plain" in key):
            print(f"{size} px, {key}: median {median_ratio(of_size, key)}, {[row[key] for row in of_size]}")
    save(options.name, rows, draw(rows))


if __name__ == "__main__":
    main()
