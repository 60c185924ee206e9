"""Figures for the lessons: they draw, they never compute costs.

Each function returns a `Described` figure: the last line of a cell shows it, with a description for those who cannot
see it. Backgrounds are white, so that dark themes stay readable; colours are those of Okabe and Ito, which
colour-blind readers can tell apart.
"""

import base64
import html
import io
import itertools

import matplotlib
import numpy as np
from matplotlib.figure import Figure

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
    """

    def __init__(self, figure, alt):
        self.alt = alt
        png, jpeg = _render(figure, "png"), _render(figure, "jpeg", pil_kwargs={"quality": 88})
        self.mime, self.data = ("image/png", png) if len(png) < len(jpeg) else ("image/jpeg", jpeg)

    def _repr_html_(self):
        source = f"data:{self.mime};base64,{base64.b64encode(self.data).decode()}"
        return f'<img alt="{html.escape(self.alt)}" src="{source}">'

    def __repr__(self):
        return self.alt


def _render(figure, kind, **options):
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, bbox_inches="tight", facecolor="white", dpi=110, **options)
    return buffer.getvalue()


def new_figure(n_rows=1, n_columns=1, size=None):
    """Return (figure, axes) in the course's style; the axes are one, or an array, as of `plt.subplots`.

    The figure is not registered with pyplot, so that a notebook shows it once, where it is the last line of a cell.
    """
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=size or (3.2 * n_columns, 2.6 * n_rows), layout="constrained")
        return figure, figure.subplots(n_rows, n_columns)


def show_images(images, titles=None, *, alt, columns=None, width=3.0):
    """Draw images (1, n_H, n_W, 3) in [0, 1] side by side, `columns` in a row, each `width` inches wide."""
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
    return Described(figure, alt)


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


def show_histories(histories, *, alt, x="step", y="J", log=True):
    """Draw a cost against steps or seconds, a line a run; `histories` is {label: sequence of `Record`}.

    Where the size of the picture changes, coarse to fine, the line is broken: costs of different sizes do not compare.
    """
    figure, axis = new_figure(size=(6.5, 3.6))
    styles = ("-", "--", "-.", ":")
    for k, (label, history) in enumerate(histories.items()):
        line = {"color": COLOURS[k % len(COLOURS)], "linestyle": styles[k % len(styles)], "linewidth": 2}
        for n, (_, records) in enumerate(itertools.groupby(history, key=lambda record: record.scale)):
            values = zip(*((getattr(record, x), getattr(record, y)) for record in records), strict=True)
            axis.plot(*values, label="" if n else label, **line)
    axis.set_xlabel({"step": "evaluations of the network", "seconds": "seconds"}.get(x, x))
    axis.set_ylabel(y)
    if log:
        axis.set_yscale("log")
    axis.legend()
    return Described(figure, alt)


def signed_to_image(array):
    """Turn a signed array (1, n_H, n_W, 3), such as a gradient, into an image: grey is 0, the extremes black, white.

    Values beyond the 99th percentile of the magnitudes are clipped, for a few outliers would leave the rest grey.
    """
    array = np.asarray(array)
    limit = np.percentile(np.abs(array), 99) or 1.0
    return np.clip(0.5 + array / (2 * limit), 0, 1).astype(np.float32)
