import os
import sys
from pathlib import Path

import pytest

import nst_tf
from nst_tf.process.startup import _hold_back_stderr


def test_what_is_written_meanwhile_is_held_back(capfd):
    with _hold_back_stderr():
        os.write(2, b"from C++\n")
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "afterwards\n"


def test_it_is_shown_after_all_when_the_start_fails(capfd):
    with pytest.raises(ImportError), _hold_back_stderr():
        os.write(2, b"from C++\n")
        raise ImportError("libcuda is missing")
    assert capfd.readouterr().err == "from C++\n"


def test_a_ctrl_c_is_no_failure(capfd):
    with pytest.raises(KeyboardInterrupt), _hold_back_stderr():
        os.write(2, b"from C++\n")
        raise KeyboardInterrupt
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "afterwards\n"


def test_what_python_writes_is_held_back_too_and_lines_keep_their_order(offline):
    program = (
        "import sys; from nst_tf.process.startup import _hold_back_stderr as hold\n"
        "print('before', file=sys.stderr)\n"
        "with hold(): print('meanwhile', file=sys.stderr, flush=True)\n"
        "print('afterwards', file=sys.stderr)"
    )
    assert offline.run("-c", program) == (0, "", "before\nafterwards\n")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="/proc is Linux's")
def test_no_file_descriptor_is_left_open(capfd):
    def descriptors():
        return len(list(Path("/proc/self/fd").iterdir()))

    before = descriptors()
    with _hold_back_stderr():
        pass
    assert descriptors() == before


def test_starting_twice_does_no_harm(capfd):
    nst_tf.start_quietly()
    nst_tf.start_quietly()
    assert "tensorflow" in sys.modules
    assert capfd.readouterr() == ("", "")


def test_tensorflow_starts_without_a_line(offline):
    program = "import nst_tf; nst_tf.start_quietly(); import tensorflow as tf; print(int(tf.reduce_sum(tf.ones(3))))"
    assert offline.run("-c", program) == (0, "3\n", "")
    assert not offline.network_log.exists()


@pytest.mark.parametrize("end", ["os._exit(3)", "os.abort()", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_it_is_shown_after_all_when_the_process_dies(offline, end):
    program = (
        "import os, signal; from nst_tf.process.startup import _hold_back_stderr as hold\n"
        f"with hold(): os.write(2, b'from C++: ' + 99_999 * b'x'); {end}"
    )
    status, _, err = offline.run("-c", program)
    assert status != 0
    assert err == "from C++: " + 99_999 * "x"


def test_a_flag_that_tensorflow_refuses_is_told(offline):
    """It ends the process from C++, while it looks for devices."""
    offline.environment["TF_XLA_FLAGS"] = "--garbage"
    status, out, err = offline.run("-m", "nst_tf", "cat", "great_wave", "-q")
    assert (status, out) == (1, "")
    assert "Unknown flag in TF_XLA_FLAGS: --garbage" in err


@pytest.mark.parametrize(
    "lack",
    [
        "tempfile.tempdir = '/nonexistent'",
        "sys.executable = None",
        "sys.frozen = True",
        "sys.executable = '/nonexistent'",
        "sys.stderr = None",
        "sys.stderr.close()",
        "os.close(2)",
    ],
)
def test_it_starts_whatever_is_lacking(offline, lack):
    program = (
        f"import os, sys, tempfile; {lack}\n"
        "from nst_tf.process.startup import _hold_back_stderr as hold\n"
        "with hold(): pass\n"
        "print('started')"
    )
    assert offline.run("-c", program)[:2] == (0, "started\n")


def test_what_cannot_be_started_is_a_sentence(monkeypatch, capfd):
    monkeypatch.setitem(sys.modules, "tensorflow", None)  # as if it were not installed
    with pytest.raises(nst_tf.StartError, match=r"TensorFlow or Keras cannot be started \(ModuleNotFoundError: "):
        nst_tf.start_quietly()
