"""Paint the pictures that are shown without being painted there: those of the README, and the gallery of lesson 14.

python tools/gallery.py readme     with the defaults: photo, painting and result side by side, images/results/
python tools/gallery.py lesson     by the commands that the lesson gives, images/gallery/
"""

import argparse
import contextlib
import tempfile
from pathlib import Path

import nst_tf
from nst_tf.cli import main as command

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
IMAGES = Path(__file__).resolve().parent.parent / "images"
RESULTS, GALLERY = IMAGES / "results", IMAGES / "gallery"


def paint_readme():
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for names in PAIRS:
            painting = nst_tf.Painting(*names, Path(folder) / f"{'_'.join(names)}.png")
            result = painting.paint()
            row = nst_tf.sheet(painting.content, painting.style, result.image)
            nst_tf.save_image(row, RESULTS / f"{'_'.join(names)}.jpg", overwrite=True)
            seconds, J_style = result.history[-1].seconds, result.best.J_style
            print(f"{' + '.join(names)}: {seconds:.0f} s, J_style {J_style:.3g}", flush=True)


def paint_lesson():
    GALLERY.mkdir(exist_ok=True)
    with contextlib.chdir(GALLERY):
        for arguments in COMMANDS:
            if status := command([*arguments.split(), "--overwrite", "--quiet"]):
                raise SystemExit(status)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("readme", "lesson"))
    {"readme": paint_readme, "lesson": paint_lesson}[parser.parse_args().what]()


if __name__ == "__main__":
    main()
