"""What nbval cannot see: that lessons are complete, executed, clean, and their exercises up to date."""

import ast
import html
import itertools
import json
import re
from pathlib import Path
from types import SimpleNamespace

import copies
import frame
import nbformat
import notebook_files as files
import pages
import pytest
import small
from IPython.core.inputtransformer2 import TransformerManager
from nbconvert import HTMLExporter

import notebooks

LESSONS = files.lessons()
ALL = [*LESSONS, *sorted(files.EXERCISES.glob("*.ipynb"))]
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_seventeen_lessons():
    assert [path.name[:2] for path in LESSONS] == [f"{number:02d}" for number in range(17)]


@pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_valid_and_small(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert "widgets" not in notebook.metadata
    assert path.stat().st_size < files.MAX_BYTES


@every_lesson
def test_executed_without_noise(path):
    for cell in code_cells(files.read(path)):
        assert cell.execution_count is not None, cell.source
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", output.text


def test_a_widget_is_stored_as_its_text():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "Run this cell to explore."}
    output = nbformat.v4.new_output("execute_result", view, execution_count=1)
    assert notebooks.clean(output, None).data == {"text/plain": "Run this cell to explore."}


@every_lesson
def test_some_output_is_compared(path):
    compared = [c for c in code_cells(files.read(path)) if "nbval-check-output" in files.tags(c)]
    assert compared
    assert all(cell.outputs for cell in compared)


@every_lesson
def test_every_lesson_has_its_parts(path):
    notebook = files.read(path)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert notebook.cells[0].source.startswith(f"# {path.name[:2]} ")
    assert "you will learn" in notebook.cells[0].source.lower()
    assert "## What you should remember" in text
    assert "## Exercises" in text
    assert "## Credits" in text
    assert "navigation" in files.tags(notebook.cells[-1])
    assert any("parameters" in files.tags(cell) for cell in notebook.cells)


@every_lesson
def test_prose_before_every_code_cell(path):
    cells = files.read(path).cells
    for before, cell in itertools.pairwise(cells):
        if cell.cell_type == "code" and not {"setup", "parameters"} & set(files.tags(cell)):
            is_check = "checks." in cell.source
            assert before.cell_type == "markdown" or is_check, cell.source


@every_lesson
def test_figures_are_described(path):
    for cell in code_cells(files.read(path)):
        for output in cell.outputs:
            assert not {"image/png", "image/jpeg"} & set(output.get("data", {})), "readers get no alt text of these"
            for alt in re.findall(r'<img alt="(.*?)"', output.get("data", {}).get("text/html", "")):
                assert len(alt) > 20, cell.source
                assert output.data["text/plain"] == html.unescape(alt)


def test_readers_of_a_page_get_the_descriptions():
    """As nbconvert makes it, with its default template."""
    path = next(path for path in LESSONS if path.name.startswith("02"))
    page, _ = HTMLExporter().from_filename(str(path))
    pictures = [picture for picture in re.findall(r"<img[^>]*>", page) if "badge" not in picture]
    assert len(pictures) > 3
    assert all(re.search(r'alt="[^"]{20,}"', picture) for picture in pictures)


# --- the learners' copies ---


def text_of(notebook, kind):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == kind)


@pytest.mark.parametrize("path", [p for p in LESSONS if "01" <= p.name[:2] <= "13"], ids=lambda path: path.name)
def test_lessons_have_exercises_that_check_themselves(path):
    sources = [cell.source for cell in code_cells(copies.exercise_of(path))]
    names = list(copies.functions(files.read(path)))
    assert names and sum("raise NotImplementedError" in source for source in sources) == len(names)
    for name in names:
        assert any(source.startswith(f"{name} = workbook.check(") for source in sources), name
    assert sources[-1] == "workbook.score()"
    assert all(line in "\n".join(sources) for line in (f'    "{name}",' for name in names))


@every_lesson
def test_a_copy_is_the_whole_lesson(path):
    """Each cell of the lesson is there, in its order, but for solutions, checks and what scripts own."""
    kept = [cell for cell in files.read(path).cells[1:] if not frame.OWNED & set(files.tags(cell))]
    there = [cell.source for cell in copies.exercise_of(path).cells]
    start = there.index(copies.unsolved(kept[0]).source)
    assert there[start : start + len(kept)] == [copies.unsolved(cell).source for cell in kept]
    plain = [cell.source for cell in kept if cell.cell_type == "code" and not copies.SOLUTION.search(cell.source)]
    assert {source for source in plain if not copies.CHECK.match(source)} <= set(there)


