"""Charts as SVG text: bars, and lines on axes. Written in a fraction of a millisecond, and sharp at any size.

Lines differ in their dashes and carry their names, bars their values, so that colour is never the only difference.
"""

import html

import numpy as np
from matplotlib.ticker import MaxNLocator

from ..plots import COLOURS

DASHES = ("", "9 4", "2 4", "9 4 2 4")
BLACK = COLOURS[6]


def bars(values, alt, *, largest=None, notes=None, marked=None, width=520, title=""):
    """Return horizontal bars, one under another, as SVG.

    Args:
        values: {name: value}, 0 or more.
        alt: what the chart shows.
        largest: the value of the longest bar that fits; default: the largest of the values.
        notes: {name: what to write behind its bar}; default: the value.
        marked: the names whose bars are drawn in a second colour and with a mark before the name.
    """
    largest = largest or max(values.values(), default=0) or 1.0
    names, notes, marked, top = 0.34 * width, notes or {}, marked or (), 26 if title else 4
    parts = [text(0, 16, title, anchor="start", weight="bold")] if title else []
    for k, (name, value) in enumerate(values.items()):
        length = (0.42 * width) * min(value / largest, 1)
        parts += [
            text(names - 8, top + 24 * k + 16, f"▸ {name}" if name in marked else name, anchor="end"),
            f'<rect x="{names:.1f}" y="{top + 24 * k + 3}" width="{max(length, 0.5):.1f}" height="17" '
            f'fill="{COLOURS[1 if name in marked else 0]}"/>',
            text(names + length + 6, top + 24 * k + 16, notes.get(name, f"{value:.3g}"), anchor="start"),
        ]
    return svg(parts, width, top + 24 * len(values) + 4, alt)


