"""Make the picture of the README: content, style and result side by side, painted with the default settings.

python tools/readme_picture.py
"""

from pathlib import Path

from PIL import Image

import nst_tf

PAIRS = (("pagoda", "village_street_auvers"),)
FOLDER = Path(__file__).resolve().parent.parent / "images" / "results"
HEIGHT, GAP = 300, 8


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
    nst_tf.start_quietly()
    FOLDER.mkdir(exist_ok=True)
    for names in PAIRS:
        content, style = (nst_tf.load_image(nst_tf.sample_image(name), max_size=512) for name in names)
        result = nst_tf.style_transfer(content, style)
        side_by_side([content, style, result.image]).save(FOLDER / f"{'_'.join(names)}.jpg", quality=90)
        print(f"{' + '.join(names)}: J_style {result.best.J_style:.3g}", flush=True)


if __name__ == "__main__":
    main()
