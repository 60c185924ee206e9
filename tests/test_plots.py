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
    "comparisons": lambda: plots.show_comparisons(np.eye(2), PICTURES[:2], PICTURES[1:], alt="Two by two numbers."),
    "bars": lambda: plots.show_bars({"a": {"x": 1, "y": 2}}, alt="Two bars, 1 and 2.", y="height"),
    "opposition": lambda: plots.show_opposition([([1, -2], [-1, 2])], ["a"], alt="Two dots.", x="one", y="other"),
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


def test_noise_is_stored_as_webp_and_a_curve_as_png():
    noise = np.random.default_rng(0).random((1, 300, 300, 3), np.float32)
    assert plots.show_images([noise], alt="A picture of noise.").mime == "image/webp"
    assert FIGURES["histories"]().mime == "image/png"


def test_a_png_keeps_its_colours():
    figure, axis = plots.new_figure()
    for n in range(6):  # every colour of the cycle, with all the mixtures at the edges of the lines
        axis.plot([0, 1, 2], [n, 5 - n, n], "o-")
    with Image.open(io.BytesIO(plots.Described(figure, "Six lines.").data)) as shown:
        assert shown.mode == "P" and shown.format == "PNG"
        kept = np.asarray(shown.convert("RGB"), int)
    drawn = np.asarray(plots._drawn(figure), int)
    assert np.abs(kept - drawn).max() < 24 and np.abs(kept - drawn).mean() < 1


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


def test_signed_arrays_of_one_limit_compare():
    weak, strong = (np.array([-1.0, 1.0] * 150).reshape(1, 10, 10, 3) * size for size in (1, 4))
    assert np.unique(plots.signed_to_image(weak, limit=4)) == pytest.approx([0.375, 0.625])
    assert np.unique(plots.signed_to_image(strong, limit=4)) == pytest.approx([0, 1])


def test_a_history_is_broken_where_the_size_changes(monkeypatch):
    """One colour and one label a run, a line for each size."""
    made, new_figure = [], plots.new_figure
    monkeypatch.setattr(plots, "new_figure", lambda *a, **k: made.append(new_figure(*a, **k)) or made[-1])
    two_sizes = [Record(step, 9.0, {}, step, scale) for step, scale in ((1, 2), (2, 2), (3, 1), (4, 1))]
    plots.show_histories({"run": two_sizes, "other": HISTORY}, alt="Two runs.", label="lowest J")
    [(_, axis)] = made
    assert axis.get_ylabel() == "lowest J"
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


def test_each_row_and_column_is_headed_by_its_image(made):
    """The middle of it, squares: left of its row, above its column."""
    matrix = np.arange(6.0).reshape(2, 3)
    plots.show_comparisons(matrix, PICTURES[:2], PICTURES, alt="Six numbers.", fmt=".0f")
    [(_, axis)] = made
    numbers, *heads = axis.get_images()
    np.testing.assert_array_equal(numbers.get_array(), matrix)
    assert [text.get_text() for text in axis.texts] == ["0", "1", "2", "3", "4", "5"]
    for head, image in zip(heads, [*PICTURES[:2], *PICTURES], strict=True):
        np.testing.assert_array_equal(head.get_array(), image[0, :, 10:50])
    middles = [(np.mean(head.get_extent()[:2]), np.mean(head.get_extent()[2:])) for head in heads]
    assert all(x < -0.5 and y == pytest.approx(row) for row, (x, y) in enumerate(middles[:2]))
    assert all(y < -0.5 and x == pytest.approx(column) for column, (x, y) in enumerate(middles[2:]))


def test_bars_of_one_name_stand_side_by_side(made):
    plots.show_bars({"ours": {"a": 1, "b": 2}, "theirs": {"a": 3, "b": 4}}, alt="Four bars.", y="share")
    [(_, axis)] = made
    assert [bar.get_height() for bar in axis.patches] == [1, 2, 3, 4]
    left, right = axis.patches[0], axis.patches[2]
    assert left.get_x() + left.get_width() == pytest.approx(right.get_x()) == pytest.approx(0)
    assert [text.get_text() for text in axis.get_xticklabels()] == ["a", "b"]
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["ours", "theirs"]


def test_opposed_arrays_lie_on_the_line_and_share_a_scale(made):
    x = np.linspace(-1, 1, 5000).reshape(1, 10, 500)
    plots.show_opposition([(x, -x), (0.1 * x, 0.1 * x)], ["a", "b"], alt="Two clouds.", x="one", y="other", n_dots=100)
    [(_, axes)] = made
    line, dots = axes[0].get_lines()
    assert np.sum(line.get_data(), axis=0) == pytest.approx(0)
    assert len(dots.get_xdata()) == 100 and np.sum(dots.get_data(), axis=0) == pytest.approx(0)
    assert axes[0].get_xlim() == axes[1].get_xlim() == axes[1].get_ylim() == pytest.approx((-1, 1), rel=0.01)
