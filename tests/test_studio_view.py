"""The studio's widgets: what a click does, what is shown, and that they are of the kinds every ipywidgets has."""

import re
import sys

import numpy as np
import pytest

import nst_tf
from nst_tf.course.studio import turns as studio_turns
from nst_tf.course.studio.settings import Settings

widgets = pytest.importorskip("ipywidgets")
SECONDS = 60
SHARED = {"Box", "HBox", "VBox", "HTML", "Button", "Dropdown", "BoundedIntText", "Text", "FileUpload"}


@pytest.fixture
def studio(tmp_path, monkeypatch):
    """Return a studio of 48 px and few steps, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    yield nst_tf.studio("cat", "great_wave", size=48, steps=4)
    studio_turns.end_all()


def everything(box):
    """Return the widget and all those in it."""
    return [box, *(inner for child in getattr(box, "children", ()) for inner in everything(child))]


def find(studio, kind, description):
    """Return the one widget of a kind whose description ends like this."""
    [found] = [w for w in everything(studio.box) if type(w).__name__ == kind and w.description.endswith(description)]
    return found


def text(studio):
    """Return what the page says."""
    return re.sub("<style>.*?</style>|<[^>]*>", " ", " ".join(
        w.value for w in everything(studio.box) if isinstance(w, widgets.HTML)
    ), flags=re.DOTALL)  # fmt: skip


def alts(studio):
    return [alt for w in everything(studio.box) if isinstance(w, widgets.HTML)
            for alt in re.findall(r'<img alt="([^"]*)"', w.value)]  # fmt: skip


def click(studio, description):
    find(studio, "Button", description).click()


def upload(studio, description, name, data):
    """Do what the browser does when a file is chosen."""
    control = find(studio, "FileUpload", description)
    file = {"name": name, "type": "image/jpeg", "size": len(data), "lastModified": 0}
    if widgets.__version__.startswith("7"):
        control.set_state({"metadata": [file], "data": [memoryview(data)], "_counter": 1})
    else:
        file["content"], file["last_modified"] = memoryview(data), file.pop("lastModified")
        control.set_state({"value": [file]})


def paint(studio):
    click(studio, "Start")
    assert studio.session.wait(SECONDS)


def test_a_picture_is_painted_shown_and_kept(studio, tmp_path):
    assert "Choose a photo" in text(studio) and not find(studio, "Button", "Start").disabled
    assert find(studio, "Button", "Stop").disabled and find(studio, "Button", "Continue").disabled
    before = studio._painting.value
    paint(studio)
    assert "Finished." in text(studio) and "Evaluation 4 of 4 · 48 × 32 px" in text(studio)
    assert studio._painting.value != before
    assert alts(studio) == ["cat, painted in the manner of great wave; 4 evaluations so far.", "The photo: cat."]
    click(studio, "Save")
    assert "Saved as cat_great_wave.png" in text(studio) and (tmp_path / "cat_great_wave.png").exists()
    click(studio, "Save")
    assert "Saved as cat_great_wave.png" in text(studio), "one's own picture may be replaced"
    assert 'download="cat_great_wave.png"' in studio._download.value


def test_another_picture_of_the_same_name_is_not_replaced(studio):
    paint(studio)
    click(studio, "Save")
    paint(studio)
    click(studio, "Save")
    assert "cat_great_wave.png exists already: give another name." in text(studio)


def test_stop_and_continue(studio):
    find(studio, "BoundedIntText", "Steps").value = 2000
    session = studio.session
    session.listeners.append(lambda what: what == "record" and session.progress.evaluations == 3 and session.stop())
    paint(studio)
    assert "Stopped. The picture is kept" in text(studio) and "Evaluation 3 of 2000" in text(studio)
    click(studio, "Continue")
    assert find(studio, "Button", "Start").disabled and not find(studio, "Button", "Stop").disabled
    click(studio, "Stop")
    assert session.wait(SECONDS) and session.status == "stopped" and session.progress.evaluations >= 3


def ticked(studio):
    """Return what stands on the buttons that are chosen."""
    return [w.description for w in everything(studio.box) if isinstance(w, widgets.Button) and "✓" in w.description]


def test_choosing(studio):
    click(studio, "rocket")
    click(studio, "poppies")
    assert (studio.session.content.name, studio.session.style.name) == ("rocket", "poppies")
    assert ticked(studio)[:2] == ["✓ rocket", "✓ poppies"]
    assert alts(studio)[0] == "The photo: rocket."


def test_settings(studio):
    find(studio, "BoundedIntText", "Size (px)").value = 400
    find(studio, "Dropdown", "Style (beta)").value = 2.0
    find(studio, "Dropdown", "Start from").value = "noise"
    find(studio, "Dropdown", "Colours").value = "content-luminance"
    settings = studio.session.settings
    assert (settings.size, settings.style, settings.start) == (400, 2.0, "noise")
    assert settings.colors == "content-luminance"
    assert f"beta {2 * nst_tf.Config().for_picture((1, 266, 400, 3)).beta:.4g}" in text(studio)


def test_small_paintings_set_the_settings(studio):
    for caption in ("4 × style", "½ × photo", "30 steps", "finer strokes", "the photo's", "photo and noise"):
        click(studio, caption)
    assert studio.session.settings == Settings(
        size=48, style=4.0, photo=0.5, steps=30, strokes=0.5, colors="content-luminance", start="content+noise"
    )
    assert find(studio, "Dropdown", "Style (beta)").value == 4 and find(studio, "BoundedIntText", "Steps").value == 30
    assert ticked(studio)[2:] == [
        "✓ 4 × style", "✓ ½ × photo", "✓ 30 steps", "✓ finer strokes", "✓ the photo's", "✓ photo and noise"
    ]  # fmt: skip


def test_a_setting_without_a_small_painting_ticks_none(studio):
    find(studio, "BoundedIntText", "Steps").value = 31
    find(studio, "Dropdown", "Style (beta)").value = 8.0
    assert ticked(studio)[2:] == ["✓ usual photo", "✓ usual strokes", "✓ the painting's", "✓ the photo"]


def test_small_paintings_are_described_and_shown(studio):
    button = find(studio, "Button", "4 × style")
    assert button.tooltip == (
        "Style (beta): 4 × style. A pale disc, most petals gone, among great waves under a beige sky."
    )
    [name] = [name for name in button._dom_classes if name.startswith("nst-setting")]
    [style] = [w.value for w in everything(studio.box) if isinstance(w, widgets.HTML) and f".{name}{{" in w.value]
    assert f'button.{name}{{background-image:url("data:image/webp;base64,' in style


def test_what_is_spoken_stands_in_widgets_that_stay(studio):
    spoken = [w for w in everything(studio.box) if "nst-spoken" in w._dom_classes]
    assert spoken == [studio._state, studio._kept]


def test_strokes_too_fine_for_so_small_a_picture(studio):
    click(studio, "finer strokes")
    assert "great_wave.jpg is 659x443 pixels; scaled down, 32x22" in text(studio)
    paint(studio)
    assert "give a larger size (47 or more)" in text(studio)
    click(studio, "usual strokes")
    paint(studio)
    assert "Finished." in text(studio)


def test_both_weights_0(studio):
    for name in ("Style (beta)", "Photo (alpha)"):
        find(studio, "Dropdown", name).value = 0.0
    sentence = "Error:  alpha and beta are both 0, so there is nothing to paint: make one of them larger."
    assert sentence in text(studio)
    paint(studio)
    assert sentence in text(studio) and not find(studio, "Button", "Start").disabled
    find(studio, "Dropdown", "Style (beta)").value = 1.0
    assert "Error" not in text(studio)


def test_an_upload(studio):
    upload(studio, "Upload a photo", "holiday.jpg", nst_tf.sample_image("rocket").read_bytes())
    assert studio.session.content.name == "holiday.jpg" and find(studio, "Button", "✓ holiday")
    np.testing.assert_array_equal(studio.session.photo, nst_tf.load_image(nst_tf.sample_image("rocket"), 48))
    click(studio, "cat")
    click(studio, "holiday")
    assert studio.session.content.name == "holiday.jpg"


def test_an_upload_that_is_no_picture(studio):
    upload(studio, "Upload a painting", "letter.jpg", b"Dear reader,")
    assert "letter.jpg is no picture that can be read: use a PNG, JPEG or WebP file." in text(studio)
    assert studio.session.style.name == "great_wave"


def test_opening_another_studio_stops_this_one(studio):
    find(studio, "BoundedIntText", "Steps").value = 2000
    click(studio, "Start")
    nst_tf.studio()
    assert studio.session.wait(SECONDS) and not studio.session.is_busy


def test_a_file_by_its_name(tmp_path):
    nst_tf.save_image(np.full((1, 40, 400, 3), 0.5, np.float32), tmp_path / "grey.png")
    studio = nst_tf.studio(tmp_path / "grey.png", "great_wave", size=512)
    assert find(studio, "Button", "✓ grey") and studio.session.photo.shape == (1, 40, 400, 3)
    with pytest.raises(nst_tf.InputError, match="unknown picture"):
        nst_tf.studio("grye")


def test_only_widgets_that_every_version_has_each_with_a_description(studio):
    there = everything(studio.box)
    assert {w._model_name.removesuffix("Model") for w in there} <= SHARED
    controls = [w for w in there if not isinstance(w, widgets.HTML) and hasattr(w, "description")]
    assert len(controls) > 20 and all(w.description for w in controls)


def test_without_ipywidgets_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "nst_tf.course.studio.view", None)
    monkeypatch.delattr(sys.modules["nst_tf.course.studio"], "view", raising=False)
    with pytest.raises(nst_tf.StartError, match="pip install ipywidgets"):
        nst_tf.studio()
