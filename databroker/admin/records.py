"""The audit trail, the journal, holds and erasures in the admin: to read, never to write."""

from django.contrib import admin

from databroker.admin.base import ReadOnlyFactsAdmin
from databroker.models import AuditEntry, Erasure, JournalTransfer, LegalHold
from databroker.states import StaffRole


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyFactsAdmin):
    VIEWERS = (StaffRole.OPERATOR, StaffRole.AUDITOR)
    list_display = ("created_at", "verb", "object_type", "object_id", "from_state", "to_state", "actor_id")
    list_filter = ("verb", "object_type")
    search_fields = ("object_id", "actor_id", "organization_id")
    fields = (
        "created_at",
        "actor_kind",
        "actor_id",
        "organization_id",
        "verb",
        "object_type",
        "object_id",
        "from_state",
        "to_state",
        "words",
    )
    readonly_fields = ("words",)

    @admin.display(description="Detail")
    def words(self, entry: AuditEntry) -> str:
        detail = getattr(entry, "detail", None)
        return "; ".join(f"{name}: {value}" for name, value in detail.data.items()) if detail else "none, or erased"


@admin.register(JournalTransfer)
class JournalTransferAdmin(ReadOnlyFactsAdmin):
    VIEWERS = (StaffRole.FINANCE, StaffRole.AUDITOR, StaffRole.OPERATOR)
    list_display = ("created_at", "memo", "debit", "credit", "amount_minor", "currency", "reference")
    search_fields = ("reference", "debit", "credit")
    ordering = ("-id",)


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyFactsAdmin):
    VIEWERS = (StaffRole.OPERATOR, StaffRole.AUDITOR)
    list_display = ("created_at", "organization", "size", "reason")
    list_select_related = ("organization",)
    ordering = ("-id",)


@admin.register(LegalHold)
class LegalHoldAdmin(ReadOnlyFactsAdmin):
    VIEWERS = (StaffRole.OPERATOR, StaffRole.AUDITOR)
    list_display = ("created_at", "organization", "digest", "reason", "lifted_at")
    list_select_related = ("organization",)
    ordering = ("-id",)
