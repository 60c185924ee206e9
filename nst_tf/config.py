"""The settings of a style transfer: the one source of every default, and of what each setting means."""

import dataclasses
import math
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from inspect import cleandoc
from types import MappingProxyType
from typing import Any, Self

from .errors import InputError, unknown_name
from .kinds import Weights, flag, number, numbers_by_name, one_of, positive, share, weights_file, whole, whole_or
from .layers import CONTENT_LAYERS, NETWORK_LAYERS, STYLE_LAYERS
from .other_names import OTHER_NAMES
from .presets import PRESETS

MIN_SIZE = 32  # pixels; five times halved by VGG's pooling, one position is left
MAX_SIZE = 8192  # pixels; in tiles, some 12 GB of memory during training
CHECKPOINT_EVERY = 20  # evaluations; at 512 px, writing a checkpoint takes about as long as half of one
STEADINESS = 1e4  # weight of what keeps the frames of a video alike; benchmarks/flicker.py measures what it does
DEFAULT_SIZE = 512  # pixels, the longer side
# At that size. Chosen by looking at all samples in all styles: twice as much costs faces, half of it still looks like a
# photo. Smaller pictures lose a face sooner, larger ones keep it longer, hence in proportion to the size.
DEFAULT_BETA = 150.0
MAX_SCALES = 1 + int(math.log2(MAX_SIZE / MIN_SIZE))

OPTIMIZERS = ("lbfgs", "adam", "gradient_descent")
_DECAY = ("decay_steps", "decay_rate")  # learning_rate * decay_rate^(step / decay_steps)
OPTIMIZER_OPTIONS = MappingProxyType(
    {
        "lbfgs": (),
        "adam": ("beta_1", "beta_2", "epsilon", *_DECAY),
        "gradient_descent": ("momentum", *_DECAY),
    }
)
# Where none is given; that of gradient descent for each number in the picture.
LEARNING_RATES = MappingProxyType({"adam": 0.02, "gradient_descent": 2e-6})
STARTS = ("content", "noise", "content+noise", "style")
COLORS = ("style", "content-luminance", "content-matched")
CONTENT_CONSTANTS = ("quarter_mean", "half", "mean")
POOLINGS = ("max", "average")
PARAMETRISATIONS = ("fourier", "pixels")
PRECISIONS = ("float32", "bfloat16", "auto")


def _setting(default, kind, group, text, **more):
    """Return a field that checks itself; `kind` is a function of `kinds`, or the names to choose from."""
    choices = kind if isinstance(kind, tuple) else ()
    default = Weights(default) if isinstance(default, Mapping) else default
    check = one_of(choices) if choices else kind
    return field(default=default, metadata={"check": check, "choices": choices, "group": group, "help": text} | more)


