"""Datasets and their versions in the admin: to read, never to write. File names stay with their supplier."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from databroker.admin.base import ReadOnlyFactsAdmin
from suppliers.models import Dataset, DatasetVersion, RightsAttestation


@admin.register(Dataset)
class DatasetAdmin(ReadOnlyFactsAdmin):
    list_display = ("name", "organization", "source_type", "slug", "created_at")
    list_filter = ("source_type",)
    search_fields = ("name", "slug", "organization__name")
    list_select_related = ("organization",)
    fields = ("name", "slug", "organization", "source_type", "topic", "description", "contact", "created_at")


@admin.register(DatasetVersion)
class DatasetVersionAdmin(ReadOnlyFactsAdmin):
    list_display = ("dataset", "number", "state", "file_count", "byte_count", "erased_count", "sealed_at")
    list_filter = ("state",)
    search_fields = ("dataset__name", "dataset__organization__name", "input_digest")
    list_select_related = ("dataset",)
    fields = (
        *("dataset", "organization", "number", "state", "file_count", "byte_count", "erased_count"),
        *("input_digest", "inventory_digest", "rights", "sealed_at", "created_at"),
    )


@admin.register(RightsAttestation)
class RightsAttestationAdmin(ReadOnlyFactsAdmin):
    list_display = ("version", "ordinal", "signer", "basis", "licence", "personal_data", "missing", "created_at")
    search_fields = ("version__dataset__name", "licence", "signer__email")
    fields = (
        *("version", "organization", "ordinal", "signer", "text_version", "text_digest", "carried_from", "basis"),
        *("basis_note", "licence", "own_terms", "personal_data", "legal_basis", "missing", "created_at"),
    )
    readonly_fields = ("missing",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("version__dataset", "signer")

    @admin.display(description="Missing for a release")
    def missing(self, attestation: RightsAttestation) -> str:
        return " ".join(issue.message for issue in attestation.missing_for_release()) or "Nothing"
