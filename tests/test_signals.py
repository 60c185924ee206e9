import contextlib
import os
import signal
import subprocess
import sys
import threading

import pytest

from nst_tf.process.signals import Interrupted, Listener, putting_off_ctrl_c, reason_of, status_of

HEARD = [signal.SIGINT, signal.SIGTERM, *(getattr(signal, name) for name in ("SIGHUP", "SIGXCPU", "SIGBREAK")
                                          if hasattr(signal, name))]  # fmt: skip


@pytest.fixture(autouse=True)
def usual_handlers():
    """Have the handlers that a program starts with, whatever these tests run under."""
    before = {number: signal.getsignal(number) for number in HEARD}
    for number in HEARD:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", HEARD)
def test_a_signal_is_noted_until_it_is_asked_for(number):
    with Listener() as listener:
        listener.check()
        signal.raise_signal(number)
        with pytest.raises(Interrupted) as interrupt:
            listener.check()
    assert (interrupt.value.number, status_of(interrupt.value)) == (number, 128 + number)
    assert isinstance(interrupt.value, KeyboardInterrupt)


def test_it_is_said_what_ended_the_run():
    assert reason_of(Interrupted(signal.SIGINT)) == reason_of(KeyboardInterrupt()) == "interrupted"
    assert reason_of(Interrupted(signal.SIGTERM)) == "ended by SIGTERM"
    assert status_of(KeyboardInterrupt()) == 130


def test_where_nothing_can_be_lost_it_is_raised_at_once_and_only_once():
    with Listener() as listener:
        with pytest.raises(Interrupted), listener.raising():
            signal.raise_signal(signal.SIGTERM)
            pytest.fail("it was not raised")
        signal.raise_signal(signal.SIGINT)
        assert listener.received == signal.SIGTERM


def test_one_that_a_library_swallowed_is_raised_again():
    with Listener() as listener, pytest.raises(Interrupted), listener.raising(), contextlib.suppress(BaseException):
        signal.raise_signal(signal.SIGTERM)


def test_one_that_came_before_is_raised():
    with Listener() as listener:
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(Interrupted), listener.raising():
            pytest.fail("it was forgotten")


def test_handlers_are_given_back_and_what_was_ignored_stays_so():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    before = {number: signal.getsignal(number) for number in HEARD}
    with Listener() as listener:
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGINT) == listener._hear
    assert {number: signal.getsignal(number) for number in HEARD} == before


def test_in_another_thread_it_hears_nothing():
    before = signal.getsignal(signal.SIGINT)

    def listen():
        with Listener(), putting_off_ctrl_c():
            assert signal.getsignal(signal.SIGINT) is before

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()


def test_ctrl_c_waits_for_the_end_of_a_block():
    done = []
    with pytest.raises(KeyboardInterrupt), putting_off_ctrl_c():
        signal.raise_signal(signal.SIGINT)
        done.append(True)
    assert done
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_that_is_ignored_stays_so():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with putting_off_ctrl_c():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


@pytest.mark.skipif(os.name != "posix", reason="nohup is POSIX's")
def test_under_nohup_a_closed_terminal_is_not_heard():
    program = (
        "import signal; from nst_tf.process.signals import Listener\n"
        "with Listener() as listener: signal.raise_signal(signal.SIGHUP)\n"
        "print(listener.received)"
    )
    ignore = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)  # noqa: E731
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, preexec_fn=ignore, check=True)
    assert done.stdout == b"None\n"
