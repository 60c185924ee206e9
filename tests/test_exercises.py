"""A learner's notebook has no dead end: what is unsolved has a stand-in, and what is solved is used."""

import copies
import nbformat
import notebook_files as files
import pytest
from nbclient import NotebookClient
from small import small_source

import nst_tf
from nst_tf.course import checks, solutions
from nst_tf.course.exercises import Workbook

FUNCTIONS = {name: path for path in files.lessons() for name in copies.functions(files.read(path))}


def double(x):
    """Return what the course's own function returns."""
    return 2 * x


def is_double(function):
    return function(3) == 6


def unsolved(x):
    raise NotImplementedError


def settle(workbook, function):
    return workbook.check(function, by=is_double, otherwise=double)


def test_until_the_function_is_right_the_cells_below_use_the_courses(capsys):
    assert settle(Workbook("double"), lambda x: x + 2) is double
    assert capsys.readouterr().out == "False\n  The cells below use the course's own double.\n"


def test_what_the_package_has_is_called_by_its_name(capsys):
    workbook = Workbook("gram_matrix")
    found = workbook.check(unsolved, by=checks.gram_matrix, otherwise=nst_tf.gram_matrix)
    assert found is nst_tf.gram_matrix
    verdict, origin = capsys.readouterr().out.splitlines()
    assert verdict.startswith("… gram_matrix: not yet")
    assert origin == "  The cells below use nst_tf.gram_matrix."


def test_once_it_is_right_the_learners_is_used(capsys):
    def twice(x):
        return x + x

    assert settle(Workbook("double"), twice) is twice
    assert capsys.readouterr().out == "True\n  The cells below use yours.\n"


def test_the_stand_in_does_not_solve_the_exercise(capsys):
    """Its check cell run twice: by then, the learner's name is the stand-in's."""
    workbook = Workbook("double")
    found = settle(workbook, settle(workbook, lambda x: x))
    assert found is double
    assert "not yet. Run the cell with your function" in capsys.readouterr().out
    workbook.score()
    assert capsys.readouterr().out == "… double\n0 of 1 solved\n"


def test_the_score_follows_the_last_check(capsys):
    workbook = Workbook("double", "halve")
    settle(workbook, lambda x: 2 * x)
    capsys.readouterr()
    workbook.score()
    assert capsys.readouterr().out == "✔ double\n… halve\n1 of 2 solved\n"
    settle(workbook, lambda x: 3 * x)  # changed, and wrong now
    capsys.readouterr()
    workbook.score()
    assert capsys.readouterr().out.endswith("0 of 2 solved\n")


def test_a_check_that_is_interrupted_leaves_the_exercise_unsolved(capsys):
    def interrupt(function):
        raise KeyboardInterrupt

    workbook = Workbook("double")
    settle(workbook, lambda x: 2 * x)
    with pytest.raises(KeyboardInterrupt):
        workbook.check(lambda x: 2 * x, by=interrupt, otherwise=double)
    workbook.score()
    assert capsys.readouterr().out.endswith("0 of 1 solved\n")


def test_an_exercise_of_another_notebook():
    with pytest.raises(nst_tf.InputError, match="no exercise called 'double': its exercises are: halve"):
        settle(Workbook("halve"), double)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_stand_in_passes_its_check(name):
    """So the cells below an unsolved exercise compute what they would below a solved one."""
    home = nst_tf if name in copies.IN_PACKAGE else solutions
    assert getattr(checks, name)(getattr(home, name))


def run_copy(lesson, replacements):
    """Return what is printed in a learner's copy, run small, with some of its code replaced."""
    (path,) = [path for path in files.lessons() if path.name.startswith(lesson)]
    notebook = copies.exercise_of(path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = small_source(path.stem, cell)
            for old, new in replacements.items():
                cell.source = cell.source.replace(old, new)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return "".join(output.get("text", "") for output in outputs)


def test_a_learner_solves_one_of_two():
    """Theirs is used from then on: it says so each time."""
    body = "return alpha * J_content + beta * J_style"
    signature = "def total_cost(J_content, J_style, alpha=10, beta=40):\n"
    unsolved = f'{signature}    """Return J, the weighted sum of the two costs."""\n    # YOUR CODE HERE\n'
    check = copies.check_source("total_cost")
    printed = run_copy(
        "07",
        {
            f"{unsolved}    raise NotImplementedError": f"{unsolved}    calls.append(1)\n    {body}",
            "nst_tf.start_quietly()": "nst_tf.start_quietly()\ncalls = []",
            check: f"{check}\ncalls.clear()",
            "workbook.score()": "workbook.score()\nprint('used after its check:', bool(calls))",
        },
    )
    assert "✔ total_cost: correct, well done.\n  The cells below use yours." in printed
    assert "… gradient_of: not yet" in printed and "use the course's own gradient_of." in printed
    assert printed.endswith("✔ total_cost\n… gradient_of\n1 of 2 solved\nused after its check: True\n")


def test_a_solution_needs_its_check():
    source = "def halve(x):\n    # BEGIN SOLUTION\n    return x / 2\n    # END SOLUTION"
    cells = [nbformat.v4.new_markdown_cell("# 99 A lesson"), nbformat.v4.new_code_cell(source)]
    for check in ("", "checks.double(double)"):
        lesson = nbformat.v4.new_notebook(cells=[*cells, nbformat.v4.new_code_cell(check)])
        with pytest.raises(SystemExit, match="99 A lesson: this exercise has no check"):
            copies.functions(lesson)
