"""Content + style + settings -> picture: the only module that assembles all of it."""

import functools
import time
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from .backbone import build_feature_extractor, load_vgg
from .config import Config
from .errors import DivergedError, InputError, OutOfMemoryError
from .images import check_image, initialise_generated_image
from .multiscale import enlarge, plan_stages
from .objective import Objective
from .precision import resolve_precision
from .training import Record, minimise


@dataclass(frozen=True)
class Result:
    """What a style transfer made.

    Attributes:
        image: the picture with the lowest J, (1, n_H, n_W, 3) float32 in [0, 1].
        best: its `Record`.
        precision: what the network computed in, "float32" or "bfloat16".
        history: a tuple with the `Record` (step, J, J_content, J_style, seconds, scale) of every evaluation, at every
            size of the picture, coarse to fine.
    """

    image: np.ndarray
    best: Record
    precision: str
    history: tuple[Record, ...]


class Transfer:
    """A style transfer in progress: iterate over it for a `Record` a step; stop whenever you like.

    Building it loads the network. While and after it runs, `image` is the picture with the lowest J so far at the
    finest size reached, enlarged to the content's where that is not reached yet, whatever ended the loop, an interrupt
    included.

    Args:
        content: image C, (1, n_H, n_W, 3) in [0, 1].
        style: image S, of any size.
        config: settings; default `Config()`.
        initial_image: a picture of the content's shape to start from, in place of `config.start`. Unless
            `config.scales` is set, the picture then keeps its size, so that no detail of it is lost.

    Attributes:
        stages: the sizes of the picture, coarse to fine, each with its number of evaluations, `steps`.
        precision: what the network computes in, "float32" or "bfloat16".
        history: a list with the `Record` of every evaluation so far.
        best: the `Record` of `image`; None before the first evaluation.

    Raises:
        InputError, MissingFileError, WeightsError: as the parts do; `DivergedError` and `OutOfMemoryError` while
            iterating.
    """

    def __init__(self, content, style, config=None, *, initial_image=None):
        self.config = config = _settings(config)
        self._content, self._style = check_image(content, "content"), check_image(style, "style")
        if initial_image is not None:
            initial_image = _checked_initial_image(initial_image, self._content, config)
        scales = 1 if config.scales is None and initial_image is not None else config.scales
        self.stages = plan_stages(self._content.shape, self._style.shape, steps=config.steps, scales=scales)
        self._beginning = initial_image if initial_image is not None else self._start_with_detail()
        self._picture = self._first_picture()
        self.precision = resolve_precision(config.precision)
        self._extractor = _feature_extractor(config)
        self.history = []
        self.best = None

    @property
    def image(self):
        """The best picture so far, (1, n_H, n_W, 3) float32 in [0, 1]."""
        return enlarge(self._picture, *self._content.shape[1:3], self._beginning)

    def __iter__(self):
        if self.history:
            raise InputError("this transfer has run already: make a new one, with the image as its initial_image")
        begin = time.perf_counter()
        for stage in self.stages:
            for record, picture in self._paint(stage):
                seconds = time.perf_counter() - begin
                record = record._replace(step=len(self.history) + 1, seconds=seconds, scale=stage.scale)
                self.history.append(record)
                if self.best is None or self.best.scale != stage.scale or record.J < self.best.J:
                    self.best, self._picture = record, picture
                yield record

    def result(self):
        """Return the `Result` so far."""
        return Result(self.image, self.best, self.precision, tuple(self.history))

    def _paint(self, stage):
        """Yield the evaluations of one stage; they start from the best picture of the stage before."""
        config, content = self.config, stage.shrink(self._content)
        learning_rate = config.learning_rate
        if learning_rate is not None and config.optimizer == "gradient_descent":
            learning_rate /= stage.scale**2  # the slope of a mean at one pixel is larger where there are fewer
        try:
            yield from minimise(
                Objective(self._extractor, content, stage.shrink(self._style), config),
                enlarge(self._picture, *content.shape[1:3], self._beginning),
                optimizer=config.optimizer,
                steps=stage.steps,
                learning_rate=learning_rate,
                optimizer_options=config.optimizer_options,
            )
        except tf.errors.ResourceExhaustedError:
            n_H, n_W = content.shape[1:3]
            raise OutOfMemoryError(f"{n_W}x{n_H} pixels do not fit into the memory: give a smaller size") from None

    def _start_with_detail(self):
        """Return the picture that training starts from, at the full size; None where it is noise."""
        if "noise" in self.config.start:
            return None
        return initialise_generated_image(self._content, self._style, start=self.config.start)

    def _first_picture(self):
        coarsest, config = self.stages[0], self.config
        if self._beginning is not None:
            return coarsest.shrink(self._beginning)
        return initialise_generated_image(
            coarsest.shrink(self._content), start=config.start, noise_ratio=config.noise_ratio, seed=config.seed
        )


def _checked_initial_image(initial_image, content, config):
    initial_image = check_image(initial_image, "initial_image")
    if initial_image.shape != content.shape:
        raise InputError(
            f"initial_image has shape {initial_image.shape} and content {content.shape}: give it the content's size "
            "(resize_image)"
        )
    if config.start != Config().start:
        raise InputError(f"both an initial_image and the start {config.start} are given: choose one of them")
    return initial_image


def _feature_extractor(config):
    """Build the feature extractor; a network with weights that cannot change is kept for the next picture."""
    is_fixed = config.weights in ("bundled", "imagenet")
    load, build = (_load_once, _build_once) if is_fixed else (load_vgg, build_feature_extractor)
    vgg = load(
        config.network,
        config.weights,
        pooling=config.pooling,
        normalise_activations=config.normalise_activations,
        precision=resolve_precision(config.precision),
    )
    return build(vgg, (*{**config.content_layers, **config.style_layers},))


_load_once = functools.lru_cache(maxsize=1)(load_vgg)
_build_once = functools.lru_cache(maxsize=2)(build_feature_extractor)


def style_transfer(content, style, *, config=None, initial_image=None, callback=None, **settings):
    """Paint the content image in the style of the style image, and return the `Result`.

    Args:
        content: image C, (1, n_H, n_W, 3) in [0, 1]; the result has its size.
        style: image S, of any size and shape.
        config: settings to start from; default `Config()`.
        initial_image: a picture of the content's shape to start from, in place of the setting `start`.
        callback: called with each `Record`, for progress bars and the like; for how many there will be, see
            `Transfer.stages`.
        settings: any setting of `Config`, laid over `config`: `steps=200, start="noise"`.

    Raises:
        InputError, MissingFileError, WeightsError: bad settings, pictures or weights.
        DivergedError, OutOfMemoryError: J became NaN or infinite; the memory did not suffice. The attribute `result`
            holds the best picture so far.

    To keep the picture of a run that you interrupt, iterate over a `Transfer` instead.
    """
    transfer = Transfer(content, style, _settings(config).replace(**settings), initial_image=initial_image)
    try:
        for record in transfer:
            if callback is not None:
                callback(record)
    except (DivergedError, OutOfMemoryError) as error:
        error.result = transfer.result()
        raise
    return transfer.result()


def _settings(config):
    if config is not None and not isinstance(config, Config):
        raise InputError(f"config is a {type(config).__name__}: give a Config, such as Config(steps=200)")
    return Config() if config is None else config
