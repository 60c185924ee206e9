"""The commands for many pictures.

`nst-tf batch` paints a folder, `nst-tf sheet` a photo in every bundled style, `nst-tf video` moving pictures.
"""

import contextlib
import math

from ..arguments import as_options, settings_as_typed
from ..config import STEADINESS, Config
from ..errors import InputError, NstError
from ..pictures.files import find_picture, sample_images
from ..pictures.saving import check_output, save_image
from ..process.signals import reason_of, status_of
from ..process.startup import start_quietly
from ..process.terminal import complain, progress_bar, show
from ..style_files import size_of_styles, style_files
from ..styles import as_styles
from .batch import paint_folder
from .contact_sheet import PANEL, contact_sheet, panels
from .plan import STYLE, photos_in

VIDEO_SIZE = 320  # pixels, the longer side
MOST_FAILED = 100  # as an exit status; from 126 on they mean something else
_OF_ONE = ("film", "sheet", "record", "json", "checkpoint", "checkpoint_every", "resume", "save_every", "force")
_REQUEST = ("size", "style_size", "enlarge", "keep")


def run_batch(options, listener) -> int:
    """Paint a folder; return how many photos failed, or the status of the signal that ended it."""
    _refuse(options, (*_OF_ONE, "initial_image"), "batch")
    _refuse(options, ("steadiness",), "batch", "a video")
    folder, output, sweep = options.content, options.request.get("output"), dict(options.sweep)
    if len(sweep) < len(options.sweep):
        raise InputError("a setting is swept over twice: list all its values at once, as in --sweep beta=75,150")
    if twice := sweep.keys() & options.settings.keys():
        raise InputError(f"{min(twice)} is given, and swept over, too: leave one of them out")
    if folder is None or not (options.style or STYLE in sweep):
        raise InputError("batch needs a folder and a style: nst-tf batch FOLDER STYLE -o FOLDER")
    if output is None:
        raise InputError("batch needs a folder to save in: -o FOLDER")
    request = {name: options.request[name] for name in _REQUEST if name in options.request}
    overwrite, failed = bool(options.overwrite), 0
    count = len(photos_in(folder)) * math.prod(map(len, sweep.values()))
    try:
        with _client(options) as client:
            outcomes = paint_folder(
                folder, options.style, output, sweep=sweep, config=_settings(options), overwrite=overwrite,
                callback=_checking(listener), client=client, **request,
            )  # fmt: skip
            for k, outcome in enumerate(outcomes, start=1):
                _tell_outcome(outcome, f"{k}/{count}", options.quiet)
                failed += outcome.error is not None
    except KeyboardInterrupt as interrupt:
        complain(f"{reason_of(interrupt)}; what is finished is in {output}, and the same command goes on from there")
        return status_of(interrupt)
    return min(failed, MOST_FAILED)


def _tell_outcome(outcome, count, quiet):
    if outcome.error is not None:
        complain(f"{count}, {outcome.photo.name}: {as_options(str(outcome.error))}; passed over")
    elif outcome.painting is None:
        if not quiet:
            show(f"{count}: {outcome.output} is there already")
    elif not quiet:
        n_H, n_W = outcome.painting.content.shape[1:3]
        show(f"{count}: {outcome.output}, {n_W}x{n_H}, {outcome.seconds:.1f} s")


def _client(options):
    """Return a context with the client of the cluster that is asked for, or None."""
    if options.cluster is None:
        return contextlib.nullcontext()
    from ..cluster.connection import connect

    return connect(options.cluster)


def run_video(options, listener) -> int:
    """Paint moving pictures; return 0, or the status of the signal or error that ended it: what is painted is kept."""
    from .clips import check_clip, read_clip, write_clip
    from .optical_flow import opencv

    opencv()  # without which only the first frame could be painted
    _refuse(options, (*_OF_ONE, "initial_image"), "video")
    _refuse(options, ("style_size", "enlarge", "keep", "cluster"), "video", "photos")
    _refuse(options, ("sweep",), "video", "a batch")
    clip, output, overwrite = options.content, options.request.get("output"), bool(options.overwrite)
    if clip is None or not options.style:
        raise InputError("video needs moving pictures and a style: nst-tf video CLIP STYLE -o OUT.mp4")
    if output is None:
        raise InputError("video needs a name to save as: -o OUT.mp4, OUT.gif or a folder")
    check_clip(output, overwrite=overwrite)
    size = options.request.get("size", VIDEO_SIZE)
    clip = read_clip(clip, size)
    settings = _settings(options)
    style_size = size_of_styles(size, None, settings.style_scale)
    styles = as_styles([file.load(style_size, False) for file in style_files(options.style)])
    painted = _Painted(clip, styles, settings, options, listener)
    write_clip(painted, output, clip.frames_a_second)
    show(f"{output}: {painted.count} frames, {clip.frames_a_second:g} a second")
    return 0 if painted.end is None else _tell_early_end(painted.end, output)


