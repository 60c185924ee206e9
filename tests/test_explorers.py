"""The explorers: each control is described, moves by itself, and changes what is shown, in pictures and in words.

They use what ipywidgets 7.7 (Colab) and 8 share. To run these tests under the older one, from the repository's root:

    python -m venv old && old/bin/pip install ".[test]" ipywidgets==7.7.1 ipython==7.34.0
    old/bin/python -m pytest -n 0 tests/test_explor*.py tests/test_studio*.py tests/test_within_reach.py
"""

import base64
import html
import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PIL import Image

ipywidgets = pytest.importorskip("ipywidgets")

import nst_tf  # noqa: E402
from nst_tf import InputError  # noqa: E402
from nst_tf.course import explorers  # noqa: E402
from nst_tf.course.explorers import charts, layout, rasters  # noqa: E402

LAYERS = ["block1_conv1", "block2_conv1", "block3_conv1"]
KINDS = (
    ipywidgets.Box, ipywidgets.HTML, ipywidgets.IntSlider, ipywidgets.FloatSlider, ipywidgets.FloatLogSlider,
    ipywidgets.Dropdown, ipywidgets.Checkbox, ipywidgets.Button,
)  # fmt: skip
NAMES = ("activations", "content", "descent", "gram", "pulls", "style", "toy", "units")


@pytest.fixture(scope="module")
def made(vgg, content, style):
    """Return every explorer, {name: explorer}, on small pictures."""
    shallow = nst_tf.build_feature_extractor(vgg, LAYERS)
    config = nst_tf.Config(style_layers={"block1_conv1": 1.0}, content_layers={"block2_conv1": 1.0})
    pictures = {"cat": content, "wave": style, "grey <&>": np.full((1, 40, 40, 3), 0.5, np.float32)}
    start = nst_tf.initialise_generated_image(content, start="content+noise", seed=0)
    noise = nst_tf.initialise_generated_image(content, start="noise", seed=0)
    return {
        "activations": explorers.activation_explorer(shallow, pictures),
        "content": explorers.content_cost_explorer(shallow, content, style),
        "descent": explorers.descent_explorer(),
        "gram": explorers.gram_explorer(shallow, pictures, "block2_conv1", (1, 2)),
        "pulls": explorers.pull_explorer(
            nst_tf.make_objective(shallow, content, style, config), {"start": start, "noise": noise}
        ),
        "style": explorers.style_cost_explorer(shallow, pictures, dict.fromkeys(LAYERS, 0.2)),
        "toy": explorers.total_cost_explorer(),
        "units": explorers.unit_explorer(shallow, pictures, {("block2_conv1", 3): content, ("block1_conv1", 5): style}),
    }


def elsewhere(control):
    """Return another value that the control can take."""
    if hasattr(control, "options"):
        return next(option for option in control.options if option != control.value)
    if isinstance(control.value, bool):
        return not control.value
    if isinstance(control, ipywidgets.FloatLogSlider):
        return control.value * 1.5
    middle = (control.min + control.max) / 2
    middle = int(middle) if isinstance(control.value, int) else middle
    return middle if middle != control.value else control.max


def all_widgets(widget):
    return [widget, *(found for child in getattr(widget, "children", ()) for found in all_widgets(child))]


@pytest.mark.parametrize("name", NAMES)
def test_each_control_changes_what_is_shown_and_back_again(made, name):
    explorer = made[name]
    assert len(explorer.controls) >= 2
    for control in explorer.controls:
        before, old = explorer.view.value + explorer.words.value, control.value
        control.value = elsewhere(control)
        assert explorer.view.value + explorer.words.value != before, control.description
        control.value = old
        # Where a layer has fewer channels, another control may have moved along.
        if not hasattr(control, "options"):
            assert explorer.view.value + explorer.words.value == before, control.description


