"""The Gram matrix: two channels, their product, and the number that it adds up to, lit in the matrix."""

import functools
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from ...costs import gram_matrix, unroll
from ...images import preprocess
from . import charts
from .layout import Explorer, button, chart, choice, figure, picture, row, sentence, slider, tick
from .rasters import coloured, grey

SEED = 6


def shuffle_positions(a, seed=SEED):
    """Return activations (1, n_H, n_W, n_C) with their positions in a random order, the same for all channels."""
    a = np.asarray(a)
    positions = a.reshape(-1, a.shape[-1])
    return positions[np.random.default_rng(seed).permutation(len(positions))].reshape(a.shape)


def shift_map(feature_map, d):
    """Return a feature map (n_H, n_W) with the value of position p + d at p, horizontally; 0 from beyond the edge."""
    n_W = feature_map.shape[1]
    shifted = np.zeros_like(feature_map)
    left, right = max(0, -d), min(n_W, n_W - d)
    shifted[:, left:right] = feature_map[:, left + d : right + d]
    return shifted


def cross_correlation(x, y, shifts):
    """Return the means over the positions p of `x(p) y(p + d)`, one for each horizontal shift d; 0 beyond the edge.

    At d = 0 it is the element of the Gram matrix, divided by the number of positions.
    """
    n_W = x.shape[1]
    in_columns = x.T @ y  # (n_W, n_W): the products of each column of x with each of y, summed; d is a diagonal
    return np.array([np.trace(in_columns, offset=d) for d in shifts]) / (x.shape[0] * n_W)


class GramStatistics(NamedTuple):
    """The Gram matrix of a layer, G / M, and the correlation coefficients r; both (n_C, n_C), M the positions."""

    per_position: np.ndarray
    correlation: np.ndarray


def gram_statistics(a):
    """Return the `GramStatistics` of activations (1, n_H, n_W, n_C); r is NaN where a channel never changes."""
    A = unroll(a)
    per_position = gram_matrix(A).numpy() / A.shape[1]
    mean = tf.reduce_mean(A, axis=1).numpy()
    covariance = per_position.astype(np.float64) - np.outer(mean, mean)
    variance = np.diag(covariance).copy()
    variance[variance < 1e-5 * np.diag(per_position).max()] = np.nan  # hardly changes: no correlation worth the name
    return GramStatistics(per_position, covariance / np.sqrt(np.outer(variance, variance)))


def partner(correlation, k, sign):
    """Return the channel with the largest correlation with k (sign 1), or the smallest (sign -1), k itself left out."""
    others = sign * np.where(np.arange(len(correlation)) == k, np.nan, correlation[k])
    return int(np.nanargmax(others)) if np.isfinite(others).any() else k


def gram_explorer(extractor, pictures, layer=None, pair=(0, 1)):
    """Return an explorer: a picture, a layer and two channels; their maps, the product, and the Gram matrix.

    Args:
        extractor: a feature extractor; each of its layers can be chosen.
        pictures: {name: image (1, n_H, n_W, 3)}.
        layer, pair: what is shown first; default: the first layer, channels 0 and 1.
    """
    gram = _Gram(extractor, pictures, layer, pair)
    rows = [[gram.picture, gram.layer], [gram.k, gram.other, *gram.buttons], [gram.d, gram.shuffled]]
    return Explorer(rows, gram.draw, "multiply two channels, and find the product's sum in the Gram matrix")


