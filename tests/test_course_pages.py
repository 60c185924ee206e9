"""The pages beside the lessons: the index, the notation sheet and the teacher's guide say what the lessons say."""

import ast
import re
from pathlib import Path

import copies
import nbformat
import notebook_files as files
import pages
import pytest

import nst_tf

LESSONS = files.lessons()
INDEX, NOTATION, TEACHING = (
    (files.NOTEBOOKS / f"{name}.md").read_text() for name in ("README", "NOTATION", "TEACHING")
)
WORDS_A_MINUTE, LINES_A_MINUTE = 130, 15
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name)


def prose(cell):
    """Return the words that are read at once: what is folded away is not."""
    text = re.sub(r"<details>.*?</details>|\]\([^)]*\)", "", cell.source, flags=re.DOTALL)
    return re.findall(r"[\w$\\]+(?:[’'.-]\w+)*", text)


def reading_minutes(notebook):
    """Return how long a lesson takes to read, without its exercises: its words and its lines of code."""
    words = lines = 0
    for cell in notebook.cells:
        if {"exercise", "setup", "badge", "contents", "navigation"} & set(files.tags(cell)):
            continue
        if cell.cell_type == "code":
            lines += sum(bool(line.strip()) for line in cell.source.splitlines())
        elif not cell.source.startswith("## Credits"):
            words += len(prose(cell))
    return words / WORDS_A_MINUTE + lines / LINES_A_MINUTE


@every_lesson
def test_minutes_are_honest(path):
    """Words and code take so long; to pause and predict takes its time, too."""
    notebook = files.read(path)
    assert 0.8 <= pages.minutes_to_read(notebook) / reading_minutes(notebook) <= 1.65


@every_lesson
def test_exercises_have_minutes_and_points(path):
    """Each in a line of its own below its title."""
    notebook = files.read(path)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    titles = re.findall(r"^### Exercise (\d\d\.\d)", text, re.MULTILINE)
    assert titles and [number for number, _, _ in pages.exercises_of(notebook)] == titles


def test_the_index_and_the_guide_say_what_the_lessons_say():
    assert pages.updated(INDEX, TEACHING) == (INDEX, TEACHING), "run `python tools/notebooks.py setup`"


def test_minutes_and_points_are_carried_over(monkeypatch):
    """Into a row of each page; other rows stay."""
    exercise = "### Exercise 05.1: a\n\n*10 minutes, 3 points.*\n\n### Exercise 05.2: b\n\n*5 minutes, 1 point.*"
    sources = "# 05 The content cost\n\n**Time:** 35 minutes to read.", exercise
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(source) for source in sources])
    monkeypatch.setattr(pages, "lessons", lambda: [Path("05_content_cost.ipynb")])
    monkeypatch.setattr(pages, "read", lambda path: notebook)
    index, guide = pages.updated(INDEX, TEACHING)
    changed = set(index.splitlines()) - set(INDEX.splitlines())
    assert [row.split(" | ")[2] for row in changed] == ["35 min"] and all(
        row.endswith("), 15 min |") for row in changed
    )
    assert "\n| 05 | 05.1: 10 min, 3; 05.2: 5 min, 1 | 15 min, 4 |\n" in guide


def words_of_the_checks():
    """Return all texts in the checks' code, one after the other."""
    files_of_checks = sorted(Path(nst_tf.checks.__file__).parent.glob("*.py"))
    nodes = [node for path in files_of_checks for node in ast.walk(ast.parse(path.read_text()))]
    return "\n".join(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_the_key_has_every_exercise():
    """Functions in the first table, with what the check really says; experiments in the second."""
    functions, _, experiments = TEACHING.partition("## Answer key")[2].partition("Experiments, in a line each:")
    said = words_of_the_checks()
    for slip in re.findall(r"\"(.+?)\"", functions):
        assert slip in said, slip
    numbers = re.findall(r"^\| (\d\d\.\d) ", functions + experiments, re.MULTILINE)
    assert sorted(numbers) == re.findall(r"(\d\d\.\d):", TEACHING.partition("### Minutes and points")[2])
    for path in LESSONS:
        for name in copies.functions(files.read(path)):
            assert re.search(rf"^\| {path.name[:2]}\.\d `{name}` \|", functions, re.MULTILINE), name


def symbols():
    """Yield (name in code, lesson) of each row of the notation sheet."""
    for line in NOTATION.splitlines():
        fields = [field.strip() for field in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(fields) == 6 and fields[1] != "in code" and "---" not in fields[0]:
            yield fields[1], fields[5]


def test_the_sheet_has_symbols():
    assert len(list(symbols())) > 25


@pytest.mark.parametrize(("code", "lesson"), list(symbols()), ids=lambda value: value[:30])
def test_a_name_of_the_sheet_is_used_in_the_lesson_that_introduces_it(code, lesson):
    """Each function there is one of the package, too."""
    path = files.NOTEBOOKS / re.search(r"\((\d\d_\w+\.ipynb)\)", lesson)[1]
    source = "\n".join(cell.source for cell in files.read(path).cells)
    for name in re.findall(r"`([^`]+)`", code):
        function = re.match(r"(\w+)\(", name)
        if function:
            assert hasattr(nst_tf, function[1])
        for word in re.findall(r"[A-Za-z]\w*", function[1] if function else re.sub(r"\[.*|\"", "", name)):
            assert re.search(rf"\b{word}\b", source), (word, path.name)
