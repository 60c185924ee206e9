"""What the command saves beside the picture, and what it starts from."""

import json
import signal
import time

import numpy as np
import pytest
from PIL import Image

import nst_tf
from nst_tf.cli import main

RUN = ["cat", "great_wave", "--size", "64", "--steps", "6", "--precision", "float32", "-o", "out.png"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_everything_at_once(folder, capsys):
    arguments = ["--checkpoint", "run", "--checkpoint-every", "4", "--film", "film.webp", "--sheet", "sheet.jpg",
                 "--record", "record.json", "--save-every", "3"]  # fmt: skip
    assert main([*RUN, *arguments]) == 0
    assert names(folder) == [
        "film.webp", "out.png", "out_0003.png", "out_0006.png", "record.json", "run", "sheet.jpg",
    ]  # fmt: skip
    assert capsys.readouterr().out.startswith("out.png: 64x43, 6 evaluations")
    with Image.open("sheet.jpg") as sheet:
        assert sheet.size == (64 + 12 + 64 + 12 + 64, 43)
    record = json.loads((folder / "record.json").read_text())
    assert record["evaluations"] == 6


def test_json_and_nothing_else(capsys):
    assert main([*RUN, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["request"]["content"] == "cat"
    assert record["settings"]["steps"] == 6


def test_a_record_makes_the_same_picture(folder, capsys):
    assert main([*RUN, "--record", "record.json"]) == 0
    assert main(["--config", "record.json", "-o", "again.png"]) == 0
    assert "no pictures given" not in capsys.readouterr().err
    one, again = (nst_tf.load_image(name) for name in ("out.png", "again.png"))
    np.testing.assert_allclose(one, again, atol=1 / 255)


def test_options_are_laid_over_a_record(folder, capsys):
    (folder / "settings.json").write_text('{"steps": 2, "precision": "float32"}')
    given = ["cat", "great_wave", "--config", "settings.json", "--size", "64", "--steps", "3", "--json"]
    assert main(given) == 0
    settings = json.loads(capsys.readouterr().out)["settings"]
    assert (settings["steps"], settings["precision"]) == (3, "float32")


def test_a_killed_run_is_resumed_with_one_option(offline, capsys, folder):
    """From another folder, and with nothing but the checkpoint's name."""
    long = [*RUN[:4], "--steps", "300", *RUN[6:], "--checkpoint", "run", "--checkpoint-every", "5"]
    process = offline.start("-m", "nst_tf", *long)
    deadline = time.monotonic() + 120
    while not (offline.folder / "run").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert offline.files() == ["run"]
    assert main(["--resume", str(offline.folder / "run"), "--json"]) == 0
    told = capsys.readouterr()
    assert "going on after evaluation" in told.err
    record = json.loads(told.out)
    assert offline.files() == ["out.png", "run"]
    assert names(folder) == []
    assert main(["cat", "great_wave", "--size", "64", "--steps", "300", "--precision", "float32", "-o", "whole.png",
                 "--json"]) == 0  # fmt: skip
    whole = json.loads(capsys.readouterr().out)
    assert record["evaluations"] == whole["evaluations"]
    J, J_whole = ([entry["J"] for entry in of["history"]] for of in (record, whole))
    np.testing.assert_allclose(J[:20], J_whole[:20], rtol=1e-4)
    np.testing.assert_allclose(J[-1], J_whole[-1], rtol=0.01)


def test_an_interrupted_run_is_resumed_over_its_own_picture(folder, capsys):
    assert main([*RUN, "--checkpoint", "run", "--checkpoint-every", "4"]) == 0
    assert main(["--resume", "run"]) == 0
    assert capsys.readouterr().out.count("6 evaluations") == 2
    assert main(["--resume", "run", "-o", "out.png"]) == 2  # that was asked for, so it is the user's to allow
    assert "out.png exists already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--resume", "missing"], "there is no file missing"),
        (["--config", "missing"], "there is no file missing"),
        (["--config", "a", "--resume", "b"], "--config and --resume both say what to start from"),
        (["--config", "a", "--preset", "gatys2016"], "--preset and --config both say what to start from"),
        ([*RUN, "--checkpoint-every", "3"], "checkpoint_every has no meaning without a checkpoint"),
        ([*RUN, "--checkpoint", "c", "--checkpoint-every", "0"], "checkpoint_every is 0: give a whole number"),
        ([*RUN, "--save-every", "x"], "save_every is 'x': give a whole number"),
        ([*RUN, "--film", "film.mp4"], "film.mp4 is no name for a film"),
        ([*RUN, "--record", "nowhere/r.json"], "there is no folder nowhere"),
        ([*RUN, "--sheet", "sheet.doc"], "sheet.doc has an unknown file type"),
        ([*RUN, "--checkpoint", "."], "is a folder"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is(arguments, message, folder, capsys):
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert message in told.err.splitlines()[-1]
    assert (told.out, names(folder)) == ("", [])


def test_other_settings_than_the_checkpoints_are_refused(folder, capsys):
    assert main([*RUN, "--checkpoint", "run", "--checkpoint-every", "4"]) == 0
    assert main(["--resume", "run", "--steps", "9"]) == 2
    assert main(["--resume", "run", "--size", "48"]) == 2
    err = capsys.readouterr().err
    assert "run was saved with steps 6, and not 9" in err
    assert "run was saved with another content picture, or at another size" in err


def test_what_does_not_fit_is_refused_unless_forced(folder, capsys, monkeypatch):
    monkeypatch.setattr("nst_tf.estimate.free", lambda: 2e6)
    assert main(RUN) == 1
    assert "64x43 pixels need about 0.2 GB of memory" in capsys.readouterr().err
    assert names(folder) == []
    assert main([*RUN, "--force"]) == 0


def test_a_file_beside_the_picture_that_cannot_be_written_does_not_cost_the_painting(folder, capsys, monkeypatch):
    """A disk that runs full on the way, say: each failure is told, the run goes on, and the status says it."""

    def full(path, *data):
        raise nst_tf.FileAccessError(f"{path} could not be written (No space left on device): free some space")

    for writes in ("checkpoint.whole_file", "film.write_whole", "companions.write_whole"):
        monkeypatch.setattr(f"nst_tf.{writes}", full)
    beside = ["--checkpoint", "run", "--checkpoint-every", "3", "--film", "film.gif", "--record", "record.json"]
    assert main([*RUN, *beside]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("out.png: 64x43, 6 evaluations")
    assert [told.err.count(name) for name in ("run could", "film.gif could", "record.json could")] == [2, 1, 1]
    assert names(folder) == ["out.png"]
