"""Files written whole or not at all, with the faults provoked in earnest: full disks, limits, lost streams, signals."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from odd_pictures import names, one_line

from nst_tf import FileAccessError, InputError, MissingFileError
from nst_tf.pictures.writing import check_destination, write_whole


def in_python(program, folder):
    """Run the program there and return what it prints."""
    program = "import os, resource\nfrom nst_tf.pictures.writing import write_whole\n" + program
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, timeout=60, check=True)
    return run.stdout


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "a.bin"
    write_whole(path, b"first")
    assert path.read_bytes() == b"first"
    write_whole(str(path), b"second")
    assert path.read_bytes() == b"second"
    assert names(tmp_path) == ["a.bin"]


LIMITED = """
saved = 0
for limit in range(0, 1000, 20):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        write_whole("a.bin", b"new" * 300)
        saved += 1
    except Exception as error:
        message = f"{type(error).__name__}: {error}"
    content = open("a.bin", "rb").read()
    assert content == (b"new" * 300 if saved else b"old" * 200), limit
    assert os.listdir() == ["a.bin"], os.listdir()
print(saved, message)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")
def test_where_only_part_of_it_can_be_written_the_old_one_stays(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"old" * 200)
    said = in_python(LIMITED, tmp_path)
    assert said == (
        "5 FileAccessError: a.bin could not be written (File too large): free some space or choose another folder\n"
    )


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder on a disk of 64 KiB, half of it taken."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        (disk / "taken").write_bytes(bytes(32768))
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_full_disk(small_disk):
    path = small_disk / "a.bin"
    write_whole(path, b"old")
    with pytest.raises(FileAccessError, match=r"a.bin could not be written \(No space left on device\)") as raised:
        write_whole(path, bytes(40000))
    one_line(raised)
    assert path.read_bytes() == b"old"
    assert names(small_disk) == ["a.bin", "taken"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="signals are POSIX's")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_process_that_is_stopped_at_any_moment_leaves_the_old_file_or_the_new(tmp_path, number):
    program = """
signal.signal(signal.SIGINT, signal.default_int_handler)
write_whole("a.bin", b"a" * 300_000)
print(flush=True)
while True:
    for letter in b"ab":
        write_whole("a.bin", bytes([letter]) * 300_000)
"""
    program = "import signal\nfrom nst_tf.pictures.writing import write_whole" + program
    for moment in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        with process:
            process.stdout.readline()
            time.sleep(0.02 + 0.007 * moment)
            process.send_signal(number)
        content = (tmp_path / "a.bin").read_bytes()
        assert content in (b"a" * 300_000, b"b" * 300_000)
        assert number == signal.SIGKILL or names(tmp_path) == ["a.bin"]


def test_closed_standard_streams_write_nothing_into_it(tmp_path):
    """A file opened while they are closed would be standard error, and hold whatever C++ has to say."""
    said = in_python(
        """
os.close(2)
fsync = os.fsync
def warn(descriptor):
    try: os.write(2, b"a warning")
    except OSError: pass
    fsync(descriptor)
os.fsync = warn
write_whole("a.bin", b"mine")
print(open("a.bin").read())
""",
        tmp_path,
    )
    assert said == "mine\n"


# ---- symbolic links and permissions


def test_the_file_behind_a_symbolic_link_is_replaced_and_the_link_stays(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "a.bin").write_bytes(b"old")
    (tmp_path / "link.bin").symlink_to("far/a.bin")
    (tmp_path / "second.bin").symlink_to("link.bin")
    write_whole(tmp_path / "second.bin", b"new")
    assert (tmp_path / "far" / "a.bin").read_bytes() == b"new"
    assert (tmp_path / "second.bin").is_symlink()
    assert (tmp_path / "link.bin").is_symlink()
    assert (names(tmp_path), names(tmp_path / "far")) == (["far", "link.bin", "second.bin"], ["a.bin"])


def test_a_link_that_leads_nowhere_gets_its_file(tmp_path):
    (tmp_path / "link.bin").symlink_to("a.bin")
    assert check_destination(tmp_path / "link.bin") == tmp_path / "link.bin"
    write_whole(tmp_path / "link.bin", b"new")
    assert (tmp_path / "link.bin").is_symlink()
    assert (tmp_path / "a.bin").read_bytes() == b"new"


def test_a_link_into_a_folder_that_is_not_there_or_to_itself(tmp_path):
    (tmp_path / "link.bin").symlink_to("none/a.bin")
    with pytest.raises(MissingFileError, match=r"there is no folder .*none to save a.bin in"):
        check_destination(tmp_path / "link.bin")
    (tmp_path / "loop.bin").symlink_to("loop.bin")
    with pytest.raises(FileAccessError, match=r"loop.bin cannot be the name of a file"):
        check_destination(tmp_path / "loop.bin", overwrite=True)
    assert names(tmp_path) == ["link.bin", "loop.bin"]


@pytest.mark.skipif(os.name != "posix", reason="umask is POSIX's")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_the_umask_decides_who_may_read(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        write_whole(tmp_path / "a.bin", b"")
        assert os.umask(umask) == umask  # and writing leaves it as it was
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.bin").stat().st_mode) == mode


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"old")
    (tmp_path / "a.bin").chmod(0o640)
    write_whole(tmp_path / "a.bin", b"new")
    assert stat.S_IMODE((tmp_path / "a.bin").stat().st_mode) == 0o640


# ---- check_destination


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    ("name", "error", "found"),
    [
        ("", InputError, "the name of a file is empty"),
        ("missing/a.bin", MissingFileError, "there is no folder .*missing to save a.bin in: make it first"),
        ("file/a.bin", MissingFileError, "there is no folder .*file to save a.bin in"),
        ("folder", FileAccessError, "folder is a folder: give the name of a file"),
        ("pipe", FileAccessError, "pipe is a pipe or a device, not an ordinary file: give another name"),
        ("x" * 300, FileAccessError, "cannot be the name of a file .*too long.*: choose another"),
    ],
)
def test_where_no_file_can_be_written(tmp_path, name, error, found, overwrite):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    before = names(tmp_path)
    with pytest.raises(error, match=found) as raised:
        check_destination(tmp_path / name if name else name, overwrite=overwrite)
    one_line(raised)
    assert names(tmp_path) == before


def test_a_file_that_is_there_needs_leave(tmp_path):
    (tmp_path / "a.bin").touch()
    with pytest.raises(FileAccessError, match=r"a.bin exists already: give another name, or .*\(overwrite=True\)"):
        check_destination(tmp_path / "a.bin")
    assert check_destination(str(tmp_path / "a.bin"), overwrite=True) == tmp_path / "a.bin"
    assert check_destination(tmp_path / "b.bin") == tmp_path / "b.bin"
    assert names(tmp_path) == ["a.bin"]


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="/sys, where nobody can make files, is Linux's")
def test_a_folder_that_cannot_be_written_to():
    with pytest.raises(FileAccessError, match=r"/sys cannot be written to .*: choose another folder"):
        check_destination("/sys/a.bin")
    with pytest.raises(FileAccessError, match=r"/sys/a.bin could not be written"):
        write_whole("/sys/a.bin", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other variables")
def test_no_temporary_folder_is_needed(tmp_path):
    """Where none can be written to, the file's own is enough."""
    program = """
import tempfile
tempfile._candidate_tempdir_list = lambda: ["/sys"]
from nst_tf.pictures.writing import check_destination
check_destination("a.bin"); write_whole("a.bin", b"mine")
try: tempfile.gettempdir()
except FileNotFoundError: print(open("a.bin").read())
"""
    assert in_python(program, tmp_path) == "mine\n"
