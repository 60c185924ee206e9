"""Build the lecture of the teacher's guide as slides, with outputs as the lessons store them: nothing is executed.

python tools/build_slides.py [FOLDER]     into FOLDER (default: build/slides); its index.html needs no network

What they say is in docs/slides/lecture.md. The folder holds all they need, and can be copied anywhere.
"""

import argparse
import importlib.util
import re
import shutil
from pathlib import Path

import lecture
from notebook_files import ROOT
from page_files import copy_mathjax, copy_reveal, save_smaller

SLIDES, LOOK = ROOT / "build" / "slides", ROOT / "docs" / "slides"
WIDTH = 1200  # pixels, of what a slide shows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=SLIDES)
    folder = parser.parse_args().folder
    if any(importlib.util.find_spec(package) is None for package in ("nbconvert", "sphinx_revealjs")):
        raise SystemExit("the slides need nbconvert and reveal.js: python -m pip install '.[site]'")
    build(folder)
    print(folder / "index.html")


def build(folder):
    """Build the slides into a folder, whatever is in it."""
    page = as_html(lecture.notebook())
    shutil.rmtree(folder, ignore_errors=True)
    copy_reveal(folder / "reveal")
    copy_mathjax(folder / "mathjax")
    for name in ("slides.css", "slides.js"):
        shutil.copy(LOOK / name, folder)
    for name in re.findall(r'src="(images/[^"]+)"', page):
        save_smaller(ROOT / name, WIDTH, folder / name)
    (folder / "index.html").write_text(page, encoding="utf-8")


def as_html(notebook):
    """Return a notebook of slides as a page."""
    from nbconvert import SlidesExporter
    from traitlets.config import Config

    config = Config({
        "TemplateExporter": {"extra_template_basedirs": [str(LOOK)]},
        "SlidesExporter": {
            "template_name": "template", "exclude_input_prompt": True, "exclude_output_prompt": True,
            "exclude_anchor_links": True,
        },
        "TagRemovePreprocessor": {"enabled": True, "remove_input_tags": {lecture.ALONE}},
    })  # fmt: skip
    page, _ = SlidesExporter(config=config).from_notebook_node(notebook)
    return page


if __name__ == "__main__":
    main()
