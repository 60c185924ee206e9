import errno
import os
import stat
import struct
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import nst_tf
from nst_tf import FileAccessError, InputError, MissingFileError
from nst_tf.images import check_image

LEVEL = 0.5 / 255  # what rounding to 256 levels may change


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def one_line(raised):
    message = str(raised.value)
    assert "\n" not in message
    return message


@pytest.fixture
def upright():
    """Return an 8-bit RGB array (40, 56, 3) whose corners all differ."""
    rows, columns = np.mgrid[0:40, 0:56]
    return np.stack([rows * 6, columns * 4, (rows + columns) * 2], axis=-1).astype(np.uint8)


def save(path, array, mode=None, **keywords):
    """Save the array with Pillow, without any code of the package, and return the path."""
    picture = Image.fromarray(array)
    if mode is not None and picture.mode != mode:
        picture = picture.convert(mode)
    picture.save(path, **keywords)
    return path


# ---- the sample pictures


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


# ---- load_image: what a person would see


def test_a_colour_picture_loads_as_it_is(tmp_path, upright):
    image = nst_tf.load_image(save(tmp_path / "a.png", upright))
    assert image.shape == (1, 40, 56, 3)
    assert image.dtype == np.float32
    np.testing.assert_array_equal(image[0], upright / np.float32(255))
    np.testing.assert_array_equal(nst_tf.load_image(str(tmp_path / "a.png")), image)


def test_grey(tmp_path, upright):
    image = nst_tf.load_image(save(tmp_path / "a.png", upright[:, :, 0]))
    np.testing.assert_allclose(image[0], np.repeat(upright[:, :, :1], 3, axis=2) / 255, atol=1e-6)


def test_black_and_white(tmp_path):
    bits = np.indices((40, 40)).sum(axis=0) % 2 == 1
    image = nst_tf.load_image(save(tmp_path / "a.png", bits))
    assert Image.open(tmp_path / "a.png").mode == "1"
    np.testing.assert_array_equal(image[0], np.repeat(bits[:, :, np.newaxis], 3, axis=2).astype(np.float32))


def test_sixteen_bits_of_grey(tmp_path):
    levels = np.linspace(0, 65535, 32 * 40).round().astype(np.uint16).reshape(32, 40)
    image = nst_tf.load_image(save(tmp_path / "a.png", levels))
    assert Image.open(tmp_path / "a.png").mode.startswith("I")
    np.testing.assert_allclose(image[0], np.repeat(levels[:, :, np.newaxis], 3, axis=2) / 65535, atol=LEVEL + 1e-6)


def test_sixteen_bits_of_colour(tmp_path):
    Path(tmp_path / "a.ppm").write_bytes(b"P6 40 32 65535\n" + struct.pack(">3H", 65535, 32896, 0) * (40 * 32))
    np.testing.assert_allclose(nst_tf.load_image(tmp_path / "a.ppm")[0, 3, 3], [1, 32896 / 65535, 0], atol=LEVEL)


def on_white(colour, opacity):
    """Return the 8-bit colour under the opacity (0..1) on white, as floats in [0, 1]."""
    return (np.asarray(colour) * opacity + 255 * (1 - opacity)) / 255


def test_transparent_colour_lies_on_white(tmp_path):
    pixels = np.zeros((40, 40, 4), np.uint8)  # black, which must not show where it is transparent
    pixels[10:, :] = [200, 40, 0, 128]
    pixels[20:, :] = [200, 40, 0, 255]
    image = nst_tf.load_image(save(tmp_path / "a.png", pixels))
    np.testing.assert_array_equal(image[0, 0, 0], [1, 1, 1])
    np.testing.assert_allclose(image[0, 15, 5], on_white([200, 40, 0], 128 / 255), atol=1.01 / 255)
    np.testing.assert_allclose(image[0, 30, 5], np.array([200, 40, 0]) / 255, atol=1e-6)


def test_transparent_grey_lies_on_white(tmp_path):
    pixels = np.zeros((40, 40, 2), np.uint8)
    pixels[20:] = [100, 64]
    image = nst_tf.load_image(save(tmp_path / "a.png", pixels, "LA"))
    np.testing.assert_array_equal(image[0, 0, 0], [1, 1, 1])
    np.testing.assert_allclose(image[0, 30, 5], on_white([100, 100, 100], 64 / 255), atol=1.01 / 255)


