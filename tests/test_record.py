import json

import numpy as np
import pytest
from hypothesis import example, given, strategies as st

import nst_tf
from nst_tf import Config, FileAccessError, InputError, MissingFileError, Painting
from nst_tf.record import describe, read_record

NAMES = ("settings", "request", "steps", "beta", "content_layers", "block1_conv1", "optimizer", "lbfgs", "size", "seed")


@pytest.fixture(scope="module")
def painting(tmp_path_factory):
    folder = tmp_path_factory.mktemp("painting")
    photo = folder / "photo.png"
    nst_tf.save_image(nst_tf.load_image(nst_tf.sample_image("cat"), 64), photo)
    config = Config(steps=4, precision="float32", style_layers={"block1_conv1": 0.5, "block2_conv1": 1})
    painting = Painting(photo, "great_wave", folder / "out.png", config=config, size=48, style_size=64)
    painting.paint()
    return painting


@pytest.fixture
def written(painting, tmp_path):
    path = tmp_path / "record.json"
    path.write_text(json.dumps(describe(painting)))
    return path


def test_a_record_says_what_came_of_what(painting):
    record = describe(painting)
    best = painting.transfer.best
    assert record["costs"] == {"evaluation": best.step, "J": best.J, "J_content": best.J_content,
                               "J_style": best.J_style}  # fmt: skip
    assert (record["evaluations"], record["planned"], record["sizes"]) == (4, 4, [[48, 32]])
    assert [entry["J"] for entry in record["history"]] == [entry.J for entry in painting.transfer.history]
    assert record["pictures"]["content"]["size"] == [48, 32]
    assert record["pictures"]["styles"][0]["size"] == [64, 43]
    assert record["pictures"]["initial_image"] is None
    assert record["network"]["architecture"] == "vgg16"
    assert record["versions"]["nst_tf"] == nst_tf.__version__
    assert record["versions"]["tensorflow"].count(".") >= 2
    assert record["settings"]["beta"] == pytest.approx(150 * 48 / 512)
    assert json.loads(json.dumps(record)) == record


def test_the_digests_are_those_of_files_and_network(painting):
    import hashlib

    record = describe(painting)
    data = painting.content_path.read_bytes()
    assert record["pictures"]["content"]["sha256"] == hashlib.sha256(data).hexdigest()
    raw = Painting("cat", "great_wave", painting.output.with_name("raw.png"), size=48,
                   config=Config(normalise_activations=False, precision="float32"))  # fmt: skip
    assert describe(raw)["network"]["sha256"] != record["network"]["sha256"]
    assert describe(painting)["network"]["sha256"] == record["network"]["sha256"]


def test_a_record_makes_the_picture_again(painting, written, tmp_path, monkeypatch):
    """In another folder, too."""
    monkeypatch.chdir(tmp_path)
    request, config = read_record(written)
    again = Painting(**{**request, "output": tmp_path / "again.png"}, config=config)
    again.paint()
    np.testing.assert_allclose(again.transfer.image, painting.transfer.image, atol=1e-5)


def test_a_painting_carries_its_recipe_but_no_folder(painting):
    request, config = read_record(painting.output)
    assert config == painting.transfer.config
    assert request == {"content": "photo.png", "style": "great_wave", "output": "out.png", "initial_image": None,
                       "keep": None, "size": 48, "style_size": 64, "enlarge": False}  # fmt: skip
    assert str(painting.output.parent).encode() not in painting.output.read_bytes()


def test_a_png_without_a_recipe_is_none(tmp_path):
    path = tmp_path / "plain.png"
    nst_tf.save_image(np.zeros((1, 32, 32, 3)), path)
    with pytest.raises(InputError, match="is no JSON"):
        read_record(path)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(InputError, match="is no JSON"):
        read_record(path)


def test_settings_can_be_written_by_hand(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"steps": 7, "beta": 300}')
    assert read_record(path) == ({}, Config(steps=7, beta=300))
    path.write_text('{"settings": {"steps": 7}, "request": {"size": 64}}')
    assert read_record(path) == ({"size": 64}, Config(steps=7))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no JSON"),
        ("{", "is no JSON"),
        ("\xff\xfe\x00", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[1]", "holds no JSON object"),
        ("7", "holds no JSON object"),
        ('{"steps": "many"}', "steps is 'many': give a whole number"),
        ('{"stepz": 3}', "unknown setting 'stepz': did you mean steps"),
        ('{"steps": NaN}', "steps is nan"),
        ('{"settings": 3}', "settings and request must be JSON objects"),
        ('{"settings": {}, "request": []}', "settings and request must be JSON objects"),
        ('{"settings": {}, "request": {"size": "x"}}', "the request's size is 'x'"),
        ('{"settings": {}, "request": {"content": 3}}', "the request's content is 3"),
        ('{"settings": {}, "request": {"saved": true}}', "the request's saved is True"),
        ('{"settings": {}, "request": {"style": [3]}}', "a style is 3: give the name of a picture"),
        ('{"settings": {}, "request": {"style": [{"picture": 3}]}}', "a style is"),
        ('{"settings": {}, "request": {"style": [{"picture": "cat", "weight": "x"}]}}', "the weight of cat is 'x'"),
        ('{"settings": {}, "request": {"style": [{"photo": "cat"}]}}', "a style is"),
        ('{"settings": {"content_layers": 3}}', "content_layers is 3: give a dict"),
    ],
)
def test_what_is_no_record_is_refused(text, message, tmp_path):
    path = tmp_path / "record.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(InputError, match=message):
        read_record(path)


def test_what_is_no_file_is_named(tmp_path):
    with pytest.raises(MissingFileError, match="nowhere"):
        read_record(tmp_path / "nowhere")
    with pytest.raises((FileAccessError, InputError), match="folder"):
        read_record(tmp_path)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), parts),
    max_leaves=8,
)


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
@example(b'{"settings": {"optimizer_options": {"a": NaN}}}')
def test_any_file_is_settings_or_an_input_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("fuzz") / "file"
    path.write_bytes(data)
    try:
        request, config = read_record(path)
    except InputError as error:
        assert len(str(error).splitlines()) <= 1
    else:
        assert isinstance(request, dict)
        assert isinstance(config, Config)
