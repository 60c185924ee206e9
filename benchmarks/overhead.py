"""What the library costs on top of bare evaluations, and its peak memory.

    python benchmarks/overhead.py                 # 256 and 512 px, 100 evaluations each; memory at 512 and 1024 px

A bare evaluation is the feature extractor, the costs and the gradient by the picture, nothing else. Both are timed in
turn, one evaluation at a time and on the same pictures, in one process, so that a drift of the machine's speed hits
both alike.
"""

import argparse
import json
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

import nst_tf


def build(size):
    config = nst_tf.Config()
    content = nst_tf.load_image(nst_tf.sample_image("pagoda"), size, enlarge=True)
    style = nst_tf.load_image(nst_tf.sample_image("village_street_auvers"), size, enlarge=True)
    layers = [*{**config.content_layers, **config.style_layers}]
    extractor = nst_tf.build_feature_extractor(nst_tf.load_vgg(), layers)
    return content, nst_tf.Objective(extractor, content, style, config)


def overhead(size, evaluations, optimizer):
    """Seconds of the library's evaluations and of bare ones of the same pictures, in turn, and their ratio."""
    import tensorflow as tf

    content, objective = build(size)
    bare = nst_tf.make_value_and_gradient(objective)
    bare(tf.constant(content))[1].numpy()
    training = nst_tf.minimise(objective, content, optimizer=optimizer, steps=evaluations + 1)
    next(training)  # the first one compiles
    seconds = {"bare": 0.0, "library": 0.0}
    for _ in range(evaluations):
        start = time.perf_counter()
        _, picture = next(training)
        middle = time.perf_counter()
        bare(tf.constant(picture))[1].numpy()
        seconds["library"] += middle - start
        seconds["bare"] += time.perf_counter() - middle
    return seconds | {"size": size, "optimizer": optimizer, "ratio": seconds["library"] / seconds["bare"]}


def _bytes(maxrss):
    return maxrss if sys.platform == "darwin" else maxrss * 1024


def peak_memory(size):
    """Peak memory in GB of the whole command, a few evaluations at this size."""
    with_size = ["--size", str(size), "--enlarge", "--steps", "4", "--quiet", "--overwrite"]
    output = Path(f"peak_memory_{size}.png")
    subprocess.run([sys.executable, "-m", "nst_tf", *with_size, "-o", output], check=True, stdout=subprocess.DEVNULL)
    output.unlink()
    return {"size": size, "peak_GB": _bytes(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1e9}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[256, 512])
    parser.add_argument("--memory-sizes", type=int, nargs="*", default=[512, 1024])
    parser.add_argument("--evaluations", type=int, default=100)
    parser.add_argument("--optimizers", nargs="+", default=["lbfgs", "lbfgsb"])
    options = parser.parse_args()
    memory = [peak_memory(size) for size in sorted(options.memory_sizes)]
    nst_tf.start_quietly()
    times = [overhead(s, options.evaluations, o) for s in options.sizes for o in options.optimizers]
    print(
        json.dumps(
            {"machine": platform.processor() or platform.machine(), "overhead": times, "memory": memory}, indent=1
        )
    )


if __name__ == "__main__":
    main()
