"""Who may do what with datasets, files and rights."""

from typing import TYPE_CHECKING

from databroker import policies
from databroker.states import Scope

if TYPE_CHECKING:
    from databroker.actors import Actor


def can_read(actor: "Actor") -> bool:
    """Anybody who sees the row, through a door whose scope allows reading."""
    return actor.has_scope(Scope.READ) or actor.has_scope(Scope.SUPPLY)


def can_supply(actor: "Actor") -> bool:
    """Create datasets, bring and remove files, confirm the rights to what one brings, seal."""
    return policies.can_work(actor, Scope.SUPPLY)


def can_attest_in_full(actor: "Actor") -> bool:
    """The full rights record binds the organisation: owners and managers sign it."""
    return policies.can_decide(actor, Scope.SUPPLY)


def can_withdraw(actor: "Actor") -> bool:
    """Withdrawing touches what others may have bought: owners and managers."""
    return policies.can_decide(actor, Scope.SUPPLY)
