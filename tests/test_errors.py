import pytest

from nst_tf import errors


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (errors.InputError, ValueError),
        (errors.MissingFileError, FileNotFoundError),
        (errors.FileAccessError, OSError),
        (errors.WeightsError, ValueError),
        (errors.DivergedError, ArithmeticError),
        (errors.OutOfMemoryError, MemoryError),
        (errors.UnfinishedError, Exception),
        (errors.StartError, ImportError),
    ],
)
def test_each_error_is_an_nst_error_and_the_builtin_a_caller_expects(error, builtin):
    assert issubclass(error, errors.NstError)
    assert issubclass(error, builtin)
    assert str(error("one sentence")) == "one sentence"


def test_unknown_name_gives_the_closest_first_and_then_the_whole_list():
    error = errors.unknown_name("fruit", "aple", ("cherry", "apple", "fig"))
    assert isinstance(error, errors.InputError)
    assert str(error) == "unknown fruit 'aple': did you mean apple? choose from cherry, apple, fig"


def test_unknown_name_without_a_close_one_gives_the_list():
    assert str(errors.unknown_name("fruit", 7, ("pear", "plum"))) == "unknown fruit '7': choose from pear, plum"


def test_unknown_name_stays_on_one_line():
    assert "\n" not in str(errors.unknown_name("fruit", "a\nb", ("pear",)))


def test_a_name_that_is_hardly_alike_is_not_suggested():
    """`difflib`'s cutoff of 0.5 separates slips from other words."""
    assert "did you mean block4_conv" in str(errors.unknown_name("layer", "blok4", ("block4_conv1", "input")))
    assert "did you mean" not in str(errors.unknown_name("start", "photo", ("content", "noise", "style")))
    assert "did you mean" not in str(errors.unknown_name("optimizer", "newton", ("lbfgs", "adam", "gradient_descent")))


def test_what_was_made_so_far_is_there_or_none():
    for kind in (errors.DivergedError, errors.OutOfMemoryError, errors.UnfinishedError):
        assert kind("x").result is None


def test_a_name_from_elsewhere_is_known():
    error = errors.unknown_name("setting", "style_weight", ("weights", "beta"), {"style_weight": "beta"})
    assert str(error) == "unknown setting 'style_weight': did you mean beta? choose from weights, beta"