def _tell_early_end(end, output):
    """Say why a clip ended early, and that the frames before are kept; return the exit status."""
    is_interrupt = isinstance(end, KeyboardInterrupt)
    complain(f"{reason_of(end) if is_interrupt else as_options(str(end))}; what was painted so far is kept as {output}")
    return status_of(end) if is_interrupt else 1


class _Painted:
    """The painted frames of a clip, under a progress bar, up to an interrupt or an error, which is then its `end`."""

    def __init__(self, clip, styles, settings, options, listener):
        self._clip, self._styles, self._settings = clip, styles, settings
        self._options, self._listener = options, listener
        self.count, self.end = 0, None

    def __iter__(self):
        start_quietly()
        from .sequence import paint_frames

        options = self._options
        frames = paint_frames(
            self._clip.frames, self._styles, self._settings,
            steadiness=STEADINESS if options.steadiness is None else options.steadiness,
            callback=lambda k, record: self._listener.check(),
        )  # fmt: skip
        with progress_bar(self._clip.count, hidden=options.quiet) as bar:
            try:
                for frame in frames:
                    yield frame
                    self.count += 1
                    bar.update(1)
            except (KeyboardInterrupt, NstError) as end:
                if not self.count:
                    raise
                self.end = end


def run_sheet(options, listener) -> int:
    """Paint a photo in every bundled style, small, on one sheet; print the command that paints each large."""
    _refuse(options, (*_OF_ONE, "initial_image"), "sheet")
    _refuse(options, ("style_size", "enlarge", "keep", "cluster"), "sheet", "a single picture or a batch")
    _refuse(options, ("steadiness",), "sheet", "a video")
    _refuse(options, ("sweep",), "sheet", "a batch")
    photo = options.content
    if photo is None or options.style:
        raise InputError("sheet needs a photo, and takes the bundled styles: nst-tf sheet PHOTO")
    output = options.request.get("output") or f"{find_picture(photo).stem}_sheet.png"
    check_output(output, overwrite=bool(options.overwrite))
    painted, styles = [], len(sample_images("style"))
    with progress_bar(styles, hidden=options.quiet) as bar:
        for panel in panels(
            photo, config=_settings(options), size=options.request.get("size", PANEL),
            options=settings_as_typed(options), callback=_checking(listener),
        ):  # fmt: skip
            painted.append(panel)
            bar.update(bool(panel.command))
    save_image(contact_sheet(painted), output, overwrite=bool(options.overwrite))
    show("\n".join([f"{output}: {photo} in {styles} styles; large:", *(panel.command for panel in painted[1:])]))
    return 0


def _settings(options):
    """Return the settings: the preset's, if one is named, and those given."""
    if options.config:
        raise InputError("--config holds for a single picture: give the settings as options")
    return Config.from_preset(options.preset, **options.settings) if options.preset else Config(**options.settings)


def _refuse(options, names, command, of="a single picture"):
    """Raise `InputError` for an option that would have no effect."""
    for name in names:
        value = getattr(options, name)
        if value is not None and value is not False and value != []:  # 0 is neither
            raise InputError(f"--{name.replace('_', '-')} is for {of}: leave it out with {command}")


def refuse_those_of_commands(options) -> None:
    """Raise `InputError` if an option was given that a single picture has no use for."""
    for name, command in (("steadiness", "video"), ("sweep", "batch")):
        if getattr(options, name) not in (None, []):
            raise InputError(f"--{name} is for a {command}: leave it out, or begin with nst-tf {command}")


def _checking(listener):
    return lambda painting, record: listener.check()


def _refuse_all(options, listener):
    raise InputError("doctor takes no pictures and no options: nst-tf doctor")


RUN = {"batch": run_batch, "doctor": _refuse_all, "sheet": run_sheet, "video": run_video}