class Axes:
    """Two axes to draw on. `x` and `y` are the (lowest, highest) values shown; what lies outside is cut off."""

    def __init__(self, x, y, *, xlabel, ylabel="", size=(520, 260), top=10):
        self._x, self._y, (self._width, self._height) = x, y, size
        self._left, self._top, self._bottom = 58 if ylabel else 12, top, size[1] - 42
        self._inside, self._outside = [], [*self._ticks(ylabel != ""), *self._labels(xlabel, ylabel)]

    def at(self, x, y):
        """Return where the point (x, y) is, in pixels from the upper left corner."""
        (x_0, x_1), (y_0, y_1) = self._x, self._y
        right, top = self._width - 12, self._top
        return (
            self._left + (np.asarray(x, float) - x_0) / (x_1 - x_0) * (right - self._left),
            self._bottom - (np.asarray(y, float) - y_0) / (y_1 - y_0) * (self._bottom - top),
        )

    def line(self, xs, ys, k=0, colour=None, width=2.5):
        """Draw a line through the points in the k-th colour and kind of dashes."""
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(*self.at(xs, ys), strict=True))
        self._inside.append(
            f'<polyline points="{points}" fill="none" stroke="{colour or COLOURS[k]}" stroke-width="{width}" '
            f'stroke-dasharray="{DASHES[k % len(DASHES)]}"/>'
        )

    def legend(self, labels):
        """Name the lines, {label: k}, in a row above the axes; give `Axes` a `top` of 30 for it."""
        across = (self._width - 12 - self._left) / len(labels)
        for place, (label, k) in enumerate(labels.items()):
            x = self._left + across * place
            self._outside += [
                f'<path d="M{x:.0f} 13 h34" stroke="{COLOURS[k]}" stroke-width="2.5" '
                f'stroke-dasharray="{DASHES[k % len(DASHES)]}"/>',
                text(x + 40, 17, label, anchor="start"),
            ]

    def dots(self, xs, ys, colour=BLACK, radius=4.0):
        """Draw a dot at each point."""
        self._inside += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>'
            for x, y in zip(*self.at(np.atleast_1d(xs), np.atleast_1d(ys)), strict=True)
        ]

    def ellipse(self, x, y, radius_x, radius_y):
        """Draw a thin ellipse around (x, y)."""
        (left, bottom), (right, top) = self.at(x - radius_x, y - radius_y), self.at(x + radius_x, y + radius_y)
        self._inside.append(
            f'<ellipse cx="{(left + right) / 2:.1f}" cy="{(top + bottom) / 2:.1f}" rx="{(right - left) / 2:.1f}" '
            f'ry="{(bottom - top) / 2:.1f}" fill="none" stroke="#999" stroke-width="1"/>'
        )

    def note(self, x, y, words, dx=8, dy=-8, anchor="start"):
        """Write words beside the point (x, y)."""
        x, y = self.at(x, y)
        self._inside.append(text(x + dx, y + dy, words, anchor=anchor, halo=True))

    def arrow(self, x, y, length, k, label):
        """Draw a horizontal arrow from (x, y) of so many units of x, in the k-th colour, and write the label above."""
        (x_0, y_0), (x_1, _) = self.at(x, y), self.at(x + length, y)
        head = 8 if length > 0 else -8
        if abs(x_1 - x_0) > 9:
            self._inside.append(
                f'<path d="M{x_0:.1f} {y_0:.1f} H{x_1 - head:.1f} m0 -6 l{head} 6 l{-head} 6 z" '
                f'fill="{COLOURS[k]}" stroke="{COLOURS[k]}" stroke-width="4"/>'
            )
        self._inside.append(text((x_0 + x_1) / 2, y_0 - 9, label, anchor="middle", halo=True))

    def svg(self, alt):
        """Return the chart as SVG; `alt` says what it shows."""
        width, height = self._width - 12 - self._left, self._bottom - self._top
        inner = (
            f'<svg x="{self._left}" y="{self._top}" width="{width}" height="{height}" '
            f'viewBox="{self._left} {self._top} {width} {height}" overflow="hidden">{"".join(self._inside)}</svg>'
        )
        return svg([*self._outside, inner], self._width, self._height, alt)

    def _ticks(self, vertical):
        parts = []
        for value in _ticks(*self._x):
            x, _ = self.at(value, self._y[0])
            line = f'<path d="M{x:.1f} {self._top} V{self._bottom}" stroke="#e4e4e4"/>'
            parts += [line, text(x, self._bottom + 16, value)]
        for value in _ticks(*self._y) if vertical else ():
            _, y = self.at(self._x[0], value)
            parts += [
                f'<path d="M{self._left} {y:.1f} H{self._width - 12}" stroke="#e4e4e4"/>',
                text(self._left - 6, y + 4, value, anchor="end"),
            ]
        return parts

    def _labels(self, xlabel, ylabel):
        middle = (self._bottom + self._top) / 2
        return [
            text((self._left + self._width) / 2, self._height - 6, xlabel),
            f'<g transform="rotate(-90 12 {middle})">{text(12, middle + 3, ylabel)}</g>',
        ]


def _ticks(lowest, highest):
    values = MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(lowest, highest)
    return [float(f"{value:.10g}") for value in values if lowest <= value <= highest]


def text(x, y, words, *, anchor="middle", weight="normal", halo=False):
    """Return SVG text; a `halo` of white keeps it readable over lines."""
    words = f"{words:g}" if isinstance(words, float) else html.escape(str(words))
    around = ' stroke="#fff" stroke-width="4" paint-order="stroke"' if halo else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}"{around}>{words}</text>'


def svg(parts, width, height, alt):
    """Return SVG of so many pixels, narrower where the page is."""
    return (
        f'<svg role="img" aria-label="{html.escape(alt)}" viewBox="0 0 {width} {height}" font-size="13" '
        f'font-family="sans-serif" fill="#1a1a1a" style="display:block;width:100%;height:auto">{"".join(parts)}</svg>'
    )
