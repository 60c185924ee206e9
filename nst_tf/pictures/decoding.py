"""A stream to its decoded pixels, as they are stored: a stated list of picture types, told by their content."""

import contextlib
import functools
import io
import logging
import os
import re
import struct
import threading
import warnings
from collections.abc import Iterator
from typing import IO, NamedTuple

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ..errors import InputError, NstError, OutOfMemoryError
from .metadata import png_profile, without_metadata

# Pictures made of pixels, and nothing that runs a program or fetches another file, as PostScript and WMF do. The first
# five are those that Pillow knows at once.
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "PPM", "WEBP", "TIFF", "AVIF", "DIB", "JPEG2000", "TGA")
MAX_PIXELS = 2**28  # 16384 x 16384; a phone's photo has 200 million
LARGE = 2**25  # pixels; a JPEG above it is scaled while it is decoded
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_STDERR = threading.Lock()  # file descriptor 2 belongs to the whole process


class Decoded(NamedTuple):
    """A picture as it is stored.

    Attributes:
        picture: of any of Pillow's modes; what the file says of it is in its `info`.
        raw_mode: how Pillow has unpacked it, such as "I;12", which tells the kind and the bits of the file's samples.
        box: width and height in pixels of the picture in `picture`, whose last ones may be filled in part.
    """

    picture: Image.Image
    raw_mode: str
    box: tuple[float, float]

    @property
    def bits(self) -> int:
        """The bits of a sample in the file."""
        found = re.search(r";(\d+)", self.raw_mode)
        return int(found[1]) if found else 8


@contextlib.contextmanager
def reporting(name: str) -> Iterator[None]:
    """Turn whatever the decoders raise in the block into the errors of this package, and keep them quiet.

    Raises:
        InputError: the file called `name` is no picture, or damaged, or unreasonably large.
        OutOfMemoryError: there is not enough memory for it.
    """
    try:
        # Pillow warns of large pictures and of odd metadata, neither of which its user can do anything about.
        with warnings.catch_warnings(action="ignore"), _unlogged("PIL"):
            yield
    except NstError:
        raise
    except MemoryError:
        raise OutOfMemoryError(
            f"there is not enough memory to load {name}: scale it down first, or close other programs"
        ) from None
    except UnidentifiedImageError:
        raise InputError(f"{name} is no picture that can be read: use a PNG, JPEG or WebP file") from None
    except Image.DecompressionBombError:
        raise InputError(f"{name} has more pixels than is safe to open: scale it down first") from None
    except Exception as error:  # Pillow's decoders raise errors of nearly every type
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{name} is damaged or cut short ({reason}): copy or download it again") from None


@contextlib.contextmanager
def _unlogged(library):
    """Keep the library's errors off standard error, where logging puts them when nobody else listens."""
    logger, handler = logging.getLogger(library), logging.NullHandler()
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def open_picture(stream: IO[bytes], name: str) -> Image.Image:
    """Return the picture with its size and metadata, but its pixels not decoded yet.

    Raises:
        InputError: a HEIC file, where pillow-heif is not installed.
        UnidentifiedImageError, Image.DecompressionBombError, Exception: to be reported (`reporting`).
    """
    try:
        picture = _identified(stream, name)
    except (MemoryError, NstError, Image.DecompressionBombError):
        raise
    except Exception:  # it may be for the metadata only
        stream.seek(0)
        data = stream.read()
        pixels = _webp_pixels(data)
        _ask_memory_for(2 * pixels if pixels <= MAX_PIXELS else 0)  # a picture and the one before, in an animation
        bare = without_metadata(data)
        if bare is None:
            raise
        picture = _identified(io.BytesIO(bare), name)
        picture.info["icc_profile"] = png_profile(data) or picture.info.get("icc_profile")
    if picture.width * picture.height > MAX_PIXELS:
        raise Image.DecompressionBombError
    return picture


