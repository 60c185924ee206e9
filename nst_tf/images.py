"""Pictures: files to arrays and back, and the picture that training starts from.

An image is float32 RGB in [0, 1] of shape (1, n_H, n_W, 3). VGG's own input, BGR with the ImageNet mean subtracted,
exists only between `preprocess` and the network.
"""

import contextlib
import io
import os
import tempfile
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from .config import DEFAULT_NOISE_RATIO, MAX_SIZE, MIN_SIZE, STARTS, check_noise_ratio
from .errors import FileAccessError, InputError, MissingFileError, NstError, unknown_name

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


def sample_images(kind=None):
    """Return {name: path} of the bundled pictures; `kind` is "content", "style" or None for both.

    Raises:
        InputError: another kind.
    """
    kinds = ("content", "style")
    if kind not in (*kinds, None):
        raise unknown_name("kind of sample picture", kind, kinds)
    folders = [_samples_folder() / name for name in kinds if kind in (name, None)]
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.jpg"))}


def sample_image(name):
    """Return the path of the bundled picture called `name`; `sample_images()` lists them.

    Raises:
        InputError: no picture is called so.
    """
    pictures = sample_images()
    if name not in pictures:
        raise unknown_name("sample picture", name, tuple(pictures))
    return pictures[name]


def _samples_folder():
    package = Path(__file__).resolve().parent
    installed, cloned = package / "sample_images", package.parent / "images"
    return installed if installed.is_dir() else cloned


def load_image(path, max_size=None, *, enlarge=False):
    """Load a picture as a person would see it: turned upright, in sRGB, transparency on white.

    Args:
        path: file of any type Pillow reads.
        max_size: pixels; a longer side above it is scaled down to it, proportions kept. None keeps the size.
        enlarge: scale a smaller picture up to `max_size` too.

    Returns:
        float32 array in [0, 1], shape (1, n_H, n_W, 3).

    Raises:
        MissingFileError, FileAccessError: no such file; a folder, or not readable.
        InputError: not a picture, cut short, too small or too large, or `max_size` out of range.
    """
    if max_size is not None:
        check_size(max_size)
    elif enlarge:
        raise InputError("enlarge needs a size to enlarge to: give max_size, too")
    picture = original = _open_picture(Path(path))
    if max_size is not None:
        picture = _fit(picture, max_size, enlarge)
    if min(picture.size) < MIN_SIZE:
        shrunk = f"; scaled down, {_times(picture.size)}" if min(original.size) >= MIN_SIZE else ""
        remedy = "give a larger size" if shrunk else "take a larger picture, or allow it to be enlarged (--enlarge)"
        raise InputError(
            f"{path} is {_times(original.size)} pixels{shrunk}, and both sides must have at least {MIN_SIZE}: {remedy}"
        )
    if max(picture.size) > MAX_SIZE:
        raise InputError(f"{path} is {_times(picture.size)} pixels: give a size of at most {MAX_SIZE}")
    return np.asarray(picture, np.float32)[np.newaxis] / np.float32(255)


def _times(size):
    return f"{size[0]}x{size[1]}"


def exists(path):
    """Return whether there is a file or folder `path`; a name that the system refuses, too long say, is none."""
    try:
        return path.exists()
    except OSError:
        return False


def _open_picture(path):
    """Return the file's picture as an upright 8-bit sRGB `PIL.Image`."""
    if not exists(path):
        is_sample = str(path) in sample_images()
        remedy = f'the sample is sample_image("{path}")' if is_sample else "check the name and the folder"
        raise MissingFileError(f"there is no file {path}: {remedy}")
    if path.is_dir():
        raise FileAccessError(f"{path} is a folder: name a picture in it")
    try:
        # Pillow warns of large pictures and of odd metadata, neither of which its user can do anything about.
        with warnings.catch_warnings(action="ignore"), Image.open(path) as picture:
            picture.load()
            return _to_srgb(ImageOps.exif_transpose(picture), path)
    except NstError:
        raise
    except PermissionError:
        raise FileAccessError(f"{path} may not be read: change its permissions") from None
    except UnidentifiedImageError:
        raise InputError(f"{path} is no picture that can be read: use a PNG, JPEG or WebP file") from None
    except Image.DecompressionBombError:
        raise InputError(f"{path} has more pixels than is safe to open: scale it down first") from None
    except Exception as error:  # Pillow's decoders raise errors of nearly every type
        raise InputError(f"{path} is damaged or cut short ({error}): copy or download it again") from None


def _to_srgb(picture, path):
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):  # 16 bits of grey, whatever Pillow calls them
        grey = np.asarray(picture, np.float64) / 65535
        if grey.min() < 0 or grey.max() > 1:
            raise InputError(f"{path} has more than 16 bits a channel: save it as an 8-bit or 16-bit PNG")
        return Image.fromarray((grey * 255).round().astype(np.uint8)).convert("RGB")
    if picture.mode == "F":
        raise InputError(f"{path} holds floating-point numbers: save it as an 8-bit or 16-bit PNG")
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), layered)
    if picture.mode not in ("L", "CMYK"):
        picture = picture.convert("RGB")
    return _apply_colour_profile(picture, profile).convert("RGB")


def _apply_colour_profile(picture, profile):
    """Return the picture in sRGB where the profile is a usable one, else as it is."""
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError):  # a broken profile is ignored by viewers too
            return ImageCms.profileToProfile(
                picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )  # fmt: skip
    return picture