@every_lesson
def test_solutions_and_outputs_are_removed(path):
    copy = copies.exercise_of(path)
    assert "BEGIN SOLUTION" not in json.dumps(copy) and "END SOLUTION" not in json.dumps(copy)
    assert not any(cell.outputs or cell.execution_count for cell in code_cells(copy))


def test_exercises_are_up_to_date(tmp_path):
    copies.make_exercises(tmp_path, tmp_path / "solutions.py")
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.ipynb")}
    stored = {path.name: path.read_text(encoding="utf-8") for path in files.EXERCISES.glob("*.ipynb")}
    assert len(made) == 17 and made == stored, "run `python tools/notebooks.py exercises`"
    assert (tmp_path / "solutions.py").read_text() == copies.SOLUTIONS.read_text(), "the same, for solutions.py"


def test_a_copy_without_a_lesson_is_removed(tmp_path):
    (tmp_path / "98_gone.ipynb").write_text("{}")
    copies.make_exercises(tmp_path, tmp_path / "solutions.py")
    assert not (tmp_path / "98_gone.ipynb").exists()


@every_lesson
def test_texts_prescribe_no_code(path):
    """What a learner is to run in an exercise is a cell, which is tested."""
    for cell in files.read(path).cells:
        if cell.cell_type == "markdown" and "exercise" in files.tags(cell):
            assert "```" not in cell.source and "new cell" not in cell.source, cell.source


@every_lesson
def test_a_lesson_and_its_copy_lead_to_each_other(path):
    link = f"](exercises/{path.name})"
    cells = files.read(path).cells
    assert link in cells[1].source or link in cells[2].source, "run `python tools/notebooks.py setup`"
    assert link in cells[-1].source
    assert link in (files.NOTEBOOKS / "README.md").read_text(encoding="utf-8")
    copy = text_of(copies.exercise_of(path), "markdown")
    assert copy.count(f"](../{path.name})") == 2 and "](exercises/" not in copy


def test_what_stands_around_the_lessons_is_up_to_date(tmp_path, monkeypatch):
    """Contents, setup, links to the copies and to the lessons before and after."""
    monkeypatch.setattr(notebooks, "write", lambda notebook, path: files.write(notebook, tmp_path / path.name))
    notebooks.set_up()
    for path in LESSONS:
        made = (tmp_path / path.name).read_text(encoding="utf-8")
        assert made == path.read_text(encoding="utf-8"), "run `python tools/notebooks.py setup`"


def test_links_of_a_copy_start_one_folder_deeper():
    text = "[a](05_content_cost.ipynb) [b](#Exercises) [c](README.md) [d](https://keras.io) [e](../images/x.png)"
    assert copies.relinked(text) == text.replace("README.md", "../README.md").replace("../images", "../../images")


def test_setup_is_collapsed(tmp_path):
    notebook = copies.exercise_of(LESSONS[1])
    files.write(notebook, tmp_path / "copy.ipynb")
    hidden = [cell for cell in files.read(tmp_path / "copy.ipynb").cells if "jupyter" in cell.metadata]
    assert [files.tags(cell) for cell in hidden] == [["setup"], ["workbook"]]
    assert all(cell.metadata.jupyter == {"source_hidden": True} for cell in hidden)


# --- the copies made small, for the tests alone ---


