"""What the refinery does when suppliers tell something."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from databroker.actors import Actor
from refinery.operations.erasure import erase_version
from refinery.operations.runs import cancel_runs_of
from suppliers.signals import version_erased, version_withdrawn


@receiver(version_erased, dispatch_uid="refinery.forget_version")
def forget_version(sender: object, version_id: UUID, actor: Actor, **facts: Any) -> None:
    """Everything made from the version goes with the erased file."""
    erase_version(version_id, actor=actor)


@receiver(version_withdrawn, dispatch_uid="refinery.cancel_runs")
def cancel_runs(sender: object, version_id: UUID, actor: Actor, **facts: Any) -> None:
    """Nobody refines or approves what its supplier took back."""
    cancel_runs_of(version_id, actor=actor)
