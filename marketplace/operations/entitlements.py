"""What buyers may download: suspended, reinstated, revoked; and the tokens that open one entitlement for a while."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from databroker import audit, lifecycle
from databroker.actors import Actor
from databroker.errors import Conflict, Incomplete, Issue, NotFound
from databroker.models.accounts import token_digest
from databroker.policies import require
from marketplace import policies
from marketplace.models import DownloadToken, Entitlement
from marketplace.states import EntitlementState
from refinery.models import Package

_STAFF = "Only staff change what a buyer may download."


def _move(entitlement_id: str, verb: str, *, actor: Actor, note: str) -> Entitlement:
    entitlement = Entitlement.objects.visible_to(actor).find(entitlement_id, actor)
    require(policies.can_withdraw_access(actor), _STAFF)
    return lifecycle.transition(entitlement, verb, actor=actor, note=note)


def suspend_entitlement(entitlement_id: str, *, actor: Actor, note: str) -> Entitlement:
    """Downloads are refused from the next request on, until it is reinstated."""
    return _move(entitlement_id, "suspend", actor=actor, note=note)


def reinstate_entitlement(entitlement_id: str, *, actor: Actor, note: str) -> Entitlement:
    """Downloads work again."""
    return _move(entitlement_id, "reinstate", actor=actor, note=note)


def revoke_entitlement(entitlement_id: str, *, actor: Actor, note: str) -> Entitlement:
    """Downloads are refused for good."""
    return _move(entitlement_id, "revoke", actor=actor, note=note)


def close_entitlements_of(package: Package, verb: str, *, actor: Actor, note: str) -> int:
    """Suspends or revokes every entitlement to a package that may no longer be delivered; returns how many."""
    sources = Entitlement.MACHINE.moves[verb].sources
    found = list(Entitlement.objects.filter(package=package, state__in=sources))
    for entitlement in found:
        lifecycle.transition(entitlement, verb, actor=actor, note=note)
    return len(found)


@dataclass(frozen=True, slots=True)
class NewDownloadToken:
    """The row, and the secret that is shown once and not kept."""

    token: DownloadToken
    secret: str


def _own(entitlement_id: str, actor: Actor) -> Entitlement:
    entitlement = Entitlement.objects.visible_to(actor).find(entitlement_id, actor)
    if actor.organization is None or entitlement.organization_id != actor.organization.pk:
        raise NotFound(f"There is no entitlement {entitlement_id} here.")
    return entitlement


def create_download_token(entitlement_id: str, *, actor: Actor, days: int) -> NewDownloadToken:
    """A token that opens this one purchase for 1 to 7 days, wherever it is used."""
    entitlement = _own(entitlement_id, actor)
    require(policies.can_download(actor), "This token may not download.")
    longest = settings.DOWNLOAD_TOKEN_MAX_DAYS
    if actor.user is None or not 1 <= days <= longest:
        sentence = f"Choose 1 to {longest} days."
        raise Incomplete(sentence, issues=[Issue("days", "out_of_range", sentence)])
    if entitlement.state != EntitlementState.ACTIVE:
        raise Conflict("This purchase opens nothing at present.", code="not_active")
    secret, now = "dbd_" + secrets.token_urlsafe(32), timezone.now()
    with transaction.atomic():
        token = DownloadToken.objects.create(
            entitlement=entitlement,
            user=actor.user,
            hint=secret[:9],
            digest=token_digest(secret),
            issued_at=now,
            expires_at=now + timedelta(days=days),
        )
        audit.record("create_download_token", token, actor=actor, detail={"days": days})
    return NewDownloadToken(token, secret)


def revoke_download_token(token_id: str, *, actor: Actor) -> DownloadToken:
    """Ends a token of the organisation; any member may. Twice is fine."""
    token = DownloadToken.objects.visible_to(actor).select_related("entitlement").find(token_id, actor)
    require(policies.can_download(actor), "This token may not do that.")
    if token.revoked_at is None:
        with transaction.atomic():
            DownloadToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
            audit.record("revoke_download_token", token, actor=actor)
    return token
