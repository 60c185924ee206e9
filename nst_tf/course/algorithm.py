"""One drawing of the whole algorithm: three pictures, one network, two costs, and the way back of the gradient.

It is drawn anew in each lesson that needs it, with that lesson's own pictures and with its part in full strength.
"""

import numpy as np
from matplotlib.patches import FancyBboxPatch, Rectangle

from ..errors import InputError
from . import plots

_BLUE, _ORANGE, _GREEN = plots.COLOURS[:3]
_TINTS = {_BLUE: "#e6f1f8", _ORANGE: "#fbece3", _GREEN: "#e4f4ee"}
_EVERY = frozenset({"content", "style", "total"})
_FAINT = 0.16
# All in inches: x of the blocks, and how high they are; y of the rows; the boxes (x, y, width, height)
_BLOCKS, _HEIGHTS = (1.92, 2.5, 3.08, 3.66, 4.24), (0.98, 0.82, 0.66, 0.5, 0.36)
_Y_C, _Y_G, _Y_S = 4.75, 2.8, 0.85
_CONTENT_BOX, _STYLE_BOX, _J_BOX = (2.5, 3.52, 2.3, 0.5), (1.65, 1.58, 3.15, 0.5), (5.08, 2.48, 1.52, 0.64)

_ALT = (
    "A diagram in three rows: the content image C on top, the generated image G in the middle, the style image S "
    "below, each followed by the five blocks of the same network. Block 4 of the rows C and G leads to the box "
    "J_content, all five blocks of the rows S and G to the box J_style; both boxes, times alpha and times beta, to J. "
    "Dashed arrows, the gradient, go back from J through both costs and the blocks of the middle row into the picture "
    "G, and nowhere else."
)
_LIT = {
    None: "",
    "content": " In full strength here: C, G and J_content; the rest is faint.",
    "style": " In full strength here: S, G and J_style; the rest is faint.",
    "total": " In full strength here: J, both costs, and the way of the gradient back into G; the rest is faint.",
}


def show_algorithm(C, S, G, *, highlight=None):
    """Draw the whole algorithm: forward from the pictures to J, and the gradient's way back into G.

    Args:
        C, S, G: images (1, n_H, n_W, 3) in [0, 1]: content, style, generated. Their sizes may differ.
        highlight: the part that is drawn in full strength, "content", "style" or "total"; None: all of it.

    Returns:
        A `plots.Described` figure, with a description of its own.

    Raises:
        InputError: `highlight` is none of these.
    """
    if highlight not in _LIT:
        raise InputError(f"highlight must be 'content', 'style', 'total' or None, not {highlight!r}")
    figure, axis = plots.new_figure(size=(6.7, 5.75))
    axis.axis("off")
    sketch = _Sketch(axis, highlight)
    _draw_rows(sketch, C, S, G)
    _draw_costs(sketch)
    _draw_way_back(sketch)
    _draw_legend(sketch)
    axis.set(xlim=(0, 6.7), ylim=(-0.25, 5.45), aspect="equal")
    return plots.Described(figure, _ALT + _LIT[highlight])


def _draw_rows(sketch, C, S, G):
    """Draw each picture, what it is called, and the network that looks at it."""
    sketch.picture(C, _Y_C, "content image C", {"content"})
    sketch.picture(G, _Y_G, "generated image G", _EVERY)
    sketch.picture(S, _Y_S, "style image S", {"style"})
    for y, parts in ((_Y_C, {"content"}), (_Y_G, _EVERY), (_Y_S, {"style"})):
        aside = 0.1 if y == _Y_G else 0  # beside it, the gradient comes back
        sketch.arrow([(1.42, y + aside), (_BLOCKS[0] - 0.18, y + aside)], parts)
        for k, (x, height) in enumerate(zip(_BLOCKS, _HEIGHTS, strict=True)):
            lit = parts - {"content"} if k == 4 else parts  # the content cost does not look at block 5
            sketch.block(x, y, height, str(k + 1), lit)
            if k:
                sketch.arrow([(_BLOCKS[k - 1] + 0.17, y + aside), (x - 0.18, y + aside)], lit)
    sketch.text(3.08, 5.36, "the network, VGG-16: five blocks, the same in each row, never changed", _EVERY)


def _draw_costs(sketch):
    """Draw the boxes of both costs and of J, and what leads to them."""
    x, half = _BLOCKS[3], _HEIGHTS[3] / 2
    sketch.box(_CONTENT_BOX, "$J_{content}$", "the same thing in the same place?", _BLUE, {"content", "total"})
    sketch.arrow([(x, _Y_C - half - 0.02), (x, 4.05)], {"content"}, _BLUE, "$a_C$")
    sketch.arrow([(x - 0.07, _Y_G + half + 0.02), (x - 0.07, 3.49)], {"content", "total"}, _BLUE, "$a_G$")
    sketch.box(_STYLE_BOX, "$J_{style}$", "do the same things occur together? (Gram)", _ORANGE, {"style", "total"})
    for k, (x, height) in enumerate(zip(_BLOCKS, _HEIGHTS, strict=True)):
        names = ("$a_S$", "$a_G$") if k == 0 else ("", "")
        sketch.arrow([(x, _Y_S + height / 2 + 0.02), (x, 1.55)], {"style"}, _ORANGE, names[0])
        sketch.arrow([(x - 0.07, _Y_G - height / 2 - 0.02), (x - 0.07, 2.11)], {"style", "total"}, _ORANGE, names[1])
    sketch.box(_J_BOX, "$J$", "$\\alpha J_{content} + \\beta J_{style}$", _GREEN, {"total"})
    sketch.arrow([(4.83, 3.85), (5.97, 3.85), (5.97, 3.15)], {"total"}, _BLUE)
    sketch.arrow([(4.83, 1.75), (5.97, 1.75), (5.97, 2.45)], {"total"}, _ORANGE)
    sketch.text(6.2, 3.5, "$\\times\\,\\alpha$", {"total"}, size=11)
    sketch.text(6.2, 2.1, "$\\times\\,\\beta$", {"total"}, size=11)


