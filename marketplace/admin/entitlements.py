"""Entitlements: suspend, reinstate, revoke."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from databroker.actors import Actor
from databroker.admin.base import Button, OperationButtons
from databroker.states import StaffRole
from marketplace.models import Entitlement
from marketplace.operations import entitlements

_STAFF = (StaffRole.OPERATOR, StaffRole.SUPPORT)


def _suspend(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return entitlements.suspend_entitlement(str(obj.pk), actor=actor, note=facts["note"])


def _reinstate(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return entitlements.reinstate_entitlement(str(obj.pk), actor=actor, note=facts["note"])


def _revoke(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return entitlements.revoke_entitlement(str(obj.pk), actor=actor, note=facts["note"])


@admin.register(Entitlement)
class EntitlementAdmin(OperationButtons):
    """Who may download what."""

    BUTTONS = (
        Button("suspend", "Suspend", _suspend, _STAFF),
        Button("reinstate", "Reinstate", _reinstate, _STAFF),
        Button("revoke", "Revoke", _revoke, _STAFF, style="stop"),
    )
    list_display = ("public_id", "organization", "line", "state", "created_at", "expires_at")
    list_filter = ("state",)
    search_fields = ("organization__slug", "line__title")
    ordering = ("-id",)
    fields = ("public_id", "organization", "line", "package", "state", "created_at", "expires_at")
    readonly_fields = ("public_id", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entitlement]:
        return Entitlement.objects.with_facts()
