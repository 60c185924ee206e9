"""The studio without its page: painting in a thread, stopped, continued, saved, and what can go wrong."""

import io
import json
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from PIL import Image

import nst_tf
from nst_tf import estimate, transfer
from nst_tf.course.studio import turns as studio_turns
from nst_tf.course.studio.pictures import Picture
from nst_tf.course.studio.session import Session
from nst_tf.course.studio.settings import Settings
from nst_tf.record import read_record

CAT, WAVE = Picture("cat"), Picture("great_wave")
SECONDS = 60


@pytest.fixture
def session():
    """Return a session of 48 px, with more steps than it will have time for."""
    session = Session(CAT, WAVE, Settings(size=48, steps=500))
    yield session
    session.stop()
    assert session.wait(SECONDS), "the thread did not stop"


def wait_for(condition):
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def painted(session):
    """Return the evaluations so far."""
    return 0 if session.progress is None else session.progress.evaluations


def stopped(session, evaluations=3):
    """Return the session, started and stopped after so many evaluations."""
    session.start()
    wait_for(lambda: painted(session) >= evaluations)
    session.stop()
    assert session.wait(SECONDS)
    return session


def test_a_picture_is_painted_to_the_end(session):
    session.settings = Settings(size=48, steps=4)
    heard = []
    session.listeners.append(lambda what: heard.append((what, session.status)))
    session.start()
    assert session.is_busy and session.wait(SECONDS)
    assert session.status == "finished" and session.error is None
    assert heard == [
        ("status", "loading"), ("status", "painting"), *[("record", "painting")] * 4, ("status", "finished")
    ]  # fmt: skip
    expected = nst_tf.style_transfer(CAT.load(48), WAVE.load(48), steps=4).image
    np.testing.assert_allclose(session.image, expected, atol=1e-3)


def test_nothing_is_painted_before_it_is_started(session):
    assert session.status == "ready" and session.preview is session.image is session.progress is None
    np.testing.assert_array_equal(session.photo, CAT.load(48))
    with pytest.raises(nst_tf.InputError, match="no picture yet"):
        session.save("nothing.png")


def test_stopped_and_continued_it_is_the_same_picture_as_at_one_go(session):
    session.settings = Settings(size=48, steps=12)
    at_once = nst_tf.style_transfer(CAT.load(48), WAVE.load(48), steps=12)
    session.listeners.append(lambda what: what == "record" and painted(session) == 5 and session.stop())
    session.start()
    assert session.wait(SECONDS) and session.status == "stopped" and painted(session) == 5
    half = session.image
    session.go_on()
    assert session.wait(SECONDS) and session.status == "finished" and painted(session) == len(at_once.history)
    assert np.abs(session.image - half).max() > 0.01
    np.testing.assert_allclose(session.image, at_once.image, atol=1e-3)


def test_the_calls_do_not_wait_for_the_thread_which_ends_after_an_evaluation(session, monkeypatch):
    gate, evaluate = threading.Event(), transfer.evaluate
    monkeypatch.setattr(transfer, "evaluate", lambda *arguments: gate.wait(SECONDS) and evaluate(*arguments))
    session.start()
    wait_for(lambda: session.status == "painting")
    session.stop()
    assert session.status == "stopping" and not session.wait(0)
    gate.set()
    assert session.wait(SECONDS) and session.status == "stopped" and painted(session) == 1
    assert "nst_tf studio" not in [thread.name for thread in threading.enumerate()]


def test_only_one_thread_however_often_it_is_started(session):
    for _ in range(5):
        session.start()
    assert [thread.name for thread in threading.enumerate()].count("nst_tf studio") == 1


def test_another_session_stops_the_one_before_which_keeps_its_picture(session):
    other = Session(Picture("rocket"), WAVE, Settings(size=48, steps=3))
    session.start()
    wait_for(lambda: painted(session) >= 2)
    other.start()
    assert other.wait(SECONDS) and other.status == "finished"
    assert session.wait(0) and session.status == "stopped" and session.image is not None


def test_stopped_while_it_is_loading(session):
    session.start()
    session.stop()
    assert session.wait(SECONDS)
    assert session.status in ("ready", "stopped") and session.error is None
    session.settings = Settings(size=48, steps=2)
    session.start()
    assert session.wait(SECONDS) and session.status == "finished"


def test_the_photos_colours_are_kept_while_it_develops(session):
    session.settings = Settings(size=48, steps=6, colors="content-luminance")
    session.start()
    assert session.wait(SECONDS) and session.status == "finished"
    expected = nst_tf.style_transfer(CAT.load(48), WAVE.load(48), steps=6, colors="content-luminance").image
    np.testing.assert_allclose(session.preview, expected, atol=1e-3)


# --- what can go wrong ---


def failing(session):
    session.start()
    assert session.wait(SECONDS)
    return session.error


def test_both_weights_0(session):
    session.settings = Settings(size=48, photo=0, style=0)
    assert failing(session) == "alpha and beta are both 0, so there is nothing to paint: make one of them larger"
    assert session.status == "ready"


