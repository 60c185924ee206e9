"""What widgets lack for the keyboard and for screen readers, made up by a script in the page that shows them.

Widgets have no attributes, and a script in a widget does not run. But an animation that begins tells when its element
is seen for the first time. Without the script, the controls work as ipywidgets and the notebook have them.
"""

import html
from importlib import resources

import ipywidgets

_SEEN = (
    "<style>@keyframes nst-seen { from { opacity: 0; } } "
    ".nst-reach { position: absolute; width: 0; height: 0; }</style>"
    '<i style="display:block;animation:nst-seen 1ms" onanimationstart="%s"></i>'
)


def within_reach(box: ipywidgets.Box, name: str) -> None:
    """Put the script into a box of widgets, in front, and the class `name` on the box.

    In the box, JupyterLab takes no key for a shortcut of its own; sliders have their labels as names; and the text of a
    `widgets.HTML` with the class `nst-spoken` is spoken when it changes.
    """
    box.add_class(name)
    script = resources.files(__package__).joinpath("within_reach.js").read_text(encoding="utf-8")
    seen = ipywidgets.HTML(_SEEN % html.escape(f"{script.strip()}(this.closest('.{name}'))"))
    seen.add_class("nst-reach")
    box.children = (seen, *box.children)
