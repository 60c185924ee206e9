"""Published recipes: layers and constants on raw activations, rewritten for the formulas of `costs`.

Each comes with the optimizer for a picture in [0, 1]. They were chosen for other weights than the bundled ones
(torchvision's, VGG-19's), and so show what is portable and what not.
"""

from types import MappingProxyType

from .layers import CHANNELS, STYLE_LAYERS


def _recipe(content_layer, style_layers, **settings):
    return MappingProxyType(
        {
            "content_layers": {content_layer: 1.0},
            "style_layers": style_layers,
            "normalise_activations": False,
            "scales": 1,
            "precision": "float32",
        }
        | settings
    )


TORCHVISION_UNIT = 255 * 0.226  # of torchvision's input: its mean standard deviation, on Keras' scale of 0 to 255

# Published recipes: layers and constants on raw activations, rewritten for the formulas of `costs`, and the optimizer
# for a picture in [0, 1]. They were chosen for other weights than the bundled ones (torchvision's, VGG-19's), and so
# show what is portable and what not.
PRESETS = MappingProxyType(
    {
        # Gatys, Ecker and Bethge 2016, section 3 and figure 3: alpha/beta = 1e-3, average pooling, w_l = 1/5, noise.
        # Their VGG-19 was normalised filter by filter (section 2); on raw activations the ratio does not carry over.
        "gatys2016": _recipe(
            "block4_conv2", dict.fromkeys(STYLE_LAYERS, 0.2),
            content_constant="half", alpha=1e-3, beta=1.0, pooling="average", start="noise",
        ),
        # TensorFlow's tutorial "Neural style transfer", without its total variation: content weight 1e4 and style
        # weight 1e-2, both on means of squares. Ours has 1/4 before the style's mean, hence 4e-2. Its image is in
        # [0, 1], too, so Adam's constants are as printed there.
        "tensorflow_tutorial": _recipe(
            "block5_conv2", dict.fromkeys(STYLE_LAYERS, 0.2),
            content_constant="mean", alpha=1e4, beta=4e-2, optimizer="adam", learning_rate=0.02,
            optimizer_options={"beta_1": 0.99, "epsilon": 0.1},
        ),
        # Keras' example "Neural style transfer", without its total variation: content weight 2.5e-8 on a sum of
        # squares, style weight 1e-6 on sum/(4 * 3^2 * pixels^2): 1/5 a layer and n_C^2/(9 * 16^(block-1))
        # times our layer cost, where both pictures have one size whose sides are multiples of 16. Its SGD has the rate
        # 100 on an image in [0, 255], hence 100/255^2 in [0, 1].
        "keras_example": _recipe(
            "block5_conv2",
            {f"block{b}_conv1": n_C**2 / (45 * 16 ** (b - 1)) for b, n_C in enumerate(CHANNELS, 1)},
            content_constant="half", alpha=5e-8, beta=1e-6, optimizer="gradient_descent",
            learning_rate=100 / 255**2, optimizer_options={"decay_steps": 100, "decay_rate": 0.96},
        ),
        # PyTorch's tutorial "Neural Transfer Using PyTorch": content weight 1, style weight 1e6, both on means of
        # squares, the Gram matrix divided by n_C n_H n_W: 4/n_C^2 times our layer cost. Its network sees pixels in
        # another unit, and so do activations (cost: unit squared) and Gram matrices (cost: unit to the fourth). It
        # compares activations before the ReLU, we after it, as Keras' layers give them. Its L-BFGS is PyTorch's,
        # without a line search; ours stands in for it.
        "pytorch_tutorial": _recipe(
            "block2_conv2",
            {"block1_conv1": 4 / 64**2, "block1_conv2": 4 / 64**2, "block2_conv1": 4 / 128**2,
             "block2_conv2": 4 / 128**2, "block3_conv1": 4 / 256**2},
            content_constant="mean", alpha=1 / TORCHVISION_UNIT**2, beta=1e6 / TORCHVISION_UNIT**4,
        ),
    }
)  # fmt: skip
