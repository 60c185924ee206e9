"""A picture from a name, from bytes and from open files, as uploads give them."""

import io
import os
import tempfile

import numpy as np
import pytest
from odd_pictures import one_line

import nst_tf
from nst_tf import InputError
from nst_tf.pictures.sources import opened, source_name

CAT = nst_tf.sample_image("cat")


class Upload:
    """What a web framework hands over: something to be read once, that cannot seek."""

    name = "upload.jpg"

    def __init__(self, data):
        self._data = data

    def read(self):
        data, self._data = self._data, b""
        return data


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, io.BytesIO, Upload])
def test_bytes_and_what_holds_them(kind):
    image = nst_tf.load_image(kind(CAT.read_bytes()), 64)
    np.testing.assert_array_equal(image, nst_tf.load_image(CAT, 64))


def test_an_open_file_is_read_from_its_start_and_stays_open():
    with CAT.open("rb") as file:
        file.read(1000)
        first, second = nst_tf.load_image(file, 64), nst_tf.load_image(file, 64)
        assert not file.closed
    np.testing.assert_array_equal(first, second)


def test_what_was_written_last_may_be_loaded_at_once():
    for kind in (io.BytesIO, tempfile.SpooledTemporaryFile, tempfile.TemporaryFile):
        with kind() as file:
            file.write(CAT.read_bytes())
            assert nst_tf.load_image(file, 64).shape == (1, 43, 64, 3)


def test_a_message_calls_the_source_by_its_name(tmp_path):
    (tmp_path / "note.txt").write_bytes(b"Dear diary")
    with (tmp_path / "note.txt").open("rb") as file:
        for source, name in ((b"Dear diary", "the picture"), (file, str(tmp_path / "note.txt"))):
            with pytest.raises(InputError, match=f"^{name} is no picture") as raised:
                nst_tf.load_image(source)
            one_line(raised)
    assert source_name("a.png") == "a.png"
    assert source_name(io.BytesIO()) == "the picture"
    with CAT.open("rb") as file, os.fdopen(file.fileno(), "rb", closefd=False) as same:
        assert source_name(same) == "the picture"  # its name is a number


def test_a_file_opened_as_text_or_closed():
    with CAT.open(encoding="latin-1") as file, pytest.raises(InputError, match=r'opened as text: open it with .* "rb"'):
        nst_tf.load_image(file)
    with CAT.open("rb") as file:
        pass
    with pytest.raises(InputError, match=r"cat.jpg could not be read \(.*closed file\): open it anew"):
        nst_tf.load_image(file)


@pytest.mark.parametrize("source", [None, 3, {"a.jpg": b""}, [b""], np.zeros((32, 32, 3))])
def test_anything_else_is_refused_by_its_kind(source):
    kind = type(source).__name__
    message = f"a picture cannot be loaded from a {kind}: give a file's name, its bytes or an open file"
    with pytest.raises(InputError, match=message), opened(source):
        pass
    with pytest.raises(InputError, match=message):
        nst_tf.load_image(source)
