"""Two picture files + settings -> a picture file: what the command does, for programs, too.

painting = Painting("photo.jpg", "great_wave", "painting.png")
painting.paint(callback=print)
"""

import contextlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from .config import DEFAULT_SIZE, Config
from .errors import FileAccessError, InputError, NstError, UnfinishedError
from .pictures.files import file_path, find_picture, lasting_name
from .pictures.saving import check_output, save_image, write_image
from .process.signals import putting_off_ctrl_c
from .style_files import Name, StyleFile, StyleNames, load_mask, load_sized, size_of_styles, style_files
from .styles import as_styles

if TYPE_CHECKING:  # TensorFlow is started only once the pictures are known to be usable
    from .training import Record
    from .transfer import Result, Transfer

STREAM = "-"  # what a photo or painting is called that has no file
DEMO = ("pagoda", "village_street_auvers")
_FILES = ("content", "style", "output", "initial_image", "keep")  # what a request names


class Painting:
    """A photo to be painted, and the file to save it in. Making one checks and loads everything but the network.

    Args:
        content: a file, or the name of a sample, or the bytes of a file; default: the demonstration's.
        style: the same; or {name: weight}, or a list of names and `StyleFile`s, for several styles.
        output: where to save; default: CONTENT_STYLE.png in the working folder. A stream opened for writing bytes gets
            a PNG.
        config: settings; default `Config()`.
        size: the longer side of the pictures in pixels; larger ones are scaled down to it.
        style_size: the same for the styles; default: `size`, or what `config.style_scale` makes of it.
        enlarge: scale smaller pictures up to the size, too.
        initial_image: a file or sample to start from, in place of `config.start`.
        keep: a black and white picture of any size, white where the photo is left alone.
        overwrite: replace the output if it exists already.

    Attributes:
        content_path, initial_image_path, output: the files; `-` for bytes and streams.
        style_files: those of the styles, each with its `path`.
        request: what was asked for, the keywords of another `Painting` like this one; JSON can hold it.
        content, initial_image: the pictures, (1, n_H, n_W, 3); the last is None without one.
        styles: a `Style` for each of `style_files`.
        tiling: as of a `Transfer`; to be set before there is one.
        saved: whether `paint` has saved a picture.

    Raises:
        InputError, MissingFileError, FileAccessError: a picture that is none, an output that cannot be saved.
    """

    def __init__(
        self, content: Name | bytes | None = None, style: StyleNames | None = None,
        output: Name | IO[bytes] | None = None, *,
        config: Config | None = None, size: int = DEFAULT_SIZE, style_size: int | None = None, enlarge: bool = False,
        initial_image: Name | None = None, keep: Name | None = None, overwrite: bool = False,
    ):  # fmt: skip
        if content is None:
            content, style = DEMO
        elif style is None:
            name = STREAM if isinstance(content, bytes) else content
            raise InputError(f"{name} has no style picture to go with it: name one, such as great_wave")
        self.content_path = Path(STREAM) if isinstance(content, bytes) else find_picture(content)
        self._content_source = content if isinstance(content, bytes) else self.content_path
        self.style_files, self._overwrite, self.tiling = style_files(style), overwrite, None
        self._config = Config() if config is None else config
        self._stream = output if hasattr(output, "write") else None
        self.output = Path(STREAM) if self._stream else self._checked_output(output)
        self.request = {
            "content": STREAM if isinstance(content, bytes) else lasting_name(content),
            "style": _described(self.style_files), "output": STREAM if self._stream else lasting_name(self.output),
            "initial_image": lasting_name(initial_image), "keep": lasting_name(keep),
            "size": size, "style_size": style_size, "enlarge": enlarge,
        }  # fmt: skip
        style_size = size_of_styles(size, style_size, self._config.style_scale)
        self._load(size, style_size, enlarge, initial_image, keep)
        self.saved, self._transfer = False, None

    def _checked_output(self, output):
        if output is None and self.content_path == Path(STREAM):
            raise InputError("a photo without a name needs a name to save its painting as: give output")
        stems = (self.content_path.stem, *(file.path.stem for file in self.style_files))
        output = file_path("_".join(stems) + ".png" if output is None else output)
        check_output(output, overwrite=self._overwrite)
        return output

    def _load(self, size, style_size, enlarge, initial_image, keep):
        self.content = load_sized(self._content_source, "size", size, enlarge)
        self.styles = as_styles([file.load(style_size, enlarge) for file in self.style_files])
        self.initial_image_path = self.initial_image = None
        if initial_image is not None:
            self.initial_image_path = find_picture(initial_image)
            self.initial_image = load_sized(self.initial_image_path, "size", size, enlarge)
        self._keep = None if keep is None else load_mask(keep)

    def content_bytes(self) -> bytes:
        """Return what the photo was read from."""
        source = self._content_source
        return source if isinstance(source, bytes) else source.read_bytes()

    @property
    def transfer(self) -> "Transfer":
        """The `Transfer` that paints; TensorFlow is started and the network loaded when it is first asked for."""
        if self._transfer is None:
            from .process.startup import start_quietly

            start_quietly()
            from .transfer import Transfer

            self._transfer = Transfer(**self.materials(), tiling=self.tiling)
        return self._transfer

    def paint(self, callback: Callable[["Record"], Any] | None = None) -> "Result":
        """Train the picture, save it, and return the `Result`; called again after an interrupt, go on.

        Whatever ends the training, the best picture is saved if there is one (see `saved`).

        Raises:
            KeyboardInterrupt, DivergedError, OutOfMemoryError: the training was ended by it.
            UnfinishedError: no step was better than the start, so there is nothing to save.
            FileAccessError: the picture could not be saved; the message says where it is kept instead.
        """
        transfer = self.transfer
        try:
            for record in transfer:
                if callback is not None:
                    callback(record)
        finally:
            if transfer.state.improved:
                self.save()
        if not transfer.state.improved:
            raise UnfinishedError(
                "no step was better than the picture it started from: give a smaller learning rate or more steps"
            )
        return transfer.result()

    def materials(self) -> dict[str, Any]:
        """Return the arguments of its `Transfer`: pictures and settings."""
        return {
            "content": self.content, "style": self.styles, "config": self._config,
            "initial_image": self.initial_image, "keep": self._keep,
        }  # fmt: skip

    def save(self, image: np.ndarray | None = None) -> None:
        """Save the picture so far as `output`, or one painted elsewhere; in one piece also when Ctrl-C is pressed.

        Raises:
            FileAccessError: it could not be saved; the message says where it is kept instead, for it took long to make.
        """
        with putting_off_ctrl_c():
            self._save(self.transfer.image if image is None else image)

    def _save(self, image):
        try:
            note = recipe(self.request, self._config.for_picture(self.content.shape))
            if self._stream:
                write_image(image, self._stream, note=note)
            else:
                save_image(image, self.output, overwrite=self._overwrite, note=note)
        except NstError as error:
            kept = _keep_elsewhere(image, self.output.parent)
            if kept is None:
                raise
            raise FileAccessError(f"{error}; the finished picture is kept as {kept}") from None
        self.saved = self._overwrite = True  # going on replaces what was saved before


