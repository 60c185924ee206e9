"""`nst-tf doctor`: what is installed and whether it works, as text to paste into a report, which names nobody.

Each thing is looked at by itself: what is broken is said in its line, and the rest is there all the same. Hence imports
stand inside the functions.
"""

import contextlib
import getpass
import os
import platform
import re
import struct
import time
from collections.abc import Callable
from pathlib import Path

from . import __version__
from .errors import NstError
from .process.terminal import show

_SIZE, _STEPS = 128, 20  # of the picture that is painted
_PICTURES = "pagoda", "village_street_auvers"
_FIRST_J_STYLE = 3.94  # of its first evaluation, with the bundled network; a test computes it again
_VARIABLES = re.compile(r"TF_(CPP|CUDNN|ENABLE|FORCE|GPU|NUM|USE|XLA)_|KERAS_|OMP_|CUDA_VISIBLE_DEVICES$|XLA_FLAGS$")


def examine() -> int:
    """Show a line for each thing that is looked at; return 0, or 1 if one of them is not as it should be."""
    environment = _environment()  # before anything is added to it
    wrong = [name for name, look in _BEFORE_THE_START.items() if not _look(name, look)]
    _look("environment", lambda: environment)
    if _look("start", _start):
        wrong += [name for name, look in _AFTER_THE_START.items() if not _look(name, look)]
    else:
        wrong += ["start", *_AFTER_THE_START]
    show(f"To be mended: {', '.join(wrong)}." if wrong else "All is well.")
    return int(bool(wrong))


def _look(name: str, look: Callable[[], str]) -> bool:
    """Show what is found, or what goes wrong; return whether it went well."""
    try:
        text = look()
    except Exception as error:
        kind = "" if isinstance(error, NstError) else f"{type(error).__name__}: "
        show(f"{name:<13}WRONG: {anonymous(' '.join(f'{kind}{error}'.split()))}")
        return False
    show(f"{name:<13}{text}")
    return True


def anonymous(text: str) -> str:
    """Return the text without the home folder, the user's name and the computer's."""
    text = text.replace(str(Path.home()), "~")
    user = None
    with contextlib.suppress(OSError, KeyError, ImportError):  # not every container knows who it runs for
        user = getpass.getuser()
    for name, instead in ((user, "USER"), (platform.node(), "COMPUTER")):
        if name:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", instead, text)
    return text


# ---- before TensorFlow is started


def _python():
    return f"{platform.python_version()} ({platform.python_implementation()}, {8 * struct.calcsize('P')} bits)"


def _system():
    return f"{platform.system()} {platform.release()}, {platform.machine()}"


def _packages():
    from importlib.metadata import version

    from .process.requirements import lacking, requirements

    lacks = {needed: lack for needed in requirements() if (lack := lacking(needed))}
    there = ", ".join(f"{needed.name} {version(needed.name)}" for needed in requirements() if needed not in lacks)
    if lacks:
        wrong = ", ".join(f"{lack} (needed: {needed.specifier})" for needed, lack in lacks.items())
        raise NstError(f"{wrong}: install nst_tf again. The others: {there}")
    return there


def _extras():
    from .process.requirements import extras, lacking, requirements

    texts = []
    for extra in extras():
        lacks = list(filter(None, map(lacking, requirements(extra))))
        texts.append(f"{extra}: no ({', '.join(lacks)})" if lacks else f"{extra}: yes")
    return "; ".join(texts)


def _weights():
    from .bundled import BUNDLED_SHA256, checked_weights

    path = checked_weights()
    return f"{path.name}, {path.stat().st_size / 1e6:.1f} MB, sha256 {BUNDLED_SHA256[:16]}..., as it should be"


def _environment():
    variables = {name: value for name, value in sorted(os.environ.items()) if _VARIABLES.match(name)}
    return anonymous(", ".join(f"{name}={value}" for name, value in variables.items())) or "nothing set"


# ---- after it


def _start():
    from .process.startup import start_quietly

    begin = time.perf_counter()
    start_quietly()
    return f"TensorFlow and Keras are there after {time.perf_counter() - begin:.1f} s"


def _gpu():
    import tensorflow as tf

    cuda = tf.sysconfig.get_build_info().get("cuda_version")
    built = f"this TensorFlow is built for CUDA {cuda}" if cuda else "this TensorFlow is built without CUDA"
    details = map(tf.config.experimental.get_device_details, tf.config.get_visible_devices("GPU"))
    names = [detail.get("device_name", "one without a name") for detail in details]
    return f"{', '.join(names) or 'none found'}; {built}"


def _threads():
    import tensorflow as tf

    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    set_to = tf.config.threading.get_intra_op_parallelism_threads() or "as many as it likes"
    return f"{os.cpu_count()} processors, {usable} for this process; TensorFlow takes {set_to}"


def _precision():
    from .precision import explain_bfloat16, resolve_precision

    return f"{resolve_precision('auto')}: {explain_bfloat16()[1]}"


def _memory():
    import psutil
    import tensorflow as tf

    from .estimate import free, largest_size

    there = free()
    text = f"{there / 1e9:.1f} GB free of {psutil.virtual_memory().total / 1e9:.1f} GB"
    if tf.config.get_visible_devices("GPU"):
        return f"{text}; on a GPU, its own memory counts"
    transfer = _transfer()
    n_H, n_W = transfer.content.shape[1:3]
    fitting = largest_size(transfer.extractor, transfer.config, n_H, n_W, there)
    fits = "no photo fits" if fitting is None else f"a photo of {n_W / n_H:.1f}:1 fits up to --size {fitting}"
    return f"{text}; {fits}"


def _painting():
    transfer = _transfer()
    for _ in transfer:
        pass
    first, last = transfer.history[0], transfer.history[-1]
    n_H, n_W = transfer.content.shape[1:3]
    J_style = first.terms["J_style"]
    if abs(J_style / _FIRST_J_STYLE - 1) > 0.05:
        raise NstError(
            f"J_style begins at {J_style:.4g}, elsewhere at {_FIRST_J_STYLE}: this machine computes it wrong"
        )
    each = (last.seconds - first.seconds) / (last.step - 1)
    return (
        f"{n_W}x{n_H}, {last.step} evaluations, {each:.3f} s each after {first.seconds:.1f} s for the first; "
        f"J {first.J:.4g} to {transfer.best.J:.4g}"
    )


def _transfer():
    """Return a small painting that is not begun."""
    from .config import Config
    from .pictures.files import sample_image
    from .pictures.loading import load_image
    from .transfer import Transfer

    content, style = (load_image(sample_image(name), max_size=_SIZE) for name in _PICTURES)
    return Transfer(content, style, Config(steps=_STEPS))


_BEFORE_THE_START = {
    "nst_tf": lambda: __version__, "python": _python, "system": _system, "packages": _packages, "extras": _extras,
    "weights": _weights,
}  # fmt: skip
_AFTER_THE_START = {
    "gpu": _gpu, "threads": _threads, "precision": _precision, "memory": _memory, "painting": _painting,
}  # fmt: skip
