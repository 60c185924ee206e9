"""Moving pictures: known motions found again, frames that do not flicker, clips in and out, and the command."""

import numpy as np
import pytest
from PIL import Image

import nst_tf
from nst_tf import Config, InputError, MissingFileError
from nst_tf.cli import main
from nst_tf.many.clips import check_clip, read_clip, write_clip

pytest.importorskip("cv2", reason="moving pictures need OpenCV, of the extra `video`")
import itertools

from nst_tf.many.optical_flow import motion_between
from nst_tf.many.sequence import paint_frames, temporal_cost

PAN = 3  # pixels a frame


@pytest.fixture(scope="module")
def frames():
    """Return four frames of a camera that moves to the right over the pagoda, (1, 64, 96, 3)."""
    photo = nst_tf.load_image(nst_tf.sample_image("pagoda"), 320)
    return [photo[:, 60:124, 40 + PAN * k : 136 + PAN * k] for k in range(4)]


@pytest.fixture(scope="module")
def painted(frames):
    """Return the frames, painted one after the other, and each alone."""
    style = nst_tf.load_image(nst_tf.sample_image("village_street_auvers"), 96)
    config = Config(steps=16, precision="float32")
    alone = [nst_tf.style_transfer(frame, style, config=config).image for frame in frames[:3]]
    return list(paint_frames(frames[:3], style, config)), alone


def change(pictures):
    """Return the mean change from frame to frame of what is seen in both, moved back by the known pan."""
    pairs = itertools.pairwise(pictures)
    return np.mean([np.abs(now[:, 6:-6, 6 : -6 - PAN] - before[:, 6:-6, 6 + PAN : -6]).mean() for before, now in pairs])


def test_a_known_pan_is_found(frames):
    motion = motion_between(frames[0], frames[1])
    columns, rows = np.moveaxis(motion.source, -1, 0)
    assert np.median(columns - np.arange(96)) == pytest.approx(PAN, abs=0.3)
    assert np.median(rows - np.arange(64)[:, np.newaxis]) == pytest.approx(0, abs=0.3)
    carried = motion.carry(frames[0])
    error = np.abs(carried - frames[1]).mean(axis=-1)[motion.visible[..., 0] > 0]
    assert error.mean() < 0.15 * np.abs(frames[0] - frames[1]).mean()


def test_what_comes_into_the_picture_was_not_visible_before(frames):
    visible = motion_between(frames[0], frames[1]).visible[0, :, :, 0]
    assert visible[:, -PAN:].mean() < 0.2
    assert visible[8:-8, 8 : -8 - PAN].mean() > 0.7
    assert set(np.unique(visible)) <= {0, 1}


def test_a_picture_that_stands_still_is_visible_all_over(frames):
    motion = motion_between(frames[0], frames[0])
    assert motion.visible.mean() > 0.95
    np.testing.assert_allclose(motion.carry(frames[0]), frames[0], atol=0.02)


def test_the_temporal_cost_by_hand():
    image, carried = np.full((1, 1, 2, 3), 0.75, np.float32), np.full((1, 1, 2, 3), 0.25, np.float32)
    visible = np.array([1, 0], np.float32).reshape(1, 1, 2, 1)
    assert float(temporal_cost(image, carried, visible)) == pytest.approx(3 * 0.25 / 6)


def test_what_is_seen_in_both_frames_hardly_flickers(painted):
    together, alone = painted
    assert change(together) < change(alone) / 3  # at 64 px; benchmarks/flicker.py has larger ones
    np.testing.assert_array_equal(together[0], alone[0])
    for frame, single in zip(together, alone, strict=True):
        assert np.abs(frame - single).mean() < 0.2  # and is still a painting of its frame


def test_the_cost_of_flicker_is_a_term_of_j(frames, style):
    terms = []
    config = Config(steps=2, precision="float32")
    list(paint_frames(frames[:2], style, config, callback=lambda k, record: terms.append((k, tuple(record.terms)))))
    assert terms[0] == (0, ("J_content", "J_style"))
    assert terms[-1] == (1, ("J_content", "J_style", "J_temporal"))


def test_frames_of_two_sizes_are_named(frames, style):
    with pytest.raises(InputError, match=r"frame 1 has shape \(1, 64, 64, 3\), those before \(1, 64, 96, 3\)"):
        list(paint_frames([frames[0], frames[1][:, :, :64]], style, Config(steps=1)))
    with pytest.raises(InputError, match="steadiness is -1"):
        list(paint_frames(frames, style, steadiness=-1))


# ---- clips


