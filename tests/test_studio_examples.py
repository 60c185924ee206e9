"""The small paintings beside the studio's settings: that they are all there, and what `tools/gallery.py` makes."""

from dataclasses import replace

import gallery
import numpy as np
import pytest
from PIL import Image

from nst_tf.course.studio import examples
from nst_tf.course.studio.settings import VALUES, Settings

SHOWN = [(name, value) for name, values in examples.SHOWN.items() for value in values]


def stored(name, value):
    with Image.open(gallery.EXAMPLES / examples.file_of(name, value)) as picture:
        return np.asarray(picture.convert("RGB"), np.float32) / 255


def test_each_belongs_to_a_value_that_can_be_set():
    assert examples.SHOWN.keys() == VALUES.keys()
    for name, value in SHOWN:
        assert value in VALUES[name].values()
        both = examples.settings_of(name, value), Settings(**{name: value})
        painted, meant = (settings.config((1, 171, 256, 3)) for settings in both)
        ratios = [each.beta / each.alpha for each in (painted, meant)]
        assert ratios[0] == pytest.approx(ratios[1])
        assert replace(painted, alpha=1, beta=1) == replace(meant, alpha=1, beta=1)


def test_only_the_ratio_of_the_weights_counts():
    """So the photo's weights need no pictures of their own."""
    twice, half = (gallery.example(replace(Settings(size=48, steps=4), **{name: value}))
                   for name, value in (("photo", 2.0), ("style", 0.5)))  # fmt: skip
    np.testing.assert_allclose(twice, half, atol=1e-3)
    assert examples.file_of("photo", 2.0) == examples.file_of("style", 0.5)


def test_none_is_missing_none_left_over_and_all_are_small():
    sizes = {path.name: path.stat().st_size for path in gallery.EXAMPLES.iterdir()}
    assert sizes.keys() == {examples.file_of(*each) for each in SHOWN}
    assert sum(sizes.values()) < 120_000
    assert {max(stored(*each).shape) for each in SHOWN} == {gallery.THUMBNAIL}
    assert examples.uri_of("steps", 10).startswith("data:image/webp;base64,")


def test_each_shows_something_of_its_own_and_is_described():
    usual = stored("style", 1.0)
    for name, value in SHOWN:
        is_usual = getattr(Settings(), name) == value
        difference = np.abs(stored(name, value) - usual).mean()
        assert (difference == 0) if is_usual else (difference > 0.015), (name, value)
        assert (examples.alt_of(name, value) == examples.alt_of("style", 1.0)) == is_usual


@pytest.mark.parametrize(("name", "value"), [("steps", 10)])
def test_it_is_what_the_tool_paints(name, value):
    """The shortest one: rounding differs from processor to processor, and more so after many steps."""
    painted = gallery.example(examples.settings_of(name, value))[0]
    assert np.abs(painted - stored(name, value)).mean() < 0.04
    others = [np.abs(painted - stored(*each)).mean() for each in SHOWN if each != (name, value)]
    assert min(others) > 0.1
