"""Organisations, members and tokens: who may act for whom."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from databroker import audit, policies
from databroker.actors import Actor, act_for
from databroker.errors import Conflict, Incomplete, Issue, NotFound
from databroker.models import ApiToken, Membership, Organization, User
from databroker.models.accounts import token_digest
from databroker.states import Role, Scope, SourceType


def _free_slug(name: str) -> str:
    base = slugify(name)[:50] or "organisation"
    if not Organization.objects.filter(slug=base).exists():
        return base
    return f"{base}-{secrets.token_hex(3)}"


def create_organization(
    user: User,
    *,
    name: str,
    slug: str = "",
    is_supplier: bool,
    is_buyer: bool,
    is_personal: bool = False,
    source_type: str = SourceType.OTHER,
) -> Organization:
    """Makes an organisation with `user` as its owner. Its slug is unique in the installation."""
    with transaction.atomic():
        organization = Organization.objects.create(
            name=name.strip(),
            slug=slug or _free_slug(name),
            is_supplier=is_supplier,
            is_buyer=is_buyer,
            is_personal=is_personal,
            is_demo=user.is_demo,
            source_type=source_type,
        )
        Membership.objects.create(organization=organization, user=user, role=Role.OWNER)
        audit.record("create_organization", organization, actor=act_for(user, organization))
    return organization


def create_personal_organization(
    user: User, *, name: str, is_personal: bool = True, is_supplier: bool, is_buyer: bool
) -> Organization:
    """The organisation that registering makes."""
    return create_organization(user, name=name, is_personal=is_personal, is_supplier=is_supplier, is_buyer=is_buyer)


def _own(actor: Actor) -> Organization:
    if actor.organization is None:
        raise NotFound("You act for no organisation.")
    return actor.organization


def update_organization(*, actor: Actor, **facts: object) -> Organization:
    """Writes name, country, about, source_type, is_supplier, is_buyer of the actor's organisation."""
    organization = _own(actor)
    policies.require(policies.can_manage_members(actor), "Only an owner changes the organisation.")
    known = {"name", "country", "about", "source_type", "is_supplier", "is_buyer"}
    changed = {name: value for name, value in facts.items() if name in known}
    with transaction.atomic():
        Organization.objects.filter(pk=organization.pk).update(**changed)
        audit.record("update_organization", organization, actor=actor, detail={"fields": sorted(changed)})
    return Organization.objects.get(pk=organization.pk)


def add_member(email: str, *, role: str, actor: Actor) -> Membership:
    """Adds a registered person to the actor's organisation."""
    organization = _own(actor)
    policies.require(policies.can_manage_members(actor), "Only an owner adds members.")
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        sentence = "Nobody with this address has an account here. Ask them to register first."
        raise Incomplete(sentence, issues=[Issue("email", "unknown_person", sentence)])
    try:
        with transaction.atomic():
            membership = Membership.objects.create(organization=organization, user=user, role=Role(role))
            audit.record("add_member", membership, actor=actor, detail={"role": role})
    except IntegrityError:
        raise Conflict("This person is a member already.", code="already_member") from None
    return membership


def remove_member(membership_id: str, *, actor: Actor) -> None:
    """Ends a membership. The last owner stays."""
    organization = _own(actor)
    membership = Membership.objects.filter(organization=organization, pk=membership_id).first()
    if membership is None:
        raise NotFound("There is no such member here.")
    leaving = actor.user is not None and membership.user_id == actor.user.pk and actor.scopes is None
    policies.require(leaving or policies.can_manage_members(actor), "Only an owner removes members.")
    owners = Membership.objects.filter(organization=organization, role=Role.OWNER)
    if membership.role == Role.OWNER and owners.count() == 1:
        raise Conflict("An organisation needs an owner. Make another member owner first.", code="last_owner")
    with transaction.atomic():
        audit.record("remove_member", membership, actor=actor)
        ApiToken.objects.filter(organization=organization, user=membership.user_id).update(revoked_at=timezone.now())
        membership.delete()


@dataclass(frozen=True, slots=True)
class NewToken:
    """The row, and the secret that is shown once and not kept."""

    token: ApiToken
    secret: str


def create_token(*, name: str, scopes: Sequence[str], days: int, actor: Actor) -> NewToken:
    """A token for the actor in their organisation, valid for 1 to 365 days."""
    organization = _own(actor)
    policies.require(policies.can_manage_tokens(actor), "Tokens are made in a signed-in session, not by a token.")
    if actor.user is None or not 1 <= days <= 365 or not scopes or not set(scopes) <= set(Scope.values):
        raise Incomplete("Choose at least one thing the token may do, and 1 to 365 days.")
    secret = "dbk_" + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            organization=organization,
            user=actor.user,
            name=name.strip()[:80] or "Token",
            hint=secret[:9],
            digest=token_digest(secret),
            scopes=sorted(set(scopes)),
            expires_at=timezone.now() + timedelta(days=days),
        )
        audit.record("create_token", token, actor=actor, detail={"scopes": token.scopes, "days": days})
    return NewToken(token, secret)


def revoke_token(token_id: str, *, actor: Actor) -> None:
    """Ends a token of the actor (an owner may end anybody's in the organisation). Twice is fine."""
    token = ApiToken.objects.visible_to(actor).find(token_id, actor)
    mine = actor.user is not None and token.user_id == actor.user.pk and actor.scopes is None
    policies.require(mine or policies.can_manage_members(actor), "Only its holder or an owner revokes a token.")
    if token.revoked_at is None:
        with transaction.atomic():
            ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
            audit.record("revoke_token", token, actor=actor)


def update_profile(user: User, *, name: str, time_zone: str) -> None:
    """A person's own name and time zone."""
    user.name, user.time_zone = name.strip(), time_zone
    user.save(update_fields=["name", "time_zone"])
