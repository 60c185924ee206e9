"""Signals that ask the command to end, heard where that does no harm: what was painted so far can still be saved.

Ctrl-C, SIGTERM (`kill`, `timeout`, batch queues, a stopped container), SIGHUP (a closed terminal), SIGXCPU (the
processor time is used up) and, on Windows, SIGBREAK are all treated alike.
"""

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Self

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK", "SIGXCPU")


class Interrupted(KeyboardInterrupt):
    """A signal asked the command to end; `number` is the signal's."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


def status_of(interrupt: KeyboardInterrupt) -> int:
    """Return the exit status: 128 + the signal's number, as shells have it."""
    return 128 + getattr(interrupt, "number", signal.SIGINT)


def reason_of(interrupt: KeyboardInterrupt) -> str:
    """Return why the command ended, in words: "interrupted", or "ended by SIGTERM"."""
    number = getattr(interrupt, "number", signal.SIGINT)
    return "interrupted" if number == signal.SIGINT else f"ended by {signal.Signals(number).name}"


class Listener:
    """Notes the first of the signals, for `check` to raise; a second one changes nothing.

    It hears nothing outside the main thread, nor what was ignored when it began: `nohup` stays in force.

    Attributes:
        received: the number of the first signal; None so far.
    """

    def __init__(self):
        self.received, self._raises, self._handlers = None, False, {}

    def begin(self) -> Self:
        """Listen from now on."""
        if threading.current_thread() is threading.main_thread():
            for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
                handler = signal.getsignal(number)
                if handler not in (signal.SIG_IGN, None):  # None: it is handled in C
                    self._handlers[number] = handler
                    signal.signal(number, self._hear)
        return self

    def end(self) -> None:
        """Give the signals back to whoever handled them before."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers = {}

    def __enter__(self) -> Self:
        return self.begin()

    def __exit__(self, *exception):
        self.end()

    def check(self) -> None:
        """Raise `Interrupted` if a signal was received."""
        if self.received is not None:
            raise Interrupted(self.received)

    @contextlib.contextmanager
    def raising(self) -> Iterator[None]:
        """In the block, where nothing can be lost yet, raise `Interrupted` at once."""
        self._raises = True
        try:
            self.check()
            yield
            self.check()  # a library may have swallowed it
        finally:
            self._raises = False

    def _hear(self, number, frame):
        if self.received is None:
            self.received = number
            if self._raises:
                raise Interrupted(number)


@contextlib.contextmanager
def putting_off_ctrl_c() -> Iterator[None]:
    """Finish the block first when Ctrl-C is pressed in it. For programs without a `Listener`; elsewhere it is none."""
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    pressed = []
    signal.signal(signal.SIGINT, lambda number, frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if pressed:
            signal.raise_signal(signal.SIGINT)
