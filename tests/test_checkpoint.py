import io
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given, strategies as st

import nst_tf
from nst_tf import Config, FileAccessError, InputError, MissingFileError, Transfer
from nst_tf.checkpoint import Checkpoints, read_checkpoint

SETTINGS = {
    "lbfgs": Config(steps=8, scales=2, precision="float32"),
    "pixels": Config(steps=8, scales=2, parametrisation="pixels", precision="float32"),
    "bfloat16": Config(steps=8, scales=1, precision="bfloat16"),
    "adam": Config(
        steps=8, scales=2, optimizer="adam", optimizer_options={"decay_rate": 0.5, "decay_steps": 3},
        precision="float32",
    ),
    "gradient_descent": Config(
        steps=8, scales=1, optimizer="gradient_descent", optimizer_options={"momentum": 0.9}, start="noise",
        precision="float32",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def pictures(content, style):
    return [nst_tf.resize_image(image, *(2 * side for side in image.shape[1:3])) for image in (content, style)]


def resumed(path, *pictures, **keywords):
    checkpoint = read_checkpoint(path)
    transfer = Transfer(*pictures, checkpoint.settings, **keywords)
    transfer.go_on_from(checkpoint.state_for(transfer))
    return transfer


def paint(transfer, path, every=1, until=None):
    """Let the transfer go on, saving, until an evaluation; then it is forgotten, as when the process is killed."""
    checkpoints = Checkpoints(transfer, path, every)
    for record in transfer:
        checkpoints(record)
        if record.step == until:
            return


def assert_equal_runs(one, other):
    def costs(transfer):
        return [(record.step, record.J, record.scale, *record.terms.values()) for record in transfer.history]

    np.testing.assert_allclose(costs(one), costs(other), rtol=1e-5)
    np.testing.assert_allclose(one.image, other.image, atol=1e-5)
    assert one.best.step == other.best.step
    assert one.result().improved == other.result().improved


@pytest.mark.parametrize("name", SETTINGS)
def test_a_run_that_was_killed_ends_where_an_uninterrupted_one_does(name, pictures, tmp_path):
    """Wherever that was: before the first curvature is known, at the last evaluation of a size, at the very last."""
    whole = Transfer(*pictures, SETTINGS[name])
    paint(whole, tmp_path / "whole")
    for until in {1, 5, 8, 9, len(whole.history)} & set(range(len(whole.history) + 1)):
        paint(Transfer(*pictures, SETTINGS[name]), tmp_path / "part", until=until)
        after = resumed(tmp_path / "part", *pictures)
        assert len(after.history) == until
        assert after.history[-1].seconds > 0
        list(after)
        assert_equal_runs(whole, after)


def test_a_run_can_be_killed_many_times(pictures, tmp_path):
    config = SETTINGS["lbfgs"]
    whole = Transfer(*pictures, config)
    list(whole)
    paint(Transfer(*pictures, config), tmp_path / "file", every=2, until=3)
    for until, saved in ((5, 2), (7, 4), (8, 6), (11, 8)):
        transfer = resumed(tmp_path / "file", *pictures)
        assert len(transfer.history) == saved
        paint(transfer, tmp_path / "file", every=2, until=until)
    after = resumed(tmp_path / "file", *pictures)
    assert len(after.history) == 10
    list(after)
    assert_equal_runs(whole, after)


def test_a_run_that_went_on_in_float32_does_so_again(content, style, tmp_path):
    easy = {"alpha": 0, "beta": 150, "content_layers": {}, "style_layers": {"block1_conv1": 1}}
    config = Config(steps=240, precision="bfloat16", **easy)
    transfer = Transfer(content, style, config)
    while transfer.state.network.precision == "bfloat16":
        next(transfer)
    Checkpoints(transfer, tmp_path / "file").save()
    after = resumed(tmp_path / "file", content, style)
    assert after.state.network == transfer.state.network
    for _ in range(3):
        one, other = next(after), next(transfer)
        np.testing.assert_allclose(one.J, other.J, rtol=1e-5)


def test_an_initial_image_counts_as_a_picture(content, style, tmp_path):
    begun = Transfer(content, style, Config(steps=4), initial_image=content)
    paint(begun, tmp_path / "file", until=2)
    assert len(list(resumed(tmp_path / "file", content, style, initial_image=content))) == 2
    with pytest.raises(InputError, match="another initial picture"):
        resumed(tmp_path / "file", content, style)
    with pytest.raises(InputError, match="another initial picture"):
        resumed(tmp_path / "file", content, style, initial_image=1 - content)


# ---- what is refused


@pytest.fixture(scope="module")
def saved(content, style, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "painting.checkpoint"
    paint(Transfer(content, style, Config(steps=3, precision="float32")), path, until=2)
    return path


def test_other_pictures_are_refused(saved, content, style):
    for pictures, named in (((1 - content, style), "content"), ((content, style[:, ::-1]), "style")):
        with pytest.raises(InputError, match=f"saved with another {named} picture, or at another size"):
            resumed(saved, *pictures)


def test_other_settings_are_refused_by_name(saved, content, style):
    checkpoint = read_checkpoint(saved)
    for settings, message in (({"steps": 5}, "steps 3, and not 5"), ({"alpha": 1}, r"alpha 10\.0, and not 1\.0")):
        transfer = Transfer(content, style, checkpoint.settings.replace(**settings))
        with pytest.raises(InputError, match=f"was saved with {message}"):
            checkpoint.state_for(transfer)


def test_what_is_no_file_is_named(tmp_path):
    with pytest.raises(MissingFileError, match=r"there is no file .*nowhere"):
        read_checkpoint(tmp_path / "nowhere")
    with pytest.raises(FileAccessError, match="is a folder"):
        read_checkpoint(tmp_path)


def refused(data, path, content, style):
    """Whether the file is refused with a sentence; anything but that or a whole state is an error."""
    path.write_bytes(data)
    try:
        transfer = resumed(path, content, style)
    except InputError as error:
        assert len(str(error).splitlines()) == 1
        return True
    next(transfer)
    return False


@pytest.mark.parametrize("part", [0, 1, 100, 0.5, 0.99])
def test_a_truncated_file_is_refused(part, saved, content, style, tmp_path):
    data = saved.read_bytes()
    cut = int(part * len(data)) if isinstance(part, float) else part
    assert refused(data[:cut], tmp_path / "file", content, style)


@given(st.data())
def test_a_damaged_file_is_refused_or_harmless(saved, content, style, tmp_path_factory, data):
    """Every array has a sum that is checked; what is left are bytes that zip does not care about."""
    damaged = bytearray(saved.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    refused(bytes(damaged), tmp_path_factory.mktemp("fuzz") / "file", content, style)


def repacked(saved, **changes):
    with np.load(saved) as arrays:
        arrays = dict(arrays) | changes
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "changes",
    [
        {"picture": np.zeros((1, 8, 8, 3), np.float32)},
        {"picture": np.full((1, 32, 48, 3), np.nan, np.float32)},
        {"search/point": np.zeros(5, np.float32)},
        {"search/S": np.zeros((10, 7), np.float32)},
        {"header": np.frombuffer(b"[]", np.uint8)},
        {"header": np.frombuffer(b'{"format": 7}', np.uint8)},
        {"header": np.frombuffer(b"\xff\xfe", np.uint8)},
    ],
)
def test_a_file_whose_parts_do_not_fit_is_refused(changes, saved, content, style, tmp_path):
    assert refused(repacked(saved, **changes), tmp_path / "file", content, style)


def test_a_file_that_was_replaced_meanwhile_is_refused(saved, content, style, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(saved.read_bytes())
    transfer = Transfer(content, style, Config(steps=3, precision="float32"))
    checkpoint = read_checkpoint(path)
    for _ in range(3):
        next(transfer)
    Checkpoints(transfer, path).save()
    with pytest.raises(InputError, match="was replaced while it was read: try again"):
        checkpoint.state_for(transfer)


def test_a_disk_that_runs_full_leaves_the_file_before(saved, content, style, tmp_path):
    """Half-way in the arrays, and before the first."""
    resource = pytest.importorskip("resource", reason="Windows has no limits for a process")
    path = tmp_path / "file"
    path.write_bytes(saved.read_bytes())
    transfer = Transfer(content, style, Config(steps=3, precision="float32"))
    next(transfer)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    for limit in (100, len(saved.read_bytes()) // 2):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limits[1]))
        try:
            with pytest.raises(FileAccessError, match="could not be written"):
                Checkpoints(transfer, path).save()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == saved.read_bytes()
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_reading_runs_no_code(saved, content, style, tmp_path):
    class Trap:
        def __reduce__(self):
            return (tmp_path.joinpath("sprung").write_text, ("",))

    trap = np.array([Trap()], dtype=object)
    assert refused(repacked(saved, picture=trap), tmp_path / "file", content, style)
    assert refused(pickle.dumps(Trap()), tmp_path / "file", content, style)
    assert not (tmp_path / "sprung").exists()


def test_a_file_that_would_swell_is_refused_unread(tmp_path, content, style):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.npy", b"\0" * 100_000_000)
    assert refused(buffer.getvalue(), tmp_path / "file", content, style)
