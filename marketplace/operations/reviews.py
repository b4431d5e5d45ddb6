"""Reviews by verified buyers, one per organisation and product."""

from django.conf import settings
from django.db import IntegrityError, transaction

from databroker import audit, lifecycle
from databroker.actors import Actor
from databroker.errors import Conflict, Incomplete, Issue, NotPermitted
from databroker.models import Organization
from databroker.policies import require
from marketplace import policies
from marketplace.models import Entitlement, Listing, Review
from marketplace.search import index
from marketplace.states import EntitlementState
from refinery.models import Product

_LONGEST = 4000


def proof_of_purchase(product: Product, organization: Organization) -> Entitlement | None:
    """The entitlement that makes the organisation a verified buyer; a sandbox purchase proves nothing outside demo."""
    bought = Entitlement.objects.filter(organization=organization, line__listing__product=product)
    bought = bought.exclude(state=EntitlementState.REVOKED)
    if not settings.DEMO:
        bought = bought.filter(line__order__is_sandbox=False)
    return bought.order_by("id").first()


def write_review(listing_ref: str, *, actor: Actor, rating: int, text: str = "") -> Review:
    """One to five and words, once. The supplier and those who did not buy are refused."""
    listing = Listing.objects.find_page(listing_ref, actor)
    require(policies.can_write_review(actor), "Only an owner or manager reviews for the organisation.")
    if actor.organization is None or actor.user is None:
        raise NotPermitted("Act for an organisation that bought this.")
    if listing.organization_id == actor.organization.pk:
        raise NotPermitted("A supplier does not review its own product.")
    proof = proof_of_purchase(listing.product, actor.organization)
    if proof is None:
        raise NotPermitted("Only those who bought this product review it.")
    issues = []
    if not 1 <= rating <= 5:
        issues.append(Issue("rating", "out_of_range", "Choose 1 to 5."))
    if len(text) > _LONGEST:
        issues.append(Issue("text", "too_long", f"Write at most {_LONGEST:,} characters."))
    if issues:
        raise Incomplete("This review cannot be kept as it is.", issues=issues)
    facts = {"rating": rating, "text": text.strip().replace("\x00", ""), "author": actor.user, "entitlement": proof}
    try:
        with transaction.atomic():
            review = Review.objects.create(product=listing.product, organization=actor.organization, **facts)
            audit.record("write_review", review, actor=actor)
            index_again(listing.product)
    except IntegrityError:
        raise Conflict("Your organisation has reviewed this product already.", code="already_reviewed") from None
    return review


def index_again(product: Product) -> None:
    """Brings the rating in search up to date."""
    for listing in Listing.objects.live().with_facts().filter(product=product):
        index.refresh(listing)


def _moderate(review_id: str, verb: str, *, actor: Actor, note: str) -> Review:
    review = Review.objects.visible_to(actor).select_related("product").find(review_id, actor)
    require(policies.can_moderate(actor), "Only staff hide reviews.")
    with transaction.atomic():
        moved = lifecycle.transition(review, verb, actor=actor, note=note)
        index_again(review.product)
    return moved


def hide_review(review_id: str, *, actor: Actor, note: str) -> Review:
    """Takes a review off the page and out of the rating, saying why."""
    return _moderate(review_id, "hide", actor=actor, note=note)


def show_review(review_id: str, *, actor: Actor, note: str) -> Review:
    """Puts it back."""
    return _moderate(review_id, "show", actor=actor, note=note)
