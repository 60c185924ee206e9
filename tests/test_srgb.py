"""What the kinds of pictures look like: the table of odd files, and what each becomes."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from odd_pictures import (
    LEVEL,
    chunk,
    encoded,
    grey_profile,
    grey_tiff,
    one_line,
    png,
    save,
    swapping_profile,
    upright_colours,
)  # fmt: skip
from PIL import Image, ImageCms

import nst_tf
from nst_tf import InputError


def level(data, row=5, column=5):
    """Return the colour that is seen there, 0..255."""
    return nst_tf.load_image(data)[0, row, column] * 255


# ---- depth


def test_grey(tmp_path):
    image = nst_tf.load_image(save(tmp_path / "a.png", upright_colours()[:, :, 0]))
    np.testing.assert_allclose(image[0], np.repeat(upright_colours()[:, :, :1], 3, axis=2) / 255, atol=1e-6)


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


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_grey_of_each_depth_reaches_from_black_to_white(bits):
    samples = np.resize(np.linspace(0, 2**bits - 1, 40).round().astype(int), (40, 40))
    seen = nst_tf.load_image(png(samples, bits, 0))[0, :, :, 0]
    np.testing.assert_allclose(seen, samples / (2**bits - 1), atol=LEVEL + 1e-6)


def test_twelve_bits_of_grey():
    samples = np.resize([0, 0xFFF, 0x800, 0x123], (40, 40))
    pairs = samples.reshape(-1, 2)
    packed = np.stack([pairs[:, 0] >> 4, (pairs[:, 0] & 15) << 4 | pairs[:, 1] >> 8, pairs[:, 1] & 255], axis=1)
    seen = nst_tf.load_image(grey_tiff(packed.astype(np.uint8).tobytes(), (40, 40), 12))
    np.testing.assert_allclose(seen[0, :, :, 0], samples / 4095, atol=LEVEL + 1e-6)


@pytest.mark.parametrize("white_is_zero", [False, True])
def test_a_grey_tiff_of_sixteen_bits_whichever_end_is_white(white_is_zero):
    pixels = np.full((40, 40), 0x2000, "<u2").tobytes()
    expected = 1 - 0x2000 / 65535 if white_is_zero else 0x2000 / 65535
    np.testing.assert_allclose(
        level(grey_tiff(pixels, (40, 40), 16, white_is_zero=white_is_zero)) / 255, [expected] * 3, atol=LEVEL
    )


def test_a_pgm_whose_white_is_a_number_of_its_own():
    for white in (100, 1000, 4095, 65535):
        number = struct.pack(">H" if white > 255 else "B", white // 2)
        data = b"P5 40 40 %d\n" % white + number * 1600
        np.testing.assert_allclose(level(data) / 255, [white // 2 / white] * 3, atol=2 * LEVEL)


@pytest.mark.parametrize("values", [[70000, 0], [-1, 5]])
def test_more_than_sixteen_bits_are_refused(tmp_path, values):
    path = save(tmp_path / "a.tif", np.resize(np.array(values, np.int32), (40, 40)))
    with pytest.raises(InputError, match=r"a.tif has more than 16 bits a channel: save it as") as raised:
        nst_tf.load_image(path)
    one_line(raised)


def test_floating_point_pictures_are_refused(tmp_path):
    path = save(tmp_path / "a.tif", np.zeros((40, 40), np.float32))
    with pytest.raises(InputError, match="holds floating-point numbers: save it as"):
        nst_tf.load_image(path)


# ---- transparency


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


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_one_transparent_grey_of_each_depth(bits):
    """PNG states it in the file's own depth; viewers show white there."""
    clear, other = (0, 1) if bits == 1 else (1, 2)
    samples = np.full((40, 40), clear)
    samples[20:] = other
    data = png(samples, bits, 0, chunk(b"tRNS", struct.pack(">H", clear)))
    np.testing.assert_array_equal(level(data, 5), [255] * 3)
    np.testing.assert_allclose(level(data, 30), [other / (2**bits - 1) * 255] * 3, atol=0.51)


def test_black_that_is_transparent_in_sixteen_bits_and_in_one():
    for bits in (16, 1):
        black = chunk(b"tRNS", bytes(2))
        np.testing.assert_array_equal(level(png(np.zeros((40, 40), int), bits, 0, black)), [255] * 3)
        np.testing.assert_array_equal(level(png(np.zeros((40, 40), int), bits, 0)), [0] * 3)


