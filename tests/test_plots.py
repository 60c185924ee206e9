"""Figures carry a description, stay small, and show what they are given."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from nst_tf import Record
from nst_tf.course import plots

PICTURES = [np.random.default_rng(seed).random((1, 40, 60, 3), np.float32) for seed in range(3)]
HISTORY = [Record(step, 10.0 / step, {}, 0.5 * step) for step in range(1, 6)]
FIGURES = {
    "images": lambda: plots.show_images(PICTURES, ["a", "b", "c"], alt="Three pictures of noise."),
    "feature maps": lambda: plots.show_feature_maps(np.ones((1, 8, 9, 4)), [0, 3], alt="Two grey maps."),
    "matrices": lambda: plots.show_matrices([np.eye(2)], ["unit"], alt="A 2 by 2 unit matrix.", fmt=".2g"),
    "histories": lambda: plots.show_histories({"run": HISTORY}, alt="J falls from 10 to 2."),
}


@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES)
def test_a_figure_and_its_description(make):
    figure = make()
    assert figure.alt == repr(figure)
    alt, mime, data = re.fullmatch(r'<img alt="(.*)" src="data:(.*);base64,(.*)">', figure._repr_html_()).groups()
    assert (alt, mime, base64.b64decode(data)) == (figure.alt, figure.mime, figure.data)
    with Image.open(io.BytesIO(figure.data)) as shown:
        assert shown.get_format_mimetype() == figure.mime
        corner = np.asarray(shown.convert("RGB"))[0, 0]
    assert corner.min() > 250  # white behind it, so that dark themes can show it


def test_a_description_with_signs_that_html_knows():
    figure = plots.show_images(PICTURES, alt='beta < 1 & "alpha" > 2')
    assert 'alt="beta &lt; 1 &amp; &quot;alpha&quot; &gt; 2"' in figure._repr_html_()


def test_noise_is_stored_as_jpeg_and_a_curve_as_png():
    noise = np.random.default_rng(0).random((1, 300, 300, 3), np.float32)
    assert plots.show_images([noise], alt="A picture of noise.").mime == "image/jpeg"
    assert FIGURES["histories"]().mime == "image/png"


def test_more_images_than_fit_in_a_row_need_a_second_one():
    def height(columns):
        figure = plots.show_images(PICTURES, alt="Noise.", columns=columns)
        with Image.open(io.BytesIO(figure.data)) as shown:
            return shown.height

    assert height(2) > 1.5 * height(3)


def test_signed_to_image():
    signed = np.array([-2.0, 0.0, 2.0] * 100).reshape(1, 10, 10, 3)
    assert np.unique(plots.signed_to_image(signed)) == pytest.approx([0, 0.5, 1])
    assert plots.signed_to_image(np.zeros((1, 4, 4, 3))) == pytest.approx(0.5)


def test_a_history_is_broken_where_the_size_changes(monkeypatch):
    """One colour and one label a run, a line for each size."""
    made, new_figure = [], plots.new_figure
    monkeypatch.setattr(plots, "new_figure", lambda *a, **k: made.append(new_figure(*a, **k)) or made[-1])
    two_sizes = [Record(step, 9.0, {}, step, scale) for step, scale in ((1, 2), (2, 2), (3, 1), (4, 1))]
    plots.show_histories({"run": two_sizes, "other": HISTORY}, alt="Two runs.")
    [(_, axis)] = made
    assert [list(line.get_xdata()) for line in axis.get_lines()] == [[1, 2], [3, 4], [1, 2, 3, 4, 5]]
    colours = [line.get_color() for line in axis.get_lines()]
    assert colours[0] == colours[1] != colours[2]
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["run", "other"]


@pytest.fixture
def made(monkeypatch):
    """Return a list of the figures that `plots` makes, as (figure, axes)."""
    figures, new_figure = [], plots.new_figure
    monkeypatch.setattr(plots, "new_figure", lambda *a, **k: figures.append(new_figure(*a, **k)) or figures[-1])
    return figures


def test_each_feature_map_is_that_of_its_channel(made):
    a = np.random.default_rng(1).random((1, 5, 7, 4))
    plots.show_feature_maps(a, [2, 0], alt="Two maps.")
    [(_, axes)] = made
    for axis, channel in zip(axes.flat, (2, 0), strict=False):
        np.testing.assert_array_equal(axis.get_images()[0].get_array(), a[0, :, :, channel])
        assert axis.get_title() == f"channel {channel}"


@pytest.mark.parametrize(("log", "scale"), [(True, "log"), (False, "linear")])
def test_a_history_has_the_axis_that_is_asked_for(made, log, scale):
    plots.show_histories({"run": HISTORY}, alt="J falls.", log=log)
    plots.show_histories({"run": HISTORY}, alt="J falls, over the seconds.", x="seconds", log=log)
    for _, axis in made:
        assert axis.get_yscale() == scale
    assert [axis.get_xlabel() for _, axis in made] == ["evaluations of the network", "seconds"]
    np.testing.assert_allclose(made[1][1].get_lines()[0].get_xdata(), [0.5, 1, 1.5, 2, 2.5])


def test_a_few_outliers_do_not_leave_the_rest_grey():
    """99 % of the magnitudes are 1 or less: these take the whole range, the outliers are clipped."""
    signed = np.ones((1, 10, 20, 3))
    signed[0, :, :10] = -1
    signed.reshape(-1)[::200] = 50.0
    image = plots.signed_to_image(signed)
    assert np.unique(image) == pytest.approx([0, 1])
    assert (image == 0).mean() == pytest.approx(0.5, abs=0.01)
