"""How far, how long, how often: with records and clocks made up."""

from types import SimpleNamespace

import pytest

from nst_tf.course.studio.progress import Pace, progress_of
from nst_tf.multiscale import Stage
from nst_tf.training import Record


def transfer(*evaluations, stage=0, steps=0):
    """Return what `progress_of` looks at: two sizes, 100 and 50 steps; `evaluations` are (seconds, scale)."""
    history, seconds = [], 0.0
    for number, (duration, scale) in enumerate(evaluations, 1):
        seconds += duration
        history.append(Record(number, 1.0, {}, seconds, scale))
    return SimpleNamespace(
        stages=[Stage(2, 100), Stage(1, 50)], content=SimpleNamespace(shape=(1, 300, 400, 3)), history=history,
        state=SimpleNamespace(stage=stage, steps=steps),
    )  # fmt: skip


def test_the_work_counts_not_the_evaluations():
    """100 at half the size are worth 25; 50 at full size follow."""
    at = progress_of(transfer(*[(0.1, 2)] * 40, steps=40))
    assert (at.evaluations, at.planned, at.size) == (40, 150, (150, 200))
    assert at.share == pytest.approx(10 / 75)
    assert at.seconds_left == pytest.approx(60 * 0.1 + 50 * 0.4)


def test_the_first_evaluation_of_a_size_is_not_counted_on():
    """It prepares, and takes much longer."""
    at = progress_of(transfer(*[(0.1, 2)] * 100, (5.0, 1), (0.3, 1), (0.3, 1), stage=1, steps=3))
    assert at.seconds_left == pytest.approx(47 * 0.3)
    assert at.size == (300, 400)


def test_no_time_is_told_before_it_can_be_known():
    assert progress_of(transfer()).seconds_left is None
    assert progress_of(transfer((5.0, 2), steps=1)).seconds_left is None


def test_in_the_end_nothing_is_left():
    at = progress_of(transfer(*[(0.1, 2)] * 100, *[(0.4, 1)] * 50, stage=1, steps=50))
    assert at.share == 1 and at.seconds_left == 0


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.mark.parametrize(("drawing", "pause"), [(0.001, 0.25), (0.02, 2.0)])
def test_drawing_takes_its_share_and_no_more(drawing, pause):
    clock = Clock()
    pace = Pace(share=0.01, interval=0.25, clock=clock)
    assert pace.is_due()
    with pace.drawing():
        clock.now += drawing
    clock.now = 100 + pause - 0.01
    assert not pace.is_due()
    clock.now = 100 + pause + 0.01
    assert pace.is_due()
