"""The commands for many pictures: `nst-tf batch` paints a folder, `nst-tf sheet` a photo in every bundled style."""

from .batch import paint_folder, photos_in
from .config import Config
from .contact_sheet import TILE, contact_sheet, tiles
from .errors import InputError
from .options import as_options
from .pictures.files import find_picture, sample_images
from .pictures.saving import check_output, save_image
from .process.signals import reason_of, status_of
from .process.terminal import complain, progress_bar, show

MOST_FAILED = 100  # as an exit status; from 126 on they mean something else
_OF_ONE = ("film", "sheet", "record", "json", "checkpoint", "checkpoint_every", "resume", "save_every", "force")
_REQUEST = ("size", "style_size", "enlarge", "keep")


def run_batch(options, listener) -> int:
    """Paint a folder; return how many photos failed, or the status of the signal that ended it."""
    _refuse(options, (*_OF_ONE, "initial_image"), "batch")
    folder, output = options.content, options.request.get("output")
    if folder is None or not options.style:
        raise InputError("batch needs a folder and a style: nst-tf batch FOLDER STYLE -o FOLDER")
    if output is None:
        raise InputError("batch needs a folder to save in: -o FOLDER")
    request = {name: options.request[name] for name in _REQUEST if name in options.request}
    overwrite, failed, photos = bool(options.overwrite), 0, len(photos_in(folder))
    outcomes = paint_folder(
        folder, options.style, output, config=_settings(options), overwrite=overwrite,
        callback=_checking(listener), **request,
    )  # fmt: skip
    try:
        for k, outcome in enumerate(outcomes, start=1):
            _tell_outcome(outcome, f"{k}/{photos}", options.quiet)
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
        seconds = outcome.painting.transfer.state.seconds
        show(f"{count}: {outcome.output}, {n_W}x{n_H}, {seconds:.1f} s")


def run_sheet(options, listener) -> int:
    """Paint a photo in every bundled style, small, on one sheet; print the command that paints each large."""
    _refuse(options, (*_OF_ONE, "initial_image", "style_size", "enlarge", "keep"), "sheet")
    photo = options.content
    if photo is None or options.style:
        raise InputError("sheet needs a photo, and takes the bundled styles: nst-tf sheet PHOTO")
    output = options.request.get("output") or f"{find_picture(photo).stem}_sheet.png"
    check_output(output, overwrite=bool(options.overwrite))
    painted, styles = [], len(sample_images("style"))
    with progress_bar(styles, hidden=options.quiet) as bar:
        for tile in tiles(
            photo, config=_settings(options), size=options.request.get("size", TILE), callback=_checking(listener)
        ):
            painted.append(tile)
            bar.update(bool(tile.command))
    save_image(contact_sheet(painted), output, overwrite=bool(options.overwrite))
    show("\n".join([f"{output}: {photo} in {styles} styles; large:", *(tile.command for tile in painted[1:])]))
    return 0


def _settings(options):
    """Return the settings: the preset's, if one is named, and those given."""
    if options.config:
        raise InputError("--config holds for a single picture: give the settings as options")
    return Config.from_preset(options.preset, **options.settings) if options.preset else Config(**options.settings)


def _refuse(options, names, command):
    """Raise `InputError` for an option that would have no effect."""
    for name in names:
        if getattr(options, name) not in (None, False):
            raise InputError(f"--{name.replace('_', '-')} is for a single picture: leave it out with {command}")


def _checking(listener):
    return lambda painting, record: listener.check()
