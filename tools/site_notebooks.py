"""The notebooks as pages of the site: as they are stored, with solutions folded, and their exercises on pages apart."""

import re
from urllib.parse import unquote

from copies import SOLUTION, unsolved
from frame import github_anchor
from nbformat import v4
from notebook_files import tags, title

LINK = re.compile(r"\]\((?!https?:)([^()#\s]*)(#[^()\s]*)?\)")
MARKER = re.compile(r"^[ \t]*# (BEGIN|END) SOLUTION\n?", re.MULTILINE)


def lesson_page(notebook):
    """Return a lesson as the site shows it."""
    return v4.new_notebook(cells=[shown(cell) for cell in notebook.cells], metadata=notebook.metadata)


def exercise_page(notebook, path):
    """Return the page with a lesson's exercises: its tasks, what a learner begins with, and solutions to unfold."""
    cells = [v4.new_markdown_cell(f"# {title(notebook)}: exercises\n\n{lead(path)}")]
    for cell in exercise_cells(notebook):
        if SOLUTION.search(cell.source):
            cells.append(v4.new_markdown_cell(f"```python\n{unsolved(cell).source}\n```"))
        cells.append(one_folder_deeper(shown(cell), path))
    return v4.new_notebook(cells=cells, metadata=notebook.metadata)


def lead(path):
    copy = f'<a href="../../_sources/notebooks/exercises/{path.name}" download>{path.name}</a>'
    return (
        f"From the lesson [{path.stem[:2]}](../{path.name}), where what they need is explained, and where a formula "
        f"'above' is to be found. Solve them in your own copy of it, {copy}, in the course's folder "
        "`notebooks/exercises/`: it checks what you write. The solutions are folded; below each is what its check says."
    )


def exercise_cells(notebook):
    """Yield the cells of the exercises: those tagged so, and the section that is called so."""
    in_section = False
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and re.search(r"^##? |^---", cell.source, re.MULTILINE):
            _, heading, below = cell.source.partition("## Exercises\n")
            in_section = bool(heading)
            cell = v4.new_markdown_cell(below.strip(), metadata=cell.metadata) if heading else cell
        if cell.source and (in_section or "exercise" in tags(cell)):
            yield cell


def shown(cell):
    """Return a cell with what the site needs: solutions and set-up folded, and anchors as its headings have them."""
    cell = cell.copy()
    if cell.cell_type == "markdown":
        cell.source = LINK.sub(lambda link: f"]({link[1]}{slug(link[2])})", without_badges(cell))
    elif SOLUTION.search(cell.source):
        cell.source = MARKER.sub("", cell.source).rstrip()
        cell = folded(cell, "Show a solution")
    elif "setup" in tags(cell):
        cell = folded(cell, "Show what sets the notebook up")
    return cell


def folded(cell, prompt):
    prompts = {"code_prompt_show": prompt, "code_prompt_hide": prompt.replace("Show", "Hide")}
    cell.metadata = {"tags": [*tags(cell), "hide-input"], "mystnb": prompts}
    return cell


def without_badges(cell):
    """Return the text with badges, which are pictures from elsewhere, as words."""
    return re.sub(r"!\[([^]]*)\]\(https?:[^)]*\)", r"\1", cell.source) if "badge" in tags(cell) else cell.source


def slug(anchor):
    """Return the anchor of a heading, which is written as Jupyter makes it, as the site makes it."""
    return f"#{github_anchor(unquote(anchor[1:]))}" if anchor else ""


def one_folder_deeper(cell, path):
    """Return a lesson's cell for the page of its exercises, where headings stand a level higher."""
    if cell.cell_type == "markdown":
        text = re.sub(r"^### ", "## ", cell.source, flags=re.MULTILINE)
        cell.source = LINK.sub(lambda link: f"](../{link[1] or path.name}{link[2] or ''})", text)
    return cell
