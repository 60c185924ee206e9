"""The command, as its users meet it: in a process of its own where that matters, else by `main`, which is faster."""

import dataclasses
import errno
import itertools
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import nst_tf
from nst_tf import Config, Costs, DivergedError, InputError, OutOfMemoryError
from nst_tf.arguments import parse
from nst_tf.cli import main
from nst_tf.options import COMMANDS, parser
from nst_tf.precision import resolve_precision

SUMMARY = re.compile(
    r"(?P<path>.+): (?P<size>\d+x\d+), (?P<evaluations>\d+) evaluations, (?P<seconds>\d+\.\d) s, "
    r"J_content (?P<J_content>[\d.e+-]+), J_style (?P<J_style>[\d.e+-]+)\n"
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Work in an empty folder."""
    folder = tmp_path / "cwd"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# ---- as a user runs it


def test_the_network_really_is_cut_off(offline):
    with socket.create_server(("127.0.0.1", 0)) as server:
        program = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}))"
        status, _, err = offline.run("-c", program)
    assert status == 1
    assert "the network is cut off in this test" in err
    assert offline.network_log.exists()


def test_two_pictures_become_a_third(offline):
    shutil.copy(nst_tf.sample_image("cat"), offline.folder / "my cat.jpg")
    status, out, err = offline.run(
        "-m", "nst_tf", "my cat.jpg", "great_wave", "--size", "64", "--steps", "3", "-o", "out.png"
    )
    assert status == 0, err
    assert offline.files() == ["my cat.jpg", "out.png"]

    summary = SUMMARY.fullmatch(out)
    assert summary, out
    assert (summary["path"], summary["size"], summary["evaluations"]) == ("out.png", "64x43", "3")
    assert float(summary["J_content"]) > 0
    assert float(summary["J_style"]) > 0

    lines = re.split(r"[\r\n]+", err.strip())
    assert lines[:4] == [
        "content: my cat.jpg 64x43, style: great_wave.jpg 64x43",
        "loading TensorFlow ...",
        f"network: VGG-16, bundled ImageNet weights, max pooling, normalised activations, {resolve_precision('auto')}",
        "weights: alpha 10, beta 18.75",
    ]
    bar = re.compile(r" *\d+%\|.*\| [\d:?]+ left(, evaluation \d/3, J=[\d.e+-]+)?")
    assert len(lines) > 4
    assert [line for line in lines[4:] if not bar.fullmatch(line)] == []  # no line of TensorFlow's, above all
    assert "3/3" in lines[-1]

    painting = nst_tf.load_image(offline.folder / "out.png")
    assert painting.shape == (1, 43, 64, 3)
    photo = nst_tf.load_image(offline.folder / "my cat.jpg", 64)
    assert 0.001 < np.abs(painting - photo).mean() < 0.4  # painted, from the photo
    assert not offline.network_log.exists()


SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_keeps_the_best_picture_and_says_where(offline, number):
    process = offline.start("-m", "nst_tf", "cat", "great_wave", "--size", "64", "--steps", "100000", "-o", "out.png")
    try:
        err, deadline = b"", time.monotonic() + 240
        while not re.search(rb"\b([2-9]|\d\d+)/100000", err):  # the bar shows some evaluations
            assert time.monotonic() < deadline, err
            more = os.read(process.stderr.fileno(), 65536)
            assert more, err
            err += more
        process.send_signal(number)
        process.send_signal(signal.SIGINT)  # a second one costs nothing
        out, rest = process.communicate(timeout=120)
    finally:
        process.kill()
    err = (err + rest).decode()
    assert process.returncode in (128 + number, 130)  # of two at once, the system delivers either first
    reason = "interrupted" if process.returncode == 130 else f"ended by {number.name}"
    assert "Traceback" not in err
    assert err.endswith(f"\nnst-tf: {reason}; the best picture so far is kept as out.png\n")
    summary = SUMMARY.fullmatch(out.decode())
    assert (summary["path"], summary["size"]) == ("out.png", "64x43")
    assert 2 <= int(summary["evaluations"]) < 100000
    assert nst_tf.load_image(offline.folder / "out.png").shape == (1, 43, 64, 3)
    assert offline.files() == ["out.png"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["nobody.jpg", "great_wave"],
        ["cat", "great_wave", "--steps", "0"],
        ["cat", "great_wave", "-o", "no/folder.png"],
        ["cat", "great_wave", "--stepz", "3"],
    ],
)
def test_bad_input_in_a_process_of_its_own(offline, arguments):
    status, out, err = offline.run("-m", "nst_tf", *arguments)
    assert (status, out) == (2, "")
    assert re.fullmatch(r"nst-tf: .+\n", err), err
    assert offline.files() == []


def test_bad_weights_in_a_process_of_its_own(offline):
    (offline.folder / "bad.weights.h5").write_text("no weights")
    status, out, err = offline.run("-m", "nst_tf", "cat", "great_wave", "-q", "--weights", "bad.weights.h5")
    assert (status, out) == (2, "")
    assert re.fullmatch(r"nst-tf: bad.weights.h5 is no readable weights file .*: get it again\n", err), err
    assert offline.files() == ["bad.weights.h5"]


def test_weights_to_download_without_a_network(offline):
    status, out, err = offline.run("-m", "nst_tf", "cat", "great_wave", "-q", "--weights", "imagenet")
    assert status == 2
    assert "evaluations" not in out  # Keras itself says there what it is downloading
    assert re.fullmatch(r"nst-tf: the imagenet weights of vgg16 could not be downloaded .*: connect .*\n", err), err
    assert offline.files() == []
    assert offline.network_log.exists()


def test_help_in_a_process_of_its_own(offline):
    status, out, err = offline.run("-m", "nst_tf", "--help")
    assert (status, err) == (0, "")
    assert out.startswith("Repaint a photo")


# ---- streams that are lost

SHORT = ["-m", "nst_tf", "cat", "great_wave", "--size", "64", "--steps", "2", "-o", "out.png"]


def in_the_shell(offline, arguments, redirections):
    """Run `python ARGUMENTS` in a shell with redirections; return (exit status, stdout, stderr)."""
    line = f"{shlex.join([sys.executable, *arguments])} {redirections}"
    done = subprocess.run(
        ["bash", "-c", line], cwd=offline.folder, env=offline.environment, capture_output=True, check=False
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("redirections", [">&- 2>&- <&-", "2> >(head -1)", ">/dev/full 2>/dev/full"])
def test_a_run_whose_lines_are_lost_keeps_its_picture(offline, redirections):
    status, out, err = in_the_shell(offline, SHORT, redirections)
    assert status == 0
    assert "Traceback" not in out + err
    assert offline.files() == ["out.png"]
    assert nst_tf.load_image(offline.folder / "out.png").shape == (1, 43, 64, 3)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
@pytest.mark.parametrize("option", ["--list-samples", "--version", "--help"])
def test_what_was_asked_for_and_cannot_be_written(offline, option):
    with Path("/dev/full").open("w") as full:
        process = offline.start("-m", "nst_tf", option, stdout=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert re.fullmatch(rb"nst-tf: stdout could not be written \(No space left on device\): free some .*\n", err), err


@pytest.mark.parametrize("option", ["--list-samples", "--version", "--help"])
def test_a_reader_that_has_read_enough(offline, option):
    reading, writing = os.pipe()
    os.close(reading)
    process = offline.start("-m", "nst_tf", option, stdout=writing)
    os.close(writing)
    assert process.communicate(timeout=60) == (None, b"")
    assert process.returncode == 0


def test_the_version(capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"nst_tf {nst_tf.__version__}\n"


def test_the_samples_are_listed(capsys, folder):
    assert main(["--list-samples"]) == 0
    out, err = capsys.readouterr()
    assert [line.split(": ")[0] for line in out.splitlines()] == ["content", "style"]
    assert all(name in out for name in nst_tf.sample_images())
    assert err == ""
    assert names(folder) == []


# ---- bad input


def has_bad_files(folder):
    """Fill the folder with files that are no use, and return it."""
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (86, 128, 3), np.uint8))
    picture.save(folder / "good.jpg")
    whole = (folder / "good.jpg").read_bytes()
    (folder / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "note.png").write_text("Dear diary")
    (folder / "empty.png").touch()
    (folder / "pictures").mkdir()
    (folder / "folder.png").mkdir()
    Image.new("RGB", (1000, 100)).save(folder / "strip.png")
    Image.new("RGB", (20, 20)).save(folder / "tiny.png")
    (folder / "there.png").write_bytes(b"mine")
    return folder


BAD_INPUT = {
    # tiles and clusters
    "cat great_wave --tile 100": "a tile of 100 pixels is nothing but margin, 64 pixels on each side for the",
    "cat great_wave --tile none": "tile is 'none': give auto, off, or a whole number, 32 or more",
    "cat great_wave --tile 0": "tile is 0: give auto, off, or a whole number, 32 or more",
    "cat great_wave --cluster": "expected one argument",
    # pictures
    "nobody.jpg great_wave": "there is no file nobody.jpg: check the name and the folder",
    "cat nobody.jpg": "there is no file nobody.jpg",
    "no/body great_wave": "there is no file no/body",
    "pictures great_wave": "pictures is a folder: name a picture in it",
    "cat .": ". is a folder: name a picture in it",
    "note.png great_wave": "note.png is no picture that can be read: use a PNG, JPEG or WebP file",
    "cat empty.png": "empty.png is no picture",
    "cut.jpg great_wave": "cut.jpg is damaged or cut short",
    "tiny.png great_wave": "tiny.png is 20x20 pixels, and both sides must have at least 32: take a larger "
    "picture, or allow it to be enlarged (--enlarge)",
    "strip.png great_wave --size 256": "strip.png is 1000x100 pixels; scaled down, 256x26, and both sides must have "
    "at least 32: give a larger size (--size 315 or more)",
    "cat strip.png --style-size 256": "at least 32: give a larger size (--style-size 315 or more)",
    "cat https://example.org/a.jpg": "https://example.org/a.jpg is an address, not a file: download it and name",
    "grate_wave cat": "unknown picture, neither a file nor a sample 'grate_wave': did you mean great_wave? choose from",
    "cat great-wave": "'great-wave': did you mean great_wave",
    "cat": "cat has no style picture to go with it: name one, such as great_wave",
    "cat great_wave --initial-image nobody.png": "there is no file nobody.png",
    "cat great_wave --initial-image good.jpg --size 64 --start noise": "both an initial_image and the start noise are",
    "cat great_wave --initial-image good.jpg --size 128 --steps 1": "initial_image has shape (1, 86, 128, 3) and",
    "a\nb.png great_wave": "there is no file a b.png",
    f"{'x' * 300}.png great_wave -o out.png": "there is no file xxx",
    # sizes
    "cat great_wave --size 31": "size is 31: give a whole number of pixels from 32 to 8192",
    "cat great_wave --size 0": "size is 0: give",
    "cat great_wave --size -5": "size is -5: give",
    "cat great_wave --size 8193": "size is 8193: give",
    "cat great_wave --size 99999999999999999999": "size is 99999999999999999999: give",
    "cat great_wave --size 100.5": "size is 100.5: give",
    "cat great_wave --size big": "size is 'big': give",
    "cat great_wave --style-size 0": "size is 0: give",
    "cat great_wave --style-size 9000": "size is 9000: give",
    "--size 5": "size is 5: give",
    # settings
    "cat great_wave --steps 0": "steps is 0: give a whole number, 1 or more",
    "cat great_wave --steps 1.5": "steps is 1.5: give",
    "cat great_wave --steps many": "steps is 'many': give",
    "cat great_wave --alpha -1": "alpha is -1: give a finite number, 0 or more",
    "cat great_wave --alpha=-1e3": "alpha is -1000.0: give",
    "cat great_wave --beta much": "beta is 'much': give a number, 0 or more",
    "cat great_wave --beta nan": "beta is nan: give a finite number",
    "cat great_wave --beta inf": "beta is inf: give a finite number",
    "cat great_wave --total-variation-weight -2": "total_variation_weight is -2",
    "cat great_wave --alpha 0 --beta 0": "alpha and beta are both 0, so there is nothing to paint",
    "cat great_wave --optimizer lbgfs": "unknown optimizer 'lbgfs': did you mean lbfgs",
    "cat great_wave --start nois": "unknown start 'nois': did you mean noise",
    "cat great_wave --network vgg61": "unknown network 'vgg61': did you mean",
    "cat great_wave --pooling avg": "unknown pooling 'avg': did you mean average",
    "cat great_wave --content-layers block4_conv9": "unknown layer of vgg16 'block4_conv9': did you mean block4_conv",
    "cat great_wave --style-layers block1_conv1=x": "style_layers, block1_conv1 is 'x': give a number",
    "cat great_wave --style-layers block1_conv1=-1": "style_layers, block1_conv1 is -1: give",
    "cat great_wave --style-layers block1_conv1=": "style_layers, block1_conv1 is '': give a number",
    "cat great_wave --style-layers ,": "style_layers holds no layer with a weight above 0",
    "cat great_wave --seed -1": "seed is -1: give a whole number, 0 or more",
    "cat great_wave --learning-rate 1": "lbfgs chooses its own step length",
    "cat great_wave --optimizer lbfgsb": "unknown optimizer 'lbfgsb': did you mean lbfgs",
    "cat great_wave --parametrisation pixel": "unknown parametrisation 'pixel': did you mean pixels",
    "cat great_wave --optimizer adam --parametrisation fourier": "adam stores the picture as pixels: leave",
    "cat great_wave --noise-contrast 0.5": "noise_contrast has no meaning for the start content: choose noise",
    "cat great_wave --start noise --noise-contrast 2": "noise_contrast is 2: give a number from 0 to 1",
    "cat great_wave --optimizer adam --learning-rate 0": "learning_rate is 0",
    "cat great_wave --noise-ratio 0.5": "noise_ratio has no meaning for the start content",
    "cat great_wave --start content+noise --noise-ratio 2": "noise_ratio is 2",
    "cat great_wave --preset gatys": "unknown preset 'gatys': did you mean gatys2016",
    "cat great_wave --stepz 3": "unknown option --stepz: did you mean --steps or --sweep or --style-size? (nst-tf",
    "cat great_wave --siz 64": "unknown option --siz: did you mean --size? (nst-tf",
    "cat great_wave --style-weight=4": "unknown option --style-weight: did you mean --beta? (nst-tf",
    "cat great_wave -z": "unknown option -z (nst-tf --help",
    "cat great_wave --steps": "argument --steps: expected one argument (nst-tf --help",
    "cat great_wave --st 3": "unknown option --st: did you mean --style-size or --steadiness or --steps or --start or "
    "--style-scale or --style-layers?",
    # outputs
    "cat great_wave -o no/folder.png": "there is no folder no to save folder.png in: make it first",
    "cat great_wave -o good.jpg/out.png": "there is no folder good.jpg",
    "cat great_wave -o out": "out has an unknown file type: end its name in one of",
    "cat great_wave -o out.xyz": "out.xyz has an unknown file type: end its name in one of",
    "cat great_wave -o pictures": "pictures is a folder: give the name of a file",
    "cat great_wave -o folder.png --overwrite": "folder.png is a folder: give the name of a file",
    "cat great_wave -o there.png": "there.png exists already: give another name, or allow it to be overwritten "
    "(--overwrite)",
    "good.jpg great_wave -o good.jpg": "good.jpg exists already: give another name",
    f"cat great_wave -o {'x' * 300}.png": "cannot be the name of a file",
    # networks
    "cat great_wave -q --size 64 --network vgg19": "only vgg16 is bundled, not vgg19: choose the weights imagenet",
    "cat great_wave -q --size 64 --weights nowhere.weights.h5": "there is no weights file nowhere.weights.h5",
    "cat great_wave -q --size 64 --weights note.png": "note.png is no Keras weights file",
}


@pytest.mark.parametrize("arguments", BAD_INPUT)
def test_bad_input_gets_one_sentence_and_writes_nothing(capsys, folder, arguments):
    before = names(has_bad_files(folder))
    status = main(arguments.split(" "))
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert (status, out) == (2, "")
    assert [line for line in lines if line.startswith("nst-tf: ")] == lines[-1:]
    assert BAD_INPUT[arguments] in lines[-1]
    is_found_later = "--initial-image good.jpg" in arguments or "--tile 100" in arguments  # with content and network
    assert lines[:-1] == [] or is_found_later
    assert "Traceback" not in err
    assert names(folder) == before
    assert (folder / "there.png").read_bytes() == b"mine"


def test_an_empty_name_is_no_name(capsys, folder):
    assert main(["cat", "great_wave", "-o", ""]) == 2
    assert capsys.readouterr().err == "nst-tf: the name of a file is empty: give one\n"
    assert main(["", "great_wave"]) == 2
    assert capsys.readouterr().err == "nst-tf: the name of a file is empty: give one\n"
    assert names(folder) == []


def test_no_memory_for_a_picture_is_no_bad_input(capsys, folder, monkeypatch):
    def refuse(*arguments):
        raise MemoryError

    monkeypatch.setattr("nst_tf.pictures.loading.decode", refuse)
    assert main(["cat", "great_wave"]) == 1
    assert re.fullmatch("nst-tf: there is not enough memory to load .*cat.jpg: .*\n", capsys.readouterr().err)
    assert names(folder) == []


def test_an_unwritable_folder(capsys, folder, monkeypatch):
    def refuse(*arguments, **keywords):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("nst_tf.pictures.writing.tempfile.TemporaryFile", refuse)
    assert main(["cat", "great_wave"]) == 2
    assert capsys.readouterr().err == "nst-tf: . cannot be written to (Permission denied): choose another folder\n"


def test_a_file_wins_over_a_sample_but_a_folder_does_not(capsys, folder):
    Image.new("RGB", (20, 20)).save(folder / "poppies", "PNG")  # too small, which shows that it is the one read
    (folder / "cat").mkdir()
    assert main(["cat", "poppies"]) == 2
    assert "poppies is 20x20 pixels" in capsys.readouterr().err


# ---- options and settings


class Stop(InputError):
    """Ends the command once it has shown what it was going to do."""


@pytest.fixture
def given(monkeypatch):
    """Return a list of what `Transfer` is called with; the command ends there."""
    calls = []

    def record(content, style, config, *, initial_image, keep, tiling):
        calls.append(
            {"content": content, "styles": style, "config": config, "initial_image": initial_image, "keep": keep}
        )
        raise Stop("stop")

    monkeypatch.setattr("nst_tf.transfer.Transfer", record)
    return calls


OPTIONS = {
    "steps": ("--steps 7", 7),
    "scales": ("--scales 1", 1),
    "optimizer": ("--optimizer adam", "adam"),
    "learning_rate": ("--learning-rate 0.5 --optimizer adam", 0.5),
    "optimizer_options": (
        "--optimizer adam --optimizer-options beta_1=0.99,epsilon=0.1",
        {"beta_1": 0.99, "epsilon": 0.1},
    ),
    "start": ("--start noise", "noise"),
    "noise_ratio": ("--noise-ratio 0.25 --start content+noise", 0.25),
    "noise_contrast": ("--noise-contrast 0.5 --start noise", 0.5),
    "parametrisation": ("--parametrisation pixels", "pixels"),
    "seed": ("--seed 8", 8),
    "alpha": ("--alpha 2e-3", 0.002),
    "beta": ("--beta 1e4", 10000.0),
    "total_variation_weight": ("--total-variation-weight 3", 3.0),
    "colors": ("--colors content-matched", "content-matched"),
    "style_scale": ("--style-scale 1.5", 1.5),
    "content_layers": ("--content-layers block2_conv1,block3_conv1=2", {"block2_conv1": 1.0, "block3_conv1": 2.0}),
    "style_layers": ("--style-layers block5_conv1=0.5", {"block5_conv1": 0.5}),
    "content_constant": ("--content-constant half", "half"),
    "network": ("--network vgg19", "vgg19"),
    "weights": ("--weights my.weights.h5", "my.weights.h5"),
    "pooling": ("--pooling average", "average"),
    "normalise_activations": ("--no-normalise-activations", False),
    "precision": ("--precision bfloat16", "bfloat16"),
    "tile": ("--tile 256", 256),
}


def test_the_table_of_options_is_complete():
    assert set(OPTIONS) == {setting.name for setting in dataclasses.fields(Config)}
    assert all(getattr(Config(), name) != value for name, (_, value) in OPTIONS.items())


@pytest.mark.parametrize("setting", OPTIONS)
def test_each_setting_is_an_option_that_reaches_the_config(given, folder, setting):
    arguments, value = OPTIONS[setting]
    assert main(["cat", "great_wave", "--size", "64", *arguments.split()]) == 2
    assert given
    config = given[0]["config"]
    assert getattr(config, setting) == value
    named = [option.removeprefix("--no-").lstrip("-").replace("-", "_") for option in arguments.split()]
    others = [name for name in OPTIONS if name not in named]
    assert {name: getattr(config, name) for name in others} == {name: getattr(Config(), name) for name in others}


def test_without_options_the_config_is_the_default(given, folder):
    main(["cat", "great_wave"])
    assert given[0]["config"] == Config()


def test_options_lie_over_a_preset(given, folder):
    main(["cat", "great_wave", "--preset", "gatys2016", "--steps", "5", "--beta", "2"])
    assert given[0]["config"] == Config.from_preset("gatys2016", steps=5, beta=2)


def test_every_option_has_a_help_line_and_a_default_that_is_said():
    for action in parser()._actions:
        assert action.help, action.dest
        assert len(action.help.split()) >= 3, action.dest
    for setting in dataclasses.fields(Config):
        [action] = [action for action in parser()._actions if action.dest == setting.name]
        assert "--" + setting.name.replace("_", "-") in action.option_strings
        assert "default" in action.help
        for choice in setting.metadata["choices"]:
            assert choice in action.help


@pytest.fixture(params=[80, 100, 160])
def helped(request, capsys, monkeypatch):
    """What --help shows in a terminal of so many columns."""
    monkeypatch.setenv("COLUMNS", str(request.param))
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out
    assert max(len(line) for line in out.splitlines()) <= min(request.param, 100)
    return out


def test_help_is_grouped_and_names_every_option(helped):
    for setting in dataclasses.fields(Config):
        assert f"--{setting.name.replace('_', '-')}" in helped
    groups = ["what to paint:", "pictures:", "along the way:", "training:", "what counts:", "network:"]
    assert [line for line in helped.splitlines() if line in groups] == groups


def test_help_begins_with_the_most_useful_commands(helped):
    examples = re.findall(r"^  nst-tf (.+?)(?:  +.+)?$", helped.partition("usage:")[0], re.MULTILINE)
    assert len(helped.partition(examples[3])[0].splitlines()) <= 6
    assert {example.split()[0] for example in examples} >= set(COMMANDS)
    for example in examples:
        assert parse(example.split())


def test_the_size_holds_for_both_pictures_unless_the_style_has_its_own(given, folder):
    main(["cat", "great_wave", "--size", "64"])
    main(["cat", "great_wave", "--size", "64", "--style-size", "100"])
    main(["cat", "great_wave"])
    assert [max(call["content"].shape) for call in given] == [64, 64, 451]  # the cat has 451 pixels: not enlarged
    assert [max(call["styles"][0].image.shape) for call in given] == [64, 100, 512]


def test_pictures_are_enlarged_only_when_asked(given, folder):
    Image.new("RGB", (40, 60)).save(folder / "small.png")
    main(["small.png", "small.png", "--size", "120"])
    main(["small.png", "small.png", "--size", "120", "--enlarge"])
    assert [call["content"].shape for call in given] == [(1, 60, 40, 3), (1, 120, 80, 3)]
    assert [call["styles"][0].image.shape for call in given] == [(1, 60, 40, 3), (1, 120, 80, 3)]


def test_an_initial_image_is_loaded(given, folder):
    Image.new("RGB", (64, 43), (255, 0, 0)).save(folder / "earlier.png")
    main(["cat", "great_wave", "--size", "64", "--initial-image", "earlier.png"])
    assert given[0]["initial_image"].shape == (1, 43, 64, 3)
    assert given[0]["initial_image"][0, 0, 0, 0] == 1


def test_without_pictures_the_demonstration_is_painted_and_said(given, folder, capsys):
    main([])
    err = capsys.readouterr().err
    assert "repainting the bundled pagoda in the style of Van Gogh's village street" in err
    np.testing.assert_array_equal(given[0]["content"], nst_tf.load_image(nst_tf.sample_image("pagoda"), 512))
    (style,) = given[0]["styles"]
    np.testing.assert_array_equal(style.image, nst_tf.load_image(nst_tf.sample_image("village_street_auvers"), 512))


@pytest.mark.parametrize(
    "styles",
    ["great_wave=2,poppies", "great_wave=2 poppies", "great_wave=2, poppies=1", "--size 64 great_wave=2 poppies"],
)
def test_several_styles_are_named_with_their_weights(given, folder, styles):
    main(["cat", *styles.split(" "), "--size", "64"])
    assert [(style.name, style.weight) for style in given[0]["styles"]] == [("great_wave", 2), ("poppies", 1)]


def test_a_file_may_be_called_like_a_list(given, folder):
    Image.new("RGB", (64, 43)).save(folder / "a=2,b.png")
    main(["cat", "a=2,b.png", "--size", "64"])
    main(["cat", "a=2,b.png=3", "--size", "64"])
    assert [style.weight for call in given for style in call["styles"]] == [1, 3]


def test_masks_belong_to_the_styles_in_their_order(given, folder):
    for name, column in (("left", 0), ("right", 32)):
        mask = Image.new("L", (64, 43))
        mask.paste(255, (column, 0, column + 32, 43))
        mask.save(folder / f"{name}.png")
    main(
        ["cat", "great_wave", "poppies", "--size", "64", "--place", "all", "--place", "right.png", "--keep", "left.png"]
    )
    everywhere, right = (style.place for style in given[0]["styles"])
    assert everywhere is None
    assert (right[0, :, 32:].min(), right[0, :, :32].max()) == (1, 0)
    assert given[0]["keep"][0, 0, 0, 0] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("great_wave=much", "the weight of great_wave is 'much': give a number"),
        ("great_wave=-1", "the weight of great_wave is -1"),
        ("great_wave=0", "all styles have the weight 0"),
        ("great_wave=0 poppies=0", "all styles have the weight 0"),
        ("great_wave popies", "unknown picture, neither a file nor a sample 'popies': did you mean poppies?"),
        ("great_wave,popies=3", "unknown picture, neither a file nor a sample 'popies': did you mean poppies?"),
        ("great_wave poppies --place cat", "there are 2 styles and 1 of --place: give one for each style"),
        ("great_wave --place nobody.png", "there is no file nobody.png"),
        ("great_wave --keep square.png", "keep has 64x64 pixels, the content 64x43"),
        ("great_wave --keep black.png", "keep is black all over"),
        ("great_wave --place square.png", "the place of great_wave has 64x64 pixels, the content 64x43"),
        ("great_wave --part square.png", "the part of great_wave has 64x64 pixels, the style 64x43"),
        ("great_wave --style-scale 2 --style-size 64", "--style-size and --style-scale both say how large the styles"),
        ("great_wave --colors photo", "unknown colors 'photo'"),
    ],
)
def test_bad_styles_and_masks_are_one_sentence(capsys, folder, arguments, message):
    Image.new("L", (64, 64), 255).save(folder / "square.png")
    Image.new("L", (64, 43)).save(folder / "black.png")
    before = names(folder)
    assert main(["cat", *arguments.split(), "--size", "64", "--steps", "1"]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"nst-tf: {message}"), last
    assert names(folder) == before


def test_a_blend_is_painted_and_each_of_its_costs_is_said(capsys, folder):
    assert main(["cat", "great_wave=2,poppies", "--size", "64", "--steps", "3", "--record", "blend.json"]) == 0
    out, err = capsys.readouterr()
    assert "style: great_wave.jpg 64x43 (weight 2), poppies.jpg 64x" in err
    assert re.search(r"J_content [\d.]+, J_style_great_wave [\d.]+, J_style_poppies [\d.]+\n", out)
    assert names(folder) == ["blend.json", "cat_great_wave_poppies.png"]
    first = nst_tf.load_image("cat_great_wave_poppies.png")
    for recipe in ("blend.json", "cat_great_wave_poppies.png"):
        assert main(["--config", recipe, "-o", "again.png", "--overwrite"]) == 0
        np.testing.assert_allclose(nst_tf.load_image("again.png"), first, atol=1.5 / 255)


def test_a_blend_with_masks_is_resumed(capsys, folder):
    mask = Image.new("L", (64, 43))
    mask.paste(255, (0, 0, 32, 43))
    mask.save(folder / "left.png")
    blend = [
        "cat",
        "great_wave",
        "poppies",
        "--place",
        "left.png",
        "--place",
        "all",
        "--keep",
        "left.png",
        "--size",
        "64",
    ]
    assert main([*blend, "--steps", "6", "-o", "whole.png", "--checkpoint", "run", "--checkpoint-every", "3"]) == 0
    assert main(["--resume", "run", "-o", "resumed.png"]) == 0
    np.testing.assert_allclose(nst_tf.load_image("resumed.png"), nst_tf.load_image("whole.png"), atol=1.5 / 255)
    assert main([*blend, "--resume", "run", "--keep", "cat", "-o", "other.png"]) == 2
    assert "run was saved with another keep picture" in capsys.readouterr().err


def test_an_option_of_the_optimizer_without_a_number_is_refused(capsys, folder):
    assert main(["cat", "great_wave", "--optimizer", "adam", "--optimizer-options", "epsilon"]) == 2
    assert "nst-tf: optimizer_options, epsilon is '': give a number" in capsys.readouterr().err


def test_coarse_to_fine_is_said_and_done(capsys, folder):
    assert main(["cat", "great_wave", "--size", "96", "--scales", "2", "--steps", "2"]) == 0
    out, err = capsys.readouterr()
    assert "coarse to fine: 48x32, 96x64\n" in err
    summary = SUMMARY.fullmatch(out)
    assert (summary["size"], summary["evaluations"]) == ("96x64", "3")


def test_too_many_scales_for_the_picture_are_refused(capsys, folder):
    assert main(["cat", "great_wave", "--size", "96", "--scales", "3"]) == 2
    err = capsys.readouterr().err
    assert err.splitlines()[-1].startswith("nst-tf: scales is 3, which would begin with the content shrunk to 24x16")
    assert names(folder) == []


# ---- how a run ends


@pytest.fixture
def play(monkeypatch):
    """Return a function that lets each evaluation be played: three of them, and then the error, if there is one."""

    def use(error=None):
        def evaluate(objective, search, step, optimizer):
            if step > 3:
                raise error
            J = {1: 9.0, 2: 4.0, 3: 7.0}[step]
            return (
                Costs(J, {"J_content": J / 10, "J_style": J / 100}),
                np.full_like(search.image, J / 10),
                step < 3 or (error is not None),
            )

        monkeypatch.setattr("nst_tf.transfer.evaluate", evaluate)
        monkeypatch.setattr("nst_tf.precision.has_fast_bfloat16", bool)  # there, a search that ends goes on
        clock = itertools.count(step=0.5)  # looked at twice an evaluation
        monkeypatch.setattr("nst_tf.transfer.time", SimpleNamespace(perf_counter=lambda: next(clock)))

    return use


RUN = ["cat", "great_wave", "--size", "64", "-o", "out.png"]
DONE = "out.png: 64x43, 3 evaluations, 1.5 s, J_content 0.4, J_style 0.04\n"


def assert_saved(folder):
    """The best picture of the three is there, and nothing else."""
    assert names(folder) == ["out.png"]
    np.testing.assert_allclose(nst_tf.load_image(folder / "out.png"), np.full((1, 43, 64, 3), 0.4), atol=1e-6)


def test_a_finished_run(capsys, folder, play):
    play()
    assert main(RUN) == 0
    assert capsys.readouterr().out == DONE
    assert_saved(folder)


def test_quiet_shows_only_the_last_line(capsys, folder, play):
    play()
    assert main([*RUN, "-q"]) == 0
    assert capsys.readouterr() == (DONE, "")


@pytest.mark.skipif(os.name != "posix", reason="file names are bytes on POSIX only")
def test_a_name_that_is_no_text_is_shown_as_well_as_can_be(capsys, folder, play):
    play()
    assert main([*RUN[:-1], os.fsdecode(b"caf\xe9.png"), "-q"]) == 0
    assert capsys.readouterr().out == DONE.replace("out", r"caf\udce9")
    assert [os.fsencode(name) for name in names(folder)] == [b"caf\xe9.png"]


def test_the_default_output_is_named_after_both_pictures(capsys, folder, play):
    play()
    assert main(["--size", "64", "-q"]) == 0
    assert names(folder) == ["pagoda_village_street_auvers.png"]
    assert main(["--size", "64", "-q"]) == 2
    assert "pagoda_village_street_auvers.png exists already" in capsys.readouterr().err
    assert main(["--size", "64", "-q", "--overwrite"]) == 0


def test_the_photo_itself_can_be_repainted_if_that_is_asked_for(capsys, folder, play):
    play()
    shutil.copy(nst_tf.sample_image("cat"), folder / "out.png")
    assert main(["out.png", "great_wave", "--size", "64", "-o", "out.png", "-q", "--overwrite"]) == 0
    assert_saved(folder)


def test_an_interrupted_run(capsys, folder, play):
    play(KeyboardInterrupt())
    assert main(RUN) == 130
    out, err = capsys.readouterr()
    assert out == DONE
    assert err.endswith("nst-tf: interrupted; the best picture so far is kept as out.png\n")
    assert_saved(folder)


def test_a_second_ctrl_c_does_not_cost_the_picture(capsys, folder, play, monkeypatch):
    play(KeyboardInterrupt())
    save_image, handler = nst_tf.save_image, signal.getsignal(signal.SIGINT)

    def interrupted(*arguments, **keywords):
        signal.raise_signal(signal.SIGINT)
        save_image(*arguments, **keywords)

    monkeypatch.setattr("nst_tf.painting.save_image", interrupted)
    assert main(RUN) == 130
    assert_saved(folder)
    assert signal.getsignal(signal.SIGINT) is handler


@pytest.fixture(params=SIGNALS)
def heard(request):
    """Return a signal that is not ignored, wherever these tests run."""
    before = signal.signal(request.param, signal.default_int_handler)
    yield request.param
    signal.signal(request.param, before)


def test_a_signal_ends_the_run_and_more_during_the_save_cost_nothing(capsys, folder, play, monkeypatch, heard):
    play(AssertionError("it went on"))
    evaluate, save_image = sys.modules["nst_tf.transfer"].evaluate, nst_tf.save_image

    def signalled(objective, search, step, optimizer):
        if step == 3:
            signal.raise_signal(heard)
        return evaluate(objective, search, step, optimizer)

    def save(*arguments, **keywords):
        signal.raise_signal(heard)
        save_image(*arguments, **keywords)
        signal.raise_signal(heard)

    monkeypatch.setattr("nst_tf.transfer.evaluate", signalled)
    monkeypatch.setattr("nst_tf.painting.save_image", save)
    assert main(RUN) == 128 + heard
    out, err = capsys.readouterr()
    reason = "interrupted" if heard == signal.SIGINT else f"ended by {heard.name}"
    assert (out, err.splitlines()[-1]) == (DONE, f"nst-tf: {reason}; the best picture so far is kept as out.png")
    assert signal.getsignal(heard) is signal.default_int_handler
    assert_saved(folder)


def test_a_signal_during_the_last_save_comes_too_late(capsys, folder, play, monkeypatch, heard):
    play()
    save_image = nst_tf.save_image

    def save(*arguments, **keywords):
        signal.raise_signal(heard)
        save_image(*arguments, **keywords)

    monkeypatch.setattr("nst_tf.painting.save_image", save)
    assert main([*RUN, "-q"]) in (0, 130)
    assert_saved(folder)


def test_without_any_stream_the_picture_is_saved(folder, play, monkeypatch):
    """As under pythonw, or in a service."""
    play()
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert main(RUN) == 0
    assert_saved(folder)


def test_memory_that_ends_before_the_painting_begins(capsys, folder, monkeypatch):
    def too_much(*arguments, **keywords):
        raise MemoryError

    monkeypatch.setattr("nst_tf.style_files.load_image", too_much)
    assert main(RUN) == 1
    assert capsys.readouterr().err.startswith("nst-tf: the memory does not suffice: give a smaller size")


def test_an_interrupt_before_the_first_picture(capsys, folder, monkeypatch):
    def interrupt(*arguments, **keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr("nst_tf.transfer.Transfer", interrupt)
    assert main(RUN) == 130
    assert capsys.readouterr().err.splitlines()[-1].startswith("nst-tf: interrupted before a picture was saved")
    assert names(folder) == []


def test_a_run_in_which_nothing_was_better_says_so_and_saves_nothing(capsys, folder):
    """Raw activations have a gradient some million times steeper than the default rate is meant for."""
    arguments = ["--optimizer", "gradient_descent", "--no-normalise-activations", "--steps", "2", "-q"]
    assert main([*RUN, *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "nst-tf: no step was better than the picture it started from: give a smaller learning rate or more steps; "
        "nothing was written\n"
    )
    assert names(folder) == []


def test_a_picture_of_nan_is_a_diverged_run(capsys, folder):
    arguments = ["--optimizer", "adam", "--beta", "1e30", "--steps", "3", "-q"]
    assert main([*RUN, *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"nst-tf: .* became NaN or infinite in step .*; nothing was written\n", err)
    assert names(folder) == []


@pytest.mark.parametrize(
    "error",
    [
        DivergedError("J became nan in step 4: make the learning rate smaller"),
        OutOfMemoryError("64x43 pixels do not fit into the memory: give a smaller size"),
    ],
)
def test_a_run_that_cannot_go_on(capsys, folder, play, error):
    play(error)
    assert main(RUN) == 1
    out, err = capsys.readouterr()
    assert out == DONE
    assert err.splitlines()[-1] == f"nst-tf: {error}; the best picture so far is kept as out.png"
    assert_saved(folder)


def test_a_run_that_diverges_at_once(capsys, folder):
    assert main([*RUN, "--alpha", "1e38", "--beta", "1e38", "-q"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(
        r"nst-tf: (J|the gradient) became NaN or infinite in step 1 at .*: make alpha, beta .*; nothing was written\n",
        err,
    )
    assert names(folder) == []


def test_a_picture_that_cannot_be_saved_in_the_end(capsys, folder, play, monkeypatch):
    play()

    def run_out_of_space(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("nst_tf.pictures.writing.os.fsync", run_out_of_space)
    assert main([*RUN, "-q"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"nst-tf: out.png could not be written .*No space left on device.*\n", err)
    assert names(folder) == []


def test_a_picture_is_kept_elsewhere_when_its_place_is_taken_meanwhile(capsys, folder, play, monkeypatch, tmp_path):
    play()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    check = nst_tf.pictures.saving.check_output

    def take_the_place(path, **keywords):
        check(path, **keywords)
        if not Path(path).exists() and Path(path).name == "out.png":
            Path(path).write_text("somebody else's")

    monkeypatch.setattr("nst_tf.painting.check_output", take_the_place)
    assert main([*RUN, "-q"]) == 2
    err = capsys.readouterr().err
    kept = re.fullmatch(r"nst-tf: out.png exists already: .*; the finished picture is kept as (.*)\n", err).group(1)
    assert nst_tf.load_image(kept).shape == (1, 43, 64, 3)
    assert (folder / "out.png").read_text() == "somebody else's"
