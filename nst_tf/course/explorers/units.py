"""Units: for any channel of any layer, the patches of a collection of pictures that excite it most."""

import functools
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from ...grid import receptive_fields
from ...images import preprocess
from ..waiting import progress
from .activations import patch
from .layout import Explorer, button, choice, figure, in_words, picture, row, sentence, slider
from .rasters import photo

PATCHES = 9


class Strongest(NamedTuple):
    """Each channel's most active position in each picture whose whole field lies inside it; 0 where there is none."""

    activation: np.ndarray  # (pictures, n_C)
    row: np.ndarray  # of the position, (pictures, n_C)
    column: np.ndarray


def positions_inside(field, shape, length):
    """Return which positions of a map of shape (n_H, n_W) see only what is in a picture of `length` (height, width)."""
    fits = []
    for n, pixels in zip(shape, length, strict=True):
        begin = np.arange(n) * field.jump - field.radius
        fits.append((begin >= 0) & (begin + field.size <= pixels))
    return fits[0][:, np.newaxis] & fits[1]


def strongest_positions(a, inside):
    """Return (activation, row, column), each (n_C,), of the most active positions of a (1, n_H, n_W, n_C)."""
    n_W, n_C = a.shape[2:]
    positions = tf.reshape(a * inside[np.newaxis, :, :, np.newaxis].astype(np.float32), (-1, n_C))
    best = tf.argmax(positions, axis=0).numpy()
    return tf.reduce_max(positions, axis=0).numpy(), best // n_W, best % n_W


def strongest_in(extractor, pictures):
    """Return {layer: `Strongest`} over the pictures, {name: image}; the network runs once for each of them."""
    fields, found = receptive_fields(extractor), {}
    for image in progress(pictures.values()):
        for layer, a in extractor(preprocess(tf.constant(image))).items():
            inside = positions_inside(fields[layer], a.shape[1:3], image.shape[1:3])
            found.setdefault(layer, []).append(strongest_positions(a, inside))
    return {layer: Strongest(*map(np.stack, zip(*each, strict=True))) for layer, each in found.items()}


def unit_explorer(extractor, pictures, drawings=None, layer=None, channel=0):
    """Return an explorer: a layer and a unit; from each picture the patch that excites it most, the best nine of them.

    Args:
        extractor: a feature extractor; each of its layers can be chosen.
        pictures: {name: image (1, n_H, n_W, 3)}; making the explorer runs the network once for each.
        drawings: {(layer, channel): image}, what units draw themselves, shown beside their patches where there is one.
        layer, channel: what is shown first; default: the first layer, channel 0.
    """
    view = _Units(extractor, pictures, drawings or {}, layer, channel)
    buttons = [view.next] if drawings else []
    return Explorer([[view.layer, view.channel, *buttons]], view.draw, "choose any unit, and see what excites it most")


class _Units:
    """The controls of the explorer, and what they show."""

    def __init__(self, extractor, pictures, drawings, layer, channel):
        self._pictures, self._drawings = pictures, drawings
        self._strongest = strongest_in(extractor, pictures)
        self._fields = receptive_fields(extractor)
        self._view = functools.lru_cache(512)(self._view_of)
        self.layer = choice("layer", "The layer of the network", extractor.output, layer)
        self.channel = slider("unit", "The unit, that is a channel of the layer", channel, 0, 1000)
        self.next = button("next that was drawn", "The next unit that draws itself in this lesson", self._next)
        self.layer.observe(self._fit, names="value")
        self._fit()

    def _fit(self, change=None):
        self.channel.max = self._strongest[self.layer.value].activation.shape[1] - 1

    def _next(self):
        drawn = list(self._drawings)
        now = (self.layer.value, self.channel.value)
        self.layer.value, self.channel.value = drawn[(drawn.index(now) + 1) % len(drawn) if now in drawn else 0]

    def draw(self):
        """Return the sentence and the view."""
        return self._view(self.layer.value, self.channel.value)

    def _view_of(self, layer, channel):
        strongest, field, names = self._strongest[layer], self._fields[layer], list(self._pictures)
        activation = strongest.activation[:, channel]
        order = [n for n in np.argsort(-activation)[:PATCHES] if activation[n] > 0]
        found = [
            (names[n], activation[n], field.square(strongest.row[n, channel], strongest.column[n, channel]))
            for n in order
        ]
        silent = int(np.sum(activation == 0))
        return (
            sentence(*_said(layer, channel, field, found, silent)),
            row(*self._drawing(layer, channel), *(self._patch(*each) for each in found)),
        )

    def _patch(self, name, activation, square):
        seen = picture(photo(patch(self._pictures[name], square)), f"A patch of {name} that excites the unit.")
        return figure(seen, f"{name.replace('_', ' ')}: {activation:.3g}", 130)

    def _drawing(self, layer, channel):
        if (layer, channel) in self._drawings:
            drawing = picture(photo(self._drawings[layer, channel]), "The picture that the unit draws itself.")
            yield figure(drawing, "the unit draws", 290)


def _said(layer, channel, field, found, silent):
    yield f"<b>{layer}, unit {channel}</b> sees {field.size} x {field.size} pixels."
    if found:
        name, activation, _ = found[0]
        yield f"It is most excited by a patch of {in_words(name)}: {activation:.3g}."
        yield "From each picture its best patch, the strongest first."
    if silent:
        yield f"In {silent} of the pictures nothing excites it."
