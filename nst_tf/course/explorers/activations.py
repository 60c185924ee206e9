"""Activations: one channel of one layer, over the picture; where it is most active, and what it sees there."""

import functools

import numpy as np
import tensorflow as tf

from ...grid import receptive_fields
from ...images import preprocess
from .layout import Explorer, button, choice, figure, picture, row, sentence, slider
from .rasters import grey, photo


def most_active(feature_map, count=5, apart=1):
    """Return up to `count` positions [(i, j, activation)] of a map (n_H, n_W), the most active first.

    Any two are `apart` positions from each other or more, down or across; silent ones are left out.
    """
    rest, found = np.array(feature_map), []
    while len(found) < count and rest.max() > 0:
        i, j = (int(n) for n in np.unravel_index(rest.argmax(), rest.shape))
        found.append((i, j, float(rest[i, j])))
        rest[max(0, i - apart + 1) : i + apart, max(0, j - apart + 1) : j + apart] = 0
    return found


def patch(image, square):
    """Return the square (top, left, bottom, right) of an image (1, n_H, n_W, 3), grey where it reaches outside."""
    top, left, bottom, right = square
    n_H, n_W = image.shape[1:3]
    cut = np.full((bottom - top, right - left, 3), 0.5, np.float32)
    rows, columns = slice(max(0, top), min(n_H, bottom)), slice(max(0, left), min(n_W, right))
    inside = np.asarray(image)[0, rows, columns]
    cut[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = inside
    return cut


def over_picture(feature_map, image, jump):
    """Return the image (n_H, n_W, 3), dark where the map is 0, as it is where the map has its largest value.

    Each position darkens `jump` x `jump` pixels; where pooling has dropped a row, the last position has it.
    """
    light = feature_map / (feature_map.max() or 1.0)
    rows, columns = (
        np.minimum(np.arange(n) // jump, m - 1) for n, m in zip(image.shape[1:3], light.shape, strict=True)
    )
    return np.asarray(image)[0] * (0.12 + 0.88 * light[np.ix_(rows, columns)])[..., np.newaxis]


def activation_explorer(extractor, pictures, layer=None, channel=0):
    """Return an explorer: a picture, a layer, a channel; its map over the picture, and what excites it most.

    Args:
        extractor: a feature extractor; each of its layers can be chosen.
        pictures: {name: image (1, n_H, n_W, 3)}.
        layer, channel: what is shown first; default: the first layer, channel 0.
    """
    view = _Activations(extractor, pictures, layer, channel)
    rows = [[view.picture, view.layer], [view.channel, view.button]]
    return Explorer(rows, view.draw, "choose a layer and a channel, and see where in the picture it is active")


class _Activations:
    """The controls of the explorer, and what they show."""

    def __init__(self, extractor, pictures, layer, channel):
        self._pictures = pictures
        self._of_picture = functools.lru_cache(4)(lambda name: extractor(preprocess(tf.constant(pictures[name]))))
        self._fields = receptive_fields(extractor)
        self._photo = functools.cache(lambda name: photo(pictures[name]))
        self.picture = choice("picture", "The picture that the network looks at", pictures)
        self.layer = choice("layer", "The layer of the network", extractor.output, layer)
        self.channel = slider("channel", "The channel of the layer, that is its unit", channel, 0, 1000)
        self.button = button("next in activity", "The channel with the next lower mean activation", self._next)
        self.layer.observe(self._fit, names="value")
        self._fit()

    def _activations(self):
        return self._of_picture(self.picture.value)[self.layer.value][0].numpy()

    def _fit(self, change=None):
        self.channel.max = self._activations().shape[-1] - 1

    def _next(self):
        """Go through the channels in the order of their mean activation, from the most active on."""
        order = np.argsort(-self._activations().mean(axis=(0, 1)))
        self.channel.value = int(order[(np.flatnonzero(order == self.channel.value)[0] + 1) % len(order)])

    def draw(self):
        """Return the sentence and the view."""
        feature_map = self._activations()[..., self.channel.value]
        field, image = self._fields[self.layer.value], self._pictures[self.picture.value]
        apart = max(1, -(-field.size // (2 * field.jump)))
        found = [(field.square(i, j), value) for i, j, value in most_active(feature_map, apart=apart)]
        return (
            sentence(*self._in_words(feature_map, field, found)),
            row(*self._maps(feature_map, field, image, found)) + row(*self._patches(image, found)),
        )

    def _in_words(self, feature_map, field, found):
        active = np.mean(feature_map > 0)
        yield (
            f"<b>{self.layer.value}, channel {self.channel.value}</b>: active, that is above 0, at {active:.0%} of "
            f"{feature_map.size:,} positions; mean {feature_map.mean():.3g}, largest {feature_map.max():.3g}."
        )
        seen = f"{field.size} x {field.size} pixels"
        if found:
            yield f"A position sees {seen}; 1 to {len(found)} mark what the most active ones see."
        else:
            yield f"A position sees {seen}; in this picture none is active."

    def _maps(self, feature_map, field, image, found):
        shape, name = image.shape[1:3], self.picture.value
        marks = "".join(_mark(square, number, shape) for number, (square, _) in enumerate(found, start=1))
        marked = picture(self._photo(name), f"{name}, with squares around {len(found)} places.", marks, shape)
        yield figure(marked, f"{name}: the most active places", 300)
        lit = over_picture(feature_map, image, field.jump)
        yield figure(picture(photo(lit), f"{name}, dark where the channel is silent."), "lit where it is active", 300)
        n_H, n_W = feature_map.shape
        yield figure(picture(grey(feature_map), f"The feature map, {n_H} by {n_W}."), f"the map, {n_H} x {n_W}", 300)

    def _patches(self, image, found):
        for number, (square, value) in enumerate(found, start=1):
            seen = picture(photo(patch(image, square)), f"What the position with the activation {value:.3g} sees.")
            yield figure(seen, f"{number}: activation {value:.3g}", 112)


def _mark(square, number, shape):
    """Return a numbered square as SVG, black and white, so that it stands out from any picture."""
    top, left, bottom, right = square
    unit = max(shape) / 300  # about a pixel of the screen
    box = f'x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" fill="none"'
    middle = ((left + right) / 2, shape[1]), ((top + bottom) / 2, shape[0])
    x, y = (min(max(n, 9 * unit), m - 9 * unit) for n, m in middle)  # the number stays inside the picture
    return (
        f'<rect {box} stroke="#000" stroke-width="{2.6 * unit}"/>'
        f'<rect {box} stroke="#fff" stroke-width="{1.2 * unit}"/>'
        f'<text x="{x}" y="{y + 5 * unit}" text-anchor="middle" font-size="{15 * unit}" font-weight="bold" fill="#fff" '
        f'stroke="#000" stroke-width="{3 * unit}" paint-order="stroke">{number}</text>'
    )
