"""How long the explorers take to answer: from a control's new value to what is shown.

    python benchmarks/explorers.py

Each control of each explorer is moved to values where it has not been, with pictures of 256 px; a row says how long
the slowest and the middle one took, how much is sent to the browser, and whether the network ran for it.
"""

import argparse
import os
import time

import ipywidgets
import numpy as np
from common import load_pair, save

import nst_tf
from nst_tf.course import explorers
from nst_tf.course.waiting import HIDDEN

LAYERS = [*nst_tf.Config().style_layers]
NINE = (
    "block1_conv1", "block1_conv2", "block2_conv1", "block2_conv2", "block3_conv1", "block3_conv3", "block4_conv2",
    "block5_conv1", "block5_conv2",
)  # fmt: skip
LIMITS = {False: 0.1, True: 1.0}  # seconds, without the network and with it


class Counted:
    """A function, such as a feature extractor or an objective, that counts how often it is called."""

    calls = 0

    def __init__(self, function):
        self._function = function

    def __call__(self, *arguments):
        Counted.calls += 1
        return self._function(*arguments)

    def __getattr__(self, name):
        return getattr(self._function, name)


def build(size):
    """Return {name: function that makes the explorer}, all of pictures of this size."""
    vgg = nst_tf.load_vgg(precision="float32")
    five, nine = (Counted(nst_tf.build_feature_extractor(vgg, layers)) for layers in (LAYERS, NINE))
    names = ("pagoda", "coffee", "great_wave", "village_street_auvers", "poppies", "flower")
    pictures = {name: load_pair([name], size)[0] for name in names}
    C, other, S, *_ = pictures.values()
    of_objective = nst_tf.build_feature_extractor(vgg, [*LAYERS, *nst_tf.Config().content_layers])
    starts = ("content+noise", "noise", "content")
    starts = {start: nst_tf.initialise_generated_image(C, start=start, seed=0) for start in starts}
    return {
        "activations": lambda: explorers.activation_explorer(five, pictures),
        "units": lambda: explorers.unit_explorer(five, pictures),
        "Gram matrix": lambda: explorers.gram_explorer(five, pictures),
        "content cost": lambda: explorers.content_cost_explorer(nine, C, other, "block4_conv2"),
        "style cost": lambda: explorers.style_cost_explorer(five, pictures),
        "total cost, toy": explorers.total_cost_explorer,
        "total cost": lambda: explorers.pull_explorer(Counted(nst_tf.make_objective(of_objective, C, S)), starts),
        "descent": explorers.descent_explorer,
    }


def other_values(control, count):
    """Return up to so many values of a control, the first ones far from each other, without the one it has."""
    if isinstance(control, ipywidgets.Checkbox):
        return [not control.value]
    if hasattr(control, "options"):
        return [option for option in control.options if option != control.value][:count]
    places = np.linspace(control.min, control.max, count + 2)[1:-1]
    if isinstance(control, ipywidgets.FloatLogSlider):
        return [control.base**place for place in places]
    return list(dict.fromkeys(type(control.value)(place) for place in places if place != control.value))


def measure(name, make, count):
    """Return a row for each control, and one for what making the explorer takes."""
    before, calls = time.perf_counter(), Counted.calls
    explorer = make()
    rows = [{"explorer": name, "control": "(made)", "network": Counted.calls > calls,
             "seconds": [time.perf_counter() - before], "bytes": shown(explorer)}]  # fmt: skip
    for control in explorer.controls:
        old, seconds, sizes, calls = control.value, [], [], Counted.calls
        for value in other_values(control, count):
            seconds.append(answer(explorer, control, value))
            sizes.append(shown(explorer))
        network = Counted.calls > calls
        rows.append({"explorer": name, "control": control.description, "network": network, "seconds": seconds,
                     "bytes": max(sizes)})  # fmt: skip
        control.value = old
    return rows


def answer(explorer, control, value):
    """Return the seconds from the new value to the new view."""
    before = time.perf_counter()
    control.value = value
    return time.perf_counter() - before


def shown(explorer):
    return len(explorer.view.value) + len(explorer.words.value)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--count", type=int, default=6, help="values for each control")
    options = parser.parse_args()
    nst_tf.start_quietly()
    os.environ[HIDDEN] = "1"
    rows = []
    for name, make in build(options.size).items():
        for row in measure(name, make, options.count):
            rows.append(row)
            middle, slowest = np.median(row["seconds"]), max(row["seconds"])
            limit = "" if row["control"] == "(made)" or slowest < LIMITS[row["network"]] else "  TOO SLOW"
            network = "network" if row["network"] else ""
            print(f"{name:16} {row['control']:28} {1000 * middle:6.0f} ms, slowest {1000 * slowest:6.0f} ms, "
                  f"{row['bytes'] / 1000:5.0f} kB {network}{limit}", flush=True)  # fmt: skip
    save("explorers", rows)


if __name__ == "__main__":
    main()
