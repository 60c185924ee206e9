"""Names of files, before anything is read or written: the samples, and what no file can be called."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from odd_pictures import one_line

import nst_tf
from nst_tf import FileAccessError, InputError, MissingFileError
from nst_tf.images import check_image
from nst_tf.pictures.files import exists, file_path, readable_file


def test_the_fifteen_samples_are_there_under_their_names():
    assert list(nst_tf.sample_images("content")) == ["astronaut", "cat", "coffee", "flower", "pagoda", "rocket"]
    assert len(nst_tf.sample_images("style")) == 9
    assert nst_tf.sample_images() == nst_tf.sample_images("content") | nst_tf.sample_images("style")
    assert all(nst_tf.sample_image(name) == path for name, path in nst_tf.sample_images().items())
    assert all(path.is_file() for path in nst_tf.sample_images().values())


@pytest.mark.parametrize("name", nst_tf.sample_images())
def test_each_sample_loads(name):
    image = check_image(nst_tf.load_image(nst_tf.sample_image(name), 64))
    assert max(image.shape) == 64
    assert image.std() > 0.05


def test_an_unknown_sample_or_kind_is_named_with_the_closest():
    with pytest.raises(InputError, match="unknown sample picture 'grate_wave': did you mean great_wave"):
        nst_tf.sample_image("grate_wave")
    with pytest.raises(InputError, match="unknown kind of sample picture 'styles': did you mean style"):
        nst_tf.sample_images("styles")


# ---- names


def test_a_name_is_a_path_whether_or_not_there_is_a_file():
    for name in ("a.png", "no/b.jpg", r"C:\photos\c.png", "C:/photos/c.png", "-dash.jpg", "a:b.png", "."):
        assert file_path(name) == Path(name)
        assert file_path(Path(name)) == Path(name)
    assert file_path(b"a.png") == Path("a.png")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "the name of a file is empty: give one"),
        ("a\0b", r"'a\\x00b' cannot be the name of a file: choose another"),
        ("https://example.org/a.jpg", "https://example.org/a.jpg is an address, not a file: download it and name the"),
        ("HTTP://example.org/a.jpg", "HTTP://example.org/a.jpg is an address"),
        (Path("https://example.org/a.jpg"), "https://example.org/a.jpg is an address"),  # Path drops a slash
        ("s3://bucket/a.jpg", "s3://bucket/a.jpg is an address"),
        ("file:///home/a.jpg", "file:///home/a.jpg is an address, not a file: give the name without file://"),
        ("data:image/png;base64,iVBO", "is an address"),
    ],
)
def test_what_is_no_name_is_told_apart(name, message):
    for function in (file_path, readable_file, nst_tf.load_image):
        with pytest.raises(InputError, match=message) as raised:
            function(name)
        one_line(raised)
    with pytest.raises(InputError, match=message):
        nst_tf.save_image(np.zeros((1, 32, 32, 3), np.float32), name)


def test_a_name_that_no_file_can_have_is_not_there(tmp_path):
    assert exists(tmp_path)
    assert not exists(tmp_path / "none")
    assert not exists(tmp_path / ("x" * 300))


# ---- files that can be read


def test_a_missing_file(tmp_path):
    (tmp_path / "file").touch()
    for path in (
        tmp_path / "none.jpg", tmp_path / "no" / "folder.jpg", tmp_path / "file" / "a.jpg",
        tmp_path / ("long" * 100 + ".jpg"),
    ):  # fmt: skip
        with pytest.raises(MissingFileError, match=r"there is no file .*: check the name and the folder"):
            readable_file(path)


def test_the_name_of_a_sample_is_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingFileError, match=r'there is no file cat: the sample is sample_image\("cat"\)'):
        nst_tf.load_image("cat")


def test_a_link_that_leads_nowhere_or_to_itself(tmp_path):
    (tmp_path / "link.jpg").symlink_to("gone.jpg")
    with pytest.raises(MissingFileError, match=r"there is no file gone.jpg, which .*link.jpg links to: mend the link"):
        readable_file(tmp_path / "link.jpg")
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    with pytest.raises(MissingFileError, match=r"there is no file loop.jpg"):
        readable_file(tmp_path / "loop.jpg")


def test_a_link_to_a_file_is_that_file(tmp_path):
    (tmp_path / "photo.jpg").touch()
    (tmp_path / "link.jpg").symlink_to("photo.jpg")
    assert readable_file(tmp_path / "link.jpg") == tmp_path / "link.jpg"


def test_a_folder(tmp_path):
    with pytest.raises(FileAccessError, match="is a folder: name a file in it"):
        readable_file(tmp_path)
    with pytest.raises(FileAccessError, match="is a folder: name a picture in it"):
        nst_tf.load_image(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX's")
def test_a_pipe_is_refused_where_reading_it_would_wait_for_ever(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    program = "import nst_tf; nst_tf.load_image('pipe.jpg')"
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert "pipe.jpg is a pipe or a device, not an ordinary file: copy its content to a file first\n" in run.stderr


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="/dev is POSIX's")
def test_a_device_is_refused_where_reading_it_would_never_end():
    with pytest.raises(FileAccessError, match="/dev/zero is a pipe or a device"):
        nst_tf.load_image("/dev/zero")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are POSIX's")
@pytest.mark.parametrize("hidden", ["file", "folder"])
def test_a_file_that_may_not_be_read(hidden):
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are hidden altogether
        path = Path(folder) / "photo.png"
        path.touch()
        path.chmod(0 if hidden == "file" else 0o644)
        Path(folder).chmod(0o755 if hidden == "file" else 0o700)
        user = os.geteuid()
        if user == 0:  # who may read everything
            os.seteuid(65534)
        elif hidden == "folder":
            Path(folder).chmod(0o600)
        try:
            with pytest.raises(FileAccessError, match=r"photo.png may not be read: change its permissions"):
                nst_tf.load_image(path)
        finally:
            os.seteuid(user)
            Path(folder).chmod(0o700)
