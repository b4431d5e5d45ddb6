"""The queue's rows delivered inline, as often as a test wants: a task may run twice, late, or never."""

from dataclasses import dataclass, field
from importlib import import_module

from django_q.models import OrmQ
from django_q.signing import SignedPackage


@dataclass(slots=True)
class Delivered:
    """The dotted names that were called, in order."""

    tasks: list[str] = field(default_factory=list)


def drain(times: int = 1, limit: int = 1000) -> Delivered:
    """Deliver every queued row `times` times, and what these deliveries queue, until the queue is empty.

    Raises AssertionError after `limit` rows: a task that always rings again would never end.
    """
    delivered = Delivered()
    while row := OrmQ.objects.order_by("id").first():
        assert len(delivered.tasks) < limit * times, f"the queue does not empty: {delivered.tasks[-5:]}"
        package = SignedPackage.loads(row.payload)
        row.delete()
        for _ in range(times):
            _callable(package["func"])(*package["args"], **package["kwargs"])
            delivered.tasks.append(str(package["func"]))
    return delivered


def waiting() -> list[str]:
    """The dotted names of the queued rows, oldest first."""
    return [str(SignedPackage.loads(row.payload)["func"]) for row in OrmQ.objects.order_by("id")]


def _callable(func):
    if callable(func):
        return func
    module, _, name = func.rpartition(".")
    return getattr(import_module(module), name)