def test_one_transparent_colour_of_sixteen_bits():
    samples = np.full((40, 40, 3), [0x1234, 0x5678, 0x9ABC])
    samples[20:] = [0x3456, 0x789A, 0xBCDE]
    data = png(samples, 16, 2, chunk(b"tRNS", struct.pack(">3H", 0x1234, 0x5678, 0x9ABC)))
    np.testing.assert_array_equal(level(data, 5), [255] * 3)
    np.testing.assert_allclose(level(data, 30), [0x34, 0x78, 0xBC], atol=1)


@pytest.mark.parametrize(("colour", "sample"), [(4, [0x4000, 0x8000]), (6, [0x4000, 0x4000, 0x4000, 0x8000])])
def test_sixteen_bits_with_a_channel_of_opacity(colour, sample):
    data = png(np.full((40, 40, len(sample)), sample), 16, colour)
    np.testing.assert_allclose(level(data) / 255, on_white([0x40] * 3, 0x80 / 255), atol=1.01 / 255)


def test_the_edge_of_what_is_transparent_takes_nothing_from_the_colour_that_is_hidden():
    pixels = np.full((64, 64, 4), [0, 255, 0, 0], np.uint8)  # green, which nobody sees
    pixels[:, 32:] = [255, 0, 0, 255]
    seen = nst_tf.load_image(encoded(Image.fromarray(pixels), "PNG"), 40)[0]
    assert (seen[:, :, 1] - seen[:, :, 2]).max() < 0.01


# ---- inks, Lab and the like


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


def test_lab():
    lab = Image.new("LAB", (40, 40), (138, 209, 198))  # sRGB's red in the light of D50
    np.testing.assert_allclose(level(encoded(lab, "TIFF")), [255, 0, 0], atol=6)


@pytest.mark.parametrize("mode", ["YCbCr", "RGBX"])
def test_modes_that_only_tiff_has(mode):
    picture = Image.new("RGB", (40, 40), (200, 40, 20)).convert(mode)
    np.testing.assert_allclose(level(encoded(picture, "TIFF")), [200, 40, 20], atol=3)


def test_a_tiff_of_grey_that_is_multiplied_by_its_opacity_already():
    two_samples = [(258, 3, 2, 8 | 8 << 16), (277, 3, 1, 2), (338, 3, 1, 1)]
    data = grey_tiff(bytes([50, 128]) * 1600, (40, 40), 8, extra=two_samples)  # half opaque, so 100 itself
    assert Image.open(io.BytesIO(data)).mode == "La"
    np.testing.assert_allclose(level(data), on_white([100] * 3, 128 / 255) * 255, atol=1.1)


def test_a_palette_with_a_channel_of_opacity():
    colours = [255, 0, 0, 0, 0, 255] + [0] * 762
    palette = struct.pack("<768H", *(257 * colours[channel::3][n] for channel in range(3) for n in range(256)))
    samples = bytes([1, 0]) * 800 + bytes([1, 255]) * 800
    tags = [(258, 3, 2, 8 | 8 << 16), (262, 3, 1, 3), (277, 3, 1, 2), (279, 4, 1, 3200), (338, 3, 1, 2)]
    data = grey_tiff(samples + palette, (40, 40), 8, extra=[*tags, (320, 3, 768, 8 + 3200)])
    assert Image.open(io.BytesIO(data)).mode == "PA"
    np.testing.assert_array_equal(level(data, 5), [255] * 3)
    np.testing.assert_array_equal(level(data, 30), [0, 0, 255])


# ---- profiles


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_colours_are_shown_through_the_pictures_profile(tmp_path, mode):
    orange = np.full((40, 40, 3), [204, 102, 51], np.uint8)
    path = save(tmp_path / "a.png", orange, mode, icc_profile=swapping_profile())
    np.testing.assert_allclose(nst_tf.load_image(path)[0, 9, 9], np.array([102, 204, 51]) / 255, atol=0.03)


