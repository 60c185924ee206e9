"""Live explorers for class: move a control, and see what a cost function makes of it.

Each is one line in a lesson, and answers while the control moves: what can be computed beforehand is, and the rest is
cheap. They draw; the costs are those of `nst_tf.costs`. How an explorer is made is in `layout`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "activations": ["activation_explorer"],
        "content": ["content_cost_explorer"],
        "descent": ["descent_explorer"],
        "gram": ["gram_explorer"],
        "pulls": ["pull_explorer"],
        "style": ["style_cost_explorer"],
        "toy": ["total_cost_explorer"],
        "units": ["unit_explorer"],
    },
)
