"""Who did what. Entries are append-only and hold no personal data; the detail beside each may be erased."""

from django.db import models

from databroker.models.base import Identified


class AuditEntry(Identified):
    """One act. The database refuses its update and delete (see databroker/triggers.py).

    Keys are plain values, not foreign keys: the entry outlives the account and the object. `detail_mac` is
    HMAC-SHA256(salt, canonical detail); the salt lies in the detail row and goes with it.
    """

    PREFIX = "aud"

    actor_kind = models.CharField(max_length=8)
    actor_id = models.UUIDField(null=True)
    organization_id = models.UUIDField(null=True)
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=60)
    object_id = models.UUIDField()
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, blank=True)
    detail_mac = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "audit entry"
        verbose_name_plural = "audit entries"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["object_id", "created_at"], name="audit_of_object"),
            models.Index(fields=["organization_id", "created_at"], name="audit_of_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"


class AuditDetail(models.Model):
    """The erasable words and values of an entry."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, primary_key=True, related_name="detail")
    salt = models.BinaryField(max_length=16)
    data = models.JSONField()

    def __str__(self) -> str:
        return f"Detail of {self.entry_id}"
