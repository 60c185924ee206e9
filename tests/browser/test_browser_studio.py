"""The studio in real pages: under Voila and in JupyterLab, moved as a person would move it, with small pictures."""

import io
import re
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nst_tf.record import read_record

SIZE = 64


class StudioPage:
    """A page with the studio in it; what a person sees and does there."""

    def __init__(self, page):
        self.page, self.root = page, page.locator(".nst-studio")
        self.root.wait_for()

    def button(self, name):
        return self.root.get_by_role("button", name=name, exact=True)

    def click(self, name):
        self.button(name).click()

    def set(self, size=SIZE, steps=4):
        """Type the size and the steps."""
        for label, number in (("Size (px)", size), ("Steps", steps)):
            field = self.root.get_by_label(label)
            field.fill(str(number))
            field.press("Enter")
        self.says(re.compile(rf"Paints .*\b{size}\b"))

    def says(self, text):
        """Wait until the page says so."""
        self.root.get_by_text(text).first.wait_for()

    def warns(self, text):
        """Wait until the page shows this error."""
        self.root.get_by_role("alert").filter(has_text=text).first.wait_for()

    def evaluations(self):
        """Return how many evaluations the page says there were."""
        return int(re.search(r"Evaluation (\d+) of", self.root.inner_text())[1])

    def painting(self):
        """Return the address of the picture that is shown, and its description."""
        image = self.root.get_by_role("img").first
        return image.get_attribute("src"), image.get_attribute("alt")

    def upload(self, label, name, data, mime="image/jpeg"):
        """Choose a file in the dialogue that the button opens."""
        with self.page.expect_file_chooser() as chooser:
            self.root.get_by_role("button", name=label).click()
        chooser.value.set_files({"name": name, "mimeType": mime, "buffer": data})


@pytest.fixture(scope="module")
def notebook():
    """Return the notebook that the studio comes in."""
    path = Path(__file__).resolve().parents[2] / "notebooks" / "studio.ipynb"
    return path.read_text(encoding="utf-8")


@pytest.fixture
def studio(voila, notebook, new_page):
    """Return the studio as a page of Voila, small pictures and few steps set."""
    (voila.folder / "studio.ipynb").write_text(notebook, encoding="utf-8")
    page = new_page()
    page.goto(f"{voila.address}/voila/render/studio.ipynb")
    studio = StudioPage(page)
    studio.set()
    return studio


