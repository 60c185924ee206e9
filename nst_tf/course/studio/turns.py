"""One session paints at a time, and no thread of one outlives the program."""

import atexit
import functools
import threading
import weakref
from typing import Protocol

TURN = threading.Lock()  # held by the thread that paints: two at a time would only share the processor
_sessions = weakref.WeakSet()  # those that have painted


class Painter(Protocol):
    """What takes turns: a `Session`."""

    def stop(self) -> None:
        """Ask the thread to stop, if there is one."""

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until no thread is at work."""


def take_turn(session: Painter) -> None:
    """Ask every other session to stop. The thread of this one then waits for `TURN`."""
    for other in set(_sessions) - {session}:
        other.stop()
    _sessions.add(session)
    _end_with_the_program()


def stop_all() -> None:
    """Ask every session to stop."""
    for session in set(_sessions):
        session.stop()


def end_all() -> None:
    """Stop every thread and wait for it: one that is killed within TensorFlow could take the program down with it."""
    stop_all()
    for session in set(_sessions):
        session.wait()


@functools.cache
def _end_with_the_program():
    atexit.register(end_all)
