"""Start TensorFlow without the lines it writes to file descriptor 2 while it loads."""

import contextlib
import os
import sys
import tempfile


@contextlib.contextmanager
def _hold_back_stderr():
    """Keep what is written to file descriptor 2, by C++ too, and show it only if the block fails."""
    sys.stderr.flush()
    with contextlib.ExitStack() as stack:
        held = stack.enter_context(tempfile.TemporaryFile())
        original = os.dup(2)
        stack.callback(os.close, original)
        os.dup2(held.fileno(), 2)
        try:
            yield
        except Exception:
            os.dup2(original, 2)
            held.seek(0)
            os.write(2, held.read())
            raise
        finally:
            os.dup2(original, 2)


def start_quietly() -> None:
    """Import TensorFlow and find its devices, which is when it writes its start-up lines, without showing them.

    They say how TensorFlow was built, not how your program does. Should the start fail, they are shown after all.
    Call this before the first `import tensorflow`; a second call does nothing.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with _hold_back_stderr():
        import tensorflow as tf

        tf.zeros(())  # the first operation looks for devices, and says so
