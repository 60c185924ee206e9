"""The lessons' words for what TensorFlow and Python say: shapes by the names of their sizes, errors as sentences."""

import itertools
import re

import numpy as np

_AXES = {1: ("N",), 2: ("n_C", "n_H*n_W"), 3: ("n_H", "n_W", "n_C"), 4: ("1", "n_H", "n_W", "n_C")}
_SHAPES = re.compile(r"[\[(](?:\d+,? ?)*[\])]")
_FIT = "Two things meet whose shapes do not fit{}: which axis is missing, too many, or at another place?"
# What an error says, and what it means for a learner: the first that fits
_ERRORS = (
    (r"_unique_id|no attribute 'path'", "The optimizer was given something that is no variable where it wants one: "
     "look at the order within the pair."),
    (r"No gradients provided", "There is no gradient to apply, it is None: is the cost computed inside the `with` "
     "block, from the variable itself, and is that what the gradient is taken of?"),
    (r"only available when eager|[Cc]annot convert a symbolic|has no attribute 'numpy'", "NumPy (.numpy(), np "
     "functions) cannot compute inside a `tf.function`, or in what is trained: use TensorFlow's functions."),
    (r"takes \d+ positional|takes from \d+ to|missing \d+ required|unexpected keyword", "It cannot be called with the "
     "arguments of the exercise: leave the line that begins with `def` as it was."),
    (r"[Rr]eshape", "A reshape asks for another number of elements than there are{}: what must its sizes be, "
     "multiplied?"),
    (r"[Ii]ncompatible|broadcast|must be equal|core dimension|enough dimensions|[Cc]annot update variable", _FIT),
    (r"reduction dim|axes don't match|too many indices|axis \d is out of bounds for array of dim|must be of size",
     "It names an axis that is not there{}: how many axes has what it is asked of?"),
)  # fmt: skip


def error_in_words(error, arguments):
    """Return what an error means, with the shapes in it by the names that the arguments give them."""
    text = str(error).strip() or "no more is said"
    hint = next((hint for pattern, hint in _ERRORS if re.search(pattern, text)), None)
    if hint:
        shapes = [_named(found, arguments) for found in _SHAPES.findall(text)]
        return hint.format(f" ({' and '.join(dict.fromkeys(shapes))})" if shapes else "")
    # A tf.function puts pages in front of the sentence that matters, TensorFlow names of its own around it.
    text = _SHAPES.sub(lambda found: _named(found.group(), arguments), text)
    text = text.splitlines()[-1] if text.startswith("in user code") else " ".join(text.split())
    return f"It raised {type(error).__name__}: {re.sub(r'{{.*?}} ?|; NodeDef.*| ?.Op:.*', '', text).strip()[:200]}"


def _named(shape, arguments):
    return shape_in_words(map(int, re.findall(r"\d+", shape)), arguments)


def shape_in_words(shape, arguments):
    """Return a shape such as "(n_C, n_H*n_W)", where the sizes of the first array among the arguments give names."""
    shape = tuple(shape)
    names = _names(next((tuple(a.shape) for a in arguments if len(getattr(a, "shape", ()))), ()))
    parts = [names.get(size, str(size)) for size in shape]
    return f"({', '.join(parts)}{',' * (len(parts) == 1)})" if parts else "of a single number"


def _names(shape):
    """Return {size: its name} of an array's sizes, and of their products; three channels are three."""
    axes = [(size, name) for size, name in zip(shape, _AXES.get(len(shape), ()), strict=False)
            if name != "1" and (len(shape) < 3 or (name, size) != ("n_C", 3))]  # fmt: skip
    found = {1: "1"}
    for number in (1, 2, 3):
        for chosen in itertools.combinations(axes, number):
            product = int(np.prod([size for size, _ in chosen]))
            found.setdefault(product, "*".join(name for _, name in chosen))
    return found
