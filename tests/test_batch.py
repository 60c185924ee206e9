"""Many pictures: a folder painted, and a photo in every bundled style; as a program and as the command have it."""

import contextlib
import dataclasses
import sys

import numpy as np
import pytest
from PIL import Image

import nst_tf
from nst_tf import Config, FileAccessError, InputError, MissingFileError
from nst_tf.cli import main
from nst_tf.many.batch import paint_folder
from nst_tf.many.contact_sheet import GAP, contact_sheet, panels
from nst_tf.many.plan import photos_in, plan_jobs
from nst_tf.options import _name_and_values

FEW = {"size": 48, "config": Config(steps=3, precision="float32")}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Work in a folder with another one, `photos`: two photos, one that is none, and what is no picture at all."""
    monkeypatch.chdir(tmp_path)
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("cat", "flower"):
        nst_tf.save_image(nst_tf.load_image(nst_tf.sample_image(name), 64), photos / f"{name}.png")
    (photos / "broken.jpg").write_text("no picture")
    for other in (".hidden.png", "notes.txt"):
        (photos / other).write_text("no picture")
    (photos / "more.png").mkdir()
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_every_photo_is_painted_and_what_is_none_is_passed_over(folder):
    outcomes = list(paint_folder("photos", "great_wave", "out", **FEW))
    assert [outcome.photo.name for outcome in outcomes] == ["broken.jpg", "cat.png", "flower.png"]
    assert "broken.jpg is no picture" in str(outcomes[0].error)
    assert names(folder / "out") == ["cat_great_wave.png", "flower_great_wave.png"]
    alone = nst_tf.style_transfer(
        nst_tf.load_image("photos/cat.png", 48), nst_tf.load_image(nst_tf.sample_image("great_wave"), 48),
        config=FEW["config"],
    )  # fmt: skip
    np.testing.assert_allclose(nst_tf.load_image("out/cat_great_wave.png"), alone.image, atol=1.5 / 255)


def test_an_interrupted_batch_goes_on_where_it_was(folder):
    def interrupt(painting, record):
        if painting.content_path.name == "flower.png" and record.step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(paint_folder("photos", "great_wave", "out", callback=interrupt, **FEW))
    assert names(folder / "out") == ["cat_great_wave.png"]  # the flower is not finished, so it is not there
    before = (folder / "out" / "cat_great_wave.png").stat().st_mtime_ns
    outcomes = list(paint_folder("photos", "great_wave", "out", **FEW))
    assert [outcome.painting is None for outcome in outcomes] == [True, True, False]
    assert outcomes[1].error is None
    assert (folder / "out" / "cat_great_wave.png").stat().st_mtime_ns == before


def test_the_second_picture_of_a_size_compiles_nothing(folder, monkeypatch):
    from nst_tf import sum_of_terms

    list(paint_folder("photos", "great_wave", "out", **FEW))
    compiled = sum_of_terms._compile_once.cache_info().misses
    list(paint_folder("photos", "poppies", "out", **FEW))
    assert sum_of_terms._compile_once.cache_info().misses == compiled


def test_photos_that_share_a_name_get_two_paintings(folder):
    nst_tf.save_image(nst_tf.load_image("photos/cat.png"), folder / "photos" / "cat.jpg")
    list(paint_folder("photos", {"great_wave": 2, "poppies": 1}, "out", **FEW))
    assert names(folder / "out") == [
        "cat.jpg_great_wave_poppies.png", "cat.png_great_wave_poppies.png", "flower_great_wave_poppies.png"
    ]  # fmt: skip


def test_a_long_narrow_style_is_tried_at_the_size_that_it_is_used_at(folder):
    Image.new("RGB", (640, 64)).save("scroll.png")
    assert paint_folder("photos", "scroll.png", "out", **FEW, style_size=512)
    with pytest.raises(InputError, match=r"scroll.png is 640x64 pixels; scaled down, 48x5"):
        paint_folder("photos", "scroll.png", "out", **FEW)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("nowhere", "great_wave", "out"), MissingFileError, "there is no folder nowhere: check the name"),
        (("photos/cat.png", "great_wave", "out"), InputError, "photos/cat.png is a file: name the folder"),
        (("empty", "great_wave", "out"), InputError, "there is no picture in empty: name a folder with photos"),
        (("photos", "great_wave", "photos"), InputError, "photos is inside photos, whose pictures are painted"),
        (("photos", "great_wave", "photos/out"), InputError, "photos/out is inside photos"),
        (("photos", "great_wave", "empty/../photos/out"), InputError, "is inside photos"),
        (("photos", "great_wave", "no/out"), MissingFileError, "there is no folder no to make out in"),
        (("photos", "great_wave", "file"), InputError, "file is a file: give the name of a folder"),
        (("photos", "great_waves", "out"), InputError, "did you mean great_wave"),
        (("photos", {"great_wave": 0}, "out"), InputError, "all styles have the weight 0"),
        (("photos", [], "out"), InputError, "there is no style"),
        (("", "great_wave", "out"), InputError, "the name of a file is empty"),
    ],
)
def test_what_makes_no_batch_is_said_before_anything_is_painted(folder, arguments, error, message):
    (folder / "empty").mkdir()
    (folder / "file").touch()
    with pytest.raises(error, match=message):
        paint_folder(*arguments, **FEW)
    assert names(folder) == ["empty", "file", "photos"]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others there")
def test_a_folder_that_cannot_be_read_is_named(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.iterdir", refuse)
    with pytest.raises(FileAccessError, match="photos cannot be read"):
        photos_in("photos")


# ---- the commands


def test_the_batch_says_a_line_a_picture_and_how_many_failed(folder, capsys):
    arguments = ["batch", "photos", "great_wave", "-o", "out", "--size", "48", "--steps", "3"]
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert [line.split(",")[0] for line in out.splitlines()] == [
        "2/3: out/cat_great_wave.png", "3/3: out/flower_great_wave.png"
    ]  # fmt: skip
    assert "nst-tf: 1/3, broken.jpg: photos/broken.jpg is no picture" in err
    assert "passed over" in err
    assert main(arguments) == 1
    assert "2/3: out/cat_great_wave.png is there already" in capsys.readouterr().out
    (folder / "photos" / "broken.jpg").unlink()
    assert main([*arguments, "-q"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("setting", [setting for setting in dataclasses.fields(Config) if setting.metadata["choices"]])
def test_every_choice_can_be_swept_over(folder, setting):
    config, sweep = FEW["config"].replace(**{setting.name: setting.default}), {}
    for choice in setting.metadata["choices"]:
        with contextlib.suppress(InputError):  # some go only with others
            config.replace(**{setting.name: choice})
            sweep.setdefault(setting.name, []).append(choice)
    jobs = plan_jobs("photos", "great_wave", folder / "out", sweep, {"size": 48, "config": config})
    assert len(jobs) == 3 * len(sweep[setting.name]) == len({job.output for job in jobs})


def test_the_values_of_a_preset_can_be_swept_over(folder):
    swept = "batch photos great_wave -o out --size 48 --preset gatys2016 --sweep beta=1,2 --sweep steps=4 -q"
    (folder / "photos" / "broken.jpg").unlink()
    assert main(swept.split()) == 0
    assert names(folder / "out") == [
        f"{photo}_great_wave_beta{beta}_steps4.png" for photo in ("cat", "flower") for beta in (1, 2)
    ]


def test_a_sweep_over_a_switch(folder):
    jobs = plan_jobs(
        "photos", "great_wave", folder / "out", dict([_name_and_values("normalise-activations=on,off")]), {"size": 48}
    )
    assert [job.request["config"].normalise_activations for job in jobs[:2]] == [True, False]


def test_no_painting_takes_the_place_of_another(folder, capsys):
    """A photo of another ending, or with the style's name in its own, or in capital letters."""
    photo = folder / "photos" / "cat.png"
    for name in ("cat.jpg", "CAT.bmp"):
        (folder / "photos" / name).write_bytes(photo.read_bytes())
    jobs = plan_jobs("photos", "great_wave", folder / "out", {}, {"size": 48})
    assert len({str(job.output).lower() for job in jobs}) == len(jobs) == len(photos_in("photos"))
    (folder / "photos" / "flower_a.png").write_bytes(photo.read_bytes())
    for style in ("a_b.png", "b.png"):
        (folder / style).write_bytes(photo.read_bytes())
    assert main(["batch", "photos", "-o", "out", "--size", "48", "--sweep", "style=a_b.png,b.png"]) == 2
    assert "two paintings would be saved as flower_a_b.png: rename a photo or a style" in capsys.readouterr().err


