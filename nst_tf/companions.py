"""The files beside the picture that the command is asked for: checkpoints on the way, film and record at the end."""

import argparse
import json

from .checkpoint import Checkpoints
from .config import CHECKPOINT_EVERY
from .errors import InputError, NstError
from .film import Film, NumberedPictures, sheet
from .kinds import whole
from .painting import Painting
from .pictures.saving import check_output, save_image
from .pictures.writing import check_destination, write_whole
from .process.terminal import complain
from .record import describe
from .training import Record


class Companions:
    """Called with each `Record`, writes what is due. Making it checks that all of it can be written.

    Args:
        painting: the `Painting` in progress.
        options: the command's: checkpoint, checkpoint_every, resume, save_every, film, sheet, record, overwrite.

    Attributes:
        failed: whether a file could not be written after all.

    Raises:
        InputError, MissingFileError, FileAccessError: one of the files could not be written.
    """

    def __init__(self, painting: Painting, options: argparse.Namespace):
        self._painting, self._sheet, self._record = painting, options.sheet, options.record
        self._overwrite, self._callbacks, self._film = bool(options.overwrite), [], None
        self.failed = False
        if options.sheet:
            check_output(options.sheet, overwrite=self._overwrite)
        if options.record:
            check_destination(options.record, overwrite=self._overwrite)
        if options.film:
            self._film = Film(painting, options.film, overwrite=self._overwrite)
            self._callbacks.append(self._film)
        if options.save_every is not None:
            every = whole(1)("save_every", options.save_every)
            self._callbacks.append(NumberedPictures(painting, every))
        self._add_checkpoints(options)

    def __call__(self, record: Record) -> None:
        """Write what is due after this evaluation."""
        for callback in self._callbacks:
            self._attempt(lambda callback=callback: callback(record))

    def finish(self) -> None:
        """Write what belongs to a painting that has ended, finished or not."""
        if self._film is not None:
            self._attempt(self._film.save)
        if self._sheet:
            self._attempt(self._save_sheet)
        if self._record:
            record = json.dumps(describe(self._painting), indent=1).encode()
            self._attempt(lambda: write_whole(self._record, record))

    def _save_sheet(self):
        painting = self._painting
        styles = [style.image for style in painting.styles]
        row = sheet(painting.content, *styles, painting.transfer.image)
        save_image(row, self._sheet, overwrite=self._overwrite)

    def _attempt(self, write):
        """Write one file. That it cannot be written, on a full disk say, is told and must not cost the painting."""
        try:
            write()
        except NstError as error:
            self.failed = True
            complain(error)

    def _add_checkpoints(self, options):
        path = options.checkpoint or options.resume  # a run that is resumed may be killed again
        if path is None:
            if options.checkpoint_every is not None:
                raise InputError("checkpoint_every has no meaning without a checkpoint: give a file to save it as")
            return
        check_destination(path, overwrite=self._overwrite or path == options.resume)
        every = CHECKPOINT_EVERY if options.checkpoint_every is None else options.checkpoint_every
        every = whole(1)("checkpoint_every", every)
        self._callbacks.append(Checkpoints(self._painting.transfer, path, every, self._painting.request))
