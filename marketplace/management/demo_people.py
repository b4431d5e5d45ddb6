"""The sample accounts of demo mode. Each carries the demo flag, so it opens nothing when demo mode is off."""

from dataclasses import dataclass
from typing import Final

from allauth.account.models import EmailAddress
from django.db import transaction

from databroker.actors import Actor, act_for
from databroker.models import Organization, User
from databroker.operations.accounts import create_organization
from databroker.states import SourceType, StaffRole

PASSWORD: Final = "demo"  # noqa: S105 - printed on purpose; the account works in demo mode only


@dataclass(frozen=True, slots=True)
class People:
    """Who acts in the story."""

    supplier: Actor
    buyer: Actor
    curator: Actor
    operator: Actor


def people() -> People:
    """The four accounts, made where they are missing."""
    with transaction.atomic():
        return People(
            supplier=_member(
                "supplier@example.com", "Sam Supplier", "Field Station Archive", "user123", source=SourceType.UNIVERSITY
            ),
            buyer=_member(
                "buyer@example.com", "Ben Buyer", "Bright Models", "bright-models", source=SourceType.ENTERPRISE
            ),
            curator=act_for(_staff("curator@example.com", "Cleo Curator", StaffRole.CURATOR), None),
            operator=act_for(_operator("operator@example.com", "Olga Operator"), None),
        )


def _member(email: str, name: str, organization: str, slug: str, *, source: str) -> Actor:
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email, PASSWORD, name=name, is_demo=True
    )
    _verify(user)
    home = Organization.objects.filter(slug=slug).first() or create_organization(
        user, name=organization, slug=slug, is_supplier=slug == "user123", is_buyer=True, source_type=source
    )
    return act_for(user, home)


def _staff(email: str, name: str, role: StaffRole) -> User:
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email, PASSWORD, name=name, is_demo=True, is_staff=True, staff_role=role
    )
    return _verify(user)


def _operator(email: str, name: str) -> User:
    user = User.objects.filter(email=email).first() or User.objects.create_superuser(
        email, PASSWORD, name=name, is_demo=True, staff_role=StaffRole.OPERATOR
    )
    return _verify(user)


def _verify(user: User) -> User:
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user