def test_a_palette_with_and_without_transparency(tmp_path):
    picture = Image.new("P", (40, 40), 1)
    picture.putpalette([255, 0, 0, 0, 128, 255])
    picture.paste(0, (0, 0, 40, 20))
    picture.save(tmp_path / "opaque.png")
    picture.save(tmp_path / "clear.png", transparency=0)
    opaque, clear = (nst_tf.load_image(tmp_path / name)[0] for name in ("opaque.png", "clear.png"))
    np.testing.assert_allclose(opaque[5, 5], [1, 0, 0])
    np.testing.assert_allclose(clear[5, 5], [1, 1, 1])
    for image in (opaque, clear):
        np.testing.assert_allclose(image[30, 5], np.array([0, 128, 255]) / 255, atol=1e-6)


def test_one_transparent_colour_of_a_colour_picture(tmp_path):
    pixels = np.full((40, 40, 3), 30, np.uint8)
    pixels[20:] = [10, 20, 30]
    image = nst_tf.load_image(save(tmp_path / "a.png", pixels, transparency=(10, 20, 30)))
    np.testing.assert_allclose(image[0, 5, 5], [30 / 255] * 3)
    np.testing.assert_array_equal(image[0, 30, 5], [1, 1, 1])


@pytest.mark.parametrize(("ending", "tolerance"), [("tif", 1e-6), ("jpg", 3 / 255)])
def test_the_four_inks(tmp_path, ending, tolerance):
    inks = np.zeros((40, 40, 4), np.uint8)  # cyan, magenta, yellow, black: no ink is white
    inks[10:20] = [0, 255, 255, 0]
    inks[20:30] = [0, 0, 0, 255]
    inks[30:] = [255, 0, 0, 0]
    Image.fromarray(inks, "CMYK").save(tmp_path / f"a.{ending}")
    image = nst_tf.load_image(tmp_path / f"a.{ending}")
    expected = [[1, 1, 1], [1, 0, 0], [0, 0, 0], [0, 1, 1]]
    np.testing.assert_allclose(image[0, [5, 15, 25, 35], 20], expected, atol=tolerance)


# For each EXIF orientation: how its pixels are stored, given those that a person should see (EXIF 2.3, 4.6.4: which
# side of the picture the first row and the first column are).
STORED = {
    1: lambda seen: seen,
    2: lambda seen: seen[:, ::-1],  # first row top, first column right
    3: lambda seen: seen[::-1, ::-1],  # bottom, right
    4: lambda seen: seen[::-1],  # bottom, left
    5: lambda seen: seen.swapaxes(0, 1),  # left, top
    6: lambda seen: seen[:, ::-1].swapaxes(0, 1),  # right, top
    7: lambda seen: seen[::-1, ::-1].swapaxes(0, 1),  # right, bottom
    8: lambda seen: seen[::-1].swapaxes(0, 1),  # left, bottom
}


