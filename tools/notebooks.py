"""Keep the lessons in order: their setup cells, links, outputs, and the exercises made from them.

python tools/notebooks.py setup            write the setup, badge and navigation cells of every lesson
python tools/notebooks.py run [05 06 ...]  execute lessons (all, or those named), store their outputs
python tools/notebooks.py exercises        generate notebooks/exercises/ from the lessons
"""

import argparse
import copy
import re
import sys
import time
import tomllib
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
EXERCISES = NOTEBOOKS / "exercises"
MAX_BYTES = 1_000_000
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SOLUTION = re.compile(r"^([ \t]*)# BEGIN SOLUTION\n.*?^[ \t]*# END SOLUTION$", re.MULTILINE | re.DOTALL)
EXERCISE_TAGS = {"setup", "parameters", "prepare", "exercise"}


def lessons():
    return sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def read(path):
    return nbformat.read(path, as_version=4)


def tags(cell):
    return cell.metadata.get("tags", [])


def write(notebook, path):
    """Write a notebook the same way every time: fixed metadata, numbered cell ids."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:03d}"
        cell.metadata = nbformat.from_dict({"tags": tags(cell)} if tags(cell) else {})
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook).rstrip("\n") + "\n", encoding="utf-8")


def title(notebook):
    return notebook.cells[0].source.splitlines()[0].lstrip("# ").strip()


# --- the cells that this script owns ---


def setup_cell(course):
    if course["repository"]:
        address = f"git+https://github.com/{course['repository']}@{course['branch']}"
        install = f'    %pip install --quiet --no-deps "nst_tf @ {address}"'
    else:
        install = '    raise SystemExit("nst_tf is not installed: run `pip install .` in the folder of the course")'
    source = f"""# Makes sure that nst_tf is there, and starts TensorFlow without its start-up messages.
import importlib.util

if importlib.util.find_spec("nst_tf") is None:
{install}

import nst_tf

nst_tf.start_quietly()"""
    return tagged(nbformat.v4.new_code_cell(source), "setup")


def badge_cell(course, path):
    place = path.relative_to(ROOT).as_posix()
    link = f"https://colab.research.google.com/github/{course['repository']}/blob/{course['branch']}/{place}"
    badge = "https://colab.research.google.com/assets/colab-badge.svg"
    return tagged(nbformat.v4.new_markdown_cell(f"[![Open in Colab]({badge})]({link})"), "badge")


def navigation_cell(paths, position):
    links = ["[All lessons](README.md)"]
    if position > 0:
        before = paths[position - 1]
        links.insert(0, f"Before: [{title(read(before))}]({before.name})")
    if position + 1 < len(paths):
        after = paths[position + 1]
        links.append(f"Next: [{title(read(after))}]({after.name})")
    return tagged(nbformat.v4.new_markdown_cell("---\n" + " · ".join(links)), "navigation")


def tagged(cell, tag):
    cell.metadata["tags"] = [tag]
    return cell


def set_up():
    """Write the setup, badge and navigation cells of every lesson; outputs stay as they are."""
    course = tomllib.loads((ROOT / "tools" / "course.toml").read_text(encoding="utf-8"))
    paths = lessons()
    for position, path in enumerate(paths):
        notebook = read(path)
        old_setup = next((c for c in notebook.cells if "setup" in tags(c)), None)
        cells = [c for c in notebook.cells if not {"setup", "badge", "navigation"} & set(tags(c))]
        setup = setup_cell(course)
        if old_setup is not None and old_setup.source == setup.source:
            setup = old_setup  # with its execution count
        badge = [badge_cell(course, path)] if course["repository"] else []
        navigation = navigation_cell(paths, position)
        notebook.cells = [cells[0], *badge, setup, *cells[1:], navigation]
        write(notebook, path)


# --- running ---


def run(path):
    """Execute a lesson and store its outputs; refuse log noise, errors and oversize."""
    notebook = read(path)
    start = time.perf_counter()
    NotebookClient(
        notebook, timeout=900, kernel_name="python3", store_widget_state=False, record_timing=False,
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    ).execute()  # fmt: skip
    seconds = time.perf_counter() - start
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = join_prints([clean(output, cell) for output in cell.outputs])
    size = len(nbformat.writes(notebook).encode())
    if size >= MAX_BYTES:
        raise SystemExit(f"{path.name} has {size} bytes: make its pictures fewer or smaller")
    write(notebook, path)
    print(f"{path.name}: {seconds:.0f} s, {size / 1000:.0f} kB", flush=True)


def clean(output, cell):
    """Drop what makes viewers suffer: a widget's view without its state is only an error message."""
    if output.output_type == "stream" and output.name == "stderr":
        raise SystemExit(f"a cell writes to stderr:\n{cell.source}\n---\n{output.text}")
    if "application/vnd.jupyter.widget-view+json" in output.get("data", {}):
        output.data = {"text/plain": "(interactive: run this cell to move the slider)"}
    return output


def join_prints(outputs):
    """Make one output of prints that follow each other: how they arrive in pieces is chance."""
    joined = []
    for output in outputs:
        if joined and output.output_type == joined[-1].output_type == "stream":
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


# --- exercises ---


def exercise_of(path):
    """Return the learner's copy of a lesson, or None where it has no exercise."""
    lesson = read(path)
    cells = [copy.deepcopy(cell) for cell in lesson.cells if EXERCISE_TAGS & set(tags(cell))]
    if not any("exercise" in tags(cell) for cell in cells):
        return None
    heading = f"# Exercises to {title(lesson)}\n\nRead [the lesson](../{path.name}) first; it holds the solutions, too."
    for cell in cells:
        if cell.cell_type == "code":
            cell.source = SOLUTION.sub(r"\1# YOUR CODE HERE\n\1raise NotImplementedError", cell.source)
            cell.outputs, cell.execution_count = [], None
            cell.metadata["tags"] = [tag for tag in tags(cell) if not tag.startswith("nbval")]
        else:
            cell.source = cell.source.replace("](../", "](../../")
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(heading), *cells])


def make_exercises(folder=EXERCISES):
    """Generate the learners' notebooks, and remove those whose lesson is gone."""
    folder.mkdir(exist_ok=True)
    made = set()
    for path in lessons():
        exercise = exercise_of(path)
        if exercise is not None:
            write(exercise, folder / path.name)
            made.add(path.name)
    for path in folder.glob("*.ipynb"):
        if path.name not in made:
            path.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("setup", "run", "exercises"))
    parser.add_argument("lessons", nargs="*", help="numbers, such as 05 06; default: all")
    options = parser.parse_args()
    if options.task == "setup":
        set_up()
    elif options.task == "exercises":
        make_exercises()
    else:
        chosen = [p for p in lessons() if not options.lessons or p.name[:2] in options.lessons]
        if not chosen:
            sys.exit(f"no lesson is called {' '.join(options.lessons)}: give numbers such as 05")
        for path in chosen:
            run(path)


if __name__ == "__main__":
    main()