class _Gram:
    """The controls of the explorer, and what they show."""

    def __init__(self, extractor, pictures, layer, pair):
        self._of_picture = functools.lru_cache(4)(lambda name: extractor(preprocess(tf.constant(pictures[name]))))
        self._prepared = functools.lru_cache(4)(self._prepare)
        self.picture = choice("picture", "The picture whose style is described", pictures)
        self.layer = choice("layer", "The layer of the network", extractor.output, layer)
        self.k = slider("k", "The first channel", pair[0], 0, 1000)
        self.other = slider("k'", "The second channel", pair[1], 0, 1000)
        self.d = slider("shift d", "How many positions to the right the second map is looked up", 0, -1, 1)
        self.shuffled = tick("shuffle the positions", "All positions in a random order, the same for all channels")
        self.buttons = [
            button("k' that goes with k", "The channel with the largest r", lambda: self._find(1)),
            button("k' that avoids k", "The channel with the smallest r", lambda: self._find(-1)),
        ]
        for control in (self.picture, self.layer):
            control.observe(self._fit, names="value")
        self._fit()

    def _prepare(self, name, layer, shuffled):
        a = self._of_picture(name)[layer].numpy()
        a = shuffle_positions(a) if shuffled else a
        statistics = gram_statistics(a)
        return a[0], statistics, coloured(np.sqrt(statistics.per_position))

    def _fit(self, change=None):
        """Give the sliders the limits of the layer."""
        n_W, n_C = self._of_picture(self.picture.value)[self.layer.value].shape[2:]
        self.k.max = self.other.max = n_C - 1
        reach = max(1, n_W // 4)
        self.d.min, self.d.max = -reach, reach

    def _find(self, sign):
        _, statistics, _ = self._prepared(self.picture.value, self.layer.value, False)
        self.other.value = partner(statistics.correlation, self.k.value, sign)

    def draw(self):
        """Return the sentence and the view."""
        place = (self.picture.value, self.layer.value)
        maps, statistics, matrix = self._prepared(*place, self.shuffled.value)
        original = self._prepared(*place, False)[1]
        shifts = np.arange(self.d.min, self.d.max + 1)
        curve = cross_correlation(maps[..., self.k.value], maps[..., self.other.value], shifts)
        now = curve[self.d.value - self.d.min]
        return (
            sentence(*self._in_words(statistics, original, now, maps.shape[0] * maps.shape[1])),
            row(*self._maps(maps, now)) + row(*self._matrix(statistics, matrix), self._curve(shifts, curve, now)),
        )

    def _in_words(self, statistics, original, now, n_positions):
        k, other, d = self.k.value, self.other.value, self.d.value
        element, r = statistics.per_position[k, other], statistics.correlation[k, other]
        yield (
            f"<b>G[{k}, {other}] = {element * n_positions:,.0f}</b>, that is {element:.3g} for each of {n_positions:,} "
            f"positions; {_meaning(r)}."
        )
        if self.shuffled.value:
            difference = np.abs(statistics.per_position - original.per_position).max() / original.per_position.max()
            yield (
                f"Before shuffling G[{k}, {other}] was {original.per_position[k, other] * n_positions:,.0f}; of all "
                f"elements of G, none has changed by more than {difference:.0e} of the largest (rounding)."
            )
        if d:
            yield f"With channel {other} looked up {d} to the right, the mean product is {now:.3g}; G has d = 0 alone."

    def _maps(self, maps, now):
        k, other, d = self.k.value, self.other.value, self.d.value
        one, two = maps[..., k], shift_map(maps[..., other], d)
        brightest = [max(float(channel.max()), 1e-12) for channel in (one, maps[..., other])]
        moved = f", looked up {d} to the right" if d else ""
        yield figure(picture(grey(one), f"The map of channel {k}."), f"channel {k}", 240)
        yield figure(
            picture(grey(two, brightest[1]), f"The map of channel {other}{moved}."), f"channel {other}{moved}", 240
        )
        product = picture(grey(one * two, np.prod(brightest)), "Their product, bright where both are active.")
        yield figure(product, f"their product, mean {now:.3g}", 240)

    def _matrix(self, statistics, uri):
        k, other, n_C = self.k.value, self.other.value, len(statistics.per_position)
        lit = "".join(
            f'<circle cx="{x + 0.5}" cy="{y + 0.5}" r="{n_C / 40}" fill="none" stroke="{ink}" stroke-width="{width}"/>'
            for x, y in ((other, k), (k, other))
            for ink, width in (("#000", n_C / 70), ("#fff", n_C / 160))
        )
        lit += f'<path d="M0 {k + 0.5} H{n_C} M{other + 0.5} 0 V{n_C}" stroke="#fff" stroke-width="{n_C / 400}"/>'
        alt = f"The Gram matrix, {n_C} by {n_C}, symmetric; row {k} and column {other} are marked."
        caption = f"Gram matrix per position, square root; circles: ({k}, {other}) and ({other}, {k})"
        yield figure(picture(uri, alt, lit, (n_C, n_C)), caption, 280)

    def _curve(self, shifts, curve, now):
        axes = charts.Axes(
            (shifts[0], shifts[-1]), (0, 1.2 * max(curve.max(), 1e-12)), xlabel="shift d, positions",
            ylabel="mean product", size=(420, 280),
        )  # fmt: skip
        axes.line(shifts, curve)
        axes.dots(self.d.value, now, charts.COLOURS[1], 8)
        axes.dots(0, curve[-shifts[0]])  # over the other where d is 0
        axes.note(0, curve[-shifts[0]], "in G", dx=10, dy=-10)
        alt = f"The mean product of the two maps against the shift d; at d = {self.d.value} it is {now:.3g}."
        caption = "The mean product at every shift, and at d (large dot); G knows the small black dot only."
        return chart(axes.svg(alt), caption, 400)


def _meaning(r):
    if not np.isfinite(r):
        return "there is no r, for one of them hardly changes"
    if abs(r) < 0.1:
        return f"r = {r:.2f}: they meet about as often as by chance"
    return f"r = {r:.2f}: they {'fire together more than by chance' if r > 0 else 'avoid each other'}"
