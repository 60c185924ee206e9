import pytest

from nst_tf.course import progress
from nst_tf.course.waiting import HIDDEN


def test_the_steps_are_those_given(monkeypatch):
    for hidden in ("", "1"):
        monkeypatch.setenv(HIDDEN, hidden)
        assert list(progress([3, 1, 2])) == [3, 1, 2]
        assert list(progress({"a": 1}.items())) == [("a", 1)]


@pytest.mark.parametrize("hidden", [True, False])
def test_a_bar_is_shown_where_somebody_waits_and_is_gone_in_the_end(hidden, monkeypatch, capfd):
    monkeypatch.setenv(HIDDEN, "1" if hidden else "")
    seen = []
    for _ in progress(range(4)):
        seen.append(capfd.readouterr().err)
    assert ("0/4" in "".join(seen)) is not hidden
    assert capfd.readouterr().err.strip() == ""
