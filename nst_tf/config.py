"""The settings of a style transfer: the one source of every default, and of what each setting means."""

import dataclasses
import math
import numbers
import os
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from inspect import cleandoc
from types import MappingProxyType

from .errors import InputError, unknown_name

MIN_SIZE = 32  # pixels; five times halved by VGG's pooling, one position is left
MAX_SIZE = 8192  # pixels; several times what 24 GiB of memory can hold during training
DEFAULT_SIZE = 512  # pixels, the longer side
MAX_SCALES = 1 + int(math.log2(MAX_SIZE / MIN_SIZE))
MAX_NUMBER = 3.4e38  # float32's largest is a little more

OPTIMIZERS = ("lbfgs", "lbfgsb", "adam", "gradient_descent")
_DECAY = ("decay_steps", "decay_rate")  # learning_rate * decay_rate^(step / decay_steps)
OPTIMIZER_OPTIONS = MappingProxyType(
    {
        "lbfgs": (),
        "lbfgsb": (),
        "adam": ("beta_1", "beta_2", "epsilon", *_DECAY),
        "gradient_descent": ("momentum", *_DECAY),
    }
)
STARTS = ("content", "noise", "content+noise", "style")
CONTENT_CONSTANTS = ("quarter_mean", "half", "mean")
POOLINGS = ("max", "average")
PRECISIONS = ("float32", "bfloat16", "auto")
DEFAULT_NOISE_RATIO = 0.6


def _vgg_layers(convolutions_per_block):
    return tuple(
        name
        for block, count in enumerate(convolutions_per_block, start=1)
        for name in (*(f"block{block}_conv{i}" for i in range(1, count + 1)), f"block{block}_pool")
    )


NETWORK_LAYERS = MappingProxyType({"vgg16": _vgg_layers((2, 2, 3, 3, 3)), "vgg19": _vgg_layers((2, 2, 4, 4, 4))})
STYLE_LAYERS = MappingProxyType({f"block{block}_conv1": 0.2 for block in range(1, 6)})
CONTENT_LAYERS = MappingProxyType({"block4_conv2": 1.0})


