"""Offers: a product, the package sold now, licence and price."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q

from databroker import ids
from databroker.errors import NotFound
from databroker.models import Organization
from databroker.models.base import Identified, TenantQuerySet
from databroker.money import Money
from databroker.states import Machine
from marketplace.models.licences import LicenceTerms
from marketplace.states import LISTING, ListingState
from refinery.models import Package, Product

if TYPE_CHECKING:
    from databroker.actors import Actor

# A page stays reachable after the offer ended: buyers and links keep a place to land.
_WITH_PAGE = (ListingState.LIVE, ListingState.PAUSED, ListingState.RETIRED, ListingState.TAKEN_DOWN)
OPEN_STATES = (ListingState.DRAFT, ListingState.SUBMITTED, ListingState.LIVE, ListingState.PAUSED)


class ListingQuerySet(TenantQuerySet["Listing"]):
    def live(self) -> Self:
        return self.filter(state=ListingState.LIVE)

    def with_facts(self) -> Self:
        """Joins what every page of a listing shows."""
        return self.select_related("organization", "product", "package", "package__run", "terms")

    def with_page(self, actor: "Actor") -> Self:
        """What `actor` may look at: all that were ever public, and their own drafts."""
        public = Q(state__in=_WITH_PAGE, published_at__isnull=False)
        if actor.sees_all:
            return self.all()
        own = Q(organization=actor.organization) if actor.organization is not None else Q(pk__in=[])
        return self.filter(public | own)

    def find_page(self, reference: str, actor: "Actor") -> "Listing":
        """By public id or `<organisation>/<product>`; of several the live one, else the newest. Raises NotFound."""
        rows = self.with_page(actor).with_facts()
        key = ids.from_public(reference, Listing.PREFIX)
        if key is not None:
            found = rows.filter(pk=key).first()
        else:
            supplier, _, product = reference.strip("/").partition("/")
            named = rows.filter(organization__slug=supplier, product__slug=product)
            live_first = models.Case(models.When(state=ListingState.LIVE, then=0), default=1)
            found = named.order_by(live_first, "-id").first()
        if found is None:
            raise NotFound(f"There is no listing {reference} here.")
        return found


class Listing(Identified):
    """An offer of a product. `price_minor` 0 is free; the price is in minor units of `currency`."""

    PREFIX = "lst"
    MACHINE: ClassVar[Machine] = LISTING

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="listings")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="listings")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="listings")
    state = models.CharField(max_length=12, choices=ListingState, default=ListingState.DRAFT)

    title = models.CharField(max_length=140)
    summary = models.CharField(max_length=300)
    description = models.TextField(blank=True, max_length=8000)
    category = models.CharField(max_length=40, blank=True, help_text="A modality or a domain.")
    terms = models.ForeignKey(LicenceTerms, on_delete=models.PROTECT, null=True, blank=True, related_name="listings")
    price_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = "listing"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["product"], condition=Q(state=ListingState.LIVE), name="listing_one_live_per_product"
            ),
            models.CheckConstraint(condition=Q(state__in=ListingState.values), name="listing_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ListingState.LIVE)
                | Q(terms__isnull=False, price_minor__isnull=False, published_at__isnull=False),
                name="listing_live_has_terms_and_price",
            ),
            models.CheckConstraint(
                condition=Q(price_minor__isnull=True) | Q(price_minor__gte=0, currency__regex=r"^[A-Z]{3}$"),
                name="listing_price_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="listing_of_supplier")]

    def __str__(self) -> str:
        return self.title

    @property
    def price(self) -> Money | None:
        return None if self.price_minor is None else Money(self.price_minor, self.currency)

    @property
    def path(self) -> str:
        """`<organisation>/<product>`, the readable reference."""
        return f"{self.organization.slug}/{self.product.slug}"
