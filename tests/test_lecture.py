"""The lecture's slides as a notebook: the guide's plan, pieces of the lessons, and nothing that exercises ask for."""

import re

import copies
import lecture
import notebook_files as files
import pytest
from nbformat import v4

PLAN = lecture.rows_of_the_plan()
WIDEST, LONGEST = 74, 10  # characters and lines of code that a slide has room for


def parts():
    """Return the slides of each part, the first without the title."""
    numbers = [k for k, slide in enumerate(lecture.slides()) if slide.startswith("# ")]
    bounds = zip(numbers, [*numbers[1:], None], strict=True)
    return ["\n".join(lecture.slides()[start:end]) for start, end in bounds][1:]


@pytest.fixture
def write(monkeypatch, tmp_path):
    """Return a function that puts another text in the lecture's place."""
    path = tmp_path / "lecture.md"
    monkeypatch.setattr(lecture, "LECTURE", path)
    return path.write_text


def test_the_plan_is_the_guides():
    assert [row[0] for row in PLAN] == ["0–15", "15–25", "25–45", "45–70", "70–80", "80–88", "88–90"]


@pytest.mark.parametrize(("part", "row"), list(zip(parts(), PLAN, strict=True)), ids=[row[0] for row in PLAN])
def test_each_part_of_the_guide_is_there(part, row):
    """Its minutes and its question stand on its first slide, and it shows the lesson that the guide names."""
    minutes, what, question = row
    cells = lecture.notebook().cells
    (first,) = [cell for cell in cells if f"\n\nMinutes {minutes}\n\n" in cell.source]
    assert question in first.source and first.metadata["slideshow"]["slide_type"] == "slide"
    assert cells[cells.index(first) + 1].source.startswith(what[0].upper() + what[1:])  # the speaker's note
    shown = {place[2] for place in lecture.PLACE.finditer(part)}
    assert set(re.findall(r"^\d\d", what)) <= shown


def test_every_tag_of_a_cell_is_used():
    text = lecture.LECTURE.read_text(encoding="utf-8")
    used = {(place[2], place[3]) for place in lecture.PLACE.finditer(text)}
    tagged = {(path.name[:2], tag.removeprefix("slide-")) for path, cell in lecture.tagged_cells()
              for tag in files.tags(cell) if tag.startswith("slide-")}  # fmt: skip
    assert used == tagged


def test_learners_copies_have_no_such_tags():
    for path in {path for path, _ in lecture.tagged_cells()}:
        assert not any("slide-" in tag for cell in copies.exercise_of(path).cells for tag in files.tags(cell))


def test_nothing_is_given_away():
    """Exercises are handed out at the end: no slide holds the function that one asks for."""
    asked = {name for path in files.lessons() for name in copies.functions(files.read(path))}
    assert len(asked) > 20
    for cell in lecture.notebook().cells:
        assert not any(f"def {name}(" in cell.source for name in asked)


def test_code_is_short():
    shown = [cell.source for cell in lecture.notebook().cells if cell.cell_type == "code" and cell.source]
    assert shown
    for source in shown:
        lines = source.splitlines()
        assert len(lines) <= LONGEST and max(map(len, lines)) <= WIDEST


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("output: 06 no-such", "0 cells of lesson 06 have the tag slide-no-such"),
        ("output: 06 gram", "slide-gram of lesson 06 has no output"),
        ("table: 06 gram", "slide-gram of lesson 06 has no table"),
        ("formula: 00 film", "slide-film of lesson 00 has no formula"),
        ("colour: 06 gram", "slide-gram of lesson 06 has no colour"),
    ],
)
def test_what_is_not_there_is_named(write, place, said):
    write("# Title\n" + "".join(f"\n# Part {k}\n" for k in range(len(PLAN))) + f"\n## A slide\n\n<!-- {place} -->\n")
    with pytest.raises(SystemExit, match=said):
        lecture.notebook()


def test_parts_that_are_not_the_guides_are_named(write):
    write("# Title\n\n# A part\n")
    with pytest.raises(SystemExit, match=rf"lecture.md has 1 parts, and the plan in TEACHING.md {len(PLAN)}"):
        lecture.notebook()


def test_a_piece_is_what_stands_in_the_lesson():
    assert lecture.piece("formula", "06", "gram").source.startswith("$$G = A A^\\top")
    assert lecture.piece("table", "05", "by-hand").source.count("\n") == 5
    assert len(lecture.piece("list", "06", "by-hand").source.splitlines()) == 3
    picture = lecture.piece("picture", "00", "pictures").source
    assert picture.startswith("![") and picture.endswith("](images/results/pagoda_village_street_auvers.jpg)")


def test_a_film_that_comes_twice_brings_its_script_once():
    one, other = "<script>one()</script>", "<script>other()</script>"
    cells = [v4.new_code_cell(outputs=[v4.new_output("display_data", {"text/html": f"<p>{script}"})])
             for script in (one, other, one)]  # fmt: skip
    shown = [cell.outputs[0].data["text/html"] for cell in lecture.without_repeated_scripts(cells)]
    assert shown == ["<p>", f"<p>{other}", f"<p>{one}"]