def _setting(default, group, text, choices=None):
    about = {"group": group, "help": text, "choices": choices}
    if isinstance(default, Mapping):
        return field(default_factory=lambda: dict(default), metadata=about)
    return field(default=default, metadata=about)


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting of a style transfer, checked when it is made.

    `Config(steps=200)` changes one setting, `Config.from_preset("gatys2016", steps=200)` starts from a published
    recipe.

    Raises:
        InputError: (a `ValueError`) a setting is out of its range, or contradicts another one. Where settings are
            passed on (`replace`, `from_preset`, `style_transfer`), an unknown one raises it, too.
    """

    steps: int = _setting(
        100, "training", "evaluations of the network at the full size; more steps, a more finished picture"
    )
    scales: int | None = _setting(
        None, "training", "sizes that the picture is painted at, coarse to fine, each twice the one before; the "
        "coarser ones get half the steps each (default: up to 3, none below 128 pixels; with an initial image, 1)"
    )  # fmt: skip
    optimizer: str = _setting("lbfgs", "training", "how the picture is improved from step to step", OPTIMIZERS)
    learning_rate: float | None = _setting(
        None, "training", "step length of adam and gradient_descent (default: one that suits the optimizer); "
        "lbfgs and lbfgsb choose their own"
    )  # fmt: skip
    optimizer_options: Mapping[str, float] = _setting(
        {}, "training", "constants of adam (beta_1, beta_2, epsilon) and gradient_descent (momentum), and for both a "
        "falling rate, learning_rate * decay_rate^(step / decay_steps), anew at each size; they replace all those of a "
        "preset (default: those of Keras)"
    )  # fmt: skip
    start: str = _setting("content", "training", "the picture that training starts from", STARTS)
    noise_ratio: float | None = _setting(
        None, "training", "with the start content+noise: the share of noise, from 0 to 1 "
        f"(default: {DEFAULT_NOISE_RATIO})"
    )  # fmt: skip
    seed: int = _setting(0, "training", "the number that the random noise is drawn from")

    alpha: float = _setting(10.0, "what counts", "weight of the content cost; more keeps more of the photo")
    beta: float = _setting(40.0, "what counts", "weight of the style cost; more paints more boldly")
    total_variation_weight: float = _setting(
        0.0, "what counts", "weight of the total variation; a little, such as 1, smooths away grain"
    )
    content_layers: Mapping[str, float] = _setting(
        CONTENT_LAYERS, "what counts", "layers, with weights, that the content is compared in"
    )
    style_layers: Mapping[str, float] = _setting(
        STYLE_LAYERS, "what counts", "layers, with weights lambda_l, that the style is compared in"
    )
    content_constant: str = _setting(
        "quarter_mean", "what counts", "constant before the content cost's sum of squares: 1/(4 n_H n_W n_C), "
        "1/2, or 1/(n_H n_W n_C)", CONTENT_CONSTANTS
    )  # fmt: skip

    network: str = _setting("vgg16", "network", "the pretrained network", tuple(NETWORK_LAYERS))
    weights: str = _setting(
        "bundled", "network", "its weights: bundled (VGG-16, works offline), imagenet (downloaded by Keras), "
        "or the path of a weights file"
    )  # fmt: skip
    pooling: str = _setting("max", "network", "how the network halves its feature maps", POOLINGS)
    normalise_activations: bool = _setting(
        True, "network", "rescale the network so that each layer's mean activation is 1"
    )
    precision: str = _setting(
        "auto", "network", "what the network computes in; auto takes bfloat16 where the processor or GPU has "
        "instructions for it, which is about twice as fast (without them it is slow). Costs and picture stay float32. "
        "On recent NVIDIA GPUs TensorFlow's float32 products are rounded to TF32",
        PRECISIONS,
    )  # fmt: skip

    def __post_init__(self):
        for name in ("content_layers", "style_layers"):
            object.__setattr__(self, name, _layer_weights(name, getattr(self, name), self.network))
        check_optimizer_options(self.optimizer, self.optimizer_options)
        options = {name: float(value) for name, value in self.optimizer_options.items()}
        object.__setattr__(self, "optimizer_options", options)
        for name in ("alpha", "beta", "total_variation_weight", "learning_rate", "noise_ratio"):
            value, may_be_none = getattr(self, name), name in ("learning_rate", "noise_ratio")
            if not (value is None and may_be_none):
                object.__setattr__(self, name, _weight(name, value))
        for setting in dataclasses.fields(self):
            choices, value = setting.metadata["choices"], getattr(self, setting.name)
            if choices and value not in choices:
                raise unknown_name(setting.name, value, choices)
        if not isinstance(self.weights, (str, os.PathLike)):
            raise InputError(f"weights is {self.weights!r}: give bundled, imagenet, or the path of a file")
        if not isinstance(self.normalise_activations, bool):
            raise InputError(f"normalise_activations is {self.normalise_activations!r}: give True or False")
        _check_training(self)
        _check_costs(self)

    @classmethod
    def from_preset(cls, preset, **settings):
        """Return the settings of a published recipe (see `PRESETS`), with `settings` laid over them.

        Another optimizer than the recipe's comes without the recipe's learning rate and optimizer options.

        Raises:
            InputError: an unknown preset or setting, or settings that `Config` refuses.
        """
        if preset not in PRESETS:
            raise unknown_name("preset", preset, tuple(PRESETS))
        _check_names(settings)
        recipe = dict(PRESETS[preset])
        if settings.get("optimizer", recipe.get("optimizer")) != recipe.get("optimizer"):
            for name in ("learning_rate", "optimizer_options"):
                recipe.pop(name, None)
        return cls(**{**recipe, **settings})

    def replace(self, **settings):
        """Return a copy with some settings changed; an unknown one raises `InputError` with the closest names."""
        _check_names(settings)
        return dataclasses.replace(self, **settings)


def _listed_settings():
    """Return a line for each setting, for the docstring: the field's metadata is where its meaning stands."""
    lines = []
    for setting in dataclasses.fields(Config):
        choices = ", ".join(setting.metadata["choices"] or ())
        text = f"{setting.name}: {setting.metadata['help']}" + f" ({choices})" * bool(choices)
        lines.append(textwrap.fill(text, 112, initial_indent=" " * 4, subsequent_indent=" " * 8))
    return "\n".join(lines)


Config.__doc__ = cleandoc(Config.__doc__).replace("Raises:\n", f"Attributes:\n{_listed_settings()}\n\nRaises:\n")


def _check_names(settings):
    known = tuple(setting.name for setting in dataclasses.fields(Config))
    for name in settings:
        if name not in known:
            raise unknown_name("setting", name, known)


def _weight(name, value):
    """Return `value` as a finite, non-negative float."""
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    except (TypeError, ValueError):
        raise InputError(f"{name} is {value!r}: give a number, 0 or more") from None
    if not (math.isfinite(number) and number >= 0):
        raise InputError(f"{name} is {value}: give a finite number, 0 or more")
    if number > MAX_NUMBER:
        raise InputError(f"{name} is {value}: give a number up to {MAX_NUMBER:g}, the largest that float32 holds")
    return number


