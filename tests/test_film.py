import numpy as np
import pytest
from PIL import Image

import nst_tf
from nst_tf import Config, FileAccessError, InputError, MissingFileError, Painting
from nst_tf.film import FILM_FRAMES, FILM_SIZE, Film, NumberedPictures, sheet


@pytest.fixture
def painting(tmp_path):
    return Painting("cat", "great_wave", tmp_path / "out.png", size=48, config=Config(steps=5, precision="float32"))


@pytest.mark.parametrize("ending", [".gif", ".webp", ".GIF"])
def test_a_film_goes_from_the_start_to_the_finished_picture(ending, painting, tmp_path):
    film = Film(painting, tmp_path / f"film{ending}")
    result = painting.paint(film)
    film.save()
    with Image.open(tmp_path / f"film{ending}") as moving:
        assert 4 <= moving.n_frames <= 6  # equal ones become one
        assert moving.size == (48, 32)
        frames = []
        for k in range(moving.n_frames):
            moving.seek(k)
            frames.append(np.asarray(moving.convert("RGB"), np.float32) / 255)
    coarse = 0.12  # what 256 colours, or WebP, may be off, root mean square
    assert np.sqrt(np.mean((frames[0] - painting.content[0]) ** 2)) < coarse
    assert np.sqrt(np.mean((frames[-1] - result.image[0]) ** 2)) < coarse
    assert np.abs(frames[0] - frames[-1]).mean() > 0.01


def test_a_long_run_makes_no_long_film(painting, tmp_path, monkeypatch):
    film = Film(painting, tmp_path / "film.gif")
    stages = painting.transfer.stages
    monkeypatch.setattr(painting.transfer, "stages", [stage._replace(steps=10_000) for stage in stages])
    record = nst_tf.Record(1, 1.0, {}, 0.0)
    for step in range(1, 10_001):
        film(record._replace(step=step))
    film.save()
    with Image.open(tmp_path / "film.gif") as moving:
        assert moving.n_frames <= FILM_FRAMES + 1


def test_a_film_of_a_large_picture_is_small(tmp_path):
    painting = Painting("cat", "great_wave", tmp_path / "o.png", size=800, enlarge=True, config=Config(steps=1))
    film = Film(painting, tmp_path / "film.webp")
    film.save()  # of nothing but the start
    with Image.open(tmp_path / "film.webp") as moving:
        assert max(moving.size) == FILM_SIZE


def test_a_film_needs_a_name_that_says_what_it_is(painting, tmp_path):
    with pytest.raises(InputError, match=r"film\.mp4 is no name for a film: end it in \.gif or \.webp"):
        Film(painting, tmp_path / "film.mp4")
    with pytest.raises(MissingFileError, match="no folder"):
        Film(painting, tmp_path / "nowhere" / "film.gif")
    (tmp_path / "film.gif").touch()
    with pytest.raises(FileAccessError, match="exists already"):
        Film(painting, tmp_path / "film.gif")


def test_numbered_pictures(painting, tmp_path):
    painting.paint(NumberedPictures(painting, 2))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.png", "out_0002.png", "out_0004.png"]
    finished, begun = (nst_tf.load_image(tmp_path / name) for name in ("out.png", "out_0002.png"))
    assert np.abs(finished - begun).mean() > 0.005


def test_a_sheet_shows_all_at_one_height(content, style):
    row = sheet(content, style, content)  # 32x48, 43x64
    assert row.shape == (1, 32, 48 + 12 + 48 + 12 + 48, 3)
    np.testing.assert_allclose(row[:, :, :48], content, atol=1 / 255)
    np.testing.assert_allclose(row[:, :, -48:], content, atol=1 / 255)
    assert (row[:, :, 48:60] == 1).all()
