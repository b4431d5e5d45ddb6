"""What buyers say of a product."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from databroker.models import Organization
from databroker.models.base import Identified, TenantQuerySet
from databroker.states import Machine
from marketplace.models.entitlements import Entitlement
from marketplace.states import REVIEW, ReviewState
from refinery.models import Product


class ReviewQuerySet(TenantQuerySet["Review"]):
    def shown(self) -> Self:
        """Not hidden by staff."""
        return self.filter(state=ReviewState.SHOWN)


class Review(Identified):
    """One to five, and words, by an organisation that bought; `entitlement` is the proof of it."""

    PREFIX = "rev"
    MACHINE: ClassVar[Machine] = REVIEW

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="reviews")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="reviews")
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="reviews")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    rating = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True, max_length=4000)
    state = models.CharField(max_length=8, choices=ReviewState, default=ReviewState.SHOWN)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "review"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "organization"], name="review_one_per_product_and_buyer"),
            models.CheckConstraint(condition=Q(state__in=ReviewState.values), name="review_state_known"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="review_rating_from_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.rating} of 5 for {self.product}"
