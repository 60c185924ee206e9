"""What can go wrong, as documented types. Each message is one sentence that names the thing and the remedy.

Every class also derives from the built-in exception that a caller would expect, so `except ValueError` and
`except FileNotFoundError` work as usual.
"""

import difflib
from types import MappingProxyType
from typing import Any


class NstError(Exception):
    """Anything that nst_tf reports to its user on purpose."""


class InputError(NstError, ValueError):
    """A value, a picture or a combination of settings that cannot be used."""


class MissingFileError(NstError, FileNotFoundError):
    """A file or folder that does not exist."""


class FileAccessError(NstError, OSError):
    """A file that exists but cannot be read, written or replaced."""


class StartError(NstError, ImportError):
    """TensorFlow or Keras cannot be started, or is set in a way that does not serve."""


class WeightsError(NstError, ValueError):
    """A weights file that is damaged, belongs to another network, or cannot be had."""


class UnfinishedError(NstError):
    """A run that cannot go on. Raised by `style_transfer`, `result` is the `Result` so far; else it is None."""

    result: Any = None


class DivergedError(UnfinishedError, ArithmeticError):
    """J, its gradient or the picture became NaN or infinite."""


class ClusterError(UnfinishedError, ConnectionError):
    """The workers of a cluster, or their scheduler, are gone."""


class OutOfMemoryError(UnfinishedError, MemoryError):
    """A size needs more memory than there is."""


def unknown_name(kind, name, known, other_names=MappingProxyType({})):
    """Return an `InputError` for `name`, with the closest of the `known` names first and then the whole list.

    Args:
        kind: what it should be a name of.
        name: what was given.
        known: the names there are.
        other_names: {what else they are called: name}, for what people know from other programs.
    """
    hint = did_you_mean(str(name), known, other_names)
    return InputError(f"unknown {kind} {str(name)!r}: {hint}choose from {', '.join(known)}")


def did_you_mean(name, known, other_names=MappingProxyType({}), prefix=""):
    """Return "did you mean a or b? " for what is closest to `name` in `known`, each with a prefix; "" without any."""
    close = [other_names[name]] if name in other_names else difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(prefix + other for other in close)}? " if close else ""
