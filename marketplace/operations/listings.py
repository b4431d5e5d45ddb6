"""Offers: made from a released package, submitted, published, paused, retired, taken down."""

from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from databroker import audit, lifecycle
from databroker.actors import Actor
from databroker.errors import Conflict, Incomplete, Issue, NotFound, StaleState
from databroker.money import Money
from databroker.policies import require
from marketplace import policies
from marketplace.models import Listing
from marketplace.models.listings import OPEN_STATES
from marketplace.operations.licences import terms_for
from marketplace.search import index
from marketplace.states import ListingState
from refinery.models import Package
from refinery.states import PackageState

_SELLERS = "Only an owner or manager of the supplier does this."
_MODERATORS = "Only staff of this installation do this."


@dataclass(frozen=True, slots=True)
class Offer:
    """The supplier's words, licence (a built-in code or SPDX id, "" if not chosen yet) and price (None: not set)."""

    title: str
    summary: str
    description: str = ""
    category: str = ""
    licence: str = ""
    price: Money | None = None


def _columns(offer: Offer) -> dict[str, object]:
    return {
        "title": offer.title.strip(),
        "summary": offer.summary.strip(),
        "description": offer.description.strip(),
        "category": offer.category.strip(),
        "terms": terms_for(offer.licence) if offer.licence else None,
        "price_minor": offer.price.minor if offer.price else None,
        "currency": offer.price.currency if offer.price else "",
    }


def _own_package(package_id: str, actor: Actor) -> Package:
    rows = Package.objects.visible_to(actor).select_related("product", "organization")
    package = rows.find(package_id, actor)
    if actor.organization is None or package.organization_id != actor.organization.pk:
        raise NotFound(f"There is no package {package_id} here.")
    return package


def _main(counts: dict[str, int]) -> str:
    known = {value: count for value, count in counts.items() if value not in ("und", "other", "")}
    return max(known, key=lambda value: (known[value], value), default="")


def create_listing(package_id: str, *, actor: Actor, offer: Offer) -> Listing:
    """Drafts an offer of a released package of the actor's organisation; a product has one open listing at a time."""
    package = _own_package(package_id, actor)
    require(policies.can_sell(actor), _SELLERS)
    if package.state != PackageState.RELEASED:
        raise Conflict("Release the package first. Only released packages are sold.", code="package_not_released")
    columns = _columns(offer)
    if not columns["category"]:
        columns["category"] = _main(package.domains) or _main(package.modalities)
    with transaction.atomic():
        if Listing.objects.filter(product=package.product_id, state__in=OPEN_STATES).exists():
            raise Conflict("This product has a listing already. Change or retire that one.", code="listing_exists")
        listing = Listing.objects.create(
            organization=package.organization, product=package.product, package=package, **columns
        )
        audit.record("create_listing", listing, actor=actor)
    return listing


def _own_listing(listing_id: str, actor: Actor) -> Listing:
    rows = Listing.objects.visible_to(actor).with_facts()
    listing = rows.find(listing_id, actor)
    if not actor.is_system and (actor.organization is None or listing.organization_id != actor.organization.pk):
        raise NotFound(f"There is no listing {listing_id} here.")
    require(policies.can_sell(actor), _SELLERS)
    return listing


def may_edit(listing: Listing) -> bool:
    """Words, licence and price change in a draft; while on sale only where staff do not review listings."""
    if settings.LISTING_REVIEW:
        return listing.state == ListingState.DRAFT
    return listing.state in (ListingState.DRAFT, ListingState.LIVE, ListingState.PAUSED)


def edit_listing(listing_id: str, *, actor: Actor, offer: Offer, package_id: str = "") -> Listing:
    """Changes the offer; orders placed before keep what they agreed to. `package_id` puts another version on sale."""
    listing = _own_listing(listing_id, actor)
    if not may_edit(listing):
        raise StaleState(f"A listing that is {listing.get_state_display().lower()} cannot be changed.")
    columns = _columns(offer)
    if package_id:
        package = _own_package(package_id, actor)
        if package.product_id != listing.product_id or package.state != PackageState.RELEASED:
            raise Conflict("Choose a released package of the same product.", code="package_not_released")
        columns["package"] = package
    proposed = Listing.objects.with_facts().get(pk=listing.pk)
    for name, value in columns.items():
        setattr(proposed, name, value)
    if listing.state != ListingState.DRAFT:
        _require_complete(proposed)
    with transaction.atomic():
        if Listing.objects.filter(pk=listing.pk, state=listing.state).update(**columns) != 1:
            raise StaleState("This listing has changed in the meantime. Look at it again.")
        audit.record("edit_listing", listing, actor=actor, detail={"fields": sorted(columns)})
        fresh = Listing.objects.with_facts().get(pk=listing.pk)
        index.refresh(fresh)
    return fresh


