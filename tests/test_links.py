"""Links in the course's Markdown and notebooks: each leads to a file that is there, and to a heading in it.

Addresses elsewhere are not opened: tests reach no network. The built site is checked in browser/test_browser_site.py.
"""

import re
from pathlib import Path

import frame
import notebook_files as files
import pytest

MARKDOWN = [path for folder in (".", "benchmarks", "docs", "images", "notebooks", "nst_tf/weights", ".github", "binder")
            for path in sorted((files.ROOT / folder).glob("**/*.md" if folder == ".github" else "*.md"))]  # fmt: skip
PAGES = [*MARKDOWN, *sorted(files.NOTEBOOKS.glob("**/*.ipynb"))]
LINK = re.compile(r"\]\(([^()\s]+)\)|<(?:a|img)[^>]* (?:href|src)=\"([^\"]+)\"")


def text_of(path):
    """Return the Markdown of a page, or of a notebook's cells, without what is code in it."""
    if path.suffix == ".ipynb":
        text = "\n\n".join(cell.source for cell in files.read(path).cells if cell.cell_type == "markdown")
    else:
        text = path.read_text(encoding="utf-8")
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors_of(path):
    """Return what links to a page's headings end with: as Jupyter makes it, or else as GitHub does."""
    headings = re.findall(r"^#+ (.+)$", text_of(path), re.MULTILINE)
    return set(map(frame.anchor if path.suffix == ".ipynb" else frame.github_anchor, headings))


def broken_links(path):
    """Return a page's links that lead nowhere. The pages of docs/ stand beside the README in the site."""
    folders = [path.parent, *([files.ROOT] if path.parent.name == "docs" else [])]
    broken = []
    for markdown, address in LINK.findall(text_of(path)):
        target = markdown or address
        if re.match(r"https?:|mailto:|data:", target):
            continue
        place, _, anchor = target.partition("#")
        there = next(filter(Path.exists, (folder / place for folder in folders)), None) if place else path
        if there is None or (anchor and anchor not in anchors_of(there)):
            broken.append(target)
    return broken


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(files.ROOT).as_posix())
def test_links_lead_somewhere(path):
    assert broken_links(path) == []


def test_there_are_links_to_check():
    assert len(MARKDOWN) > 8 and sum(len(LINK.findall(text_of(path))) for path in PAGES) > 300


def test_broken_links_are_found(tmp_path):
    other = tmp_path / "other.md"
    other.write_text("# A title, with a comma\n")
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n[a](other.md) [b](other.md#a-title-with-a-comma) [c](#here) [d](https://keras.io)\n"
        '[e](gone.md) [f](other.md#gone) ![g](#gone) <a href="gone.html">h</a>\n```\n[i](code.md)\n```\n'
    )
    assert broken_links(page) == ["gone.md", "other.md#gone", "#gone", "gone.html"]
    assert broken_links(other) == []
