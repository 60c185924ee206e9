"""The lecture's slides, built once: as a page, then in a real browser, opened from the disk, with no network needed."""

import re
import subprocess
import sys

import lecture
import notebook_files as files
import pytest
from html_pages import page

SCREENS = [(1280, 720), (1024, 768)]
HEAVIEST = 2_000_000  # bytes
SHOW = "(slide => { const at = Reveal.getIndices(slide); Reveal.slide(at.h, at.v); })"
# What of the slide in front is outside of it, or of the window, or has more in it than it shows
CUT = """() => {
  const slide = Reveal.getCurrentSlide(), box = slide.getBoundingClientRect();
  const is_out = rect => rect.left < box.left - 1 || rect.right > box.right + 1 || rect.top < box.top - 1 ||
    rect.bottom > box.bottom + 1 || rect.right > innerWidth + 1 || rect.bottom > innerHeight + 1;
  return [...slide.querySelectorAll("*:not(script, aside, aside *, mjx-assistive-mml, mjx-assistive-mml *)")]
    .filter(element => element.getClientRects().length && (is_out(element.getBoundingClientRect()) ||
      (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX != "visible")))
    .map(element => element.outerHTML.slice(0, 80));
}"""


@pytest.fixture(scope="module")
def slides(tmp_path_factory):
    """Return the folder of the built slides; a warning is an error."""
    pytest.importorskip("sphinx_revealjs", reason="it is not installed: pip install '.[site]'")
    folder = tmp_path_factory.mktemp("build") / "slides"
    command = [sys.executable, "-W", "error::UserWarning", files.ROOT / "tools" / "build_slides.py", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.fixture
def open_slides(slides, new_page):
    """Return a function that opens the slides, at the first or where the address says; its formulas are there."""

    def open_them(width=1280, height=720, at=""):
        opened = new_page(width, height)
        opened.goto(f"{slides.as_uri()}/index.html{at}")
        opened.wait_for_function("Reveal.isReady() && MathJax.startup.promise")
        opened.evaluate("MathJax.startup.promise.then(() => document.fonts.ready).then(() => null)")
        return opened

    return open_them


def heading(opened):
    return opened.evaluate("Reveal.getCurrentSlide().querySelector('h1, h2').textContent")


def test_the_page_holds_all_slides_and_loads_nothing_from_elsewhere(slides):
    deck = page(slides / "index.html")
    text = deck.path.read_text(encoding="utf-8")
    assert re.findall(r"<h([12])", text) == ["1" if slide.startswith("# ") else "2" for slide in lecture.slides()]
    assert deck.broken() == deck.foreign() == deck.undescribed == []
    assert deck.path.stat().st_size < HEAVIEST


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_every_slide_fits(open_slides, width, height):
    opened = open_slides(width, height)
    cut = {}
    for number in range(opened.evaluate("Reveal.getTotalSlides()")):
        opened.evaluate(f"{SHOW}(Reveal.getSlides()[{number}])")
        if found := opened.evaluate(CUT):
            cut[heading(opened)] = found
    assert number + 1 == len(lecture.slides()) and cut == {} and opened.faults == []


def test_what_does_not_fit_is_found(open_slides):
    """The test above can fail."""
    opened = open_slides()
    opened.evaluate("Reveal.getCurrentSlide().querySelector('p').style.height = '700px'")
    assert opened.evaluate(CUT)


def test_formulas_are_set(open_slides):
    opened = open_slides()
    sources = [cell.source for cell in lecture.notebook().cells if cell.cell_type == "markdown"]
    formulas = sum(len(re.findall(r"\$\$.+?\$\$|\$[^$]+\$", source, re.DOTALL)) for source in sources)
    assert opened.locator("mjx-container").count() == formulas > 20
    assert opened.locator("mjx-merror").count() == 0


def test_keys_lead_from_the_first_slide_to_the_last(open_slides):
    opened, seen = open_slides(), []
    for key in ["Space", "PageDown", "ArrowRight"] * len(lecture.slides()):
        seen.append(heading(opened))
        if opened.evaluate("Reveal.isLastSlide()"):
            break
        opened.keyboard.press(key)
    assert seen == [slide.splitlines()[0].lstrip("# ").replace("*", "") for slide in lecture.slides()]
    opened.keyboard.press("PageUp")
    assert heading(opened) == seen[-2] and opened.faults == []


@pytest.mark.parametrize("which", [0, -1], ids=["first", "last"])
def test_a_film_moves_and_leaves_the_keys_to_the_slides(open_slides, which):
    """The first and the last are one film, whose script comes once."""
    opened = open_slides()
    film = opened.locator("[data-film]").nth(which)
    film.evaluate(f"film => {SHOW}(film.closest('section'))")
    picture, slider, here = film.locator("[data-part=picture]"), film.locator("input[type=range]"), heading(opened)
    shown = [picture.get_attribute("src")]
    slider.click(position={"x": 5, "y": 10})
    shown.append(picture.get_attribute("src"))
    slider.focus()
    slider.press("ArrowRight")
    shown.append(picture.get_attribute("src"))
    assert len(set(shown)) == 3 and heading(opened) == here
    slider.click(position={"x": 5, "y": 10})
    opened.keyboard.press("ArrowRight")
    assert heading(opened) != here and opened.faults == []


@pytest.mark.parametrize("at", ["#/0", "#/1/3", "#/3/5", "#/4/7"], ids=["title", "film", "table", "code"])
def test_nothing_serious_hinders_anyone(open_slides, hindrances, at):
    assert hindrances(open_slides(at=at)) == {}


def test_the_speakers_notes_open(open_slides):
    opened = open_slides(at="#/3/2")
    with opened.expect_popup() as popup:
        opened.keyboard.press("s")
    popup.value.get_by_text("Everybody says yes, they show the same.").wait_for()
    assert opened.faults == []


def test_they_can_be_printed(open_slides):
    """A page each, and each as high as a slide."""
    opened = open_slides(at="?print-pdf")
    opened.wait_for_function("n => document.querySelectorAll('.pdf-page').length == n", arg=len(lecture.slides()))
    heights = opened.locator(".pdf-page > section").evaluate_all("all => all.map(one => one.offsetHeight)")
    assert set(heights) == {720}
