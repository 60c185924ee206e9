"""The learner's copies of the lessons, notebooks/exercises/, and the stand-ins for what is not solved yet.

A copy is the whole lesson without solutions and outputs. Where an exercise is unsolved, the cells below it use a
stand-in: the package's function, or else the lesson's own solution, which nst_tf/course/solutions.py keeps.
"""

import copy
import re

from frame import NOTATION, OWNED, badge_cells, contents_cell, course, navigation_cell, setup_cell
from nbformat import v4
from notebook_files import EXERCISES, ROOT, lessons, read, tagged, tags, title, write

SOLUTIONS = ROOT / "nst_tf" / "course" / "solutions.py"
SOLUTION = re.compile(r"^([ \t]*)# BEGIN SOLUTION\n.*?^[ \t]*# END SOLUTION$", re.MULTILINE | re.DOTALL)
CHECK = re.compile(r"^checks\.(\w+)\(\1\)$")
# What nst_tf has under the same name, called in the same way
IN_PACKAGE = {
    "build_feature_extractor", "compute_content_cost", "compute_layer_style_cost", "compute_style_cost", "deprocess",
    "gram_matrix", "make_train_step", "preprocess", "total_cost", "unroll",
}  # fmt: skip
SOLUTIONS_DOCSTRING = """What stands in for an exercise that is not solved yet, where the package has no such function.

Generated from the lessons' solutions by `python tools/notebooks.py exercises`: change them there. Spoilers below.
"""


def functions(lesson):
    """Return {name: source of the cell with its solution} of the functions that a lesson asks for.

    Raises:
        SystemExit: a solution that is not followed by its check, `checks.name(name)`, in a cell of its own.
    """
    found, waiting = {}, None
    for cell in lesson.cells:
        check = CHECK.match(cell.source)
        if waiting is not None and (check or SOLUTION.search(cell.source)):
            if not check or f"def {check[1]}(" not in waiting:
                raise SystemExit(f"{title(lesson)}: this exercise has no check in a cell of its own:\n{waiting}")
            found[check[1]], waiting = waiting, None
        if SOLUTION.search(cell.source):
            waiting = cell.source
    if waiting is not None:
        raise SystemExit(f"{title(lesson)}: this exercise has no check in a cell of its own:\n{waiting}")
    return found


# --- the copy of a lesson ---


def exercise_of(path):
    """Return the learner's copy of a lesson."""
    lesson, names = read(path), list(functions(read(path)))
    middle = [unsolved(cell) for cell in lesson.cells[1:] if not OWNED & set(tags(cell))]
    heading = v4.new_markdown_cell(relinked(lesson.cells[0].source.replace("\n", ": your copy\n", 1)))
    badge = badge_cells(course(), EXERCISES / path.name, f"[the lesson](../{path.name})")
    workbook = [workbook_cell(names)] if names else []
    foot = [navigation_of(path), *(score_cells() if names else [])]
    contents = contents_cell([*middle, *foot], lead(path, names))
    return v4.new_notebook(cells=[heading, *badge, contents, setup_cell(course()), *workbook, *middle, *foot])


def lead(path, names):
    solved = " An exercise that you have not solved yet is no dead end: the cells below it use the course's function, "
    solved += "and as soon as yours passes its check, yours. The last cell says how many are solved."
    return (
        f"This is your own copy of [the lesson](../{path.name}), without solutions and outputs: run it from the top."
        f"{solved if names else ''} {relinked(NOTATION)}"
    )


def unsolved(cell):
    """Return a cell of a lesson as the learner gets it."""
    cell = copy.deepcopy(cell)
    cell.metadata["tags"] = [tag for tag in tags(cell) if not tag.startswith(("nbval", "slide-"))]
    if cell.cell_type == "markdown":
        cell.source = relinked(cell.source)
        return cell
    cell.outputs, cell.execution_count = [], None
    cell.source = SOLUTION.sub(r"\1# YOUR CODE HERE\n\1raise NotImplementedError", cell.source)
    cell.source = CHECK.sub(lambda check: check_source(check[1]), cell.source)
    return cell


def check_source(name):
    arguments = f"{name}, by=checks.{name}, otherwise={'nst_tf' if name in IN_PACKAGE else 'solutions'}.{name}"
    line = f"{name} = workbook.check({arguments})"
    return line if len(line) <= 100 else f"{name} = workbook.check(\n    {arguments}\n)"


def workbook_cell(names):
    modules = "exercises" if IN_PACKAGE.issuperset(names) else "exercises, solutions"
    listed = "\n".join(f'    "{name}",' for name in names)
    source = f"""# Remembers which of your functions have passed their checks.
from nst_tf.course import {modules}

workbook = exercises.Workbook(
{listed}
)"""
    return tagged(v4.new_code_cell(source), "workbook")


def score_cells():
    return [
        v4.new_markdown_cell("## How far you are\n\nRun this cell whenever you want to know."),
        tagged(v4.new_code_cell("workbook.score()"), "score"),
    ]


def navigation_of(path):
    others = "[All lessons](../README.md)", f"[The lesson, with its solutions](../{path.name})"
    return navigation_cell(course(), EXERCISES, lessons(), lessons().index(path), *others)


def relinked(text):
    """Return a lesson's text with its links as they are one folder deeper; a lesson's link leads to its copy."""
    return re.sub(r"\]\((?!https?:|#|\d\d_\w+\.ipynb)", "](../", text)


# --- the stand-ins ---


def solutions_source():
    """Return the source of nst_tf/course/solutions.py: the functions that the package itself does not have."""
    body = "\n\n\n".join(solution for path in lessons() for solution in solutions_of(path))
    imports = {"np": "import numpy as np", "tf": "import tensorflow as tf", "nst_tf": "\nimport nst_tf"}
    used = [line for name, line in imports.items() if re.search(rf"(?<![.\w]){name}\.", body)]
    return "\n".join([f'"""{SOLUTIONS_DOCSTRING}"""', "", *used, "", "", body, ""])


def solutions_of(path):
    """Yield the sources of the functions that a lesson asks for and the package does not have."""
    marker = re.compile(r"^[ \t]*# (BEGIN|END) SOLUTION\n?", re.MULTILINE)
    for name, source in functions(read(path)).items():
        if name not in IN_PACKAGE:
            yield marker.sub("", source).rstrip()


def make_exercises(folder=EXERCISES, solutions=SOLUTIONS):
    """Generate the copies and the stand-ins, and remove the copies whose lesson is gone."""
    folder.mkdir(exist_ok=True)
    for path in lessons():
        write(exercise_of(path), folder / path.name)
    for path in set(folder.glob("*.ipynb")) - {folder / path.name for path in lessons()}:
        path.unlink()
    solutions.write_text(solutions_source(), encoding="utf-8")