def _fit(picture, max_size, enlarge):
    """Scale the longer side to `max_size` pixels if it is above it, or in any case with `enlarge`."""
    longer = max(picture.size)
    if longer == max_size or (longer < max_size and not enlarge):
        return picture
    size = tuple(max(1, round(side * max_size / longer)) for side in picture.size)
    return picture.resize(size, Image.Resampling.LANCZOS)


def check_size(size):
    """Raise `InputError` unless `size` is a whole number of pixels that can be worked with."""
    if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or not MIN_SIZE <= size <= MAX_SIZE:
        raise InputError(f"size is {size!r}: give a whole number of pixels from {MIN_SIZE} to {MAX_SIZE}")


def resize_image(image, n_H, n_W):
    """Return the image resampled (Lanczos, per channel in float32) to shape (1, n_H, n_W, 3), within [0, 1].

    The proportions are the caller's affair.

    Raises:
        InputError: an image that is none.
    """
    image = check_image(image)
    if image.shape[1:3] == (n_H, n_W):
        return image.copy()
    channels = [
        np.asarray(Image.fromarray(image[0, :, :, c]).resize((n_W, n_H), Image.Resampling.LANCZOS)) for c in range(3)
    ]
    return np.clip(np.stack(channels, axis=-1)[np.newaxis], 0, 1)


def check_image(image, name="image"):
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


def initialise_generated_image(content, style=None, *, start="noise", noise_ratio=None, seed=0):
    """Return the picture G that training starts from, with the content image's shape.

    Args:
        content: image (1, n_H, n_W, 3).
        style: image of any size; needed only for `start="style"`, which scales it to cover the content's
            rectangle and cuts off what stands out.
        start: "noise" (uniform in [0, 1]), "content+noise", "content" or "style".
        noise_ratio: share of the noise in "content+noise", default 0.6:
            `noise_ratio * noise + (1 - noise_ratio) * content`.
        seed: seed of NumPy's default generator; the same seed gives the same noise everywhere.

    Returns:
        float32 array in [0, 1], shape (1, n_H, n_W, 3).

    Raises:
        InputError: an image that is none, an unknown start, or a noise_ratio that is out of range or has no meaning.
    """
    content = check_image(content, "content")
    if start not in STARTS:
        raise unknown_name("start", start, STARTS)
    check_noise_ratio(start, noise_ratio)
    if start == "content":
        return content.copy()
    if start == "style":
        if style is None:
            raise InputError("the start 'style' needs the style image: pass it as the second argument")
        return _cover(check_image(style, "style"), *content.shape[1:3])
    noise = np.random.default_rng(seed).random(content.shape, np.float32)
    if start == "noise":
        return noise
    ratio = np.float32(DEFAULT_NOISE_RATIO if noise_ratio is None else noise_ratio)
    return ratio * noise + (1 - ratio) * content


def _cover(image, n_H, n_W):
    """Scale the image until it covers n_H x n_W, proportions kept, and take the middle."""
    scale = max(n_H / image.shape[1], n_W / image.shape[2])
    height, width = max(n_H, round(image.shape[1] * scale)), max(n_W, round(image.shape[2] * scale))
    top, left = (height - n_H) // 2, (width - n_W) // 2
    return resize_image(image, height, width)[:, top : top + n_H, left : left + n_W]


def check_output(path, *, overwrite=False):
    """Raise unless a picture can be saved as `path`: known type, existing and writable folder, not there yet."""
    path = Path(path)
    if exists(path) and path.is_dir():
        raise FileAccessError(f"{path} is a folder: give the name of a file")
    known = sorted(ending for ending, kind in Image.registered_extensions().items() if kind in _SAVED_TYPES)
    if path.suffix.lower() not in known:
        raise InputError(f"{path} has an unknown file type: end its name in one of {', '.join(known)}")
    if not (exists(path.parent) and path.parent.is_dir()):
        raise MissingFileError(f"there is no folder {path.parent} to save {path.name} in: make it first")
    try:
        taken = path.exists()
    except OSError as error:  # above all, a name that is too long
        raise FileAccessError(f"{path} cannot be the name of a file ({error.strerror}): choose another") from None
    if taken and not overwrite:
        raise FileAccessError(f"{path} exists already: give another name, or allow it to be overwritten (--overwrite)")
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise FileAccessError(f"{path.parent} cannot be written to ({error.strerror}): choose another folder") from None


_SAVED_TYPES = ("PNG", "JPEG", "WEBP", "TIFF", "BMP")


def save_image(image, path, *, overwrite=False):
    """Save an image as 8-bit RGB; the file appears whole or not at all.

    Args:
        image: (1, n_H, n_W, 3) in [0, 1].
        path: the ending chooses the type: .png, .jpg, .webp, .tif, .bmp.
        overwrite: replace an existing file.

    Raises:
        InputError, MissingFileError, FileAccessError: unknown type, no such folder, exists, not writable.
    """
    path = Path(path)
    check_output(path, overwrite=overwrite)
    picture = to_pil(image)
    lossy = Image.registered_extensions()[path.suffix.lower()] in ("JPEG", "WEBP")
    temporary = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".nst-tf-", suffix=path.suffix)
        temporary = Path(name)
        os.close(handle)
        picture.save(temporary, **({"quality": 95} if lossy else {}))
        temporary.chmod(0o666 & ~_umask())  # mkstemp makes files that only their owner can read
        temporary.replace(path)
    except OSError as error:
        raise FileAccessError(
            f"{path} could not be written ({error}): free some space or choose another folder"
        ) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def to_pil(image):
    """Return the image as an 8-bit RGB `PIL.Image`, rounded to the nearest of 256 levels.

    Raises:
        InputError: an image that is none.
    """
    return Image.fromarray((check_image(image)[0] * 255).round().astype(np.uint8))
