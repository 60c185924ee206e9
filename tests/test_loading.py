"""The way from a file to an image as a whole: sizes, what it costs, and hostile files."""

import os
import subprocess
import sys

import fuzz_pictures
import numpy as np
import pytest
from odd_pictures import LEVEL, one_line, save, upright_colours
from PIL import Image

import nst_tf
from nst_tf import InputError


def test_a_colour_picture_loads_as_it_is(tmp_path):
    image = nst_tf.load_image(save(tmp_path / "a.png", upright_colours()))
    assert image.shape == (1, 40, 56, 3)
    assert image.dtype == np.float32
    np.testing.assert_array_equal(image[0], upright_colours() / np.float32(255))
    np.testing.assert_array_equal(nst_tf.load_image(str(tmp_path / "a.png")), image)


# ---- sizes


def test_a_picture_is_scaled_down_with_its_proportions_kept(tmp_path):
    path = save(tmp_path / "a.png", np.full((100, 200, 3), 128, np.uint8))
    assert nst_tf.load_image(path, 100).shape == (1, 50, 100, 3)
    assert nst_tf.load_image(path, np.int64(99)).shape == (1, 50, 99, 3)  # 49.5 rounded
    assert nst_tf.load_image(path, 200).shape == (1, 100, 200, 3)


def test_nothing_is_cut_off_when_scaling(tmp_path):
    halves = np.zeros((100, 200, 3), np.uint8)
    halves[:, 100:] = 255
    image = nst_tf.load_image(save(tmp_path / "a.png", halves), 80)
    np.testing.assert_allclose(image[0, :, [0, 30, 50, 79], 0], np.repeat([[0], [0], [1], [1]], 40, axis=1), atol=0.02)


def test_nothing_is_enlarged_unless_asked_for(tmp_path):
    path = save(tmp_path / "a.png", np.full((40, 80, 3), 128, np.uint8))
    assert nst_tf.load_image(path).shape == (1, 40, 80, 3)
    assert nst_tf.load_image(path, 160).shape == (1, 40, 80, 3)
    assert nst_tf.load_image(path, 160, enlarge=True).shape == (1, 80, 160, 3)


def test_a_tiny_picture_is_refused_but_may_be_enlarged(tmp_path):
    path = save(tmp_path / "tiny.png", np.full((8, 8, 3), 51, np.uint8))
    with pytest.raises(InputError, match=r"8x8 pixels.* at least 32.*enlarge=True") as raised:
        nst_tf.load_image(path, 512)
    assert "tiny.png" in one_line(raised)
    image = nst_tf.load_image(path, 64, enlarge=True)
    np.testing.assert_allclose(image, np.full((1, 64, 64, 3), 0.2), atol=LEVEL)


def test_a_strip_whose_short_side_becomes_too_short_is_refused_with_both_sizes(tmp_path):
    path = save(tmp_path / "strip.png", np.zeros((100, 1000, 3), np.uint8))
    with pytest.raises(
        InputError, match=r"1000x100 pixels; scaled down, 128x13, .*at least 32: give a larger size .max_size=315 or"
    ):
        nst_tf.load_image(path, 128)
    assert nst_tf.load_image(path, 315).shape == (1, 32, 315, 3)
    with pytest.raises(InputError, match="1000x100 pixels; scaled down, 314x31"):
        nst_tf.load_image(path, 314)


def test_a_thread_is_refused_too(tmp_path):
    path = save(tmp_path / "thread.png", np.zeros((3000, 33, 3), np.uint8))
    with pytest.raises(InputError, match=r"33x3000 pixels; scaled down, 0x32, .*at least 32: give a larger size"):
        nst_tf.load_image(path, 32)


@pytest.mark.parametrize("size", [40, 97])
def test_scaling_is_by_lanczos_which_keeps_edges_sharp_and_overshoots_a_little(tmp_path, size):
    edge = np.full((64, 64, 3), 51, np.uint8)
    edge[:, 32:] = 204
    image = nst_tf.load_image(save(tmp_path / "edge.png", edge), size, enlarge=True)
    assert 0.15 < image.min() < 0.195
    assert 0.805 < image.max() < 0.85


def test_a_huge_picture_needs_a_size(tmp_path):
    path = save(tmp_path / "huge.png", np.zeros((400, 8200), np.uint8))
    with pytest.raises(InputError, match=r"huge.png is 8200x400 pixels: give a size of at most 8192"):
        nst_tf.load_image(path)
    assert nst_tf.load_image(path, 820).shape == (1, 40, 820, 3)


@pytest.mark.parametrize("size", [31, 0, -5, 8193, 10**9, 64.0, "64", True, float("inf"), float("nan")])
def test_a_size_that_cannot_be_used_is_refused_before_the_file_is_read(tmp_path, size):
    with pytest.raises(InputError, match=r"size is .*: give a whole number of pixels from 32 to 8192"):
        nst_tf.load_image(tmp_path / "none.png", size)


@pytest.mark.parametrize("sides", [(33, 4000), (32, 4096), (45, 1234), (100, 7999), (64, 64 * 65), (33, 8191)])
def test_the_size_that_a_narrow_picture_is_told_to_have_is_the_smallest_that_will_do(tmp_path, sides):
    path = save(tmp_path / "strip.png", np.zeros(sides[::-1], np.uint8))
    with pytest.raises(InputError, match="or more") as raised:
        nst_tf.load_image(path, 100)
    size = int(str(raised.value).partition("max_size=")[2].split()[0])
    assert min(nst_tf.load_image(path, size).shape[1:3]) == 32
    with pytest.raises(InputError, match=f"max_size={size} or more"):
        nst_tf.load_image(path, size - 1)