@dataclass(frozen=True, kw_only=True)
class Config:
    """Every setting of a style transfer, checked when it is made; it cannot be changed, and can be a key of a dict.

    `Config(steps=200)` changes one setting, `Config.from_preset("gatys2016", steps=200)` starts from a published
    recipe.

    Raises:
        InputError: (a `ValueError`) a setting is out of its range, or contradicts another one. Where settings are
            passed on (`replace`, `from_preset`, `style_transfer`), an unknown one raises it, too.
    """

    steps: int = _setting(
        100, whole(1), "training", "evaluations of the network at the coarsest size, where the painting is composed; "
        "each finer size gets half as many. More steps, a more finished picture"
    )  # fmt: skip
    scales: int | None = _setting(
        None, whole(1, MAX_SCALES), "training",
        "sizes that the picture is painted at, coarse to fine, each twice the one before "
        "(default: up to 3, none below 128 pixels; with an initial image, 1)"
    )  # fmt: skip
    optimizer: str = _setting("lbfgs", OPTIMIZERS, "training", "how the picture is improved from step to step")
    parametrisation: str | None = _setting(
        None, PARAMETRISATIONS, "training",
        "how the picture is stored while it is improved (default: fourier with lbfgs, else pixels)"
    )  # fmt: skip
    learning_rate: float | None = _setting(
        None, positive, "training", "step length of adam and gradient_descent (default: one that suits "
        "the optimizer); lbfgs chooses its own"
    )  # fmt: skip
    optimizer_options: Mapping[str, float] = _setting(
        {}, numbers_by_name, "training", "constants of adam (beta_1, beta_2, epsilon) and gradient_descent "
        "(momentum), and for both a falling rate, learning_rate * decay_rate^(step / decay_steps), anew at each size; "
        "they replace all those of a preset (default: those of Keras)"
    )  # fmt: skip
    start: str = _setting("content", STARTS, "training", "the picture that training starts from")
    noise_ratio: float = _setting(
        0.6, share, "training", "with the start content+noise: the share of noise, from 0 to 1"
    )
    noise_contrast: float = _setting(
        0.1, share, "training", "contrast of the noise, from 0 (grey) to 1; much of it leaves grain in the picture"
    )
    seed: int = _setting(0, whole(0), "training", "the number that the random noise is drawn from")

    alpha: float = _setting(10.0, number, "what counts", "weight of the content cost; more keeps more of the photo")
    beta: float | None = _setting(
        None, number, "what counts", "weight of the style cost; more paints more boldly (default: "
        f"{DEFAULT_BETA:g} for a picture whose longer side has {DEFAULT_SIZE} pixels, and in proportion for others)"
    )  # fmt: skip
    total_variation_weight: float = _setting(
        0.0, number, "what counts", "weight of the total variation; a little, such as 1, smooths away grain"
    )
    colors: str = _setting(
        "style", COLORS, "what counts", "whose colours the picture gets: the style's; the content's, painting in "
        "luminance alone; or the style's after it was recoloured to the content's mean and covariance. A grey photo in "
        "grey styles stays grey"
    )  # fmt: skip
    style_scale: float | None = _setting(
        None, positive, "what counts", "the longer side of each style in units of the content's, larger for coarser "
        "strokes (default: the styles as they are)"
    )  # fmt: skip
    content_layers: Mapping[str, float] = _setting(
        CONTENT_LAYERS, numbers_by_name, "what counts", "layers, with weights, that the content is compared in"
    )
    style_layers: Mapping[str, float] = _setting(
        STYLE_LAYERS, numbers_by_name, "what counts",
        "layers, with weights lambda_l, that the style is compared in"
    )  # fmt: skip
    content_constant: str = _setting(
        "quarter_mean", CONTENT_CONSTANTS, "what counts",
        "constant before the content cost's sum of squares: 1/(4 n_H n_W n_C), 1/2, or 1/(n_H n_W n_C)"
    )  # fmt: skip

    network: str = _setting("vgg16", tuple(NETWORK_LAYERS), "network", "the pretrained network")
    weights: str = _setting(
        "bundled", weights_file, "network", "its weights: bundled (VGG-16, works offline), imagenet (downloaded by "
        "Keras), or the path of a weights file"
    )  # fmt: skip
    pooling: str = _setting("max", POOLINGS, "network", "how the network halves its feature maps")
    normalise_activations: bool = _setting(
        True, flag, "network", "rescale the network so that each layer's mean activation is 1"
    )
    precision: str = _setting(
        "auto", PRECISIONS, "network", "what the network computes in; auto takes bfloat16 where the processor "
        "or GPU has instructions for it, which is two to four times as fast (without them it is slow). Costs and "
        "picture stay float32. On recent NVIDIA GPUs TensorFlow's float32 products are rounded to TF32",
    )  # fmt: skip

    tile: int | str = _setting(
        "auto", whole_or(("auto", "off"), MIN_SIZE), "network", "the side in pixels of the parts in which the network "
        "sees the picture: the result is the same, the memory that of one part, the time longer, most with small ones. "
        "auto takes parts where the whole would take more than half of the free memory, off never does",
        metavar="PIXELS|auto|off"
    )  # fmt: skip

    def __post_init__(self):
        for setting in dataclasses.fields(self):
            value = getattr(self, setting.name)
            if not value is setting.default is None:  # None stands for a default that depends on other settings
                object.__setattr__(self, setting.name, setting.metadata["check"](setting.name, value))
        for name in ("content_layers", "style_layers"):
            object.__setattr__(self, name, _in_order(getattr(self, name), self.network))
        _check_optimizer(self)
        _check_start(self)
        _check_costs(self)

    @classmethod
    def from_preset(cls, preset: str, **settings: Any) -> Self:
        """Return the settings of a published recipe (see `PRESETS`), with `settings` laid over them.

        Another optimizer than the recipe's comes without the recipe's learning rate and optimizer options.

        Raises:
            InputError: an unknown preset or setting, or settings that `Config` refuses.
        """
        if preset not in PRESETS:
            raise unknown_name("preset", preset, tuple(PRESETS))
        recipe = dict(PRESETS[preset])
        if settings.get("optimizer", recipe.get("optimizer")) != recipe.get("optimizer"):
            for name in ("learning_rate", "optimizer_options"):
                recipe.pop(name, None)
        return cls().replace(**{**recipe, **settings})

    def as_dict(self) -> dict[str, Any]:
        """Return the settings by name, in types that JSON knows: `Config(**config.as_dict())` equals `config`."""
        settings = {setting.name: getattr(self, setting.name) for setting in dataclasses.fields(self)}
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in settings.items()}

    def for_picture(self, shape: tuple[int, ...]) -> Self:
        """Return the settings for a picture of this shape, (1, n_H, n_W, 3): with its `beta`, if it was left open."""
        if self.beta is not None:
            return self
        return dataclasses.replace(self, beta=DEFAULT_BETA * max(shape[1:3]) / DEFAULT_SIZE)

    def replace(self, **settings: Any) -> Self:
        """Return a copy with some settings changed; an unknown one raises `InputError` with the closest names."""
        known = tuple(setting.name for setting in dataclasses.fields(self))
        for name in settings:
            if name not in known:
                raise unknown_name("setting", name, known, OTHER_NAMES)
        return dataclasses.replace(self, **settings)


