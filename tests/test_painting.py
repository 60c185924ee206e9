"""Files + settings -> file, as a program calls it; test_cli.py has what the command adds."""

import signal
import threading

import numpy as np
import pytest
from PIL import Image

import nst_tf
from nst_tf import Config, FileAccessError, InputError, MissingFileError, Painting, UnfinishedError

SMALL = {"size": 64, "config": Config(steps=3)}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_photo_and_a_painting_become_a_file(folder):
    seen = []
    painting = Painting("cat", "great_wave", "out.png", **SMALL)
    assert (painting.content_path.name, painting.style_files[0].path.name) == ("cat.jpg", "great_wave.jpg")
    assert not painting.saved
    result = painting.paint(seen.append)
    assert painting.saved
    assert seen == list(result.history)
    np.testing.assert_allclose(nst_tf.load_image(folder / "out.png"), result.image, atol=0.5 / 255 + 1e-6)


def test_the_pictures_are_those_that_load_image_gives(folder):
    nst_tf.save_image(np.full((1, 40, 48, 3), 0.25, np.float32), "small.png")
    painting = Painting("small.png", "poppies", size=64, style_size=80, enlarge=True, initial_image="small.png")
    np.testing.assert_array_equal(painting.content, nst_tf.load_image("small.png", 64, enlarge=True))
    np.testing.assert_array_equal(painting.styles[0].image, nst_tf.load_image(nst_tf.sample_image("poppies"), 80))
    np.testing.assert_array_equal(painting.initial_image, painting.content)
    assert painting.output.name == "small_poppies.png"


def test_everything_that_can_be_checked_is_checked_before_tensorflow_starts(monkeypatch):
    monkeypatch.setattr("nst_tf.process.startup.start_quietly", lambda: pytest.fail("TensorFlow was started"))
    with pytest.raises(MissingFileError):
        Painting("nobody.jpg", "great_wave")
    with pytest.raises(InputError, match="size is 3"):
        Painting("cat", "great_wave", size=3)
    with pytest.raises(MissingFileError, match="there is no folder no"):
        Painting("cat", "great_wave", "no/out.png")
    Painting()


def test_a_name_that_is_none_is_said_before_anything_is_loaded(folder):
    for pictures in (("cat", "great_wave", ""), ("", "great_wave"), ("cat", "")):
        with pytest.raises(InputError, match="the name of a file is empty: give one"):
            Painting(*pictures)
    with pytest.raises(InputError, match=r"https://example.org/a.jpg is an address, not a file: download it"):
        Painting("https://example.org/a.jpg", "great_wave")
    assert list(folder.iterdir()) == []


def test_a_picture_that_gets_too_narrow_is_told_which_setting_would_do(folder):
    Image.new("RGB", (33, 4000)).save("strip.png")
    with pytest.raises(InputError, match=r"strip.png is 33x4000 pixels.*: give a larger size \(size=3819 or more\)"):
        Painting("strip.png", "great_wave")
    with pytest.raises(InputError, match=r"give a larger size \(style_size=3819 or more\)"):
        Painting("cat", "strip.png")
    assert Painting("cat", "strip.png", style_size=3819).styles[0].image.shape == (1, 3819, 32, 3)


def test_an_error_of_the_callback_comes_through_and_the_picture_is_saved(folder):
    def complain(record):
        if record.step == 3:
            raise RuntimeError("enough")

    painting = Painting("cat", "great_wave", "out.png", size=64, config=Config(steps=9))
    with pytest.raises(RuntimeError, match="enough"):
        painting.paint(complain)
    assert painting.saved
    assert nst_tf.load_image(folder / "out.png").shape == (1, 43, 64, 3)


def test_after_an_interrupt_it_goes_on_and_replaces_what_it_has_saved(folder):
    def interrupt(record):
        if record.step == 2:
            raise KeyboardInterrupt

    painting = Painting("cat", "great_wave", "out.png", size=64, config=Config(steps=5))
    with pytest.raises(KeyboardInterrupt):
        painting.paint(interrupt)
    before = nst_tf.load_image(folder / "out.png")
    result = painting.paint()
    assert [record.step for record in result.history] == [1, 2, 3, 4, 5]
    assert np.abs(nst_tf.load_image(folder / "out.png") - before).mean() > 0.001


def test_where_nothing_was_better_there_is_nothing_to_save(folder):
    painting = Painting("cat", "great_wave", "out.png", size=64, config=Config(steps=1))
    with pytest.raises(UnfinishedError, match=r"no step was better than .*: give a smaller learning rate or more"):
        painting.paint()
    assert (painting.saved, list(folder.iterdir())) == (False, [])


def test_it_can_be_painted_in_another_thread(folder):
    """Where Ctrl-C is none of its business."""
    painting, failed = Painting("cat", "great_wave", "out.png", **SMALL), []

    def work():
        try:
            painting.paint()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert failed == []
    with Image.open(folder / "out.png") as saved:
        assert saved.size == (64, 43)


def test_ctrl_c_during_the_save_waits_for_its_end(folder, monkeypatch):
    def save(*arguments, **keywords):
        signal.raise_signal(signal.SIGINT)
        nst_tf.save_image(*arguments, **keywords)

    monkeypatch.setattr("nst_tf.painting.save_image", save)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    painting = Painting("cat", "great_wave", "out.png", **SMALL)
    with pytest.raises(KeyboardInterrupt):
        painting.paint()
    signal.signal(signal.SIGINT, before)
    assert painting.saved
    assert nst_tf.load_image(folder / "out.png").shape == (1, 43, 64, 3)


def take_the_place(monkeypatch, path):
    """Let somebody else take the place of the output while the picture is painted."""
    monkeypatch.setattr("nst_tf.painting.check_output", lambda *arguments, **keywords: None)
    path.write_text("somebody else's")


@pytest.mark.parametrize("temporary", ["/nonexistent", "/dev/null"])
def test_without_a_folder_for_temporary_files_it_is_kept_beside_its_place(folder, monkeypatch, temporary):
    monkeypatch.setattr("tempfile.tempdir", temporary)
    take_the_place(monkeypatch, folder / "out.png")
    with pytest.raises(FileAccessError, match=r"out.png exists already: .*; the finished picture is kept as ") as error:
        Painting("cat", "great_wave", "out.png", **SMALL).paint()
    kept = str(error.value).rpartition("kept as ")[2]
    assert (folder / kept).parent.parent == folder
    assert nst_tf.load_image(kept).shape == (1, 43, 64, 3)
    assert (folder / "out.png").read_text() == "somebody else's"


def test_where_it_can_be_kept_nowhere_nothing_is_left(folder, monkeypatch):
    def fail(image, path, **keywords):
        raise FileAccessError(f"{path} could not be written")

    monkeypatch.setattr("nst_tf.painting.save_image", fail)
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setenv("HOME", str(folder))
    with pytest.raises(FileAccessError, match=r"^out.png could not be written$"):
        Painting("cat", "great_wave", "out.png", **SMALL).paint()
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals are the main thread's")
def test_a_program_keeps_its_signal_handlers(folder):
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before, seen = [signal.getsignal(number) for number in numbers], []
    Painting("cat", "great_wave", "out.png", **SMALL).paint(
        lambda record: seen.append([signal.getsignal(number) for number in numbers])
    )
    assert [*seen, [signal.getsignal(number) for number in numbers]] == [before] * 4
