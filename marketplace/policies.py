"""Who may sell, buy, review and step in."""

from typing import TYPE_CHECKING

from databroker.policies import can_decide
from databroker.states import Scope, StaffRole

if TYPE_CHECKING:
    from databroker.actors import Actor


def can_sell(actor: "Actor") -> bool:
    """Owner and manager of the supplier: an offer binds the organisation."""
    return can_decide(actor, Scope.SELL)


def can_buy(actor: "Actor") -> bool:
    """Owner and manager: a purchase binds the organisation to licence and price."""
    return can_decide(actor, Scope.BUY)


def can_write_review(actor: "Actor") -> bool:
    """Owner and manager speak for the organisation that bought."""
    return can_decide(actor, Scope.BUY)


def can_read_library(actor: "Actor") -> bool:
    """Every member, by a session or a token that may read or download."""
    return actor.organization is not None and (actor.has_scope(Scope.READ) or actor.has_scope(Scope.DOWNLOAD))


def can_download(actor: "Actor") -> bool:
    """Every member, by a session or a token that may download."""
    return actor.organization is not None and actor.has_scope(Scope.DOWNLOAD)


def can_moderate(actor: "Actor") -> bool:
    """Staff who publish, send back, take down and hide."""
    return actor.has_staff_role(StaffRole.OPERATOR, StaffRole.CURATOR)


def can_settle(actor: "Actor") -> bool:
    """Staff who record transfers and cancel invoices."""
    return actor.has_staff_role(StaffRole.OPERATOR, StaffRole.FINANCE)


def can_withdraw_access(actor: "Actor") -> bool:
    """Staff who suspend, reinstate and revoke entitlements."""
    return actor.has_staff_role(StaffRole.OPERATOR, StaffRole.SUPPORT)
