"""Content + style + settings -> picture: the only module that assembles all of it."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from .backbone import Network
from .beginnings import begin, check_initial_image
from .canvas import Canvas
from .config import Config
from .errors import InputError, UnfinishedError
from .estimate import check_memory
from .images import check_image
from .memory import check_address_space, does_not_fit, is_lack_of_memory
from .multiscale import enlarge, plan_stages
from .process.surroundings import check_surroundings
from .search import LBFGSSearch, begin_search
from .state import Result, State
from .styles import Style, as_styles, at_scale
from .sum_of_terms import Term
from .terms import make_objective
from .tiling import InOneProcess, Tiling
from .training import Record, evaluate

Styles = ArrayLike | Style | Sequence[ArrayLike | Style]


class Transfer:
    """A style transfer in progress: an iterator of a `Record` a step. Stop whenever you like; iterate again to go on.

    Building it loads the network. At any time, an interrupt included, `image` is the picture with the lowest J so far
    at the finest size reached, enlarged to the content's where that is not reached yet.

    Args:
        content: image C, (1, n_H, n_W, 3) in [0, 1].
        style: image S, of any size; or a `Style`, or a list of images and styles.
        config: settings; default `Config()`.
        initial_image: a picture of the content's shape to start from, in place of `config.start`. Unless
            `config.scales` is set, the picture then keeps its size, so that no detail of it is lost.
        keep: a mask of the content, white where the photo is left alone (see `masks.check_mask`).
        terms: further terms of J, for a picture that is painted at one size.
        tiling: who computes a picture in tiles; default: this process.

    Attributes:
        content, styles, initial_image: the pictures, as given; the last is None without one.
        canvas: how they are used (`Canvas`).
        config: the settings in use.
        stages: the sizes of the picture, coarse to fine, each with its number of evaluations, `steps`.
        extractor: the feature extractor in use.
        tiles: for each of the stages, the side of the tiles that the network sees the picture in; None for the whole.
        state: all that changes (`State`).

    Raises:
        InputError, MissingFileError, WeightsError: as the parts do.
        DivergedError, OutOfMemoryError: while iterating.
    """

    def __init__(
        self, content: ArrayLike, style: Styles, config: Config | None = None, *,
        initial_image: ArrayLike | None = None, keep: ArrayLike | None = None, terms: Sequence[Term] = (),
        tiling: Tiling | None = None,
    ):  # fmt: skip
        check_surroundings()
        self.content, self.styles = check_image(content, "content"), as_styles(style)
        self.config = config = _settings(config).for_picture(self.content.shape)
        styles = at_scale(self.styles, config.style_scale, self.content.shape)
        self.canvas = Canvas.prepared(self.content, styles, config.colors, keep)
        if initial_image is not None:
            initial_image = check_initial_image(initial_image, self.content, config)
        self.initial_image = initial_image
        scales = 1 if config.scales is None and initial_image is not None else config.scales
        shapes = (image.shape for image in (self.content, *(style.image for style in styles)))
        self.stages = plan_stages(*shapes, steps=config.steps, scales=scales)
        if terms and len(self.stages) > 1:
            raise InputError("further terms of J hold for one size of the picture: set scales to 1")
        self._terms, self._tiling = tuple(terms), tiling or InOneProcess()
        self._beginning, first_picture = begin(config, self.canvas, self.stages[0], initial_image)
        self.state = State(Network.of(config), first_picture)
        self._prepare_network()
        self._objective = None  # of the current stage and network; made when it is needed
        self._shown = None, None  # a picture, and that picture at the content's size

    @property
    def image(self) -> np.ndarray:
        """The best picture so far, (1, n_H, n_W, 3) float32 in [0, 1]."""
        picture, shown = self._shown
        if picture is not self.state.picture:
            picture = self.state.picture
            shown = enlarge(np.asarray(picture), *self.content.shape[1:3], self._beginning)
            shown = self.canvas.shown(shown)
            self._shown = picture, shown
        return shown

    @property
    def history(self) -> list[Record]:
        """The `Record` of every evaluation so far."""
        return self.state.history

    @property
    def best(self) -> Record | None:
        """The `Record` of `image`; None before the first evaluation."""
        return self.state.best

    def check_memory(self) -> None:
        """Raise `OutOfMemoryError`, which says what does fit, if the finest size seems not to fit into the memory."""
        check_memory(self.extractor, self.config, *self.content.shape[1:3], self.tiles[-1])

    def result(self) -> Result:
        """Return the `Result` so far."""
        state = self.state
        return Result(self.image, state.best, state.improved, state.network.precision, tuple(state.history))

    def go_on_from(self, state: State) -> None:
        """Take up the `State` of another transfer of the same pictures and settings."""
        other_network = state.network != self.state.network
        self.state, self._objective = state, None
        if other_network:
            self._prepare_network()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Record:
        begun_at, state = time.perf_counter(), self.state
        if state.steps >= self.stages[state.stage].steps:
            self._next_stage()
        stage = self.stages[state.stage]
        try:
            self._prepare(stage)
            costs, picture, goes_on = evaluate(self._objective, state.search, state.steps + 1, self.config.optimizer)
        except (MemoryError, tf.errors.OpError) as error:
            if not is_lack_of_memory(error):
                raise
            raise does_not_fit(*stage.size(self.content.shape)) from None
        state.steps += 1
        state.seconds += time.perf_counter() - begun_at
        record = Record(len(state.history) + 1, costs.J, costs.terms, state.seconds, stage.scale)
        state.history.append(record)
        if state.is_outdated or record.J < state.best.J:
            state.improved |= not state.is_outdated
            state.best, state.picture, state.is_outdated = record, picture, False
        if not goes_on:
            self._search_ended(stage)
        return record

    def _next_stage(self):
        """Go on to the next size, or end."""
        if self.state.stage + 1 == len(self.stages):
            self._objective = None  # saving takes memory, too
            raise StopIteration
        self.state.stage, self.state.steps, self.state.search, self._objective = self.state.stage + 1, 0, None, None
        self.state.is_outdated = True

    def _prepare(self, stage):
        """See that there are an objective and a search of the current size."""
        if self._objective is None:
            tile = self.tiles[self.state.stage]
            sides = (min(side, tile or side) for side in stage.size(self.content.shape))
            check_address_space(*sides, self.state.network.precision)
            content = stage.shrink(self.canvas.content)
            styles = [style.resized(*stage.size(style.image.shape)) for style in self.canvas.styles]
            self._objective = make_objective(
                self.extractor, content, styles, self.config, view=self.canvas.view(content), more=self._terms,
                tile=tile, tiled=self._tiling.objective(self.state.network),
            )  # fmt: skip
        if self.state.search is None:
            size = stage.size(self.content.shape)
            start = enlarge(np.asarray(self.state.picture), *size, self._beginning)
            self.state.search = begin_search(start, self.config, stage.scale)

    def _search_ended(self, stage):
        """Go on in float32 where it was the rounding of bfloat16 that hid the way down; else end this size."""
        state = self.state
        if state.network.precision == "bfloat16" and isinstance(state.search, LBFGSSearch):
            self._objective = None
            state.search.begin_again()
            state.network, state.is_outdated = replace(state.network, precision="float32"), True
            self._prepare_network()
        else:
            state.steps = stage.steps

    def _prepare_network(self):
        config = self.config
        self.extractor = self.state.network.extractor((*{**config.content_layers, **config.style_layers},))
        self.tiles = [self._tile_for(stage) for stage in self.stages]

    def _tile_for(self, stage):
        """Return the side of the tiles, by the content or else by the largest of the styles."""
        styles = sorted((style.image.shape for style in self.canvas.styles), key=math.prod, reverse=True)
        shapes = self.content.shape, *styles
        chosen = (self._tiling.choose_tile(self.extractor, self.config, *stage.size(shape)) for shape in shapes)
        return next((tile for tile in chosen if tile is not None), None)


def style_transfer(
    content: ArrayLike, style: Styles, *, config: Config | None = None, initial_image: ArrayLike | None = None,
    keep: ArrayLike | None = None, callback: Callable[[Record], Any] | None = None, **settings: Any,
) -> Result:  # fmt: skip
    """Paint the content image in the style of the style image, or of several, and return the `Result`.

    Args:
        content: image C, (1, n_H, n_W, 3) in [0, 1]; the result has its size.
        style: image S, of any size and shape; or a `Style`, which has a weight and a place, or a list of them.
        config: settings to start from; default `Config()`.
        initial_image: a picture of the content's shape to start from, in place of the setting `start`.
        keep: a mask of the content, white where the photo is left alone (see `masks.check_mask`).
        callback: called with each `Record`, for progress bars and the like.
        settings: any setting of `Config`, laid over `config`: `steps=200, start="noise"`.

    Raises:
        InputError, MissingFileError, WeightsError: bad settings, pictures or weights.
        DivergedError, OutOfMemoryError: J became NaN or infinite; the memory did not suffice. The attribute `result`
            holds the best picture so far.

    To keep the picture of a run that you interrupt, iterate over a `Transfer` instead.
    """
    config = _settings(config).replace(**settings)
    transfer = Transfer(content, style, config, initial_image=initial_image, keep=keep)
    try:
        for record in transfer:
            if callback is not None:
                callback(record)
    except UnfinishedError as error:
        error.result = transfer.result()
        raise
    return transfer.result()


def _settings(config):
    if config is not None and not isinstance(config, Config):
        raise InputError(f"config is a {type(config).__name__}: give a Config, such as Config(steps=200)")
    return Config() if config is None else config
