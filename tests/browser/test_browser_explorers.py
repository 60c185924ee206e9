"""Live explorers in JupyterLab: run the notebook, move the control, see that the picture changed, and how fast."""

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
)  # fmt: skip


@pytest.fixture(scope="module")
def open_notebook(lab, browser):
    """Return a page of JupyterLab with a cell an explorer, all of them run."""
    cells = [nbformat.v4.new_code_cell(explorer.code.strip()) for explorer in EXPLORERS]
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


@pytest.mark.parametrize("number", range(len(EXPLORERS)), ids=[explorer.name for explorer in EXPLORERS])
def test_moving_the_control_changes_the_picture(open_notebook, number, record_property):
    page, explorer = open_notebook, EXPLORERS[number]
    output = page.locator(".jp-Cell").nth(number).locator(".jp-OutputArea")
    output.scroll_into_view_if_needed()
    output.get_by_role("img").first.wait_for()
    named = output.locator(".widget-inline-hbox").filter(has=page.locator(".widget-label", has_text=explorer.control))
    control = named.locator("[tabindex='0'], select, input").first
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
