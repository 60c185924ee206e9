"""Which files are pictures, and what becomes of the others."""

import io
import subprocess
import sys
import threading
import types
import warnings

import numpy as np
import pytest
from odd_pictures import encoded, names, one_line, png, save, upright_colours
from PIL import Image

import nst_tf
from nst_tf import InputError, OutOfMemoryError

UPRIGHT = Image.fromarray(upright_colours())


@pytest.mark.parametrize(
    ("kind", "tolerance"),
    [
        ("PNG", 0), ("JPEG", 0.1), ("MPO", 0.1), ("WEBP", 0.1), ("AVIF", 0.1), ("TIFF", 0), ("BMP", 0), ("DIB", 0),
        ("GIF", 0.2), ("PPM", 0), ("TGA", 0), ("JPEG2000", 0.02),
    ],
)  # fmt: skip
def test_the_types_that_are_read(kind, tolerance):
    if kind not in Image.SAVE and (Image.init() or kind not in Image.SAVE):
        pytest.skip(f"this Pillow has no {kind}")
    seen = nst_tf.load_image(encoded(UPRIGHT, kind))[0]
    assert np.abs(seen - upright_colours() / 255).mean() <= tolerance / 2 + 1e-6


@pytest.mark.parametrize("kind", ["EPS", "PDF", "ICNS", "SGI", "PCX", "DDS", "SPIDER"])
def test_other_types_are_refused_whatever_they_are_called(tmp_path, kind):
    picture = UPRIGHT.convert("F") if kind == "SPIDER" else UPRIGHT.resize((64, 64)) if kind == "ICNS" else UPRIGHT
    (tmp_path / "photo.jpg").write_bytes(encoded(picture, kind))
    with pytest.raises(InputError, match=r"photo.jpg is no picture that can be read: use a PNG, JPEG or WebP file"):
        nst_tf.load_image(tmp_path / "photo.jpg")


def test_no_program_is_started(tmp_path, monkeypatch):
    """As Ghostscript would be for PostScript, whatever the file's name; here one that leaves a trace."""
    monkeypatch.setenv("PATH", str(tmp_path))
    ghostscript = tmp_path / "gs"
    ghostscript.write_text(f"#!/bin/sh\necho started > {tmp_path}/trace\n")
    ghostscript.chmod(0o755)
    (tmp_path / "photo.jpg").write_bytes(encoded(UPRIGHT, "EPS"))
    with pytest.raises(InputError):
        nst_tf.load_image(tmp_path / "photo.jpg")
    assert names(tmp_path) == ["gs", "photo.jpg"]


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100)


def test_a_heic_photo_is_named_as_such_with_the_way_out(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # as if it were not installed
    with pytest.raises(
        InputError, match=r"is a HEIC picture.*: save it as a JPEG, or pip install pillow-heif"
    ) as raised:
        nst_tf.load_image(HEIC)
    one_line(raised)


def test_a_heic_photo_is_read_by_pillow_heif_where_that_is_installed(monkeypatch):
    if "pillow_heif" not in sys.modules:
        heif = types.SimpleNamespace(HeifImageFile=lambda stream, name: Image.open(io.BytesIO(encoded(UPRIGHT, "PNG"))))
        monkeypatch.setitem(sys.modules, "pillow_heif", heif)
    np.testing.assert_array_equal(nst_tf.load_image(HEIC)[0], upright_colours() / np.float32(255))


def test_a_real_heic_photo():
    heif = pytest.importorskip("pillow_heif")
    data = io.BytesIO()
    heif.from_pillow(UPRIGHT).save(data, quality=95)
    assert np.abs(nst_tf.load_image(data)[0] - upright_colours() / 255).mean() < 0.03


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("note.png", b"Dear diary, this is not a picture.\n" * 9),
        ("empty.jpg", b""),
        ("page.jpg", b"<html><body>404</body></html>"),
        ("zeros.png", bytes(1000)),
    ],
)
def test_a_file_that_is_no_picture(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match="is no picture that can be read: use a PNG, JPEG or WebP file") as raised:
        nst_tf.load_image(tmp_path / name)
    assert name in one_line(raised)


