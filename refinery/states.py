"""States and legal moves of runs and packages. No queries here."""

from django.db.models import TextChoices

from databroker.states import Machine, move


class RunState(TextChoices):
    """Where a refinement run stands. FAILED is open: a retry goes on from what is done."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    AWAITING_REVIEW = "awaiting_review", "Awaiting review"
    RETURNED = "returned", "Returned"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    SUPERSEDED = "superseded", "Superseded"


class PackageState(TextChoices):
    """Where a package stands. Its bytes are never modified, only erased."""

    SEALED = "sealed", "Sealed"
    RELEASED = "released", "Released"
    REVOKED = "revoked", "Revoked"
    ERASED = "erased", "Erased"


ACTIVE = (RunState.QUEUED, RunState.RUNNING)
OPEN = (*ACTIVE, RunState.AWAITING_REVIEW, RunState.RETURNED, RunState.FAILED)
DECIDED = (RunState.APPROVED, RunState.REJECTED)
REVIEWABLE = (RunState.AWAITING_REVIEW, RunState.RETURNED, *DECIDED)

RUN = Machine(
    "run",
    {
        "start": move(RunState.QUEUED, to=RunState.RUNNING),
        "await_review": move(RunState.RUNNING, to=RunState.AWAITING_REVIEW),
        "fail": move(RunState.RUNNING, to=RunState.FAILED),
        "retry": move(RunState.FAILED, to=RunState.QUEUED),
        "cancel": move(*OPEN, to=RunState.CANCELLED),
        "approve": move(RunState.AWAITING_REVIEW, to=RunState.APPROVED),
        "reject": move(RunState.AWAITING_REVIEW, to=RunState.REJECTED, note=True),
        "return": move(RunState.AWAITING_REVIEW, to=RunState.RETURNED, note=True),
        "answer": move(RunState.RETURNED, to=RunState.AWAITING_REVIEW, note=True),
        "appeal": move(RunState.REJECTED, to=RunState.AWAITING_REVIEW, note=True),
        "supersede": move(
            RunState.AWAITING_REVIEW, RunState.RETURNED, RunState.REJECTED, RunState.FAILED, to=RunState.SUPERSEDED
        ),
    },
)

PACKAGE = Machine(
    "package",
    {
        "release": move(PackageState.SEALED, to=PackageState.RELEASED),
        "revoke": move(PackageState.RELEASED, to=PackageState.REVOKED, note=True),
        "erase": move(PackageState.SEALED, PackageState.RELEASED, PackageState.REVOKED, to=PackageState.ERASED),
    },
)
