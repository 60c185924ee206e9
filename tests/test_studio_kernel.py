"""The studio in a real kernel: it stays usable, its page is told from the thread, and it ends when it is told to."""

import queue
import time

import pytest

pytest.importorskip("ipykernel")
pytest.importorskip("ipywidgets")
manager_module = pytest.importorskip("jupyter_client.manager")
SECONDS = 60
PAINTING = """
import threading, time
import nst_tf
studio = nst_tf.studio("cat", "great_wave", size=64, steps=2000)
studio.session.start()
while studio.session.progress is None or studio.session.progress.evaluations < 2:
    time.sleep(0.01)
"""
THREADS = "sum(thread.name == 'nst_tf studio' for thread in threading.enumerate())"


class Kernel:
    """A kernel and its client."""

    def __init__(self, folder):
        self.manager = manager_module.KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(folder))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)

    def run(self, code, result=""):
        """Run the code; return the value of the expression `result`, as it is printed."""
        printed = []

        def read(message):
            if message["msg_type"] == "stream":
                printed.append(message["content"]["text"])

        reply = self.client.execute_interactive(f"{code}\nprint({result})", output_hook=read, timeout=SECONDS)
        assert reply["content"]["status"] == "ok", reply["content"]
        return "".join(printed).strip()

    def messages(self, seconds):
        """Yield the messages that come in so many seconds, while nothing is asked of the kernel."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                yield self.client.get_iopub_msg(timeout=0.1)
            except queue.Empty:
                continue


@pytest.fixture
def kernel(tmp_path):
    """Return a kernel in which a picture is being painted."""
    kernel = Kernel(tmp_path)
    try:
        kernel.run(PAINTING)
        yield kernel
    finally:
        kernel.client.stop_channels()
        kernel.manager.shutdown_kernel(now=True)


def test_the_kernel_stays_usable_while_the_page_is_told_from_the_thread(kernel):
    assert kernel.run("", "studio.session.status, 6 * 7") == "painting 42"
    addresses = set()
    for message in kernel.messages(SECONDS):
        value = message["content"].get("data", {}).get("state", {}).get("value", "") or ""
        if message["msg_type"] == "comm_msg" and "painted in the manner of" in value:
            addresses.add(value)
        if len(addresses) == 2:
            break
    assert len(addresses) == 2, "the page did not see the picture change"


def test_the_cell_is_run_again(kernel):
    assert kernel.run(PAINTING, THREADS) == "1"
    kernel.run("studio.session.stop(); studio.session.wait(60)")
    assert kernel.run("", f"studio.session.status, {THREADS}") == "stopped 0"


def test_the_kernel_can_be_shut_down_meanwhile(kernel):
    """By itself: nobody has to kill it."""
    process = kernel.manager.provisioner.process
    kernel.client.shutdown()
    assert process.wait(SECONDS) == 0