@every_lesson
def test_small_parameters_are_parameters(path):
    (cell,) = [cell for cell in code_cells(files.read(path)) if "parameters" in files.tags(cell)]
    targets = [target for node in ast.parse(cell.source).body for target in node.targets]
    names = {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
    assert small.parameters()[path.stem] and small.parameters()[path.stem].keys() <= names
    values = {}
    exec(small.small_source(path.stem, cell), values)
    assert {name: values[name] for name in small.parameters()[path.stem]} == small.parameters()[path.stem]


def test_small_copies_claim_nothing_of_their_results():
    cell = nbformat.v4.new_code_cell("for x in (1, 2):\n    assert x > 3, 'never'\nprint(x)")
    exec(small.small_source(LESSONS[0].stem, cell), {"print": (printed := []).append})
    assert printed == [2]
    magic = nbformat.v4.new_code_cell("%pip install nothing")
    assert small.small_source(LESSONS[0].stem, magic) == magic.source


def test_only_copies_and_the_longest_lessons_are_made_small(request, monkeypatch):
    monkeypatch.delenv("NST_TF_LONG", raising=False)
    (hook,) = [p for p in request.config.pluginmanager.get_plugins() if hasattr(p, "pytest_itemcollected") and
               getattr(p, "NOTEBOOKS", None) == files.NOTEBOOKS]  # fmt: skip
    long = next(path for path in LESSONS if path.name.startswith("12"))

    def is_small(path):
        (cell,) = [cell for cell in code_cells(files.read(path)) if "parameters" in files.tags(cell)]
        before, item = cell.source, SimpleNamespace(path=Path(path), cell=cell, options={"check": True})
        hook.pytest_itemcollected(item)
        assert item.options["check"] == (cell.source == before)
        return cell.source != before

    assert is_small(files.EXERCISES / LESSONS[0].name) and is_small(long)
    assert not is_small(LESSONS[0])
    monkeypatch.setenv("NST_TF_LONG", "1")
    assert not is_small(long) and is_small(files.EXERCISES / long.name)


# --- setup and badges ---


@every_lesson
def test_setup_cell_is_the_scripts(path):
    course = frame.course()
    first = code_cells(files.read(path))[0]
    assert first.source == frame.setup_cell(course).source


ADDRESS = {"repository": "owner/name", "branch": "main"}
COLAB = "https://colab.research.google.com/github/owner/name/blob/main"


def test_colab_cell_changes_none_of_colabs_packages_and_asks_for_their_versions():
    source = frame.setup_cell(ADDRESS).source
    assert "--no-deps" in source and "owner/name@main" in source
    code = ast.parse(TransformerManager().transform_cell(source))
    [branch] = [node for node in code.body if isinstance(node, ast.If)]
    assert ast.unparse(branch.body[-1]) == "check_versions()"


@pytest.fixture
def addressed(tmp_path, monkeypatch):
    """Return {place in the course: notebook} of the lessons and their copies as they are once the address is known."""
    made = {}
    for module in (notebooks, copies):
        monkeypatch.setattr(module, "course", lambda: ADDRESS)
        monkeypatch.setattr(module, "write", lambda notebook, path: made.update({path: notebook}))
    notebooks.set_up()
    copies.make_exercises(files.EXERCISES, tmp_path / "solutions.py")
    return {path.relative_to(files.ROOT).as_posix(): notebook for path, notebook in made.items()}


def test_lessons_and_copies_get_badges_and_links_for_colab_once_the_address_is_known(addressed):
    assert len(addressed) == len(ALL)
    for place, notebook in addressed.items():
        badge, foot = notebook.cells[1], next(c for c in notebook.cells if "navigation" in files.tags(c))
        assert files.tags(badge) == ["badge"]
        assert f"]({COLAB}/{place})" in badge.source
        assert f"](https://mybinder.org/v2/gh/owner/name/main?urlpath=lab/tree/{place})" in badge.source
        relative, _, absolute = foot.source.partition("\n\nIn Colab: ")
        assert len(re.findall(r"\]\(https://", absolute)) == len(re.findall(r"\]\(", relative)) >= 3
        for link in re.findall(r"\]\((?:https://github.com/owner/name/blob/main|" + re.escape(COLAB) + r")/(.+?)\)",
                               badge.source + absolute):  # fmt: skip
            assert (files.ROOT / link).is_file(), link


def test_a_lesson_and_its_copy_lead_to_each_other_in_colab(addressed):
    for path in LESSONS:
        lesson, copy = f"notebooks/{path.name}", f"notebooks/exercises/{path.name}"
        assert f"]({COLAB}/{copy})" in addressed[lesson].cells[1].source.partition("In Colab: ")[2]
        assert f"]({COLAB}/{lesson})" in addressed[copy].cells[1].source.partition("In Colab: ")[2]


def test_without_an_address_there_is_no_badge():
    course = {"repository": "", "branch": "main"}
    assert frame.badge_cells(course, LESSONS[0], "[a](b.ipynb)") == []
    assert frame.in_colab(course, files.NOTEBOOKS, "[a](b.ipynb)") == ""


def test_the_readme_has_badges_once_the_address_is_known(monkeypatch):
    readme = (files.ROOT / "README.md").read_text(encoding="utf-8")
    assert pages.with_badges(readme) == readme, "run `python tools/notebooks.py setup`"
    monkeypatch.setattr(pages, "course", lambda: {"repository": "", "branch": "main"})
    plain = pages.with_badges(readme)
    assert "[![" not in plain
    monkeypatch.setattr(pages, "course", lambda: ADDRESS)
    badged = pages.with_badges(plain)
    assert "<!-- badges -->\n[![Open in Colab](" in badged and f"]({COLAB}/notebooks/{LESSONS[0].name})" in badged
    assert pages.with_badges(badged) == badged
