"""A listing's pages: overview, quality, licence, reviews."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Avg, Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from databroker.actors import Actor
from databroker.errors import DomainError
from databroker.htmx import actor_of
from marketplace import bridge, policies
from marketplace.forms import ReviewForm
from marketplace.licences import points
from marketplace.models import Entitlement, Listing, Review
from marketplace.operations.reviews import proof_of_purchase, write_review
from marketplace.states import EntitlementState, ListingState

_MOST_REVIEWS = 50


def _frame(request: HttpRequest, supplier: str, product: str, tab: str) -> dict[str, Any]:
    """What the head, the tabs and the buying box of every page of a listing need."""
    actor = actor_of(request)
    listing = Listing.objects.find_page(f"{supplier}/{product}", actor)
    rated = Review.objects.shown().filter(product=listing.product_id).aggregate(mean=Avg("rating"), count=Count("id"))
    permits, forbids = points(listing.terms.code) if listing.terms else ((), ())
    price = listing.price
    records = listing.package.record_count
    return {
        "listing": listing,
        "package": listing.package,
        "tab": tab,
        "rating": rated["mean"],
        "review_count": rated["count"],
        "price": price,
        "per_thousand": price.minor * 1000 // records if price and price.minor and records >= 1000 else None,
        "permits": permits,
        "forbids": forbids,
        "is_own": actor.organization is not None and actor.organization.pk == listing.organization_id,
        "may_buy": policies.can_buy(actor),
        "for_sale": listing.state == ListingState.LIVE,
        "gone": listing.state == ListingState.TAKEN_DOWN,
        "owned": _owned(listing, actor),
    }


def _owned(listing: Listing, actor: Actor) -> Entitlement | None:
    if actor.organization is None:
        return None
    mine = Entitlement.objects.filter(organization=actor.organization, state=EntitlementState.ACTIVE)
    return mine.filter(package=listing.package_id).first()


def _status(frame: dict[str, Any]) -> int:
    return 410 if frame["gone"] else 200


@require_GET
def listing_detail(request: HttpRequest, supplier: str, product: str) -> HttpResponse:
    """Overview: what it is, how it got here, records of it, its classes, its proof."""
    frame = _frame(request, supplier, product, "overview")
    package = frame["package"]
    if not frame["gone"]:
        frame |= {
            "report": bridge.public_report(package),
            "sample": bridge.sample_records(package),
            "modalities": [(bridge.modality_word(name), count) for name, count in package.modalities.items()],
            "languages": list(package.languages.items()),
            "domains": [(name.replace("_", " "), count) for name, count in package.domains.items()],
        }
    return render(request, "marketplace/listing_detail.html", frame, status=_status(frame))


@require_GET
def sample_picture(request: HttpRequest, supplier: str, product: str, place: int) -> HttpResponse:
    """A picture of the sample as a small JPEG of ours; the supplier's own bytes are never shown."""
    frame = _frame(request, supplier, product, "overview")
    picture = None if frame["gone"] else bridge.sample_picture(frame["package"], place)
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


@require_GET
def listing_quality(request: HttpRequest, supplier: str, product: str) -> HttpResponse:
    """The public part of the quality report."""
    frame = _frame(request, supplier, product, "quality")
    if not frame["gone"]:
        quality = frame["package"].quality
        frame |= {
            "report": bridge.public_report(frame["package"]),
            "parts": [(word, quality.get(part)) for part, word in bridge.PARTS.items()],
        }
    return render(request, "marketplace/listing_quality.html", frame, status=_status(frame))


@require_GET
def listing_licence(request: HttpRequest, supplier: str, product: str) -> HttpResponse:
    """The licence in full."""
    frame = _frame(request, supplier, product, "licence")
    return render(request, "marketplace/listing_licence.html", frame, status=_status(frame))


def _reviews_page(request: HttpRequest, frame: dict[str, Any], form: ReviewForm) -> HttpResponse:
    actor, listing = actor_of(request), frame["listing"]
    shown = Review.objects.shown().filter(product=listing.product_id).select_related("organization")
    organization = actor.organization
    proof = proof_of_purchase(listing.product, organization) if organization is not None else None
    written = Review.objects.filter(product=listing.product_id, organization=organization).exists()
    may_review = proof is not None and not written and not frame["is_own"] and policies.can_write_review(actor)
    frame |= {"reviews": shown.order_by("-id")[:_MOST_REVIEWS], "form": form, "may_review": may_review}
    status = 422 if form.errors else _status(frame)
    return render(request, "marketplace/listing_reviews.html", frame, status=status)


@require_GET
def listing_reviews(request: HttpRequest, supplier: str, product: str) -> HttpResponse:
    """What buyers say; a verified buyer finds the form here."""
    return _reviews_page(request, _frame(request, supplier, product, "reviews"), ReviewForm())


@login_required
@require_POST
def review_write(request: HttpRequest, supplier: str, product: str) -> HttpResponse:
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            write_review(f"{supplier}/{product}", actor=actor_of(request), **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, error.detail)
        else:
            messages.success(request, "Your review is published.")
            return redirect("marketplace:listing_reviews", supplier, product)
    return _reviews_page(request, _frame(request, supplier, product, "reviews"), form)