@pytest.mark.parametrize("orientation", STORED)
def test_a_photo_of_each_exif_orientation_stands_upright(tmp_path, upright, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(STORED[orientation](upright))
    assert stored.shape == ((40, 56, 3) if orientation < 5 else (56, 40, 3))
    for name, tolerance in (("a.png", 1e-6), ("a.jpg", 0.1)):
        keywords = {"quality": 95, "subsampling": 0} if name == "a.jpg" else {}
        image = nst_tf.load_image(save(tmp_path / name, stored, exif=exif, **keywords))
        np.testing.assert_allclose(image[0], upright / 255, atol=tolerance)


def test_an_animation_shows_its_first_frame(tmp_path):
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue", "lime")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert Image.open(tmp_path / "a.gif").n_frames == 3
    np.testing.assert_array_equal(nst_tf.load_image(tmp_path / "a.gif")[0, 20, 20], [1, 0, 0])


def swapping_profile():
    """Return an ICC profile (version 2, matrix and gamma 2.2) in which red and green have changed places."""

    def number(value):
        return struct.pack(">i", round(value * 65536))

    def colour(x, y, z):
        return b"XYZ " + bytes(4) + number(x) + number(y) + number(z)

    red, green, blue = (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)
    gamma = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256)) + bytes(2)
    name = b"desc" + bytes(4) + struct.pack(">I", 5) + b"swap\0" + bytes(78 + 1)
    tags = {
        b"desc": name, b"cprt": b"text" + bytes(4) + b"none\0" + bytes(3), b"wtpt": colour(0.9642, 1, 0.8249),
        b"rXYZ": colour(*green), b"gXYZ": colour(*red), b"bXYZ": colour(*blue),
        b"rTRC": gamma, b"gTRC": gamma, b"bTRC": gamma,
    }  # fmt: skip
    start, table, data = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for tag, content in tags.items():
        table += tag + struct.pack(">II", start + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    header = struct.pack(
        ">I4sI4s4s4s12s4s4sIIIQI12sI44s", start + len(data), b"", 0x02100000, b"mntr", b"RGB ", b"XYZ ",
        struct.pack(">6H", 2024, 1, 1, 0, 0, 0), b"acsp", b"", 0, 0, 0, 0, 0,
        number(0.9642) + number(1) + number(0.8249), 0, b"",
    )  # fmt: skip
    return header + table + data


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_colours_are_shown_through_the_pictures_profile(tmp_path, mode):
    orange = np.full((40, 40, 3), [204, 102, 51], np.uint8)
    path = save(tmp_path / "a.png", orange, mode, icc_profile=swapping_profile())
    np.testing.assert_allclose(nst_tf.load_image(path)[0, 9, 9], np.array([102, 204, 51]) / 255, atol=0.03)


@pytest.mark.parametrize(("mode", "profile"), [("RGB", b"no profile at all"), ("L", swapping_profile())])
def test_a_profile_that_is_broken_or_does_not_fit_is_ignored(tmp_path, upright, mode, profile):
    path = save(tmp_path / "a.png", upright, mode, icc_profile=profile)
    seen = np.asarray(Image.fromarray(upright).convert(mode).convert("RGB")) / np.float32(255)
    np.testing.assert_array_equal(nst_tf.load_image(path)[0], seen)


# ---- load_image: sizes


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
    with pytest.raises(InputError, match=r"8x8 pixels.* at least 32.*--enlarge") as raised:
        nst_tf.load_image(path, 512)
    assert "tiny.png" in one_line(raised)
    image = nst_tf.load_image(path, 64, enlarge=True)
    np.testing.assert_allclose(image, np.full((1, 64, 64, 3), 0.2), atol=LEVEL)


def test_a_strip_whose_short_side_becomes_too_short_is_refused_with_both_sizes(tmp_path):
    path = save(tmp_path / "strip.png", np.zeros((100, 1000, 3), np.uint8))
    with pytest.raises(InputError, match=r"1000x100 pixels; scaled down, 128x13, .*at least 32: give a larger size"):
        nst_tf.load_image(path, 128)
    assert nst_tf.load_image(path, 320).shape == (1, 32, 320, 3)


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


def test_a_large_photo_loads_without_a_warning_and_a_bomb_is_refused(tmp_path, upright, monkeypatch):
    path = save(tmp_path / "a.png", upright)  # 2240 pixels
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 2000)  # Pillow warns above this ...
        assert nst_tf.load_image(path).shape == (1, 40, 56, 3)
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)  # ... and refuses above twice this
        with pytest.raises(InputError, match="more pixels than is safe to open: scale it down first"):
            nst_tf.load_image(path)


# ---- load_image: what is no picture


def test_a_missing_file(tmp_path):
    for path in (tmp_path / "none.jpg", tmp_path / "no" / "folder.jpg", tmp_path / ("long" * 100 + ".jpg")):
        with pytest.raises(MissingFileError, match=r"there is no file .*: check the name and the folder"):
            nst_tf.load_image(path)


def test_the_name_of_a_sample_is_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingFileError, match=r'there is no file cat: the sample is sample_image\("cat"\)'):
        nst_tf.load_image("cat")


def test_a_folder(tmp_path):
    with pytest.raises(FileAccessError, match="is a folder: name a picture in it"):
        nst_tf.load_image(tmp_path)


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


@pytest.mark.parametrize("ending", ["jpg", "png", "gif", "bmp", "webp", "tif"])
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_a_truncated_picture(tmp_path, ending, share):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    path = save(tmp_path / f"cut.{ending}", noise)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(InputError, match=r"cut\.\w+ is (damaged|no picture)") as raised:
        nst_tf.load_image(path)
    one_line(raised)


@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "ppm", "sgi", "dds", "webp", "tga", "pcx"])
def test_a_damaged_picture_loads_or_is_an_input_error_and_never_anything_else(tmp_path, upright, ending):
    path = save(tmp_path / f"a.{ending}", upright)
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


