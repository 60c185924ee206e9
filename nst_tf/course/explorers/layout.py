"""What every explorer is made of: controls, a sentence, and a view, redrawn when a control moves.

The view and the sentence are `widgets.HTML`. A `widgets.Image` would do for a picture, but gives it no alternative text
in ipywidgets 7.7, which Colab has; an `<img alt="...">` has one everywhere. The sentence says in words and numbers what
the view shows; it stands in a widget of its own, so that a screen reader is told of it alone (`within_reach`).

Only what ipywidgets 7.7 and 8 share is used: native controls, which the keyboard moves, and `observe`.
"""

import html

import ipywidgets
from ipywidgets import Layout

from ...errors import InputError, unknown_name
from ..within_reach import within_reach

_ROW = {"flex_flow": "row wrap", "max_width": "100%", "align_items": "center", "overflow": "visible"}
_CONTROL = {"flex": "1 1 260px", "width": "auto", "min_width": "240px", "max_width": "420px"}


class Explorer(ipywidgets.VBox):
    """Controls and what they show; the last expression of a cell displays it.

    Args:
        rows: lists of widgets, each list a row that wraps where the page is narrow.
        draw: function from the controls' values, as it finds them, to (sentence, view), both HTML.
        invitation: what it is for, at most 100 characters; it stands in a stored page, where no widget lives.

    Its `controls` are all widgets with a value, `words` and `view` the two `widgets.HTML`.
    """

    def __init__(self, rows, draw, invitation):
        self.words, self.view = ipywidgets.HTML(), ipywidgets.HTML()
        for part in (self.words, self.view):
            part.layout = Layout(width="100%", max_width="100%", margin="0")
        boxes = [ipywidgets.HBox(row, layout=Layout(**_ROW)) for row in rows]
        super().__init__([*boxes, self.words, self.view], layout=Layout(max_width="100%", overflow="hidden"))
        self.words.add_class("nst-spoken")
        within_reach(self, "nst-explorer")
        self.controls = [widget for row in rows for widget in row if hasattr(widget, "value")]
        self._draw, self._invitation, self._drawn = draw, invitation, None
        for control in self.controls:
            control.observe(self._redraw, names="value")
        self._redraw()

    def _redraw(self, change=None):
        values = [control.value for control in self.controls]
        if values != self._drawn:  # one control may have moved another, which has drawn already
            self._drawn = values
            self.words.value, self.view.value = self._draw()

    def __repr__(self):
        return f"Run this cell to {self._invitation}."


def slider(description, hint, value, lowest, highest, step=1):
    """Return a slider over whole numbers."""
    return ipywidgets.IntSlider(
        value=value, min=lowest, max=highest, step=step, **_described(description, hint), layout=Layout(**_CONTROL)
    )


def real_slider(description, hint, value, lowest, highest, step, readout_format=".2f"):
    """Return a slider over real numbers."""
    return ipywidgets.FloatSlider(
        value=value, min=lowest, max=highest, step=step, readout_format=readout_format,
        **_described(description, hint), layout=Layout(**_CONTROL),
    )  # fmt: skip


def weight_slider(description, hint, value):
    """Return a slider from 0.1 to 10 on a logarithmic scale: equal ways are equal factors."""
    return ipywidgets.FloatLogSlider(
        value=value, min=-1, max=1, step=0.05, readout_format=".3g", **_described(description, hint),
        layout=Layout(**_CONTROL),
    )  # fmt: skip


def choice(description, hint, options, value=None):
    """Return a dropdown over the options; the first is chosen unless `value` is another.

    Raises:
        InputError: no options, or a value that is none of them.
    """
    options = list(options)
    if not options:
        raise InputError(f"there is nothing to choose from for {description}: give at least one")
    if value is not None and value not in options:
        raise unknown_name(description, value, options)
    return ipywidgets.Dropdown(
        options=options, value=options[0] if value is None else value, **_described(description, hint),
        layout=Layout(**(_CONTROL | {"max_width": "300px"})),
    )  # fmt: skip


def tick(description, hint):
    """Return a checkbox, not ticked."""
    return ipywidgets.Checkbox(
        value=False, indent=False, **_described(description, hint), layout=Layout(width="auto", margin="2px 12px")
    )


def button(description, hint, on_click):
    """Return a button that calls `on_click()`."""
    pressed = ipywidgets.Button(description=description, tooltip=hint, layout=Layout(width="auto"))
    pressed.on_click(lambda _: on_click())
    return pressed


def _described(description, hint):
    tooltip = "tooltip" if hasattr(ipywidgets.DOMWidget, "tooltip") else "description_tooltip"  # 8, 7.7
    return {"description": description, tooltip: hint, "style": {"description_width": "initial"}}


def in_words(name):
    """Return a picture's name as it is written in a sentence, as HTML: `great_wave` is great wave."""
    return html.escape(str(name).replace("_", " "))


def sentence(*parts):
    """Return sentences as HTML; the parts may hold markup."""
    return f'<div style="{_PAPER};line-height:1.5">{" ".join(parts)}</div>'


def row(*figures):
    """Return figures side by side, as HTML, wrapped where the page is narrow."""
    return f'<div style="{_PAPER};display:flex;flex-wrap:wrap;gap:12px">{"".join(figures)}</div>'


def figure(shown, caption, width, least=100):
    """Return HTML: what is shown, such as a `picture`, with its caption.

    It is about `width` pixels wide: a little more where there is room, and down to half of it, but not below `least`,
    before the row is wrapped.
    """
    least = min(width, max(width // 2, least))
    style = f"margin:0;flex:{width} 1 {least}px;max-width:{round(1.25 * width)}px;min-width:0"
    caption = f'<figcaption style="overflow-wrap:anywhere;line-height:1.3">{html.escape(caption)}</figcaption>'
    return f'<figure style="{style}">{shown}{caption}</figure>'


def chart(svg, caption, width):
    """Return a `figure` of a chart, which is not made so narrow that its words cannot be read."""
    return figure(svg, caption, width, least=400)


def picture(uri, alt, marks="", shape=None):
    """Return an `<img>`, as wide as its figure, with SVG `marks` over it in coordinates of `shape`, (height, width)."""
    # PNG has what is looked at pixel by pixel, such as the positions of a feature map: they are shown as squares.
    rendering = "pixelated" if uri.startswith("data:image/png") else "auto"
    style = f"display:block;width:100%;image-rendering:{rendering};margin:0"
    image = f'<img alt="{html.escape(alt)}" src="{uri}" decoding="sync" style="{style}">'
    if marks:
        place = "position:absolute;left:0;top:0;width:100%;height:100%;overflow:visible"
        marks = f'<svg aria-hidden="true" viewBox="0 0 {shape[1]} {shape[0]}" style="{place}">{marks}</svg>'
    return f'<div style="position:relative">{image}{marks}</div>'


# White in dark themes, too, as the figures of the lessons are.
_PAPER = "background:#fff;color:#1a1a1a;padding:6px 8px"
