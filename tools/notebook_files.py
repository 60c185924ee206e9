"""The notebooks as files: where they are, and how they are read and written, the same way every time."""

from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
EXERCISES = NOTEBOOKS / "exercises"
MAX_BYTES = 1_000_000
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
COLLAPSED = {"setup", "workbook"}  # cells with these tags need not be read: viewers fold their code away


def lessons():
    return sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def read(path):
    return nbformat.read(path, as_version=4)


def tags(cell):
    return cell.metadata.get("tags", [])


def tagged(cell, tag):
    cell.metadata["tags"] = [tag]
    return cell


def title(notebook):
    return notebook.cells[0].source.splitlines()[0].lstrip("# ").strip()


def metadata_of(cell):
    """Return all the metadata that a cell keeps: its tags, and what follows from them."""
    metadata = {"jupyter": {"source_hidden": True}} if COLLAPSED & set(tags(cell)) else {}
    return nbformat.from_dict(metadata | ({"tags": tags(cell)} if tags(cell) else {}))


def write(notebook, path):
    """Write a notebook with fixed metadata and numbered cell ids."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:03d}"
        cell.metadata = metadata_of(cell)
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook).rstrip("\n") + "\n", encoding="utf-8")
