"""What a purchase opens, and the short-lived tokens that open it elsewhere."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from databroker.models import Organization
from databroker.models.base import Identified, TenantQuerySet
from databroker.states import Machine
from marketplace.models.orders import OrderLine
from marketplace.states import ENTITLEMENT, EntitlementState
from refinery.models import Package


class EntitlementQuerySet(TenantQuerySet["Entitlement"]):
    def with_facts(self) -> Self:
        """Joins what the library and the download door ask."""
        return self.select_related(
            "organization",
            "package",
            "package__product",
            "package__organization",
            "line",
            "line__order",
            "line__order__buyer",
            "line__terms",
            "line__listing",
            "line__listing__organization",
            "line__listing__product",
        )

    def open(self) -> Self:
        return self.filter(state=EntitlementState.ACTIVE)


class Entitlement(Identified):
    """The right of one organisation to download one package it bought."""

    PREFIX = "ent"
    MACHINE: ClassVar[Machine] = ENTITLEMENT

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="entitlements")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="entitlements")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="entitlements")
    state = models.CharField(max_length=10, choices=EntitlementState, default=EntitlementState.ACTIVE)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: perpetual.")

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = "entitlement"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["line", "organization"], name="entitlement_once_per_line_and_buyer"),
            models.CheckConstraint(condition=Q(state__in=EntitlementState.values), name="entitlement_state_known"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def version(self) -> str:
        """The semantic version that download addresses carry."""
        return self.line.package_version


class DownloadTokenQuerySet(TenantQuerySet["DownloadToken"]):
    TENANT = "entitlement__organization"

    def live(self, now: datetime) -> Self:
        """Neither revoked nor expired, made by somebody who is still active."""
        return self.filter(revoked_at=None, expires_at__gt=now, user__is_active=True)


class DownloadToken(Identified):
    """Opens one entitlement for at most seven days. Only its digest is kept; the secret is shown once."""

    PREFIX = "dlt"

    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="download_tokens")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="download_tokens")
    hint = models.CharField(max_length=12, help_text="The first characters, to recognise it by.")
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = DownloadTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "download token"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="download_token_expires_after_it_was_issued"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hint}..."
