"""What a supplier attested about the rights to a version's files."""

from django.db import models
from django.db.models import Q

from databroker.errors import Issue
from databroker.models import Organization, User
from databroker.models.base import Identified, TenantQuerySet
from suppliers.models.datasets import SHA256, DatasetVersion
from suppliers.states import Basis, LegalBasis


class RightsAttestationQuerySet(TenantQuerySet["RightsAttestation"]):
    pass


class RightsAttestation(Identified):
    """One signed statement. Never changed: completing it writes the next `ordinal`, and the newest counts.

    A minimal one (signer and text alone) suffices to store and refine. `carried_from` is set where a version continues
    another: the statement of that one holds for the files that came along.
    """

    PREFIX = "rts"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="attestations")
    ordinal = models.PositiveIntegerField()
    signer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text_version = models.PositiveIntegerField()
    text_digest = models.CharField(max_length=64)
    carried_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    basis = models.CharField(max_length=16, choices=Basis, blank=True)
    basis_note = models.TextField(blank=True, max_length=2000)
    licence = models.CharField(max_length=80, blank=True, help_text="An SPDX identifier, such as CC-BY-4.0.")
    own_terms = models.TextField(blank=True, max_length=20000)
    personal_data = models.BooleanField(null=True)
    legal_basis = models.CharField(max_length=24, choices=LegalBasis, blank=True)

    objects = RightsAttestationQuerySet.as_manager()

    class Meta:
        verbose_name = "rights attestation"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "ordinal"], name="attestation_ordinal_unique_per_version"),
            models.CheckConstraint(condition=Q(text_digest__regex=SHA256), name="attestation_text_is_hashed"),
            models.CheckConstraint(condition=Q(basis__in=["", *Basis.values]), name="attestation_basis_known"),
            models.CheckConstraint(
                condition=Q(legal_basis__in=["", *LegalBasis.values]), name="attestation_legal_basis_known"
            ),
            models.CheckConstraint(condition=Q(licence="") | Q(own_terms=""), name="attestation_licence_or_own_terms"),
        ]

    def __str__(self) -> str:
        return f"Rights attested {self.created_at:%Y-%m-%d}"

    def missing_for_release(self) -> list[Issue]:
        """What the full record still lacks; empty when a package of these files may be released."""
        issues = []
        if not self.basis:
            issues.append(Issue("basis", "basis_missing", "Say why you may give these files."))
        if self.basis == Basis.OTHER and not self.basis_note:
            issues.append(Issue("basis_note", "basis_note_missing", "Describe the other basis."))
        if not self.licence and not self.own_terms:
            issues.append(Issue("licence", "licence_missing", "Name a licence, or write your own terms."))
        if self.personal_data is None:
            issues.append(Issue("personal_data", "personal_data_unsaid", "Say whether the files hold personal data."))
        if self.personal_data and not self.legal_basis:
            sentence = "Say on which legal basis the personal data may be processed."
            issues.append(Issue("legal_basis", "legal_basis_missing", sentence))
        return issues

    @property
    def is_full(self) -> bool:
        return not self.missing_for_release()