@pytest.mark.parametrize("name", NAMES)
def test_every_control_is_described(made, name):
    """With a label, and with a hint under the pointer, whatever ipywidgets calls it."""
    buttons = [widget for widget in all_widgets(made[name]) if isinstance(widget, ipywidgets.Button)]
    for control in [*made[name].controls, *buttons]:
        assert control.description
        hint = getattr(control, "tooltip", None) or getattr(control, "description_tooltip", None)
        assert len(hint) > 10
        if control in made[name].controls:
            assert control.style.description_width == "initial"  # not cut off


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shown_is_well_formed_and_has_descriptions(made, name):
    explorer = made[name]
    page = f"<page>{explorer.words.value}{explorer.view.value}</page>"
    tree = ElementTree.fromstring(re.sub(r"(<img [^>]*)>", r"\1/>", page))  # HTML's img has no end
    images = list(tree.iter("img"))
    charts_shown = [svg for svg in tree.iter("svg") if svg.get("role") == "img"]
    assert images or charts_shown
    assert all(len(image.get("alt")) > 5 for image in images)
    assert all(len(svg.get("aria-label")) > 10 for svg in charts_shown)
    for svg in tree.iter("svg"):  # others are marks on pictures that are described, or parts of charts
        assert svg.get("role") == "img" or svg.get("aria-hidden") == "true" or svg.get("overflow") == "hidden"


@pytest.mark.parametrize("name", NAMES)
def test_the_sentence_is_spoken_when_it_changes(made, name):
    assert "nst-spoken" in made[name].words._dom_classes and "nst-explorer" in made[name]._dom_classes
    words = re.sub("<[^>]+>", "", made[name].words.value)
    assert re.search(r"\d", words) and len(words) > 30
    assert "nan" not in words


@pytest.mark.parametrize("name", NAMES)
def test_only_what_ipywidgets_7_and_8_share(made, name):
    for widget in all_widgets(made[name]):
        assert isinstance(widget, KINDS)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wider_than_a_narrow_page(made, name):
    for widget in all_widgets(made[name]):
        width = widget.layout.width or "auto"
        assert width in ("auto", "100%"), widget
    wide = [int(n) for n in re.findall(r"[; ]width:(\d+)px|min-width:([1-9]\d*)px", made[name].view.value) if n]
    assert wide == []
    assert all("flow" in row.layout.flex_flow or "wrap" in row.layout.flex_flow for row in made[name].children[1:-2])


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_page_holds_an_invitation(made, name):
    """A widget is stored as its repr, of which ipywidgets keeps 110 characters."""
    assert re.fullmatch(r"Run this cell to [a-z].{20,90}\.", repr(made[name]))
    assert len(repr(made[name])) <= 110


def test_moving_nothing_draws_nothing(made, monkeypatch):
    explorer, drawn = made["toy"], []
    monkeypatch.setattr(explorer, "_draw", lambda: drawn.append(1) or ("", ""))
    explorer.controls[0].value = explorer.controls[0].value
    assert drawn == []


def test_a_layer_has_its_own_channels(made):
    explorer = made["activations"]
    _, layer, channel = explorer.controls
    layer.value = "block3_conv1"
    assert channel.max == 255
    channel.value = 255
    layer.value = "block1_conv1"
    assert (channel.max, channel.value) == (63, 63)
    assert "block1_conv1, channel 63" in explorer.words.value


def test_deep_layers_of_small_pictures(extractor, content):
    """Two by three positions: nothing to shift, fields far beyond the border, few channels that are active at all."""
    deep = nst_tf.build_feature_extractor(extractor, ["block5_conv1", "block5_conv3"])
    for explorer in (
        explorers.gram_explorer(deep, {"cat": content}),
        explorers.activation_explorer(deep, {"cat": content}),
        explorers.unit_explorer(deep, {"cat": content}),
        explorers.content_cost_explorer(deep, content, content[:, ::-1]),
    ):
        for control in explorer.controls:
            if not hasattr(control, "options") or len(control.options) > 1:
                control.value = elsewhere(control)
        assert "nan" not in explorer.words.value + re.sub('base64,[^"]*', "", explorer.view.value)


def test_what_cannot_be_explored_is_said(vgg, content):
    shallow = nst_tf.build_feature_extractor(vgg, LAYERS)
    with pytest.raises(InputError, match="nothing to choose from for picture"):
        explorers.gram_explorer(shallow, {})
    with pytest.raises(InputError, match="block5_conv1"):
        explorers.activation_explorer(shallow, {"cat": content}, "block5_conv1")
    with pytest.raises(InputError, match="two or more"):
        explorers.style_cost_explorer(shallow, {"cat": content}, dict.fromkeys(LAYERS, 0.2))


