"""What a machine of states is, and the roles and scopes of the kernel. No queries here."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices


@dataclass(frozen=True, slots=True)
class Move:
    """One verb: the states it may start from, the one it ends in, and whether a note must say why."""

    sources: frozenset[str]
    target: str
    note_required: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """The legal moves of one kind of thing. Lives in <app>/states.py; only `lifecycle.transition` carries them out."""

    name: str
    moves: Mapping[str, Move]

    def allowed(self, state: str) -> tuple[str, ...]:
        """The verbs that may be said to a thing in `state`, in the table's order."""
        return tuple(verb for verb, move in self.moves.items() if state in move.sources)


def move(*sources: str, to: str, note: bool = False) -> Move:
    """Shorthand for the tables."""
    return Move(frozenset(sources), to, note)


class Role(TextChoices):
    """What a member may do in an organisation."""

    OWNER = "owner", "Owner"
    MANAGER = "manager", "Manager"
    CONTRIBUTOR = "contributor", "Contributor"
    VIEWER = "viewer", "Viewer"


class StaffRole(TextChoices):
    """What a person does for the installation; superusers may do all of it."""

    NONE = "", "Not staff"
    CURATOR = "curator", "Curator"
    OPERATOR = "operator", "Operator"
    FINANCE = "finance", "Finance"
    SUPPORT = "support", "Support"
    AUDITOR = "auditor", "Auditor"


class Scope(TextChoices):
    """What an API token may be used for."""

    READ = "read", "Read datasets, runs, packages and the library"
    SUPPLY = "supply", "Create datasets, upload files, seal versions"
    REFINE = "refine", "Start, cancel and answer refinement runs"
    SELL = "sell", "Release packages and manage listings"
    BUY = "buy", "Place orders and write reviews"
    DOWNLOAD = "download", "Download purchases and own packages"


class SourceType(TextChoices):
    """Who brings the data."""

    UNIVERSITY = "university", "University"
    ENTERPRISE = "enterprise", "Enterprise"
    CROWD = "crowd", "Crowd contributor"
    PUBLIC = "public", "Public body"
    OTHER = "other", "Other"
