"""Real pages in a real browser: Jupyter servers of their own, and headless Chromium moved by Playwright.

Whatever is missing, Playwright, JupyterLab, Voila or Chromium, skips the tests that need it, and says so.
"""

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 60  # what a test waits for anything, at most; two cores may be busy with other tests
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def needs(package, extra):
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed: pip install '.[{extra}]'")


@pytest.fixture(scope="module")
def browser():
    """Return headless Chromium, the system's own. A module at a time: its event loop is in the way of other tests."""
    needs("playwright", "browser")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser):
    """Return a function that opens a page of a given width and colour scheme; it is closed after the test.

    What goes wrong in it is noted: `page.faults`.
    """
    with contextlib.ExitStack() as stack:

        def open_page(width=1280, height=1000, **options):
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            stack.callback(context.close)
            context.set_default_timeout(1000 * SECONDS)
            return noting_faults(context.new_page())

        yield open_page


def noting_faults(page):
    """Return the page; from now on it notes what it asks another host for, and what fails."""
    page.faults = []

    def note(what, is_fault=True):
        if is_fault:
            page.faults.append(what)

    page.on("request", lambda request: note(request.url, is_foreign(request.url)))
    page.on("requestfailed", lambda request: note(request.url))
    page.on("pageerror", lambda error: note(str(error)))
    page.on("console", lambda message: note(message.text, message.type == "error"))
    return page


def is_foreign(url):
    return not url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:", "ws://127.0.0.1:"))


@pytest.fixture
def hindrances():
    """Return a function that finds what in a page seriously hinders anyone: {axe-core's rule: places in the page}."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install '.[browser]'")

    def found_in(page):
        rules = axe.Axe().run(page).response["violations"]
        return {rule["id"]: [node["html"][:200] for node in rule["nodes"]][:3]
                for rule in rules if rule["impact"] in ("serious", "critical")}  # fmt: skip

    return found_in


class Server:
    """A server in a folder of its own, with nobody's settings.

    Attributes:
        folder: what it serves.
        address: where it does.
    """

    def __init__(self, folder, *command):
        self.folder = folder / "served"
        self.folder.mkdir()
        self._command, self._log = command, folder / "log.txt"
        self._environment = {
            **os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
            "JUPYTER_CONFIG_DIR": str(folder / "config"), "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"), "IPYTHONDIR": str(folder / "ipython"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"), "JUPYTER_PREFER_ENV_PATH": "1",
        }  # fmt: skip

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._command, "--no-browser", f"--port={port}"],
                cwd=self.folder, env=self._environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        self._wait_until_it_answers()
        return self

    def __exit__(self, *exception):
        self._process.terminate()  # with its kernels
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait_until_it_answers(self):
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}/static/favicon.ico"):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"the server did not start:\n{self._log.read_text()[-3000:]}")


class Lab(Server):
    """JupyterLab."""

    def __init__(self, folder):
        quiet = folder / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
        quiet.parent.mkdir(parents=True)
        quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}')  # no questions over the page
        super().__init__(
            folder, "jupyterlab", "--ServerApp.token=", "--ServerApp.password=", "--allow-root",
            "--LabApp.expose_app_in_browser=True",
        )  # fmt: skip

    def open(self, page, notebook):
        """Open a notebook of the folder, alone in its page, as JupyterLab's simple interface shows it."""
        page.goto(f"{self.address}/doc/tree/{notebook}")
        page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext?.isReady")

    def run_all(self, page):
        """Run all the cells, and wait until that is done."""
        self.command(page, "notebook:run-all-cells")

    def command(self, page, name):
        """Have JupyterLab do what a menu entry does."""
        page.evaluate("name => window.jupyterapp.commands.execute(name).then(() => null)", name)


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """Return a running `Lab`."""
    needs("jupyterlab", "course")
    with Lab(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture(scope="module")
def voila(browser, tmp_path_factory):
    """Return a running Voila, which serves the notebooks of its folder as pages."""
    needs("voila", "studio")
    with Server(tmp_path_factory.mktemp("voila"), "voila") as server:
        yield server
