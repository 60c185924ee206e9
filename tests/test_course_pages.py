"""The pages beside the lessons: the index, the notation sheet and the teacher's guide say what the lessons say."""

import ast
import re
from pathlib import Path

import copies
import notebook_files as files
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


def row(page, path):
    (found,) = [line for line in page.splitlines() if re.match(rf"\| (\[{path.name[:2]} |{path.name[:2]} \|)", line)]
    return [field.strip() for field in found.strip("|").split("|")]


@every_lesson
def test_minutes_are_honest(path):
    """Those to read, in the lesson as in the index, are what its words and its code take, to about a quarter."""
    notebook = files.read(path)
    said = int(re.search(r"\*\*Time:\*\* (\d+) minutes to read", notebook.cells[0].source)[1])
    assert row(INDEX, path)[2] == f"{said} min"
    assert said == pytest.approx(reading_minutes(notebook), rel=0.25)


@every_lesson
def test_exercises_have_minutes_and_points(path):
    """Each in a line below its title; the guide's table has the same."""
    text = "\n".join(cell.source for cell in files.read(path).cells if cell.cell_type == "markdown")
    titles = re.findall(r"^### Exercise (\d\d\.\d):? ?.*$", text, re.MULTILINE)
    given = re.findall(r"^### Exercise (\d\d\.\d).*\n\n\*(\d+) minutes, (\d+) points?\.\*$", text, re.MULTILINE)
    assert titles and [name for name, _, _ in given] == titles
    listed = "; ".join(f"{name}: {minutes} min, {points}" for name, minutes, points in given)
    together = f"{sum(int(m) for _, m, _ in given)} min, {sum(int(p) for _, _, p in given)}"
    assert row(INDEX, path)[4].endswith(f", {sum(int(m) for _, m, _ in given)} min")
    assert row(TEACHING.partition("### Minutes and points")[2], path) == [path.name[:2], listed, together]


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
