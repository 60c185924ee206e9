"""Streams that are lost: what the command writes, and how it then ends, is real in `test_cli.py`."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nst_tf.process.streams import UnfailingStream, unfailing_streams

FULL = Path("/dev/full")


class Broken(io.StringIO):
    """A stream whose reader went away."""

    def write(self, text):
        raise BrokenPipeError(32, "Broken pipe")


def run(program, **options):
    buffered = {**os.environ, "PYTHONUNBUFFERED": ""}  # as a user has it
    return subprocess.run([sys.executable, "-c", program], text=True, check=False, env=buffered, **options)


def test_what_can_be_written_is():
    stream = io.StringIO()
    unfailing = UnfailingStream(stream)
    print("one", "two", file=unfailing, flush=True)
    assert (stream.getvalue(), unfailing.failure, unfailing.isatty()) == ("one two\n", None, False)


@pytest.mark.parametrize("stream", [None, Broken()])
def test_what_cannot_be_written_is_lost(stream):
    unfailing = UnfailingStream(stream)
    for _ in range(2):
        print("lost", file=unfailing, flush=True)
    assert not unfailing.isatty()
    unfailing.close()
    assert (unfailing.failure is None) == (stream is None)


def test_a_closed_stream_is_lost():
    stream = io.StringIO()
    stream.close()
    unfailing = UnfailingStream(stream)
    print("lost", file=unfailing, flush=True)
    assert isinstance(unfailing.failure, ValueError)
    assert not unfailing.isatty()


def test_what_the_encoding_lacks_is_shown_by_its_code():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    print("caf\xe9 \udce9", file=UnfailingStream(stream), flush=True)
    assert stream.buffer.getvalue() == b"caf\\xe9 \\udce9\n"


def test_the_streams_are_given_back(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    before = sys.stdout, sys.stderr
    with pytest.raises(KeyError), unfailing_streams():
        print("lost")
        raise KeyError
    assert (sys.stdout, sys.stderr) == before


PROGRAM = """
import os, sys, warnings
from nst_tf.process.streams import unfailing_streams
with unfailing_streams():
    print("x")
    print("y", file=sys.stderr)
    warnings.warn("z")
    assert [os.fstat(number).st_ino for number in (0, 1, 2)]
    with open(os.devnull) as file:
        assert file.fileno() > 2
"""


@pytest.mark.skipif(os.name != "posix", reason="descriptors are closed by POSIX means")
@pytest.mark.parametrize("closed", [(1,), (2,), (0, 1, 2)])
def test_descriptors_that_are_closed_from_the_start(closed):
    done = run(PROGRAM, stdout=subprocess.PIPE, preexec_fn=lambda: [os.close(number) for number in closed])
    assert done.returncode == 0


@pytest.mark.skipif(not FULL.exists(), reason="/dev/full is Linux's")
def test_a_full_disk_does_not_fail_the_process_at_its_end_either():
    with FULL.open("w") as full:
        assert run(PROGRAM, stdout=full, stderr=full).returncode == 0
        assert run("print('x')", stdout=full, stderr=full).returncode != 0  # as Python has it


def test_a_reader_that_went_away_does_not_fail_the_process_at_its_end_either():
    reading, writing = os.pipe()
    os.close(reading)
    assert run(PROGRAM, stdout=writing, stderr=writing).returncode == 0
    os.close(writing)