def test_a_sweep_paints_every_combination(folder, capsys):
    (folder / "photos" / "broken.jpg").unlink()
    (folder / "photos" / "flower.png").unlink()
    sweep = ["--sweep", "style=great_wave,poppies", "--sweep", "beta=75,1.5e2"]
    arguments = ["batch", "photos", "-o", "out", "--size", "48", "--steps", "2", "--precision", "float32", *sweep]
    assert main(arguments) == 0
    out = capsys.readouterr().out.splitlines()
    expected = [f"cat_{style}_beta{beta}" for style in ("great_wave", "poppies") for beta in (75, 150)]
    assert [line.split(".png")[0] for line in out] == [f"{k}/4: out/{name}" for k, name in enumerate(expected, start=1)]
    content = nst_tf.load_image("photos/cat.png", 48)
    for name, style in zip(expected, ("great_wave", "great_wave", "poppies", "poppies"), strict=True):
        of_style = nst_tf.load_image(nst_tf.sample_image(style), 48)
        beta = float(name.split("beta")[1])
        alone = nst_tf.style_transfer(content, of_style, steps=2, precision="float32", beta=beta)
        np.testing.assert_allclose(nst_tf.load_image(f"out/{name}.png"), alone.image, atol=1.5 / 255)


def test_a_picture_that_is_too_small_is_one_that_failed(folder, capsys):
    Image.new("RGB", (20, 20)).save(folder / "photos" / "tiny.png")
    assert main(["batch", "photos", "great_wave", "-o", "out", "--size", "48", "--steps", "2", "-q"]) == 2
    assert "tiny.png is 20x20 pixels" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("batch", "batch needs a folder and a style: nst-tf batch FOLDER STYLE -o FOLDER"),
        ("batch photos", "batch needs a folder and a style"),
        ("batch photos great_wave", "batch needs a folder to save in: -o FOLDER"),
        ("batch photos great_wave -o out --film a.gif", "--film is for a single picture: leave it out with batch"),
        ("batch photos great_wave -o out --resume a", "--resume is for a single picture"),
        ("batch photos great_wave -o out --config a", "--config holds for a single picture"),
        ("batch empty great_wave -o out", "there is no picture in empty"),
        ("batch photos great_wave -o photos/out", "photos/out is inside photos"),
        ("batch photos -o out --sweep beta=75,150", "batch needs a folder and a style"),
        ("batch photos great_wave -o out --sweep style=poppies", "a batch needs a style, either for all"),
        ("batch photos great_wave -o out --sweep beta", "the sweep over beta has no values: give some, as in beta=1,2"),
        ("batch photos great_wave -o out --sweep beto=1,2", "unknown setting 'beto': did you mean beta"),
        ("batch photos great_wave -o out --sweep beta=-1,2", "beta is -1: give a finite number, 0 or more"),
        ("batch photos great_wave -o out --sweep weights=a/b", "a sweep over weights needs values that can"),
        ("batch photos -o out --sweep style=great_waves", "unknown picture"),
        ("batch photos great_wave -o out --steadiness 3", "--steadiness is for a video: leave it out with batch"),
        ("sheet cat --sweep beta=1,2", "--sweep is for a batch: leave it out with sheet"),
        ("sheet cat --cluster local", "--cluster is for a single picture or a batch: leave it out with sheet"),
        ("batch photos great_wave -o out --sweep beta=1 --sweep beta=2", "a setting is swept over twice: list all its"),
        ("batch photos great_wave -o out --beta 3 --sweep beta=1,2", "beta is given, and swept over, too: leave one"),
        ("batch photos great_wave -o out --sweep beta=75,75.0", "two paintings would be saved as broken_great_wave_"),
        ("batch photos great_wave -o out --sweep normalise_activations=on,maybe", "normalise_activations is 'maybe'"),
        ("batch photos great_wave -o out --checkpoint-every 0", "--checkpoint-every is for a single picture"),
        ("batch photos great_wave -o out --steadiness 0", "--steadiness is for a video"),
        ("photos/cat.png great_wave --sweep beta=1,2", "--sweep is for a batch: leave it out, or begin with"),
        ("sheet", "sheet needs a photo"),
        ("sheet cat great_wave", "sheet needs a photo, and takes the bundled styles"),
        ("sheet cat --keep mask.png", "--keep is for a single picture or a batch"),
        ("sheet cat -o sheet.txt", "sheet.txt has an unknown file type"),
        ("sheet nobody.jpg", "there is no file nobody.jpg"),
    ],
)
def test_commands_for_many_name_what_is_wrong(folder, capsys, arguments, message):
    (folder / "empty").mkdir()
    assert main(arguments.split()) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"nst-tf: {message}")
    assert names(folder) == ["empty", "photos"]


