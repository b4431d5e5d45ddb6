"""The files of an open version, and the ones that were refused. A sealed version's files stand in its inventory."""

import hashlib
import unicodedata

from django.db import models
from django.db.models import Q

from databroker.models import Organization
from databroker.models.base import Identified, TenantQuerySet
from suppliers.models.datasets import SHA256, DatasetVersion
from suppliers.models.rights import RightsAttestation
from suppliers.states import FileNote, Refusal


def path_key(path: str) -> str:
    """By what two names are compared: the sha256 (hex) of the path in Unicode's composed form (NFC).

    `path` may carry undecodable bytes as lone surrogates (PEP 383).
    """
    return hashlib.sha256(unicodedata.normalize("NFC", path).encode("utf-8", "surrogateescape")).hexdigest()


class SourceFileQuerySet(TenantQuerySet["SourceFile"]):
    pass


class SourceFile(Identified):
    """One file of an open version. `raw_path` is the name as it came, `path` the same as text to search and show."""

    PREFIX = "fil"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="files")
    raw_path = models.BinaryField(max_length=4096)
    path = models.TextField()
    path_key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    note = models.CharField(max_length=12, choices=FileNote, default=FileNote.NONE, blank=True)
    attestation = models.ForeignKey(
        RightsAttestation, on_delete=models.PROTECT, related_name="+", help_text="Under which it was brought."
    )

    objects = SourceFileQuerySet.as_manager()

    class Meta:
        verbose_name = "file"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "path_key"], name="file_name_unique_per_version"),
            models.CheckConstraint(condition=Q(digest__regex=SHA256), name="file_digest_is_sha256"),
            models.CheckConstraint(condition=Q(size__gt=0), name="file_not_empty"),
        ]
        # Erasure and removal ask which open versions hold a digest.
        indexes = [models.Index(fields=["organization", "digest"], name="file_by_digest")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def own_path(self) -> str:
        """The path with undecodable bytes as lone surrogates, as os.fsdecode gives it."""
        return bytes(self.raw_path).decode("utf-8", "surrogateescape")


class RefusedFileQuerySet(TenantQuerySet["RefusedFile"]):
    pass


class RefusedFile(Identified):
    """A file that was not stored, kept so that the supplier can read why; dismissed by them or by sealing."""

    PREFIX = "rfs"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="refusals")
    path = models.TextField()
    path_key = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes that arrived.")
    code = models.CharField(max_length=24, choices=Refusal)
    limit = models.PositiveBigIntegerField(null=True)
    kind = models.CharField(max_length=12, blank=True)

    objects = RefusedFileQuerySet.as_manager()

    class Meta:
        verbose_name = "refused file"
        ordering = ["-id"]
        constraints = [
            # The same name refused again for the same reason is one row.
            models.UniqueConstraint(fields=["version", "path_key", "code"], name="refusal_once_per_name_and_rule"),
            models.CheckConstraint(condition=Q(code__in=Refusal.values), name="refusal_code_known"),
        ]

    def __str__(self) -> str:
        return self.public_id
