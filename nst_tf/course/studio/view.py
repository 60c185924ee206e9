"""The studio's page: widgets laid out around a `Session`, and redrawn as it goes on. They compute nothing.

They use what ipywidgets 7.7 (Colab) and 8 share. The thread that paints redraws them, for the kernel may be busy.
"""

import threading

import ipywidgets as widgets
from IPython.display import display

from ...errors import NstError
from ..within_reach import within_reach
from . import page
from .controls import Chooser, row
from .panel import SettingsPanel
from .pictures import data_uri, in_words_of_the_page
from .progress import Pace
from .session import Session


class Studio:
    """The page of a `Session`, as the last line of a cell shows it.

    Attributes:
        session: what it shows.
        box: the widget that it is.
    """

    def __init__(self, session: Session):
        self.session, self._drawing, self._pace = session, threading.RLock(), Pace()
        self._shown, self._saved = None, set()  # the photo in the page, and the names of files that may be replaced
        self._make_stage()
        self._make_buttons()
        self._choosers = {
            kind: Chooser(title, kind, picture, session.load(picture), self._choose)
            for title, kind, picture in (("Photo", "content", session.content), ("Painting", "style", session.style))
        }
        self._settings = SettingsPanel(session.settings, self._set)
        hero = [self._stage, self._state, self._progress, self._buttons, self._keep, self._kept]
        self._thumbnails = widgets.HTML(layout={"display": "none"})
        style = widgets.HTML(page.style_sheet(), layout={"display": "none"})
        panel = [chooser.box for chooser in self._choosers.values()]
        columns = [_column(hero, "nst-hero"), _column(panel, "nst-panel"), _column([self._settings.box], "nst-below")]
        self.box = _Page([style, self._thumbnails, *columns], layout={"flex_flow": "row wrap"})
        within_reach(self.box, "nst-studio")
        self._draw_style()
        self._draw_choice()
        self._draw_keep()
        session.listeners.append(self._heard)

    def _ipython_display_(self):
        display(self.box)

    def _make_stage(self):
        self._painting, self._photo, self._compare = widgets.HTML(), widgets.HTML(), widgets.HTML(page.COMPARE)
        for over in (self._photo, self._compare):
            over.add_class("nst-over")
        self._photo.add_class("nst-photo")
        self._stage = widgets.Box([self._painting, self._photo, self._compare], layout={"display": "block"})
        self._stage.add_class("nst-stage")
        self._state, self._progress = widgets.HTML(), widgets.HTML()
        self._state.add_class("nst-spoken")

    def _make_buttons(self):
        session = self.session
        self._start = widgets.Button(description="Start", button_style="primary", tooltip="Paint from the beginning")
        self._stop = widgets.Button(description="Stop", tooltip="Stop, and keep the picture")
        self._go_on = widgets.Button(description="Continue", tooltip="Go on with the picture that was stopped")
        for button, act in ((self._start, session.start), (self._stop, session.stop), (self._go_on, session.go_on)):
            button.on_click(lambda _, act=act: act())
        self._buttons = row([self._start, self._stop, self._go_on])
        self._name = widgets.Text(description="File name", style={"description_width": "initial"})
        self._save = widgets.Button(description="Save", tooltip="Save the picture in the folder of the notebook")
        self._save.on_click(lambda _: self._save_picture())
        self._download, self._kept = widgets.HTML(), widgets.HTML()
        self._kept.add_class("nst-spoken")
        self._keep = row([self._name, self._save, self._download])

    # --- what the user does ---

    def _choose(self, kind, picture):
        """Take the picture as content or style; one that cannot be used is told, and the one before stays."""
        before = getattr(self.session, kind)
        setattr(self.session, kind, picture)
        try:
            image = self.session.load(picture)
        except NstError as error:
            setattr(self.session, kind, before)
            self._draw_state(in_words_of_the_page(str(error)))
            return
        self._choosers[kind].show(picture, image)
        self._draw_style()
        self._draw_choice()

    def _set(self, settings):
        self.session.settings = settings
        self._draw_choice()

    def _save_picture(self):
        name = self._name.value.strip()
        try:
            self.session.save(name, overwrite=name in self._saved)
        except NstError as error:
            self._kept.value = page.failure(in_words_of_the_page(str(error)))
        else:
            self._saved.add(name)
            self._kept.value = page.success(f"Saved as {name}.")

    # --- what the session tells ---

    def _heard(self, what):
        if what == "status":
            self._draw_all()
        elif self._pace.is_due():
            with self._pace.drawing(), self._drawing:
                self._draw_stage(self.session.preview)
                self._draw_progress()

    def _draw_all(self):
        with self._drawing:
            self._draw_state()
            self._draw_progress()
            self._draw_stage(self.session.image)
            self._draw_keep()

    def _draw_choice(self):
        """Show what is chosen and what would come of it."""
        with self._drawing:
            if not self.session.is_busy:
                self.session.error = None
            self._draw_state()
            try:
                self._settings.show(*self.session.plan())
                if not self.session.has_picture:
                    self._draw_stage(None)
            except NstError as error:
                self._draw_state(in_words_of_the_page(str(error)))

    def _draw_style(self):
        content, style = self._choosers.values()
        self._thumbnails.value = page.backgrounds({**content.backgrounds, **style.backgrounds})

    def _draw_state(self, error=None):
        session = self.session
        self._state.value = page.state(session.status, error or session.error)
        self._start.disabled, self._stop.disabled = session.is_busy, session.status not in ("loading", "painting")
        self._go_on.disabled = session.status != "stopped"

    def _draw_progress(self):
        self._progress.value = page.progress(self.session.progress, self.session.status)

    def _draw_stage(self, painting):
        """Show the painting under the photo, which the slider uncovers; without a painting, the photo alone."""
        photo, (photo_of, painting_of) = self.session.photo, self.session.titles
        if photo is not self._shown:
            self._shown = photo
            n_H, n_W = photo.shape[1:3]
            self._stage.layout.width = f"min(100%, calc(72vh * {n_W / n_H:.3f}))"
            self._photo.value = page.picture(data_uri(photo), photo.shape, f"The photo: {photo_of}.")
        for over in (self._photo, self._compare):
            over.layout.visibility = "hidden" if painting is None else "visible"
        if painting is None:
            self._painting.value = self._photo.value
            return
        evaluations = self.session.progress.evaluations
        alt = f"{photo_of}, painted in the manner of {painting_of}; {evaluations} evaluations so far."
        self._painting.value = page.picture(data_uri(painting), photo.shape, alt)

    def _draw_keep(self):
        """Offer to keep the picture, once there is one; the link holds it, so it is made when the painting rests."""
        session, name = self.session, f"{'_'.join(self.session.titles).replace(' ', '_')}.png"
        if not session.has_picture:
            self._keep.layout.display, self._name.value, self._kept.value = "none", name, ""
            self._saved.clear()
        else:
            self._keep.layout.display = ""
        resting = session.has_picture and not session.is_busy
        self._download.value = page.download(session.png(), name) if resting else ""


class _Page(widgets.Box):
    """The box of the page, with what a stored notebook says in its place: 100 characters at most."""

    def __repr__(self):
        return "Run this cell to open the studio: choose a photo and a painting, press Start, and watch."


def _column(children, name):
    column = widgets.VBox(children)
    column.add_class("nst-column")
    column.add_class(name)
    return column
