"""How far a painting is, how long it will take, and how often it may be shown without slowing it down."""

import contextlib
import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ...transfer import Transfer

RECENT = 7  # evaluations that the time left is estimated from


class Progress(NamedTuple):
    """How far a painting is.

    Attributes:
        evaluations: of the network so far.
        planned: so many at most.
        share: of the work that is done, 0 to 1; at half the size, an evaluation is a quarter of the work.
        seconds_left: by what the last evaluations took; None before there were two at one size.
        size: (n_H, n_W) that it is painted at now.
    """

    evaluations: int
    planned: int
    share: float
    seconds_left: float | None
    size: tuple[int, int]


def progress_of(transfer: "Transfer") -> Progress:
    """Return how far the `Transfer` is; another thread may be at work on it."""
    stages, state = transfer.stages, transfer.state
    stage, steps = state.stage, state.steps
    left = [s.steps - steps if k == stage else s.steps * (k > stage) for k, s in enumerate(stages)]
    work = sum(s.steps / s.scale**2 for s in stages)
    work_left = sum(n / s.scale**2 for n, s in zip(left, stages, strict=True))
    unit = _seconds_of_one(transfer.history[-200:])
    return Progress(
        len(transfer.history), sum(s.steps for s in stages), 1 - work_left / work,
        None if unit is None else unit * work_left, stages[stage].size(transfer.content.shape),
    )  # fmt: skip


def _seconds_of_one(history):
    """Return the seconds of an evaluation at full size, by the last ones; the first at a size prepares, too."""
    pairs = [(a, b) for a, b in itertools.pairwise(history) if a.scale == b.scale]
    here = [(a, b) for a, b in pairs if b.scale == history[-1].scale] or pairs
    return statistics.median((b.seconds - a.seconds) * b.scale**2 for a, b in here[-RECENT:]) if here else None


class Pace:
    """When to draw: a few times a second at most, and so seldom that drawing takes no more than a share of the time.

    Args:
        share: of the time that may go into drawing.
        interval: seconds from one drawing to the next, at least.
        clock: what counts the seconds.
    """

    def __init__(self, share: float = 0.005, interval: float = 0.4, clock: Callable[[], float] = time.perf_counter):
        self._share, self._interval, self._clock, self._next = share, interval, clock, -float("inf")

    def is_due(self) -> bool:
        """Return whether it is time to draw."""
        return self._clock() >= self._next

    @contextlib.contextmanager
    def drawing(self) -> Iterator[None]:
        """Draw in the block: what it takes decides when the next drawing is due."""
        begin = self._clock()
        yield
        self._next = begin + max(self._interval, (self._clock() - begin) / self._share)
