"""Figures for the lessons: they draw, they never compute costs.

Each function returns a `Described` figure: the last line of a cell shows it, with a description for those who cannot
see it. Backgrounds are white, so that dark themes stay readable; colours are those of Okabe and Ito, which
colour-blind readers can tell apart.
"""

import html
import io
import itertools

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter
from PIL import Image

from .data_uris import as_uri

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_STYLE = {
    "axes.prop_cycle": matplotlib.cycler(color=COLOURS),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "font.size": 10,
}


class Described:
    """A picture with a description, as an `<img>` with its alt text, and as plain text the description alone.

    JupyterLab, nbconvert and others show the alt text of a picture in a page; of one that is an output of its own they
    drop it, though it has a place among the metadata.

    Args:
        figure: a `matplotlib.figure.Figure`.
        alt: what a person who cannot see it needs to know, in a sentence or two.
        quality: of a photo, as WebP, from 0 to 100.
    """

    def __init__(self, figure, alt, quality=86):
        self.alt = alt
        drawn = _drawn(figure)
        self.mime, self.data = "image/webp", _encoded(drawn, "WEBP", quality=quality, method=6)
        if drawn.getcolors(4096):  # curves, bars, maps of one scale: sharper so, if it isn't far larger
            png = _encoded(drawn.quantize(256, Image.Quantize.MAXCOVERAGE), "PNG", optimize=True)
            if len(png) < 2 * len(self.data):
                self.mime, self.data = "image/png", png

    def _repr_html_(self):
        return f'<img alt="{html.escape(self.alt)}" src="{as_uri(self.data, self.mime)}">'

    def __repr__(self):
        return self.alt


