"""The people of every test: Sam sells, Cleo curates, Ben buys, Nora is nobody here."""

from dataclasses import dataclass

from databroker.actors import Actor, act_for
from databroker.models import Membership, Organization, User
from databroker.states import Role, StaffRole

PASSWORD = "a-long-enough-password"


@dataclass(frozen=True, slots=True)
class Person:
    """An account, the organisation it acts for, and the actor of its session."""

    user: User
    organization: Organization | None
    actor: Actor


def member(name: str, *, role: Role = Role.OWNER, organization: Organization | None = None, **traits: bool) -> Person:
    """A person in an organisation, a new one named after them unless given; `traits` such as is_supplier=True."""
    user = account(name)
    home = organization or Organization.objects.create(name=f"{name}'s house", slug=f"{name.lower()}s-house", **traits)
    return join(user, home, role)


def join(user: User, organization: Organization, role: Role = Role.OWNER) -> Person:
    """`user` as a member of `organization`, acting for it."""
    Membership.objects.create(user=user, organization=organization, role=role)
    return Person(user, organization, act_for(user, organization))


def staff(name: str, role: StaffRole = StaffRole.CURATOR) -> Person:
    """A person who works for the installation and belongs to no organisation."""
    user = account(name, is_staff=True, staff_role=role)
    return Person(user, None, act_for(user, None))


def account(name: str, **facts: object) -> User:
    """An account with a verified address under example.org."""
    user = User.objects.create_user(f"{name.lower()}@example.org", PASSWORD, name=name, **facts)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user
