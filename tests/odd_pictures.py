"""Picture files for the tests, made byte by byte where no library makes such ones, and what is asked of messages."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

LEVEL = 0.5 / 255  # what rounding to 256 levels may change


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def one_line(raised):
    message = str(raised.value)
    assert "\n" not in message
    return message


def upright_colours():
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


def encoded(picture, kind, **keywords):
    """Return the bytes of the `PIL.Image` as a file of this kind."""
    data = io.BytesIO()
    picture.save(data, kind, **keywords)
    return data.getvalue()


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(samples, bits, colour, *chunks):
    """Return a PNG file.

    Args:
        samples: whole numbers, (n_H, n_W) or (n_H, n_W, channels).
        bits: a sample: 1, 2, 4, 8 or 16.
        colour: 0 grey, 2 colour, 4 grey and opacity, 6 colour and opacity.
        chunks: whole ones, to stand before the pixels.
    """
    n_H, n_W = samples.shape[:2]
    rows = np.asarray(samples).reshape(n_H, -1)
    if bits == 16:
        rows = [row.astype(">u2").tobytes() for row in rows]
    else:  # each sample's lowest bits, one after the other
        rows = [np.packbits(np.unpackbits(row.astype(np.uint8)[:, None], axis=1)[:, -bits:]).tobytes() for row in rows]
    header = struct.pack(">IIBBBBB", n_W, n_H, bits, colour, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = (chunk(b"IHDR", header), *chunks, chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def grey_tiff(pixels, size, bits, *, white_is_zero=False, extra=()):
    """Return an uncompressed grey TIFF file in Intel's order.

    Args:
        pixels: its bytes.
        size: width and height.
        bits: a sample.
        white_is_zero: rather than black.
        extra: more tags, or others: (tag, type, how many numbers, their four bytes as a number).
    """
    tags = {
        256: (3, 1, size[0]), 257: (3, 1, size[1]), 258: (3, 1, bits), 259: (3, 1, 1),
        262: (3, 1, 0 if white_is_zero else 1), 273: (4, 1, 8), 277: (3, 1, 1), 278: (3, 1, size[1]),
        279: (4, 1, len(pixels)), **{tag: rest for tag, *rest in extra},
    }  # fmt: skip
    directory = b"".join(struct.pack("<HHII", tag, *tags[tag]) for tag in sorted(tags))
    head = b"II*\0" + struct.pack("<I", 8 + len(pixels))
    return head + pixels + struct.pack("<H", len(tags)) + directory + bytes(4)


def fixed(value):
    return struct.pack(">i", round(value * 65536))


def xyz(x, y, z):
    return b"XYZ " + bytes(4) + fixed(x) + fixed(y) + fixed(z)


def curve(gamma):
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)


def profile(space, tags):
    """Return an ICC profile (version 2) of this colour space, b"RGB " or b"GRAY"."""
    name = b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(78 + 1)
    tags = {b"desc": name, b"cprt": b"text" + bytes(4) + b"none\0" + bytes(3), b"wtpt": xyz(0.9642, 1, 0.8249), **tags}
    start, table, data = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for tag, content in tags.items():
        table += tag + struct.pack(">II", start + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    header = struct.pack(
        ">I4sI4s4s4s12s4s4sIIIQI12sI44s", start + len(data), b"", 0x02100000, b"mntr", space, b"XYZ ",
        struct.pack(">6H", 2024, 1, 1, 0, 0, 0), b"acsp", b"", 0, 0, 0, 0, 0, fixed(0.9642) + fixed(1) + fixed(0.8249),
        0, b"",
    )  # fmt: skip
    return header + table + data


def swapping_profile():
    """Return an ICC profile in which red and green have changed places."""
    red, green, blue = xyz(0.4361, 0.2225, 0.0139), xyz(0.3851, 0.7169, 0.0971), xyz(0.1431, 0.0606, 0.7141)
    gamma = {tag: curve(2.2) for tag in (b"rTRC", b"gTRC", b"bTRC")}
    return profile(b"RGB ", {b"rXYZ": green, b"gXYZ": red, b"bXYZ": blue, **gamma})


def grey_profile(gamma):
    """Return an ICC profile of grey with this gamma; sRGB's is 2.2, about."""
    return profile(b"GRAY", {b"kTRC": curve(gamma)})
