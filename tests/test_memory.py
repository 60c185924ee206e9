import sys

import pytest
import tensorflow as tf

from nst_tf import OutOfMemoryError, memory
from nst_tf.memory import check_address_space, is_lack_of_memory


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (tf.errors.ResourceExhaustedError(None, None, "OOM when allocating"), True),
        (tf.errors.AbortedError(None, None, "Status: 1, message: could not create a primitive, in file"), True),
        (tf.errors.AbortedError(None, None, "another reason"), False),
        (ValueError("could not create a primitive"), False),
    ],
)
def test_lack_of_memory_is_told_apart(error, expected):
    assert is_lack_of_memory(error) is expected


def test_without_a_limit_nothing_is_refused():
    check_address_space(8192, 8192, "float32")


def test_with_one_what_does_not_fit_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "address_space_left", lambda: 2e9)
    check_address_space(512, 512, "float32")
    check_address_space(683, 1024, "bfloat16")
    with pytest.raises(OutOfMemoryError, match="1366x1024 pixels do not fit into the memory: give a smaller size"):
        check_address_space(1024, 1366, "float32")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc and RLIMIT_AS are Linux's")
def test_a_limited_address_space_ends_with_a_sentence_not_with_a_segmentation_fault(offline):
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n"
        "from nst_tf.cli import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    arguments = ["--size", "2048", "--scales", "1", "--enlarge", "--steps", "2", "-q", "-o", "out.png", "--force"]
    status, out, err = offline.run("-c", program, *arguments, "--tile", "off")
    sentence = "nst-tf: 2048x1366 pixels do not fit into the memory: give a smaller size; nothing was written\n"
    assert (status, out, err) == (1, "", sentence)
    assert offline.files() == []
