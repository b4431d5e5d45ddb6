"""Packages and products, to look at; revoking is the one thing staff do here."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from databroker.actors import Actor
from databroker.admin.base import Button, OperationButtons, ReadOnlyFactsAdmin
from databroker.states import StaffRole
from refinery.models import Package, Product
from refinery.operations import packages


def _revoke(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return packages.revoke_package(obj.pk, actor=actor, note=facts["note"])


@admin.register(Package)
class PackageAdmin(OperationButtons):
    """What was sealed. Release is the supplier's."""

    BUTTONS = (Button("revoke", "Revoke", _revoke, (StaffRole.CURATOR, StaffRole.OPERATOR), style="stop"),)
    list_display = ("__str__", "organization", "state", "record_count", "byte_count", "created_at")
    list_filter = ("state",)
    search_fields = ("product__name", "organization__slug", "digest")
    ordering = ("-id",)
    fields = (
        "public_id", "product", "version", "state", "organization", "run", "digest", "record_count", "file_count",
        "byte_count", "created_at", "released_by", "released_at", "revoked_at", "erased_at", "page",
    )  # fmt: skip
    readonly_fields = ("public_id", "version", "created_at", "page")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Package]:
        return Package.objects.select_related("product", "organization", "run__version__dataset", "released_by")

    @admin.display(description="Version")
    def version(self, package: Package) -> str:
        return package.semantic_version

    @admin.display(description="Page")
    def page(self, package: Package) -> str:
        address = reverse("refinery:package_detail", args=[package.public_id])
        return format_html('<a href="{}">Files and records</a>', address)


@admin.register(Product)
class ProductAdmin(ReadOnlyFactsAdmin):
    """What packages are sealed under."""

    list_display = ("name", "organization", "slug", "created_at")
    search_fields = ("name", "slug", "organization__slug")
    list_select_related = ("organization",)
    fields = ("name", "slug", "organization", "dataset", "description", "created_at")
    readonly_fields = ("created_at",)