def test_a_file_that_may_not_be_read(tmp_path, upright, monkeypatch):
    path = save(tmp_path / "a.png", upright)

    def refuse(*arguments, **keywords):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Image, "open", refuse)
    with pytest.raises(FileAccessError, match="may not be read: change its permissions"):
        nst_tf.load_image(path)


@pytest.mark.parametrize("values", [[70000, 0], [-1, 5]])
def test_more_than_sixteen_bits_are_refused(tmp_path, values):
    path = save(tmp_path / "a.tif", np.resize(np.array(values, np.int32), (40, 40)))
    with pytest.raises(InputError, match="more than 16 bits a channel: save it as"):
        nst_tf.load_image(path)


def test_floating_point_pictures_are_refused(tmp_path):
    path = save(tmp_path / "a.tif", np.zeros((40, 40), np.float32))
    with pytest.raises(InputError, match="holds floating-point numbers: save it as"):
        nst_tf.load_image(path)


# ---- save_image


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


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_failing_save_leaves_everything_as_it_was(tmp_path, picture, monkeypatch, overwrite):
    path = tmp_path / "a.png"
    if overwrite:
        path.write_bytes(b"mine")

    def run_out_of_space(self, target, **keywords):
        Path(target).write_bytes(b"the first half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", run_out_of_space)
    with pytest.raises(FileAccessError, match=r"a.png could not be written .*No space left") as raised:
        nst_tf.save_image(picture, path, overwrite=overwrite)
    one_line(raised)
    assert names(tmp_path) == (["a.png"] if overwrite else [])
    assert not overwrite or path.read_bytes() == b"mine"


def test_an_interrupted_save_leaves_nothing(tmp_path, picture, monkeypatch):
    def interrupt(self, target, **keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr(Image.Image, "save", interrupt)
    with pytest.raises(KeyboardInterrupt):
        nst_tf.save_image(picture, tmp_path / "a.png")
    assert names(tmp_path) == []


def test_the_file_appears_only_when_it_is_whole(tmp_path, picture, monkeypatch):
    seen, save_whole = [], Image.Image.save

    def look(self, target, **keywords):
        save_whole(self, target, **keywords)
        seen.append((tmp_path / "a.png").exists())

    monkeypatch.setattr(Image.Image, "save", look)
    nst_tf.save_image(picture, tmp_path / "a.png")
    assert seen == [False]
    assert (tmp_path / "a.png").exists()


@pytest.mark.parametrize(
    ("name", "error", "found"),
    [
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
        nst_tf.save_image(picture, tmp_path / name, overwrite=overwrite)
    one_line(raised)
    assert names(tmp_path) == before


def test_the_longest_name_that_a_file_can_have_will_do(tmp_path, picture):
    path = tmp_path / ("x" * 251 + ".png")
    nst_tf.save_image(picture, path)
    assert path.exists()


def refuse_files(*arguments, **keywords):
    raise PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.parametrize("function", ["TemporaryFile", "mkstemp"])  # at the first look, and when it comes to saving
def test_an_unwritable_folder(tmp_path, picture, monkeypatch, function):
    monkeypatch.setattr(f"nst_tf.files.tempfile.{function}", refuse_files)
    with pytest.raises(FileAccessError, match=r"Permission denied.*: .*choose another folder") as raised:
        nst_tf.save_image(picture, tmp_path / "a.png")
    assert str(tmp_path) in one_line(raised)
    assert names(tmp_path) == []


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="/sys, where nobody can make files, is Linux's")
def test_a_really_unwritable_folder(picture):
    with pytest.raises(FileAccessError, match="/sys cannot be written to"):
        nst_tf.save_image(picture, "/sys/a.png")


@pytest.mark.skipif(os.name != "posix", reason="umask is POSIX's")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_the_umask_decides_who_may_read(tmp_path, picture, umask, mode):
    before = os.umask(umask)
    try:
        nst_tf.save_image(picture, tmp_path / "a.png")
        assert os.umask(umask) == umask  # and saving leaves it as it was
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.png").stat().st_mode) == mode


@pytest.mark.parametrize(
    "image", [np.zeros((32, 32, 3)), np.full((1, 32, 32, 3), 2.0), np.full((1, 32, 32, 3), np.nan)]
)
def test_what_is_no_image_is_not_saved(tmp_path, image):
    with pytest.raises(InputError):
        nst_tf.save_image(image, tmp_path / "a.png")
    assert names(tmp_path) == []