def _draw_way_back(sketch):
    """Draw the gradient: from J through both costs and the network of the middle row into the picture."""
    sketch.back([(5.78, 3.15), (5.78, 3.68), (4.83, 3.68)])
    sketch.back([(5.78, 2.45), (5.78, 1.92), (4.83, 1.92)])
    sketch.back([(_BLOCKS[3] + 0.07, 3.49), (_BLOCKS[3] + 0.07, _Y_G + _HEIGHTS[3] / 2 + 0.02)])
    for k, (x, height) in enumerate(zip(_BLOCKS, _HEIGHTS, strict=True)):
        sketch.back([(x + 0.07, 2.11), (x + 0.07, _Y_G - height / 2 - 0.02)])
        start = _BLOCKS[k - 1] + 0.17 if k else 1.42
        sketch.back([(x - 0.18, _Y_G - 0.1), (start, _Y_G - 0.1)])


def _draw_legend(sketch):
    sketch.arrow([(0.07, -0.1), (0.57, -0.1)], _EVERY)
    sketch.text(0.65, -0.1, "forward: how large is J?", _EVERY, side="left")
    sketch.back([(3.0, -0.1), (2.5, -0.1)])
    sketch.text(3.08, -0.1, "backward, the gradient: how shall G's pixels change?", {"total"}, side="left")


class _Sketch:
    """Draws in inches; what is not of the highlighted part is faint."""

    def __init__(self, axis, highlight):
        self._axis, self._highlight = axis, highlight

    def _strength(self, parts):
        return 1.0 if self._highlight in (None, *parts) else _FAINT

    def picture(self, image, y, name, parts):
        n_H, n_W = image.shape[1:3]
        width, height = (1.3, 1.3 * n_H / n_W) if n_H / n_W < 1.15 / 1.3 else (1.15 * n_W / n_H, 1.15)
        extent = (0.72 - width / 2, 0.72 + width / 2, y - height / 2, y + height / 2)
        strength = self._strength(parts)
        self._axis.imshow(np.clip(np.asarray(image)[0], 0, 1), extent=extent, alpha=strength)
        self.text(0.72, y - height / 2 - 0.14, name, parts)

    def block(self, x, y, height, name, parts):
        look = {"facecolor": "#dddddd", "edgecolor": "black", "linewidth": 0.8, "alpha": self._strength(parts)}
        self._axis.add_patch(Rectangle((x - 0.15, y - height / 2), 0.3, height, **look))
        self.text(x, y, name, parts)

    def box(self, place, title, question, colour, parts):
        x, y, width, height = place
        look = {"boxstyle": "round,pad=0.02", "facecolor": _TINTS[colour], "edgecolor": colour, "linewidth": 2}
        self._axis.add_patch(FancyBboxPatch((x, y), width, height, alpha=self._strength(parts), **look))
        self.text(x + width / 2, y + 0.66 * height, title, parts, size=11)
        self.text(x + width / 2, y + 0.22 * height, question, parts, size=11 if question[0] == "$" else 9)

    def text(self, x, y, words, parts, size=9, side="center"):
        self._axis.text(x, y, words, ha=side, va="center", fontsize=size, alpha=self._strength(parts))

    def arrow(self, points, parts, colour="black", name=""):
        """Draw a thin solid line through `points` with a head at its end; its name stands left of its middle."""
        self._line(points, {"color": colour, "linewidth": 1.3, "alpha": self._strength(parts)})
        (x, y), (_, y_end) = points[0], points[-1]
        self.text(x - 0.07, (y + y_end) / 2, name, parts, size=10, side="right")

    def back(self, points):
        """Draw the gradient's way: broad and dashed."""
        self._line(
            points, {"color": _GREEN, "linewidth": 2, "linestyle": (0, (2.2, 1)), "alpha": self._strength({"total"})}
        )

    def _line(self, points, look):
        self._axis.plot(*zip(*points, strict=True), **look, solid_capstyle="butt", dash_capstyle="butt")
        head = {"arrowstyle": "-|>,head_length=0.35,head_width=0.2", "color": look["color"], "alpha": look["alpha"]}
        before, end = np.array(points[-2:])
        start = end - 0.05 * (end - before) / np.linalg.norm(end - before)
        self._axis.annotate("", end, start, arrowprops={**head, "linewidth": 0, "shrinkA": 0, "shrinkB": 0})
