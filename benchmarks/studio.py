"""What it costs to show the picture as it develops: the same painting in a real kernel, shown and not in turns.

    python benchmarks/studio.py

A block of a few seconds is shown, the next ones are not, the next is, and so on, while one painting after another is
painted in one kernel; all that the page sends is read, as a Jupyter server would. Two neighbours of one size make a
pair: the ratio of their seconds for an evaluation, by the clock and as all threads of the kernel together have computed
them. The machine is the same in both, and what it does besides changes slowly, so many pairs tell a percent apart. What
a drawing computes is also measured alone; times the number of drawings, that is a share of the whole.
"""

import argparse
import itertools
import json
import statistics
import sys

import numpy as np
from common import save
from jupyter_client.manager import KernelManager

import nst_tf

CODE = """
import json, time
import nst_tf

def paint(size, steps, block):
    studio = nst_tf.studio("pagoda", "village_street_auvers", size=size, steps=steps)
    display(studio)
    session, marks, drawn = studio.session, [], [0]
    heard = session.listeners.pop()
    studio._painting.observe(lambda change: drawn.__setitem__(0, drawn[0] + 1), "value")
    def listen(what):
        if what == "status":
            return heard(what)
        now = time.perf_counter()
        number, begin = marks[-1][0], marks[-1][1]
        if now - begin >= block:
            number, begin = number + 1, now
        marks.append((number, begin, now, time.process_time(), session._transfer.history[-1].scale))
        if number % 4 in (1, 2):
            heard(what)
    marks.append((0, time.perf_counter(), 0, 0, 0))
    session.listeners.append(listen)
    session.start()
    session.wait()
    assert session.status == "finished", session.error
    cost, times = cost_of_drawing(studio), drawn[0]
    studio.box.close()
    return {"marks": [(mark[0], *mark[2:]) for mark in marks[1:]], "drawn": times, "drawing": cost}

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
paint(SIZE, 4, BLOCK)  # compiles
end, runs = time.monotonic() + SECONDS, []
while not runs or time.monotonic() < end:
    runs.append(paint(SIZE, STEPS, BLOCK))
print(json.dumps(runs))
"""
FEWEST = 4  # evaluations of a block that counts


def measure(size, steps, seconds, block):
    """Return the row of a size: paintings for so many seconds, in blocks of `block` seconds."""
    values = {"SIZE": size, "STEPS": steps, "SECONDS": seconds, "BLOCK": block}
    code = CODE
    for name, value in values.items():
        code = code.replace(name, str(value))
    runs = json.loads(_run_in_kernel(code))
    pairs = [pair for run in runs for pair in paired(run["marks"])]
    drawn = sum(run["drawn"] for run in runs)
    computed = sum(b[2] - a[2] for run in runs for a, b in itertools.pairwise(run["marks"]) if is_shown(a[0]))
    drawing = statistics.median(run["drawing"] for run in runs)
    row = {"size": size, "steps": steps, "paintings": len(runs), "pairs": len(pairs), "drawn": drawn,
           "drawing": drawing, "share": drawn * drawing / computed}  # fmt: skip
    for k, name in enumerate(("seconds", "computed")):
        row[name] = summary([pair[k] for pair in pairs])
    return row


def is_shown(number):
    """Return whether the block of that number is shown: not, shown, shown, not, so that what drifts cancels out."""
    return number % 4 in (1, 2)


def paired(marks):
    """Return, for each two neighbouring blocks of one size, the ratios shown / not, by the clock and computed.

    Args:
        marks: an evaluation each: the number of its block, the clock, seconds computed so far, and the scale.
    """
    spent = {}
    for (number, *begin, scale), (_, *end, scale_after) in itertools.pairwise(marks):
        if scale == scale_after:  # the first evaluation at a size prepares, too
            spent.setdefault((number, scale), []).append(np.subtract(end, begin))
    blocks = {key: np.mean(each, axis=0) for key, each in spent.items() if len(each) >= FEWEST}
    return [
        tuple((blocks[shown, scale] / blocks[alone, scale]).tolist())
        for number, scale in blocks if number % 2 == 0 and (number + 1, scale) in blocks
        for shown, alone in [sorted((number, number + 1), key=is_shown, reverse=True)]
    ]  # fmt: skip


def summary(ratios):
    """Return the median of the ratios, and the interval in which it lies with 95 % (bootstrap)."""
    if not ratios:
        sys.exit("no two blocks of one size were complete: give more --seconds, more --steps or a shorter --block")
    draws = np.random.default_rng(0).choice(ratios, (4000, len(ratios)))
    low, high = np.quantile(np.median(draws, axis=1), (0.025, 0.975))
    return {"ratio": statistics.median(ratios), "from": float(low), "to": float(high)}


def in_words(summed):
    return "{ratio:.3f} ({from:.3f} to {to:.3f})".format(**summed)


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
    parser.add_argument("--steps", type=int, default=300, help="evaluations at the coarsest size")
    parser.add_argument("--seconds", type=float, default=120, help="for each size; the last painting is finished")
    parser.add_argument("--block", type=float, default=2, help="seconds that are shown, or not")
    options = parser.parse_args()
    nst_tf.start_quietly()
    rows = []
    for size in options.sizes:
        row = measure(size, options.steps, options.seconds, options.block)
        rows.append(row)
        clock, computed = (in_words(row[name]) for name in ("seconds", "computed"))
        print(f"{size} px, {row['pairs']} pairs: shown / not {clock} by the clock, {computed} computed")
        drawn = f"drawn {row['drawn']} times in {row['paintings']} paintings"
        print(f"{drawn}, {row['share']:.2%} of what is computed meanwhile", flush=True)
    save("studio", rows)


if __name__ == "__main__":
    main()
