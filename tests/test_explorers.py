"""The sliders flip through what they are given, and compute nothing."""

import io

import numpy as np
import pytest
from PIL import Image

from nst_tf import InputError
from nst_tf.course import explorers, plots

ipywidgets = pytest.importorskip("ipywidgets")
PICTURES = {beta: np.full((1, 32, 40, 3), beta / 10, np.float32) for beta in (1, 5, 9)}


def test_the_slider_chooses_the_picture():
    slider, picture, caption = explorers.picture_slider(PICTURES, description="beta", alt="Grey.").children
    assert slider.options == ("1", "5", "9") and slider.description == "beta"
    assert "Grey." in caption.value
    for label, image in PICTURES.items():
        slider.value = str(label)
        with Image.open(io.BytesIO(picture.value)) as shown:
            np.testing.assert_array_equal(np.asarray(shown), np.round(image[0] * 255).astype(np.uint8))


def test_figures_too():
    figures = {
        name: plots.show_images([image], alt=f"Figure {name}.")
        for name, image in zip("ab", PICTURES.values(), strict=False)
    }
    slider, picture, _ = explorers.figure_slider(figures, description="layer", alt="Two figures.").children
    slider.value = "b"
    assert picture.value == figures["b"].data


def test_nothing_to_flip_through():
    with pytest.raises(InputError, match="nothing to flip through"):
        explorers.picture_slider({}, description="beta", alt="")
