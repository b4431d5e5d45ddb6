"""The only door to the background queue. A task is a doorbell: it may ring twice, late or never."""

import uuid

from django.db import transaction
from django_q.tasks import async_task


def enqueue(task: str, *ids: uuid.UUID | str | int) -> None:
    """Rings `task` (a dotted name) with ids once the surrounding transaction commits.

    The row lies in the same database, so a rollback takes the ring back. Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{task} must be enqueued inside the transaction that makes it necessary")
    async_task(task, *(str(value) for value in ids))
