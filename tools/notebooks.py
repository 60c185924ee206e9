"""Keep the lessons in order: the cells around them, their outputs, and the learners' copies.

python tools/notebooks.py setup            write the setup, badge, contents and navigation cells of every lesson, and
                                           its minutes and points into the index and the guide
python tools/notebooks.py run [05 06 ...]  execute lessons (all, or those named; `studio`, too), store their outputs
python tools/notebooks.py exercises        generate notebooks/exercises/ and nst_tf/course/solutions.py from the lessons
"""

import argparse
import os
import sys
import time

import nbformat
from copies import make_exercises
from frame import NOTATION, OWNED, badge_cells, contents_cell, course, navigation_cell, setup_cell
from nbclient import NotebookClient
from notebook_files import MAX_BYTES, NOTEBOOKS, lessons, read, tags, write
from pages import update

from nst_tf.course.waiting import HIDDEN


def set_up():
    """Write the setup, badge, contents and navigation cells of every lesson; outputs stay as they are."""
    paths = lessons()
    for position, path in enumerate(paths):
        notebook = read(path)
        old_setup = next((c for c in notebook.cells if "setup" in tags(c)), None)
        cells = [c for c in notebook.cells if not OWNED & set(tags(c))]
        setup = setup_cell(course())
        if old_setup is not None:  # where nst_tf is there, any does the same
            setup.execution_count = old_setup.execution_count
        yours = f"[your own copy](exercises/{path.name})"
        badge = badge_cells(course(), path, yours)
        lead = f"**Do it yourself** in {yours} of this lesson, with the solutions left out. {NOTATION}"
        contents = contents_cell(cells, lead)
        others = "[All lessons](README.md)", f"Exercises: {yours}"
        navigation = navigation_cell(course(), path.parent, paths, position, *others)
        notebook.cells = [cells[0], *badge, contents, setup, *cells[1:], navigation]
        write(notebook, path)


def run(path):
    """Execute a lesson and store its outputs; refuse log noise, errors and oversize."""
    notebook = read(path)
    os.environ[HIDDEN] = "1"  # a stored page is read when the loops are done
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
    """Drop what makes viewers suffer: a widget's view without its state is only an error message; its text stays."""
    if output.output_type == "stream" and output.name == "stderr":
        raise SystemExit(f"a cell writes to stderr:\n{cell.source}\n---\n{output.text}")
    if "application/vnd.jupyter.widget-view+json" in output.get("data", {}):
        output.data = {"text/plain": output.data["text/plain"]}
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("setup", "run", "exercises"))
    parser.add_argument("lessons", nargs="*", help="numbers, such as 05 06, or studio; default: all")
    options = parser.parse_args()
    if options.task == "setup":
        set_up()
        update()
    elif options.task == "exercises":
        make_exercises()
    else:
        there = {path.name[:2]: path for path in lessons()} | {"studio": NOTEBOOKS / "studio.ipynb"}
        chosen = [path for name, path in there.items() if not options.lessons or name in options.lessons]
        if not chosen:
            sys.exit(f"no lesson is called {' '.join(options.lessons)}: give numbers such as 05")
        for path in chosen:
            run(path)


if __name__ == "__main__":
    main()
