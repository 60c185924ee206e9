"""What lets a learner's notebook run from top to bottom, solved or not.

An unsolved exercise is no dead end: until the learner's function passes its check, the cells below use a stand-in.
"""

import nst_tf

from ..errors import InputError


class Workbook:
    """The exercises of one notebook, and which of them are solved.

        workbook = Workbook("unroll", "gram_matrix")
        gram_matrix = workbook.check(gram_matrix, by=checks.gram_matrix, otherwise=nst_tf.gram_matrix)
        workbook.score()

    Args:
        names: the functions that the notebook asks for, in its order.
    """

    def __init__(self, *names):
        self._solved = dict.fromkeys(names, False)

    def check(self, function, *, by, otherwise):
        """Print the verdict on a learner's function; return the function if it is right, else the stand-in.

        Args:
            function: the learner's.
            by: its check, such as `checks.gram_matrix`.
            otherwise: the stand-in, whose name is that of the exercise.

        Raises:
            InputError: this notebook has no exercise of the stand-in's name.
        """
        name = otherwise.__name__
        if name not in self._solved:
            listed = ", ".join(self._solved) or "none"
            raise InputError(f"this notebook has no exercise called {name!r}: its exercises are: {listed}")
        self._solved[name] = False  # whatever happens in the check
        if function is otherwise:  # this cell ran a second time, and the learner's own did not
            print(f"… {name}: not yet. Run the cell with your function, then this one again.")
        else:
            verdict = by(function)
            self._solved[name] = bool(verdict)
            print(verdict)
        print(f"  The cells below use {'yours' if self._solved[name] else _origin(otherwise)}.")
        return function if self._solved[name] else otherwise

    def score(self):
        """Print which exercises are solved, and how many: "2 of 4 solved"."""
        for name, solved in self._solved.items():
            print("✔" if solved else "…", name)
        print(f"{sum(self._solved.values())} of {len(self._solved)} solved")


def _origin(stand_in):
    name = stand_in.__name__
    return f"nst_tf.{name}" if getattr(nst_tf, name, None) is stand_in else f"the course's own {name}"
