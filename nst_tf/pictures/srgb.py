"""A decoded picture of any kind as a person would see it: upright, in 8-bit sRGB, transparency on white, scaled.

All kinds go one way, strip by strip, so that the memory needed beside the decoded picture is small:
depth -> profile -> transparency -> scaled -> orientation.
"""

import contextlib
import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageCms

from ..errors import InputError
from .decoding import Decoded

_STRIP = 2**22  # pixels of a strip, about: small beside the picture, and few enough strips to lose no time
_SIMPLE = ("L", "LA", "RGB", "RGBA", "CMYK", "LAB")  # modes of 8-bit numbers, transparency in a channel
_TURNED = {  # {EXIF's orientation: what makes the picture upright}
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
_ORIENTATION, _PHOTOMETRIC = 274, 262  # tags of EXIF and of TIFF

Step = Callable[[Image.Image], Image.Image]  # one strip to another of the same size


def upright_srgb(decoded: Decoded, size: tuple[int, int], name: str) -> Image.Image:
    """Return the picture in mode RGB, scaled (Lanczos) to `size` as it is stored, width and height, then turned.

    Raises:
        InputError: the file called `name` holds floating-point numbers, or ones of more than 16 bits.
    """
    simple, profile, transforms = _simple(decoded, name), decoded.picture.info.get("icc_profile"), {}

    def shown(strip):
        strip = simple(strip)
        if strip.mode not in transforms:
            transforms[strip.mode] = _to_srgb(profile, _opaque(strip.mode))
        return _on_white(strip, transforms[strip.mode])

    picture = _scaled(decoded, size, shown)
    turn = _TURNED.get(_orientation(decoded.picture))
    return picture if turn is None else picture.transpose(turn)


def _scaled(decoded: Decoded, size: tuple[int, int], shown: Step) -> Image.Image:
    """Return the picture of `shown` strips, scaled: each one to the width, then all together to the height.

    That is the order in which Pillow scales a whole picture, so the result is the same to the last bit.
    """
    picture, (width, height) = decoded.picture, decoded.box
    narrow = Image.new("RGB", (size[0], picture.height))
    rows = max(1, _STRIP // picture.width)
    for top in range(0, picture.height, rows):
        strip = shown(picture.crop((0, top, picture.width, min(top + rows, picture.height))))
        box = (0, 0, width, strip.height)
        narrow.paste(strip.resize((size[0], strip.height), Image.Resampling.LANCZOS, box), (0, top))
    return narrow.resize(size, Image.Resampling.LANCZOS, (0, 0, size[0], height))


# ---- depth


def _simple(decoded: Decoded, name: str) -> Step:
    """Return the function that turns a strip of the picture into one of the `_SIMPLE` modes."""
    picture, clear = decoded.picture, decoded.picture.info.get("transparency")
    if picture.mode == "F":
        raise InputError(f"{name} holds floating-point numbers: save it as an 8-bit or 16-bit PNG")
    if picture.mode.startswith("I"):
        most = 4095 if decoded.bits == 12 else 65535
        levels = (np.arange(most + 1) * (255 / most)).round().astype(np.uint8)
        if getattr(picture, "tag_v2", {}).get(_PHOTOMETRIC) == 0:  # white is zero, which Pillow leaves so
            levels = levels[::-1]
        return lambda strip: _eight_bits(np.asarray(strip), levels, clear, name)
    if picture.mode in ("1", "L", "RGB") and clear is not None:
        return lambda strip: _keyed(strip, _eight_bit_colour(clear, decoded.bits))
    if picture.mode == "RGBA" and decoded.raw_mode.startswith("LA"):  # grey of 16 bits; its profile is one of grey
        return lambda strip: strip.convert("LA")
    if picture.mode in ("La", "RGBa"):  # colours multiplied by their opacity, which Pillow undoes in two steps only
        return lambda strip: strip.convert(strip.mode.upper())
    if picture.mode in _SIMPLE:
        return lambda strip: strip
    return lambda strip: strip.convert("RGBA" if strip.has_transparency_data else "RGB")


def _eight_bits(numbers, levels, clear, name):
    """Return the level of each number, as a picture of mode L, or LA where the number `clear` is transparent."""
    if numbers.min() < 0 or numbers.max() >= len(levels):
        raise InputError(f"{name} has more than 16 bits a channel: save it as an 8-bit or 16-bit PNG")
    grey = Image.fromarray(levels[numbers])
    if clear is None:
        return grey
    return Image.merge("LA", (grey, Image.fromarray(np.where(numbers == clear, np.uint8(0), np.uint8(255)))))


def _eight_bit_colour(clear, bits):
    """Return the transparent colour, which PNG states in the file's depth, in that of the decoded pixels."""
    if isinstance(clear, tuple):
        return tuple(value >> 8 if bits == 16 else value & 255 for value in clear)
    most = 2 ** min(bits, 8) - 1
    return (clear & most) * (255 // most)


def _keyed(strip, clear):
    """Return the strip with a channel of opacity, 0 where it has the colour `clear`."""
    if strip.mode == "1":
        strip = strip.convert("L")
    strip.info["transparency"] = clear
    return strip.convert("LA" if strip.mode == "L" else "RGBA")


# ---- profile, transparency, orientation


def _opaque(mode):
    """Return the mode without its channel of opacity; the A of LAB is none."""
    return mode if mode == "LAB" else mode.removesuffix("A")


def _to_srgb(profile, mode):
    """Return the transform from the profile to sRGB; None without a usable one, as viewers do."""
    if isinstance(profile, bytes) and profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            return ImageCms.buildTransform(source, target, mode, "RGB")
    return None


def _on_white(strip, transform):
    opaque = strip.convert(_opaque(strip.mode))
    opaque.info.clear()  # a transparent colour there has become opacity already
    colours = opaque.convert("RGB") if transform is None else ImageCms.applyTransform(opaque, transform)
    if strip.mode == opaque.mode:
        return colours
    white = Image.new("RGB", strip.size, "white")
    white.paste(colours, mask=strip.getchannel("A"))
    return white


def _orientation(picture):
    """Return EXIF's orientation, or XMP's; 1, upright, where neither can be made sense of."""
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except Exception:  # damaged metadata raise errors of nearly every type
        return 1
