"""How each state looks: its word, its icon and its colour, always the three together."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, TypeAlias

Tone: TypeAlias = Literal["kept", "dropped", "held", "run", "none", "line"]


@dataclass(frozen=True, slots=True)
class Badge:
    """One state as people see it; `tone` chooses the colour, `icon` is a symbol of the sprite."""

    word: str
    tone: Tone
    icon: str


_GOOD: Final = "circle-check"
_WAIT: Final = "clock"

BADGES: Final[dict[str, Badge]] = {
    # records
    "kept": Badge("Kept", "kept", _GOOD),
    "dropped": Badge("Dropped", "dropped", "circle-x"),
    "held": Badge("Held", "held", "circle-pause"),
    "not_judged": Badge("Not judged yet", "none", "circle-dashed"),
    # files and uploads
    "uploading": Badge("Uploading", "run", "refresh-cw"),
    "stored": Badge("Stored", "kept", _GOOD),
    "refused": Badge("Refused", "dropped", "ban"),
    "needs_you": Badge("Needs you", "held", "triangle-alert"),
    # dataset versions, packages
    "open": Badge("Open", "run", "git-branch"),
    "sealed": Badge("Sealed", "kept", "lock"),
    "withdrawn": Badge("Withdrawn", "none", "ban"),
    "released": Badge("Released", "kept", _GOOD),
    "revoked": Badge("Revoked", "dropped", "ban"),
    "erased": Badge("Erased", "dropped", "trash-2"),
    # runs and their stages
    "queued": Badge("Waiting", "none", _WAIT),
    "waiting": Badge("Waiting", "none", _WAIT),
    "running": Badge("Running", "run", "refresh-cw"),
    "done": Badge("Done", "kept", _GOOD),
    "awaiting_review": Badge("Awaiting review", "held", _WAIT),
    "approved": Badge("Approved", "kept", _GOOD),
    "rejected": Badge("Rejected", "dropped", "circle-x"),
    "failed": Badge("Failed", "dropped", "triangle-alert"),
    "cancelled": Badge("Cancelled", "none", "ban"),
    "returned": Badge("Returned to you", "held", "undo-2"),
    "superseded": Badge("Superseded", "none", "layers"),
    # listings
    "draft": Badge("Draft", "none", "pencil"),
    "submitted": Badge("Awaiting review", "held", _WAIT),
    "live": Badge("Live", "kept", _GOOD),
    "paused": Badge("Paused", "held", "circle-pause"),
    "retired": Badge("Retired", "none", "ban"),
    "taken_down": Badge("Taken down", "dropped", "ban"),
    # orders, payments
    "awaiting_invoice": Badge("Awaiting transfer", "held", _WAIT),
    "paid": Badge("Paid", "kept", _GOOD),
    "fulfilled": Badge("Fulfilled", "kept", _GOOD),
    "expired": Badge("Expired", "none", _WAIT),
    "declined": Badge("Declined", "dropped", "circle-x"),
    "refunded": Badge("Refunded", "dropped", "undo-2"),
    "disputed": Badge("Disputed", "held", "triangle-alert"),
    # entitlements, people
    "active": Badge("Active", "kept", _GOOD),
    "suspended": Badge("Suspended", "held", "circle-pause"),
    "verified": Badge("Verified", "kept", _GOOD),
    "unverified": Badge("Not verified", "held", "triangle-alert"),
    # measures
    "below_target": Badge("Below target", "held", "triangle-alert"),
}


class UnknownState(LookupError):
    """A state reached the screen that has no badge; add it to BADGES."""


def badge_for(state: str | Enum) -> Badge:
    """Return the badge of a state, given as its value in any case; raise UnknownState if it has none."""
    value = state.value if isinstance(state, Enum) else state
    name = str(value).strip().lower().replace(" ", "_").replace("-", "_")
    try:
        return BADGES[name]
    except KeyError:
        raise UnknownState(f"No badge for the state {value!r}.") from None
