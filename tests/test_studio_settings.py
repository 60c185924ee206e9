"""What can be set, and what it comes to."""

import dataclasses

import pytest

import nst_tf
from nst_tf.course.studio.settings import VALUES, Settings

SHAPE = (1, 300, 400, 3)


def test_left_alone_they_are_those_of_the_command():
    assert Settings().config(SHAPE) == nst_tf.Config().for_picture(SHAPE)


def test_weights_are_multiples_of_the_usual_ones():
    usual, config = nst_tf.Config().for_picture(SHAPE), Settings(photo=0.5, style=4.0).config(SHAPE)
    assert (config.alpha, config.beta) == (0.5 * usual.alpha, 4 * usual.beta)


def test_the_others_are_passed_on():
    config = Settings(steps=7, start="noise", colors="content-matched").config(SHAPE)
    assert (config.steps, config.start, config.colors) == (7, "noise", "content-matched")


def test_strokes_are_the_paintings_size():
    settings = Settings(size=400, strokes=2.0)
    assert settings.config(SHAPE).style_scale == 2 and settings.style_size == 800
    assert Settings().config(SHAPE).style_scale is None and Settings(size=400).style_size == 400


def test_every_value_has_a_name_of_its_own():
    names = [name for values in VALUES.values() for name in values]
    assert len(names) == len(set(names))
    for name, values in VALUES.items():
        assert getattr(Settings(), name) in values.values()
        assert all(Settings(**{name: value}).config(SHAPE) for value in values.values())


def test_both_weights_0():
    with pytest.raises(nst_tf.InputError, match="alpha and beta are both 0"):
        Settings(photo=0, style=0).config(SHAPE)


def test_they_cannot_be_changed_under_a_painting():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().size = 64
