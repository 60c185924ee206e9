"""The studio without its page: what is chosen, and the thread that paints it. It knows no widgets.

session = Session(Picture("cat"), Picture("great_wave"), Settings(size=256))
session.start()
session.stop()
session.wait()
session.save("painting.png")
"""

import functools
import io
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ...config import Config
from ...errors import InputError, NstError
from ...multiscale import plan_stages
from ...painting import recipe
from ...pictures.saving import save_image, write_image
from .pictures import Picture, in_words_of_the_page
from .progress import Progress, progress_of
from .settings import Settings
from .turns import TURN, take_turn

BUSY = ("loading", "painting", "stopping")


class Session:
    """A photo, a painting and settings; a thread that paints them; and what came of it. For one user at a time.

    `start`, `stop` and `go_on` return at once. What then happens is told to the listeners, in the thread that paints,
    and can be read here.

    Args:
        content, style: the pictures.
        settings: default `Settings()`. All three can be changed at any time; the next `start` takes them.

    Attributes:
        status: "ready", "loading", "painting", "stopping", "stopped" (and can go on) or "finished".
        error: why it did not go on, in a sentence for the page; None if all is well.
        listeners: functions that are called with "status" when status or error have changed, and with "record" after
            each evaluation.
    """

    def __init__(self, content: Picture, style: Picture, settings: Settings | None = None):
        self.content, self.style, self.settings = content, style, settings or Settings()
        self.status, self.error = "ready", None
        self.listeners: list[Callable[[str], Any]] = []
        self._lock, self._asked_to_stop, self._thread = threading.Lock(), threading.Event(), None
        self._transfer, self._request = None, {}
        self._load = functools.lru_cache(3)(Picture.load)  # a large photo takes a while

    @property
    def is_busy(self) -> bool:
        """Whether there is a thread at work."""
        return self.status in BUSY

    @property
    def preview(self) -> np.ndarray | None:
        """The best picture so far, at the size reached where it can be; None before the first evaluation."""
        if not self.has_picture:
            return None
        transfer = self._transfer
        return np.asarray(transfer.state.picture) if transfer.canvas.is_plain else transfer.image

    @property
    def image(self) -> np.ndarray | None:
        """The best picture so far, at the photo's size; None before the first evaluation."""
        return self._transfer.image if self.has_picture else None

    @property
    def has_picture(self) -> bool:
        """Whether there was an evaluation."""
        return self._transfer is not None and self._transfer.best is not None

    @property
    def progress(self) -> Progress | None:
        """How far the painting is; None before there is one."""
        return None if self._transfer is None else progress_of(self._transfer)

    @property
    def titles(self) -> tuple[str, str]:
        """What the picture was painted from: the titles of photo and painting."""
        names = (self._request[name] for name in ("content", "style")) if self._request else ()
        return tuple(Picture(name).title for name in names) or (self.content.title, self.style.title)

    @property
    def photo(self) -> np.ndarray:
        """The photo that was painted, (1, n_H, n_W, 3); before, the one chosen."""
        return self.load(self.content) if self._transfer is None else self._transfer.content

    def load(self, picture: Picture) -> np.ndarray:
        """Return the picture at the size that is set, (1, n_H, n_W, 3); raise as `Picture.load`."""
        return self._load(picture, self.settings.size)

    def plan(self) -> tuple[Config, list[tuple[int, int]]]:
        """Return the settings that `start` would take, and the sizes (n_H, n_W) that it would paint at.

        Raises:
            InputError and the others of `load_image`: a picture that is none, or settings that cannot be used.
        """
        shapes = self.load(self.content).shape, self._load(self.style, self.settings.style_size).shape
        config = self.settings.config(shapes[0])
        return config, [stage.size(shapes[0]) for stage in plan_stages(*shapes, steps=config.steps)]

    def start(self) -> None:
        """Paint what is chosen, from the beginning. The picture before it is kept until there is a new one."""
        self._begin(self._prepare)

    def go_on(self) -> None:
        """Go on with a picture that was stopped."""
        if self.status == "stopped":
            self._begin(lambda: None)

    def stop(self) -> None:
        """Ask the thread to stop after the evaluation that it is at."""
        with self._lock:
            if not self.is_busy:
                return
            self._asked_to_stop.set()
            self.status = "stopping"
        self._tell("status")

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until no thread is at work, or so many seconds; return whether none is."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    def save(self, path: str | Path, *, overwrite: bool = False) -> None:
        """Save the best picture so far; a PNG carries its settings, as those of the command do.

        Raises:
            InputError: there is no picture yet.
            MissingFileError, FileAccessError, OutOfMemoryError: as `save_image`.
        """
        save_image(self._image_to_keep(), path, overwrite=overwrite, note=self._note(Path(path).name))

    def png(self) -> bytes:
        """Return the best picture so far as `save` would write it into a PNG."""
        data, name = io.BytesIO(), f"{'_'.join(self.titles).replace(' ', '_')}.png"
        write_image(self._image_to_keep(), data, note=self._note(name))
        return data.getvalue()

    def _image_to_keep(self):
        image = self.image
        if image is None:
            raise InputError("there is no picture yet: start one")
        return image

    def _note(self, name):
        return recipe({**self._request, "output": name}, self._transfer.config)

    def _begin(self, prepare):
        """Start the thread, unless there is one."""
        with self._lock:
            if self.is_busy:
                return
            before, self.status, self.error = self.status, "loading", None
            self._asked_to_stop.clear()
        take_turn(self)
        self._tell("status")
        self._thread = threading.Thread(target=self._run, args=(prepare, before), name="nst_tf studio", daemon=True)
        self._thread.start()

    def _run(self, prepare, before):
        """Paint, whatever comes of it: an error is shown in the page, for nobody sees one that ends a thread."""
        status = before
        with TURN:
            try:
                prepare()
                status = "stopped"
                status = self._paint()
            except NstError as error:
                self.error = in_words_of_the_page(str(error))
                status = "finished" if isinstance(error, ArithmeticError) else status  # it would diverge again
            except MemoryError:
                self.error = "the memory does not suffice: give a smaller size, or close other programs"
            except Exception as error:
                logging.getLogger(__name__).exception("the studio's painting was ended by an error")
                self.error = f"the painting was ended by an error in the program ({type(error).__name__}: {error})"
        with self._lock:
            self.status = status if self.has_picture else "ready"
        self._tell("status")

    def _prepare(self):
        """Load the pictures and the network, and see that there is enough memory."""
        content, style, settings = self.content, self.style, self.settings
        pictures = content.load(settings.size), style.load(settings.style_size)
        config = settings.config(pictures[0].shape)  # checked before TensorFlow is started, which takes seconds
        from ...process.startup import start_quietly

        start_quietly()
        from ...transfer import Transfer

        transfer = Transfer(*pictures, config)
        transfer.check_memory()
        self._request = {
            "content": Path(content.name).name, "style": Path(style.name).name, "output": None, "initial_image": None,
            "keep": None, "size": settings.size, "style_size": None, "enlarge": False,
        }  # fmt: skip
        self._transfer = transfer

    def _paint(self):
        """Train the picture until it is finished or is to be stopped; return which."""
        with self._lock:
            self.status = "stopping" if self._asked_to_stop.is_set() else "painting"
        self._tell("status")
        while not self._asked_to_stop.is_set():
            if next(self._transfer, None) is None:
                if not self._transfer.state.improved:
                    self.error = "no step was better than the picture it started from: give other weights or more steps"
                return "finished"
            self._tell("record")
        return "stopped"

    def _tell(self, what):
        """Call the listeners. One that fails, a page that is gone say, must not end the painting."""
        for listener in self.listeners:
            try:
                listener(what)
            except Exception:
                logging.getLogger(__name__).exception("the studio's page could not be drawn")
