"""Paint the pictures that are shown without being painted there: in the README, in lesson 14, beside a setting.

python tools/gallery.py opening    the contact sheet and the film that the README begins with, images/results/
python tools/gallery.py readme     with the defaults: photo, painting and result side by side, images/results/
python tools/gallery.py control    the README's commands with blends, colours and masks, images/results/control.jpg
python tools/gallery.py poster     4096 pixels wide, in tiles, images/results/poster.jpg
python tools/gallery.py lesson     by the commands that the lesson gives, images/gallery/
python tools/gallery.py studio     what each of the studio's settings does, small, nst_tf/course/studio/examples/
"""

import argparse
import contextlib
import shutil
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

import nst_tf
from nst_tf.cli import main as command
from nst_tf.course.studio import examples
from nst_tf.course.studio.pictures import Picture, thumbnail
from nst_tf.course.studio.session import Session
from nst_tf.images import to_pil

OPENING = (
    "sheet pagoda -o pagoda_sheet.jpg",
    "pagoda village_street_auvers --size 320 --steps 80 --film pagoda_film.webp",
)
PAIRS = (
    ("pagoda", "village_street_auvers"),
    ("rocket", "great_wave"),
    ("cat", "composition_viii"),
    ("flower", "ejiri_in_suruga"),
)
COMMANDS = (
    "cat village_street_auvers --enlarge -o cat.jpg",
    "pagoda composition_viii -o pagoda.jpg",
    "rocket benzaiten_shrine_in_snow -o rocket.jpg",
    "flower great_wave --start noise -o flower.jpg",
)
CONTROL = (
    "pagoda great_wave=0.5 poppies=0.5 -o blend.png",
    "astronaut great_wave --colors content-luminance -o colours.png",
    "flower poppies great_wave --place petals.png --place leaves.png -o places.png",
    "flower great_wave --keep petals.png -o kept.png",
)
POSTER = "photo.png village_street_auvers --size 4096 --scales 4 --steps 60 --style-scale 0.5 -o poster.png"
PARTS = ((1250, 1150), (1500, 2700))  # of the poster, in pixels: where a square of it begins
IMAGES = Path(__file__).resolve().parent.parent / "images"
RESULTS, GALLERY = IMAGES / "results", IMAGES / "gallery"
THUMBNAIL = 160  # pixels, the longer side: twice what it takes on the screen
EXAMPLES = IMAGES.parent / "nst_tf" / "course" / "studio" / "examples"


def paint_opening():
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.chdir(folder):
            run(OPENING)
        for name in ("pagoda_sheet.jpg", "pagoda_film.webp"):
            shutil.copy(Path(folder) / name, RESULTS)


def paint_readme():
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for names in PAIRS:
            painting = nst_tf.Painting(*names, Path(folder) / f"{'_'.join(names)}.png")
            result = painting.paint()
            row = nst_tf.sheet(painting.content, painting.styles[0].image, result.image)
            nst_tf.save_image(row, RESULTS / f"{'_'.join(names)}.jpg", overwrite=True)
            seconds, J_style = result.history[-1].seconds, result.best.J_style
            print(f"{' + '.join(names)}: {seconds:.0f} s, J_style {J_style:.3g}", flush=True)


def paint_control():
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        save_masks()
        run(CONTROL)
        pictures = [nst_tf.load_image(arguments.split()[-1]) for arguments in CONTROL]
        nst_tf.save_image(nst_tf.sheet(*pictures), RESULTS / "control.jpg", overwrite=True)


def paint_poster():
    """Paint the pagoda, its photo enlarged to 4096 pixels first."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        with Image.open(nst_tf.sample_image("pagoda")) as photo:
            photo.resize((4096, round(4096 * photo.height / photo.width)), Image.Resampling.LANCZOS).save("photo.png")
        run([POSTER])
        show_poster("poster.png")


def show_poster(path):
    """Save the whole, small, beside two parts of it as they are."""
    poster = nst_tf.load_image(path, 4096)
    parts = (poster[:, top : top + 512, left : left + 512] for top, left in PARTS)
    row = nst_tf.sheet(nst_tf.resize_image(poster, 512, 767), *parts)
    nst_tf.save_image(row, RESULTS / "poster.jpg", overwrite=True)


def save_masks():
    """Save the masks of the flower: its petals are redder than they are blue; the edges are soft."""
    flower = nst_tf.load_image(nst_tf.sample_image("flower"))
    _, n_H, n_W, _ = flower.shape
    petals = (flower[..., :1] - flower[..., 2:] > 0.2).astype(np.float32).repeat(3, axis=-1)
    petals = nst_tf.resize_image(nst_tf.resize_image(petals, n_H // 4, n_W // 4), n_H, n_W)
    nst_tf.save_image(petals, "petals.png")
    nst_tf.save_image(1 - petals, "leaves.png")


def paint_lesson():
    GALLERY.mkdir(exist_ok=True)
    with contextlib.chdir(GALLERY):
        run(COMMANDS)


def paint_studio():
    EXAMPLES.mkdir(exist_ok=True)
    settings = {
        examples.file_of(name, value): examples.settings_of(name, value)
        for name, values in examples.SHOWN.items() for value in values
    }  # fmt: skip
    for file, each in settings.items():
        to_pil(example(each)).save(EXAMPLES / file, quality=80, method=6)
        print(file, flush=True)


def example(settings):
    """Return the picture that the studio paints with the settings, as small as it is shown."""
    session = Session(*map(Picture, examples.PAIR), settings)
    session.start()
    session.wait()
    if session.error:
        raise SystemExit(session.error)
    return thumbnail(session.image, THUMBNAIL)


def run(commands):
    for arguments in commands:
        if status := command([*arguments.split(), "--overwrite", "--quiet"]):
            raise SystemExit(status)


def main():
    tasks = {
        "opening": paint_opening, "readme": paint_readme, "control": paint_control, "lesson": paint_lesson,
        "studio": paint_studio, "poster": paint_poster,
    }  # fmt: skip
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=tasks)
    tasks[parser.parse_args().what]()


if __name__ == "__main__":
    main()
