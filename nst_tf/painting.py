"""Two picture files + settings -> a picture file: what the command does, for programs, too.

painting = Painting("photo.jpg", "great_wave", "painting.png")
painting.paint(callback=print)
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .config import DEFAULT_SIZE, Config
from .errors import FileAccessError, InputError, NstError, UnfinishedError, unknown_name
from .pictures.files import exists, file_path, sample_images
from .pictures.loading import load_image
from .pictures.saving import check_output, save_image
from .process.signals import putting_off_ctrl_c

if TYPE_CHECKING:  # TensorFlow is started only once the pictures are known to be usable
    from .training import Record
    from .transfer import Result, Transfer

DEMO = ("pagoda", "village_street_auvers")
Name = str | os.PathLike


class Painting:
    """A photo to be painted, and the file to save it in. Making one checks and loads everything but the network.

    Args:
        content, style: a file, or the name of a sample; default: the demonstration's.
        output: where to save; default: CONTENT_STYLE.png in the working folder.
        config: settings; default `Config()`.
        size: the longer side of both pictures in pixels; larger ones are scaled down to it.
        style_size: the same for the style; default: `size`.
        enlarge: scale smaller pictures up to the size, too.
        initial_image: a file or sample to start from, in place of `config.start`.
        overwrite: replace the output if it exists already.

    Attributes:
        content_path, style_path, initial_image_path, output: the files.
        request: what was asked for, the keywords of another `Painting` like this one; JSON can hold it.
        content, style, initial_image: the pictures, (1, n_H, n_W, 3); the last is None without one.
        saved: whether `paint` has saved a picture.

    Raises:
        InputError, MissingFileError, FileAccessError: a picture that is none, an output that cannot be saved.
    """

    def __init__(
        self, content: Name | None = None, style: Name | None = None, output: Name | None = None, *,
        config: Config | None = None, size: int = DEFAULT_SIZE, style_size: int | None = None, enlarge: bool = False,
        initial_image: Name | None = None, overwrite: bool = False,
    ):  # fmt: skip
        if content is None:
            content, style = DEMO
        elif style is None:
            raise InputError(f"{content} has no style picture to go with it: name one, such as great_wave")
        self.content_path, self.style_path = _find(content), _find(style)
        default = f"{self.content_path.stem}_{self.style_path.stem}.png"
        self.output, self._overwrite = file_path(default if output is None else output), overwrite
        self._config = Config() if config is None else config
        self.request = {
            **{name: _lasting(path) for name, path in (("content", content), ("style", style), ("output", self.output),
                                                       ("initial_image", initial_image))},
            "size": size, "style_size": style_size, "enlarge": enlarge,
        }  # fmt: skip
        check_output(self.output, overwrite=overwrite)
        self.content = _load(self.content_path, "size", size, enlarge)
        self.style = _load(self.style_path, "style_size", size if style_size is None else style_size, enlarge)
        self.initial_image_path = self.initial_image = None
        if initial_image is not None:
            self.initial_image_path = _find(initial_image)
            self.initial_image = _load(self.initial_image_path, "size", size, enlarge)
        self.saved, self._transfer = False, None

    @property
    def transfer(self) -> "Transfer":
        """The `Transfer` that paints; TensorFlow is started and the network loaded when it is first asked for."""
        if self._transfer is None:
            from .process.startup import start_quietly

            start_quietly()
            from .transfer import Transfer

            self._transfer = Transfer(self.content, self.style, self._config, initial_image=self.initial_image)
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
                with putting_off_ctrl_c():
                    self._save(transfer.image)
        if not transfer.state.improved:
            raise UnfinishedError(
                "no step was better than the picture it started from: give a smaller learning rate or more steps"
            )
        return transfer.result()

    def _save(self, image):
        """Save the picture as `output`, or raise with the place where it is kept instead: it took long to make."""
        try:
            save_image(image, self.output, overwrite=self._overwrite, note=recipe(self.request, self.transfer.config))
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
    names = {name: value if value is None else Path(value).name for name, value in request.items()
             if name in ("content", "style", "output", "initial_image")}  # fmt: skip
    return json.dumps({"request": {**request, **names}, "settings": config.as_dict()})


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


def _lasting(name):
    """Return the name of a file such that it holds in any working folder; a sample's is its own."""
    if name is None or str(name) in sample_images():
        return name
    return str(Path(name).absolute())


def _find(name):
    """Return the path of a file or, where no file is called so, of the sample picture of that name."""
    path, samples = file_path(name), sample_images()
    if exists(path) and not (path.is_dir() and name in samples):  # a folder called `cat` hides no sample
        return path
    if name in samples:
        return samples[name]
    if path.suffix or path.parent != Path():
        return path
    raise unknown_name("picture, neither a file nor a sample", name, tuple(samples))


def _load(path, setting, size, enlarge):
    """Load the picture; an error names the setting of `Painting` that its size is."""
    try:
        return load_image(path, size, enlarge=enlarge)
    except InputError as error:
        raise InputError(str(error).replace("max_size=", f"{setting}=")) from None
