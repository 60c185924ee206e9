"""The number format that the network computes in.

bfloat16 has the range of float32 and 8 bits of precision: enough for the activations, and about twice as fast where
the hardware multiplies it. Costs, Gram matrices, the picture and its optimiser stay float32.
"""

import os
from pathlib import Path

import tensorflow as tf

from .config import PRECISIONS
from .errors import unknown_name

_BFLOAT16_FLAGS = {"avx512_bf16", "amx_bf16"}  # what x86 processors with instructions for bfloat16 list
_BFLOAT16_GPU = (8, 0)  # compute capability of the first NVIDIA GPUs with them (Ampere)


def resolve_precision(precision: str) -> str:
    """Return "float32" or "bfloat16": for "auto", bfloat16 where TensorFlow runs on hardware that multiplies it.

    Raises:
        InputError: an unknown precision.
    """
    if precision not in PRECISIONS:
        raise unknown_name("precision", precision, PRECISIONS)
    if precision != "auto":
        return precision
    return "bfloat16" if has_fast_bfloat16() else "float32"


def has_fast_bfloat16() -> bool:
    """Return whether TensorFlow will run on a GPU, or else on a processor, with instructions for bfloat16."""
    return explain_bfloat16()[0]


def explain_bfloat16() -> tuple[bool, str]:
    """Return what `has_fast_bfloat16` does, and why, in a few words."""
    gpus = tf.config.get_visible_devices("GPU")
    if gpus:
        capability = tf.config.experimental.get_device_details(gpus[0]).get("compute_capability", (0, 0))
        return capability >= _BFLOAT16_GPU, f"the GPU's compute capability is {'.'.join(map(str, capability))}"
    # TensorFlow's own kernels, used when oneDNN's are switched off, have no use for those instructions.
    if os.environ.get("TF_ENABLE_ONEDNN_OPTS", "1").strip().lower() in ("0", "false"):
        return False, "TF_ENABLE_ONEDNN_OPTS switches off the kernels that would use bfloat16"
    flags = sorted(_BFLOAT16_FLAGS & _processor_flags())
    return bool(flags), f"the processor lists {', '.join(flags) or 'no instructions for bfloat16'}"


def _processor_flags(cpuinfo=Path("/proc/cpuinfo")):
    """Return the instruction sets that Linux lists for x86; none elsewhere, where `auto` is float32."""
    try:
        lines = cpuinfo.read_text().splitlines()
    except OSError:
        return set()
    return set(next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), ()))
