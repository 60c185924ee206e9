"""The studio's page as HTML: pieces of text, made from what the session knows. No widgets, nothing computed."""

import html
from collections.abc import Mapping, Sequence
from importlib import resources

from ...config import Config
from ..data_uris import as_uri
from .progress import Progress

STATES = {
    "ready": "Choose a photo and a painting, then Start.",
    "loading": "Loading the network …",
    "painting": "Painting.",
    "stopping": "Stopping after this evaluation …",
    "stopped": "Stopped. The picture is kept: Continue goes on with it.",
    "finished": "Finished. Drag across the picture to compare it with the photo.",
}
# Compares without the kernel, which may be busy. The slider lies over the picture, unseen; what is seen is a knob.
COMPARE = (
    '<input type="range" min="0" max="100" value="0" step="1" title="Drag to compare with the photo" '
    'aria-label="Compare: how much of the photo is shown over the painting, in percent, from the left" '
    "oninput=\"this.closest('.nst-stage').style.setProperty('--split', this.value + '%')\">"
    '<span class="nst-line" aria-hidden="true"></span><span class="nst-knob" aria-hidden="true">◂ ▸</span>'
)


def style_sheet() -> str:
    """Return the page's style."""
    return f"<style>{resources.files(__package__).joinpath('studio.css').read_text(encoding='utf-8')}</style>"


def backgrounds(pictures: Mapping[str, str]) -> str:
    """Return the style that gives buttons their pictures, {CSS class of a button: address of its picture}."""
    rules = (f'.nst-studio button.{name}{{background-image:url("{uri}")}}' for name, uri in pictures.items())
    return f"<style>{''.join(rules)}</style>"


def picture(uri: str, shape: tuple[int, ...], alt: str) -> str:
    """Return a picture, as large as its place, in the proportions of `shape`, (1, n_H, n_W, 3)."""
    return f'<img alt="{html.escape(alt)}" src="{uri}" style="aspect-ratio:{shape[2]}/{shape[1]}">'


def heading(text: str) -> str:
    """Return the heading of a part."""
    return f"<h3>{html.escape(text)}</h3>"


def faint(text: str) -> str:
    """Return a line that stands back."""
    return f'<p class="nst-faint">{html.escape(text)}</p>'


def state(status: str, error: str | None) -> str:
    """Return what a screen reader is to say at once: what is going on, and what went wrong."""
    if error is None:
        return f"<p>{STATES[status]}</p>"
    return failure(error, " The picture so far is kept." if status in ("stopped", "finished") else "")


def failure(error: str, then: str = "") -> str:
    """Return what went wrong, and what is left."""
    return f'<p role="alert" class="nst-error"><b>Error:</b> {html.escape(error)}.{then}</p>'


def success(text: str) -> str:
    """Return what was done."""
    return f"<p>✓ {html.escape(text)}</p>"


def plan(config: Config, sizes: Sequence[tuple[int, int]]) -> str:
    """Return what the settings come to: the sizes painted at, (n_H, n_W), and the weights."""
    *coarser, (n_H, n_W) = sizes
    first = f", first at {' and '.join(str(max(size)) for size in coarser)} px" if coarser else ""
    return f"Paints {n_W} × {n_H} px{first}; alpha is {config.alpha:.4g}, beta {config.beta:.4g}."


def progress(at: Progress | None, status: str) -> str:
    """Return the bar, the evaluations, the size and the time left; nothing before there is a picture."""
    if at is None or not at.evaluations:
        return ""
    share = 1 if status == "finished" else at.share
    n_H, n_W = at.size
    what = f"Evaluation {at.evaluations} of {at.planned} · {n_W} × {n_H} px"
    left = time_left(at.seconds_left) if status == "painting" else ""
    return (
        f'<span class="nst-bar" role="progressbar" aria-label="Painted" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{100 * share:.0f}"><i style="width:{share:.1%}"></i></span>'
        + f'<span class="nst-progress"><span>{what}</span><span>{left}</span></span>'
    )


def time_left(seconds: float | None) -> str:
    """Return the time left in words, no finer than it can be known."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"about {max(1, round(seconds))} s left"
    return f"about {round(seconds / 60)} min left" if seconds >= 90 else "about 1 min left"


def download(png: bytes, name: str) -> str:
    """Return the link that downloads the picture."""
    return f'<a class="nst-download" download="{html.escape(name)}" href="{as_uri(png, "image/png")}">Download PNG</a>'
