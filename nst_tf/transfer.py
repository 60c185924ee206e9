"""Content + style + settings -> picture: the only module that assembles all of it."""

import functools
from dataclasses import dataclass

import numpy as np

from .backbone import build_feature_extractor, load_vgg
from .config import Config
from .errors import DivergedError, InputError
from .images import check_image, initialise_generated_image
from .objective import Objective
from .training import Record, minimise


@dataclass(frozen=True)
class Result:
    """What a style transfer made.

    Attributes:
        image: the picture with the lowest J, (1, n_H, n_W, 3) float32 in [0, 1].
        best: its `Record`.
        history: a tuple with the `Record` (step, J, J_content, J_style, seconds) of every evaluation.
    """

    image: np.ndarray
    best: Record
    history: tuple[Record, ...]


class Transfer:
    """A style transfer in progress: iterate over it for a `Record` a step; stop whenever you like.

    Building it loads the network and computes the targets. While and after it runs, `image` holds the picture with
    the lowest J so far, whatever ended the loop, an interrupt included.

    Args:
        content: image C, (1, n_H, n_W, 3) in [0, 1].
        style: image S, of any size.
        config: settings; default `Config()`.
        initial_image: a picture of the content's shape to start from, in place of `config.start`.

    Raises:
        InputError, MissingFileError, WeightsError: as the parts do; `DivergedError` while iterating.
    """

    def __init__(self, content, style, config=None, *, initial_image=None):
        self.config = config = _settings(config)
        content, style = check_image(content, "content"), check_image(style, "style")
        self._start = _starting_image(content, style, config, initial_image)
        vgg = _load_network(config.network, config.weights, config.pooling, config.normalise_activations)
        extractor = build_feature_extractor(vgg, [*{**config.content_layers, **config.style_layers}])
        self._objective = Objective(extractor, content, style, config)
        self.history = []
        self.best = None
        self.image = self._start

    def __iter__(self):
        if self.history:
            raise InputError("this transfer has run already: make a new one, with the image as its initial_image")
        config = self.config
        evaluations = minimise(
            self._objective,
            self._start,
            optimizer=config.optimizer,
            steps=config.steps,
            learning_rate=config.learning_rate,
        )
        for record, image in evaluations:
            self.history.append(record)
            if self.best is None or record.J < self.best.J:
                self.best, self.image = record, image
            yield record

    def result(self):
        """Return the `Result` so far."""
        return Result(self.image, self.best, tuple(self.history))


def _load_network(network, weights, pooling, normalise_activations):
    """Load the network; what comes with nst_tf or Keras, and so cannot change, is kept for the next picture."""
    load = _load_once if weights in ("bundled", "imagenet") else load_vgg
    return load(network, weights, pooling=pooling, normalise_activations=normalise_activations)


_load_once = functools.lru_cache(maxsize=1)(load_vgg)


def _starting_image(content, style, config, initial_image):
    if initial_image is None:
        return initialise_generated_image(
            content, style, start=config.start, noise_ratio=config.noise_ratio, seed=config.seed
        )
    initial_image = check_image(initial_image, "initial_image")
    if initial_image.shape != content.shape:
        raise InputError(
            f"initial_image has shape {initial_image.shape} and content {content.shape}: give it the content's size "
            "(resize_image)"
        )
    if config.start != Config().start:
        raise InputError(f"both an initial_image and the start {config.start} are given: choose one of them")
    return initial_image


def style_transfer(content, style, *, config=None, initial_image=None, callback=None, **settings):
    """Paint the content image in the style of the style image, and return the `Result`.

    Args:
        content: image C, (1, n_H, n_W, 3) in [0, 1]; the result has its size.
        style: image S, of any size and shape.
        config: settings to start from; default `Config()`.
        initial_image: a picture of the content's shape to start from, in place of the setting `start`.
        callback: called with each `Record`, for progress bars and the like.
        settings: any setting of `Config`, laid over `config`: `steps=200, start="noise"`.

    Raises:
        InputError, MissingFileError, WeightsError: bad settings, pictures or weights.
        DivergedError: J became NaN or infinite; its attribute `result` holds the best picture so far.

    To keep the picture of a run that you interrupt, iterate over a `Transfer` instead.
    """
    transfer = Transfer(content, style, _settings(config).replace(**settings), initial_image=initial_image)
    try:
        for record in transfer:
            if callback is not None:
                callback(record)
    except DivergedError as error:
        error.result = transfer.result()
        raise
    return transfer.result()


def _settings(config):
    if config is not None and not isinstance(config, Config):
        raise InputError(f"config is a {type(config).__name__}: give a Config, such as Config(steps=200)")
    return Config() if config is None else config
