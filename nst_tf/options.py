"""The command's options: one for each setting of `Config`, made from what it says of itself, and those for files."""

import argparse
import dataclasses
import functools
import shutil
from collections.abc import Mapping

from . import __version__
from .config import CHECKPOINT_EVERY, DEFAULT_SIZE, PRESETS, STEADINESS, Config
from .errors import InputError
from .process.terminal import show

COMMANDS = ("batch", "doctor", "sheet", "video")
SEE_HELP = "(nst-tf --help lists the options)"


_WIDEST = 100  # columns; longer lines are hard to read
# What most people come for, before everything else
_FIRST = """Repaint a photo in the style of a painting (Neural Style Transfer).

  nst-tf photo.jpg great_wave -o painting.png   in the style of a sample
  nst-tf photo.jpg my_painting.jpg --size 768   of your own picture, larger
  nst-tf sheet photo.jpg                        in all bundled styles, small
  nst-tf --list-samples                         the bundled pictures

Without arguments, it repaints a bundled photo. Further commands:

  nst-tf video clip.gif great_wave -o out.gif   a video, a GIF, or a folder
  nst-tf batch photos great_wave -o paintings   every photo in a folder
  nst-tf doctor                                 check what is installed
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise InputError(f"{message} {SEE_HELP}")

    def format_help(self):
        return f"{_FIRST}\n{super().format_help()}"

    def _print_message(self, message, file=None):
        """Show the help or the version; argparse itself would not say that it could not."""
        show(message.rstrip("\n"))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command's options."""
    width = min(_WIDEST, shutil.get_terminal_size().columns)
    parser = _Parser(
        prog="nst-tf",
        usage="nst-tf [COMMAND] [CONTENT] [STYLE[=WEIGHT] ...] [option ...]",
        formatter_class=functools.partial(argparse.HelpFormatter, max_help_position=30, width=width),
        allow_abbrev=False, add_help=False,
    )  # fmt: skip
    _add_what_to_paint(parser)
    _add_file_options(parser)
    _add_options_along_the_way(parser)
    groups = {}
    for setting in dataclasses.fields(Config):
        group = setting.metadata["group"]
        if group not in groups:
            groups[group] = parser.add_argument_group(group)
        _add_setting(groups[group], setting)
    last = parser.add_argument_group("this command")
    last.add_argument("-h", "--help", action="help", help="show this text and stop")
    last.add_argument("--version", action="version", version=f"nst_tf {__version__}", help="show the version and stop")
    return parser


def _add_what_to_paint(parser):
    pictures = parser.add_argument_group("what to paint")
    pictures.add_argument("content", nargs="?", metavar="CONTENT", help="the photo: a file, or the name of a sample")
    pictures.add_argument(
        "style", nargs="*", metavar="STYLE[=WEIGHT]",
        help="the painting: a file, or the name of a sample; several are blended, as in great_wave=2 poppies"
    )  # fmt: skip
    pictures.add_argument("--list-samples", action="store_true", help="list the bundled pictures and stop")


def _add_file_options(parser):
    files = parser.add_argument_group("pictures")
    files.add_argument("-o", "--output", metavar="FILE", help="where to save (default: CONTENT_STYLE.png)")
    files.add_argument(
        "--overwrite", action="store_true", default=None, help="replace the files written if they exist already"
    )
    files.add_argument(
        "--size", type=_number, metavar="PIXELS",
        help=f"the longer side; larger pictures are scaled down to it (default: {DEFAULT_SIZE})",
    )  # fmt: skip
    files.add_argument("--style-size", type=_number, metavar="PIXELS", help="the same for the style (default: --size)")
    files.add_argument(
        "--enlarge", action="store_true", default=None, help="scale smaller pictures up to the size, too"
    )
    files.add_argument(
        "--initial-image", metavar="FILE", help="start from this picture, such as an earlier result of the same size"
    )
    files.add_argument("--keep", metavar="MASK", help="a black and white picture, white where the photo is left alone")
    files.add_argument(
        "--place", metavar="MASK", action="append", default=[],
        help="the same, white where a style is wanted; one for each style, in their order (all: everywhere)"
    )  # fmt: skip
    files.add_argument(
        "--part", metavar="MASK", action="append", default=[],
        help="the same of the style itself, white where it is as wanted"
    )  # fmt: skip
    files.add_argument(
        "--steadiness", type=_number, metavar="NUMBER",
        help=f"of a video: weight of what keeps the frames alike (default: {STEADINESS:g})"
    )  # fmt: skip
    files.add_argument(
        "--sweep", metavar="NAME=VALUE,...", action="append", default=[], type=_name_and_values,
        help="of a batch: paint each photo with each value of a setting, or of style; of several, all combinations",
    )  # fmt: skip
    files.add_argument("-q", "--quiet", action="store_true", help="show only the last line")


