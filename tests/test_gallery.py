"""The pictures that are shown without being painted there, and the commands that are said to have painted them."""

import re

import gallery
import pytest
from notebook_files import NOTEBOOKS, ROOT, read
from PIL import Image

from nst_tf.arguments import parse

LESSON = "\n".join(cell.source for cell in read(NOTEBOOKS / "14_bigger_and_better.ipynb").cells)
SHOWN = re.findall(r"!\[[^\]]{20,}\]\((\.\./images/\S+)\)\n\n```\nnst-tf (.+)\n```", LESSON)


def test_the_lesson_shows_each_picture_with_its_command():
    assert [arguments for _, arguments in SHOWN] == list(gallery.COMMANDS)
    for place, arguments in SHOWN:
        assert (NOTEBOOKS / place).resolve() == gallery.GALLERY / parse(arguments.split()).output


@pytest.mark.parametrize("arguments", gallery.COMMANDS)
def test_pictures_are_large_and_none_is_left_over(arguments):
    stored = {path.name: path for path in gallery.GALLERY.iterdir()}
    assert stored.keys() == {parse(each.split()).output for each in gallery.COMMANDS}
    with Image.open(stored[parse(arguments.split()).output]) as picture:
        assert max(picture.size) >= 512


def test_the_readme_shows_each_row_and_its_command():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"!\[[^\]]{20,}\]\(images/results/(\S+)\)", text) == [
        "pagoda_sheet.jpg", "pagoda_film.webp", *(f"{'_'.join(pair)}.jpg" for pair in gallery.PAIRS),
        "control.jpg", "studio.jpg",
    ]  # fmt: skip
    lesson = "\n".join(cell.source for cell in read(NOTEBOOKS / "15_in_the_painters_hand.ipynb").cells)
    for arguments in gallery.CONTROL:
        command = arguments.rpartition(" -o ")[0]
        assert f"-m nst_tf {command}\n" in text
        assert f"\nnst-tf {command}\n" in lesson
    for pair in gallery.PAIRS[1:]:  # the first is the command's default
        assert f"-m nst_tf {' '.join(pair)}\n" in text


def test_the_poster_is_by_its_command():
    shown = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    assert f"nst-tf {gallery.POSTER.rpartition(' -o ')[0]}\n" in shown
    with Image.open(gallery.RESULTS / "poster.jpg") as row:
        assert row.size == (1815, 512)


def test_the_readme_opens_with_what_its_commands_make():
    opening = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## ")[0]
    sheet, film = gallery.OPENING
    assert f"`nst-tf {sheet.partition(' -o ')[0]}`" in opening
    assert f"`nst-tf {film}`" in opening
    assert parse(film.split()).film == "pagoda_film.webp"
    assert parse(sheet.split()[1:]).output == "pagoda_sheet.jpg"
    with Image.open(gallery.RESULTS / "pagoda_film.webp") as moving:
        assert moving.n_frames > 40
    assert (gallery.RESULTS / "pagoda_film.webp").stat().st_size < 1.5e6
