"""Picture files: the bundled samples, loading a picture as a person would see it, saving it whole or not at all."""

import contextlib
import io
import os
import tempfile
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from .config import MAX_SIZE, MIN_SIZE
from .errors import FileAccessError, InputError, MissingFileError, NstError, unknown_name
from .images import check_size, to_pil


def sample_images(kind: str | None = None) -> dict[str, Path]:
    """Return {name: path} of the bundled pictures; `kind` is "content", "style" or None for both.

    Raises:
        InputError: another kind.
    """
    kinds = ("content", "style")
    if kind not in (*kinds, None):
        raise unknown_name("kind of sample picture", kind, kinds)
    folders = [_samples_folder() / name for name in kinds if kind in (name, None)]
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.jpg"))}


def sample_image(name: str) -> Path:
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


def load_image(path: str | os.PathLike, max_size: int | None = None, *, enlarge: bool = False) -> np.ndarray:
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
    picture = _open_picture(Path(path))
    scale = 1.0
    if max_size is not None and (enlarge or max(picture.size) > max_size):
        scale = max_size / max(picture.size)
    size = tuple(round(side * scale) for side in picture.size)
    if min(size) < MIN_SIZE:
        shrunk = f"; scaled down, {_times(size)}" if min(picture.size) >= MIN_SIZE else ""
        remedy = "give a larger size" if shrunk else "take a larger picture, or allow it to be enlarged (--enlarge)"
        raise InputError(
            f"{path} is {_times(picture.size)} pixels{shrunk}, and both sides must have at least {MIN_SIZE}: {remedy}"
        )
    if max(size) > MAX_SIZE:
        raise InputError(f"{path} is {_times(size)} pixels: give a size of at most {MAX_SIZE}")
    if scale != 1:
        picture = ImageOps.contain(picture, (max_size, max_size), Image.Resampling.LANCZOS)
    return np.asarray(picture, np.float32)[np.newaxis] / np.float32(255)


def _times(size):
    return f"{size[0]}x{size[1]}"


def exists(path: Path) -> bool:
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


def check_output(path: str | os.PathLike, *, overwrite: bool = False) -> None:
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


def save_image(image: ArrayLike, path: str | os.PathLike, *, overwrite: bool = False) -> None:
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