def test_a_sheet_shows_the_photo_in_every_style_with_its_command(folder, capsys):
    assert main(["sheet", "photos/cat.png", "--size", "64", "--steps", "2", "--colors", "content-matched"]) == 0
    out = capsys.readouterr().out.splitlines()
    styles = sorted(nst_tf.sample_images("style"))
    assert out[0] == f"cat_sheet.png: photos/cat.png in {len(styles)} styles; large:"
    assert out[1:] == [f"nst-tf photos/cat.png {style} --steps 2 --colors content-matched" for style in styles]
    page = nst_tf.load_image("cat_sheet.png")
    photo = nst_tf.load_image("photos/cat.png", 64)
    n_H, n_W = photo.shape[1:3]
    np.testing.assert_allclose(page[:, GAP : GAP + n_H, GAP : GAP + n_W], photo, atol=0.5 / 255 + 1e-6)
    assert page[0, GAP + n_H + 4 : GAP + n_H + 20, GAP : GAP + n_W].min() < 0.5  # something is written below it


def test_tiles_are_the_paintings_and_a_sheet_holds_them_all(folder):
    made = list(panels("cat", config=Config(steps=2, precision="float32"), size=64))
    assert [panel.title for panel in made] == [
        "cat.jpg",
        *(name.replace("_", " ") for name in nst_tf.sample_images("style")),
    ]
    assert len({panel.image.tobytes() for panel in made}) == len(made)
    page = contact_sheet(made)
    n_H, n_W = made[3].image.shape[1:3]
    left = GAP + 3 * (max(panel.image.shape[2] for panel in made) + GAP)
    np.testing.assert_allclose(page[:, GAP : GAP + n_H, left : left + n_W], made[3].image, atol=0.5 / 255 + 1e-6)
    assert names(folder) == ["photos"]


