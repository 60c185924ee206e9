"""The same picture from a cluster of real processes; what is lost with them is made good, or told."""

import contextlib
import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import nst_tf
from nst_tf import ClusterError, Config, InputError, StartError, Style, Transfer, make_objective
from nst_tf.cli import main

distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed: pip install '.[cluster]'")

from nst_tf.cluster import connection, worker  # noqa: E402
from nst_tf.cluster.connection import check_workers, connect, count_workers  # noqa: E402
from nst_tf.cluster.spread import OverCluster, suitable_tile  # noqa: E402
from nst_tf.grid import Grid  # noqa: E402

SHALLOW = {"content_layers": {"block2_conv2": 1.0}, "style_layers": {"block1_conv1": 0.3, "block3_conv1": 0.7}}
FEW = Config(**SHALLOW, precision="float32", steps=4, scales=1, tile=40)
AS_TYPED = (
    "--content-layers", "block2_conv2", "--style-layers", "block1_conv1=0.3,block3_conv1=0.7", "--scales", "1",
    "--precision", "float32", "--tile", "40", "--size", "96",
)  # fmt: skip


@pytest.fixture(scope="module")
def client():
    with connect("local", workers=2) as client:
        yield client


@pytest.fixture(scope="module")
def photo():
    return nst_tf.load_image(nst_tf.sample_image("cat"), max_size=96)


def painted(photo, style, tiling=None, config=FEW, after=lambda record: None, **more):
    transfer = Transfer(photo, style, config, tiling=tiling, **more)
    for record in transfer:
        after(record)
    return transfer.result()


def pids(client):
    return client.run(os.getpid)


def kill(client, address=None):
    """Kill a worker, or all of them, as the system does when memory ends."""
    for of_worker, pid in pids(client).items():
        if address in (None, of_worker):
            os.kill(pid, signal.SIGKILL)


def wait_for_workers(client, count):
    client.wait_for_workers(count, timeout=60)


# ---- the same picture


def test_the_painting_is_that_of_one_process(client, photo, style):
    mask = np.zeros(photo.shape[1:3], np.float32)
    mask[:30] = 1
    styles = [Style(style, place=mask, name="above"), Style(style[:, ::-1], place=1 - mask, name="below")]
    here, there = (painted(photo, styles, tiling, keep=mask * 0.5) for tiling in (None, OverCluster(client)))
    assert here.improved
    for one, other in zip(here.history, there.history, strict=True):
        assert pytest.approx(one.J, rel=1e-4) == other.J
        assert list(other.terms) == list(one.terms)
    assert np.abs(here.image - there.image).max() < 0.01


def test_J_and_the_gradient_are_those_of_the_whole_picture(client, vgg, photo, style):
    extractor = nst_tf.build_feature_extractor(vgg, [*SHALLOW["content_layers"], *SHALLOW["style_layers"]])
    network = nst_tf.Network.of(FEW)
    start = 0.1 + 0.8 * nst_tf.initialise_generated_image(photo, start="content+noise", seed=1)
    config = FEW.replace(total_variation_weight=30.0)
    whole, expected = make_objective(extractor, photo, style, config).value_and_gradient(start)
    spread = make_objective(extractor, photo, style, config, tile=40, tiled=OverCluster(client).objective(network))
    costs, gradient = spread.value_and_gradient(start)
    assert list(costs.terms) == ["J_content", "J_style", "J_tv"]
    assert float(costs.J) == pytest.approx(float(whole.J), rel=1e-5)
    assert np.abs(gradient - expected).max() < 1e-5 * np.abs(expected).max()


def test_both_workers_work(client, photo, style):
    def parts(dask_worker):
        return sum(type(value).__name__ == "Part" for value in dask_worker.data.values())

    transfer = Transfer(photo, style, FEW, tiling=OverCluster(client))
    next(transfer)
    grid = Grid.of(transfer.extractor, [*FEW.content_layers, *FEW.style_layers])
    tiles, deadline = len(grid.tiles(photo.shape, 40)), time.monotonic() + 30
    assert tiles > 3
    gc.collect()
    while sum((counts := client.run(parts)).values()) > tiles and time.monotonic() < deadline:
        time.sleep(0.2)  # those of the pictures before are being given up
    assert sum(counts.values()) == tiles
    assert max(counts.values()) - min(counts.values()) <= 1


# ---- what is lost


@pytest.mark.parametrize("moment", ["between", "within"])
def test_a_worker_that_is_killed_changes_nothing(client, photo, style, moment):
    expected = painted(photo, style)
    wait_for_workers(client, 2)
    victim = min(pids(client))

    def strike(record):
        if record.step == 2:
            delay = 0 if moment == "between" else 0.05
            thread = threading.Timer(delay, kill, (client, victim))
            thread.start()
            if moment == "between":
                thread.join()

    result = painted(photo, style, OverCluster(client), after=strike)
    assert [record.step for record in result.history] == [1, 2, 3, 4]
    assert pytest.approx(expected.history[-1].J, rel=1e-4) == result.history[-1].J
    assert np.abs(result.image - expected.image).max() < 0.01
    assert victim not in pids(client)