@pytest.mark.parametrize("name", ["out", "out.gif", "out.webp", "out.mp4"])
def test_what_is_written_is_read_again(frames, tmp_path, name):
    if name.endswith("mp4"):
        pytest.importorskip("imageio_ffmpeg", reason="videos need imageio-ffmpeg, of the extra `video`")
    path = tmp_path / name
    check_clip(path)
    write_clip(frames, path, 10)
    clip = read_clip(path, 96)
    again = list(clip.frames)
    assert len(again) == len(frames) == clip.count
    assert clip.frames_a_second == pytest.approx(12 if name == "out" else 10, rel=0.02)
    for before, after in zip(frames, again, strict=True):
        assert after.shape == before.shape
        assert np.abs(before - after).mean() < 0.06  # a GIF has 256 colours
    assert max(next(iter(read_clip(path, 48).frames)).shape) == 48


def test_an_odd_side_gets_a_line_more_in_an_mp4(frames, tmp_path):
    pytest.importorskip("imageio_ffmpeg", reason="videos need imageio-ffmpeg, of the extra `video`")
    write_clip([frame[:, :63, :95] for frame in frames], tmp_path / "odd.mp4", 10)
    assert next(iter(read_clip(tmp_path / "odd.mp4", 96).frames)).shape == (1, 64, 96, 3)


@pytest.mark.parametrize("name", ["bad.mp4", "bad.gif", "still.gif", "text.txt", "nowhere.mp4", "empty"])
def test_what_does_not_move_is_named(tmp_path, name):
    for bad in ("bad.mp4", "bad.gif", "text.txt"):
        (tmp_path / bad).write_text("no moving picture")
    (tmp_path / "empty").mkdir()
    Image.new("RGB", (64, 64)).save(tmp_path / "still.gif")
    message = {"bad": "is damaged, or no moving picture", "still": "does not move", "text": "is no moving picture that",
               "nowhere": "there is no file", "empty": "there is no picture in"}[name.split(".")[0]]  # fmt: skip
    with pytest.raises((InputError, MissingFileError), match=message):
        list(read_clip(tmp_path / name, 64).frames)


def test_without_the_extra_it_is_said_what_to_install(frames, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "imageio_ffmpeg", None)
    monkeypatch.setitem(__import__("sys").modules, "cv2", None)
    with pytest.raises(nst_tf.StartError, match=r"videos need ffmpeg: pip install 'nst_tf\[video\]', or use"):
        check_clip(tmp_path / "out.mp4")
    with pytest.raises(nst_tf.StartError, match="moving pictures need OpenCV"):
        motion_between(frames[0], frames[1])
    assert main(["video", "clip.gif", "great_wave", "-o", str(tmp_path / "out.gif")]) == 2
    assert list(tmp_path.iterdir()) == []


# ---- the command


def test_a_gif_is_painted(frames, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_clip(frames[:2], "clip.gif", 10)
    arguments = ["video", "clip.gif", "great_wave", "-o", "out.gif", "--size", "96", "--steps", "3"]
    assert main(arguments) == 0
    assert capsys.readouterr().out == "out.gif: 2 frames, 10 a second\n"
    assert len(list(read_clip("out.gif", 96).frames)) == 2
    assert main(arguments) == 2
    assert "out.gif exists already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("end", "status", "reason"),
    [(nst_tf.DivergedError("J became NaN"), 1, "J became NaN"), (KeyboardInterrupt(), 130, "interrupted")],
)
def test_what_ends_a_clip_early_costs_none_of_the_frames_before(
    frames, tmp_path, monkeypatch, capsys, end, status, reason
):
    def paint(clip, *arguments, **keywords):
        yield next(iter(clip))
        raise end

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("nst_tf.many.sequence.paint_frames", paint)
    write_clip(frames, "clip", 10)
    assert main(["video", "clip", "great_wave", "-o", "out", "--size", "96"]) == status
    assert f"nst-tf: {reason}; what was painted so far is kept as out" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["frame_00001.png"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("video", "video needs moving pictures and a style"),
        ("video clip.gif great_wave", "video needs a name to save as"),
        ("video clip.gif great_wave -o out.txt", "out.txt is no name for moving pictures"),
        ("video clip.gif great_wave -o out.gif --film x.gif", "--film is for a single picture"),
        ("video clip.gif great_wave -o no/out.gif", "there is no folder no"),
        ("video nothing.gif great_wave -o out.gif", "there is no file nothing.gif"),
        ("video clip.gif great_waves -o out.gif", "unknown picture, neither a file nor a sample 'great_waves'"),
        ("cat great_wave --steadiness 3", "--steadiness is for a video"),
        ("batch . great_wave -o ../out --steadiness 3", "--steadiness is for a video"),
    ],
)
def test_bad_videos_are_one_sentence(frames, tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    write_clip(frames[:2], "clip.gif", 10)
    assert main(arguments.split()) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"nst-tf: {message}")
    assert [path.name for path in tmp_path.iterdir()] == ["clip.gif"]
