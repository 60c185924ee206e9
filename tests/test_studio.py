"""The notebook that the studio comes in."""

import re

import nbformat
from frame import course, setup_cell
from notebook_files import NOTEBOOKS, read, tags

NOTEBOOK = NOTEBOOKS / "studio.ipynb"


def test_the_notebook_is_two_cells_between_words():
    notebook = read(NOTEBOOK)
    nbformat.validate(notebook)
    title, setup, call, more = notebook.cells
    assert title.source.startswith("# The studio")
    assert setup.source == setup_cell(course()).source and tags(setup) == ["setup"]
    assert call.source == "nst_tf.studio()"
    assert all((NOTEBOOKS / target).exists() for target in re.findall(r"\]\(([^)]+)\)", more.source))


def test_it_is_executed_and_stores_a_sentence_in_place_of_widgets():
    """A page that is stored has no kernel: a view of widgets would be dead in it."""
    notebook = read(NOTEBOOK)
    assert "widgets" not in notebook.metadata
    setup, call = (cell for cell in notebook.cells if cell.cell_type == "code")
    assert (setup.execution_count, call.execution_count, setup.outputs) == (1, 2, [])
    (output,) = call.outputs
    assert output.data.keys() == {"text/plain"} and output.data["text/plain"].startswith("Run this cell to open")


def test_the_index_names_it():
    assert "](studio.ipynb)" in (NOTEBOOKS / "README.md").read_text(encoding="utf-8")
