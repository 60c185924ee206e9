"""The command: options to `Painting`, with a progress bar; no logic of its own."""

import contextlib
import sys
from collections.abc import Sequence

from .arguments import as_options, parse
from .config import Config
from .errors import FileAccessError, InputError, NstError, UnfinishedError
from .process.signals import Listener, reason_of, status_of
from .process.streams import stdin_bytes, stdout_for_bytes, unfailing_streams
from .process.terminal import complain, progress_bar, say, show


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command in a program; `arguments` are by default those of the program itself. Return as `run` does."""
    with Listener() as listener:
        return run(sys.argv[1:] if arguments is None else arguments, listener)


def run(arguments: Sequence[str], listener: Listener) -> int:
    """Run the command; return its exit status.

    It is 0, 1 (J diverged, no memory, or a file beside the picture was not written), 2 (bad input), or 128 + the number
    of the signal that ended it.
    """
    with unfailing_streams():
        try:
            return _run(arguments, listener)
        except NstError as error:
            complain(as_options(str(error)))
            return 1 if isinstance(error, UnfinishedError) else 2
        except MemoryError:
            complain("the memory does not suffice: give a smaller size, or close other programs; nothing was written")
            return 1
        except KeyboardInterrupt as interrupt:
            complain(f"{reason_of(interrupt)} before a picture was saved; nothing was written")
            return status_of(interrupt)


def _run(arguments, listener):
    with contextlib.ExitStack() as stack:
        with listener.raising():
            if list(arguments) == ["doctor"]:  # before what may be broken is imported
                from .doctor import examine

                return examine()
            options = parse(arguments)
            if options.list_samples:
                _list_samples()
                return 0
            from .many import commands

            if options.command is not None:
                return commands.RUN[options.command](options, listener)
            commands.refuse_those_of_commands(options)
            painting = _load(options, stack)
            from .companions import Companions

            companions = Companions(painting, options)
        return _paint_and_tell(painting, companions, options, listener)


@contextlib.contextmanager
def _tiling(options):
    """Yield what computes pictures in tiles: the cluster that is asked for, or None."""
    if options.cluster is None:
        yield None
        return
    from .process.startup import start_quietly

    start_quietly()
    _tell(options, "looking for the cluster's workers ...")
    from .cluster.connection import connect
    from .cluster.spread import OverCluster

    with connect(options.cluster) as client:
        yield OverCluster(client)


def _paint_and_tell(painting, companions, options, listener):
    """Paint, write what belongs to the painting, say what came of it; return the exit status."""
    status, reason = _paint(painting, companions, options, listener)
    if not painting.saved:
        complain(f"{reason}; nothing was written")
        return status
    transfer = painting.transfer
    if reason:
        complain(f"{reason}; the best picture so far is kept as {painting.output}")
    elif len(transfer.history) < sum(stage.steps for stage in transfer.stages):
        _tell(options, f"no better picture was found after {len(transfer.history)} evaluations")
    companions.finish()
    _summarise(painting, options)
    return status or int(companions.failed)


def _load(options, stack):
    """Return the `Painting`, its network loaded, connected to the cluster, if any; say what it is going to paint."""
    from .painting import Painting  # here, for without it --help is there at once

    request, config, saved = _origin(options)
    painting = Painting(**_with_streams({**request, **options.request}, options), config=config)
    if not options.request.keys() & {"content"} and not request:
        _tell(options, "no pictures given: repainting the bundled pagoda in the style of Van Gogh's village street")
    styles = ", ".join(
        f"{file.path.name} {_size(style.image)}" + f" (weight {style.weight:g})" * (style.weight != 1)
        for file, style in zip(painting.style_files, painting.styles, strict=True)
    )
    _tell(options, f"content: {painting.content_path.name} {_size(painting.content)}, style: {styles}")
    _tell(options, "loading TensorFlow ...")
    painting.tiling = stack.enter_context(_tiling(options))
    transfer = painting.transfer
    if saved is not None:
        transfer.go_on_from(saved.state_for(transfer))
        _tell(options, f"going on after evaluation {len(transfer.history)}")
    _tell(options, f"network: {transfer.state.network}")
    _tell(options, f"weights: alpha {transfer.config.alpha:g}, beta {transfer.config.beta:g}")
    if len(transfer.stages) > 1:
        sizes = ", ".join(_times(stage.size(painting.content.shape)) for stage in transfer.stages)
        _tell(options, f"coarse to fine: {sizes}")
    _tell_tiles(transfer, options)
    if saved is None and not options.force:  # what is resumed has fitted, and is in the memory already
        transfer.check_memory()
    return painting


def _tell_tiles(transfer, options):
    tile, (_, n_H, n_W, _) = transfer.tiles[-1], transfer.content.shape
    if tile is not None and tile < max(n_H, n_W):
        _tell(options, f"in tiles of {_times((tile, tile))} pixels at most")
    elif options.cluster:
        raise InputError(
            f"a picture of {n_W}x{n_H} pixels is a single tile, and nothing to spread over a cluster: leave --cluster "
            "out, or give a larger --size or a smaller --tile"
        )


def _with_streams(request, options):
    """Return the request with what stdin holds, and with stdout, in place of `-`."""
    if request.get("output") == "-":
        for name in ("json", "save_every"):
            if getattr(options, name):
                raise InputError(f"--{name.replace('_', '-')} does not go with a painting on stdout: give -o FILE")
        request = {**request, "output": stdout_for_bytes()}
    if request.get("content") == "-":
        request = {**request, "content": stdin_bytes()}
    return request


def _origin(options):
    """Return what the options are laid over: the request, the settings, and the checkpoint to go on from, if any."""
    named = [name for name in ("preset", "config", "resume") if getattr(options, name)]
    if len(named) > 1:
        raise InputError(f"--{named[0]} and --{named[1]} both say what to start from: give one of them")
    if options.preset:
        return {}, Config.from_preset(options.preset, **options.settings), None
    if options.config:
        from .record import read_record

        request, config = read_record(options.config)
        return request, config.replace(**options.settings), None
    if options.resume:
        from .process.startup import start_quietly

        _tell(options, "loading TensorFlow ...")
        start_quietly()
        from .checkpoint import read_checkpoint
        from .record import checked_request

        saved = read_checkpoint(options.resume)
        request = checked_request(saved.request, options.resume)
        own_output = "output" not in options.request  # which an interrupt may have saved already
        return {**request, "overwrite": own_output}, saved.settings.replace(**options.settings), saved
    return {}, Config(**options.settings), None


def _paint(painting, companions, options, listener):
    """Paint under a progress bar; return the exit status and why it ended early, if it did."""
    stages, done = painting.transfer.stages, painting.transfer.history
    planned = sum(stage.steps for stage in stages)
    work = sum(stage.steps / stage.scale**2 for stage in stages)  # half the size is a quarter

    def follow(record):
        bar.set_postfix_str(f"evaluation {record.step}/{planned}, J={record.J:.4g}", refresh=False)
        bar.update(1 / record.scale**2)
        companions(record)
        listener.check()

    try:
        with progress_bar(work, hidden=options.quiet) as bar:
            bar.update(sum(1 / record.scale**2 for record in done))
            painting.paint(follow)
    except KeyboardInterrupt as interrupt:
        return status_of(interrupt), reason_of(interrupt)
    except UnfinishedError as error:
        return 1, str(error)
    return 0, None


def _summarise(painting, options):
    """Show what was painted; the picture is saved, so no failure to say so is one of the run."""
    try:
        tell = say if painting.request["output"] == "-" else show
        tell(_as_json(painting) if options.json else _as_line(painting))
    except FileAccessError as error:
        complain(f"{painting.output} is saved, but {error}")


def _as_line(painting):
    transfer = painting.transfer
    best, last = transfer.best, transfer.history[-1]
    costs = ", ".join(f"{name} {cost:.4g}" for name, cost in best.terms.items())
    return f"{painting.output}: {_size(transfer.image)}, {last.step} evaluations, {last.seconds:.1f} s, {costs}"


def _as_json(painting):
    import json

    from .record import describe

    return json.dumps(describe(painting))


def _size(image):
    return _times(image.shape[1:3])


def _times(sides):
    n_H, n_W = sides
    return f"{n_W}x{n_H}"


def _tell(options, line):
    if not options.quiet:
        say(line)


def _list_samples():
    from .pictures.files import sample_images

    for kind in ("content", "style"):
        show(f"{kind}: {', '.join(sample_images(kind))}")
