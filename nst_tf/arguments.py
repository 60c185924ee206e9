"""The command's arguments: read and told apart, a slip answered; and settings written as one types them."""

import argparse
import dataclasses
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from .config import Config
from .errors import InputError, did_you_mean
from .options import COMMANDS, SEE_HELP, parser
from .other_names import OTHER_NAMES

# What other programs call an option
_OTHER_NAMES = {
    **{theirs.replace("_", "-"): ours.replace("_", "-") for theirs, ours in OTHER_NAMES.items()},
    **dict.fromkeys(("image-size", "img-size", "imsize", "max-size", "resolution", "width"), "size"),
    **dict.fromkeys(("out", "out-file", "output-file", "output-image", "save"), "output"),
    **dict.fromkeys(("init-image", "initial"), "initial-image"),
    "yes": "overwrite",
    **dict.fromkeys(("silent", "no-progress"), "quiet"),
    **dict.fromkeys(("list", "samples"), "list-samples"),
    **dict.fromkeys(("upscale", "scale-up"), "enlarge"),
}
# The options that are keywords of `Painting`
REQUEST = ("content", "style", "output", "size", "style_size", "enlarge", "initial_image", "keep", "overwrite")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options given: an attribute for each, `settings` with those of `Config`, `request` with `Painting`'s.

    Raises:
        InputError: they cannot be used, or there is no such option.
        SystemExit: --help or --version was asked for, and shown.
    """
    command, arguments = _command_of(list(arguments))
    end = arguments.index("--") if "--" in arguments else len(arguments)
    for argument in arguments[:end]:
        if _is_a_file_with_a_dash(argument):
            raise InputError(f"{argument} begins with a dash, as options do: write ./{argument}")
    files = [f"./{argument}" if argument[:1] == "-" else argument for argument in arguments[end + 1 :]]
    options, unknown = parser().parse_known_intermixed_args([*arguments[:end], *files])
    for argument in unknown:
        if argument[:1] == "-":
            raise _unknown_option(argument)
    if unknown:
        raise InputError(f"unrecognized arguments: {' '.join(unknown)} {SEE_HELP}")
    from .style_files import parse_styles  # here, for without it --help is there at once

    options.command = command
    options.style = parse_styles(options.style, options.place, options.part) or None
    given = vars(options)
    options.settings = {setting.name: given[setting.name] for setting in dataclasses.fields(Config)
                        if setting.name in given}  # fmt: skip
    options.request = {name: given[name] for name in REQUEST if given.get(name) is not None}
    return options


def _command_of(arguments):
    """Return the command, None for that of a single picture, and its arguments."""
    if arguments and arguments[0] in COMMANDS:
        return arguments[0], arguments[1:]
    return None, arguments


def as_options(message: str) -> str:
    """Return the message with the keywords of Python that it advises, "overwrite=True", as the command's options."""
    message = re.sub(r"\b(overwrite|enlarge)=True\b", r"--\1", message)
    message = message.replace("style_size and style_scale", "--style-size and --style-scale")
    return re.sub(
        r"\b(?:(style)_)?size=(\d+)", lambda found: f"--{'style-' if found[1] else ''}size {found[2]}", message
    )


def settings_as_typed(options: argparse.Namespace) -> str:
    """Return the preset and the settings that were given, as one types them."""
    words = [f"--preset {options.preset}"] if options.preset else []
    for name, value in options.settings.items():
        option = name.replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        else:
            text = (
                ",".join(f"{key}={part}" for key, part in value.items()) if isinstance(value, Mapping) else str(value)
            )
            words.append(f"--{option} {shlex.quote(text)}")
    return " ".join(words)


def _is_a_file_with_a_dash(argument):
    """Return whether the argument is meant as a file: it is one, or ends like one; -oFILE and -q are options."""
    try:
        is_file = argument[:1] == "-" and Path(argument).is_file()
    except OSError:  # too long for a name
        is_file = False
    return is_file or bool(re.match(r"-[a-np-z].*\.[a-z]\w+$", argument, re.IGNORECASE))


def _unknown_option(argument):
    """Return the `InputError` that names the closest options; a name cut short stands for those it begins."""
    option = argument.partition("=")[0]
    name, is_long = option.lstrip("-").replace("_", "-"), option.startswith("--")
    known = [known[2:] for known in parser()._option_string_actions if known.startswith("--")]
    begun = [f"--{other}" for other in known if is_long and other.startswith(name)]
    hint = f"did you mean {' or '.join(begun)}? " if begun else did_you_mean(name, known, _OTHER_NAMES, "--")
    return InputError(f"unknown option {option}{': ' if hint else ' '}{hint}{SEE_HELP}")
