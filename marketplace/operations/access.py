"""May this request download? Asked anew for every request, so that a withdrawn right ends at the next one."""

from django.conf import settings
from django.utils import timezone

from databroker import ids
from databroker.actors import Actor
from databroker.errors import NotFound, NotPermitted
from databroker.models.accounts import token_digest
from databroker.policies import require
from marketplace import policies
from marketplace.models import DownloadToken, Entitlement
from marketplace.states import EntitlementState
from refinery.models import Package
from refinery.states import PackageState

_REFUSALS = {
    EntitlementState.SUSPENDED: "Access to this purchase is suspended. Ask the operator of this installation.",
    EntitlementState.REVOKED: "Access to this purchase was revoked.",
    EntitlementState.EXPIRED: "Access to this purchase has ended.",
}


def open_for_actor(reference: str, *, actor: Actor) -> Entitlement:
    """The entitlement of the actor's own organisation, if it opens now. Raises NotFound or NotPermitted."""
    key = ids.from_public(reference, Entitlement.PREFIX)
    rows = Entitlement.objects.with_facts()
    entitlement = rows.filter(pk=key, organization=actor.organization).first() if key and actor.organization else None
    if entitlement is None:
        raise NotFound("There is no such purchase here.")
    require(policies.can_download(actor), "This token may not download. Make one with the scope “download”.")
    return _open(entitlement)


def live_download_token(secret: str) -> DownloadToken | None:
    """The token behind a secret if it opens anything now."""
    rows = DownloadToken.objects.live(timezone.now()).select_related("user")
    token = rows.filter(digest=token_digest(secret)).first()
    demo_closed = token is not None and token.user.is_demo and not settings.DEMO
    return None if demo_closed else token


def open_for_token(reference: str, *, token: DownloadToken) -> Entitlement:
    """The one entitlement this download token is for. Raises NotFound or NotPermitted."""
    if ids.from_public(reference, Entitlement.PREFIX) != token.entitlement_id:
        raise NotFound("There is no such purchase here.")
    return _open(Entitlement.objects.with_facts().get(pk=token.entitlement_id))


def why_closed(entitlement: Entitlement) -> str:
    """The sentence that says why nothing opens, or nothing."""
    refusal = _REFUSALS.get(EntitlementState(entitlement.state))
    if refusal:
        return refusal
    if entitlement.expires_at is not None and entitlement.expires_at <= timezone.now():
        return _REFUSALS[EntitlementState.EXPIRED]
    if entitlement.line.order.is_sandbox and not settings.DEMO:
        return "This was bought in demo mode, where no money moved. It opens nothing here."
    package: Package = entitlement.package
    return "" if package.state == PackageState.RELEASED else "This package was withdrawn."


def _open(entitlement: Entitlement) -> Entitlement:
    refusal = why_closed(entitlement)
    if refusal:
        raise NotPermitted(refusal, code="access_closed")
    return entitlement
