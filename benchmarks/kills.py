"""Paintings killed at random moments, from the start of the program to the save: what is left must be whole.

    python benchmarks/kills.py [RUNS]

Each run paints small, with a checkpoint, over a picture that is there already, and gets INT, TERM, HUP or KILL at a
random moment. Counted are pictures and checkpoints that cannot be read, temporary files (a killed process may leave
some), tracebacks, and runs that did not end.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from common import save

import nst_tf

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
RUN = ("cat", "great_wave", "--size", "96", "--steps", "60", "--overwrite", "-o", "out.png",
       "--checkpoint", "run", "--checkpoint-every", "3")  # fmt: skip
PATIENCE = 60  # seconds


def run(folder, number=None, after=0.0):
    """Start the command, send it the signal after so many seconds; return what it printed, its status and seconds."""
    begin = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "nst_tf", *RUN], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True, preexec_fn=lambda: [signal.signal(s, signal.SIG_DFL) for s in SIGNALS[:3]],
    )  # fmt: skip
    if number is not None:
        time.sleep(after)
        process.send_signal(number)
    try:
        printed, _ = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        return "", None, PATIENCE
    return printed.decode(), process.returncode, time.monotonic() - begin


def _left_over(folder):
    return [path for path in folder.iterdir() if path.name not in ("out.png", "run")]


def faults(folder, number, printed, status):
    """Return what is wrong with what the run has left."""
    found = []
    for name, read in (("out.png", nst_tf.load_image), ("run", nst_tf.read_checkpoint)):
        try:
            if (folder / name).exists():
                read(folder / name)
        except nst_tf.NstError:
            found.append(f"{name} damaged")
    if _left_over(folder) and number != signal.SIGKILL:
        found.append("temporary files left")
    if "Traceback" in printed:
        found.append("traceback")
    if status is None:
        found.append("did not end")
    elif status not in (0, 128 + number, -number):
        found.append(f"exit status {status}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=int, nargs="?", default=100)
    runs, rng, outcomes = parser.parse_args().runs, random.Random(0), Counter()
    nst_tf.start_quietly()
    with tempfile.TemporaryDirectory() as folder:
        _, _, whole = run(folder)
        for k in range(runs):
            number, after = SIGNALS[k % len(SIGNALS)], rng.uniform(0, 1.05 * whole)
            printed, status, _ = run(folder, number, after)
            outcome = f"{number.name}: {', '.join(faults(Path(folder), number, printed, status)) or 'all whole'}"
            outcomes[outcome] += 1
            for path in _left_over(Path(folder)):
                path.unlink()
    for outcome, count in sorted(outcomes.items()):
        print(f"{outcome}: {count}")
    save("kills", {"runs": runs, "seconds_of_a_whole_run": whole, "outcomes": dict(outcomes)})


if __name__ == "__main__":
    main()
