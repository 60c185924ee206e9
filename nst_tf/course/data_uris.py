"""Pictures as addresses that hold all of them: what an `<img src>` in a page without files needs."""

import base64
import io

from PIL import Image


def as_uri(data: bytes, mime: str) -> str:
    """Return data of a MIME type, such as "image/png", as an address."""
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def picture_uri(picture: Image.Image, kind: str, **options) -> str:
    """Return a picture as the address of a file of that kind, "PNG" or "JPEG"; `options` are those of Pillow's save."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return as_uri(buffer.getvalue(), f"image/{kind.lower()}")
