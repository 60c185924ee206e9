"""Whole pictures painted by the workers of a cluster, each by one of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..painting import Painting
from .connection import told_as_loss
from .worker import check_fingerprint, fingerprint, one_at_a_time

if TYPE_CHECKING:
    from distributed import Client, Future

    from ..state import Result


def submit(client: "Client", painting: Painting) -> "Future":
    """Have a worker paint; the future's result is a `Result`. The pictures travel, and not the files."""
    with told_as_loss(client):
        return client.submit(paint, fingerprint(), painting.materials(), pure=False)


def paint(made_by: str, materials: Mapping[str, Any]) -> "Result":
    """Paint a picture in the worker; given are the caller's fingerprint, and the arguments of a `Transfer`."""
    check_fingerprint(made_by)
    with one_at_a_time():
        from ..transfer import Transfer

        transfer = Transfer(**materials)
        transfer.check_memory()
        for _ in transfer:
            pass
        return transfer.result()
