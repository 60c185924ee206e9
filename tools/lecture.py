"""The lecture as a notebook of slides: docs/slides/lecture.md, filled in from the lessons and from the guide's plan."""

import re
from copy import deepcopy
from functools import cache

from nbformat import v4
from notebook_files import NOTEBOOKS, ROOT, lessons, read, tags

LECTURE, GUIDE = ROOT / "docs" / "slides" / "lecture.md", NOTEBOOKS / "TEACHING.md"
PLACE = re.compile(r"^<!-- (\w+): (\d\d) ([\w-]+) -->$", re.MULTILINE)
PIECES = {
    "picture": re.compile(r"!\[[^]]+\]\([^)]+\)"),
    "formula": re.compile(r"\$\$.+?\$\$", re.DOTALL),
    "table": re.compile(r"(^\|.+\n?)+", re.MULTILINE),
    "list": re.compile(r"(^(- |  ).+\n?)+", re.MULTILINE),
}
SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)
ALONE = "alone"  # the tag of an output whose code is not shown


def notebook():
    """Return the lecture, a cell or more a slide, with the metadata that nbconvert makes slides by.

    Raises:
        SystemExit: it has not the parts of the guide's plan, or it names a piece of a lesson that is not there.
    """
    parts, plan = [slide for slide in slides() if slide.startswith("# ")][1:], rows_of_the_plan()
    if len(parts) != len(plan):
        raise SystemExit(f"{LECTURE.name} has {len(parts)} parts, and the plan in {GUIDE.name} {len(plan)}")
    row_of = dict(zip(parts, plan, strict=True))
    cells = [cell for slide in slides() for cell in cells_of(slide, row_of.get(slide))]
    title = slides()[0].splitlines()[0].lstrip("# ")
    return v4.new_notebook(cells=without_repeated_scripts(cells), metadata={"title": title})


def without_repeated_scripts(cells):
    """Leave a script that comes twice to its last place: a film's moves all copies of the film above it."""
    seen = set()
    for output in (output for cell in reversed(cells) for output in cell.get("outputs", [])):
        shown = output.get("data", {}).get("text/html", "")
        for script in SCRIPT.findall(shown):
            if script in seen:
                output.data["text/html"] = shown.replace(script, "")
            seen.add(script)
    return cells


def slides():
    """Return the text of each slide, from its heading on."""
    return re.split(r"^(?=##? )", LECTURE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]


def rows_of_the_plan():
    """Return (minutes, what, question) of each row of the guide's plan."""
    plan = GUIDE.read_text(encoding="utf-8").partition("### A plan for 90 minutes\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| (\d+-\d+) \| (.+?) \| (.*?) ?\|$", plan, re.MULTILINE)
    return [(minutes.replace("-", "–"), what, question.strip('"')) for minutes, what, question in rows]


def cells_of(slide, row):
    """Return the cells of a slide; one that begins a part has a row of the plan."""
    text, _, note = slide.partition("\nNote: ")
    if row:
        minutes, what, question = row
        heading, _, below = text.partition("\n")
        text = f"{heading}\n\nMinutes {minutes}\n\n{f'**{question}**' if question else below}"
        note = f"{what[0].upper()}{what[1:]}. {note}"
    cells = [part for part in filled_in(text) if part.cell_type == "code" or part.source]
    cells[0].metadata["slideshow"] = {"slide_type": "slide" if slide.startswith("# ") else "subslide"}
    return [*cells, noted(note.strip())] if note else cells


def noted(note):
    return v4.new_markdown_cell(note, metadata={"slideshow": {"slide_type": "notes"}})


def filled_in(text):
    """Yield a slide's cells: what lies between the places, and the pieces that belong there."""
    end = 0
    for place in PLACE.finditer(text):
        yield v4.new_markdown_cell(text[end : place.start()].strip())
        yield piece(*place.groups())
        end = place.end()
    yield v4.new_markdown_cell(text[end:].strip())


def piece(kind, lesson, name):
    """Return a cell with a piece of a lesson: code, its stored output, or a part of a text."""
    cell = cell_of(lesson, name)
    if cell.cell_type == "code" and kind == "code":
        return v4.new_code_cell(cell.source)
    if cell.cell_type == "code" and kind == "output" and cell.outputs:
        return v4.new_code_cell(outputs=deepcopy(cell.outputs), metadata={"tags": [ALONE]})
    found = cell.cell_type == "markdown" and kind in PIECES and PIECES[kind].search(cell.source)
    if not found:
        raise SystemExit(f"{LECTURE.name}: the cell slide-{name} of lesson {lesson} has no {kind}")
    return v4.new_markdown_cell(found[0].strip().replace("](../", "]("))  # a picture as seen from the top folder


def cell_of(lesson, name):
    found = [cell for path, cell in tagged_cells() if path.name[:2] == lesson and f"slide-{name}" in tags(cell)]
    if len(found) != 1:
        raise SystemExit(f"{LECTURE.name}: {len(found)} cells of lesson {lesson} have the tag slide-{name}, not one")
    return found[0]


@cache
def tagged_cells():
    """Return (path of the lesson, cell) of all cells with a tag for slides."""
    return [(path, cell) for path in lessons() for cell in read(path).cells
            if any(tag.startswith("slide-") for tag in tags(cell))]  # fmt: skip
