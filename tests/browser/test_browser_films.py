"""A film in a page that nbconvert has made, with no kernel anywhere: it moves; and without scripts it stands still."""

import base64
import io

import nbformat
import numpy as np
import pytest
from nbconvert import HTMLExporter
from PIL import Image

from nst_tf.course import films

GREYS = (0.1, 0.5, 0.9)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Return the address of a page with a film of three grey pictures and a curve."""
    pictures = [np.full((1, 32, 48, 3), grey, np.float32) for grey in GREYS]
    chart = films.curves([1, 2, 3], {"J": [9.0, 4.0, 1.0]}, xlabel="evaluations", ylabel="J")
    film = films.flip_book(pictures, ["one", "two", "three"], "A grey picture.", chart, label="step")
    cell = nbformat.v4.new_code_cell("film", execution_count=1, outputs=[nbformat.v4.new_output(
        "execute_result", {"text/html": film._repr_html_(), "text/plain": repr(film)}, execution_count=1
    )])  # fmt: skip
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    path = tmp_path_factory.mktemp("films") / "film.html"
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


def grey_of(picture):
    """Return how bright the picture is that the page shows."""
    data = picture.get_attribute("src").partition("base64,")[2]
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        return np.asarray(image).mean() / 255


@pytest.mark.parametrize("width", [1280, 600])
def test_the_slider_moves_the_film(new_page, address, width):
    page = new_page(width)
    page.goto(address)
    picture, slider = page.get_by_role("img").first, page.get_by_role("slider", name="step")
    assert grey_of(picture) == pytest.approx(GREYS[-1], abs=0.02)
    slider.focus()
    for grey, caption in ((GREYS[1], "two"), (GREYS[0], "one")):
        slider.press("ArrowLeft")
        assert grey_of(picture) == pytest.approx(grey, abs=0.02)
        assert picture.get_attribute("alt") == f"A grey picture. Now: {caption}"
        assert page.get_by_text(caption, exact=True).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_a_described_picture_stands(new_page, address):
    page = new_page(java_script_enabled=False)
    page.goto(address)
    picture = page.get_by_role("img", name="A grey picture.")
    assert grey_of(picture.first) == pytest.approx(GREYS[-1], abs=0.02)
    assert page.get_by_role("slider").count() == 0
