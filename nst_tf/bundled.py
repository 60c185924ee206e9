"""The weights that come with nst_tf: where they are, and whether they are whole. TensorFlow is not needed for that."""

import hashlib
from pathlib import Path

from .errors import WeightsError

BUNDLED_WEIGHTS = Path(__file__).resolve().parent / "weights" / "vgg16_imagenet_notop.weights.h5"
BUNDLED_SHA256 = "e0d5c6e28ee016970bbf0a16cfae3a870a81772668597dbf7a1617d8a0983218"


def checked_weights() -> Path:
    """Return the path of the bundled weights.

    Raises:
        WeightsError: they are missing, or not what they were.
    """
    path = BUNDLED_WEIGHTS
    if not path.is_file():
        raise WeightsError(f"{path.name}, bundled with nst_tf, is missing: install nst_tf again")
    if hashlib.sha256(path.read_bytes()).hexdigest() != BUNDLED_SHA256:
        raise WeightsError(f"{path.name}, bundled with nst_tf, has a wrong sha256: install nst_tf again")
    return path
