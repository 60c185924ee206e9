"""Start TensorFlow without the lines it writes to file descriptor 2 while it loads."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from ..errors import StartError
from .keras_settings import check_keras, refused_setting, why_keras_fails
from .streams import occupy_standard_descriptors
from .surroundings import check_process

_ALL_IS_WELL = b"\0all is well\0"
# Holds back what it reads, and shows it unless it is told that all is well before there is no more to read.
_WATCHER = f"""
import sys
held = b""
while part := sys.stdin.buffer.raw.read(65536):
    held += part
    if held.endswith({_ALL_IS_WELL!r}):
        sys.exit()
sys.stderr.buffer.write(held)
"""


@contextlib.contextmanager
def _hold_back_stderr() -> Iterator[None]:
    """Keep what is written to file descriptor 2, by C++ too, and show it only if the block fails or the process dies.

    Nobody can show anything once C++ has ended the process, hence a process of its own, which sees the pipe close.
    Where none can be started, nothing is held back.
    """
    occupy_standard_descriptors()
    with contextlib.suppress(AttributeError, OSError, ValueError):  # there is no stderr, or it is closed
        sys.stderr.flush()
    watcher = _start_watcher()
    if watcher is None:
        yield
        return
    original, word = os.dup(2), _ALL_IS_WELL
    try:
        os.dup2(watcher.stdin.fileno(), 2)
        yield
    except Exception:
        word = b""
        raise
    finally:
        os.dup2(original, 2)
        os.close(original)
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):  # a process begun meanwhile may hold the pipe
            watcher.communicate(word, timeout=10)


def _start_watcher():
    if not sys.executable or getattr(sys, "frozen", False):  # a frozen program would start itself again
        return None
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _WATCHER], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is none of its business
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )  # fmt: skip
    except OSError:  # no more processes, or no more memory
        return None


def start_quietly() -> None:
    """Import TensorFlow and find its devices, which is when it writes its start-up lines, without showing them.

    They say how TensorFlow was built, not how your program does. Should the start fail, they are shown after all, even
    if TensorFlow ends the process. Call this before the first `import tensorflow`; a second call does nothing.

    Raises:
        StartError: (an `ImportError`) TensorFlow cannot be imported, or Keras does not run on it.
        InputError: this process was forked from one where TensorFlow had run.
    """
    check_process()
    if "keras" not in sys.modules and (reason := refused_setting()):  # soon said; TensorFlow takes seconds
        raise StartError(reason)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with _hold_back_stderr():
        try:
            import tensorflow as tf

            tf.zeros(())  # the first operation looks for devices, and says so
        except Exception as error:
            raise StartError(why_keras_fails(error)) from error
    check_keras()
