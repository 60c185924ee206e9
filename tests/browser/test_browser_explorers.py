"""Live explorers in JupyterLab: run the notebook, move the control, see that the picture changed, and how fast."""

import re
import time
from typing import NamedTuple

import nbformat
import pytest


class Explorer(NamedTuple):
    """An explorer to be moved.

    Attributes:
        name: what the test is called.
        code: the cell that shows it, as a lesson has it.
        control: the description of the control that is moved.
        keys: the keys that move it, one after the other.
        seconds: how long it may take until the picture has changed, on a busy machine.
    """

    name: str
    code: str
    control: str
    keys: tuple[str, ...]
    seconds: float


PICTURES = """
import nst_tf
from nst_tf.course import explorers

extractor = nst_tf.build_feature_extractor(nst_tf.load_vgg(), ["block1_conv1", "block2_conv1"])
pictures = {name: nst_tf.load_image(nst_tf.sample_image(name), 64) for name in ("cat", "rocket")}
"""
EXPLORERS = (
    Explorer(
        "descent", "from nst_tf.course import explorers\nexplorers.descent_explorer()", "learning rate",
        ("ArrowUp", "ArrowRight", "PageUp"), 10,
    ),
    Explorer(
        "activations", PICTURES + "explorers.activation_explorer(extractor, pictures)", "channel",
        ("ArrowUp", "ArrowUp"), 10,
    ),
    # With what the cell before has made
    Explorer("Gram matrix", "explorers.gram_explorer(extractor, pictures, 'block1_conv1')", "k", ("ArrowUp",), 10),
    Explorer(
        "content cost", "explorers.content_cost_explorer(extractor, pictures['cat'], pictures['rocket'])", "brightness",
        ("ArrowUp",), 20,
    ),
    Explorer(
        "style cost", "explorers.style_cost_explorer(extractor, pictures, dict.fromkeys(extractor.output, 0.5))",
        "block1_conv1", ("ArrowUp",), 10,
    ),
    Explorer(
        "total cost, toy", "explorers.total_cost_explorer(alpha=1, beta=4)", "beta", ("ArrowUp", "ArrowDown"), 10
    ),
    Explorer(
        "total cost",
        "config = nst_tf.Config(style_layers={'block1_conv1': 1.0}, content_layers={'block2_conv1': 1.0})\n"
        "objective = nst_tf.make_objective(extractor, pictures['cat'], pictures['rocket'], config)\n"
        "explorers.pull_explorer(objective, {'the cat': pictures['cat'], 'its mirror': pictures['cat'][:, :, ::-1]})",
        "beta", ("ArrowUp", "ArrowDown"), 10,
    ),
    Explorer(
        "units", "explorers.unit_explorer(extractor, pictures, {('block2_conv1', 3): pictures['cat']})", "unit",
        ("ArrowUp", "ArrowRight"), 10,
    ),
)  # fmt: skip


FILM = """
from nst_tf.course import films
films.flip_book([pictures['cat'], pictures['cat'][:, :, ::-1]], ["cat", "its mirror"], "A cat.", label="side")
"""


@pytest.fixture(scope="module")
def open_notebook(lab, browser):
    """Return a page of JupyterLab with a cell an explorer, and a film, all of them run."""
    codes = [*(explorer.code for explorer in EXPLORERS), FILM]
    cells = [nbformat.v4.new_code_cell(code.strip()) for code in codes]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
    })  # fmt: skip
    nbformat.write(notebook, lab.folder / "explorers.ipynb")
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    lab.open(page, "explorers.ipynb")
    lab.run_all(page)
    yield page
    page.close()


def shown(output):
    """Return all that the output shows as pictures: the addresses of images, the drawings in SVG."""
    return output.get_by_role("img").evaluate_all("pictures => pictures.map(picture => picture.outerHTML).join()")


def cell(page, number):
    """Return the output of a cell, its pictures drawn."""
    output = page.locator(".jp-Cell").nth(number).locator(".jp-OutputArea")
    output.scroll_into_view_if_needed()
    output.get_by_role("img").first.wait_for()
    return output


