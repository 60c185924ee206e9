"""The benchmarks measure what they say; here on small pictures, without writing their results."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import nst_tf

sys.path.append(str(Path(__file__).resolve().parent.parent / "benchmarks"))

import cluster
import common
import convergence
import devices
import evaluation
import flicker
import precision
import size
import startup
import studio


def test_the_operations_of_the_convolutions_are_counted(content, style):
    """Of a network cut behind block1_conv2: two convolutions, each once forwards and once backwards."""
    config = nst_tf.Config(style_layers={"block1_conv1": 1}, content_layers={"block1_conv2": 1})
    objective = common.build_objective(content, style, config)
    n_H, n_W = content.shape[1:3]
    by_hand = 2 * 2 * n_H * n_W * 9 * (3 * 64 + 64 * 64)
    assert evaluation.convolution_flops(objective, content.shape) == by_hand


def test_an_evaluation_is_measured():
    row = evaluation.measure(48, "float32", 1)
    assert row["size"] == "48x32"
    assert all(seconds > 0 for seconds in row["seconds"].values())
    assert 0 < row["share_of_limit"] < 1


def test_a_run_is_followed_and_judged(content, style):
    config = nst_tf.Config(steps=7, scales=1, precision="float32")
    objective = common.build_objective(content, style, config)
    points = common.follow(content, style, config, objective, every=3)
    assert [point["evaluations"] for point in points] == [1, 3, 6, 7]
    assert points[0]["J"] == pytest.approx(float(objective(content).J), rel=1e-4)
    assert [point["J"] for point in points] == sorted((point["J"] for point in points), reverse=True)


def test_speedups_are_ratios_of_seconds():
    def curve(seconds):
        return [{"seconds": seconds * n, "evaluations": n, "J": 1000 - n} for n in (50, 100, 150, 200)]

    curves = {"plain L-BFGS": curve(2.0), "one size": curve(0.5), "default": curve(1.0)[:2]}
    ratios = convergence.speedups(curves)
    assert ratios["one size, J of plain after 200"] == 4
    assert ratios["default, J of plain after 100"] == 2
    assert ratios["default, J of plain after 200"] is None


def test_both_precisions_are_compared(capsys):
    options = SimpleNamespace(start="content", steps=12)
    row = precision.measure(common.PAIRS[0], 48, options)
    assert set(row["curves"]) == {"float32", "bfloat16"}
    assert all(points[-1]["J"] < points[0]["J"] for points in row["curves"].values())
    assert row["J, bfloat16 / float32"] == pytest.approx(1, abs=0.05)
    assert row["seconds, bfloat16 / float32"] > 0
    assert "pagoda, 48 px" in capsys.readouterr().out


def test_the_curves_are_drawn():
    curve = [{"seconds": 1.0, "evaluations": 1.0, "J": 9.0}, {"seconds": 2.0, "evaluations": 2.0, "J": 3.0}]
    row = {"pair": common.PAIRS[0], "size": 48, "curves": {"plain L-BFGS": curve, "default": curve}}
    for figure, panels in ((common.draw_seconds([row, row]), 2), (convergence.draw([row]), 2)):
        assert [len(axis.lines) for axis in figure.axes] == [2] * panels
        assert figure.axes[0].get_title() == "pagoda, 48 px"


def test_the_start_is_taken_apart():
    row = startup.measure(48, 3)
    assert list(row["seconds"]) == ["importing TensorFlow", "network", "beginning of 48x32"]
    assert row["seconds"]["network"] > 0
    assert row["size"] == 48


def test_no_operation_of_the_loop_is_without_a_kernel_for_gpus():
    # In a process of its own: what was compiled before is not noted.
    program = "import json, nst_tf; nst_tf.start_quietly(); import devices; print(json.dumps(devices.measure(48, 14)))"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=sys.path[-1], capture_output=True, text=True, check=True
    )  # fmt: skip
    row = json.loads(run.stdout)
    assert {"Conv2D", "MatMul", "IRFFT2D", "MatrixTriangularSolve", "InplaceUpdate"} <= set(row["operations"])
    assert row["without a GPU kernel"] == []


def test_an_operation_for_processors_alone_would_be_noticed():
    assert not {"GPU", "DEFAULT"} & devices.devices_of("StringJoin")


def test_the_optimisers_own_time_is_measured(content, style):
    assert 0 < evaluation.optimiser_seconds(content, style, 5) < 1


@pytest.mark.parametrize(("motion", "largest"), [(flicker.pan, 1e-6), (flicker.zoom, 0.02)])
def test_the_known_motion_lays_the_photos_frames_on_each_other(motion, largest):
    photo = nst_tf.load_image(nst_tf.sample_image("pagoda"), 256)
    frames = [motion(photo, 86, 128, k) for k in range(3)]
    assert flicker.change(motion, frames) < largest
    assert flicker.change(motion, [frames[0], frames[2], frames[1]]) > 2 * largest


def test_the_explorers_answers_are_measured():
    pytest.importorskip("ipywidgets")
    import explorers

    made = explorers.build(48)
    rows = {name: explorers.measure(name, made[name], 2) for name in ("content cost", "style cost", "descent")}
    network = {(name, row["control"]): row["network"] for name in rows for row in rows[name]}
    assert network["content cost", "shift"] and network["style cost", "(made)"]
    assert not network["style cost", "G"] and not network["descent", "learning rate"]
    assert all(seconds > 0 for name in rows for row in rows[name] for seconds in row["seconds"])
    assert rows["descent"][1]["bytes"] > 1000


def test_a_painting_is_measured_shown_and_not_in_turns():
    row = studio.measure(48, 60, 1, 0.2)
    assert row["pairs"] > 0 and row["paintings"] > 0 and row["drawn"] > 0
    for name in ("seconds", "computed"):
        assert 0 < row[name]["from"] <= row[name]["ratio"] <= row[name]["to"]
    assert 0 < row["share"] < 1


def test_neighbouring_blocks_of_one_size_make_a_pair():
    """Shown, an evaluation takes 1.1 s and not, 1 s; each computes twice that; the machine gets slower and slower."""
    marks, clock = [], 0.0
    for n in range(60):
        number, scale = n // 6, 2 if n < 27 else 1
        marks.append((number, clock, 2 * clock, scale))
        clock += (1.1 if studio.is_shown(number) else 1.0) * (1 + n / 1000)
    pairs = studio.paired(marks)
    assert len(pairs) == 4  # of the five, one is half of one size and half of the other
    assert all(pair[0] == pytest.approx(pair[1]) for pair in pairs)
    assert studio.summary([pair[0] for pair in pairs])["ratio"] == pytest.approx(1.1, abs=0.005)


def test_sizes_are_measured_whole_and_in_tiles():
    whole, tiled = (size.measure(160, "float32", tile, steps=2) for tile in ("off", "144"))
    assert (whole["size"], tiled["tile"]) == ("160x107", "144")
    assert min(row["seconds"] for row in (whole, tiled)) > 0
    assert min(row["peak_GB"] for row in (whole, tiled)) > 0.2


def test_workers_are_compared_and_what_travels_is_counted(monkeypatch):
    pytest.importorskip("distributed", reason="dask.distributed is not installed: pip install '.[cluster]'")
    row = cluster.measure(192, 1, SimpleNamespace(steps=3, precision="float32", tile="160"))
    assert row["tiles"] == row["rounds"] > 1
    pixels = 192 * 128 * 3 * 4 / 1e6  # MB, of the picture, which travels there and, as the gradient, back
    assert 2 * pixels < row["travelled_MB"] < 100 * pixels
    assert cluster.project(row, 1) > cluster.project(row, 10) > row["optimiser"]
