"""What the benchmarks share: the pictures, the machine in words, and where results are written."""

import json
import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

import matplotlib
import numpy as np

import nst_tf

matplotlib.use("Agg")  # figures go into files

RESULTS = Path(__file__).resolve().parent / "results"
PAIRS = (("pagoda", "village_street_auvers"), ("flower", "great_wave"), ("cat", "composition_viii"))


def load_pair(pair, size):
    """Return the content and style images of a pair of samples, the longer side of each `size` pixels."""
    return tuple(nst_tf.load_image(nst_tf.sample_image(name), size, enlarge=True) for name in pair)


def build_objective(content, style, config, precision="float32"):
    vgg = nst_tf.load_vgg(
        pooling=config.pooling, normalise_activations=config.normalise_activations, precision=precision
    )
    extractor = nst_tf.build_feature_extractor(vgg, [*{**config.content_layers, **config.style_layers}])
    return nst_tf.make_objective(extractor, content, style, config)


def follow(content, style, config, objective, every=5):
    """Run a style transfer; return a point for its first, each `every`-th and its last picture of the full size.

    A point holds the seconds since the start (targets and tracing included, loading the network not), the evaluations
    so far, in units of one at the full size, and J of the best picture so far. J is always the float32 `objective`'s:
    where the run had another precision, its pictures are judged afterwards, outside the seconds.
    """
    from nst_tf import sum_of_terms

    transfer, points, work, fine = nst_tf.Transfer(content, style, config), [], 0.0, 0
    sum_of_terms._compile_once.cache_clear()  # so that each run compiles, as in a program of its own
    begin = time.perf_counter()
    for record in transfer:
        work += 1 / record.scale**2
        fine += record.scale == 1
        if fine == 1 or (fine > 0 and fine % every == 0):
            points.append(_point(begin, work, transfer))
    if fine > 1 and fine % every:
        points.append(_point(begin, work, transfer))
    costs = make_judge(objective)
    return [point | {"J": costs(point["J"])} for point in points]


def _point(begin, work, transfer):
    return {"seconds": time.perf_counter() - begin, "evaluations": work, "J": transfer.image}


def make_judge(objective):
    """Return a compiled function: image array to J, without the gradient."""
    import tensorflow as tf

    J = tf.function(lambda image: objective(image).J, autograph=False)
    return lambda image: float(J(tf.constant(image)))


def first_below(points, J):
    """Return the first point whose J is no higher; None if there is none."""
    return next((point for point in points if point["J"] <= J), None)


def median_ratio(rows, key):
    """Return the median over the rows; a run that never got there (None) counts as 0."""
    return float(np.median([row[key] or 0 for row in rows]))


def draw_seconds(rows):
    """Return a figure: J against seconds, a panel for each row's pair, a line for each of its curves."""
    from matplotlib import pyplot as plt  # here, for what size.py measures must not include it

    figure, axes = plt.subplots(1, len(rows), figsize=(4.5 * len(rows), 3.4), layout="constrained", squeeze=False)
    for row, axis in zip(rows, axes[0], strict=True):
        for (name, points), line in zip(row["curves"].items(), ("--", "-", "-."), strict=False):
            axis.plot([p["seconds"] for p in points], [p["J"] for p in points], line, label=name)
        axis.set(xlabel="seconds", ylabel="J", xscale="log", yscale="log", title=f"{row['pair'][0]}, {row['size']} px")
    axes[0, 0].legend()
    return figure


def machine():
    """Return what the seconds depend on: processor, number of cores, versions."""
    import tensorflow as tf

    from nst_tf.precision import resolve_precision

    gpus = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.get_visible_devices("GPU")]
    packages = ("tensorflow", "keras", "numpy")
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "gpus": [gpu.get("device_name", "unknown") for gpu in gpus],
        "auto precision": resolve_precision("auto"),
        "python": platform.python_version(),
    } | {name: version(name) for name in packages}


def _processor():
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def save(name, rows, figure=None):
    """Write the rows as JSON, with the machine, and the figure as PNG; say where."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps({"machine": machine(), "rows": rows}, indent=1) + "\n")
    print("written:", path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    if figure is not None:
        figure.savefig(path.with_suffix(".png"), dpi=100, bbox_inches="tight")
