"""Buttons with pictures, one of which is chosen: framed and ticked, and said to be chosen where that is read out."""

from collections.abc import Callable, Hashable

import ipywidgets as widgets


class Thumbs:
    """Pictures to choose from.

    Args:
        kind: what their CSS classes are made from.
        title: what they are for; a screen reader says it with each.

    Attributes:
        box: the widget that it is.
        backgrounds: {CSS class of a button: address of its picture}.
    """

    def __init__(self, kind: str, title: str):
        self._kind, self._title = kind, title
        self._buttons, self._captions, self.backgrounds = {}, {}, {}
        self.box = widgets.Box()
        self.box.add_class("nst-thumbs")

    def __contains__(self, key: Hashable) -> bool:
        return key in self._buttons

    def add(self, key: Hashable, caption: str, uri: str, choose: Callable[[], None], alt: str = "") -> None:
        """Add a picture, known as `key`, described by `alt`, a sentence; a click calls `choose()`."""
        button, name = widgets.Button(), f"nst-{self._kind}-{len(self._buttons)}"
        button.add_class("nst-thumb")
        button.add_class(name)
        button.on_click(lambda _: choose())
        self._buttons[key], self._captions[key], self.backgrounds[name] = button, (caption, alt), uri
        self.box.children = (*self.box.children, button)

    def mark(self, chosen: Hashable) -> None:
        """Mark the one that is chosen, if it is among them."""
        for key, button in self._buttons.items():
            is_chosen, (caption, alt) = key == chosen, self._captions[key]
            (button.add_class if is_chosen else button.remove_class)("nst-chosen")
            button.description = f"{'✓ ' * is_chosen}{caption}"
            button.tooltip = f"{self._title}: {caption}{', chosen' * is_chosen}{alt and f'. {alt}'}"
