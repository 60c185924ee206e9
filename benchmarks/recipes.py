"""Other recipes on their own objective, against the package's optimiser on the same objective.

    python benchmarks/recipes.py tensorflow        # TensorFlow's tutorial: Adam, 1000 steps
    python benchmarks/recipes.py pytorch           # PyTorch's tutorial, in PyTorch (pip install torch): 300 evaluations

Each objective is the preset's, with the bundled VGG-16, from the content image; J is judged in float32. The recipe and
"one size" run at one size, "default" coarse to fine where the picture is large enough.
The PyTorch side is written in PyTorch, with the same weights and the tutorial's optimiser (L-BFGS without a line
search, the image clamped before each evaluation); that both compute the same J is checked before the run. As the
presets do, both compare activations after the ReLU, the tutorial before it. The seconds of either side include the
targets, TensorFlow's compiling too; loading the network they do not.
"""

import argparse
import time

import numpy as np
from common import PAIRS, build_objective, draw_seconds, first_below, follow, load_pair, make_judge, median_ratio, save

import nst_tf

RECIPES = {"tensorflow": ("tensorflow_tutorial", (300, 1000)), "pytorch": ("pytorch_tutorial", (300,))}
MEAN_BGR = (103.939, 116.779, 123.68)  # what Keras' VGG subtracts


def torch_features(vgg, layers):
    """Return a function: torch image (1, 3, n_H, n_W) in [0, 1] to {layer: activations}, with the network's weights."""
    import torch
    from torch.nn import functional

    last = max(range(len(vgg.layers)), key=lambda k: (vgg.layers[k].name in layers) * k)
    steps = [
        (layer.name, [torch.from_numpy(w) for w in layer.get_weights()]) for layer in vgg.layers[1 : last + 1]
    ]  # fmt: skip
    steps = [(name, (w[0].permute(3, 2, 0, 1).contiguous(), w[1]) if w else None) for name, w in steps]
    mean = torch.tensor(MEAN_BGR)[:, None, None]

    def features(image):
        x, found = 255 * image.flip(1) - mean, {}
        for name, weights in steps:
            x = functional.relu(functional.conv2d(x, *weights, padding=1)) if weights else functional.max_pool2d(x, 2)
            if name in layers:
                found[name] = x
        return found

    return features


def torch_objective(content, style, config, vgg):
    """Return a function of a torch image: the config's J."""
    import torch

    layers = {**config.content_layers, **config.style_layers}
    features = torch_features(vgg, layers)

    def gram(a):
        A = a.flatten(2)[0]
        return A @ A.T / A.shape[1]

    with torch.no_grad():
        a_C, a_S = features(to_torch(content)), features(to_torch(style))
        G_S = {layer: gram(a_S[layer]) for layer in config.style_layers}

    def objective(image):
        a_G = features(image)
        J_content = sum(w * ((a_G[l] - a_C[l]) ** 2).mean() for l, w in config.content_layers.items())
        J_style = sum(w * ((gram(a_G[l]) - G_S[l]) ** 2).mean() / 4 for l, w in config.style_layers.items())
        return config.alpha * J_content + config.beta * J_style

    return objective


def to_torch(image):
    import torch

    return torch.from_numpy(np.ascontiguousarray(image.transpose(0, 3, 1, 2)))


def follow_pytorch(content, style, config, judge, steps, every=5):
    """Run the tutorial's loop; return points as `follow` does, with J at each, not of the best."""
    import torch

    vgg = nst_tf.load_vgg(normalise_activations=config.normalise_activations)
    begin = time.perf_counter()
    objective, image = torch_objective(content, style, config, vgg), to_torch(content).clone().requires_grad_(True)
    setup = time.perf_counter() - begin
    J = float(objective(image).detach())
    if not np.isclose(J, judge(content), rtol=1e-3):
        raise SystemExit(f"PyTorch's J is {J}, TensorFlow's {judge(content)}: they compute different things")
    optimizer, points, evaluations = torch.optim.LBFGS([image]), [], 0
    begin = time.perf_counter() - setup

    def closure():
        nonlocal evaluations
        with torch.no_grad():
            image.clamp_(0, 1)
        optimizer.zero_grad()
        J = objective(image)
        J.backward()
        evaluations += 1
        if evaluations % every == 0 or evaluations == 1:
            points.append({"seconds": time.perf_counter() - begin, "evaluations": evaluations, "J": float(J.detach())})
        return J

    while evaluations < steps:
        optimizer.step(closure)
    return points


def measure(pair, size, recipe, options):
    preset, marks = RECIPES[recipe]
    content, style = load_pair(pair, size)
    theirs = nst_tf.Config.from_preset(preset, steps=max(marks))
    judge = build_objective(content, style, theirs)
    if recipe == "pytorch":
        curves = {"recipe": follow_pytorch(content, style, theirs, make_judge(judge), max(marks))}
    else:
        curves = {"recipe": follow(content, style, theirs, judge)}
    for name, settings in {"one size": {"scales": 1}, "default": {"scales": None}}.items():
        ours = theirs.replace(
            optimizer="lbfgs",
            learning_rate=None,
            optimizer_options={},
            precision="auto",
            steps=options.steps,
            **settings,
        )
        curves[name] = follow(content, style, ours, judge)
    ratios = {}
    for mark in marks:
        goal = first_below(curves["recipe"], min(p["J"] for p in curves["recipe"] if p["evaluations"] <= mark))
        for name in ("one size", "default"):
            reached = first_below(curves[name], goal["J"])
            ratios[f"{name}, J after {mark}"] = goal["seconds"] / reached["seconds"] if reached else None
    print(f"{pair[0]}, {size} px:", {key: value and round(value, 2) for key, value in ratios.items()}, flush=True)
    return {"recipe": recipe, "pair": pair, "size": size, "curves": curves} | ratios


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", choices=RECIPES)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument(
        "--steps", type=int, default=200, help="evaluations of ours; of the default, at the coarsest size"
    )
    parser.add_argument("--pairs", type=int, default=len(PAIRS), help="how many of the pairs")
    options = parser.parse_args()
    nst_tf.start_quietly()
    rows = [measure(pair, options.size, options.recipe, options) for pair in PAIRS[: options.pairs]]
    for key in (key for key in rows[0] if "J after" in key):
        print(f"{key}: median {median_ratio(rows, key)}")
    save(f"recipe_{options.recipe}", rows, draw_seconds(rows))


if __name__ == "__main__":
    main()
