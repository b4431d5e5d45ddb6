"""May-I questions of the kernel, and `require`, which every operation asks them through."""

from typing import TYPE_CHECKING

from databroker.errors import NotPermitted
from databroker.states import Role, Scope

if TYPE_CHECKING:
    from databroker.actors import Actor


def require(allowed: bool, sentence: str) -> None:
    """Raises NotPermitted with `sentence` unless allowed."""
    if not allowed:
        raise NotPermitted(sentence)


def can_manage_members(actor: "Actor") -> bool:
    return actor.is_system or (actor.has_role(Role.OWNER) and actor.scopes is None)


def can_manage_tokens(actor: "Actor") -> bool:
    """Tokens are made in a session, by any member for themselves; a token makes no token."""
    return actor.organization is not None and actor.scopes is None


def can_work(actor: "Actor", scope: Scope) -> bool:
    """Members who are more than viewers, through a door whose scope allows it."""
    return actor.is_system or (actor.has_role(Role.OWNER, Role.MANAGER, Role.CONTRIBUTOR) and actor.has_scope(scope))


def can_decide(actor: "Actor", scope: Scope) -> bool:
    """Owner and manager: what binds the organisation (rights, release, sale, purchase)."""
    return actor.is_system or (actor.has_role(Role.OWNER, Role.MANAGER) and actor.has_scope(scope))
