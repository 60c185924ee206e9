"""An image to a picture file."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from odd_pictures import LEVEL, names, one_line
from PIL import Image

import nst_tf
from nst_tf import FileAccessError, InputError, MissingFileError, OutOfMemoryError
from nst_tf.pictures.saving import check_output


@pytest.fixture
def picture():
    return np.random.default_rng(0).random((1, 32, 40, 3), np.float32)


def test_a_saved_picture_loads_as_it_was_to_the_nearest_level(tmp_path, picture):
    nst_tf.save_image(picture, tmp_path / "a.png")
    assert names(tmp_path) == ["a.png"]
    loaded = nst_tf.load_image(tmp_path / "a.png")
    np.testing.assert_allclose(loaded, picture, atol=LEVEL + 1e-6)
    nst_tf.save_image(loaded, str(tmp_path / "b.png"))
    np.testing.assert_array_equal(nst_tf.load_image(tmp_path / "b.png"), loaded)


@pytest.mark.parametrize(
    ("name", "kind", "tolerance"),
    [
        ("a.png", "PNG", LEVEL), ("a.PNG", "PNG", LEVEL), ("a.bmp", "BMP", LEVEL), ("a.tif", "TIFF", LEVEL),
        ("a.tiff", "TIFF", LEVEL), ("a.jpg", "JPEG", 0.1), ("a.jpeg", "JPEG", 0.1), ("a.jfif", "JPEG", 0.1),
        ("a.webp", "WEBP", 0.1),
    ],
)  # fmt: skip
def test_the_ending_chooses_the_type(tmp_path, content, name, kind, tolerance):
    nst_tf.save_image(content, tmp_path / name)
    with Image.open(tmp_path / name) as saved:
        assert (saved.format, saved.mode, saved.size) == (kind, "RGB", (48, 32))
    assert np.abs(nst_tf.load_image(tmp_path / name) - content).mean() < tolerance / 2


def test_an_existing_file_is_kept_unless_it_may_be_overwritten(tmp_path, picture):
    path = tmp_path / "a.png"
    path.write_bytes(b"mine")
    with pytest.raises(FileAccessError, match=r"a.png exists already: give another name, or .*overwrite"):
        nst_tf.save_image(picture, path)
    assert path.read_bytes() == b"mine"
    nst_tf.save_image(picture, path, overwrite=True)
    np.testing.assert_allclose(nst_tf.load_image(path), picture, atol=LEVEL + 1e-6)
    assert names(tmp_path) == ["a.png"]


# ---- what can go wrong

FULL = """
import os, resource, sys, nst_tf
image = nst_tf.load_image(nst_tf.sample_image("cat"), 96)
for name in sys.argv[1:]:
    nst_tf.save_image(image, name)
    whole = open(name, "rb").read()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    for share in range(1, 100):
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) * share // 100, resource.RLIM_INFINITY))
        try:
            nst_tf.save_image(image[:, ::-1], name, overwrite=True)
            print("saved", name, share)
        except nst_tf.FileAccessError as error:
            assert "could not be written (File too large): free some space" in str(error)
        if open(name, "rb").read() != whole:
            print("damaged", name, share)
    resource.setrlimit(resource.RLIMIT_FSIZE, limit)
