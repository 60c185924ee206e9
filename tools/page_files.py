"""What lies beside the site's pages: scripts, styles and fonts that Python packages bring along; smaller pictures."""

import importlib.resources
import shutil

from PIL import Image

REVEAL = ("dist/reset.css", "dist/reveal.css", "dist/reveal.js", "dist/theme/white.css",
          "dist/theme/fonts/source-sans-pro", "plugin/notes/notes.js", "LICENSE")  # fmt: skip


def copy_mathjax(folder):
    """Copy MathJax' script, and the fonts that pages need."""
    mathjax = importlib.resources.files("sphinx-mathjax-offline") / "static" / "mathjax"
    fonts = "output/chtml/fonts/woff-v2"
    shutil.copytree(mathjax / fonts, folder / fonts)
    shutil.copy(mathjax / "tex-chtml.js", folder)


def copy_reveal(folder):
    """Copy reveal.js, which shows slides, with one theme and the speaker's notes."""
    reveal = importlib.resources.files("sphinx_revealjs") / "_static" / "revealjs"
    for name in REVEAL:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (reveal / name).is_dir():
            shutil.copytree(reveal / name, folder / name, ignore=shutil.ignore_patterns("*.eot", "*.ttf"))
        else:
            shutil.copy(reveal / name, folder / name)


def save_smaller(path, side, smaller):
    """Save a picture with a longer side of so many pixels at most."""
    smaller.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(path) as picture:
        picture.thumbnail((side, side))
        picture.save(smaller, quality=85)
