"""Who acts: a person for an organisation, or the system. Operations receive this, never a request."""

from dataclasses import dataclass

from databroker.models import Membership, Organization, User
from databroker.states import Role, Scope, StaffRole


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or nobody) acting for one organisation; `scopes` None means an interactive session with all of them."""

    user: User | None = None
    organization: Organization | None = None
    role: Role | None = None
    scopes: frozenset[str] | None = None
    is_system: bool = False

    @property
    def kind(self) -> str:
        if self.is_system:
            return "system"
        return "anonymous" if self.user is None else "user"

    @property
    def sees_all(self) -> bool:
        """Staff in a session, and the system; a token never sees beyond its organisation."""
        return self.is_system or (self.user is not None and self.scopes is None and self.is_staff)

    @property
    def is_staff(self) -> bool:
        return self.user is not None and self.user.is_active and (self.user.is_staff or self.user.is_superuser)

    def has_role(self, *roles: Role) -> bool:
        """True if the actor holds one of these roles in the organisation acted for."""
        return self.role in roles

    def has_staff_role(self, *roles: StaffRole) -> bool:
        """True for the system, and for staff in a session with one of these roles (or a superuser)."""
        if self.is_system:
            return True
        return self.user is not None and self.scopes is None and self.user.has_staff_role(*roles)

    def has_scope(self, scope: Scope) -> bool:
        return self.scopes is None or scope in self.scopes


SYSTEM = Actor(is_system=True)
ANONYMOUS = Actor()


def act_for(user: User, organization: Organization | None, scopes: frozenset[str] | None = None) -> Actor:
    """The actor for `user` in `organization`; without membership there, in none."""
    if organization is None:
        return Actor(user=user, scopes=scopes)
    membership = Membership.objects.filter(user=user, organization=organization).first()
    if membership is None:
        return Actor(user=user, scopes=scopes)
    return Actor(user=user, organization=organization, role=Role(membership.role), scopes=scopes)
