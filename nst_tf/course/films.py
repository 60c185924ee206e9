"""Films that need no kernel: frames, a slider and, if wanted, a chart beside them, in one piece of HTML.

They move in JupyterLab, Colab and a page made by nbconvert, also while the kernel is busy. Where scripts are dropped
(GitHub, a notebook that is not trusted) one frame remains as a picture, with its description. They draw, they never
compute costs.
"""

import hashlib
import html
import io
import json
from importlib import resources

import numpy as np
from PIL import Image

from ..errors import InputError
from ..images import to_pil
from . import plots
from .data_uris import as_uri, picture_uri


def flip_book(pictures, captions, alt, chart=None, *, start=-1, label="frame", width=360):
    """Return a film of pictures, as the last line of a cell shows it.

    Args:
        pictures: images (1, n_H, n_W, 3) or (n_H, n_W, 3) in [0, 1], stored as JPEG, or `plots.Described` figures; one
            a frame.
        captions: a line of text a frame, read out as the film moves.
        alt: what the frame that stands still shows, for those who cannot see it.
        chart: what stands beside the pictures, of `curves` or `bars`, with as many frames.
        start: the frame shown first, and where nothing moves.
        label: what the slider sets, such as "beta / alpha"; a screen reader says it.
        width: the pictures' width on the screen, in pixels; narrower screens shrink them.

    Raises:
        InputError: no pictures, or captions or a chart of another length.
    """
    frames = [_frame(picture) for picture in pictures]
    return FlipBook(frames, list(captions), alt, chart or Chart(), start=start, label=label, width=width)


class FlipBook:
    """Frames, captions and a `Chart`, shown as HTML; its plain text is the description. Made by `flip_book`."""

    def __init__(self, frames, captions, alt, chart, *, start, label, width):
        if not frames:
            raise InputError("a film needs at least one picture")
        if len(captions) != len(frames):
            raise InputError(f"a film of {len(frames)} pictures needs as many captions, not {len(captions)}")
        if chart.pages and len(chart) != len(frames):
            raise InputError(f"a film of {len(frames)} pictures needs a chart for as many, not for {len(chart)}")
        if not -len(frames) <= start < len(frames):
            raise InputError(f"a film of {len(frames)} pictures has no picture {start} to begin with: count from 0")
        self.frames, self.captions, self.alt, self.chart, self.width = frames, captions, alt, chart, width
        self.start, self.label = range(len(frames))[start], label

    def _repr_html_(self):
        film = {
            "frames": self._but_the_still(self.frames), "captions": self.captions, "start": self.start,
            "label": self.label, "charts": self._but_the_still(self.chart.pages) if len(self.chart.pages) > 1 else [],
            "dots": self.chart.dots, "colours": plots.COLOURS,
        }  # fmt: skip
        data = json.dumps(film, ensure_ascii=False).replace("<", "\\u003c")
        name = hashlib.sha256(data.encode()).hexdigest()[:12]
        script = resources.files(__package__).joinpath("flip_book.js").read_text(encoding="utf-8").strip()
        return (
            f'<div data-film="{name}"><div style="display:flex;flex-wrap:wrap;gap:1em;align-items:center">'
            f'<img data-part="picture" alt="{html.escape(self.alt)}" src="{self.frames[self.start]}"'
            f' style="width:{self.width}px;max-width:100%">{self._chart()}</div>'
            f'<p data-part="caption">{html.escape(self.captions[self.start])}</p></div>'
            f'<script>{script}("{name}", {data})</script>'
        )

    def _but_the_still(self, addresses):
        """Return the addresses but the one that the page holds already, as the picture that stands still."""
        return ["" if k == self.start else address for k, address in enumerate(addresses)]

    def _chart(self):
        if not self.chart.pages:
            return ""
        still = self.chart.pages[self.start if len(self.chart.pages) > 1 else 0]
        return (
            '<div style="position:relative;width:440px;max-width:100%">'
            f'<img data-part="chart" alt="{html.escape(self.chart.alt)}" src="{still}" style="width:100%"></div>'
        )

    def __repr__(self):
        return self.alt


class Chart:
    """What stands beside the pictures: a page for all frames with a dot on each curve, or a page a frame.

    Args:
        pages: data addresses of pictures.
        dots: for each frame, the place of each curve's dot, in per cent of the page from its left and its top.
        alt: what the page shows.
    """

    def __init__(self, pages=(), dots=(), alt=""):
        self.pages, self.dots, self.alt = list(pages), list(dots), alt

    def __len__(self):
        return max(len(self.dots), len(self.pages))


def curves(x, series, *, xlabel, ylabel, log=True, log_x=False, alt=None):
    """Return a `Chart` of curves, on each of which a dot stands where the frame is.

    Args:
        x: a number a frame.
        series: {name: a number a frame}; up to seven, told apart by line style as by colour.
        log: a logarithmic scale for y; `log_x` likewise for x.
    """
    figure, axis = plots.new_figure(size=(4.4, 3.2))
    for k, (name, y) in enumerate(series.items()):
        axis.plot(x, y, ("-", "--", "-.", ":")[k % 4], marker=("o", "s", "D")[k % 3], markersize=3, label=name)
    axis.set(xlabel=xlabel, ylabel=ylabel, xscale="log" if log_x else "linear", yscale="log" if log else "linear")
    axis.legend()
    page = _page(figure)
    extent = figure.bbox.size
    places = np.stack([axis.transData.transform(np.stack([x, y], axis=1)) / extent for y in series.values()], axis=1)
    dots = [[[round(100 * left, 2), round(100 * (1 - up), 2)] for left, up in frame] for frame in places]
    names = ", ".join(series)
    return Chart([page], dots, alt or f"Curves of {names} against {xlabel}.")


def bars(names, values, *, ylabel="", alt=None):
    """Return a `Chart` of bars, which stand at other heights in each frame.

    Args:
        names: what the bars are.
        values: for each frame, as many heights as names. All frames have one scale.
    """
    values = np.asarray(values, float)
    limits = (min(0.0, values.min()), max(1.05 * values.max(), 1e-9))
    return Chart([_bar_page(names, heights, ylabel, limits) for heights in values], alt=alt or f"Bars of {ylabel}.")


def _bar_page(names, heights, ylabel, limits):
    figure, axis = plots.new_figure(size=(4.4, 3.2))
    drawn = axis.bar(range(len(names)), heights, color=plots.COLOURS[0])
    axis.bar_label(drawn, fmt="{:.2g}", fontsize=8)
    axis.set_xticks(range(len(names)), names)
    axis.set(ylabel=ylabel, ylim=limits)
    return _page(figure)


def _page(figure):
    """Return a figure as a data address, with few colours, which a chart does with, and uncut, for the dots' sake."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", facecolor="white", dpi=150)
    few_colours = Image.open(drawn).convert("RGB").quantize(32, dither=Image.Dither.NONE)
    return picture_uri(few_colours, "PNG", optimize=True)


def _frame(picture):
    if isinstance(picture, plots.Described):
        return as_uri(picture.data, picture.mime)
    picture = np.asarray(picture)
    return picture_uri(to_pil(picture if picture.ndim == 4 else picture[None]), "JPEG", quality=80, optimize=True)
