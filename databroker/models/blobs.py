"""What the content-addressed store holds, what may not be erased, and what was erased."""

from django.db import models
from django.db.models import Q

from databroker.models.accounts import Organization
from databroker.models.base import Identified, TenantQuerySet


class BlobQuerySet(TenantQuerySet["Blob"]):
    pass


class Blob(Identified):
    """Bytes of one organisation, named by their sha256. Two organisations never share one."""

    PREFIX = "blb"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="blobs")
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()

    objects = BlobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "digest"], name="blob_unique_per_organization"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="blob_digest_is_sha256"),
        ]

    def __str__(self) -> str:
        return f"sha256:{self.digest[:12]}"


class LegalHold(Identified):
    """While not lifted, nothing of the organisation (or the one digest) may be erased."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="legal_holds")
    digest = models.CharField(max_length=64, blank=True, help_text="Empty: everything of the organisation.")
    reason = models.CharField(max_length=400)
    lifted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Hold on {self.organization}"


class Erasure(Identified):
    """One destroyed blob. The tombstone is HMAC-SHA256 under the installation's key, so the digest itself is gone."""

    PREFIX = "ers"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="erasures")
    tombstone = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "tombstone"], name="erasure_by_tombstone")]

    def __str__(self) -> str:
        return f"Erased {self.created_at:%Y-%m-%d}"
