"""How much a painted clip flickers: frames painted one after the other, and each alone.

    python benchmarks/flicker.py

A camera that pans, and one that zooms, over each of the bundled photos: the motion is known, so what is seen in two
frames can be laid on itself. Measured is the mean change there from one painted frame to the next.
"""

import argparse
import itertools

import numpy as np
from common import PAIRS, save
from PIL import Image

import nst_tf
from nst_tf.many.sequence import paint_frames

PAN, ZOOM, BORDER = 3, 0.98, 8  # pixels a frame; the share of a frame that the next one shows; pixels


def pan(photo, n_H, n_W, k):
    """Return frame k of a camera that moves to the right."""
    return photo[:, 20 : 20 + n_H, 10 + PAN * k : 10 + PAN * k + n_W]


def zoom(photo, n_H, n_W, k):
    """Return frame k of a camera that comes nearer."""
    return middle(photo, ZOOM**k, n_H, n_W)


def middle(image, share, n_H, n_W):
    """Return the middle of an image, a share of its sides, scaled to n_H x n_W."""
    height, width = image.shape[1:3]
    box = [side / 2 * (1 + sign * share) for sign in (-1, 1) for side in (width, height)]
    picture = nst_tf.to_pil(image).resize((n_W, n_H), Image.Resampling.BICUBIC, box=box)
    return np.asarray(picture, np.float32)[np.newaxis] / np.float32(255)


def moved(motion, before):
    """Return a painted frame as the next one shows it, by the known motion."""
    if motion is pan:
        return np.pad(before[:, :, PAN:], ((0, 0), (0, 0), (0, PAN), (0, 0)), mode="edge")
    return middle(before, ZOOM, *before.shape[1:3])


def change(motion, frames):
    """Return the mean change between frames, less a border: what is new there was not seen before."""
    inside = (slice(None), slice(BORDER, -BORDER), slice(BORDER, -BORDER))
    pairs = itertools.pairwise(frames)
    return float(np.mean([np.abs(now - moved(motion, old))[inside].mean() for old, now in pairs]))


def measure(pair, motion, options):
    photo = nst_tf.load_image(nst_tf.sample_image(pair[0]), 2 * options.size, enlarge=True)
    style = nst_tf.load_image(nst_tf.sample_image(pair[1]), options.size, enlarge=True)
    n_W = options.size
    n_H = round(n_W * photo.shape[1] / photo.shape[2])
    frames = [motion(photo, n_H, n_W, k) for k in range(options.frames)]
    config = nst_tf.Config(steps=options.steps)
    alone = [nst_tf.style_transfer(frame, style, config=config).image for frame in frames]
    together = list(paint_frames(frames, style, config))
    row = {"pair": pair, "motion": motion.__name__, "size": [n_W, n_H], "frames": options.frames,
           "photo": change(motion, frames), "alone": change(motion, alone),
           "together": change(motion, together)}  # fmt: skip
    row["together / alone"] = row["together"] / row["alone"]
    print({name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}, flush=True)
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=192)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--frames", type=int, default=4)
    parser.add_argument("--pairs", type=int, default=len(PAIRS), help="how many of the pairs")
    options = parser.parse_args()
    nst_tf.start_quietly()
    rows = [measure(pair, motion, options) for pair in PAIRS[: options.pairs] for motion in (pan, zoom)]
    ratios = [row["together / alone"] for row in rows]
    print(f"together / alone: median {np.median(ratios):.3f}, from {min(ratios):.3f} to {max(ratios):.3f}")
    save("flicker", rows)


if __name__ == "__main__":
    main()
