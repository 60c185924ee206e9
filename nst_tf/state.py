"""What changes while a picture is painted, in one place, and what comes of it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from .backbone import Network
from .search import Search
from .training import Record


@dataclass(frozen=True)
class Result:
    """What a style transfer made.

    Attributes:
        image: the picture with the lowest J, (1, n_H, n_W, 3) float32 in [0, 1].
        best: its `Record`; None where not even the start was evaluated.
        improved: whether any step, at any size, was better than the one it started from.
        precision: what the network computed in at the end, "float32" or "bfloat16".
        history: a tuple with the `Record` of every evaluation, at every size of the picture, coarse to fine.
    """

    image: np.ndarray
    best: Record | None
    improved: bool
    precision: str
    history: tuple[Record, ...]


@dataclass
class State:
    """All that changes while a picture is painted: with the pictures and settings, what it takes to go on.

    Attributes:
        network: what computes; its precision may rise on the way.
        picture: the best at the finest size reached, (1, n_H, n_W, 3).
        best: its `Record`; None before the first evaluation.
        is_outdated: whether J of `best` is that of another size or precision: the next evaluation then replaces it.
        search: the optimizer at that size; None before its first evaluation.
        stage: the number of that size, from 0.
        steps: evaluations at that size so far.
        seconds: of training so far.
        improved: as in `Result`.
        history: the `Record` of every evaluation so far.
    """

    network: Network
    picture: ArrayLike
    best: Record | None = None
    is_outdated: bool = True
    search: Search | None = None
    stage: int = 0
    steps: int = 0
    seconds: float = 0.0
    improved: bool = False
    history: list[Record] = field(default_factory=list)
