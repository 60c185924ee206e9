"""What the shell offers on Tab: asked of the command as argcomplete's shell code asks, and once in a real bash."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nst_tf

REASON = "argcomplete, of the extra completion, is not installed"
pytest.importorskip("argcomplete", reason=REASON)
REGISTER = Path(sys.executable).with_name("register-python-argcomplete")


@pytest.fixture
def folder(tmp_path):
    """A folder with two files, and a command `nst-tf` beside it."""
    (tmp_path / "cwd").mkdir()
    for name in ("photo.jpg", "pavilion.png"):
        (tmp_path / "cwd" / name).touch()
    command = tmp_path / "bin" / "nst-tf"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nst_tf "$@"\n')
    command.chmod(0o755)
    return tmp_path / "cwd"


def environment(folder, **variables):
    package = str(Path(nst_tf.__file__).parent.parent)
    path = os.pathsep.join([str(folder.parent / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PYTHONPATH": package, **variables}


def offered(folder, line):
    """Return what is offered behind a line."""
    answer = folder.parent / "answer"
    asked = {"_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line)), "_ARGCOMPLETE_IFS": "\n"}
    asked |= {"_ARGCOMPLETE_STDOUT_FILENAME": str(answer), "_ARGCOMPLETE_SUPPRESS_SPACE": "1"}
    command = [sys.executable, "-m", "nst_tf"]
    done = subprocess.run(command, cwd=folder, env=environment(folder, **asked), capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b""), done.stderr.decode()
    return answer.read_text().split()


OFFERED = {
    "nst-tf p": {"pagoda", "poppies", "photo.jpg", "pavilion.png"},  # a photo, or a style behind one
    "nst-tf pagoda gr": {"great_wave"},
    "nst-tf pagoda great_wave pop": {"poppies"},
    "nst-tf sh": {"sheet"},
    "nst-tf sheet pag": {"pagoda"},
    "nst-tf pagoda great_wave --opt": {"--optimizer", "--optimizer-options"},
    "nst-tf pagoda great_wave --optimizer ": {"lbfgs", "adam", "gradient_descent"},
    "nst-tf pagoda --colors=content-l": {"--colors=content-luminance"},
    "nst-tf --preset k": {"keras_example"},
    "nst-tf pagoda --style-layers block1_conv1=1,block5_c": {f"block1_conv1=1,block5_conv{k}" for k in (1, 2, 3)},
    "nst-tf pagoda --keep ph": {"photo.jpg"},
}  # fmt: skip


@pytest.mark.parametrize("line", OFFERED)
def test_what_is_offered(folder, line):
    assert set(offered(folder, line)) == OFFERED[line]


def test_options_are_offered_behind_a_dash_alone(folder):
    assert "--size" in offered(folder, "nst-tf pagoda great_wave -")
    assert not any(name.startswith("-") for name in offered(folder, "nst-tf "))


@pytest.mark.skipif(shutil.which("bash") is None or not REGISTER.exists(), reason="needs bash")
def test_in_bash(folder):
    """As its Tab key does: the function that is registered for nst-tf, called with the words typed."""
    script = """
        eval "$(register-python-argcomplete nst-tf)"
        COMP_LINE="nst-tf pagoda great_wave --start con" COMP_POINT=36 COMP_TYPE=9
        COMP_WORDS=(nst-tf pagoda great_wave --start con) COMP_CWORD=4
        $(complete -p nst-tf | sed 's/.*-F \\([^ ]*\\).*/\\1/') nst-tf con --start
        printf '%s|' "${COMPREPLY[@]}"
    """
    command = ["bash", "--norc", "-c", script]
    done = subprocess.run(command, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False)
    assert sorted(done.stdout.split("|")) == ["", "content", "content+noise"], done.stderr


def test_without_argcomplete_nothing_is_offered(folder):
    (folder / "argcomplete.py").write_text("raise ImportError")
    variables = environment(folder, _ARGCOMPLETE="1", COMP_LINE="nst-tf ", COMP_POINT="7")
    done = subprocess.run(
        [sys.executable, "-m", "nst_tf"], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == "nst-tf: completion needs argcomplete: pip install 'nst_tf[completion]'\n"
