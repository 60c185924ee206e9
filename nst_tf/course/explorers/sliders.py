"""Sliders over pictures made beforehand: nothing is computed while they move."""

import io

import ipywidgets

from ...errors import InputError
from ...images import to_pil


def picture_slider(pictures, *, description, alt, width=512):
    """Return a widget: a slider that flips through pictures.

    Args:
        pictures: {label: image (1, n_H, n_W, 3)}, in the slider's order.
        description: the slider's label, such as "beta".
        alt: what the pictures show, for those who cannot see them.
        width: pixels on the screen.

    Raises:
        InputError: no pictures.
    """
    return _flip_through({label: _png(image) for label, image in pictures.items()}, description, alt, width)


def figure_slider(figures, *, description, alt, width=640):
    """Return a widget: a slider that flips through `plots.Described` figures, {label: figure}."""
    return _flip_through({label: figure.data for label, figure in figures.items()}, description, alt, width)


class _Sliders(ipywidgets.VBox):
    def __repr__(self):
        return "(interactive: run this cell to move the slider)"


def _flip_through(pages, description, alt, width):
    if not pages:
        raise InputError("there is nothing to flip through: give at least one picture")
    labels = [str(label) for label in pages]
    by_label = dict(zip(labels, pages.values(), strict=True))
    slider = ipywidgets.SelectionSlider(
        options=labels, value=labels[0], description=description, continuous_update=True,
        layout=ipywidgets.Layout(width=f"{width}px"),
    )  # fmt: skip
    picture = ipywidgets.Image(value=by_label[labels[0]], layout=ipywidgets.Layout(width=f"{width}px"))
    caption = ipywidgets.HTML(f"<small>{alt}</small>")

    def show(change):
        picture.value = by_label[change["new"]]

    slider.observe(show, names="value")
    return _Sliders([slider, picture, caption])


def _png(image):
    buffer = io.BytesIO()
    to_pil(image).save(buffer, "PNG")
    return buffer.getvalue()
