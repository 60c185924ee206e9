"""The command: flags to `Config` to `Painting`, with a progress bar; no logic of its own."""

import argparse
import dataclasses
import functools
import re
import sys
from collections.abc import Mapping

from . import __version__
from .config import DEFAULT_SIZE, PRESETS, Config
from .errors import InputError, NstError, UnfinishedError


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise InputError(f"{message} (nst-tf --help lists the options)")


def main(arguments=None):
    """Run the command; return its exit status: 0, 1 (J diverged, or no memory), 2 (bad input) or 130 (interrupted)."""
    try:
        return _run(arguments)
    except NstError as error:
        message = _as_options(str(error))
        print("nst-tf:", *message.splitlines(), file=sys.stderr)  # one line, even for a name that holds two
        return 1 if isinstance(error, UnfinishedError) else 2
    except KeyboardInterrupt:
        print("nst-tf: interrupted before a picture was saved; nothing was written", file=sys.stderr)
        return 130


def _as_options(message):
    """Return the message with the keywords of Python that it advises, "overwrite=True", as the command's options."""
    message = re.sub(r"\b(overwrite|enlarge)=True\b", r"--\1", message)
    return re.sub(
        r"\b(?:(style)_)?size=(\d+)", lambda found: f"--{'style-' if found[1] else ''}size {found[2]}", message
    )


def _run(arguments):
    options = _parser().parse_args(arguments)
    if options.list_samples:
        _list_samples()
        return 0
    config = _config(options)

    from .painting import Painting  # here, for without it --help is there at once

    painting = Painting(
        options.content, options.style, options.output, config=config, size=options.size,
        style_size=options.style_size, enlarge=options.enlarge, initial_image=options.initial_image,
        overwrite=options.overwrite,
    )  # fmt: skip
    if options.content is None:
        _say(options, "no pictures given: repainting the bundled pagoda in the style of Van Gogh's village street")
    content = f"{painting.content_path.name} {_size(painting.content)}"
    _say(options, f"content: {content}, style: {painting.style_path.name} {_size(painting.style)}")
    transfer = painting.transfer
    _say(options, f"network: {transfer.state.network}")
    _say(options, f"weights: alpha {transfer.config.alpha:g}, beta {transfer.config.beta:g}")
    if len(transfer.stages) > 1:
        sizes = ", ".join(_times(stage.size(painting.content.shape)) for stage in transfer.stages)
        _say(options, f"coarse to fine: {sizes}")
    status, reason = _paint(painting, options)
    if not painting.saved:
        print(f"nst-tf: {reason}; nothing was written", file=sys.stderr)
        return status
    if reason:
        print(f"nst-tf: {reason}; the best picture so far is kept", file=sys.stderr)
    elif len(transfer.history) < sum(stage.steps for stage in transfer.stages):
        _say(options, f"no better picture was found after {len(transfer.history)} evaluations")
    best, last = transfer.best, transfer.history[-1]
    print(
        f"{_shown(painting.output)}: {_size(transfer.image)}, {last.step} evaluations, {last.seconds:.1f} s, "
        f"J_content {best.J_content:.4g}, J_style {best.J_style:.4g}"
    )
    return status


def _paint(painting, options):
    """Paint under a progress bar; return the exit status and why it ended early, if it did."""
    from tqdm import tqdm

    stages = painting.transfer.stages
    planned = sum(stage.steps for stage in stages)
    bar = tqdm(
        total=sum(stage.steps / stage.scale**2 for stage in stages),  # work: half the size is a quarter
        disable=options.quiet, dynamic_ncols=True,
        mininterval=0.1 if sys.stderr.isatty() else 5,  # a log file wants fewer lines
        bar_format="{percentage:3.0f}%|{bar}| {remaining} left{postfix}",
    )  # fmt: skip

    def show(record):
        bar.set_postfix_str(f"evaluation {record.step}/{planned}, J={record.J:.4g}", refresh=False)
        bar.update(1 / record.scale**2)

    try:
        with bar:
            painting.paint(show)
    except KeyboardInterrupt:
        return 130, "interrupted"
    except UnfinishedError as error:
        return 1, str(error)
    return 0, None


