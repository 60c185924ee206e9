"""The content cost: a picture blurred, shifted, brightened, blended with another, and what each layer says to it."""

import functools

import numpy as np
import tensorflow as tf
from PIL import ImageFilter

from ...costs import compute_content_cost
from ...images import preprocess, resize_image, to_pil
from . import charts
from .layout import Explorer, button, chart, choice, figure, picture, real_slider, row, sentence, slider
from .rasters import grey, photo


def edit(image, other, blur=0.0, shift=0, brightness=1.0, blend=0.0):
    """Return an image changed in four ways, one after another; as given, nothing changes.

    Args:
        image, other: (1, n_H, n_W, 3) of one size.
        blur: the radius of a Gaussian blur, in pixels.
        shift: how many pixels the image is moved right; the gap repeats the left edge.
        brightness: a factor; what gets brighter than white is white.
        blend: from 0, the image, to 1, the other one.
    """
    if blur:
        image = np.asarray(to_pil(image).filter(ImageFilter.GaussianBlur(blur)), np.float32)[np.newaxis] / 255
    if shift:
        image = np.pad(image, ((0, 0), (0, 0), (shift, 0), (0, 0)), mode="edge")[:, :, :-shift]
    image = np.clip(brightness * image, 0, 1)
    return ((1 - blend) * image + blend * other).astype(np.float32)


def content_costs(a_C, a_G):
    """Return {layer: J_content} of two pictures' activations, {layer: (1, n_H, n_W, n_C)}."""
    return {layer: float(compute_content_cost(a_C[layer], a_G[layer])) for layer in a_C}


def content_cost_map(a_C, a_G):
    """Return the map (n_H, n_W) of one layer's J_content: its sum is J_content."""
    squares = np.square(np.asarray(a_C) - np.asarray(a_G))[0]
    return squares.sum(axis=-1) / (4 * squares.size)


def content_cost_explorer(extractor, C, other, layer=None):
    """Return an explorer: change C in four ways, and see J_content in every layer, in units of another photo's.

    Args:
        extractor: a feature extractor; J_content is shown in each of its layers.
        C: the content image, (1, n_H, n_W, 3).
        other: another photo, which costs 1 by definition; resized to C's size.
        layer: whose map of the cost is shown first; default: the first.
    """
    view = _ContentCost(extractor, C, resize_image(other, *C.shape[1:3]), layer)
    rows = [[view.shift, view.blur], [view.brightness, view.blend], [view.layer, view.reset]]
    return Explorer(rows, view.draw, "change a photo, and see which layers mind")


class _ContentCost:
    """The controls of the explorer, and what they show."""

    def __init__(self, extractor, C, other, layer):
        self._C, self._other, self._photo = C, other, photo(C)
        self._activations = functools.lru_cache(3)(lambda *edits: extractor(self._as_input(*edits)))
        self._a_C = self._activations(0.0, 0, 1.0, 0.0)
        self._unit = content_costs(self._a_C, self._activations(0.0, 0, 1.0, 1.0))
        self._costs = functools.lru_cache(256)(lambda *edits: content_costs(self._a_C, self._activations(*edits)))
        self.shift = slider("shift", "Pixels to the right", 0, 0, min(40, C.shape[2] // 2))
        self.blur = real_slider("blur", "The radius of the blur in pixels", 0.0, 0.0, 8.0, 0.5, ".1f")
        self.brightness = real_slider("brightness", "A factor of all colours", 1.0, 0.4, 1.6, 0.05)
        self.blend = real_slider("blend", "From C, 0, to the other photo, 1", 0.0, 0.0, 1.0, 0.05)
        self.layer = choice("map of", "The layer whose cost is shown place by place", self._a_C, layer)
        self.reset = button("back to C", "Undo all changes", self._reset)

    def _as_input(self, *edits):
        return preprocess(tf.constant(edit(self._C, self._other, *edits)))

    def _edits(self):
        return self.blur.value, self.shift.value, self.brightness.value, self.blend.value

    def _reset(self):
        self.blur.value, self.shift.value, self.brightness.value, self.blend.value = 0.0, 0, 1.0, 0.0

    def draw(self):
        """Return the sentence and the view."""
        costs = self._costs(*self._edits())
        relative = {layer: cost / self._unit[layer] for layer, cost in costs.items()}
        G = edit(self._C, self._other, *self._edits())
        place = self.layer.value
        cost_map = content_cost_map(self._a_C[place], self._activations(*self._edits())[place])
        where = picture(grey(cost_map, np.percentile(cost_map, 99)), f"Where {place} sees a difference, white most.")
        return (
            sentence(*_in_words(costs, relative)),
            row(
                figure(picture(self._photo, "The photo C."), "C", 230),
                figure(picture(photo(G), "C, changed as the controls say."), "G", 230),
                figure(where, f"share of J_content, {place}: white is most", 230),
            )
            + row(
                chart(
                    _bars(costs, relative, place),
                    "J_content of each layer; another photo = 1. ▸ is the layer of the map.",
                    620,
                )
            ),
        )


def _in_words(costs, relative):
    if max(relative.values()) == 0:
        yield "G is C: J_content is 0 in every layer."
        return
    most, least = max(relative, key=relative.get), min(relative, key=relative.get)
    yield f"<b>{most}</b> minds most: J_content = {costs[most]:.3g}, {relative[most]:.2f} of another photo's."
    yield f"<b>{least}</b> minds least: J_content = {costs[least]:.3g}, {relative[least]:.2f} of another photo's."


def _bars(costs, relative, marked):
    notes = {layer: f"{relative[layer]:.2f}   (J_content = {cost:.3g})" for layer, cost in costs.items()}
    alt = "Bars, one a layer: " + ", ".join(f"{layer} {value:.2f}" for layer, value in relative.items()) + "."
    return charts.bars(relative, alt, largest=1.2, notes=notes, marked={marked}, width=620)
