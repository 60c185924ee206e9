"""What the command says: on stdout what was asked for, on stderr the rest. In `unfailing_streams`, no line fails."""

import sys

from ..errors import FileAccessError


def show(text: str) -> None:
    """Print on stdout what was asked for.

    Raises:
        FileAccessError: it could not be written, in `unfailing_streams`; not for a reader that has read enough.
    """
    print(text, flush=True)
    failure = getattr(sys.stdout, "failure", None)
    if isinstance(failure, OSError) and not isinstance(failure, BrokenPipeError):
        raise FileAccessError(
            f"stdout could not be written ({failure.strerror}): free some space, or send it elsewhere"
        )


def say(text: str) -> None:
    """Print a line on stderr, for whoever watches."""
    print(text, file=sys.stderr, flush=True)


def complain(reason: object) -> None:
    """Say in one line, even for a name that holds two, what went wrong."""
    say(" ".join(["nst-tf:", *str(reason).splitlines()]))


def progress_bar(total: float, *, hidden: bool):
    """Return a `tqdm` bar on stderr of so much work, with the time that is left."""
    from tqdm import tqdm

    return tqdm(
        total=total, disable=hidden, dynamic_ncols=True,
        mininterval=0.1 if sys.stderr.isatty() else 5,  # a log file wants fewer lines
        bar_format="{percentage:3.0f}%|{bar}| {remaining} left{postfix}",
    )  # fmt: skip
