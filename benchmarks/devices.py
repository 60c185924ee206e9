"""Where the operations of the training loop can run: is there any without a kernel for GPUs?

    python benchmarks/devices.py

Needs no GPU: it notes every kind of operation that a few evaluations of a style transfer run, those inside compiled
functions included, and looks up the kernels that TensorFlow has registered for it.
"""

from common import PAIRS, load_pair, save

import nst_tf


def operations(transfer, evaluations):
    """Return the names of the operations that these evaluations of a transfer run."""
    from tensorflow.python.framework import op_callbacks  # there is no public way to see all of them

    seen = set()

    def note(name, inputs, attributes, outputs, op_name=None, graph=None):
        seen.add(name.decode() if isinstance(name, bytes) else name)

    op_callbacks.add_op_callback(note)
    try:
        for _ in range(evaluations):
            next(transfer)
    finally:
        op_callbacks.remove_op_callback(note)
    # A call of a compiled function is noted, too, beside the operations in it.
    return sorted(name for name in seen if not name.startswith("__inference"))


def devices_of(name):
    """Return the kinds of devices that TensorFlow has kernels for this operation on."""
    from tensorflow.python.framework import kernels

    return {kernel.device_type for kernel in kernels.get_registered_kernels_for_op(name).kernel}


def measure(size, evaluations):
    transfer = nst_tf.Transfer(*load_pair(PAIRS[0], size), nst_tf.Config(steps=evaluations, scales=1))
    names = operations(transfer, evaluations)
    without = [name for name in names if not {"GPU", "DEFAULT"} & devices_of(name)]
    return {"size": size, "operations": names, "without a GPU kernel": without}


def main():
    nst_tf.start_quietly()
    row = measure(64, 16)
    print(
        f"{len(row['operations'])} kinds of operations, without a GPU kernel: {row['without a GPU kernel'] or 'none'}"
    )
    save("devices", [row])


if __name__ == "__main__":
    main()
