import io

import IPython.display
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from nst_tf.course import live_picture, progress
from nst_tf.course.waiting import HIDDEN

GREY, WHITE = (np.full((1, 32, 48, 3), level, np.float32) for level in (0.5, 1.0))


def test_the_steps_are_those_given(monkeypatch):
    for hidden in ("", "1"):
        monkeypatch.setenv(HIDDEN, hidden)
        assert list(progress([3, 1, 2])) == [3, 1, 2]
        assert list(progress({"a": 1}.items())) == [("a", 1)]


@pytest.mark.parametrize("hidden", [True, False])
def test_a_bar_is_shown_where_somebody_waits_and_is_gone_in_the_end(hidden, monkeypatch, capfd):
    monkeypatch.setenv(HIDDEN, "1" if hidden else "")
    seen = []
    for _ in progress(range(4)):
        seen.append(capfd.readouterr().err)
    assert ("0/4" in "".join(seen)) is not hidden
    assert capfd.readouterr().err.strip() == ""


@pytest.fixture
def shown(monkeypatch):
    shown = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    return shown


def test_a_live_picture_shows_the_latest_image(monkeypatch, shown):
    pytest.importorskip("ipywidgets")
    monkeypatch.setenv(HIDDEN, "")
    redraw = live_picture(GREY)
    (screen,) = shown
    assert np.asarray(Image.open(io.BytesIO(screen.value))).mean() == pytest.approx(128, abs=1)
    redraw(tf.Variable(WHITE))
    assert len(shown) == 1
    assert np.asarray(Image.open(io.BytesIO(screen.value))).mean() == 255


def test_a_live_picture_leaves_nothing_where_outputs_are_stored(monkeypatch, shown):
    monkeypatch.setenv(HIDDEN, "1")
    live_picture(GREY)(WHITE)
    assert shown == []
