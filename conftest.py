"""Under nbval, the learners' copies and the longest lessons are run with small pictures and few steps.

The other lessons are run as they are; with NST_TF_LONG=1 in the environment, the longest, too.
"""

import os
from pathlib import Path

from small import small_source

from nst_tf.course.waiting import HIDDEN

os.environ[HIDDEN] = "1"  # for the kernels that are begun from here

NOTEBOOKS = Path(__file__).resolve().parent / "notebooks"
LONG = ("09", "10", "11", "12", "14", "15")  # lessons that take more than a minute and a half, each, on two cores


def is_small(path):
    """Whether a notebook is run small."""
    if path.parent == NOTEBOOKS / "exercises":
        return True
    return path.parent == NOTEBOOKS and path.name[:2] in LONG and not os.environ.get("NST_TF_LONG")


def pytest_itemcollected(item):
    """Make a cell small, if its notebook is run so; what is stored is then no longer what comes out."""
    if hasattr(item, "cell") and is_small(item.path):
        item.cell.source = small_source(item.path.stem, item.cell)
        item.options["check"] = False
