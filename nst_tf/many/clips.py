"""Moving pictures in and out: a folder of frames, an animated GIF or WebP, or a video.

Videos need ffmpeg, which comes with a package: `pip install 'nst_tf[video]'`. Sound is neither read nor written.
"""

import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from ..errors import FileAccessError, InputError, StartError
from ..images import check_size, to_pil
from ..pictures.files import exists, file_path, readable_file
from ..pictures.loading import load_image
from ..pictures.saving import save_image
from ..pictures.writing import check_destination, write_whole
from .plan import photos_in

ANIMATED = (".gif", ".webp")
VIDEOS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v")
FRAMES_A_SECOND = 12.0  # of a folder, whose frames say nothing of it


@dataclass(frozen=True)
class Clip:
    """Moving pictures, read one at a time.

    Attributes:
        frames: images (1, n_H, n_W, 3) in [0, 1], to be iterated over once.
        frames_a_second: how fast they follow each other.
        count: how many there are, or None where that is not known beforehand.
    """

    frames: Iterator[np.ndarray]
    frames_a_second: float
    count: int | None


def read_clip(path: str | os.PathLike, size: int) -> Clip:
    """Return the moving pictures in a folder, by name, or in a file, the longer side scaled down to `size`.

    Raises:
        InputError, MissingFileError, FileAccessError: nothing that moves, or of a type that is not read.
        StartError: a video, and the package that reads it is not installed.
    """
    check_size(size)
    path = file_path(path)
    if exists(path) and path.is_dir():
        photos = photos_in(path)
        return Clip((load_image(photo, size) for photo in photos), FRAMES_A_SECOND, len(photos))
    kind = readable_file(path, "video").suffix.lower()
    if kind in ANIMATED:
        return _animation(path, size)
    if kind in VIDEOS:
        return _video(path, size)
    raise InputError(f"{path} is no moving picture that is read: give a folder, or one of {_listed()}")


def check_clip(path: str | os.PathLike, *, overwrite: bool = False) -> None:
    """Raise unless moving pictures can be written as `path`: a folder that is empty or not there, or a file's name.

    Raises:
        InputError, MissingFileError, FileAccessError, StartError: as `read_clip`, of what is to be written.
    """
    path = file_path(path)
    if not path.suffix:
        if exists(path) and not path.is_dir():
            raise InputError(f"{path} is a file: give the name of a folder, or of a file that ends in {_listed()}")
        if exists(path) and any(path.iterdir()) and not overwrite:
            raise FileAccessError(f"{path} is a folder with files in it: give another (overwrite=True)")
        check_destination(path.parent / f".{path.name}-frame")
    elif path.suffix.lower() not in (*ANIMATED, ".mp4"):
        raise InputError(f"{path} is no name for moving pictures: a folder, or end it in .mp4, .gif or .webp")
    else:
        check_destination(path, overwrite=overwrite)
        if path.suffix.lower() == ".mp4":
            _ffmpeg()


def write_clip(frames: Iterable[np.ndarray], path: str | os.PathLike, frames_a_second: float) -> None:
    """Write images (1, n_H, n_W, 3) as a folder of frames, each as it comes, or as one file once all are there.

    An MP4's sides are even: of an odd one, the last line is repeated.

    Raises:
        FileAccessError: it could not be written.
    """
    path = file_path(path)
    if not path.suffix:
        path.mkdir(exist_ok=True)
        for k, frame in enumerate(frames, start=1):
            save_image(frame, path / f"frame_{k:05}.png", overwrite=True)
    elif path.suffix.lower() == ".mp4":
        _write_video(frames, path, frames_a_second)
    else:
        first, *others = map(to_pil, frames)
        data = io.BytesIO()
        first.save(
            data, path.suffix[1:], save_all=True, append_images=others, duration=round(1000 / frames_a_second), loop=0,
            quality=90,
        )  # fmt: skip
        write_whole(path, data.getvalue())


def _listed():
    return ", ".join((*ANIMATED, *VIDEOS))


def _animation(path, size):
    try:
        picture = Image.open(path)
        picture.load()  # only then a WebP knows its duration
        count, milliseconds = getattr(picture, "n_frames", 1), picture.info.get("duration") or 0
    except Exception as error:  # Pillow's decoders raise errors of nearly every type
        raise _damaged(path, error) from None
    if count < 2:
        raise InputError(f"{path} does not move: it has one frame; paint it as a picture")
    speed = 1000 / milliseconds if milliseconds else FRAMES_A_SECOND
    return Clip(_frames_of(path, picture, size), speed, count)


def _frames_of(path, picture, size):
    try:
        for frame in ImageSequence.Iterator(picture):
            whole = frame.convert("RGBA")
            page = Image.new("RGBA", whole.size, "white")
            page.alpha_composite(whole)
            yield _scaled(page.convert("RGB"), size)
    except (OSError, SyntaxError, EOFError, ValueError) as error:
        raise _damaged(path, error) from None


def _scaled(picture, size):
    """Return a picture as an image, its longer side scaled down to `size`."""
    longer = max(picture.size)
    if longer > size:
        picture = picture.resize(
            [max(1, round(side * size / longer)) for side in picture.size], Image.Resampling.LANCZOS
        )
    return np.asarray(picture, np.float32)[np.newaxis] / np.float32(255)


def _video(path, size):
    reader = _ffmpeg().read_frames(str(path))
    try:
        facts = next(reader)
    except (OSError, RuntimeError, StopIteration, IndexError) as error:
        raise _damaged(path, error) from None
    count = int(facts["duration"] * facts["fps"] + 0.5) or None
    return Clip(_frames_of_video(path, reader, facts["size"], size), facts["fps"], count)


def _frames_of_video(path, reader, pixels, size):
    try:
        for data in reader:
            yield _scaled(Image.frombytes("RGB", pixels, data), size)
    except (OSError, RuntimeError) as error:
        raise _damaged(path, error) from None


def _write_video(frames, path, frames_a_second):
    with tempfile.TemporaryDirectory(prefix="nst-tf-") as folder:
        temporary, writer = Path(folder) / "video.mp4", None
        for frame in frames:
            pixels = np.asarray(to_pil(frame))
            pixels = np.pad(pixels, ((0, pixels.shape[0] % 2), (0, pixels.shape[1] % 2), (0, 0)), mode="edge")
            if writer is None:
                writer = _ffmpeg().write_frames(
                    str(temporary), pixels.shape[1::-1], fps=frames_a_second, quality=8, macro_block_size=2
                )
                writer.send(None)
            writer.send(np.ascontiguousarray(pixels))
        writer.close()
        write_whole(path, temporary.read_bytes())


def _damaged(path, error):
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return InputError(f"{path} is damaged, or no moving picture ({reason}): copy or download it again")


def _ffmpeg():
    try:
        import imageio_ffmpeg
    except ImportError:
        raise StartError(
            "videos need ffmpeg: pip install 'nst_tf[video]', or use a folder of frames or a GIF"
        ) from None
    return imageio_ffmpeg
