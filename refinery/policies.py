"""May-I questions of the refinery. They look at the actor, never at facts."""

from databroker.actors import Actor
from databroker.policies import can_decide, can_work
from databroker.states import Scope, StaffRole


def can_read(actor: Actor) -> bool:
    """Look at runs and packages that are visible, through a door whose scope allows reading."""
    return actor.has_scope(Scope.READ) or actor.has_scope(Scope.REFINE)


def can_refine(actor: Actor) -> bool:
    """Start, retry, answer."""
    return can_work(actor, Scope.REFINE)


def can_cancel(actor: Actor) -> bool:
    """Whoever may start, and the curators and operators of the installation."""
    return can_refine(actor) or actor.has_staff_role(StaffRole.CURATOR, StaffRole.OPERATOR)


def can_curate(actor: Actor) -> bool:
    """Approve, reject, return: curators in a session, never by a token."""
    return actor.has_staff_role(StaffRole.CURATOR)


def can_appeal(actor: Actor) -> bool:
    """Contest a rejection in the organisation's name."""
    return can_decide(actor, Scope.REFINE)


def can_release(actor: Actor) -> bool:
    """Let a package leave the organisation."""
    return can_decide(actor, Scope.SELL)


def can_revoke(actor: Actor) -> bool:
    """Take a released package back: its owner, or a curator or operator for everybody's sake."""
    return can_release(actor) or actor.has_staff_role(StaffRole.CURATOR, StaffRole.OPERATOR)


def can_download(actor: Actor, organization_id: object) -> bool:
    """Take the organisation's own cleaned data home."""
    mine = actor.organization is not None and actor.organization.pk == organization_id
    return actor.is_system or (mine and (actor.has_scope(Scope.DOWNLOAD) or actor.has_scope(Scope.READ)))