def _identified(stream, name):
    """Return what the first of `FORMATS` that knows the stream makes of it.

    This is `Image.open` without its limit, which is below a phone's photo, and which only a global can lift.
    """
    start = stream.read(16)
    for kind in FORMATS:
        if kind not in Image.OPEN:
            Image.init()
        factory, accepts = Image.OPEN.get(kind, (None, None))  # Pillow may have been built without it
        with contextlib.suppress(SyntaxError, IndexError, TypeError, struct.error):  # not of this type, then
            if factory is not None and (accepts is None or accepts(start) is True):
                stream.seek(0)
                return factory(stream, "")
    if start[4:8] == b"ftyp" and start[8:12] in _HEIF_BRANDS:
        return _heif(stream, name)
    raise UnidentifiedImageError


def _heif(stream, name):
    try:
        from pillow_heif import HeifImageFile
    except ImportError:
        raise InputError(
            f"{name} is a HEIC picture, as phones take them: save it as a JPEG, or pip install pillow-heif"
        ) from None
    stream.seek(0)
    return HeifImageFile(stream, "")


def decode(picture: Image.Image, least: tuple[int, int]) -> Decoded:
    """Decode an opened picture, a large JPEG at a fraction of its size that still has `least` pixels each way."""
    raw_mode, box = _raw_mode(picture), picture.size
    if picture.width * picture.height > LARGE:
        drafted = picture.draft(None, least)
        box = box if drafted is None else drafted[1][2:]
    info = picture.info.copy()
    picture.load_end = functools.partial(_read_rest, picture, picture.load_end)
    with _silent_stderr() if picture.format == "TIFF" else contextlib.nullcontext():
        try:
            picture.load()
        except MemoryError:
            raise
        except Exception:
            _ask_memory_for(picture.width * picture.height)
            raise
    if picture.format == "PNG":
        for key in ("icc_profile", "transparency"):  # which have no place behind the pixels, where Pillow reads on
            picture.info.pop(key, None)
            picture.info |= {key: info[key]} if key in info else {}
    return Decoded(picture, raw_mode, box)


def _read_rest(picture, load_end):
    """Do what Pillow does once it has all pixels; where that fails, it is for the metadata behind them."""
    try:
        load_end()
    except MemoryError:
        raise
    except Exception:
        if picture.format == "TIFF":  # which Pillow turns upright itself, after reading its EXIF
            ImageOps.exif_transpose(picture, in_place=True)


def _ask_memory_for(pixels):
    """Raise `MemoryError` where there is none for so many: libwebp and libavif call that a failure to decode."""
    np.empty(4 * pixels, np.uint8)


def _webp_pixels(data):
    """Return how many pixels a WebP file says it has; 0 for any other file."""
    kind, size = data[12:16] if data.startswith(b"RIFF") else b"", int.from_bytes(data[24:30], "little")
    if kind == b"VP8X":
        return (1 + size % 2**24) * (1 + (size >> 24))
    if kind == b"VP8 ":
        return (size >> 16 & 0x3FFF) * (size >> 32 & 0x3FFF)
    if kind == b"VP8L":
        size = int.from_bytes(data[21:25], "little")
        return (1 + (size & 0x3FFF)) * (1 + (size >> 14 & 0x3FFF))
    return 0


def _raw_mode(picture):
    arguments = picture.tile[0].args if picture.tile else ()
    return str(arguments if isinstance(arguments, str) else next(iter(arguments or ()), ""))


@contextlib.contextmanager
def _silent_stderr():
    """Keep libtiff from writing what it thinks of a damaged file to file descriptor 2: an error will say it."""
    with _STDERR, contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # where standard error is closed, there is nothing to be silenced
            original = os.dup(2)
            stack.callback(os.close, original)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            stack.callback(os.close, nowhere)
            os.dup2(nowhere, 2)
            stack.callback(os.dup2, original, 2)
        yield
