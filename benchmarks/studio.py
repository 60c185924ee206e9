"""What it costs to show the picture as it develops: the same painting in a real kernel, with the page and without.

    python benchmarks/studio.py

Both run in turn in one kernel, and all that the page sends is read, as a Jupyter server would. Seconds are those of
the clock, whose ratio is chance on a busy machine, and those that all threads of the kernel together have computed.
What a drawing computes is measured afterwards, alone; times the number of drawings, that is a share of the whole.
"""

import argparse
import json
import statistics
import sys

from common import save
from jupyter_client.manager import KernelManager

import nst_tf

CODE = """
import json, time
import nst_tf
from nst_tf.course.studio.progress import Pace

def paint(shown, size, steps):
    studio = nst_tf.studio("pagoda", "village_street_auvers", size=size, steps=steps)
    display(studio)
    session, marks, drawn = studio.session, [], [0]
    if not shown:
        session.listeners.clear()
    def mark(what):
        if what == "status" and session.status in ("painting", "finished"):
            marks.append((time.perf_counter(), time.process_time()))
    def count(change):
        drawn[0] += 1
    studio._painting.observe(count, "value")
    session.listeners.insert(0, mark)  # before the finished picture is drawn
    session.start()
    session.wait()
    assert session.status == "finished", session.error
    clock, computed = (end - begin for begin, end in zip(*marks))
    times = drawn[0]
    share = times * cost_of_drawing(studio) / computed
    studio.box.close()
    return {"seconds": clock, "computed": computed, "drawn": times, "drawing": share}

def cost_of_drawing(studio, times=50):
    pictures = studio.session.preview, studio.session.preview[:, :, ::-1]
    time.sleep(0.5)
    begin = time.process_time()
    for k in range(times):
        studio._draw_stage(pictures[k % 2])
        studio._draw_progress()
    time.sleep(0.5)  # for the thread that sends
    return (time.process_time() - begin) / times

nst_tf.start_quietly()
paint(False, SIZE, 4)  # compiles
print(json.dumps([{"shown": shown, **paint(shown, SIZE, STEPS)} for shown in (False, True) * REPEATS]))
"""


def measure(size, steps, repeats):
    """Return the row of a size: medians, shown and not, and those of the ratios of runs one after the other."""
    code = CODE.replace("SIZE", str(size)).replace("STEPS", str(steps)).replace("REPEATS", str(repeats))
    runs = json.loads(_run_in_kernel(code))
    alone, shown = runs[::2], runs[1::2]
    row = {"size": size, "steps": steps, "repeats": repeats}
    for name in ("seconds", "computed", "drawn", "drawing"):
        row[name] = {how: statistics.median(run[name] for run in those)
                     for how, those in (("alone", alone), ("shown", shown))}  # fmt: skip
    row["ratio"] = {name: statistics.median(b[name] / a[name] for a, b in zip(alone, shown, strict=True))
                    for name in ("seconds", "computed")}  # fmt: skip
    return row


def _run_in_kernel(code):
    """Return what the code prints in a kernel of its own."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client, printed = manager.client(), []
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)

        def read(message):
            if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
                printed.append(message["content"]["text"])

        reply = client.execute_interactive(code, output_hook=read, timeout=1800)
        if reply["content"]["status"] != "ok":
            sys.exit("\n".join(reply["content"]["traceback"]))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return "".join(printed).splitlines()[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 512])
    parser.add_argument("--steps", type=int, default=100, help="evaluations at the coarsest size")
    parser.add_argument("--repeats", type=int, default=6)
    options = parser.parse_args()
    nst_tf.start_quietly()
    rows = []
    for size in options.sizes:
        row = measure(size, options.steps, options.repeats)
        rows.append(row)
        ratio, times, seconds = row["ratio"], row["drawn"]["shown"], row["seconds"]["shown"]
        print(f"{size} px: shown / alone {ratio['seconds']:.3f} by the clock, {ratio['computed']:.3f} computed")
        share = row["drawing"]["shown"]
        print(f"drawn {times:.0f} times in {seconds:.1f} s, which is {share:.2%} of what is computed", flush=True)
    save("studio", rows)


if __name__ == "__main__":
    main()
