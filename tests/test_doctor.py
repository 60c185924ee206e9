"""`nst-tf doctor`: every line is there, names nobody, and what is broken is said in its own line."""

import importlib.metadata
import platform
import re
import textwrap

import pytest

from nst_tf import StartError, doctor
from nst_tf.cli import main
from nst_tf.process import requirements

NAMES = [*doctor._BEFORE_THE_START, "environment", "start", *doctor._AFTER_THE_START]


def lines(out):
    """Return {name: text} of the report, and its last line."""
    *looks, last = out.splitlines()
    return dict(line.split(maxsplit=1) for line in looks), last


def wrong(report):
    return [name for name, text in report.items() if text.startswith("WRONG: ")]


@pytest.fixture
def somebody(offline):
    """An `OfflinePython` of a user whose names stand out."""
    home = offline.folder / "home of Jo"
    home.mkdir()
    offline.environment |= {"HOME": str(home), "LOGNAME": "jo-the-user", "USER": "jo-the-user"}
    offline.environment |= {"KERAS_HOME": str(home / "keras"), "TF_NUM_INTRAOP_THREADS": "2"}
    return offline


def test_a_sound_installation(somebody):
    status, out, err = somebody.run("-m", "nst_tf", "doctor")
    report, last = lines(out)
    assert (status, err, last) == (0, "", "All is well.")
    assert list(report) == NAMES
    for version in (platform.python_version(), importlib.metadata.version("tensorflow")):
        assert version in out
    assert "KERAS_HOME=~/keras" in report["environment"]
    assert "sha256 e0d5c6e28ee01697" in report["weights"]
    assert re.fullmatch(
        r"128x85, 20 evaluations, \d+\.\d+ s each after .* J 147(\.\d)? to 2\d\.\d+", report["painting"]
    )
    assert int(re.search(r"--size (\d+)$|GPU", report["memory"])[1] or 999) > 128
    assert not re.search(rf"home of|jo-the-user|{re.escape(platform.node())}", out)
    assert somebody.files() == ["home of Jo"]


BROKEN = """
import importlib.metadata, pathlib
import nst_tf.bundled
import tensorflow as tf
from nst_tf.cli import main

nst_tf.bundled.BUNDLED_WEIGHTS = pathlib.Path(__file__)
there = importlib.metadata.version
importlib.metadata.version = lambda name: "1.26.4" if name == "numpy" else there(name)
tf.sysconfig.get_build_info = lambda: 1 / 0
raise SystemExit(main(["doctor"]))
"""
SENTENCES = {
    "packages": r"WRONG: numpy is 1.26.4 \(needed: .*>=2.0.*\): install nst_tf again. The others: keras .*",
    "weights": r"WRONG: broken.py, bundled with nst_tf, has a wrong sha256: install nst_tf again",
    "gpu": r"WRONG: ZeroDivisionError: division by zero",
    "memory": r"WRONG: broken.py, bundled .*",
    "painting": r"WRONG: broken.py, bundled .*",
}


def test_what_is_broken_is_said_in_its_line_and_the_rest_is_reported(somebody):
    (somebody.folder / "broken.py").write_text(BROKEN)
    status, out, _ = somebody.run("broken.py")
    report, last = lines(out)
    assert status == 1
    assert last == f"To be mended: {', '.join(SENTENCES)}."
    assert list(report) == NAMES
    assert wrong(report) == list(SENTENCES)
    for name, sentence in SENTENCES.items():
        assert re.fullmatch(sentence, report[name]), name


def test_an_import_that_fails(somebody):
    (somebody.folder / "tensorflow.py").write_text("import that_is_missing")
    status, out, _ = somebody.run("-m", "nst_tf", "doctor")
    report, last = lines(out)
    assert status == 1
    assert last == f"To be mended: start, {', '.join(doctor._AFTER_THE_START)}."
    assert report["start"].startswith("WRONG: TensorFlow or Keras cannot be started (ModuleNotFoundError: No module")
    assert wrong(report) == ["start"]
    assert list(report) == [name for name in NAMES if name not in doctor._AFTER_THE_START]


