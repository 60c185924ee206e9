"""What the studio paints from: samples, files and uploads, as ipywidgets 7 and 8 hand them over."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

import nst_tf
from nst_tf.course.studio import pictures as studio_pictures
from nst_tf.course.studio.pictures import Picture

DATA = nst_tf.sample_image("cat").read_bytes()
FILE = {"name": "cat photo.jpg", "type": "image/jpeg", "size": len(DATA), "last_modified": 0}
VALUES = {
    7: {"cat photo.jpg": {"metadata": FILE, "content": DATA}},
    8: ({**FILE, "content": memoryview(DATA)},),
}


@pytest.mark.parametrize("version", VALUES)
def test_an_upload_of_either_version(version):
    picture = studio_pictures.uploaded(VALUES[version])
    assert picture == Picture("cat photo.jpg", DATA) and picture.title == "cat photo"
    np.testing.assert_array_equal(picture.load(64), nst_tf.load_image(DATA, 64))


@pytest.mark.parametrize("value", [{}, ()])
def test_nothing_uploaded(value):
    assert studio_pictures.uploaded(value) is None


def test_samples_and_files_by_their_names(tmp_path):
    assert Picture("great_wave").load(48).shape == (1, 32, 48, 3)
    nst_tf.save_image(np.zeros((1, 32, 40, 3), np.float32), tmp_path / "black.png")
    assert not studio_pictures.named(tmp_path / "black.png").load(48).any()
    with pytest.raises(nst_tf.MissingFileError, match=r"no file nowhere\.png"):
        studio_pictures.named("nowhere.png").load(48)
    with pytest.raises(nst_tf.InputError, match="did you mean great_wave"):
        studio_pictures.named("graet_wave")


def test_a_huge_photo_is_scaled_down_as_by_the_command():
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8)).resize((4000, 3000)).save(
        file, "JPEG"
    )
    image = Picture("phone.jpg", file.getvalue()).load(128)
    assert image.shape == (1, 96, 128, 3)
    np.testing.assert_array_equal(image, nst_tf.load_image(file.getvalue(), 128))


@pytest.mark.parametrize(
    ("picture", "size", "words"),
    [
        (Picture("a.jpg", b"no picture"), 64, "a.jpg is no picture that can be read: use a PNG, JPEG or WebP file"),
        (Picture("a.jpg", DATA[:2000]), 64, "a.jpg is damaged or cut short"),
        (Picture("cat"), 16, "size is 16: give a whole number of pixels from 32 to 8192"),
    ],
)
def test_what_cannot_be_used(picture, size, words):
    with pytest.raises(nst_tf.InputError) as caught:
        picture.load(size)
    assert words in studio_pictures.in_words_of_the_page(str(caught.value))


def test_a_page_is_not_told_of_pythons_keywords(tmp_path):
    def message(shape, size):
        file = io.BytesIO()
        Image.new("RGB", shape).save(file, "PNG")
        with pytest.raises(nst_tf.InputError) as caught:
            Picture("a.png", file.getvalue()).load(size)
        return studio_pictures.in_words_of_the_page(str(caught.value))

    assert message((20, 20), 64).endswith("at least 32: take a larger picture")
    assert message((4000, 400), 64).endswith("give a larger size (315 or more)")
    (tmp_path / "there.png").touch()
    with pytest.raises(nst_tf.FileAccessError) as caught:
        nst_tf.save_image(np.zeros((1, 32, 32, 3), np.float32), tmp_path / "there.png")
    assert studio_pictures.in_words_of_the_page(str(caught.value)).endswith("exists already: give another name")


def test_the_address_of_a_picture_holds_it():
    image = np.linspace(0, 1, 32 * 40 * 3, dtype=np.float32).reshape(1, 32, 40, 3)
    kind, _, data = studio_pictures.data_uri(image).partition(",")
    assert kind == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as shown:
        assert np.abs(np.asarray(shown) / 255 - image[0]).mean() < 0.02


def test_thumbnails_are_never_enlarged():
    assert studio_pictures.thumbnail(np.zeros((1, 100, 400, 3), np.float32), 40).shape == (1, 10, 40, 3)
    assert studio_pictures.thumbnail(np.zeros((1, 32, 32, 3), np.float32), 40).shape == (1, 32, 32, 3)
