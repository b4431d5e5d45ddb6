"""News from the kernel. Connected in apps.py."""

import uuid

from databroker.actors import Actor
from suppliers.operations.erasure import forget_bytes


def on_blob_erased(*, organization_id: uuid.UUID, digest: str, actor: Actor, **_: object) -> None:
    """Before the bytes go, what refers to them goes."""
    forget_bytes(organization_id, digest, actor=actor)
