"""One evaluation of J and its gradient: against the bare network, the machine's limit, and the library around it.

    python benchmarks/evaluation.py

At each size and precision, in turn in one process:
- matmul: the machine's rate for 2048 x 2048 matrix products, in GFLOP/s
- network: the feature extractor forwards, and the gradient of the sum of its outputs, back to the image
- evaluation: J and its gradient, by `value_and_gradient`
- library: the evaluations of a whole L-BFGS run, on the same pictures as `evaluation`
- optimiser: what a step of L-BFGS and the loop take beyond the evaluation, measured on a bowl, whose own evaluation is
  subtracted: a difference of two long times would drown in the noise of a busy machine
The share of the limit is that of `library`, a whole run: the multiplications and additions of the convolutions alone,
forwards and backwards to the image, set against the matrix-product rate of the same precision.
"""

import argparse
import time

import matplotlib.pyplot as plt
import numpy as np
from common import PAIRS, build_objective, load_pair, save

import nst_tf


def median_seconds(functions, repeats):
    """Return the median seconds of each function; they are called in turn, so that a busy machine hits all alike."""
    seconds = {name: [] for name in functions}
    for _ in range(repeats):
        for name, function in functions.items():
            begin = time.perf_counter()
            function()
            seconds[name].append(time.perf_counter() - begin)
    return {name: float(np.median(values)) for name, values in seconds.items()}


def matmul(precision, n=2048):
    import tensorflow as tf

    A = tf.cast(tf.random.normal((n, n), seed=0), precision)
    product = tf.function(lambda: tf.matmul(A, A)).get_concrete_function()
    product()
    return lambda: product().numpy(), 2 * n**3


def network_gradient(objective):
    """Return a compiled function: the extractor forwards and backwards, without any cost."""
    import tensorflow as tf

    @tf.function(autograph=False)
    def gradient(image):
        with tf.GradientTape() as tape:
            tape.watch(image)
            outputs = objective.extractor(nst_tf.preprocess(image))
            total = tf.add_n([tf.reduce_sum(tf.cast(a, tf.float32)) for a in outputs.values()])
        return tape.gradient(total, image)

    return gradient


def convolution_flops(objective, shape):
    """Return the operations of the convolutions, forwards and backwards to the image."""
    n_H, n_W, flops = *shape[1:3], 0
    for layer in objective.extractor.layers:
        if "pool" in layer.name:
            n_H, n_W = n_H // 2, n_W // 2
        elif "conv" in layer.name:
            flops += 2 * n_H * n_W * int(np.prod(layer.kernel.shape))
    return 2 * flops


def measure(size, precision, repeats):
    import tensorflow as tf

    content, style = load_pair(PAIRS[0], size)
    objective = build_objective(content, style, nst_tf.Config(), precision)
    bare, network = objective.value_and_gradient, network_gradient(objective)
    product, product_flops = matmul(precision)
    training = nst_tf.minimise(objective, content, steps=repeats + 2)
    pictures = [next(training)[1] for _ in range(2)]  # the first one compiles
    bare(tf.constant(content)), network(tf.constant(content))

    def of_library():
        pictures.append(next(training)[1])

    seconds = median_seconds(
        {
            "matmul": product,
            "network": lambda: network(tf.constant(pictures[-1])).numpy(),
            "library": of_library,
            "evaluation": lambda: bare(tf.constant(pictures[-1]))[1].numpy(),
        },
        repeats,
    )
    optimiser = optimiser_seconds(content, style, max(repeats, 15))
    flops = convolution_flops(objective, content.shape)
    limit = product_flops / seconds["matmul"]
    return {
        "size": f"{content.shape[2]}x{content.shape[1]}", "pixels": content.shape[1] * content.shape[2],
        "precision": precision, "seconds": seconds, "matmul_GFLOPs": limit / 1e9,
        "evaluation_GFLOPs": flops / seconds["evaluation"] / 1e9,
        "share_of_limit": flops / seconds["library"] / limit,
        "evaluation_over_network": seconds["evaluation"] / seconds["network"],
        "library_over_evaluation": seconds["library"] / seconds["evaluation"],
        "optimiser_seconds": optimiser, "optimiser_over_evaluation": optimiser / seconds["evaluation"],
    }  # fmt: skip


def optimiser_seconds(start, target, repeats):
    """Return the median seconds of a step of L-BFGS, with all its pairs in use, less those of the bowl it goes down."""
    import tensorflow as tf

    target = tf.constant(nst_tf.initialise_generated_image(start, target, start="style"))
    # Curved unevenly, so that there is something to do for as many steps as are timed.
    weight = tf.random.stateless_uniform(start.shape, (0, 0), 1.0, 1000.0)
    bowl = nst_tf.as_objective(lambda image: tf.reduce_sum(weight * tf.square(image - target)))
    steps = nst_tf.minimise(bowl, start, steps=20 + repeats)
    for _ in range(20):
        _, picture = next(steps)
    seconds = median_seconds(
        {"step": lambda: next(steps), "bowl": lambda: float(bowl.value_and_gradient(picture)[0].J)}, repeats
    )
    return seconds["step"] - seconds["bowl"]


def draw(rows):
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for precision in dict.fromkeys(row["precision"] for row in rows):
        of_one = [row for row in rows if row["precision"] == precision]
        pixels = [row["pixels"] for row in of_one]
        axes[0].plot(pixels, [row["seconds"]["evaluation"] for row in of_one], "o-", label=precision)
        axes[1].plot(pixels, [row["share_of_limit"] for row in of_one], "o-", label=precision)
    axes[0].set(xlabel="pixels", ylabel="seconds an evaluation", xscale="log", yscale="log")
    axes[1].set(xlabel="pixels", ylabel="share of the matrix-product rate", xscale="log", ylim=(0, 1))
    for axis in axes:
        axis.set_xticks(pixels, [row["size"] for row in of_one], minor=False)
        axis.set_xticks([], minor=True)
    axes[1].legend()
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 512, 1024])
    parser.add_argument("--precisions", nargs="+", default=["float32", "bfloat16"])
    parser.add_argument("--repeats", type=int, default=10)
    options = parser.parse_args()
    nst_tf.start_quietly()
    rows = []
    for size in options.sizes:
        for precision in options.precisions:
            rows.append(measure(size, precision, options.repeats))
            row = rows[-1]
            print(
                f"{row['size']} {precision}: {row['seconds']['evaluation']:.3f} s, "
                f"{row['share_of_limit']:.0%} of {row['matmul_GFLOPs']:.0f} GFLOP/s, "
                f"{row['evaluation_over_network']:.2f} x network, library {row['library_over_evaluation']:.3f}, "
                f"optimiser {1000 * row['optimiser_seconds']:.1f} ms, {row['optimiser_over_evaluation']:.1%}",
                flush=True,
            )
    save("evaluation", rows, draw(rows))


if __name__ == "__main__":
    main()