@pytest.mark.parametrize("opacity", [None, 255, 100])
@pytest.mark.parametrize("bits", [8, 16])
def test_grey_is_shown_through_its_profile_whatever_its_depth_and_opacity(bits, opacity):
    """A profile of gamma 1 makes a middle grey far lighter; the opacity counts after that, as in viewers."""
    most = 2**bits - 1
    channels = [most // 5] if opacity is None else [most // 5, opacity * (most // 255)]
    samples = np.full((40, 40, len(channels)), channels)
    packed = b"test\0\0" + zlib.compress(grey_profile(1.0))
    data = png(samples, bits, 0 if opacity is None else 4, chunk(b"iCCP", packed))
    grey = 1.055 * 0.2 ** (1 / 2.4) - 0.055  # sRGB's level of a fifth of the light
    np.testing.assert_allclose(level(data) / 255, on_white([grey * 255] * 3, (opacity or 255) / 255), atol=1.6 / 255)


def test_black_and_white_is_left_by_a_profile_of_grey():
    bits = np.indices((40, 40)).sum(axis=0) % 2
    data = encoded(Image.fromarray(bits == 1), "PNG", icc_profile=grey_profile(1.0))
    np.testing.assert_array_equal(nst_tf.load_image(data)[0, :, :, 0], bits)


@pytest.mark.parametrize(("mode", "profile"), [("RGB", b"no profile at all"), ("L", swapping_profile())])
def test_a_profile_that_is_broken_or_does_not_fit_is_ignored(tmp_path, mode, profile):
    path = save(tmp_path / "a.png", upright_colours(), mode, icc_profile=profile)
    seen = np.asarray(Image.fromarray(upright_colours()).convert(mode).convert("RGB")) / np.float32(255)
    np.testing.assert_array_equal(nst_tf.load_image(path)[0], seen)


def test_the_colours_of_inks_are_shown_through_a_profile_too():
    """One of sRGB does not fit four inks, and is ignored."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    inks = Image.new("CMYK", (40, 40), (0, 255, 255, 0))
    np.testing.assert_allclose(level(encoded(inks, "TIFF", icc_profile=profile)), [255, 0, 0], atol=1)


# ---- the way up


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
def test_a_photo_of_each_exif_orientation_stands_upright(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(STORED[orientation](upright_colours()))
    assert stored.shape == ((40, 56, 3) if orientation < 5 else (56, 40, 3))
    for name, tolerance in (("a.png", 1e-6), ("a.tif", 1e-6), ("a.jpg", 0.1)):
        keywords = {"quality": 95, "subsampling": 0} if name == "a.jpg" else {}
        image = nst_tf.load_image(save(tmp_path / name, stored, exif=exif, **keywords))
        np.testing.assert_allclose(image[0], upright_colours() / 255, atol=tolerance)


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>"""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_whose_orientation_only_xmp_tells_stands_upright(kind):
    stored = Image.fromarray(np.ascontiguousarray(STORED[6](upright_colours())))
    if kind == "PNG":
        text = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP.encode())
        plain = encoded(stored, "PNG")
        data = plain[:33] + text + plain[33:]
    else:
        data = encoded(stored, kind, quality=95, xmp=XMP.encode())
    seen = nst_tf.load_image(data)[0]
    assert seen.shape == (40, 56, 3)
    assert np.abs(seen - upright_colours() / 255).mean() < 0.02


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_is_none_is_ignored(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(upright_colours())
    np.testing.assert_array_equal(nst_tf.load_image(encoded(picture, "PNG", exif=exif))[0] * 255, upright_colours())


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\xff\xff"])
def test_damaged_exif_is_ignored(exif):
    picture = Image.fromarray(upright_colours())
    for kind in ("PNG", "JPEG", "WEBP"):
        assert nst_tf.load_image(encoded(picture, kind, exif=exif)).shape == (1, 40, 56, 3)


# ---- several pictures, of which the first is shown


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "MPO"])
def test_of_an_animation_or_several_pages_the_first_is_shown(kind):
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue", "lime")]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    assert Image.open(io.BytesIO(data)).n_frames == 3
    np.testing.assert_allclose(level(data, 20, 20), [255, 0, 0], atol=2)


# ---- strip by strip


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "P", "1", "CMYK"])
@pytest.mark.parametrize("size", [(41, 32), (200, 150), (90, 70)])
def test_strips_leave_no_seams(monkeypatch, mode, size):
    """The picture is that which is scaled in one piece."""
    noise = np.random.default_rng(0).integers(0, 256, (70, 90, 4), np.uint8)
    picture = Image.fromarray(noise).convert(mode)
    data = encoded(picture, "TIFF" if mode == "CMYK" else "PNG")
    keywords = {"max_size": max(size), "enlarge": max(size) > 90}
    monkeypatch.setattr("nst_tf.pictures.srgb._STRIP", 10**9)
    whole = nst_tf.load_image(data, **keywords)
    monkeypatch.setattr("nst_tf.pictures.srgb._STRIP", 90 * 7)
    np.testing.assert_array_equal(nst_tf.load_image(data, **keywords), whole)