def test_a_setting_that_hinders_keras_is_named_without_the_home_folder(somebody):
    (somebody.folder / "home of Jo" / "keras").mkdir()
    (somebody.folder / "home of Jo" / "keras" / "keras.json").write_text("3")
    status, out, _ = somebody.run("-m", "nst_tf", "doctor")
    assert status == 1
    assert (
        lines(out)[0]["start"] == "WRONG: ~/keras/keras.json holds no settings, and Keras stumbles over it: delete it"
    )
    assert "home of Jo" not in out


def test_wrong_arithmetic_is_noticed(capsys, monkeypatch):
    monkeypatch.setattr(doctor, "_FIRST_J_STYLE", 5.0)
    assert main(["doctor"]) == 1
    report, last = lines(capsys.readouterr().out)
    assert last == "To be mended: painting."
    assert re.fullmatch(r"WRONG: J_style begins at 3\.9\d+, elsewhere at 5.0: .*", report["painting"])


def test_names_are_left_out_as_words(monkeypatch):
    monkeypatch.setattr(doctor.getpass, "getuser", lambda: "ann")
    monkeypatch.setattr(doctor.platform, "node", lambda: "pc-7.example")
    monkeypatch.setattr(doctor.Path, "home", lambda: "/home/ann")
    told = "/home/ann/x of ann@pc-7.example, an annotation in /data/ann/y"
    assert doctor.anonymous(told) == "~/x of USER@COMPUTER, an annotation in /data/USER/y"


def test_a_user_without_a_name(monkeypatch):
    monkeypatch.setattr(doctor.getpass, "getuser", lambda: {}["no such user"])
    monkeypatch.setattr(doctor.platform, "node", lambda: "")
    assert doctor.anonymous("as it was") == "as it was"


def test_it_takes_nothing_else(capsys):
    assert main(["doctor", "--size", "64"]) == 2
    assert capsys.readouterr().err == "nst-tf: doctor takes no pictures and no options: nst-tf doctor\n"
    with pytest.raises(SystemExit):
        main(["doctor", "--help"])


# ---- what nst_tf requires, which the install cell asks for, too


@pytest.fixture
def installed(monkeypatch):
    """Return a function that makes the environment look like one with these packages, for a small nst_tf."""
    lines = ["tensorflow<3,>=2.20", "pillow<14,>=11", 'voila<1,>=0.5.8; extra == "studio"']
    monkeypatch.setattr(requirements, "requires", lambda name: lines)

    def version(name, there):
        if name not in there:
            raise importlib.metadata.PackageNotFoundError(name)
        return there[name]

    return lambda **there: monkeypatch.setattr(requirements, "version", lambda name: version(name, there))


def test_versions_that_will_do(installed):
    installed(tensorflow="2.20.0", pillow="15.1")  # newer than is known: let pass
    requirements.check_versions()
    assert requirements.extras() == ["studio"]
    assert [requirements.lacking(needed) for needed in requirements.requirements("studio")] == ["voila is missing"]
    assert [requirements.lacking(needed) for needed in requirements.requirements()] == [None, "pillow is 15.1"]


def test_versions_that_are_too_old_or_missing_and_what_to_do(installed):
    installed(tensorflow="2.19.1")
    with pytest.raises(StartError) as told:
        requirements.check_versions()
    assert str(told.value) == textwrap.dedent("""\
        tensorflow is 2.19.1 (needed: >=2.20), pillow is missing (needed: >=11): \
        run `pip install "tensorflow>=2.20" "pillow>=11"`, then restart and begin again""").replace("        ", "")


def test_without_an_installation_nothing_is_known(monkeypatch):
    def requires(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(requirements, "requires", requires)
    with pytest.raises(StartError, match=r"nst_tf is not installed: run `pip install \.` in its folder"):
        requirements.check_versions()