@contextlib.contextmanager
def daemon(*arguments, **environment):
    """Run a command of Dask's in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments], env={**os.environ, **environment},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def cluster(tmp_path, **environment):
    """Start a scheduler and one worker, as their commands do; yield its address and the two processes."""
    file = tmp_path / "scheduler.json"
    at_home = ("--scheduler-file", str(file))
    with daemon("scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1", *at_home) as scheduler:
        while not file.exists() or not file.read_text().endswith("}"):
            assert scheduler.poll() is None
            time.sleep(0.1)
        with daemon(
            "worker", *at_home, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path),
            **environment,
        ) as the_worker:  # fmt: skip
            address = json.loads(file.read_text())["address"]
            with distributed.Client(address, set_as_default=False) as client:
                client.wait_for_workers(1, timeout=60)
            yield address, scheduler, the_worker


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def paint_until(folder, monkeypatch, address, end):
    """Paint by the command, and have something end after the second evaluation; return its exit status."""
    from nst_tf import training

    evaluate, calls = training.evaluate, []

    def ending(*arguments):
        calls.append(1)
        if len(calls) == 3:
            end()
        return evaluate(*arguments)

    monkeypatch.setattr("nst_tf.transfer.evaluate", ending)
    status = main(["cat", "great_wave", *AS_TYPED, "--steps", "5", "-q", "-o", "cat.png", "--cluster", address,
                   "--checkpoint", "run", "--checkpoint-every", "1"])  # fmt: skip
    monkeypatch.setattr("nst_tf.transfer.evaluate", evaluate)
    return status


@pytest.mark.parametrize("lost", ["scheduler", "workers"])
def test_a_cluster_that_is_lost_costs_nothing_but_time(folder, monkeypatch, capsys, lost):
    monkeypatch.setattr(connection, "PATIENCE", 2)
    with cluster(folder) as (address, scheduler, the_worker):
        end = scheduler.kill if lost == "scheduler" else the_worker.kill
        status = paint_until(folder, monkeypatch, address, end)
    err = capsys.readouterr().err
    assert status == 1, err
    expected = {
        "scheduler": f"the scheduler at {address} is gone: start it",
        "workers": f"the cluster at {address} has had no worker for 2 seconds: start some",
    }
    assert expected[lost] in err
    assert "the best picture so far is kept as cat.png" in err
    assert nst_tf.load_image("cat.png").shape[2] == 96
    assert len(err.strip().splitlines()) == 1, err
    assert main(["--resume", "run", "-q", "-o", "resumed.png"]) == 0
    assert main(["cat", "great_wave", *AS_TYPED, "--steps", "5", "-q", "-o", "whole.png"]) == 0
    resumed, whole = (nst_tf.load_image(f"{name}.png") for name in ("resumed", "whole"))
    assert np.abs(resumed - whole).max() < 0.02


def test_a_scheduler_lost_while_a_task_runs_is_told(tmp_path):
    with cluster(tmp_path) as (address, scheduler, _), connect(address) as client:
        future = client.submit(time.sleep, 30, pure=False)
        threading.Timer(1, scheduler.kill).start()
        with pytest.raises(ClusterError, match=f"the scheduler at {address} is gone"):
            connection.result_of(client, future)


def test_a_task_that_ends_every_worker_is_told_as_lack_of_memory(client):
    wait_for_workers(client, 2)
    client.cluster.scheduler.allowed_failures = 0
    future = client.submit(lambda: os.kill(os.getpid(), signal.SIGKILL), pure=False)
    with pytest.raises(nst_tf.OutOfMemoryError, match="most likely for lack of memory: give a smaller tile"):
        connection.result_of(client, future)


# ---- what cannot be used, before anything is computed


def stub(folder, source):
    """Return the environment of a worker that finds another nst_tf."""
    package = folder / "other" / "nst_tf"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(source)
    return {"PYTHONPATH": str(package.parent)}


@pytest.mark.parametrize(("source", "words"), [
    ("raise ImportError", "cannot import nst_tf: install the same version in its environment"),
    ("__version__ = '0.0.9'", "has nst_tf 0.0.9, and this program nst_tf 0"),
])  # fmt: skip
def test_workers_without_this_version_of_the_package(folder, capsys, source, words):
    with cluster(folder, **stub(folder, source)) as (address, *_):
        assert main(["cat", "great_wave", *AS_TYPED, "-q", "--cluster", address]) == 2
    err = capsys.readouterr().err
    assert words in err and "the worker tcp://" in err
    assert not list(folder.glob("*.png"))


def test_workers_that_do_not_understand_what_is_sent(client, monkeypatch):
    def misunderstood(function):
        raise TypeError("code() argument 13 must be str, not int")

    monkeypatch.setattr(client, "run", misunderstood)
    with pytest.raises(InputError, match=r"cannot run what this program sends \(TypeError\): give them the same"):
        check_workers(client)


def test_a_worker_of_another_version_that_comes_later(client, photo, style, monkeypatch):
    monkeypatch.setattr("nst_tf.cluster.spread.fingerprint", lambda: "nst_tf 9.9 (00000000)")
    with pytest.raises(ClusterError, match=r"a worker has nst_tf .*, and the program nst_tf 9\.9"):
        painted(photo, style, OverCluster(client))


def test_an_address_that_nobody_answers_at(monkeypatch):
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 1)
    for address in ("tcp://127.0.0.1:9", "nowhere", "http://127.0.0.1:9", "127.0.0.1:x"):
        with pytest.raises(InputError, match=f"no scheduler answers at {address}: start one"), connect(address):
            pass


def test_a_cluster_without_workers(tmp_path):
    with cluster(tmp_path) as (address, _, the_worker):
        the_worker.kill()
        the_worker.wait()
        time.sleep(1)
        with pytest.raises(InputError, match="has no workers: start some"), connect(address):
            pass


def test_without_the_extra_it_is_named(monkeypatch, capsys, folder):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(StartError, match=r"pip install 'nst_tf\[cluster\]'"), connect("local"):
        pass
    assert main(["cat", "great_wave", "--cluster", "local", "-q"]) == 2
    assert "pip install 'nst_tf[cluster]'" in capsys.readouterr().err


def test_settings_that_leave_nothing_to_spread(client, photo, style):
    with pytest.raises(InputError, match="the tile is off, and a cluster computes tiles"):
        Transfer(photo, style, FEW.replace(tile="off"), tiling=OverCluster(client))
    with pytest.raises(InputError, match="a tile of 32 pixels is nothing but margin"):
        Transfer(photo, style, Config(tile=32), tiling=OverCluster(client))


def test_a_picture_too_small_to_be_spread_is_refused(folder, capsys):
    assert main(["cat", "great_wave", "--size", "64", "--cluster", "local", "-q"]) == 2
    assert "64x43 pixels is a single tile, and nothing to spread over a cluster" in capsys.readouterr().err
    assert not list(folder.iterdir())


# ---- the size of the tiles


def test_the_tiles_suit_the_number_of_workers():
    grid = Grid(16, 64)
    assert suitable_tile(grid, 256, 384, 2) is None

    def rounds(side, workers):
        rows, columns = (grid.cut(length, side) for length in (1366, 2048))
        return -(-len(rows) * len(columns) // workers)

    for workers in (1, 2, 3, 4, 10):
        side = suitable_tile(grid, 1366, 2048, workers)
        assert side in range(384, 1537)
        assert rounds(side, workers) <= 2
    assert suitable_tile(grid, 5461, 8192, 100) < suitable_tile(grid, 5461, 8192, 4)


# ---- whole pictures


def test_a_batch_is_painted_by_the_workers(client, folder):
    from nst_tf.many.batch import paint_folder

    photos = folder / "photos"
    photos.mkdir()
    for name in ("cat", "flower"):
        nst_tf.save_image(nst_tf.load_image(nst_tf.sample_image(name), 64), photos / f"{name}.png")
    (photos / "broken.jpg").write_text("no picture")
    request = {"size": 48, "config": Config(steps=3, precision="float32"), "sweep": {"beta": [50, 150], "seed": [1]}}
    here = list(paint_folder(photos, "great_wave", "here", **request))
    there = list(paint_folder(photos, "great_wave", "there", client=client, **request))
    assert [outcome.output.name for outcome in there] == [outcome.output.name for outcome in here]
    assert [str(outcome.error) for outcome in there] == [str(outcome.error) for outcome in here]
    assert sorted(path.name for path in (folder / "there").iterdir()) == [
        f"{name}_great_wave_beta{beta}_seed1.png" for name in ("cat", "flower") for beta in (150, 50)
    ]
    for path in (folder / "there").iterdir():
        np.testing.assert_allclose(nst_tf.load_image(path), nst_tf.load_image(f"here/{path.name}"), atol=0.02)
    assert all(outcome.seconds > 0 for outcome in there if outcome.error is None)
    again = list(paint_folder(photos, "great_wave", "there", client=client, **request))
    assert all(outcome.painting is None for outcome in again)


def test_what_a_worker_is_asked_for_is_checked_in_it(client):
    wait_for_workers(client, 2)
    check_workers(client)
    assert count_workers(client) == 2
    assert set(client.run(worker.fingerprint).values()) == {worker.fingerprint()}