def problems(listing: Listing) -> list[Issue]:
    """What keeps a listing from being sold, all at once."""
    checks = (
        (not listing.title, Issue("title", "missing", "Give it a title.")),
        (not listing.summary, Issue("summary", "missing", "Say in one sentence what the data is.")),
        (listing.terms_id is None, Issue("licence", "missing", "Choose a licence.")),
        (listing.price_minor is None, Issue("price", "missing", "Set a price; 0 is free.")),
        (
            listing.package.state != PackageState.RELEASED,
            Issue("package", "package_not_released", "The package is not released (any more)."),
        ),
    )
    return [issue for wrong, issue in checks if wrong]


def _require_complete(listing: Listing) -> None:
    found = problems(listing)
    if found:
        raise Incomplete("This listing is not complete yet.", issues=found)


def submit_listing(listing_id: str, *, actor: Actor) -> Listing:
    """Hands the listing in; it is live at once unless this installation reviews listings."""
    listing = _own_listing(listing_id, actor)
    _require_complete(listing)
    with transaction.atomic():
        listing = lifecycle.transition(listing, "submit", actor=actor)
        if not settings.LISTING_REVIEW:
            listing = _go_live(listing, "publish", actor=actor)
    return listing


def _go_live(listing: Listing, verb: str, *, actor: Actor, note: str = "") -> Listing:
    first = {"published_at": listing.published_at or timezone.now()}
    try:
        with transaction.atomic():
            lifecycle.transition(listing, verb, actor=actor, note=note, where=None, **first)
            fresh = Listing.objects.with_facts().get(pk=listing.pk)
            index.refresh(fresh)
    except IntegrityError:
        raise Conflict("Another listing of this product is live. Retire it first.", code="listing_exists") from None
    return fresh


def publish_listing(listing_id: str, *, actor: Actor, note: str = "") -> Listing:
    """Staff put a submitted listing on sale."""
    listing = Listing.objects.visible_to(actor).with_facts().find(listing_id, actor)
    require(policies.can_moderate(actor), _MODERATORS)
    _require_complete(listing)
    return _go_live(listing, "publish", actor=actor, note=note)


def send_back_listing(listing_id: str, *, actor: Actor, note: str) -> Listing:
    """Staff return a submitted listing to its supplier, saying why."""
    listing = Listing.objects.visible_to(actor).find(listing_id, actor)
    require(policies.can_moderate(actor), _MODERATORS)
    return lifecycle.transition(listing, "send_back", actor=actor, note=note)


def resume_listing(listing_id: str, *, actor: Actor) -> Listing:
    """A paused listing is sold again."""
    listing = _own_listing(listing_id, actor)
    _require_complete(listing)
    return _go_live(listing, "resume", actor=actor)


def pause_listing(listing_id: str, *, actor: Actor, note: str = "") -> Listing:
    """Sold no more for now; buyers keep what they have."""
    return _leave(_own_listing(listing_id, actor), "pause", actor=actor, note=note)


def retire_listing(listing_id: str, *, actor: Actor, note: str = "") -> Listing:
    """Sold no more; the page stays for those who bought."""
    return _leave(_own_listing(listing_id, actor), "retire", actor=actor, note=note)


def take_down_listing(listing_id: str, *, actor: Actor, note: str) -> Listing:
    """Staff end an offer; a page that says so remains."""
    listing = Listing.objects.visible_to(actor).find(listing_id, actor)
    require(policies.can_moderate(actor), _MODERATORS)
    return _leave(listing, "take_down", actor=actor, note=note)


def _leave(listing: Listing, verb: str, *, actor: Actor, note: str) -> Listing:
    with transaction.atomic():
        lifecycle.transition(listing, verb, actor=actor, note=note)
        fresh = Listing.objects.with_facts().get(pk=listing.pk)
        index.refresh(fresh)
    return fresh


def take_down_listings_of(package: Package, *, actor: Actor, note: str) -> int:
    """Ends every offer of a package that may no longer be sold; returns how many there were."""
    offers = Listing.objects.filter(package=package).exclude(state=ListingState.TAKEN_DOWN)
    for listing in offers:
        _leave(listing, "take_down", actor=actor, note=note)
    return len(offers)
