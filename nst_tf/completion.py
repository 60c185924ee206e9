"""Completion by the shell, on Tab: commands, options and what they choose from, samples, files. argcomplete does it.

The shell then runs the command with the variable `_ARGCOMPLETE`; only then is this imported.
"""

import argparse
import dataclasses
import os
import sys

from .config import NETWORK_LAYERS, PRESETS, Config
from .options import COMMANDS, parser
from .process.terminal import complain


def complete() -> None:
    """Write what the typed line may go on with, and end the process: with 1 if argcomplete is missing."""
    try:
        import argcomplete
    except ImportError:
        complain("completion needs argcomplete: pip install 'nst_tf[completion]'")
        sys.exit(1)
    _pass_over_the_command()
    argcomplete.autocomplete(_with_completers(parser()), always_complete_options=False)


def _pass_over_the_command():
    """Let the words begin behind a command that is complete, as the parser's do."""
    first = int(os.environ["_ARGCOMPLETE"])  # of the words after the program's name, counted from 0
    typed = os.environ["COMP_LINE"][: int(os.environ["COMP_POINT"])]
    *complete_words, _ = (typed + "|").split()
    if complete_words[first : first + 1] and complete_words[first] in COMMANDS:
        os.environ["_ARGCOMPLETE"] = str(first + 1)


def _with_completers(options: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Return the parser, its actions with the `completer` that argcomplete looks for; those without offer files."""
    by_name = {setting.name: setting.metadata["choices"] for setting in dataclasses.fields(Config)}
    by_name |= {"preset": tuple(PRESETS)}
    for action in options._actions:
        if action.dest in ("content", "style"):
            action.completer = _samples_and_files(action.dest)
        elif action.dest.endswith("_layers"):
            action.completer = _layers
        elif choices := by_name.get(action.dest):
            action.completer = lambda choices=choices, **_: choices
    return options


def _samples_and_files(kind):
    from argcomplete.completers import FilesCompleter

    from .pictures.files import sample_images

    names = [*sample_images(kind), *(COMMANDS if kind == "content" else ())]
    return lambda prefix, **_: [*names, *FilesCompleter()(prefix)]


def _layers(prefix, **_):
    before = prefix[: prefix.rfind(",") + 1]
    return [f"{before}{layer}" for layer in NETWORK_LAYERS[Config.network]]
