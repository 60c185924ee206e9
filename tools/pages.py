"""The pages beside the lessons that repeat what these say: the minutes in the index, and the points in the guide."""

import re

from frame import badges, course
from notebook_files import NOTEBOOKS, ROOT, lessons, read

EXERCISE = re.compile(r"^### Exercise (\d\d\.\d).*\n\n\*(\d+) minutes, (\d+) points?\.\*$", re.MULTILINE)


def minutes_to_read(notebook):
    """Return the minutes to read that the first cell of a lesson names.

    Raises:
        SystemExit: it names none.
    """
    found = re.search(r"\*\*Time:\*\* (\d+) minutes to read", notebook.cells[0].source)
    if not found:
        raise SystemExit(f"no '**Time:** 20 minutes to read' in the first cell:\n{notebook.cells[0].source}")
    return int(found[1])


def exercises_of(notebook):
    """Return [(number, minutes, points)] of a lesson's exercises, which stand in a line below their titles."""
    texts = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return [(number, int(minutes), int(points)) for number, minutes, points in EXERCISE.findall(texts)]


def index_row(row, notebook):
    """Return a lesson's row of the index with the minutes that the lesson names."""
    row = re.sub(r"\| \d+ min \|", f"| {minutes_to_read(notebook)} min |", row, count=1)
    return re.sub(r", \d+ min \|$", f", {sum(minutes for _, minutes, _ in exercises_of(notebook))} min |", row)


def points_row(lesson, notebook):
    """Return a lesson's row of the guide's table of minutes and points."""
    exercises = exercises_of(notebook)
    each = "; ".join(f"{number}: {minutes} min, {points}" for number, minutes, points in exercises)
    _, minutes, points = zip(*exercises, strict=True)
    return f"| {lesson} | {each} | {sum(minutes)} min, {sum(points)} |"


def updated(index, guide):
    """Return the texts of the index and of the guide with what the lessons say now."""
    for path in lessons():
        lesson, notebook = path.name[:2], read(path)
        if not exercises_of(notebook):
            continue  # not one with its minutes and points
        index = re.sub(rf"^\| \[{lesson} .*$", lambda row, n=notebook: index_row(row[0], n), index, flags=re.MULTILINE)
        row = points_row(lesson, notebook)
        guide = re.sub(rf"^\| {lesson} \| {lesson}\.1: .*$", lambda _, row=row: row, guide, flags=re.MULTILINE)
    return index, guide


def with_badges(readme):
    """Return the README with the badges that open the course, in a line below their mark; with none, if unaddressed."""
    line = f"{badges(course(), lessons()[0])}\n" if course()["repository"] else ""
    return re.sub(r"^(<!-- badges -->\n)(\[!\[.*\n)?", lambda mark: mark[1] + line, readme, flags=re.MULTILINE)


def update():
    """Write the minutes and the points of the lessons into the index and the guide, and the badges into the README."""
    readme = ROOT / "README.md"
    readme.write_text(with_badges(readme.read_text(encoding="utf-8")), encoding="utf-8")
    index, guide = NOTEBOOKS / "README.md", NOTEBOOKS / "TEACHING.md"
    for path, text in zip((index, guide), updated(index.read_text(), guide.read_text()), strict=True):
        path.write_text(text, encoding="utf-8")