def recipe(request: Mapping[str, Any], config: Config) -> str:
    """Return what to do to paint a picture again, as JSON; of files only the names, for a picture is shown around.

    Args:
        request: the keywords of a `Painting`.
        config: the settings in use.
    """
    names = {name: _without_folders(value) for name, value in request.items() if name in _FILES}
    return json.dumps({"request": {**request, **names}, "settings": config.as_dict()})


def _described(files):
    """Return the styles as JSON holds them: of one, whole and everywhere, just the name."""
    if len(files) == 1 and files[0] == StyleFile(files[0].picture):
        return lasting_name(files[0].picture)
    return [file.described() for file in files]


def _without_folders(value):
    """Return a name in a request, or the descriptions of styles, without the folders."""
    if isinstance(value, list):
        return [{name: _without_folders(part) for name, part in file.items()} for file in value]
    return Path(value).name if isinstance(value, str) else value


def _keep_elsewhere(image, folder):
    """Return where the picture could be saved under another name: for temporary files, else here, else at home."""
    for place in (tempfile.gettempdir, lambda: folder, Path.home):
        # There may be no such place, or it is full, or not to be written to.
        with contextlib.suppress(NstError, OSError, RuntimeError), _new_folder(place()) as new:
            save_image(image, new / "painting.png")
            return new / "painting.png"
    return None


@contextlib.contextmanager
def _new_folder(place) -> Iterator[Path]:
    """Make a folder of its own in that place; if the block fails, it is gone again."""
    folder = Path(tempfile.mkdtemp(prefix="nst-tf-", dir=place))
    try:
        yield folder
    except BaseException:
        folder.rmdir()
        raise
