import numpy as np
import psutil
import pytest

import nst_tf
from nst_tf import Config, InputError, OutOfMemoryError, Transfer, estimate

BLACK = np.zeros((1, 64, 64, 3), np.float32)


def transfer(n_H, n_W, **settings):
    return Transfer(np.full((1, n_H, n_W, 3), 0.5, np.float32), BLACK, Config(**{"precision": "float32", **settings}))


@pytest.fixture(scope="module")
def whole():
    """Return the bytes for 1000x1500 pixels at once."""
    return bytes_for(transfer(1000, 1500, tile="off"))


def bytes_for(painting):
    size = painting.content.shape[1:3]
    return estimate.needed(painting.extractor, painting.config, *size, painting.tiles[-1])


# GB that benchmarks/size.py measured for whole programs; TensorFlow and the network are there before the estimate.
PROGRAM = 0.9


@pytest.mark.parametrize(("size", "precision", "peak"), [
    ((683, 1024), "float32", 2.53), ((683, 1024), "bfloat16", 2.06),
    ((1366, 2048), "float32", 7.52), ((1366, 2048), "bfloat16", 5.13),
])  # fmt: skip
def test_the_estimate_is_near_what_was_measured(size, precision, peak):
    of_size = transfer(*size, precision=precision, tile="off")
    assert bytes_for(of_size) / 1e9 + PROGRAM == pytest.approx(peak, rel=0.15)


def test_a_shallow_network_and_a_plain_optimizer_need_less():
    shallow = {"content_layers": {}, "alpha": 0, "style_layers": {"block1_conv1": 1}}
    most = bytes_for(transfer(683, 1024, tile="off"))
    assert bytes_for(transfer(683, 1024, tile="off", **shallow)) < most / 2
    assert bytes_for(transfer(683, 1024, tile="off", optimizer="adam")) < most


def test_what_does_not_fit_is_refused_with_the_largest_size_that_does(monkeypatch):
    monkeypatch.setattr(estimate, "free", lambda: 2e9)
    with pytest.raises(
        OutOfMemoryError, match=r"1500x1000 pixels need about [34]\.\d GB of memory, and 2\.0 GB"
    ) as told:
        transfer(1000, 1500, tile="off").check_memory()
    tile = int(str(told.value).split("give the tile ")[1])
    transfer(1000, 1500, tile=tile).check_memory()
    with pytest.raises(OutOfMemoryError, match=f"give the tile {tile}$"):
        transfer(1000, 1500, tile=next(other for other in reversed(estimate.TILES) if other > tile)).check_memory()
    monkeypatch.setattr(estimate, "free", lambda: 0.7e9)
    with pytest.raises(OutOfMemoryError) as told:
        transfer(1000, 1500).check_memory()
    fitting = int(str(told.value).split("size of ")[1].split()[0])
    assert 700 < fitting < 1500
    n_H = round(fitting * 2 / 3)
    transfer(n_H, fitting).check_memory()
    with pytest.raises(OutOfMemoryError):
        transfer(round(n_H * 1.02), round(fitting * 1.02)).check_memory()


def test_where_nothing_fits_that_is_said(monkeypatch):
    monkeypatch.setattr(estimate, "free", lambda: 1e6)
    with pytest.raises(OutOfMemoryError, match="close other programs"):
        transfer(100, 100).check_memory()


def test_on_a_gpu_its_memory_counts_not_the_machines(monkeypatch):
    monkeypatch.setattr(estimate, "free", lambda: 0)
    monkeypatch.setattr(estimate.tf.config, "get_visible_devices", lambda kind: ["a GPU"] if kind == "GPU" else [])
    on_gpu = transfer(100, 100)
    on_gpu.check_memory()
    assert on_gpu.tiles == [None]


# ---- in tiles


@pytest.mark.parametrize(("share", "tile"), [(2.1, None), (1.9, 1408), (0.6, 896), (0.4, 768), (0.1, 384)])
def test_tiles_are_taken_where_half_of_the_memory_is_too_little(share, tile, whole, monkeypatch):
    monkeypatch.setattr(estimate, "free", lambda: share * whole)
    assert transfer(1000, 1500).tiles[-1] == tile


