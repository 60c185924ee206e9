"""What the command says to slips and to names from elsewhere; test_cli.py has the rest."""

import shlex

import pytest

from nst_tf import InputError
from nst_tf.arguments import _OTHER_NAMES, parse, settings_as_typed
from nst_tf.options import parser

DASHED = {
    "-dash.jpg great_wave": "-dash.jpg begins with a dash, as options do: write ./-dash.jpg",
    "cat great_wave -o -new.png": "-new.png begins with a dash, as options do: write ./-new.png",
    "cat great_wave --initial-image -new.PNG": "-new.PNG begins with a dash",
    "-old.jpg great_wave": "-old.jpg begins with a dash",  # there is a file called so
}
UNKNOWN = {
    "--siz 64": "unknown option --siz: did you mean --size? (nst-tf --help lists the options)",
    "--siz=64": "unknown option --siz: did you mean --size?",
    "--stepz 3": "unknown option --stepz: did you mean --steps",
    "--optimiser adam": "unknown option --optimiser: did you mean --optimizer",
    "--no-normalize-activations": "unknown option --no-normalize-activations: did you mean --no-normalise-activations",
    "--style-weight 3": "unknown option --style-weight: did you mean --beta?",
    "--content_weight=3": "unknown option --content_weight: did you mean --alpha?",
    "--iterations 3": "unknown option --iterations: did you mean --steps?",
    "--lr 3": "unknown option --lr: did you mean --learning-rate?",
    "--image-size 3": "unknown option --image-size: did you mean --size?",
    "--yes": "unknown option --yes: did you mean --overwrite?",
    "--zzz": "unknown option --zzz (nst-tf --help lists the options)",
    "-z": "unknown option -z (nst-tf --help lists the options)",
}


@pytest.mark.parametrize("arguments", DASHED)
def test_a_file_that_begins_with_a_dash_gets_the_way_out(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-old.jpg").touch()
    with pytest.raises(InputError) as error:
        parse(arguments.split())
    assert str(error.value).startswith(DASHED[arguments])


def test_what_is_an_option_is_taken_for_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = parse(["-oout.png", "-q", "--alpha", "-0.0", "--", "-dash.jpg", "great_wave"])
    assert (options.output, options.quiet, options.content) == ("out.png", True, "./-dash.jpg")
    options = parse(["cat", "--", "-dash.jpg", "--", "-q"])
    assert (options.content, [style.picture for style in options.style]) == ("cat", ["./-dash.jpg", "./--", "./-q"])


@pytest.mark.parametrize("arguments", UNKNOWN)
def test_a_slip_gets_the_closest_name_and_nothing_is_guessed(arguments):
    with pytest.raises(InputError) as error:
        parse(["cat", "great_wave", *arguments.split()])
    assert str(error.value).startswith(UNKNOWN[arguments])


@pytest.mark.parametrize("typed", [
    "", "--preset gatys2016 --steps 5", "--beta 300.0 --colors content-luminance --no-normalise-activations",
    "--optimizer adam --optimizer-options beta_1=0.99,epsilon=0.1", "--weights 'my weights.h5'",
    "--style-layers block1_conv1=0.5,block2_conv1=1.0",
])  # fmt: skip
def test_settings_are_typed_as_they_were(typed):
    assert settings_as_typed(parse(shlex.split(typed))) == typed


def test_a_name_too_long_for_a_file_is_no_crash():
    with pytest.raises(InputError, match="unknown option -zzz"):
        parse(["-" + 5000 * "z"])


def test_what_others_call_an_option_is_the_name_of_one():
    known = {option[2:] for option in parser()._option_string_actions if option.startswith("--")}
    assert set(_OTHER_NAMES.values()) <= known
    assert not set(_OTHER_NAMES) & known
