"""What nbval cannot see: that lessons are complete, executed, clean, and their exercises up to date."""

import html
import importlib.util
import itertools
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

ROOT = Path(__file__).resolve().parent.parent


def _load_tool():
    spec = importlib.util.spec_from_file_location("notebooks_tool", ROOT / "tools" / "notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = _load_tool()
LESSONS = tool.lessons()
ALL = [*LESSONS, *sorted(tool.EXERCISES.glob("*.ipynb"))]
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_fifteen_lessons():
    assert [path.name[:2] for path in LESSONS] == [f"{number:02d}" for number in range(15)]


@pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_valid_and_small(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert "widgets" not in notebook.metadata
    assert path.stat().st_size < tool.MAX_BYTES


@every_lesson
def test_executed_without_noise(path):
    for cell in code_cells(tool.read(path)):
        assert cell.execution_count is not None, cell.source
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", output.text


@every_lesson
def test_some_output_is_compared(path):
    compared = [c for c in code_cells(tool.read(path)) if "nbval-check-output" in tool.tags(c)]
    assert compared
    assert all(cell.outputs for cell in compared)


@every_lesson
def test_every_lesson_has_its_parts(path):
    notebook = tool.read(path)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert notebook.cells[0].source.startswith(f"# {path.name[:2]} ")
    assert "you will learn" in notebook.cells[0].source.lower()
    assert "## What you should remember" in text
    assert "## Exercises" in text
    assert "## Credits" in text
    assert "navigation" in tool.tags(notebook.cells[-1])
    assert any("parameters" in tool.tags(cell) for cell in notebook.cells)


@every_lesson
def test_prose_before_every_code_cell(path):
    cells = tool.read(path).cells
    for before, cell in itertools.pairwise(cells):
        if cell.cell_type == "code" and not {"setup", "parameters"} & set(tool.tags(cell)):
            is_check = "checks." in cell.source
            assert before.cell_type == "markdown" or is_check, cell.source


@every_lesson
def test_figures_are_described(path):
    for cell in code_cells(tool.read(path)):
        for output in cell.outputs:
            assert not {"image/png", "image/jpeg"} & set(output.get("data", {})), "readers get no alt text of these"
            for alt in re.findall(r'<img alt="(.*?)"', output.get("data", {}).get("text/html", "")):
                assert len(alt) > 20, cell.source
                assert output.data["text/plain"] == html.unescape(alt)


def test_readers_of_a_page_get_the_descriptions():
    """As nbconvert makes it, with its default template."""
    path = next(path for path in LESSONS if path.name.startswith("02"))
    page, _ = HTMLExporter().from_filename(str(path))
    pictures = re.findall(r"<img[^>]*>", page)
    assert len(pictures) > 3
    assert all(re.search(r'alt="[^"]{20,}"', picture) for picture in pictures)


@pytest.mark.parametrize("path", [p for p in LESSONS if "01" <= p.name[:2] <= "13"], ids=lambda path: path.name)
def test_lessons_have_exercises_that_check_themselves(path):
    sources = [cell.source for cell in code_cells(tool.exercise_of(path))]
    assert any("raise NotImplementedError" in source for source in sources)
    assert any("checks." in source for source in sources)


def test_exercises_are_up_to_date(tmp_path):
    tool.make_exercises(tmp_path)
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.ipynb")}
    stored = {path.name: path.read_text(encoding="utf-8") for path in tool.EXERCISES.glob("*.ipynb")}
    assert made == stored, "run `python tools/notebooks.py exercises`"


@every_lesson
def test_solutions_are_removed(path):
    exercise = tool.exercise_of(path)
    if exercise is not None:
        text = json.dumps(exercise)
        assert "BEGIN SOLUTION" not in text and "END SOLUTION" not in text


@every_lesson
def test_setup_cell_is_the_scripts(path):
    course = tool.tomllib.loads((ROOT / "tools" / "course.toml").read_text(encoding="utf-8"))
    first = code_cells(tool.read(path))[0]
    assert first.source == tool.setup_cell(course).source


def test_colab_cell_changes_none_of_colabs_packages():
    source = tool.setup_cell({"repository": "owner/name", "branch": "main"}).source
    assert "--no-deps" in source and "owner/name@main" in source


def test_badges_appear_once_the_address_is_known():
    cell = tool.badge_cell({"repository": "owner/name", "branch": "main"}, LESSONS[0])
    assert f"owner/name/blob/main/notebooks/{LESSONS[0].name}" in cell.source
