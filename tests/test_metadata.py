"""Metadata never decide over a picture: whatever is wrong with them, it loads."""

import io
import struct
import zlib

import numpy as np
import pytest
from odd_pictures import chunk, encoded, grey_tiff, swapping_profile, upright_colours
from PIL import Image

import nst_tf
from nst_tf.pictures.metadata import png_profile, without_metadata

UPRIGHT = Image.fromarray(upright_colours())
PNG = encoded(UPRIGHT, "PNG")


def with_chunk(whole, extra):
    """Return the PNG with the chunk before its pixels, and with it behind them."""
    return whole[:33] + extra + whole[33:], whole[:-12] + extra + whole[-12:]


def text(size):
    return b"comment\0\0" + zlib.compress(b"x" * size)


def wrong(extra):
    """Return the chunk with a checksum that is not its own."""
    return extra[:-1] + bytes([extra[-1] ^ 1])


STRANGE = {
    "a large text": chunk(b"zTXt", text(5 * 2**20)),
    "an international one": chunk(b"iTXt", b"comment\0\1\0\0\0" + zlib.compress(b"x" * 5 * 2**20)),
    "a text of unknown compression": chunk(b"zTXt", b"comment\0\7abc"),
    "a checksum that is wrong": wrong(chunk(b"tEXt", b"comment\0hello")),
    "a short resolution": chunk(b"pHYs", b"\0"),
    "short colours": chunk(b"cHRM", b"\0"),
    "a short gamma": chunk(b"gAMA", b"\0"),
    "a short animation": chunk(b"acTL", b"\0"),
    "a profile without a name's end": chunk(b"iCCP", b"profile"),
    "a profile that is a bomb": chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(2**26))),
    "a profile whose checksum is wrong": wrong(chunk(b"iCCP", b"p\0\0" + zlib.compress(swapping_profile()))),
    "exif that is none": chunk(b"eXIf", b"none"),
}


@pytest.mark.parametrize("extra", STRANGE.values(), ids=STRANGE)
def test_a_png_with_strange_metadata_loads(extra):
    for data in with_chunk(PNG, extra):
        np.testing.assert_array_equal(nst_tf.load_image(data)[0], upright_colours() / np.float32(255))


def test_many_texts_that_are_too_much_together():
    data = with_chunk(PNG, chunk(b"zTXt", text(2**20 - 1)) * 70)[0]
    np.testing.assert_array_equal(nst_tf.load_image(data)[0], upright_colours() / np.float32(255))


def test_what_a_png_looks_like_survives_its_strange_metadata():
    exif = Image.Exif()
    exif[0x0112] = 3
    clear = encoded(UPRIGHT, "PNG", exif=exif, transparency=(0, 0, 0), icc_profile=swapping_profile())
    expected = nst_tf.load_image(clear)
    assert (expected[0, -1, -1] == 1).all()  # turned, and transparent there
    for data in with_chunk(clear, STRANGE["a large text"]):
        np.testing.assert_array_equal(nst_tf.load_image(data), expected)


def test_a_profile_larger_than_pillow_reads_is_used():
    """Some scanners' and screens' have more than a megabyte."""
    large = profile_of(3 * 2**20)
    orange = encoded(Image.new("RGB", (40, 40), (204, 102, 51)), "PNG")
    data = with_chunk(orange, chunk(b"iCCP", b"p\0\0" + zlib.compress(large)))[0]
    assert png_profile(data) == large
    np.testing.assert_allclose(nst_tf.load_image(data)[0, 9, 9], np.array([102, 204, 51]) / 255, atol=0.03)


def profile_of(size):
    """Return the swapping profile made this large by a tag that means nothing."""
    whole = swapping_profile()
    return struct.pack(">I", size) + whole[4:] + bytes(size - len(whole))


def test_a_jpeg_with_strange_segments_loads():
    whole = encoded(UPRIGHT, "JPEG", quality=95, icc_profile=swapping_profile(), comment=b"hello")
    expected = nst_tf.load_image(whole)
    for marker, content in (
        (0xE0, b"JFIF\0"), (0xEE, b"Adobe"), (0xE2, b"MPF\0MM\0*"), (0xED, b"Photoshop 3.0\x008BIM"),
    ):  # fmt: skip
        segment = bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content
        data = whole[:2] + segment + whole[2:]
        np.testing.assert_array_equal(nst_tf.load_image(data), expected)


def test_only_the_picture_and_its_looks_are_left():
    bare = without_metadata(with_chunk(PNG, STRANGE["a large text"] + chunk(b"eXIf", b"MM\0*"))[0])
    assert b"zTXt" not in bare
    assert b"eXIf" in bare
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(bare))), upright_colours())
    jpeg = encoded(UPRIGHT, "JPEG", comment=b"hello", icc_profile=swapping_profile())
    bare = without_metadata(jpeg)
    assert b"hello" not in bare
    assert Image.open(io.BytesIO(bare)).info["icc_profile"] == swapping_profile()
    assert without_metadata(b"GIF89a") is None
    assert png_profile(b"GIF89a") is png_profile(PNG) is None
    for share in range(0, len(PNG), 97):  # cut anywhere
        without_metadata(PNG[:share])
        without_metadata(jpeg[:share])


def test_a_tiff_whose_exif_is_damaged_stands_upright(monkeypatch):
    whole = Image.Exif.get_ifd

    def stumble(exif, tag):
        raise ValueError("as other versions of Pillow do, for other damage")

    stored = np.ascontiguousarray(upright_colours()[:, ::-1, 0].T)  # as a camera held upright stores it
    for place in (0xFFFFFFF0, 8 + stored.size - 3, 1):
        exif = [(0x0112, 3, 1, 6), (0x8769, 4, 1, place)]
        data = grey_tiff(stored.tobytes(), (40, 56), 8, extra=exif)
        for get_ifd in (whole, stumble):
            monkeypatch.setattr(Image.Exif, "get_ifd", get_ifd)
            np.testing.assert_array_equal(nst_tf.load_image(data)[0, :, :, 0] * 255, upright_colours()[:, :, 0])
