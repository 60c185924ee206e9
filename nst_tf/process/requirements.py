"""What nst_tf requires of its environment, by its own metadata, and what of it is missing there or too old.

An installer sees to it, unless it is told not to, as on Colab, where a notebook's packages are better left alone.
"""

from collections import defaultdict
from importlib.metadata import PackageNotFoundError, requires, version

from ..errors import StartError


def requirements(extra: str | None = None) -> list:
    """Return what nst_tf requires, `packaging.requirements.Requirement`s; with an extra, what that requires besides.

    Raises:
        StartError: nst_tf runs from its folder and is not installed.
    """
    return _by_extra()[extra]


def extras() -> list[str]:
    """Return the names of the optional extras."""
    return sorted(filter(None, _by_extra()))


def lacking(needed) -> str | None:
    """Return a sentence's beginning for a requirement that is not met, "numpy is 1.26.4"; None for one that is."""
    try:
        there = version(needed.name)
    except PackageNotFoundError:
        return f"{needed.name} is missing"
    return None if needed.specifier.contains(there, prereleases=True) else f"{needed.name} is {there}"


def check_versions() -> None:
    """Raise `StartError`, which says what to install, unless all that nst_tf requires is there and new enough.

    What is newer than nst_tf knows is let pass: mostly it works.
    """
    too_old = [(needed, lack) for needed in map(_floor, requirements()) if (lack := lacking(needed))]
    if too_old:
        lacks = ", ".join(f"{lack} (needed: {needed.specifier})" for needed, lack in too_old)
        install = " ".join(f'"{needed}"' for needed, _ in too_old)
        raise StartError(f"{lacks}: run `pip install {install}`, then restart and begin again")


def _floor(needed):
    """Return the requirement without what bounds it from above."""
    from packaging.requirements import Requirement

    floors = ",".join(str(bound) for bound in needed.specifier if bound.operator == ">=")
    return Requirement(f"{needed.name}{floors}")


def _by_extra():
    from packaging.requirements import Requirement  # comes with TensorFlow

    found = defaultdict(list)
    try:
        lines = requires("nst_tf")
    except PackageNotFoundError:
        raise StartError("nst_tf is not installed: run `pip install .` in its folder") from None
    for line in lines:
        needed = Requirement(line)
        extra = str(needed.marker).partition("extra == ")[2].strip("\"'") if needed.marker else None
        found[extra].append(needed)
    return found
