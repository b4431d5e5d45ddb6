"""Licence texts as they stood when somebody agreed to them."""

from django.db import models
from django.db.models import Q

from databroker.models.base import Identified


class LicenceTerms(Identified):
    """One version of a licence. Never changed: new words are a new version; orders keep the one they accepted."""

    PREFIX = "lic"

    code = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    spdx_id = models.CharField(max_length=60, blank=True, help_text="Empty for terms that SPDX does not list.")
    text = models.TextField(help_text="Markdown, as it is delivered in LICENSE.md.")
    digest = models.CharField(max_length=64, help_text="sha256 of the text.")

    class Meta:
        verbose_name = "licence"
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="licence_version_unique"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="licence_digest_is_sha256"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def identifier(self) -> str:
        """What people and machines call it: the SPDX id, else our own reference."""
        return self.spdx_id or f"LicenseRef-{self.code}-{self.version}"
