"""The review queue of listings, and the licences on offer."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from databroker.actors import Actor
from databroker.admin.base import Button, OperationButtons, ReadOnlyFactsAdmin
from databroker.states import StaffRole
from marketplace.models import LicenceTerms, Listing
from marketplace.operations import listings

_MODERATORS = (StaffRole.OPERATOR, StaffRole.CURATOR)


def _publish(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return listings.publish_listing(str(obj.pk), actor=actor, note=facts["note"])


def _send_back(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return listings.send_back_listing(str(obj.pk), actor=actor, note=facts["note"])


def _take_down(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return listings.take_down_listing(str(obj.pk), actor=actor, note=facts["note"])


@admin.register(Listing)
class ListingAdmin(OperationButtons):
    """Submitted listings are published or sent back; any may be taken down."""

    BUTTONS = (
        Button("publish", "Publish", _publish, _MODERATORS),
        Button("send_back", "Send back", _send_back, _MODERATORS),
        Button("take_down", "Take down", _take_down, _MODERATORS, style="stop"),
    )
    list_display = ("title", "organization", "state", "price_text", "terms", "published_at")
    list_filter = ("state",)
    search_fields = ("title", "organization__slug", "product__slug")
    ordering = ("-id",)
    fields = (
        "public_id", "organization", "product", "package", "state", "title", "summary", "description", "category",
        "terms", "price_text", "published_at", "created_at",
    )  # fmt: skip
    readonly_fields = ("public_id", "price_text", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Listing]:
        return Listing.objects.with_facts()

    @admin.display(description="Price")
    def price_text(self, listing: Listing) -> str:
        return str(listing.price) if listing.price else "not set"


@admin.register(LicenceTerms)
class LicenceTermsAdmin(ReadOnlyFactsAdmin):
    list_display = ("name", "code", "version", "spdx_id")
    fields = ("name", "code", "version", "spdx_id", "digest", "text", "created_at")
    readonly_fields = ("created_at",)
