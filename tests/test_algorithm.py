"""The drawing of the whole algorithm shows the pictures given, and makes faint what is not in hand."""

import matplotlib.colors
import numpy as np
import pytest

from nst_tf import InputError
from nst_tf.course import algorithm, plots

C, S, G = (np.full((1, 40, width, 3), shade, np.float32) for width, shade in ((60, 0.2), (30, 0.5), (50, 0.8)))


@pytest.fixture
def drawn(monkeypatch):
    """Return a function that draws and returns the axis."""
    figures, new_figure = [], plots.new_figure
    monkeypatch.setattr(plots, "new_figure", lambda *a, **k: figures.append(new_figure(*a, **k)) or figures[-1])

    def draw(highlight=None):
        algorithm.show_algorithm(C, S, G, highlight=highlight)
        return figures[-1][1]

    return draw


def strong(axis):
    """Return the texts in full strength."""
    return [text.get_text() for text in axis.texts if text.get_alpha() == 1 and text.get_text()]


def dashed(axis):
    return [line for line in axis.get_lines() if line.is_dashed()]


def test_each_picture_stands_in_its_row_and_is_not_stretched(drawn):
    shown = sorted(drawn().get_images(), key=lambda image: -image.get_extent()[2])
    for image, given in zip(shown, (C, G, S), strict=True):
        np.testing.assert_array_equal(image.get_array(), given[0])
        left, right, bottom, top = image.get_extent()
        assert (right - left) / (top - bottom) == pytest.approx(given.shape[2] / given.shape[1])


@pytest.mark.parametrize(
    ("highlight", "boxes", "pictures"),
    [(None, "JCS", "CGS"), ("content", "C", "CG"), ("style", "S", "GS"), ("total", "JCS", "G")],
)
def test_what_is_not_in_hand_is_faint(drawn, highlight, boxes, pictures):
    axis = drawn(highlight)
    names = {"$J$": "J", "$J_{content}$": "C", "$J_{style}$": "S"}
    assert {names[text] for text in strong(axis) if text in names} == set(boxes)
    assert {text[-1] for text in strong(axis) if "image" in text} == set(pictures)
    assert {line.get_alpha() == 1 for line in dashed(axis)} == {"J" in boxes}


def test_the_gradient_goes_to_the_generated_image_alone(drawn):
    axis = drawn()
    rows = {text.get_text()[-1]: text.get_position()[1] for text in axis.texts if "image" in text.get_text()}
    ends = [(line.get_xdata()[-1], line.get_ydata()[-1]) for line in dashed(axis)]
    into_a_picture = [y for x, y in ends if x == min(x for x, _ in ends)]
    assert len(into_a_picture) == 1
    above = {name for name, y in rows.items() if y > into_a_picture[0]}
    assert above == {"C"}  # the names stand below their pictures


def test_a_part_that_there_is_not():
    with pytest.raises(InputError, match="highlight must be 'content', 'style', 'total' or None, not 'gram'"):
        algorithm.show_algorithm(C, S, G, highlight="gram")


def test_it_is_described_and_says_what_is_in_hand():
    whole = algorithm.show_algorithm(C, S, G).alt
    assert algorithm.show_algorithm(C, S, G, highlight="style").alt.startswith(whole)
    assert "S, G and J_style" in algorithm.show_algorithm(C, S, G, highlight="style").alt


def test_content_and_style_differ_in_more_than_colour(drawn):
    """Each box has its name and its question; what goes forward is solid, what goes back is dashed."""
    axis = drawn()
    assert {"the same thing in the same place?", "do the same things occur together? (Gram)"} <= set(strong(axis))
    colours = {matplotlib.colors.to_hex(line.get_color()) for line in dashed(axis)}
    assert len(colours) == 1
    assert not any(
        matplotlib.colors.to_hex(line.get_color()) in colours for line in axis.get_lines() if not line.is_dashed()
    )