print(*sorted(os.listdir()))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")
def test_a_disk_that_is_nearly_full_never_costs_a_good_picture(tmp_path):
    """495 saves into 1 to 99 per cent of the space that is needed."""
    pictures = ["a.bmp", "a.jpg", "a.png", "a.tif", "a.webp"]
    run = subprocess.run(
        [sys.executable, "-c", FULL, *pictures], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout == "a.bmp a.jpg a.png a.tif a.webp\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupted_save_leaves_everything_as_it_was(tmp_path, picture, monkeypatch, error):
    (tmp_path / "a.png").write_bytes(b"mine")

    def interrupt(*arguments):
        raise error

    monkeypatch.setattr("nst_tf.pictures.writing.os.fsync", interrupt)
    with pytest.raises(error):
        nst_tf.save_image(picture, tmp_path / "a.png", overwrite=True)
    assert names(tmp_path) == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == b"mine"


def test_the_file_appears_only_when_it_is_whole(tmp_path, picture, monkeypatch):
    seen, fsync = [], nst_tf.pictures.writing.os.fsync

    def look(descriptor):
        fsync(descriptor)
        seen.append((tmp_path / "a.png").exists())

    monkeypatch.setattr("nst_tf.pictures.writing.os.fsync", look)
    nst_tf.save_image(picture, tmp_path / "a.png")
    assert seen == [False, True]  # the file, then the folder
    assert (tmp_path / "a.png").exists()


def test_a_type_that_cannot_hold_so_many_pixels_is_an_input_error(tmp_path):
    wide = np.zeros((1, 32, 16384, 3), np.float32)  # WebP ends at 16383
    with pytest.raises(
        InputError, match=r"a.webp cannot hold 16384x32 pixels as WEBP \(.*\): save it as a .png"
    ) as raised:
        nst_tf.save_image(wide, tmp_path / "a.webp")
    one_line(raised)
    assert names(tmp_path) == []


def test_where_memory_ends_that_is_what_is_said(tmp_path, picture, monkeypatch):
    def refuse(*arguments, **keywords):
        raise MemoryError

    monkeypatch.setattr(Image.Image, "save", refuse)
    with pytest.raises(OutOfMemoryError, match=r"not enough memory to save .*a.png: save a smaller picture"):
        nst_tf.save_image(picture, tmp_path / "a.png")
    assert names(tmp_path) == []


def test_a_symbolic_link_stays_one(tmp_path, picture):
    (tmp_path / "real.png").write_bytes(b"old")
    (tmp_path / "link.png").symlink_to("real.png")
    with pytest.raises(FileAccessError, match=r"link.png exists already"):
        nst_tf.save_image(picture, tmp_path / "link.png")
    nst_tf.save_image(picture, tmp_path / "link.png", overwrite=True)
    assert (tmp_path / "link.png").is_symlink()
    np.testing.assert_allclose(nst_tf.load_image(tmp_path / "real.png"), picture, atol=LEVEL + 1e-6)


# ---- where it cannot be saved


@pytest.mark.parametrize(
    ("name", "error", "found"),
    [
        ("", InputError, "the name of a file is empty: give one"),
        ("a.xyz", InputError, "a.xyz has an unknown file type: end its name in one of .*png"),
        ("a", InputError, "unknown file type"),
        (".png", InputError, "unknown file type"),
        ("a.gif", InputError, "unknown file type"),
        ("missing/a.png", MissingFileError, "there is no folder .*missing to save a.png in: make it first"),
        ("file.txt/a.png", MissingFileError, "there is no folder .*file.txt to save a.png in"),
        ("folder.png", FileAccessError, "folder.png is a folder: give the name of a file"),
        ("folder", FileAccessError, "folder is a folder: give the name of a file"),
        ("x" * 300 + ".png", FileAccessError, "cannot be the name of a file .*too long.*: choose another"),
    ],
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_an_output_that_cannot_be_is_refused(tmp_path, picture, name, error, found, overwrite):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.txt").touch()
    before = names(tmp_path)
    with pytest.raises(error, match=found) as raised:
        nst_tf.save_image(picture, tmp_path / name if name else name, overwrite=overwrite)
    one_line(raised)
    assert names(tmp_path) == before


def test_the_longest_name_that_a_file_can_have_will_do(tmp_path, picture):
    path = tmp_path / ("x" * 251 + ".png")
    nst_tf.save_image(picture, path)
    assert path.exists()


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="/sys, where nobody can make files, is Linux's")
def test_a_really_unwritable_folder(picture):
    with pytest.raises(FileAccessError, match="/sys cannot be written to"):
        nst_tf.save_image(picture, "/sys/a.png")


@pytest.mark.parametrize(
    "image", [np.zeros((32, 32, 3)), np.full((1, 32, 32, 3), 2.0), np.full((1, 32, 32, 3), np.nan)]
)
def test_what_is_no_image_is_not_saved(tmp_path, image):
    with pytest.raises(InputError):
        nst_tf.save_image(image, tmp_path / "a.png")
    assert names(tmp_path) == []


def test_it_can_be_asked_before_there_is_a_picture(tmp_path):
    check_output(tmp_path / "a.png")
    assert names(tmp_path) == []
    with pytest.raises(InputError, match="unknown file type"):
        check_output(tmp_path / "a.txt")
