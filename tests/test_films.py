"""Films that need no kernel: what is in the page before any script runs, and what the script is given."""

import base64
import io
import json
import re

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from nst_tf.course import films, plots
from nst_tf.errors import InputError

PICTURES = [np.full((1, 32, 48, 3), level, np.float32) for level in (0.0, 0.5, 1.0)]
CAPTIONS = ["black", "grey < white", "white"]


def given_to_the_script(page):
    return json.loads(re.search(r'\}\)\("\w+", (\{.*\})\)</script>', page, re.DOTALL)[1])


def decoded(address):
    return Image.open(io.BytesIO(base64.b64decode(address.split(",")[1])))


def test_without_a_script_one_picture_with_its_description_stands():
    page = films.flip_book(PICTURES, CAPTIONS, 'A "grey" card.', start=1)._repr_html_()
    bare = re.sub(r"<script>.*</script>", "", page, flags=re.DOTALL)
    assert 'alt="A &quot;grey&quot; card."' in bare
    assert "grey &lt; white" in bare
    assert not re.search("<input|<button|<svg", bare)
    assert np.asarray(decoded(re.search('src="([^"]+)"', bare)[1])).mean() == pytest.approx(128, abs=2)


def test_the_script_gets_every_frame_but_the_one_that_the_page_holds():
    film = given_to_the_script(films.flip_book(PICTURES, CAPTIONS, "A card.", start=-1)._repr_html_())
    assert film["captions"] == CAPTIONS
    assert film["start"] == 2
    assert film["frames"][2] == ""
    assert [np.asarray(decoded(frame)).mean() for frame in film["frames"][:2]] == pytest.approx([0, 128], abs=2)


def test_a_caption_cannot_end_the_script():
    page = films.flip_book(PICTURES[:1], ["</script><b>"], "A card.")._repr_html_()
    assert page.count("</script>") == 1
    assert given_to_the_script(page)["captions"] == ["</script><b>"]


def test_two_films_have_two_names_and_one_film_always_the_same():
    names = [
        re.search('data-film="(\\w+)"', films.flip_book(pictures, CAPTIONS, "A card.")._repr_html_())[1]
        for pictures in (PICTURES, PICTURES, PICTURES[::-1])
    ]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize("log", [True, False])
def test_the_dots_lie_on_their_curves(log):
    series = {"J": [8.0, 3.0, 1.0], "alpha J_content": [1.0, 2.0, 2.5]}
    chart = films.curves([0, 5, 10], series, xlabel="evaluations", ylabel="cost", log=log)
    page = np.asarray(decoded(chart.pages[0]).convert("RGB")) / 255
    assert len(chart) == 3
    for frame in chart.dots:
        for k, (left, top) in enumerate(frame):
            pixel = page[round(top / 100 * len(page)), round(left / 100 * page.shape[1])]
            assert pixel == pytest.approx(to_rgb(plots.COLOURS[k]), abs=0.1)


def test_bars_have_a_page_a_frame_on_one_scale():
    chart = films.bars(["block1", "block2"], [[1, 3], [3, 1], [1, 3]], ylabel="share")
    first, second, third = (np.asarray(decoded(page).convert("RGB"), int) for page in chart.pages)
    assert (first == third).all()
    blue = np.array([round(255 * channel) for channel in to_rgb(plots.COLOURS[0])])
    tallest = [
        [(abs(half - blue).sum(-1) < 30).sum(0).max() for half in np.split(page, [int(0.56 * page.shape[1])], 1)]
        for page in (first, second)
    ]
    assert tallest[0] == tallest[1][::-1]
    assert tallest[0][1] == pytest.approx(3 * tallest[0][0], rel=0.05)


def test_figures_are_frames_too():
    figure, axis = plots.new_figure()
    axis.plot([1, 2])
    described = plots.Described(figure, "A line.")
    film = films.flip_book([described, described], ["one", "two"], "A line.")
    assert base64.b64encode(described.data).decode() in film.frames[0]
    assert repr(film) == "A line."


@pytest.mark.parametrize(
    ("pictures", "captions", "chart", "named"),
    [
        ([], [], None, "at least one picture"),
        (PICTURES, CAPTIONS[:2], None, "as many captions, not 2"),
        (PICTURES, CAPTIONS, films.bars(["a"], [[1], [2]]), "a chart for as many, not for 2"),
    ],
)
def test_what_does_not_fit_is_named(pictures, captions, chart, named):
    with pytest.raises(InputError, match=named):
        films.flip_book(pictures, captions, "A card.", chart)


def test_a_start_beyond_the_film_is_named():
    with pytest.raises(InputError, match="a film of 3 pictures has no picture 3 to begin with"):
        films.flip_book(PICTURES, CAPTIONS, "A card.", start=3)
