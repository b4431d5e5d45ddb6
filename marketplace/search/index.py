"""Keeps the index in step with a listing, in the transaction that changes it."""

from django.db import transaction
from django.db.models import Avg, Count

from databroker.money import exponent
from marketplace.models import Listing, ListingEntry, ListingFacet, Review
from marketplace.search import terms
from marketplace.states import ListingState

_MOST_FACETS = 200


def refresh(listing: Listing) -> ListingEntry | None:
    """Writes the entry of a live listing anew; a listing that is not live has none."""
    with transaction.atomic():
        ListingEntry.objects.filter(listing=listing).delete()
        if listing.state != ListingState.LIVE or listing.published_at is None:
            return None
        entry = ListingEntry.objects.create(listing=listing, published_at=listing.published_at, **_facts(listing))
        ListingFacet.objects.bulk_create(
            ListingFacet(entry=entry, kind=kind, value=value) for kind, value in _facets(listing)
        )
    return entry


def _facts(listing: Listing) -> dict[str, str | int | float]:
    package = listing.package
    classes = [*package.modalities, *package.languages, *package.domains, listing.category]
    rated = Review.objects.shown().filter(product=listing.product_id).aggregate(mean=Avg("rating"), count=Count("id"))
    return {
        "title_terms": terms.column(listing.title),
        "terms": terms.column(*_words(listing), *classes),
        "price_milli": (listing.price_minor or 0) * 10 ** (3 - exponent(listing.currency)),
        "quality": float(package.quality.get("quality") or 0.0),
        "rating": float(rated["mean"] or 0.0),
        "rating_count": int(rated["count"]),
    }


def _words(listing: Listing) -> list[str]:
    names = [listing.organization.name, listing.product.name]
    return [listing.title, listing.summary, listing.description, *names]


def _facets(listing: Listing) -> list[tuple[str, str]]:
    package = listing.package
    facets = [("modality", value) for value in package.modalities]
    facets += [("domain", value) for value in package.domains]
    facets += [("language", value) for value in package.languages]
    if listing.category and listing.category not in {**package.modalities, **package.domains}:
        facets.append(("domain", listing.category))
    if listing.terms is not None:
        facets.append(("license", listing.terms.identifier))
    return [(kind, value[:80]) for kind, value in dict.fromkeys(facets)][:_MOST_FACETS]