def _drawn(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight", facecolor="white", dpi=110)
    return Image.open(buffer).convert("RGB")


def _encoded(picture, kind, **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def new_figure(n_rows=1, n_columns=1, size=None):
    """Return (figure, axes) in the course's style; the axes are one, or an array, as of `plt.subplots`.

    The figure is not registered with pyplot, so that a notebook shows it once, where it is the last line of a cell.
    """
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=size or (3.2 * n_columns, 2.6 * n_rows), layout="constrained")
        return figure, figure.subplots(n_rows, n_columns)


def show_images(images, titles=None, *, alt, columns=None, width=3.0, quality=86):
    """Draw images (1, n_H, n_W, 3) in [0, 1] side by side, `columns` in a row, each `width` inches of 110 dots wide."""
    columns = columns or len(images)
    rows = -(-len(images) // columns)
    tallest = max(image.shape[1] / image.shape[2] for image in images)
    figure, axes = new_figure(rows, columns, (width * columns, (width * tallest + 0.35) * rows))
    for axis in np.atleast_1d(axes).flat:
        axis.axis("off")
    for k, (axis, image) in enumerate(zip(np.atleast_1d(axes).flat, images, strict=False)):
        axis.imshow(np.clip(np.asarray(image)[0], 0, 1))
        if titles:
            axis.set_title(titles[k], fontsize=10)
    return Described(figure, alt, quality)


def show_feature_maps(activations, channels, *, alt, columns=6, width=1.6):
    """Draw the feature maps of some `channels` of one layer's activations (1, n_H, n_W, n_C), dark 0 to bright."""
    rows = -(-len(channels) // columns)
    n_H, n_W = activations.shape[1:3]
    figure, axes = new_figure(rows, columns, (width * columns, (width * n_H / n_W + 0.3) * rows))
    for axis in np.atleast_1d(axes).flat:
        axis.axis("off")
    for axis, channel in zip(np.atleast_1d(axes).flat, channels, strict=False):
        axis.imshow(np.asarray(activations)[0, :, :, channel], cmap="gray")
        axis.set_title(f"channel {channel}", fontsize=8)
    return Described(figure, alt)


def show_matrices(matrices, titles, *, alt, labels=None, width=3.0, cmap="viridis", fmt=None):
    """Draw matrices as coloured squares with a colour bar; `fmt`, such as ".2g", writes the numbers in, too."""
    figure, axes = new_figure(1, len(matrices), (width * len(matrices), width))
    for axis, matrix, title in zip(np.atleast_1d(axes), matrices, titles, strict=True):
        matrix = np.asarray(matrix)
        shown = axis.imshow(matrix, cmap=cmap)
        axis.grid(visible=False)
        axis.set_title(title, fontsize=10)
        figure.colorbar(shown, ax=axis, fraction=0.046)
        if labels:
            axis.set_xticks(range(len(labels)), labels)
            axis.set_yticks(range(len(labels)), labels)
        elif fmt:  # few enough to be counted
            axis.set_xticks(range(matrix.shape[1]))
            axis.set_yticks(range(matrix.shape[0]))
        if fmt:
            for (i, j), value in np.ndenumerate(matrix):
                box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
                axis.text(j, i, format(value, fmt), ha="center", va="center", fontsize=9, bbox=box)
    return Described(figure, alt)


def show_histories(histories, *, alt, x="step", y="J", label=None, log=True):
    """Draw a cost against steps or seconds, a line a run; `histories` is {run: sequence of `Record`}.

    Where the size of the picture changes, coarse to fine, the line is broken: costs of different sizes do not compare.
    `label` stands at the upward axis, in place of y.
    """
    figure, axis = new_figure(size=(6.5, 3.6))
    styles = ("-", "--", "-.", ":")
    for k, (run, history) in enumerate(histories.items()):
        line = {"color": COLOURS[k % len(COLOURS)], "linestyle": styles[k % len(styles)], "linewidth": 2}
        for n, (_, records) in enumerate(itertools.groupby(history, key=lambda record: record.scale)):
            values = zip(*((getattr(record, x), getattr(record, y)) for record in records), strict=True)
            axis.plot(*values, label="" if n else run, **line)
    axis.set_xlabel({"step": "evaluations of the network", "seconds": "seconds"}.get(x, x))
    axis.set_ylabel(label or y)
    if log:
        axis.set_yscale("log")
        for set_formatter in (axis.yaxis.set_major_formatter, axis.yaxis.set_minor_formatter):
            set_formatter(LogFormatter())  # 40, not 4 x 10^1
    axis.legend()
    return Described(figure, alt)


def show_comparisons(matrix, rows, columns, *, alt, fmt=".2f", width=0.8, cmap="viridis"):
    """Draw a matrix with an image (1, n_H, n_W, 3), not a name, at the head of each row and of each column."""
    matrix = np.asarray(matrix)
    n_rows, n_columns = matrix.shape
    figure, axis = new_figure(size=(width * (n_columns + 1.1), width * (n_rows + 1.1)))
    axis.imshow(matrix, cmap=cmap)
    for k, image in enumerate(rows):
        axis.imshow(_square(image), extent=(-1.6, -0.65, k + 0.45, k - 0.45))
    for k, image in enumerate(columns):
        axis.imshow(_square(image), extent=(k - 0.45, k + 0.45, -0.65, -1.6))
    for (i, j), value in np.ndenumerate(matrix):
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        axis.text(j, i, format(value, fmt), ha="center", va="center", fontsize=9, bbox=box)
    axis.set(xlim=(-1.65, n_columns - 0.5), ylim=(n_rows - 0.5, -1.65))
    axis.axis("off")
    return Described(figure, alt)


def _square(image):
    """Return the middle of an image (1, n_H, n_W, 3), cut to a square, (n, n, 3)."""
    side = min(image.shape[1:3])
    top, left = (image.shape[1] - side) // 2, (image.shape[2] - side) // 2
    return np.clip(np.asarray(image)[0, top : top + side, left : left + side], 0, 1)


def show_bars(heights, *, alt, y, width=7.0):
    """Draw bars side by side; `heights` is {label: {name: height}}, a colour a label, a group of bars a name."""
    figure, axis = new_figure(size=(width, 3.2))
    breadth = 0.8 / len(heights)
    for k, (label, bars) in enumerate(heights.items()):
        places = np.arange(len(bars)) + breadth * (k - (len(heights) - 1) / 2)
        axis.bar(places, list(bars.values()), breadth, label=label, color=COLOURS[k % len(COLOURS)])
        axis.set_xticks(range(len(bars)), list(bars))
    axis.set_ylabel(y)
    axis.legend()
    return Described(figure, alt)


def show_opposition(pairs, titles, *, alt, x, y, n_dots=2000, width=3.6):
    """Draw y against x, a dot an element, for each pair of arrays; on the dashed line, x + y = 0, they cancel.

    All the axes have one scale. Of more elements than `n_dots`, so many are drawn, chosen at random.
    """
    figure, axes = new_figure(1, len(pairs), (width * len(pairs), width))
    limit = max(np.percentile(np.abs(array), 99.5) for pair in pairs for array in pair)
    for axis, pair, title in zip(np.atleast_1d(axes), pairs, titles, strict=True):
        elements = np.stack([np.ravel(array) for array in pair])
        chosen = np.random.default_rng(0).permutation(elements.shape[1])[:n_dots]
        axis.plot([-limit, limit], [limit, -limit], "--", color="black", linewidth=1)
        axis.plot(*elements[:, chosen], ".", markersize=2.5, alpha=0.5)
        axis.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal", xlabel=x, ylabel=y)
        axis.set_title(title, fontsize=10)
    return Described(figure, alt)


def signed_to_image(array, limit=None):
    """Turn a signed array (1, n_H, n_W, 3), such as a gradient, into an image: grey is 0, the extremes black, white.

    Args:
        limit: the magnitude drawn as black or white; give several arrays one, and their pictures compare. Default: the
            99th percentile of the magnitudes, for a few outliers would leave the rest grey. What is beyond is clipped.
    """
    array = np.asarray(array)
    limit = limit or np.percentile(np.abs(array), 99) or 1.0
    return np.clip(0.5 + array / (2 * limit), 0, 1).astype(np.float32)
