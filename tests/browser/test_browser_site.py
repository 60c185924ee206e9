"""The site, built once: its pages as files; then in a real browser, opened from the disk, with no network needed."""

import functools
import http.server
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import notebook_files as files
import pytest
import site_pages
from html_pages import page

LESSONS = [f"notebooks/{path.stem}.html" for path in files.lessons()]
PAGES = [
    "index.html", *LESSONS, *(lesson.replace("/", "/exercises/") for lesson in LESSONS), "notebooks/README.html",
    "notebooks/studio.html", "notebooks/NOTATION.html", "notebooks/TEACHING.html", "README.html", "exercises.html",
    "gallery.html", "options.html", "troubleshooting.html", "api.html", "benchmarks/README.html", "credits.html",
    "search.html", "slides/index.html",
]  # fmt: skip
TO_BE_ACCESSIBLE = [
    *((name, 1280, "light") for name in ("index.html", *(LESSONS[number] for number in (0, 3, 12)))),
    *((name, 600, "dark") for name in ("index.html", LESSONS[0])),
]
HEAVIEST = 2_000_000  # bytes, with a page's own pictures


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the folder of the built site: Sphinx fails at the first warning."""
    pytest.importorskip("sphinx_book_theme", reason="it is not installed: pip install '.[site]'")
    folder = tmp_path_factory.mktemp("build") / "site"
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"}
    command = [sys.executable, files.ROOT / "tools" / "build_site.py", folder]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.fixture(scope="module")
def pages(site):
    """Return all the pages of the site, each with its name, the path from the first page to it."""
    found = [page(path) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]
    for each in found:
        each.name = each.path.relative_to(site).as_posix()
    return found


# --- its pages as files ---


def test_every_page_is_there(site, pages):
    assert [name for name in PAGES if not (site / name).is_file()] == []
    assert len(pages) > len(PAGES) + 0.9 * len(site_pages.modules())


def test_links_and_what_is_loaded_lead_somewhere(pages):
    assert {each.name: each.broken() for each in pages if each.broken()} == {}


def test_nothing_is_loaded_from_elsewhere(site, pages):
    assert {each.name: each.foreign() for each in pages if each.foreign()} == {}
    styles = {path.name: re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//[^)\"']*", path.read_text(encoding="utf-8"))
              for path in site.rglob("*.css")}  # fmt: skip
    assert {name: found for name, found in styles.items() if found} == {}


def test_pages_are_light(pages):
    weights = {each.name: each.weight() for each in pages}
    assert {name: weight for name, weight in weights.items() if weight >= HEAVIEST} == {}


def test_every_picture_is_described(pages):
    assert {each.name: each.undescribed for each in pages if each.undescribed} == {}
    lesson = next(each for each in pages if each.name == LESSONS[6])
    assert sum(address.startswith("data:") for address in lesson.loaded) > 5


def test_exercises_have_their_solutions_folded(site):
    text = (site / "notebooks" / "exercises" / Path(LESSONS[6]).name).read_text(encoding="utf-8")
    assert text.count("Show a solution") == 4 and "SOLUTION</span>" not in text
    assert text.count("YOUR CODE HERE") == 4


def test_notebooks_are_offered_as_they_are(site):
    for path in files.NOTEBOOKS.rglob("[0-9]*.ipynb"):
        assert (site / "_sources" / path.relative_to(files.ROOT)).read_bytes() == path.read_bytes()


def test_the_guide_leads_to_the_slides(pages):
    assert "../slides/index.html" in next(each for each in pages if each.name == "notebooks/TEACHING.html").links


# --- in a browser ---


@pytest.fixture
def open_page(site, new_page):
    """Return a function that opens a page of the site."""

    def open_one(name, *, address=None, **options):
        opened = new_page(**options)
        opened.goto(f"{address or site.as_uri()}/{name}")
        return opened

    return open_one


@pytest.fixture
def server(site):
    """Return the address of a server of the site."""
    handler = functools.partial(QuietHandler, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files, and says nothing of it."""

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.mark.parametrize("name", [*LESSONS, "notebooks/NOTATION.html", "index.html", "api/nst_tf.costs.html"])
def test_a_page_needs_no_network_and_shows_its_formulas(open_page, name):
    opened = open_page(name)
    formulas = opened.locator("span.math, div.math").count()
    opened.wait_for_function("n => document.querySelectorAll('mjx-container').length >= n", arg=formulas)
    assert opened.locator("mjx-merror").count() == 0
    assert formulas > 3 or name in ("index.html", "api/nst_tf.costs.html", LESSONS[0])
    if formulas:
        opened.wait_for_function("[...document.fonts].some(font => font.family == 'MJXTEX' && font.status == 'loaded')")
    opened.set_viewport_size({"width": 600, "height": 900})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 600
    assert opened.faults == []


@pytest.mark.parametrize("served", [False, True], ids=["disk", "server"])
def test_the_film_in_front_moves(open_page, request, served):
    opened = open_page("index.html", address=request.getfixturevalue("server") if served else None)
    picture, slider = opened.locator("[data-part=picture]"), opened.locator("[data-film] input[type=range]")
    shown = [picture.get_attribute("src")]
    slider.focus()
    for _ in range(2):
        slider.press("ArrowLeft")
        shown.append(picture.get_attribute("src"))
    assert len(set(shown)) == 3 and "Now: step" in picture.get_attribute("alt")
    opened.get_by_role("button", name="Play").click()
    opened.wait_for_function("film => film.value == film.max", arg=slider.element_handle())
    assert opened.faults == []


@pytest.mark.parametrize("served", [False, True], ids=["disk", "server"])
def test_the_search_finds_a_word(open_page, request, served):
    opened = open_page("search.html?q=Gram", address=request.getfixturevalue("server") if served else None)
    opened.locator("#search-results a", has_text="06 The style cost").first.wait_for()


def test_the_policy_stops_what_comes_from_elsewhere(open_page):
    opened = open_page("index.html")
    with opened.expect_console_message(lambda message: "Content Security Policy" in message.text):
        opened.evaluate("new Image().src = 'http://127.0.0.2:9/picture.png'")


@pytest.mark.parametrize(("name", "width", "scheme"), TO_BE_ACCESSIBLE)
def test_nothing_serious_hinders_anyone(open_page, hindrances, name, width, scheme):
    assert hindrances(open_page(name, width=width, color_scheme=scheme)) == {}
