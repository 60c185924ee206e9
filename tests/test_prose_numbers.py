"""The script that holds the lessons' prose against their outputs, and what it says of the lessons."""

import prose_numbers
import pytest
from nbformat import v4
from notebook_files import lessons


def lesson(prose, code="", printed=""):
    cells = [v4.new_code_cell(code), v4.new_markdown_cell(prose)]
    cells[0].outputs = [v4.new_output("stream", name="stdout", text=printed)] if printed else []
    return v4.new_notebook(cells=cells)


def left(prose, code="", printed=""):
    return [number.text for number in prose_numbers.unmatched(lesson(prose, code, printed))]


@pytest.mark.parametrize("path", lessons(), ids=lambda path: path.name)
def test_every_number_in_the_prose_is_borne_out(path):
    numbers, unused = prose_numbers.left_over(path)
    assert not numbers, "\n".join(f"cell {number.cell}: {number.text} in {number.context!r}" for number in numbers)
    assert not unused, "entries of tools/prose_numbers.toml that are not in the prose, or not right"


@pytest.mark.parametrize("path", lessons(), ids=lambda path: path.name)
def test_what_is_listed_says_why(path):
    for entry in prose_numbers.listed(path.stem):
        assert entry.keys() in ({"number", "near", "computed"}, {"number", "near", "known"}), entry
        assert entry["number"] in entry["near"] and len(entry.get("known", entry["near"])) > 10, entry


def test_a_number_that_nothing_bears_out_is_found():
    assert left("J fell to 31.4.", printed="J = 31.5") == ["31.4"]
    assert left("J fell to 31.5.", printed="J = 31.5") == []
    assert left("About 32 are left.", code="steps = 33") == ["32"]


def test_a_number_is_rounded_at_its_own_precision():
    assert left("from 0.31 to 31, of 1,700 or 2 million", printed="0.3149 31.4 1684 1.9e6") == []
    assert left("0.32 and 1,710 and 1000", printed="0.3149 1684 1100") == ["0.32", "1,710", "1000"]


def test_shares_and_ratios_of_what_was_printed():
    printed = "a 0.25, b 0.05"
    assert left("It is 5 times as much, 25 % in all, and 80 % less.", printed=printed) == []
    assert left("It is 7 times as much, 35 % in all: 5 seconds.", printed=printed) == ["7", "35", "5"]


def test_a_figures_description_bears_nothing_out():
    figure = v4.new_output("display_data", data={"text/html": "<img alt='17 rows'>", "text/plain": "17 rows"})
    notebook = lesson("There are 17 rows.", code="show()")
    notebook.cells[0].outputs = [figure]
    assert [number.text for number in prose_numbers.unmatched(notebook)] == ["17"]


NO_CLAIMS = (
    "# 77 things",
    "$x = 77$ and $$ 77 $$",
    "`77`, ```\n77\n```",
    "[Olah 77](https://x.y/77)",
    "in 1977",
    "Python 77.1, 77.2 or 78.3 and TensorFlow 77.20",
    "see lesson 77, and block 77",
    "blocks 77 and 78",
    "**Time:** 77 minutes\nto read",
    "*77 minutes, 78 points.*",
    "VGG-77, block77_conv77, float77",
    "77. an item",
    "<span width=77>",
    "text\n\n## Credits\n\nThe Harvesters, 1577",
    "### Exercise 13.7: x\n\n13.7 is above",
)


@pytest.mark.parametrize("prose", NO_CLAIMS)
def test_what_claims_nothing_is_left_out(prose):
    assert left(prose) == []


def test_units_may_stand_at_a_number():
    assert left("77px and 78 kB") == ["77", "78"]


def test_a_listed_number_is_accepted_where_it_stands_and_where_it_is_right():
    (number,) = prose_numbers.unmatched(lesson("a factor of about 0.92 a step"))
    accepts = prose_numbers.accepts
    entry = {"number": "0.92", "near": "factor of about 0.92", "computed": "(25 - 1) / (25 + 1)"}
    assert accepts(entry, number)
    assert not accepts(entry | {"computed": "24 / 25"}, number)
    assert not accepts(entry | {"near": "0.92 in all"}, number)
    assert not accepts(entry | {"number": "0.9"}, number)
    assert accepts({"number": "0.92", "near": "0.92", "known": "from the paper"}, number)


def test_only_arithmetic_is_computed():
    assert prose_numbers.value_of("-2 ** 2 + sqrt(16) * 3 / 2") == 2
    for code in ("__import__('os')", "x", "'a' * 3", "sqrt"):
        with pytest.raises(ValueError, match="not arithmetic"):
            prose_numbers.value_of(code)
