"""Damaged pictures of every kind that is read, each made from its number alone.

python tests/fuzz_pictures.py 20000   # so many, from the first, and what became of them
"""

import collections
import io
import random
import struct
import sys
import tempfile
import time
import zlib
from pathlib import Path

from PIL import Image

import nst_tf


def _saved(kind, mode="RGB", **keywords):
    """Return a function that returns the cat, 96 px wide, as such a file."""

    def make():
        with Image.open(nst_tf.sample_image("cat")) as cat:
            small = cat.resize((96, 64))
        picture = small.convert("L").convert(mode) if mode == "I;16" else small.convert(mode)
        if mode in ("RGBA", "LA"):
            picture.putalpha(small.convert("L"))
        exif = Image.Exif()
        exif[0x0112] = 6
        options = {"exif": exif} if kind in ("PNG", "JPEG", "WEBP", "AVIF") else {}
        data = io.BytesIO()
        picture.save(data, kind, **options, **keywords)
        return data.getvalue()

    return make


# {name: a function that makes a sound file}
SEEDS = {
    "rgb.png": _saved("PNG"), "rgba.png": _saved("PNG", "RGBA"), "la.png": _saved("PNG", "LA"),
    "palette.png": _saved("PNG", "P", transparency=3), "bits.png": _saved("PNG", "1", transparency=0),
    "grey16.png": _saved("PNG", "I;16", transparency=9), "rgb.jpg": _saved("JPEG"), "cmyk.jpg": _saved("JPEG", "CMYK"),
    "progressive.jpg": _saved("JPEG", progressive=True), "lossy.webp": _saved("WEBP"),
    "lossless.webp": _saved("WEBP", "RGBA", lossless=True), "raw.tif": _saved("TIFF"),
    "lzw.tif": _saved("TIFF", compression="tiff_lzw"), "jpeg.tif": _saved("TIFF", compression="jpeg"),
    "fax.tif": _saved("TIFF", "1", compression="group4"), "lab.tif": _saved("TIFF", "LAB"), "a.gif": _saved("GIF", "P"),
    "a.bmp": _saved("BMP"), "palette.bmp": _saved("BMP", "P"), "a.ppm": _saved("PPM"), "a.tga": _saved("TGA", "RGBA"),
    "a.jp2": _saved("JPEG2000"),
}  # fmt: skip
NUMBERS = (0, 1, 2, 3, 8, 16, 31, 127, 128, 255, 256, 8193, 32767, 65535, 65536, 2**24, 2**31 - 1, 2**31, 2**32 - 1)


def mutated(number, seeds):
    """Return (name, bytes) of damaged file `number`; `seeds` are sound ones, {name: bytes}."""
    chance = random.Random(number)
    name = chance.choice(sorted(seeds))
    data = bytearray(seeds[name])
    for _ in range(chance.choice((1, 1, 2, 4))):
        chance.choice((_flip, _cut, _drop, _repeat, _set_number, _splice, _mend_png))(chance, data, seeds)
    return name, bytes(data)


def _place(chance, data):
    """Return a place in the data, most often near the start, where the structure is."""
    return chance.randrange(min(len(data), chance.choice((64, 400, len(data)))) or 1)


def _flip(chance, data, seeds):
    for _ in range(chance.randint(1, 16)):
        if data:
            data[_place(chance, data)] ^= 1 << chance.randrange(8)


def _cut(chance, data, seeds):
    del data[_place(chance, data) :]


def _drop(chance, data, seeds):
    at = _place(chance, data)
    del data[at : at + chance.randint(1, 200)]


def _repeat(chance, data, seeds):
    at = _place(chance, data)
    data[at:at] = data[at : at + chance.randint(1, 2000)]


def _set_number(chance, data, seeds):
    at, size = _place(chance, data), chance.choice((1, 2, 4))
    number = chance.choice(NUMBERS) % 256**size
    data[at : at + size] = number.to_bytes(size, chance.choice(("big", "little")))


def _splice(chance, data, seeds):
    other = seeds[chance.choice(sorted(seeds))]
    at = _place(chance, data)
    data[at:] = other[at:]


def _mend_png(chance, data, seeds):
    """Make every checksum of a PNG right again, so that what is wrong gets beyond it; maybe with a strange chunk."""
    if data[:4] != b"\x89PNG":
        return
    if chance.random() < 0.5:
        kind = chance.choice((b"tRNS", b"PLTE", b"iCCP", b"eXIf", b"zTXt", b"iTXt", b"gAMA", b"acTL", b"pHYs", b"IHDR"))
        content = chance.randbytes(chance.choice((0, 1, 4, 26, 300)))
        if kind in (b"iCCP", b"zTXt"):
            content = b"x\0\0" + zlib.compress(bytes(2**22))
        data[33:33] = struct.pack(">I", len(content)) + kind + content + bytes(4)
    at = 8
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        data[end : end + 4] = struct.pack(">I", zlib.crc32(data[at + 4 : end]))
        at = end + 4


def outcomes(numbers, folder):
    """Load the damaged files; return [(what became of it, seconds)]: "picture" or the name of an exception's class."""
    seeds, found = {name: make() for name, make in SEEDS.items()}, []
    for number in numbers:
        name, data = mutated(number, seeds)
        path = Path(folder) / f"{number}_{name}"
        path.write_bytes(data)
        start = time.perf_counter()
        found.append((_outcome(path, (None, 64, 300)[number % 3]), time.perf_counter() - start))
        path.unlink()
    return found


def _outcome(path, size):
    try:
        image = nst_tf.load_image(path, size)
    except Exception as error:
        return type(error).__name__ if "\n" not in str(error) else "an error of several lines"
    sound = image.ndim == 4 and min(image.shape[1:3]) >= 32 and 0 <= image.min() <= image.max() <= 1
    return "picture" if sound else "no picture"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        results = outcomes(range(int(sys.argv[1])), temporary)
    print(dict(collections.Counter(kind for kind, _ in results)))
    print(f"the longest: {max(seconds for _, seconds in results):.2f} s")
