"""The site's pages that are made from notebooks and code. The site is built in browser/test_browser_site.py."""

import ast
import re
from pathlib import Path

import html_pages
import notebook_files as files
import pytest
import site_notebooks
import site_pages
from nbformat import v4

every_lesson = pytest.mark.parametrize("path", files.lessons(), ids=lambda path: path.name)
DOCS = files.ROOT / "docs"


def markdown(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@every_lesson
def test_a_lesson_keeps_its_cells_and_outputs(path):
    lesson = files.read(path)
    shown = site_notebooks.lesson_page(files.read(path))
    assert [cell.get("outputs") for cell in shown.cells] == [cell.get("outputs") for cell in lesson.cells]
    assert lesson == files.read(path)
    for cell in shown.cells:
        assert "BEGIN SOLUTION" not in cell.source and "END SOLUTION" not in cell.source


@every_lesson
def test_all_exercises_are_on_their_page(path):
    text = markdown(site_notebooks.exercise_page(files.read(path), path))
    titles = re.findall(r"^### (Exercise .+)$", markdown(files.read(path)), re.MULTILINE)
    assert titles and re.findall(r"^## (Exercise .+)$", text, re.MULTILINE) == titles
    assert not re.search(r"^###", text, re.MULTILINE)
    answers = len(re.findall(r"<summary>Answer", markdown(files.read(path))))
    assert len(re.findall(r"<summary>Answer", text)) == answers


def test_solutions_are_folded_below_what_a_learner_begins_with():
    solved = "def f(x):\n    # BEGIN SOLUTION\n    return 2 * x\n    # END SOLUTION\n"
    task = "### Exercise 05.1: f\n\n[the idea](#The-idea:-f) [06](06_style_cost.ipynb)"
    texts = ("# 05 A lesson", task, "## After it", "## Exercises\nOne more.", "---")
    title, task, after, more, foot = map(v4.new_markdown_cell, texts)
    exercise = [files.tagged(cell, "exercise") for cell in (task, v4.new_code_cell(solved))]
    lesson = v4.new_notebook(cells=[title, *exercise, after, more, foot])
    page = site_notebooks.exercise_page(lesson, Path("05_content_cost.ipynb"))
    lead, asked, stub, solution, more = page.cells
    assert lead.source.startswith("# 05 A lesson: exercises\n")
    assert asked.source.endswith("[the idea](../05_content_cost.ipynb#the-idea-f) [06](../06_style_cost.ipynb)")
    assert "YOUR CODE HERE" in stub.source and "2 * x" not in stub.source
    assert solution.source == "def f(x):\n    return 2 * x"
    assert "hide-input" in files.tags(solution) and solution.metadata["mystnb"]["code_prompt_show"] == "Show a solution"
    assert more.source == "One more."


def test_badges_become_words():
    """They are pictures from elsewhere."""
    badge = files.tagged(v4.new_markdown_cell("[![Open in Colab](https://a.b/c.svg)](https://d.e/f)"), "badge")
    assert site_notebooks.shown(badge).source == "[Open in Colab](https://d.e/f)"


def test_the_gallery_shows_every_picture_described():
    text = site_pages.filled_in((DOCS / "gallery.md").read_text(encoding="utf-8"))
    assert "<!-- made" not in text
    shown = {path.split("/")[-1] for path in re.findall(r"!\[[^\]]{3,}\]\(([^)]+)\)", text)}
    there = {path.name for folder in ("content", "gallery", "results", "style")
             for path in (files.ROOT / "images" / folder).glob("*.jpg")}  # fmt: skip
    assert there - shown == {"studio.jpg"}
    assert text.count("\nnst-tf ") == 1 + 4 + 4 + 1 + 4


def test_benchmarks_show_every_plot():
    text = (files.ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    plots = {path.name for path in (files.ROOT / "benchmarks" / "results").glob("*.png")}
    assert set(re.findall(r"!\[[^\]]{40,}\]\(results/(\w+\.png)\)", text)) == plots


def test_the_reference_has_every_public_name_and_module():
    import nst_tf

    named = {name for names in site_pages.public_names().values() for name in names}
    assert named >= set(nst_tf.__all__) - {"course"}
    modules = site_pages.modules()
    assert {"nst_tf.costs", "nst_tf.course.checks", "nst_tf"} <= set(modules) and all(modules.values())


def said_by_the_package():
    """Return all texts in the package's code, the pieces of its sentences."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(site_pages.PACKAGE.rglob("*.py"))]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return "\n".join(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_what_is_said_is_said():
    """Each sentence of the troubleshooting's table is one of the package's."""
    text = (DOCS / "troubleshooting.md").read_text(encoding="utf-8").partition("## By what it says")[2]
    sentences = re.findall(r"^\| `(.+?)` \|", text, re.MULTILINE)
    said = said_by_the_package()
    assert len(sentences) > 15
    assert [piece for sentence in sentences for piece in sentence.split("…") if piece not in said] == []


def test_what_is_included_is_there():
    """The headings between which a page takes a part of another stand in it once."""
    page = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
    for name, start, end in re.findall(r"\{include\} (\S+)\n:start-after: \"(.+)\"\n:end-before: \"(.+)\"", page):
        text = (files.ROOT / name).read_text(encoding="utf-8")
        assert text.count(f"\n{start}\n") == text.count(f"\n{end}\n") == 1 and text.index(start) < text.index(end)


def test_the_workflow_builds_the_site_as_the_readme_says():
    workflow = (files.ROOT / ".github" / "workflows" / "site.yml").read_text(encoding="utf-8")
    readme = (files.ROOT / "README.md").read_text(encoding="utf-8")
    for command in ('python -m pip install ".[site]"', "python tools/build_site.py"):
        assert f"- run: {command}\n" in workflow and command in readme
    assert "path: build/site\n" in workflow


def test_what_is_wrong_with_a_page_is_found(tmp_path):
    (tmp_path / "_images").mkdir()
    (tmp_path / "_images" / "a.png").write_bytes(b"0" * 1000)
    (tmp_path / "other.html").write_text('<h1 id="here">There</h1>')
    path = tmp_path / "page.html"
    path.write_text(
        '<link rel="stylesheet" href="https://a.b/c.css"><link rel="next" href="gone.html"><img src="_images/a.png">'
        '<img src="data:image/png;base64,AA" alt="A picture"><a href="other.html#here"></a>'
        '<a href="other.html#gone"></a>'
        '<a href="#gone"></a><a href="gone.html"></a><a href="https://keras.io"></a><script src="//a.b/c.js"></script>'
    )
    page = html_pages.Page(path)
    assert sorted(page.broken()) == ["#gone", "gone.html", "other.html#gone"]
    assert page.foreign() == ["https://a.b/c.css", "//a.b/c.js"]
    assert page.undescribed == ["_images/a.png"]
    assert page.weight() == 1000 + path.stat().st_size
