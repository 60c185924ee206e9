"""A picture file without its metadata, for a decoder that stumbles over them: they never decide over the picture.

What the colours and the way up depend on is kept where it is sound: profile, EXIF, transparency, Adobe's marker.
"""

import contextlib
import struct
import zlib

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_PICTURE = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_PNG_APPEARANCE = (b"tRNS", b"eXIf")  # kept if their checksum holds
_MAX_PROFILE = 16 * 2**20  # bytes; some hundred times an ordinary one
_JPEG_APPEARANCE = {  # {marker: (what its content starts with, bytes that it has at least)}
    0xE0: (b"JFIF\0", 14),
    0xE1: (b"Exif\0\0", 14),
    0xE2: (b"ICC_PROFILE\0", 14),
    0xEE: (b"Adobe", 12),
}


def without_metadata(data: bytes) -> bytes | None:
    """Return the PNG or JPEG file with nothing but its picture; None for any other file."""
    if data.startswith(_PNG):
        return _PNG + b"".join(_chunk(kind, content) for kind, content in _png_chunks(data) if kind != b"iCCP")
    if data.startswith(b"\xff\xd8"):
        return _jpeg_picture(data)
    return None


def png_profile(data: bytes) -> bytes | None:
    """Return the ICC profile of a PNG file, also one that is larger than Pillow reads; None without a sound one."""
    if data.startswith(_PNG):
        for kind, content in _png_chunks(data):
            if kind == b"iCCP":
                packed = content.partition(b"\0")[2][1:]  # after the name, and the method, of which there is one
                with contextlib.suppress(zlib.error):
                    return zlib.decompressobj().decompress(packed, _MAX_PROFILE)
    return None


def _png_chunks(data):
    """Yield (kind, content) of the chunks that the picture's looks depend on."""
    at = len(_PNG)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        content, checksum = data[at + 8 : at + 8 + length], data[at + 8 + length : at + 12 + length]
        sound = checksum == struct.pack(">I", zlib.crc32(kind + content))
        if kind in _PNG_PICTURE or (sound and kind in (*_PNG_APPEARANCE, b"iCCP")):
            yield kind, content
        at += 12 + length


def _chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _jpeg_picture(data):
    """Return the JPEG file without the application's segments and the comments before its first scan."""
    parts, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        content = data[at + 4 : at + 2 + length]
        start, least = _JPEG_APPEARANCE.get(marker, (b"", 0))
        is_metadata = marker == 0xFE or 0xE0 <= marker <= 0xEF
        if not is_metadata or (start and content.startswith(start) and len(content) >= least):
            parts.append(data[at : at + 2 + length])
        at += 2 + length
    return b"".join([*parts, data[at:]])
