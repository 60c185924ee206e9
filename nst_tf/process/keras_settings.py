"""Keras as the package needs it, on TensorFlow, channels last and in float32, whatever its user has set.

Those settings come from the environment, from Keras' own file keras.json, and from the user's program. They stay as
they are: only while a network or an optimizer is built do the package's own stand in for them. Other modules write
their hints at Keras as text, for evaluating one would load Keras before it is known whether it can be.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from ..errors import StartError

_LEGACY = ("true", "True", "1")  # what TensorFlow takes for a yes
_KNOWN = {  # what Keras takes in its file
    "floatx": ("float32", "float16", "float64"),
    "image_data_format": ("channels_last", "channels_first"),
}


def check_keras() -> None:
    """Raise `StartError`, which names what to set, unless Keras 3 runs on TensorFlow."""
    import tensorflow as tf

    try:
        backend = tf.keras.config.backend()  # Keras 2 has no keras.config
    except Exception as error:  # with a backend that isn't installed, of many types
        raise StartError(why_keras_fails(error)) from None
    if backend != "tensorflow":
        raise StartError(why_keras_fails(f"it runs on {backend}"))


def why_keras_fails(error: object) -> str:
    """Return a sentence that names the setting which keeps Keras from TensorFlow, or else the error."""
    what = " ".join(f"{type(error).__name__}: {error}".split()) if isinstance(error, Exception) else error
    return refused_setting() or (
        f"TensorFlow or Keras cannot be started ({what[:200]}): look at the environment variables that begin with "
        f"TF_ or KERAS_, or install tensorflow again"
    )


def refused_setting() -> str | None:
    """Return a sentence that names the setting with which Keras would not start, or not on TensorFlow; None without."""
    legacy, backend = (os.environ.get(name) for name in ("TF_USE_LEGACY_KERAS", "KERAS_BACKEND"))
    if legacy in _LEGACY:
        return f"TF_USE_LEGACY_KERAS is {legacy}, and nst_tf needs Keras 3: unset it"
    if backend not in (None, "", "tensorflow"):
        return f"KERAS_BACKEND is {backend}, and nst_tf needs Keras on TensorFlow: unset it, or set it to tensorflow"
    path = Path(os.environ.get("KERAS_HOME") or Path("~/.keras").expanduser()) / "keras.json"
    settings = _read(path)
    if not isinstance(settings, dict):
        return f"{path} holds no settings, and Keras stumbles over it: delete it"
    if not backend and settings.get("backend", "tensorflow") != "tensorflow":
        return f"{path} sets the backend {settings['backend']}, and nst_tf needs tensorflow: set it to that"
    for name, known in _KNOWN.items():
        if settings.get(name, known[0]) not in known:
            return f"{path} sets {name} to {settings[name]!r}, which Keras refuses: set it to {' or '.join(known)}"
    return None


def _read(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):  # then Keras ignores it, too
        return {}


@contextlib.contextmanager
def channels_last_float32() -> Iterator[None]:
    """In the block, layers, models and optimizers are built channels last and in float32.

    Raises:
        StartError: Keras does not run on TensorFlow.
    """
    import tensorflow as tf

    check_keras()
    config = tf.keras.config
    data_format, floatx, policy = config.image_data_format(), config.floatx(), config.dtype_policy()
    config.set_image_data_format("channels_last")
    config.set_floatx("float32")
    config.set_dtype_policy("float32")
    try:
        yield
    finally:
        config.set_image_data_format(data_format)
        config.set_floatx(floatx)
        config.set_dtype_policy(policy)
