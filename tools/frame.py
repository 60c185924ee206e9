"""The cells that stand around a lesson and around its copy: badge, contents, setup, navigation. Scripts own them."""

import re
import tomllib

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
        install = f'    %pip install --quiet --no-deps "nst_tf @ {address}"'
    else:
        install = '    raise SystemExit("nst_tf is not installed: run `pip install .` in the folder of the course")'
    source = f"""# Makes sure that nst_tf is there, and starts TensorFlow without its start-up messages.
import importlib.util

if importlib.util.find_spec("nst_tf") is None:
{install}

import nst_tf

nst_tf.start_quietly()"""
    return tagged(nbformat.v4.new_code_cell(source), "setup")


def badge_cell(course, path):
    place = path.relative_to(ROOT).as_posix()
    link = f"https://colab.research.google.com/github/{course['repository']}/blob/{course['branch']}/{place}"
    badge = "https://colab.research.google.com/assets/colab-badge.svg"
    return tagged(nbformat.v4.new_markdown_cell(f"[![Open in Colab]({badge})]({link})"), "badge")


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


def navigation_cell(paths, position, *others):
    """Return the cell at the foot: links to the lessons before and after, in the same folder, and others."""
    links = list(others)
    if position > 0:
        before = paths[position - 1]
        links.insert(0, f"Before: [{title(read(before))}]({before.name})")
    if position + 1 < len(paths):
        after = paths[position + 1]
        links.append(f"Next: [{title(read(after))}]({after.name})")
    return tagged(nbformat.v4.new_markdown_cell("---\n" + " · ".join(links)), "navigation")