@pytest.mark.parametrize("ending", ["jpg", "png", "gif", "bmp", "webp", "tif", "avif", "tga", "ppm"])
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_a_truncated_picture(tmp_path, ending, share):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    path = save(tmp_path / f"cut.{ending}", noise)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(InputError, match=r"cut\.\w+ is (damaged|no picture)") as raised:
        nst_tf.load_image(path)
    one_line(raised)


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate"])
def test_a_tiff_of_which_half_is_lost(compression):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
    whole = encoded(noise, "TIFF", compression=compression)
    damaged = whole[:100] + bytes(len(whole) // 2) + whole[100 + len(whole) // 2 :]
    with pytest.raises(InputError, match="the picture is damaged"):
        nst_tf.load_image(damaged)


@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "ppm", "webp", "tga", "tif"])
def test_a_damaged_picture_loads_or_is_an_input_error_and_never_anything_else(tmp_path, ending):
    path = save(tmp_path / f"a.{ending}", upright_colours())
    whole, rng = path.read_bytes(), np.random.default_rng(0)
    refused = 0
    for _ in range(60):
        damaged = bytearray(whole)
        for place in rng.integers(0, min(len(whole), 300), 5):
            damaged[place] = rng.integers(256)
        path.write_bytes(damaged)
        try:
            nst_tf.load_image(path)
        except InputError as error:
            assert "\n" not in str(error)
            refused += 1
    assert refused > 0


# ---- size and memory


def test_a_large_photo_loads_without_a_warning_whatever_pillow_thinks_of_its_size(tmp_path, monkeypatch):
    path = save(tmp_path / "a.png", upright_colours())  # 2240 pixels
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)  # Pillow refuses above twice this
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert nst_tf.load_image(path).shape == (1, 40, 56, 3)


@pytest.mark.parametrize("size", [None, 64])
def test_a_bomb_is_refused_before_anything_is_decoded(size):
    bomb = bytearray(png(np.zeros((40, 40), int), 1, 0))
    bomb[16:24] = (20000).to_bytes(4, "big") * 2
    with pytest.raises(InputError, match="more pixels than is safe to open: scale it down first"):
        nst_tf.load_image(bytes(bomb), size)


SHORT_OF_MEMORY = """
import resource, sys, nst_tf
from pathlib import Path
from PIL import Image
Image.init()
nst_tf.load_image(nst_tf.sample_image("cat"), 64)
def used():
    return int(next(line.split()[1] for line in Path("/proc/self/status").open() if line.startswith("VmSize"))) * 1024
for path in sys.argv[1:]:
    for spare in (8, 24, 40, 56):
        resource.setrlimit(resource.RLIMIT_AS, (used() + spare * 2**20, resource.RLIM_INFINITY))
        try:
            print(path, spare, nst_tf.load_image(path, 64).shape)
        except Exception as error:
            print(path, spare, type(error).__name__, error)
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS is Linux's")
def test_where_memory_ends_that_is_what_is_said(tmp_path):
    picture = Image.linear_gradient("L").resize((5000, 5000)).convert("RGB")
    for ending, keywords in {
        "png": {"compress_level": 1}, "jpg": {}, "tif": {"compression": "packbits"}, "bmp": {}, "ppm": {},
        "webp": {"method": 0},
    }.items():  # fmt: skip
        picture.save(tmp_path / f"a.{ending}", **keywords)
    run = subprocess.run([sys.executable, "-c", SHORT_OF_MEMORY, *names(tmp_path)], cwd=tmp_path, capture_output=True,
                         text=True, check=True)  # fmt: skip
    said = run.stdout.splitlines()
    assert len(said) == 24
    for line in said:
        path = line.split()[0]
        assert f"OutOfMemoryError there is not enough memory to load {path}: scale it down first" in line
    assert run.stderr == ""


def test_a_file_that_claims_to_go_on_for_gigabytes_costs_none_of_them(tmp_path):
    """All of its pixels are there, and Pillow asks for what is said to follow them."""
    claims = bytearray(png(np.zeros((40, 40), int), 8, 0))
    claims[claims.index(b"IDAT") - 4 : claims.index(b"IDAT")] = b"\xff\xff\xff\xff"
    (tmp_path / "a.png").write_bytes(claims)
    program = SHORT_OF_MEMORY.replace("(8, 24, 40, 56)", "(200,)")
    run = subprocess.run([sys.executable, "-c", program, "a.png"], cwd=tmp_path, capture_output=True, text=True)
    assert run.stdout == "a.png 200 (1, 40, 40, 3)\n"


def test_an_error_of_memory_in_python_is_one_too(monkeypatch):
    def refuse(*arguments):
        raise MemoryError

    monkeypatch.setattr("nst_tf.pictures.loading.decode", refuse)
    with pytest.raises(
        OutOfMemoryError, match="not enough memory to load the picture: scale it down first, or"
    ) as raised:
        nst_tf.load_image(encoded(UPRIGHT, "PNG"))
    one_line(raised)


def test_pictures_are_loaded_in_several_threads_at_once():
    data, failed = encoded(UPRIGHT, "TIFF", compression="tiff_lzw"), []

    def work():
        try:
            for _ in range(20):
                np.testing.assert_array_equal(nst_tf.load_image(data)[0], upright_colours() / np.float32(255))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