def _listed_settings():
    """Return a line for each setting, for the docstring: the field's metadata is where its meaning stands."""
    lines = []
    for setting in dataclasses.fields(Config):
        choices = ", ".join(setting.metadata["choices"])
        text = f"{setting.name}: {setting.metadata['help']}" + f" ({choices})" * bool(choices)
        lines.append(textwrap.fill(text, 112, initial_indent=" " * 4, subsequent_indent=" " * 8))
    return "\n".join(lines)


Config.__doc__ = cleandoc(Config.__doc__).replace("Raises:\n", f"Attributes:\n{_listed_settings()}\n\nRaises:\n")


def _in_order(layers, network):
    """Return the weights of the layers in the order of the network."""
    for layer in layers:
        if layer not in NETWORK_LAYERS[network]:
            raise unknown_name(f"layer of {network}", layer, NETWORK_LAYERS[network])
    return Weights({layer: layers[layer] for layer in NETWORK_LAYERS[network] if layer in layers})


def _check_optimizer(config):
    optimizer, options = config.optimizer, config.optimizer_options
    if optimizer == "lbfgs" and config.learning_rate is not None:
        raise InputError("lbfgs chooses its own step length: leave learning_rate out, or choose adam")
    if optimizer != "lbfgs" and config.parametrisation == "fourier":
        raise InputError(f"{optimizer} stores the picture as pixels: leave parametrisation out, or choose lbfgs")
    for name, value in options.items():
        if not OPTIMIZER_OPTIONS[optimizer]:
            raise InputError(f"{optimizer} has no options: leave {name} out, or choose adam or gradient_descent")
        if name not in OPTIMIZER_OPTIONS[optimizer]:
            raise unknown_name(f"option of {optimizer}", name, OPTIMIZER_OPTIONS[optimizer])
        if name in ("beta_1", "beta_2", "momentum") and not value < 1:
            raise InputError(f"{name} is {value:g}: give a number from 0 to below 1")
        if name in ("epsilon", *_DECAY):
            positive(name, value)
    if len(options.keys() & set(_DECAY)) == 1:
        raise InputError("a falling learning rate needs both decay_steps and decay_rate: give both or neither")


def _check_start(config):
    if config.start != "content+noise" and config.noise_ratio != Config.noise_ratio:
        raise InputError(f"noise_ratio has no meaning for the start {config.start}: choose content+noise")
    if "noise" not in config.start and config.noise_contrast != Config.noise_contrast:
        raise InputError(f"noise_contrast has no meaning for the start {config.start}: choose noise or content+noise")


def _check_costs(config):
    if config.alpha == 0 and config.beta == 0:
        raise InputError("alpha and beta are both 0, so there is nothing to paint: make one of them larger")
    for weight, layers in (("alpha", "content_layers"), ("beta", "style_layers")):
        if getattr(config, weight) != 0 and not sum(getattr(config, layers).values()) > 0:
            raise InputError(f"{layers} holds no layer with a weight above 0: name one, or set {weight} to 0")