def _layer_weights(name, layers, network):
    """Return `{layer name: weight}`, checked, in the order of the network."""
    if network not in tuple(NETWORK_LAYERS):
        raise unknown_name("network", network, tuple(NETWORK_LAYERS))
    if not isinstance(layers, Mapping):
        raise InputError(f"{name} is {layers!r}: give a dict of layer names and weights")
    for layer in layers:
        if layer not in NETWORK_LAYERS[network]:
            raise unknown_name(f"layer of {network}", layer, NETWORK_LAYERS[network])
    in_order = (layer for layer in NETWORK_LAYERS[network] if layer in layers)
    return {layer: _weight(f"{name}, {layer}", layers[layer]) for layer in in_order}


def _check_training(config):
    check_steps(config.steps)
    if config.scales is not None:
        _check_whole("scales", config.scales, 1)
        if config.scales > MAX_SCALES:
            raise InputError(f"scales is {config.scales}: give {MAX_SCALES} at most, for each is half the size")
    _check_whole("seed", config.seed, 0)
    check_learning_rate(config.optimizer, config.learning_rate)
    check_noise_ratio(config.start, config.noise_ratio)


def _check_whole(name, value, least):
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < least:
        raise InputError(f"{name} is {value!r}: give a whole number, {least} or more")


def check_steps(steps):
    """Raise `InputError` unless `steps` is a whole number, 1 or more."""
    _check_whole("steps", steps, 1)


def check_learning_rate(optimizer, learning_rate):
    """Raise `InputError` unless the optimizer takes this learning rate: above 0, or None for its default."""
    if learning_rate is None:
        return
    if optimizer in ("lbfgs", "lbfgsb"):
        raise InputError(f"{optimizer} chooses its own step length: leave learning_rate out, or choose adam")
    if _weight("learning_rate", learning_rate) == 0:
        raise InputError("learning_rate is 0, so nothing would be learnt: give a number above 0")


def check_optimizer_options(optimizer, options):
    """Raise `InputError` unless the optimizer takes these options, {name: number}."""
    if not isinstance(options, Mapping):
        raise InputError(f"optimizer_options is {options!r}: give a dict of names and numbers")
    if optimizer not in OPTIMIZERS:
        raise unknown_name("optimizer", optimizer, OPTIMIZERS)
    for name, value in options.items():
        if not OPTIMIZER_OPTIONS[optimizer]:
            raise InputError(f"{optimizer} has no options: leave {name} out, or choose adam or gradient_descent")
        if name not in OPTIMIZER_OPTIONS[optimizer]:
            raise unknown_name(f"option of {optimizer}", name, OPTIMIZER_OPTIONS[optimizer])
        _weight(name, value)
        if name in ("beta_1", "beta_2", "momentum") and not float(value) < 1:
            raise InputError(f"{name} is {value}: give a number from 0 to below 1")
        if name in ("epsilon", *_DECAY) and float(value) == 0:
            raise InputError(f"{name} is 0: give a number above 0")
    if len(options.keys() & set(_DECAY)) == 1:
        raise InputError("a falling learning rate needs both decay_steps and decay_rate: give both or neither")


def check_noise_ratio(start, noise_ratio):
    """Raise `InputError` unless this start takes this noise ratio: from 0 to 1, or None for the default."""
    if noise_ratio is None:
        return
    if start != "content+noise":
        raise InputError(f"noise_ratio has no meaning for the start {start}: choose content+noise")
    try:
        in_range = 0 <= float(noise_ratio) <= 1
    except (TypeError, ValueError, OverflowError):
        in_range = False
    if not in_range:
        raise InputError(f"noise_ratio is {noise_ratio}: give a number from 0 to 1")


def _check_costs(config):
    if config.alpha == 0 and config.beta == 0:
        raise InputError("alpha and beta are both 0, so there is nothing to paint: make one of them larger")
    for weight, layers in (("alpha", "content_layers"), ("beta", "style_layers")):
        if getattr(config, weight) > 0 and not sum(getattr(config, layers).values()) > 0:
            raise InputError(f"{layers} holds no layer with a weight above 0: name one, or set {weight} to 0")


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


_CHANNELS = (64, 128, 256, 512, 512)  # n_C of VGG's five blocks
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
            {f"block{b}_conv1": n_C**2 / (45 * 16 ** (b - 1)) for b, n_C in enumerate(_CHANNELS, 1)},
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
