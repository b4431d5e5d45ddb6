"""The search index: one row per live listing, and one per thing it can be filtered by. Rebuilt, never edited."""

from django.db import models

from databroker.models.base import Identified, TenantQuerySet
from marketplace.models.listings import Listing


class ListingEntryQuerySet(TenantQuerySet["ListingEntry"]):
    TENANT = "listing__organization"


class ListingEntry(Identified):
    """What search reads of a live listing. Terms are folded words, each with a blank before and behind it.

    `price_milli` is thousandths of the major unit, so that currencies of any exponent compare as typed; `quality` and
    `rating` are 0 where nothing is measured or said.
    """

    listing = models.OneToOneField(Listing, on_delete=models.CASCADE, related_name="entry")
    title_terms = models.TextField()
    terms = models.TextField()
    price_milli = models.BigIntegerField()
    quality = models.FloatField(default=0.0)
    rating = models.FloatField(default=0.0)
    rating_count = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField()

    objects = ListingEntryQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Index of {self.listing_id}"


class ListingFacetQuerySet(TenantQuerySet["ListingFacet"]):
    TENANT = "entry__listing__organization"


class ListingFacet(Identified):
    """One thing a listing can be found by: kind is modality, domain, language or license."""

    entry = models.ForeignKey(ListingEntry, on_delete=models.CASCADE, related_name="facets")
    kind = models.CharField(max_length=12)
    value = models.CharField(max_length=80)

    objects = ListingFacetQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "kind", "value"], name="facet_once_per_listing")]
        indexes = [models.Index(fields=["kind", "value"], name="facet_by_value")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"
