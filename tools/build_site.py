"""Build the course's site from the notebooks as they are stored: nothing is executed, and no page needs a network.

python tools/build_site.py [FOLDER]     into FOLDER (default: build/site); its index.html is the first page

Its sources, docs/ and the course's own pages, are first laid out in FOLDER_sources, in the folders that they have here,
so that the links among them hold. The lecture's slides are built with it.
"""

import argparse
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import build_slides
import nbformat
from notebook_files import EXERCISES, NOTEBOOKS, ROOT, lessons, read
from page_files import copy_mathjax, save_smaller
from site_notebooks import exercise_page, lesson_page
from site_pages import described, filled_in, lesson_list, module_page, modules

DOCS, SITE = ROOT / "docs", ROOT / "build" / "site"
AS_THEY_ARE = ("LICENSE", "CITATION.cff", "CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "tools/course.toml",
               "images/**/*.*", "benchmarks/README.md", "benchmarks/results/*.png",
               "nst_tf/weights/ATTRIBUTION.md")  # fmt: skip
WIDE = "---\nhtml_theme.sidebar_secondary.remove: true\n---\n"  # a page with broad tables, and no contents beside them
# What the teacher's guide says of the slides, and what it says on the site, which holds them
SLIDES = ("`build/slides/index.html`", '<a href="../slides/index.html">the lecture</a>')
# What stands among others is shown smaller: {folder of the site: (pictures, the longer side in pixels)}
SMALLER = {
    "thumbnails": (("images/content/*.jpg", "images/style/*.jpg"), 240),
    "rows": (("images/results/*.jpg",), 880),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=SITE)
    folder = parser.parse_args().folder
    if importlib.util.find_spec("sphinx_book_theme") is None:
        raise SystemExit("the site needs Sphinx and its theme: python -m pip install '.[site]'")
    build(folder)


def build(folder):
    """Build the site into a folder, whatever is in it.

    Raises:
        SystemExit: Sphinx has warned of something; it says of what.
    """
    sources, cache = (folder.with_name(f"{folder.name}_{kind}") for kind in ("sources", "cache"))
    lay_out(sources)
    shutil.rmtree(folder, ignore_errors=True)
    options = ["-W", "--keep-going", "-q", "-E", "-c", DOCS, "-d", cache]
    status = subprocess.run([sys.executable, "-m", "sphinx", *options, sources, folder], check=False).returncode
    if status:
        raise SystemExit(status)
    copy_mathjax(folder / "_static" / "mathjax")
    offer_notebooks(folder)
    build_slides.build(folder / "slides")
    print(folder / "index.html")


def lay_out(sources):
    """Write all that Sphinx reads into a folder of its own."""
    shutil.rmtree(sources, ignore_errors=True)
    for name in found(AS_THEY_ARE):
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, sources / name)
    for page in DOCS.glob("*.md"):
        (sources / page.name).write_text(filled_in(page.read_text(encoding="utf-8")), encoding="utf-8")
    change("README.md", sources, lambda text: re.sub(r"images/results/(\w+\.jpg)", r"rows/\1", text))
    change("notebooks/NOTATION.md", sources, lambda text: WIDE + text)
    change("notebooks/TEACHING.md", sources, lambda text: text.replace(*SLIDES))
    change("notebooks/README.md", sources, lambda text: f"{text}\n{lesson_list()}\n")
    lay_out_notebooks(sources)
    lay_out_modules(sources / "api")
    for name, (patterns, side) in SMALLER.items():
        lay_out_smaller(found(patterns), side, sources / name)


def found(patterns):
    return [path.relative_to(ROOT) for pattern in patterns for path in sorted(ROOT.glob(pattern))]


def change(name, sources, function):
    text = (ROOT / name).read_text(encoding="utf-8")
    (sources / name).parent.mkdir(parents=True, exist_ok=True)
    (sources / name).write_text(function(text), encoding="utf-8")


def lay_out_notebooks(sources):
    (sources / "notebooks" / "exercises").mkdir()
    for path in lessons():
        nbformat.write(lesson_page(read(path)), sources / "notebooks" / path.name)
        nbformat.write(exercise_page(read(path), path), sources / "notebooks" / "exercises" / path.name)
    studio = lesson_page(read(NOTEBOOKS / "studio.ipynb"))
    studio.cells.insert(1, nbformat.v4.new_markdown_cell(described("images/results/studio.jpg", up="../")))
    nbformat.write(studio, sources / "notebooks" / "studio.ipynb")


def lay_out_modules(folder):
    folder.mkdir()
    for name in modules():
        (folder / f"{name}.md").write_text(module_page(name), encoding="utf-8")


def lay_out_smaller(pictures, side, folder):
    for path in pictures:
        save_smaller(ROOT / path, side, folder / path.name)


def offer_notebooks(site):
    """Put the notebooks themselves where the pages' download buttons lead: the lessons, and the learners' copies."""
    for path in (*lessons(), NOTEBOOKS / "studio.ipynb", *EXERCISES.glob("*.ipynb")):
        shutil.copy(path, site / "_sources" / path.relative_to(ROOT))


if __name__ == "__main__":
    main()
