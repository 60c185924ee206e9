"""What is put into a box of widgets for the keyboard and for screen readers; tests/browser sees what it does there."""

import html
import re
from importlib import resources

import pytest

widgets = pytest.importorskip("ipywidgets")

from nst_tf.course.within_reach import within_reach  # noqa: E402


def test_the_script_comes_first_and_is_called_with_the_box():
    inner = widgets.HTML("a picture")
    box = widgets.VBox([inner])
    within_reach(box, "nst-this")
    place, *others = box.children
    assert others == [inner] and "nst-this" in box._dom_classes and "nst-reach" in place._dom_classes
    called = html.unescape(re.search(r'onanimationstart="([^"]+)"', place.value).group(1))
    script = resources.files("nst_tf.course").joinpath("within_reach.js").read_text(encoding="utf-8")
    assert called == script.strip() + "(this.closest('.nst-this'))"
    animation = re.search(r"animation:([\w-]+) ", place.value).group(1)
    assert f"@keyframes {animation} " in place.value