def test_a_tile_in_bfloat16_is_larger_for_the_same_memory(monkeypatch):
    monkeypatch.setattr(estimate, "free", lambda: 1.5e9)
    tiles = {precision: transfer(1000, 1500, precision=precision).tiles[-1] for precision in ("float32", "bfloat16")}
    assert tiles["bfloat16"] > tiles["float32"]


@pytest.mark.parametrize(("n_H", "n_W", "most"), [(1366, 2048, 3.7e9), (2733, 4096, 3.9e9), (5461, 8192, 11e9)])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_what_large_pictures_take_is_bounded(n_H, n_W, most, precision, monkeypatch):
    monkeypatch.setattr(estimate, "free", lambda: 14e9)
    config = Config(precision=precision)
    layers = (*config.content_layers, *config.style_layers)
    extractor = nst_tf.Network.of(config).extractor(layers)
    tile = estimate.choose_tile(extractor, config, n_H, n_W)
    if tile is not None:
        assert tile >= 640
        assert estimate.needed(extractor, config, n_H, n_W, tile) < most


def test_only_the_sizes_that_need_it_are_painted_in_tiles(whole, monkeypatch):
    monkeypatch.setattr(estimate, "free", lambda: 0.7 * whole)
    assert transfer(1000, 1500, scales=2).tiles == [None, 1408]


def test_the_tile_that_is_asked_for_is_taken(monkeypatch):
    assert transfer(100, 150, tile=200).tiles == [200]
    monkeypatch.setattr(estimate, "free", lambda: 1e6)
    assert transfer(100, 150, tile="off").tiles == [None]
    with pytest.raises(InputError, match="a tile of 100 pixels is nothing but margin"):
        transfer(100, 150, tile=100)


def test_tiles_bound_the_memory():
    in_tiles, at_once = (bytes_for(transfer(1366, 2048, tile=tile)) for tile in (512, "off"))
    assert in_tiles < at_once / 3


# ---- what is free


def group(folder, limit, usage, names, inactive=0):
    folder.mkdir(parents=True)
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / names[1]).write_text(f"{usage}\n")
    (folder / "memory.stat").write_text(f"cache 5\ninactive_file {inactive}\n")


V1, V2 = ("memory.limit_in_bytes", "memory.usage_in_bytes"), ("memory.max", "memory.current")


@pytest.mark.parametrize(("line", "top", "names"), [("0::/job/step", "", V2), ("4:memory:/job/step", "memory", V1)])
def test_the_tightest_group_counts(line, top, names, tmp_path):
    of_process, groups = tmp_path / "self", tmp_path / "groups"
    of_process.write_text(f"7:pids:/elsewhere\n{line}\n")
    assert estimate._free_in_cgroup(groups, of_process) == float("inf")
    group(groups / top / "job" / "step", "max", 10, names)
    assert estimate._free_in_cgroup(groups, of_process) == float("inf")
    (groups / top / "job" / names[0]).write_text("1000\n")
    (groups / top / "job" / names[1]).write_text("700\n")
    (groups / top / "job" / "memory.stat").write_text("inactive_file 50\n")
    assert estimate._free_in_cgroup(groups, of_process) == 350
    (groups / top / "job" / names[1]).write_text("2000\n")
    assert estimate._free_in_cgroup(groups, of_process) == 0


def test_what_is_free_is_no_more_than_the_machine_has():
    assert 0 < estimate.free() <= psutil.virtual_memory().total


def test_a_limited_address_space_counts(offline):
    program = (
        "import resource, nst_tf; nst_tf.start_quietly()\n"
        "from nst_tf import estimate; import psutil\n"
        "limit = psutil.Process().memory_info().vms + 10**9\n"
        "resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n"
        "print(estimate.free())"
    )
    status, out, err = offline.run("-c", program)
    assert (status, err) == (0, "")
    assert float(out) == pytest.approx(1e9, rel=0.1)
