"""Paint the pictures of the README with the default settings: photo, painting and result side by side.

python tools/gallery.py [SIZE]
"""

import sys
import tempfile
from pathlib import Path

import nst_tf
from nst_tf.config import DEFAULT_SIZE

PAIRS = (
    ("pagoda", "village_street_auvers"),
    ("rocket", "great_wave"),
    ("cat", "composition_viii"),
    ("flower", "ejiri_in_suruga"),
)
FOLDER = Path(__file__).resolve().parent.parent / "images" / "results"


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_SIZE
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for names in PAIRS:
            painting = nst_tf.Painting(*names, Path(folder) / f"{'_'.join(names)}.png", size=size)
            result = painting.paint()
            row = nst_tf.sheet(painting.content, painting.styles[0].image, result.image)
            nst_tf.save_image(row, FOLDER / f"{'_'.join(names)}.jpg", overwrite=True)
            seconds, J_style = result.history[-1].seconds, result.best.J_style
            print(f"{' + '.join(names)}: {seconds:.0f} s, J_style {J_style:.3g}", flush=True)


if __name__ == "__main__":
    main()
