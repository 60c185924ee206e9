"""Pictures as arrays: the network's input and back, resizing, and the picture that training starts from.

An image is float32 RGB in [0, 1] of shape (1, n_H, n_W, 3). VGG's own input, BGR with the ImageNet mean subtracted,
exists only between `preprocess` and the network.
"""

import numbers
import os

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from .config import MAX_SIZE, MIN_SIZE, Config
from .errors import InputError

# The mean colour of ImageNet's training pictures, blue, green, red, 0..255, that the VGG weights were trained with
# (Simonyan and Zisserman 2015, section 2.1).
IMAGENET_MEAN_BGR = np.array([103.939, 116.779, 123.68], np.float32)


def preprocess(image):
    """Turn an image into what the VGG weights expect: BGR, 0..255, the ImageNet mean subtracted.

    Args:
        image: array or tensor, RGB in [0, 1], shape (..., 3).

    Returns:
        The same kind and shape: `255 * image[BGR] - mean`. Differentiable where the input is a tensor.
    """
    return image[..., ::-1] * 255.0 - IMAGENET_MEAN_BGR


def deprocess(vgg_input):
    """Undo `preprocess`: VGG input (..., 3) back to an RGB image in [0, 1], without clipping."""
    return ((vgg_input + IMAGENET_MEAN_BGR) / 255.0)[..., ::-1]


def check_size(size: int) -> None:
    """Raise `InputError` unless `size` is a whole number of pixels that can be worked with."""
    if isinstance(size, bool) or not isinstance(size, numbers.Integral) or not MIN_SIZE <= size <= MAX_SIZE:
        raise InputError(f"size is {size!r}: give a whole number of pixels from {MIN_SIZE} to {MAX_SIZE}")


def resize_image(image: ArrayLike, n_H: int, n_W: int) -> np.ndarray:
    """Return the image resampled (Lanczos, per channel in float32) to shape (1, n_H, n_W, 3), within [0, 1].

    The proportions are the caller's affair.

    Raises:
        InputError: an image that is none.
    """
    return resample(check_image(image), n_H, n_W)


def resample(image: np.ndarray, n_H: int, n_W: int) -> np.ndarray:
    """Do what `resize_image` does, for an image that was checked."""
    if image.shape[1:3] == (n_H, n_W):
        return image.copy()
    channels = [
        np.asarray(Image.fromarray(image[0, :, :, c]).resize((n_W, n_H), Image.Resampling.LANCZOS)) for c in range(3)
    ]
    return np.clip(np.stack(channels, axis=-1)[np.newaxis], 0, 1)


def check_image(image: ArrayLike, name: str = "image") -> np.ndarray:
    """Return `image` as a float32 array after checking that it is one: (1, n_H, n_W, 3), finite, in [0, 1].

    Raises:
        InputError: with the shape or range found, and what to do about it.
    """
    if isinstance(image, (str, os.PathLike)):
        raise InputError(f"{name} is a name, {str(image)!r}: load it first (load_image)")
    array = np.asarray(image)
    if array.ndim != 4 or array.shape[0] != 1 or array.shape[3] != 3:
        raise InputError(f"{name} has shape {array.shape}: give (1, n_H, n_W, 3), as load_image does")
    if min(array.shape[1:3]) < MIN_SIZE:
        raise InputError(f"{name} has shape {array.shape}: both sides must have at least {MIN_SIZE} pixels")
    if not np.issubdtype(array.dtype, np.floating):
        raise InputError(f"{name} has dtype {array.dtype}: give floats in [0, 1] (divide bytes by 255)")
    if not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1):
        raise InputError(f"{name} has values from {array.min():g} to {array.max():g}: they must be in [0, 1]")
    return array.astype(np.float32, copy=False)


def initialise_generated_image(
    content: ArrayLike, style: ArrayLike | None = None, *, start: str = Config.start,
    noise_ratio: float = Config.noise_ratio, noise_contrast: float = Config.noise_contrast, seed: int = Config.seed,
) -> np.ndarray:  # fmt: skip
    """Return the picture G that training starts from, with the content image's shape.

    Args:
        content: image (1, n_H, n_W, 3).
        style: image of any size; needed only for `start="style"`, which scales it to cover the content's
            rectangle and cuts off what stands out.
        start: "content"; "noise", `0.5 + noise_contrast * (u - 0.5)` with u uniform in [0, 1]; "content+noise",
            `noise_ratio * noise + (1 - noise_ratio) * content`; or "style".
        noise_ratio: share of the noise in "content+noise".
        noise_contrast: contrast of the noise. Near grey, the grain that noise leaves in the picture is faint.
        seed: seed of NumPy's default generator; the same seed gives the same noise everywhere.

    Returns:
        float32 array in [0, 1], shape (1, n_H, n_W, 3).

    Raises:
        InputError: an image that is none, an unknown start, or a number that is out of range or has no meaning.
    """
    content = check_image(content, "content")
    settings = Config(start=start, noise_ratio=noise_ratio, noise_contrast=noise_contrast, seed=seed)
    if start == "content":
        return content.copy()
    if start == "style":
        if style is None:
            raise InputError("the start 'style' needs the style image: pass it as the second argument")
        return _cover(check_image(style, "style"), *content.shape[1:3])
    uniform = np.random.default_rng(seed).random(content.shape, np.float32)
    noise = np.float32(0.5) + np.float32(settings.noise_contrast) * (uniform - np.float32(0.5))
    ratio = np.float32(1 if start == "noise" else settings.noise_ratio)
    return ratio * noise + (1 - ratio) * content


def _cover(image, n_H, n_W):
    """Scale the image until it covers n_H x n_W, proportions kept, and take the middle."""
    scale = max(n_H / image.shape[1], n_W / image.shape[2])
    height, width = max(n_H, round(image.shape[1] * scale)), max(n_W, round(image.shape[2] * scale))
    top, left = (height - n_H) // 2, (width - n_W) // 2
    return resample(image, height, width)[:, top : top + n_H, left : left + n_W]


def to_pil(image: ArrayLike) -> Image.Image:
    """Return the image as an 8-bit RGB `PIL.Image`, rounded to the nearest of 256 levels.

    Raises:
        InputError: an image that is none.
    """
    image = check_image(image)[0]
    n_H, n_W, _ = image.shape
    picture, rows = Image.new("RGB", (n_W, n_H)), 64  # at a time, or it would take more than the image itself
    for top in range(0, n_H, rows):
        levels = np.rint(image[top : top + rows] * 255).astype(np.uint8)
        picture.paste(Image.fromarray(levels), (0, top))
    return picture
