"""The command: options to `Painting`, with a progress bar; no logic of its own."""

import sys
from collections.abc import Sequence

from .errors import FileAccessError, NstError, UnfinishedError
from .signals import Listener, reason_of, status_of
from .streams import unfailing_streams
from .terminal import complain, progress_bar, say, show


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command in a program; `arguments` are by default those of the program itself. Return as `run` does."""
    with Listener() as listener:
        return run(sys.argv[1:] if arguments is None else arguments, listener)


def run(arguments: Sequence[str], listener: Listener) -> int:
    """Run the command; return its exit status.

    It is 0, 1 (J diverged, or no memory), 2 (bad input), or 128 + the number of the signal that ended it.
    """
    with unfailing_streams():
        try:
            return _run(arguments, listener)
        except NstError as error:
            complain(error)
            return 2
        except MemoryError:
            complain("the memory does not suffice: give a smaller size, or close other programs; nothing was written")
            return 1
        except KeyboardInterrupt as interrupt:
            complain(f"{reason_of(interrupt)} before a picture was saved; nothing was written")
            return status_of(interrupt)


def _run(arguments, listener):
    with listener.raising():
        from .options import parse

        options = parse(arguments)
        if options.list_samples:
            _list_samples()
            return 0
        painting = _load(options)
    status, reason = _paint(painting, options, listener)
    if not painting.saved:
        complain(f"{reason}; nothing was written")
        return status
    transfer = painting.transfer
    if reason:
        complain(f"{reason}; the best picture so far is kept as {painting.output}")
    elif len(transfer.history) < sum(stage.steps for stage in transfer.stages):
        _tell(options, f"no better picture was found after {len(transfer.history)} evaluations")
    _summarise(painting)
    return status


def _load(options):
    """Return the `Painting`, its network loaded; say what it is going to paint."""
    from .painting import Painting  # here, for without it --help is there at once

    painting = Painting(
        options.content, options.style, options.output, config=options.config, size=options.size,
        style_size=options.style_size, enlarge=options.enlarge, initial_image=options.initial_image,
        overwrite=options.overwrite,
    )  # fmt: skip
    if options.content is None:
        _tell(options, "no pictures given: repainting the bundled pagoda in the style of Van Gogh's village street")
    content = f"{painting.content_path.name} {_size(painting.content)}"
    _tell(options, f"content: {content}, style: {painting.style_path.name} {_size(painting.style)}")
    _tell(options, "loading TensorFlow ...")
    transfer = painting.transfer
    _tell(options, f"network: {transfer.state.network}")
    _tell(options, f"weights: alpha {transfer.config.alpha:g}, beta {transfer.config.beta:g}")
    if len(transfer.stages) > 1:
        sizes = ", ".join(_times(stage.size(painting.content.shape)) for stage in transfer.stages)
        _tell(options, f"coarse to fine: {sizes}")
    return painting


def _paint(painting, options, listener):
    """Paint under a progress bar; return the exit status and why it ended early, if it did."""
    stages = painting.transfer.stages
    planned = sum(stage.steps for stage in stages)
    work = sum(stage.steps / stage.scale**2 for stage in stages)  # half the size is a quarter

    def follow(record):
        bar.set_postfix_str(f"evaluation {record.step}/{planned}, J={record.J:.4g}", refresh=False)
        bar.update(1 / record.scale**2)
        listener.check()

    try:
        with progress_bar(work, hidden=options.quiet) as bar:
            painting.paint(follow)
    except KeyboardInterrupt as interrupt:
        return status_of(interrupt), reason_of(interrupt)
    except UnfinishedError as error:
        return 1, str(error)
    return 0, None


def _summarise(painting):
    """Show what was painted; the picture is saved, so no failure to say so is one of the run."""
    transfer = painting.transfer
    best, last = transfer.best, transfer.history[-1]
    try:
        show(
            f"{painting.output}: {_size(transfer.image)}, {last.step} evaluations, {last.seconds:.1f} s, "
            f"J_content {best.J_content:.4g}, J_style {best.J_style:.4g}"
        )
    except FileAccessError as error:
        complain(f"{painting.output} is saved, but {error}")


def _size(image):
    return _times(image.shape[1:3])


def _times(sides):
    n_H, n_W = sides
    return f"{n_W}x{n_H}"


def _tell(options, line):
    if not options.quiet:
        say(line)


def _list_samples():
    from .files import sample_images

    for kind in ("content", "style"):
        show(f"{kind}: {', '.join(sample_images(kind))}")