# ---- stdin and stdout


def test_a_picture_goes_in_and_out_by_pipe(offline):
    import io
    import subprocess

    data = nst_tf.sample_image("cat").read_bytes()
    arguments = [
        "-m",
        "nst_tf",
        "-",
        "great_wave",
        "--size",
        "64",
        "--steps",
        "3",
        "-o",
        "-",
        "--record",
        "record.json",
    ]
    done = subprocess.run([sys.executable, *arguments], input=data, capture_output=True, cwd=offline.folder,
                          env=offline.environment, timeout=300)  # fmt: skip
    assert done.returncode == 0, done.stderr
    with Image.open(io.BytesIO(done.stdout)) as picture:
        assert (picture.format, picture.size) == ("PNG", (64, 43))
        picture.load()
    assert b"-: 64x43, 3 evaluations" in done.stderr
    assert offline.files() == ["record.json"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("- great_wave", "no picture comes from stdin"),
        ("cat great_wave -o - --json", "--json does not go with a painting on stdout"),
        ("cat great_wave -o - --save-every 3", "--save-every does not go with a painting on stdout"),
    ],
)
def test_streams_that_cannot_serve_are_named(folder, capsys, monkeypatch, arguments, message):
    monkeypatch.setattr("sys.stdin", None)
    assert main([*arguments.split(), "--size", "48"]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"nst-tf: {message}")


def test_bytes_need_a_name_to_save_as():
    with pytest.raises(InputError, match="a photo without a name needs a name to save its painting as"):
        nst_tf.Painting(nst_tf.sample_image("cat").read_bytes(), "great_wave", size=64)


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "tif", "bmp", "avif"])
def test_a_painting_is_saved_as_whatever_its_name_says(folder, ending):
    from PIL import features

    if ending == "avif" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    painting = nst_tf.Painting("cat", "great_wave", f"out.{ending}", **FEW)
    painting.paint()
    assert np.abs(nst_tf.load_image(f"out.{ending}") - painting.transfer.image).mean() < 0.02