def _add_options_along_the_way(parser):
    files = parser.add_argument_group("along the way")
    files.add_argument("--checkpoint", metavar="FILE", help="save the run here again and again, to be resumed from")
    files.add_argument(
        "--checkpoint-every", type=_number, metavar="NUMBER", help=f"evaluations between (default: {CHECKPOINT_EVERY})"
    )
    files.add_argument("--resume", metavar="FILE", help="go on with the run that was saved as a checkpoint")
    files.add_argument(
        "--save-every", type=_number, metavar="NUMBER", help="save the picture so far, numbered, so often"
    )
    files.add_argument("--film", metavar="FILE", help="save how the picture came into being: an animated .gif or .webp")
    files.add_argument("--sheet", metavar="FILE", help="save content, style and painting side by side")
    files.add_argument("--record", metavar="FILE", help="save what the picture was made of and with, as JSON")
    files.add_argument("--config", metavar="FILE", help="start from the pictures and settings of a record")
    files.add_argument("--preset", metavar="NAME", help=f"start from a published recipe: {', '.join(PRESETS)}")
    files.add_argument(
        "--cluster", metavar="ADDRESS", help="let the workers of a Dask cluster compute; local starts some here"
    )
    files.add_argument("--json", action="store_true", help="print the record on stdout, and nothing else there")
    files.add_argument("--force", action="store_true", help="begin even if the memory seems not to suffice")


def _add_setting(group, setting):
    """Add the option of one field of `Config`. Its values are checked there, so that each has one error message."""
    default = setting.default
    option = {"dest": setting.name, "default": argparse.SUPPRESS, "help": setting.metadata["help"].replace("%", "%%")}
    if isinstance(default, bool):
        option |= {"action": argparse.BooleanOptionalAction}
    elif isinstance(default, Mapping):
        is_layers = setting.name.endswith("_layers")
        option["type"] = functools.partial(_names_and_numbers, missing=1.0 if is_layers else "")
        option["metavar"] = "LAYER[=WEIGHT],..." if is_layers else "NAME=NUMBER,..."
    else:
        is_text = isinstance(default, str) or setting.metadata["choices"]
        metavar = setting.metadata.get("metavar", "NAME" if is_text else "NUMBER")
        option |= {"type": str if is_text else _number, "metavar": metavar}
    if setting.metadata["choices"]:
        option["help"] += f": {', '.join(setting.metadata['choices'])}"
    if default not in (None, {}):
        option["help"] += f" (default: {_default_text(default)})"
    group.add_argument("--" + setting.name.replace("_", "-"), **option)


def _default_text(default):
    if isinstance(default, Mapping):
        return ", ".join(f"{layer}={weight:g}" for layer, weight in default.items())
    if isinstance(default, bool):
        return "on" if default else "off"
    return default


def _number(text):
    """Return the text as an int or else a float; what is neither is left for `Config` to refuse."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _switch(text):
    """Return the text as True or False; what is neither is left for `Config` to refuse."""
    return {"on": True, "off": False}.get(text, text)


def _name_and_values(text):
    """Parse "beta=75,150" to ("beta", [75, 150])."""
    name, _, values = text.partition("=")
    name = name.strip().replace("-", "_")
    read = _switch if isinstance(getattr(Config, name, None), bool) else _number
    return name, [read(value.strip()) for value in values.split(",") if value.strip()]


def _names_and_numbers(text, missing):
    """Parse "block1_conv1=0.5,block2_conv1" to {name: number}; a name alone has the number `missing`."""
    pairs = (part.strip().partition("=") for part in text.split(",") if part.strip())
    return {name: _number(number) if equals else missing for name, equals, number in pairs}
