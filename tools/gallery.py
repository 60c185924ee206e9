"""Paint the pictures of the README with the default settings: photo, painting and result side by side.

python tools/gallery.py [SIZE]
"""

import sys
import tempfile
from pathlib import Path

from PIL import Image

import nst_tf

PAIRS = (
    ("pagoda", "village_street_auvers"),
    ("rocket", "great_wave"),
    ("cat", "composition_viii"),
    ("flower", "ejiri_in_suruga"),
)
FOLDER = Path(__file__).resolve().parent.parent / "images" / "results"
HEIGHT, GAP = 342, 8


def side_by_side(images):
    """Return one picture of all, scaled to one height."""
    pictures = [nst_tf.to_pil(image) for image in images]
    pictures = [p.resize((round(p.width * HEIGHT / p.height), HEIGHT), Image.Resampling.LANCZOS) for p in pictures]
    row = Image.new("RGB", (sum(p.width + GAP for p in pictures) - GAP, HEIGHT), "white")
    left = 0
    for picture in pictures:
        row.paste(picture, (left, 0))
        left += picture.width + GAP
    return row


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else nst_tf.config.DEFAULT_SIZE
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for names in PAIRS:
            painting = nst_tf.Painting(*names, Path(folder) / f"{'_'.join(names)}.png", size=size)
            result = painting.paint()
            row = side_by_side([painting.content, painting.style, result.image])
            row.save(FOLDER / f"{'_'.join(names)}.jpg", quality=90)
            seconds, J_style = result.history[-1].seconds, result.best.J_style
            print(f"{' + '.join(names)}: {seconds:.0f} s, J_style {J_style:.3g}", flush=True)


if __name__ == "__main__":
    main()