def test_a_picture_too_narrow_for_any_size_must_be_cut(tmp_path):
    path = save(tmp_path / "strip.png", np.zeros((20000, 33), np.uint8))
    with pytest.raises(InputError, match=r"33x20000 pixels; scaled down, 1x512, .*: cut a shorter piece out of it"):
        nst_tf.load_image(path, 512)


def test_one_that_is_too_small_even_when_enlarged(tmp_path):
    path = save(tmp_path / "strip.png", np.zeros((40, 8), np.uint8))
    with pytest.raises(InputError, match=r"8x40 pixels; scaled up, 13x64, .*give a larger size \(max_size=158 or more"):
        nst_tf.load_image(path, 64, enlarge=True)
    assert nst_tf.load_image(path, 158, enlarge=True).shape == (1, 158, 32, 3)


# ---- what it costs

MEASURE = """
import resource, sys, nst_tf
nst_tf.load_image(nst_tf.sample_image("cat"), 64)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(nst_tf.load_image(sys.argv[1], 64).shape)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def peak_memory(path):
    """Return how many MiB more than for a small picture it takes to load this one at 64 px."""
    run = subprocess.run([sys.executable, "-c", MEASURE, path], capture_output=True, text=True, check=True)
    shape, peak = run.stdout.splitlines()
    assert shape == "(1, 64, 64, 3)"
    return float(peak)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the peak is counted in other units")
@pytest.mark.parametrize(
    ("mode", "keywords", "most"),
    [("I;16", {}, 2), ("1", {"transparency": 0}, 1), ("L", {"transparency": 7}, 1), ("P", {}, 1), ("RGBA", {}, 4)],
)
def test_a_large_picture_costs_little_more_memory_than_its_decoded_pixels(tmp_path, mode, keywords, most):
    """Which have `most` bytes each. Colours and numbers of other kinds are made strip by strip."""
    picture = Image.new(mode, (7000, 7000))
    picture.save(tmp_path / "a.png", compress_level=1, **keywords)
    assert peak_memory(tmp_path / "a.png") < 7000**2 * most / 2**20 + 75


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the peak is counted in other units")
def test_a_photo_of_two_hundred_megapixels_is_scaled_while_it_is_decoded(tmp_path):
    Image.new("L", (16320, 12240), 200).save(tmp_path / "a.jpg")
    run = subprocess.run([sys.executable, "-c", MEASURE.replace("64).s", "512).s"), tmp_path / "a.jpg"],
                         capture_output=True, text=True, check=True)  # fmt: skip
    shape, peak = run.stdout.splitlines()
    assert shape == "(1, 384, 512, 3)"
    assert float(peak) < 60


def test_a_large_jpeg_scaled_while_it_is_decoded_looks_the_same(tmp_path, monkeypatch):
    rows, columns = np.mgrid[0:1999, 0:3001] / 100
    waves = np.stack([np.sin(rows), np.cos(columns), np.sin(rows + columns)], axis=-1) * 100 + 128
    path = save(tmp_path / "a.jpg", waves.astype(np.uint8), quality=95)
    whole = nst_tf.load_image(path, 300)
    monkeypatch.setattr("nst_tf.pictures.decoding.LARGE", 10**6)
    drafted = nst_tf.load_image(path, 300)
    assert whole.shape == drafted.shape == (1, 200, 300, 3)
    assert np.abs(drafted - whole).max() < 0.02
    assert np.abs(drafted - whole).max() > 0  # it was drafted indeed


# ---- hostile files


@pytest.mark.parametrize("part", range(4))
def test_a_mutated_file_is_a_picture_or_an_input_error_and_never_anything_else(tmp_path, capfd, part):
    """Hundreds by default; NST_TF_FUZZ=20000 tries as many."""
    count = int(os.environ.get("NST_TF_FUZZ", 800)) // 4
    outcomes = fuzz_pictures.outcomes(range(part * count, (part + 1) * count), tmp_path)
    assert {kind for kind, seconds in outcomes} == {"picture", "InputError"}
    assert max(seconds for kind, seconds in outcomes) < 10
    assert capfd.readouterr() == ("", "")


def test_where_a_decoder_prints_or_warns_nothing_of_it_is_seen(capfd, recwarn):
    whole = fuzz_pictures.SEEDS["lzw.tif"]()
    damaged = whole[:60] + b"\xff" * 900 + whole[960:]
    with pytest.raises(InputError, match="is damaged") as raised:
        nst_tf.load_image(damaged)
    one_line(raised)
    assert capfd.readouterr() == ("", "")
    assert list(recwarn) == []


def test_what_pillow_logs_is_not_seen(tmp_path):
    """In a process of its own, for under pytest there is always somebody who listens."""
    many = bytearray(fuzz_pictures.SEEDS["raw.tif"]())
    at = many.index(b"\x15\x01\x03\x00")  # the tag of samples a pixel
    many[at + 8 : at + 10] = b"\xff\x0f"
    (tmp_path / "many.tif").write_bytes(many)
    program = "import nst_tf\ntry: nst_tf.load_image('many.tif')\nexcept nst_tf.InputError: print('refused')"
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("refused\n", "")


def test_standard_error_is_there_after_a_damaged_tiff(capfd):
    whole = fuzz_pictures.SEEDS["lzw.tif"]()
    with pytest.raises(InputError):
        nst_tf.load_image(whole[:60] + b"\xff" * 900 + whole[960:])
    os.write(2, b"still here")
    assert capfd.readouterr().err == "still here"


def test_a_tiff_loads_without_a_standard_error(tmp_path):
    (tmp_path / "a.tif").write_bytes(fuzz_pictures.SEEDS["lzw.tif"]())
    program = "import os, nst_tf; os.close(2); print(nst_tf.load_image('a.tif', 64).shape)"
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, text=True, check=True)
    assert run.stdout == "(1, 43, 64, 3)\n"
