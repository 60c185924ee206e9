"""How far a cell is, while it runs."""

import os
from collections.abc import Iterable

from tqdm.auto import tqdm

HIDDEN = "NST_TF_NO_PROGRESS"  # environment variable: set where outputs are stored or compared


def progress(steps: Iterable) -> tqdm:
    """Return the steps of a loop with a bar that shows how many are done; once all are, it is gone."""
    return tqdm(steps, leave=False, disable=bool(os.environ.get(HIDDEN)))