def _shown(path):
    """Return the path as stdout can show it: a name that it cannot encode must not fail a run that is done."""
    encoding = sys.stdout.encoding or "utf-8"
    return str(path).encode(encoding, "backslashreplace").decode(encoding)


def _size(image):
    return _times(image.shape[1:3])


def _times(sides):
    n_H, n_W = sides
    return f"{n_W}x{n_H}"


def _say(options, line):
    if not options.quiet:
        print(line, file=sys.stderr)


def _list_samples():
    from .files import sample_images

    for kind in ("content", "style"):
        print(f"{kind}: {', '.join(sample_images(kind))}")


def _config(options):
    """Return the preset's settings, if one is named, with the given options laid over them."""
    names = {setting.name for setting in dataclasses.fields(Config)}
    settings = {name: value for name, value in vars(options).items() if name in names}
    if options.preset:
        return Config.from_preset(options.preset, **settings)
    return Config(**settings)


def _parser():
    parser = _Parser(
        prog="nst-tf",
        description="Repaint a photo in the style of a painting (Neural Style Transfer). Without arguments, a "
        "bundled photo in the style of a bundled painting.",
        epilog="Example: nst-tf photo.jpg great_wave -o painting.png",
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=32, width=100),
    )
    parser.add_argument("content", nargs="?", metavar="CONTENT", help="the photo: a file, or the name of a sample")
    parser.add_argument("style", nargs="?", metavar="STYLE", help="the painting: a file, or the name of a sample")
    parser.add_argument("--list-samples", action="store_true", help="list the bundled pictures and stop")
    parser.add_argument("--version", action="version", version=f"nst_tf {__version__}")
    _add_file_options(parser)
    parser.add_argument("--preset", metavar="NAME", help=f"start from a published recipe: {', '.join(PRESETS)}")
    groups = {}
    for setting in dataclasses.fields(Config):
        group = setting.metadata["group"]
        if group not in groups:
            groups[group] = parser.add_argument_group(group)
        _add_setting(groups[group], setting)
    return parser


def _add_file_options(parser):
    files = parser.add_argument_group("pictures")
    files.add_argument("-o", "--output", metavar="FILE", help="where to save (default: CONTENT_STYLE.png)")
    files.add_argument("--overwrite", action="store_true", help="replace the output if it exists already")
    files.add_argument(
        "--size", type=_number, default=DEFAULT_SIZE, metavar="PIXELS",
        help="the longer side; larger pictures are scaled down to it (default: %(default)s)",
    )  # fmt: skip
    files.add_argument("--style-size", type=_number, metavar="PIXELS", help="the same for the style (default: --size)")
    files.add_argument("--enlarge", action="store_true", help="scale smaller pictures up to the size, too")
    files.add_argument(
        "--initial-image", metavar="FILE", help="start from this picture, such as an earlier result of the same size"
    )
    files.add_argument("-q", "--quiet", action="store_true", help="show only the last line")


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
        option |= {"type": str if is_text else _number, "metavar": "NAME" if is_text else "NUMBER"}
    if setting.metadata["choices"]:
        option["help"] += f": {', '.join(setting.metadata['choices'])}"
    if default not in (None, {}):
        option["help"] += f" (default: {_default_text(default)})"
    group.add_argument("--" + setting.name.replace("_", "-"), **option)


def _default_text(default):
    if isinstance(default, Mapping):
        return ",".join(f"{layer}={weight:g}" for layer, weight in default.items())
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


def _names_and_numbers(text, missing):
    """Parse "block1_conv1=0.5,block2_conv1" to {name: number}; a name alone has the number `missing`."""
    pairs = (part.strip().partition("=") for part in text.split(",") if part.strip())
    return {name: _number(number) if equals else missing for name, equals, number in pairs}