def test_an_upload_that_is_no_picture(session):
    session.content = Picture("letter.jpg", b"Dear reader,")
    assert failing(session) == "letter.jpg is no picture that can be read: use a PNG, JPEG or WebP file"


def test_an_error_keeps_the_picture_before_which_can_go_on(session):
    image = stopped(session).image
    session.style = Picture("letter.jpg", b"Dear reader,")
    assert failing(session) and session.status == "stopped"
    np.testing.assert_array_equal(session.image, image)
    session.go_on()
    wait_for(lambda: painted(session) > 3)
    assert session.error is None


def test_a_picture_too_large_for_the_memory(session, monkeypatch):
    monkeypatch.setattr(estimate, "free", lambda: 152e6)
    assert "48x32 pixels need about" in failing(session)
    assert "size of" in session.error and session.status == "ready"


def test_memory_that_ends_on_the_way(session, monkeypatch):
    def lacking(*_):
        raise MemoryError

    stopped(session)
    monkeypatch.setattr(transfer, "evaluate", lacking)
    session.go_on()
    assert session.wait(SECONDS) and session.status == "stopped"
    assert session.error == "48x32 pixels do not fit into the memory: give a smaller size"


def test_a_picture_that_diverges_is_not_continued(session, monkeypatch):
    def diverging(*_):
        raise nst_tf.DivergedError("J is no number: give a smaller learning rate")

    stopped(session)
    monkeypatch.setattr(transfer, "evaluate", diverging)
    session.go_on()
    assert session.wait(SECONDS) and session.status == "finished" and "J is no number" in session.error
    assert session.image is not None


def test_an_error_in_the_program_is_shown_too(session, monkeypatch, caplog):
    monkeypatch.setattr(transfer, "evaluate", lambda *_: 1 / 0)
    assert "ended by an error in the program (ZeroDivisionError: division by zero)" in failing(session)
    assert "ZeroDivisionError" in caplog.text


def test_a_page_that_cannot_be_drawn_ends_no_painting(session, caplog):
    session.settings = Settings(size=48, steps=2)
    session.listeners.append(lambda what: 1 / 0)
    session.start()
    assert session.wait(SECONDS) and session.status == "finished"
    assert "ZeroDivisionError" in caplog.text


# --- what is kept ---


def test_what_is_saved_can_be_painted_again(session, tmp_path):
    session.settings = Settings(size=48, steps=2, style=2.0)
    session.start()
    assert session.wait(SECONDS)
    session.save(tmp_path / "kept.png")
    request, config = read_record(tmp_path / "kept.png")
    assert request["content"] == "cat" and request["style"] == "great_wave" and request["size"] == 48
    assert config.beta == 2 * nst_tf.Config().for_picture((1, 32, 48, 3)).beta and config.steps == 2
    with pytest.raises(nst_tf.FileAccessError, match="exists already"):
        session.save(tmp_path / "kept.png")
    session.save(tmp_path / "kept.png", overwrite=True)


def test_the_download_is_the_saved_file(session, tmp_path):
    image = stopped(session).image
    with Image.open(io.BytesIO(session.png())) as png:
        assert json.loads(png.text["nst_tf"])["request"]["output"] == "cat_great_wave.png"
        np.testing.assert_array_equal(np.asarray(png), np.round(image[0] * 255))


def test_an_upload_is_kept_by_its_name(session, tmp_path):
    session.content = Picture("holiday.jpg", nst_tf.sample_image("rocket").read_bytes())
    stopped(session).save(tmp_path / "kept.png")
    assert read_record(tmp_path / "kept.png")[0]["content"] == "holiday.jpg"
    assert session.titles == ("holiday", "great wave")


def test_the_plan_says_what_start_takes(session):
    session.settings = Settings(size=512, style=0.5)
    config, sizes = session.plan()
    assert config.beta == 0.5 * nst_tf.Config().for_picture((1, 300, 451, 3)).beta
    assert sizes == [(150, 226), (300, 451)]
    assert session._transfer is None


# --- the end of the program ---

PAINTING = """
import sys, threading, time
from nst_tf.course.studio.pictures import Picture
from nst_tf.course.studio.session import Session
from nst_tf.course.studio.settings import Settings
session = Session(Picture("cat"), Picture("great_wave"), Settings(size=64, steps=2000))
session.start()
while session.progress is None or session.progress.evaluations < 2:
    time.sleep(0.01)
print("painting", flush=True)
"""


def test_the_program_can_end_while_it_paints():
    begin = time.perf_counter()
    run = subprocess.run([sys.executable, "-c", PAINTING], capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, run.stdout) == (0, "painting\n"), run.stderr
    assert "Traceback" not in run.stderr and time.perf_counter() - begin < 60


def test_all_threads_are_ended(session):
    session.start()
    wait_for(lambda: painted(session) >= 1)
    studio_turns.end_all()
    assert session.wait(0) and session.status == "stopped"
