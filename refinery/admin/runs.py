"""Runs on the desk: those awaiting review first, each with its report and the decisions that may be made."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince

from databroker.actors import Actor
from databroker.admin.base import Button, OperationButtons, ReadOnlyFactsAdmin
from databroker.states import StaffRole
from refinery.models import CurationDecision, RefinementRun
from refinery.operations import review, runs
from refinery.reading import report_of
from refinery.states import RunState

_CURATORS = (StaffRole.CURATOR,)
_KEEPERS = (StaffRole.CURATOR, StaffRole.OPERATOR)


def _approve(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return review.approve_run(obj.pk, actor=actor, note=facts["note"])


def _reject(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return review.reject_run(obj.pk, actor=actor, note=facts["note"])


def _return(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return review.return_run(obj.pk, actor=actor, note=facts["note"])


def _cancel(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return runs.cancel_run(obj.pk, actor=actor, note=facts["note"])


def _retry(obj: models.Model, actor: Actor, facts: dict[str, Any]) -> object:
    return runs.retry_run(obj.pk, actor=actor)


@admin.register(RefinementRun)
class RefinementRunAdmin(OperationButtons):
    """The change page opens with the verdict and shows the whole quality report."""

    BUTTONS = (
        Button("approve", "Approve", _approve, _CURATORS, style="kept"),
        Button("reject", "Reject", _reject, _CURATORS, style="stop"),
        Button("return", "Return to the supplier", _return, _CURATORS),
        Button("retry", "Start again", _retry, _KEEPERS),
        Button("cancel", "Cancel", _cancel, _KEEPERS, style="stop"),
    )
    change_form_template = "admin/refinery/run_change_form.html"
    list_display = (
        "version",
        "organization",
        "state",
        "waiting",
        "records_in",
        "kept",
        "dropped",
        "held",
        "recipe_name",
    )
    list_filter = ("state", "recipe_name")
    search_fields = ("version__dataset__name", "organization__slug")
    list_select_related = ("version__dataset", "organization")
    fields = (
        "public_id", "state", "organization", "version", "recipe_name", "threshold", "requested_by", "created_at",
        "finished_at", "decided_by", "decided_at", "failure", "package_digest", "report_page",
    )  # fmt: skip
    readonly_fields = ("public_id", "created_at", "report_page")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RefinementRun]:
        on_desk = Case(
            When(state=RunState.AWAITING_REVIEW, then=Value(0)), default=Value(1), output_field=IntegerField()
        )
        rows = RefinementRun.objects.select_related("version__dataset", "organization")
        return rows.annotate(on_desk=on_desk)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("on_desk", "finished_at", "-id")

    @admin.display(description="Waiting for")
    def waiting(self, run: RefinementRun) -> str:
        if run.state != RunState.AWAITING_REVIEW or run.finished_at is None:
            return ""
        return timesince(run.finished_at, timezone.now(), depth=1)

    @admin.display(description="Quality report")
    def report_page(self, run: RefinementRun) -> str:
        if not run.has_result:
            return "There is none yet."
        return format_html('<a href="{}">Open it as a page</a>', reverse("refinery:report", args=[run.public_id]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        run = self.get_object(request, object_id)
        shown = {"run": run, "view": report_of(run) if run is not None else None}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})


@admin.register(CurationDecision)
class CurationDecisionAdmin(ReadOnlyFactsAdmin):
    """Who decided what, and why."""

    list_display = ("run", "verb", "decided_by", "created_at")
    list_filter = ("verb",)
    list_select_related = ("run__version__dataset", "decided_by")
    fields = ("run", "verb", "decided_by", "note", "created_at")
    readonly_fields = ("created_at",)
    ordering = ("-id",)
