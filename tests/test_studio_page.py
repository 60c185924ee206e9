"""The studio's page as HTML: what is said, in which words, and that a name cannot break it."""

import re

import pytest

import nst_tf
from nst_tf.course.studio import page
from nst_tf.course.studio.progress import Progress


def test_a_picture_is_described_and_keeps_its_proportions():
    assert page.picture("data:x", (1, 30, 40, 3), 'a "cat" <b>') == (
        '<img alt="a &quot;cat&quot; &lt;b&gt;" src="data:x" style="aspect-ratio:40/30">'
    )


@pytest.mark.parametrize("status", page.STATES)
def test_a_state_is_said(status):
    assert page.state(status, None) == f"<p>{page.STATES[status]}</p>"


def test_an_error_is_said_in_words_not_in_colour_alone():
    shown = page.state("stopped", "<letter>.jpg is no picture")
    assert 'role="alert"' in shown and "Error:" in shown and "&lt;letter&gt;.jpg is no picture" in shown
    assert "so far is kept" in shown and "kept" not in page.state("ready", "bad")


def test_the_progress():
    at = Progress(63, 175, 0.25, 12.4, (171, 256))
    shown = page.progress(at, "painting")
    assert 'aria-valuenow="25"' in shown and "width:25.0%" in shown
    assert "Evaluation 63 of 175 · 256 × 171 px" in shown and "about 12 s left" in shown
    assert "left" not in page.progress(at, "stopped")
    assert 'aria-valuenow="100"' in page.progress(at, "finished")
    assert page.progress(None, "ready") == page.progress(at._replace(evaluations=0), "loading") == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (0.2, "about 1 s left"), (59, "about 59 s left"), (70, "about 1 min left"), (200, "about 3 min left")],
)
def test_time_left(seconds, words):
    assert page.time_left(seconds) == words


def test_the_plan_in_words():
    config = nst_tf.Config(alpha=10, beta=150)
    assert page.plan(config, [(86, 128), (171, 256), (342, 512)]) == (
        "Paints 512 × 342 px, first at 128 and 256 px; alpha is 10, beta 150."
    )
    assert page.plan(config, [(32, 48)]) == "Paints 48 × 32 px; alpha is 10, beta 150."


def test_the_download_is_the_picture():
    link = page.download(b"PNG", 'a"b.png')
    assert link.startswith('<a class="nst-download" download="a&quot;b.png" href="data:image/png;base64,UE5H">')


def test_the_style_holds_the_thumbnails_and_touches_nothing_else():
    sheet = (page.style_sheet() + page.backgrounds({"nst-content-0": "data:y"})).replace("</style><style>", "")
    assert '.nst-studio button.nst-content-0{background-image:url("data:y")}' in sheet
    rules = re.sub(
        r"/\*.*?\*/|@keyframes nst-\w+ {.*?} }",
        "",
        sheet.removeprefix("<style>").removesuffix("</style>"),
        flags=re.DOTALL,
    )
    selectors = [part.strip() for rule in re.findall(r"([^{}]+)\{", rules) for part in rule.split(",")]
    assert selectors and all(re.match(r"\.nst-(studio|stage)\b", selector) for selector in selectors)