def test_names_from_outside_are_no_markup(made):
    explorer = made["style"]
    explorer.controls[1].value = "grey <&>"
    assert html.escape("grey <&>") in explorer.view.value
    assert "grey <&>" not in explorer.view.value + explorer.words.value


def press(explorer, description):
    [found] = [widget for widget in all_widgets(explorer) if getattr(widget, "description", "") == description]
    found.click()


def test_buttons_that_find_channels(made):
    explorer = made["gram"]
    _, _, k, other, *_ = explorer.controls
    r = {}
    for sign, description in ((1, "k' that goes with k"), (-1, "k' that avoids k")):
        press(explorer, description)
        r[sign] = float(re.search(r"r = (-?[\d.]+)", explorer.words.value).group(1))
        assert other.value != k.value
    assert r[1] > r[-1]
    channel = made["activations"].controls[2]
    before = channel.value
    press(made["activations"], "next in activity")
    assert channel.value != before


def test_buttons_that_undo(made):
    for name, description in (("content", "back to C"), ("style", "weights as at first")):
        before = [control.value for control in made[name].controls]
        sliders = [c for c in made[name].controls if isinstance(c, (ipywidgets.IntSlider, ipywidgets.FloatSlider))]
        for control in sliders:
            control.value = elsewhere(control)
        press(made[name], description)
        assert [control.value for control in made[name].controls] == before


def test_units_that_draw_themselves(made):
    explorer = made["units"]
    layer, unit = explorer.controls
    shown = []
    for _ in range(3):
        press(explorer, "next that was drawn")
        shown.append((layer.value, unit.value))
        assert "the unit draws" in explorer.view.value
    assert shown == [("block2_conv1", 3), ("block1_conv1", 5), ("block2_conv1", 3)]
    unit.value = 4
    assert "the unit draws" not in explorer.view.value


def test_shuffled_maps_have_the_same_gram_matrix(made):
    explorer = made["gram"]
    shuffled = explorer.controls[-1]
    before = re.search(r"G\[\d+, \d+\] = ([\d,]+)", explorer.words.value).group(1)
    shuffled.value = True
    assert f"was {before}" in explorer.words.value
    assert re.search(r"none has changed by more than \de-0[5-9]", explorer.words.value)
    shuffled.value = False


def decoded(uri):
    with Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))) as image:
        return np.asarray(image.convert("RGB"))


def test_maps_are_drawn_as_they_are():
    shown = decoded(rasters.grey(np.array([[0.0, 1.0], [2.0, 4.0]])))
    np.testing.assert_array_equal(shown[..., 0], [[0, 64], [128, 255]])
    assert decoded(rasters.grey(np.zeros((2, 2)))).max() == 0  # a silent channel
    np.testing.assert_array_equal(decoded(rasters.coloured(np.array([[0.0, 3.0]])))[0], rasters.VIRIDIS[[0, 255]])


def test_a_line_is_where_its_numbers_are():
    axes = charts.Axes((0, 10), (0, 100), xlabel="x", ylabel="y", size=(500, 300))
    left, right = axes.at(0, 0), axes.at(10, 100)
    np.testing.assert_allclose(axes.at(5, 50), np.add(left, right) / 2)
    assert right[0] > left[0] and right[1] < left[1]  # up is up
    axes.line([0, 10], [0, 100])
    points = re.search(r'points="([^"]+)"', axes.svg("A line.")).group(1)
    assert points == " ".join(f"{x:.1f},{y:.1f}" for x, y in (left, right))


def test_bars_are_in_proportion():
    shown = charts.bars({"a": 1.0, "b": 2.0}, "Two bars.", notes={"b": "two"}, marked={"a"})
    short, long = (float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', shown))
    assert long == pytest.approx(2 * short, abs=0.2)
    assert "▸ a" in shown and ">two<" in shown  # marked by more than a colour


def test_a_picture_is_escaped():
    assert 'alt="&lt;a&gt; &quot;b&quot;"' in layout.picture("data:,", '<a> "b"')