@pytest.mark.parametrize("number", range(len(EXPLORERS)), ids=[explorer.name for explorer in EXPLORERS])
def test_moving_the_control_changes_the_picture(open_notebook, number, record_property):
    page, explorer = open_notebook, EXPLORERS[number]
    output = cell(page, number)
    named = output.locator(".widget-inline-hbox").filter(has=page.locator(".widget-label", has_text=explorer.control))
    control = named.locator("[tabindex='0'], select, input").first
    assert control.get_attribute("aria-label").endswith(explorer.control), "a screen reader would not know its name"
    for key in explorer.keys:
        before = shown(output)
        control.focus()
        begin = time.perf_counter()
        page.keyboard.press(key)
        while shown(output) == before:
            assert time.perf_counter() - begin < explorer.seconds, "the picture has not changed"
            time.sleep(0.01)
        seconds = time.perf_counter() - begin
        record_property(f"seconds from {key} to the picture", round(seconds, 3))
        print(f"{explorer.name}: {seconds:.3f} s from {key} to the picture")


SELECTED = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"


def number_of(name):
    return next(number for number, explorer in enumerate(EXPLORERS) if explorer.name == name)


def test_keys_belong_to_the_controls_not_to_jupyterlab(open_notebook):
    """The arrows would select another cell, and letters cut or add one, while a list or a tick has the focus."""
    page, number = open_notebook, number_of("Gram matrix")
    output = cell(page, number)
    output.get_by_role("combobox").first.click()
    page.keyboard.press("Escape")
    cells, selected = page.locator(".jp-Cell").count(), page.evaluate(SELECTED)
    picture, tick = output.get_by_role("combobox", name="picture"), output.get_by_role("checkbox")
    before = shown(output)
    picture.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("select => select.value === 'rocket'", arg=picture.element_handle())
    assert shown_anew(output, before)
    page.keyboard.press("c")  # the first letter of an option
    assert picture.input_value() == "cat"
    tick.focus()
    for key in ("ArrowDown", "ArrowUp", "x", "Space"):
        page.keyboard.press(key)
    assert tick.is_checked() and page.evaluate("document.activeElement.type") == "checkbox"
    for key in ("Space", "Enter"):  # the button finds another channel for another k
        output.get_by_role("slider", name="k", exact=True).press("ArrowUp")
        before = shown(output)
        output.get_by_role("button", name="k' that goes with k").press(key)
        assert shown_anew(output, before)
    assert page.evaluate(SELECTED) == selected and page.locator(".jp-Cell").count() == cells


def test_keys_belong_to_a_film_too(open_notebook):
    page, output = open_notebook, cell(open_notebook, len(EXPLORERS))
    slider = output.get_by_role("slider", name="side")
    slider.focus()
    selected = page.evaluate(SELECTED)
    for key, value in (("ArrowDown", "0"), ("ArrowUp", "1")):
        slider.press(key)
        assert slider.input_value() == value
    assert page.evaluate(SELECTED) == selected


def test_a_sliders_number_can_be_typed(open_notebook):
    output = cell(open_notebook, number_of("total cost, toy"))
    number = output.get_by_role("textbox", name="x, typed")
    number.fill("4.5")
    number.press("Enter")
    output.get_by_role("status").filter(has_text="x = 4.5:").wait_for()
    assert output.get_by_role("slider", name="x", exact=True).get_attribute("aria-valuetext") == "4.50"


def test_a_slider_says_what_it_shows(open_notebook):
    """That of a logarithmic slider is the factor, not its logarithm; what changed is spoken."""
    output = cell(open_notebook, number_of("total cost, toy"))
    slider = output.get_by_role("slider", name="alpha", exact=True)
    slider.focus()
    slider.press("Home")
    open_notebook.wait_for_function("handle => handle.ariaValueText === '0.100'", arg=slider.element_handle())
    words = output.get_by_role("status")
    words.filter(has_text=re.compile(r"beta : alpha = (40|39\.8)\b")).wait_for()
    assert words.evaluate("words => words.isConnected && words.className") == "widget-html-content"


def shown_anew(output, before):
    end = time.perf_counter() + 10
    while shown(output) == before and time.perf_counter() < end:
        time.sleep(0.01)
    return shown(output) != before
