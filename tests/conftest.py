"""What the tests share: small pictures, the network loaded once, and the command run with the network cut off."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# The same examples on every machine and in every run, and no time limit an example on a busy one.
settings.register_profile("nst_tf", derandomize=True, deadline=None, max_examples=50, database=None)
settings.load_profile("nst_tf")


@pytest.fixture(scope="session")
def content():
    """Return the cat at 48 px, (1, 32, 48, 3); read-only, so that nothing changes it unnoticed."""
    import nst_tf

    image = nst_tf.load_image(nst_tf.sample_image("cat"), max_size=48)
    image.setflags(write=False)
    return image


@pytest.fixture(scope="session")
def style():
    """Return the great wave at 64 px, (1, 43, 64, 3): another size and shape than the content's."""
    import nst_tf

    image = nst_tf.load_image(nst_tf.sample_image("great_wave"), max_size=64)
    image.setflags(write=False)
    return image


@pytest.fixture(scope="session")
def vgg():
    """Return the default network: the bundled VGG-16, max pooling, normalised."""
    import nst_tf

    return nst_tf.load_vgg(precision="float32")


@pytest.fixture(scope="session")
def raw_vgg():
    """Return the bundled VGG-16 as it was trained."""
    import nst_tf

    return nst_tf.load_vgg(normalise_activations=False, precision="float32")


@pytest.fixture(scope="session")
def extractor(vgg):
    """Return the extractor of all thirteen convolutions."""
    import nst_tf
    from nst_tf.backbone import convolutions

    return nst_tf.build_feature_extractor(vgg, [layer.name for layer in convolutions(vgg)])


@pytest.fixture(scope="session")
def objective(extractor, content, style):
    """Return the objective of the default settings."""
    import nst_tf

    return nst_tf.make_objective(extractor, content, style)


# Python runs a module of this name at start-up if it finds one on PYTHONPATH. It writes down each attempt to reach the
# network and refuses it, so that an attempt fails a test even where the program would recover from it.
CUT_OFF = """\
import os, socket

def refuse(*arguments, **keywords):
    with open(os.environ["NETWORK_LOG"], "a") as log:
        print(arguments, file=log)
    raise OSError("the network is cut off in this test")

socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = socket.getaddrinfo = refuse
"""


class OfflinePython:
    """Runs Python in a folder of its own, `folder`, from which no network can be reached."""

    def __init__(self, folder, support):
        self.folder = folder
        self.network_log = support / "network.log"
        (support / "sitecustomize.py").write_text(CUT_OFF)
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, (str(support), os.environ.get("PYTHONPATH")))),
            "NETWORK_LOG": str(self.network_log),
            "KERAS_HOME": str(support / "keras"),  # no weights downloaded earlier
        }
        self.environment.pop("TF_CPP_MIN_LOG_LEVEL")  # as a user has it
        self.environment.pop("PYTHONUNBUFFERED", None)

    def start(self, *arguments, stdout=subprocess.PIPE):
        """Start `python ARGUMENTS` and return the `Popen`, with stderr as a pipe, and stdout, too, if it is not given.

        It hears Ctrl-C even where these tests run in a shell's background, which ignores it, and SIGHUP under nohup.
        """
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=stdout, stderr=subprocess.PIPE,
            preexec_fn=lambda: [signal.signal(number, signal.SIG_DFL) for number in (signal.SIGINT, signal.SIGHUP)],
        )  # fmt: skip

    def run(self, *arguments):
        """Run `python ARGUMENTS` to its end and return (exit status, stdout, stderr)."""
        process = self.start(*arguments)
        try:
            out, err = process.communicate(timeout=300)
        finally:
            process.kill()
        return process.returncode, out.decode(), err.decode()

    def files(self):
        """Return the names of everything in the folder."""
        return sorted(path.name for path in Path(self.folder).iterdir())


@pytest.fixture
def offline(tmp_path):
    """Return an `OfflinePython` in an empty folder."""
    folder, support = tmp_path / "cwd", tmp_path / "support"
    folder.mkdir()
    support.mkdir()
    return OfflinePython(folder, support)