def jpeg(width, height):
    """Return a photo's file: noise, smooth enough to be a photo."""
    pixels = np.random.default_rng(0).integers(0, 256, (height // 100, width // 100, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).resize((width, height)).save(file, "JPEG", quality=90)
    return file.getvalue()


def test_to_the_end_and_kept(studio, voila):
    studio.set(steps=150)
    first, _ = studio.painting()
    studio.click("Start")
    studio.says("Painting.")
    studio.says(re.compile("about .* left"))
    seen = {studio.painting()[0] for _ in range(60) if not time.sleep(0.02)}
    studio.says("Finished.")
    last, alt = studio.painting()
    assert len(seen - {first, last}) >= 2, "it did not develop live"
    assert alt == "pagoda, painted in the manner of village street auvers; 150 evaluations so far."
    studio.click("Save")
    studio.says("Saved as pagoda_village_street_auvers.png")
    saved = voila.folder / "pagoda_village_street_auvers.png"
    request, config = read_record(saved)
    assert (request["content"], request["size"], config.steps) == ("pagoda", SIZE, 150)
    with studio.page.expect_download() as download:
        studio.root.get_by_role("link", name="Download PNG").click()
    assert download.value.suggested_filename == saved.name
    assert download.value.path().read_bytes() == saved.read_bytes()


def test_what_cannot_be_used_is_said(studio):
    studio.upload("Upload a photo", "letter.jpg", b"Dear reader,")
    studio.warns("letter.jpg is no picture that can be read: use a PNG, JPEG or WebP file.")
    assert studio.painting()[1] == "The photo: pagoda." and studio.button("letter").count() == 0
    for label, nothing in (("Style (beta)", "no style"), ("Photo (alpha)", "no photo")):
        studio.root.get_by_label(label).select_option(nothing)
    sentence = "alpha and beta are both 0, so there is nothing to paint: make one of them larger."
    studio.warns(sentence)
    studio.click("Start")
    studio.warns(sentence)
    studio.root.get_by_label("Style (beta)").select_option("usual style")
    studio.click("Start")
    studio.says("Finished.")


def test_a_photo_of_12_megapixels(studio):
    studio.upload("Upload a photo", "phone.jpg", jpeg(4000, 3000))
    studio.button("✓ phone").wait_for()
    studio.says(f"Paints {SIZE} × {SIZE * 3 // 4} px")
    studio.click("Start")
    studio.says("Finished.")
    assert studio.evaluations() == 4 and "phone" in studio.painting()[1]


@pytest.fixture(scope="module")
def lab_folder(lab, notebook):
    """Write the notebooks that the tests open in JupyterLab."""
    path = lab.folder / "studio.ipynb"
    path.write_text(notebook, encoding="utf-8")
    return path


def test_stopped_and_continued_in_jupyterlab(lab, lab_folder, new_page):
    page = new_page()
    lab.open(page, "studio.ipynb")
    lab.run_all(page)
    studio = StudioPage(page)
    studio.set(steps=2000)
    studio.click("Start")
    studio.says(re.compile(r"Evaluation \d{2,} of 2000"))
    studio.click("Stop")
    studio.says("Stopped. The picture is kept")
    stopped, kept = studio.evaluations(), studio.painting()
    assert 10 <= stopped < 2000
    time.sleep(1)
    assert studio.evaluations() == stopped and studio.painting() == kept, "it went on"

    studio.click("Continue")
    page.wait_for_function(
        f"() => +document.querySelector('.nst-studio').innerText.match(/Evaluation (\\d+) of/)[1] > {stopped}"
    )
    assert studio.painting() != kept
    slide(studio)
    weight = studio.root.get_by_label("Style (beta)")
    weight.focus()
    weight.press("ArrowDown")  # which JupyterLab would take for its own
    assert weight.input_value() == "2 × style"
    for key, caption in (("Enter", "4 × style"), ("Space", "½ × style")):  # by small paintings
        studio.button(caption).focus()
        page.keyboard.press(key)
        studio.button(f"✓ {caption}").wait_for()
        assert weight.input_value() == caption
    # The cell is run again while it paints: one studio, at rest, and the old one's thread gone.
    lab.run_all(page)
    studio.says("Choose a photo and a painting")
    assert threads(lab, page) == "[]"


def slide(studio):
    """Compare by the keyboard: the photo covers as much as the slider says."""
    slider = studio.root.get_by_role("slider", name=re.compile("Compare"))
    slider.focus()
    for _ in range(30):
        slider.press("ArrowRight")
    clip = "() => getComputedStyle(document.querySelector('.nst-photo img')).clipPath"
    assert studio.page.evaluate(clip) in ("inset(0px 70% 0px 0px)", "inset(0px calc(70%) 0px 0px)")
    assert studio.root.get_by_role("img", name="The photo: pagoda.").is_visible()


def threads(lab, page):
    """Return the studio's threads in the kernel, asked of it by the page."""
    code = "import threading; [t.join(10) for t in threading.enumerate() if t.name == 'nst_tf studio']; "
    code += "print([t.name for t in threading.enumerate() if t.name == 'nst_tf studio'])"
    return page.evaluate(
        """async code => {
          let text = "";
          const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
          const future = kernel.requestExecute({code});
          future.onIOPub = message => { text += message.content.text ?? ""; };
          await future.done;
          return text.trim();
        }""",
        code,
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_and_all_is_named(voila, notebook, new_page, theme):
    (voila.folder / "studio.ipynb").write_text(notebook, encoding="utf-8")
    page = new_page()
    page.goto(f"{voila.address}/voila/render/studio.ipynb?theme={theme}")
    studio = StudioPage(page)
    for width in (1280, 600):
        page.set_viewport_size({"width": width, "height": 1000})
        parts = studio.root.locator("button, input, select, img, a, p")
        edges = parts.evaluate_all("parts => parts.map(part => part.getBoundingClientRect().right)")
        assert len(edges) > 20 and max(edges) <= width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [line for line in studio.root.aria_snapshot().splitlines() if NAMELESS.match(line)] == []
    style = "(part, name) => getComputedStyle(part)[name]"
    ink = studio.root.get_by_role("heading").first.evaluate(style, "color")
    paper = studio.button("cat").evaluate(style, "backgroundColor")
    assert contrast(ink, paper) > 4.5
    assert (luminance(paper) < luminance(ink)) == (theme == "dark")


# A line of an ARIA snapshot without a name in quotes behind the role
NAMELESS = re.compile(r" *- (button|textbox|spinbutton|combobox|slider|img|link)\b(?! [\"'/])")


def contrast(*colours):
    """Return the contrast of two colours, "rgb(...)", as WCAG defines it."""
    darker, lighter = sorted(map(luminance, colours))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    levels = [float(number) / 255 for number in re.findall(r"[\d.]+", colour)[:3]]
    linear = [level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels]
    return sum(weight * level for weight, level in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_what_has_no_name_would_be_noticed():
    named = ['- slider "Compare"', '  - spinbutton "Size (px)": "512"', '- text: "a"', '- button "Stop" [disabled]']
    nameless = ["- slider", "- combobox:", "- img", "- button [disabled]", '- textbox: "512"']
    assert [line for line in named + nameless if NAMELESS.match(line)] == nameless
