"""What can go wrong, as documented types. Each message is one sentence that names the thing and the remedy.

Every class also derives from the built-in exception that a caller would expect, so `except ValueError` and
`except FileNotFoundError` work as usual.
"""

import difflib
from typing import Any


class NstError(Exception):
    """Anything that nst_tf reports to its user on purpose."""


class InputError(NstError, ValueError):
    """A value, a picture or a combination of settings that cannot be used."""


class MissingFileError(NstError, FileNotFoundError):
    """A file or folder that does not exist."""


class FileAccessError(NstError, OSError):
    """A file that exists but cannot be read, written or replaced."""


class WeightsError(NstError, ValueError):
    """A weights file that is damaged, belongs to another network, or cannot be had."""


class UnfinishedError(NstError):
    """A run that cannot go on. Raised by `style_transfer`, `result` is the `Result` so far; else it is None."""

    result: Any = None


class DivergedError(UnfinishedError, ArithmeticError):
    """J, its gradient or the picture became NaN or infinite."""


class OutOfMemoryError(UnfinishedError, MemoryError):
    """A size needs more memory than there is."""


def unknown_name(kind, name, known):
    """Return an `InputError` for `name`, with the closest of the `known` names first and then the whole list."""
    close = difflib.get_close_matches(str(name), known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}? " if close else ""
    return InputError(f"unknown {kind} {str(name)!r}: {hint}choose from {', '.join(known)}")
