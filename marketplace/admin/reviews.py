"""Reviews: hide one with a note, show it again."""

from typing import Any

from django.contrib import admin
from django.db import models

from databroker.actors import Actor
from databroker.admin.base import Button, OperationButtons
from databroker.states import StaffRole
from marketplace.models import Review
from marketplace.operations import reviews

_MODERATORS = (StaffRole.OPERATOR, StaffRole.CURATOR)


def _hide(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return reviews.hide_review(str(obj.pk), actor=actor, note=facts["note"])


def _show(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return reviews.show_review(str(obj.pk), actor=actor, note=facts["note"])


@admin.register(Review)
class ReviewAdmin(OperationButtons):
    """What buyers wrote."""

    BUTTONS = (
        Button("hide", "Hide", _hide, _MODERATORS, style="stop"),
        Button("show", "Show again", _show, _MODERATORS),
    )
    list_display = ("product", "organization", "rating", "state", "created_at")
    list_filter = ("state", "rating")
    list_select_related = ("product", "organization")
    search_fields = ("product__name", "organization__slug")
    ordering = ("-id",)
    fields = ("product", "organization", "author", "rating", "text", "state", "created_at")
    readonly_fields = ("created_at",)
