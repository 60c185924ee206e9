"""The cells that stand around a lesson and around its copy: badge, contents, setup, navigation. Scripts own them."""

import os
import re
import tomllib
from pathlib import Path

import nbformat
from notebook_files import ROOT, read, tagged, title

NOTATION = "All symbols: [the notation sheet](NOTATION.md)."
OWNED = {"setup", "badge", "contents", "navigation"}


def course():
    """Return what tools/course.toml says: the course's repository and branch."""
    return tomllib.loads((ROOT / "tools" / "course.toml").read_text(encoding="utf-8"))


def setup_cell(course):
    if course["repository"]:
        address = f"git+https://github.com/{course['repository']}@{course['branch']}"
        install = f"""    %pip install --quiet --no-deps "nst_tf @ {address}"
    from nst_tf.process.requirements import check_versions

    check_versions()  # those that are here stay as they are"""
    else:
        install = '    raise SystemExit("nst_tf is not installed: run `pip install .` in the folder of the course")'
    source = f"""# Makes sure that nst_tf is there, and starts TensorFlow without its start-up messages.
import importlib.util

if importlib.util.find_spec("nst_tf") is None:
{install}

import nst_tf

nst_tf.start_quietly()"""
    return tagged(nbformat.v4.new_code_cell(source), "setup")


def badge_cells(course, path, links):
    """Return the cell with the badges that open a notebook, and with links for Colab; none without a repository."""
    if not course["repository"]:
        return []
    source = badges(course, path) + in_colab(course, path.parent, links)
    return [tagged(nbformat.v4.new_markdown_cell(source), "badge")]


def badges(course, path):
    """Return the badges that open a notebook in Colab and on Binder."""
    binder = f"https://mybinder.org/v2/gh/{course['repository']}/{course['branch']}"
    place = path.relative_to(ROOT).as_posix()
    return (
        f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({address(course, path)}) "
        f"[![Launch on Binder](https://mybinder.org/badge_logo.svg)]({binder}?urlpath=lab/tree/{place})"
    )


def address(course, path):
    """Return where a file of the course is seen: a notebook in Colab, another file in the repository."""
    place = f"{course['repository']}/blob/{course['branch']}/{path.relative_to(ROOT).as_posix()}"
    return f"https://{'colab.research.google.com/github' if path.suffix == '.ipynb' else 'github.com'}/{place}"


def in_colab(course, folder, links):
    """Return a paragraph with the links of a notebook in this folder as they work in Colab, where relative ones do not.

    Elsewhere relative links are better: they stay where the reader is. So these stand beside them.
    """
    if not course["repository"]:
        return ""

    def absolute(place):
        return f"]({address(course, Path(os.path.normpath(folder / place[1])))})"

    return "\n\nIn Colab: " + re.sub(r"\]\(([^)]+)\)", absolute, links)


def contents_cell(cells, lead):
    """Return the cell below the title: the lead, then a link to each section."""
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    headings = [heading for text in texts for heading in re.findall(r"^## (.+)$", text, re.MULTILINE)]
    links = [f"[{heading}](#{anchor(heading)})" for heading in headings]
    return tagged(nbformat.v4.new_markdown_cell(f"{lead}\n\n**Contents:** {' · '.join(links)}"), "contents")


def anchor(heading):
    """Return the id that Jupyter gives to a heading: its text with hyphens for spaces, safe in a link."""
    return re.sub(r"[*`$]", "", heading).replace(" ", "-").replace("(", "%28").replace(")", "%29")


def github_anchor(heading):
    """Return the id that GitHub, and the course's site, give to a heading: small letters, hyphens, no other signs."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def navigation_cell(course, folder, paths, position, *others):
    """Return the cell at the foot: links to the lessons before and after, in this folder, and others."""
    links = list(others)
    if position > 0:
        before = paths[position - 1]
        links.insert(0, f"Before: [{title(read(before))}]({before.name})")
    if position + 1 < len(paths):
        after = paths[position + 1]
        links.append(f"Next: [{title(read(after))}]({after.name})")
    line = " · ".join(links)
    return tagged(nbformat.v4.new_markdown_cell(f"---\n{line}{in_colab(course, folder, line)}"), "navigation")
