"""Streams that can be lost without harm: a run must not end for a line that nobody can read any more."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import IO, Any, TextIO

from ..errors import InputError


class UnfailingStream:
    """A text stream that loses what it cannot write: the reader went away, the disk is full, there is no stream at all.

    Attributes:
        failure: what was raised by the first write that failed; None so far.
    """

    def __init__(self, stream: TextIO | None):
        self._stream, self.failure = stream, None

    def __getattr__(self, name):
        return getattr(self._stream, name)

    @property
    def encoding(self) -> str:
        """What characters become as bytes."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write the text; what the encoding lacks, in a file's name say, is shown by its code."""
        self._attempt(lambda: self._stream.write(text.encode(self.encoding, "backslashreplace").decode(self.encoding)))
        return len(text)

    def flush(self) -> None:
        """Write what is buffered."""
        self._attempt(lambda: self._stream.flush())

    def close(self) -> None:
        """Close it, as logging libraries do when the program ends; one that was lost is closed already."""
        self._attempt(lambda: self._stream.close())

    def isatty(self) -> bool:
        """Return whether a person reads along."""
        try:
            return self._stream.isatty()
        except (AttributeError, OSError, ValueError):
            return False

    def _attempt(self, action: Callable[[], Any]):
        if self._stream is None:
            return
        try:
            action()
        except (OSError, ValueError) as error:  # ValueError: it was closed
            self.failure = error
            _lead_nowhere(self._stream)
            self._stream = None


def _lead_nowhere(stream):
    """Let what is still buffered go nowhere: Python tries to write it as it ends, and would fail the command for it."""
    with contextlib.suppress(AttributeError, OSError, ValueError):  # the stream is no file: a notebook's, say
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def occupy_standard_descriptors() -> None:
    """See that the file descriptors 0 to 2 are open, if only to nowhere.

    Whatever is opened next would get the number of a closed one: a picture, say, into which C++ then writes its lines.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            with contextlib.suppress(OSError):  # not even that: then nothing else can be opened either
                os.open(os.devnull, os.O_RDWR)  # the lowest free number


def stdin_bytes() -> bytes:
    """Return all that stdin holds.

    Raises:
        InputError: it is a person's keyboard, or closed.
    """
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None or sys.stdin.isatty():
        raise InputError("no picture comes from stdin: send one, as in nst-tf - great_wave -o out.png < photo.jpg")
    return stream.read()


def stdout_for_bytes() -> IO[bytes]:
    """Return stdout as a stream of bytes.

    Raises:
        InputError: it is a person's screen, or closed.
    """
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None or sys.stdout.isatty():
        raise InputError(
            "a picture is no text for a screen: send it on, as in nst-tf photo.jpg great_wave -o - > a.png"
        )
    return stream


@contextlib.contextmanager
def unfailing_streams() -> Iterator[None]:
    """In the block, no write to stdout or stderr fails, whoever writes: Keras and warnings, too."""
    occupy_standard_descriptors()
    before = sys.stdout, sys.stderr
    streams = sys.stdout, sys.stderr = [UnfailingStream(stream) for stream in before]
    try:
        yield
    finally:
        for stream in streams:
            stream.flush()
        sys.stdout, sys.stderr = before
