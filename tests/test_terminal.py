import io
import sys

import pytest

from nst_tf.errors import FileAccessError
from nst_tf.process.streams import unfailing_streams
from nst_tf.process.terminal import complain, progress_bar, say, show


class Failing(io.StringIO):
    """A stream that cannot be written."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def write(self, text):
        raise self.error


def test_each_goes_to_its_stream(capsys):
    show("asked for")
    say("by the way")
    complain("two\nlines")
    assert capsys.readouterr() == ("asked for\n", "by the way\nnst-tf: two lines\n")


def test_what_was_asked_for_and_cannot_be_written_is_an_error(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Failing(OSError(28, "No space left on device")))
    with unfailing_streams(), pytest.raises(FileAccessError, match=r"stdout .* \(No space left on device\): free some"):
        show("a list")


@pytest.mark.parametrize("stream", [None, Failing(BrokenPipeError(32, "Broken pipe"))])
def test_without_a_reader_it_is_none(monkeypatch, stream):
    monkeypatch.setattr(sys, "stdout", stream)
    with unfailing_streams():
        show("a list")


@pytest.mark.parametrize("stream", [None, Failing(OSError(5, "Input/output error"))])
def test_a_bar_that_cannot_be_written_goes_on(monkeypatch, stream):
    monkeypatch.setattr(sys, "stderr", stream)
    with unfailing_streams(), progress_bar(2, hidden=False) as bar:
        bar.set_postfix_str("J=1")
        bar.update(1)
        bar.refresh()
        assert bar.n == 1


def test_a_hidden_bar_writes_nothing(capsys):
    with progress_bar(2, hidden=True) as bar:
        bar.update(1)
    assert capsys.readouterr() == ("", "")
