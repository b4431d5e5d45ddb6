"""Runs: the list, one run while it works and after, and what its supplier may do to it."""

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from databroker import ids
from databroker.actors import Actor
from databroker.errors import DomainError, Incomplete
from databroker.htmx import actor_of, page
from databroker.models import AuditEntry
from refinery.forms import NoteForm, StartForm
from refinery.lifeline import headline, lines_of, stages_of
from refinery.models import RefinementRun
from refinery.operations import review, runs
from refinery.policies import can_appeal, can_cancel, can_refine
from refinery.states import RunState
from suppliers.models import Dataset

PAGE: Final = 25


@login_required
@require_GET
def run_list(request: HttpRequest) -> HttpResponse:
    """The organisation's runs (staff: all), newest first; `?dataset=` narrows to one."""
    actor = actor_of(request)
    rows = RefinementRun.objects.visible_to(actor).select_related("version__dataset", "organization")
    dataset = None
    if reference := request.GET.get("dataset", ""):
        dataset = Dataset.objects.visible_to(actor).find(reference, actor)
        rows = rows.filter(version__dataset=dataset)
    if (key := ids.from_public(request.GET.get("before", ""), RefinementRun.PREFIX)) is not None:
        rows = rows.filter(pk__lt=key)
    shown = list(rows[: PAGE + 1])
    more = len(shown) > PAGE
    context = {
        "runs": shown[:PAGE],
        "dataset": dataset,
        "is_staff": actor.sees_all,
        "next_url": _next_url(request, shown[PAGE - 1]) if more else "",
        "may_start": dataset is not None and can_refine(actor),
        "start_form": StartForm(),
    }
    return page(request, "refinery/run_list.html", context, partials={"rows"})


def _next_url(request: HttpRequest, last: RefinementRun) -> str:
    return "?" + urlencode({**request.GET.dict(), "before": last.public_id})


@login_required
@require_POST
def run_start(request: HttpRequest) -> HttpResponse:
    """Starts a run of `dataset`, or leads to the one that answers the same question."""
    form = StartForm(request.POST)
    if not form.is_valid():
        raise Incomplete(" ".join(str(error) for errors in form.errors.values() for error in errors))
    started = runs.start_run(
        request.POST.get("dataset", ""),
        actor=actor_of(request),
        recipe=form.cleaned_data["recipe"],
        threshold=form.cleaned_data["quality_threshold"],
    )
    if started.sealed_version:
        messages.info(request, f"Version {started.run.version.number} is sealed now: its files can change no more.")
    if not started.is_new:
        messages.info(request, "This run was asked for before and is still at work.")
    return redirect("refinery:run_detail", run_ref=started.run.public_id)


@login_required
@require_GET
def run_detail(request: HttpRequest, run_ref: str) -> HttpResponse:
    """Live while it works: the part `live` asks for itself again every few seconds until the run has ended."""
    actor = actor_of(request)
    run = _find(run_ref, actor)
    response = page(request, "refinery/run_detail.html", _context(run, actor), partials={"live"})
    if request.headers.get("HX-Target") == "live" and not run.is_active:
        # What may be done now stands outside the live part.
        response["HX-Refresh"] = "true"
    return response


def _find(run_ref: str, actor: Actor) -> RefinementRun:
    found = RefinementRun.objects.visible_to(actor).select_related(
        "version__dataset", "organization", "requested_by", "decided_by"
    )
    return found.find(run_ref, actor)


def _context(run: RefinementRun, actor: Actor) -> dict[str, Any]:
    # Staff look at everybody's runs here and decide in the admin; the supplier's own verbs are for its members.
    own = actor.organization is not None and actor.organization.pk == run.organization_id
    return {
        "run": run,
        "headline": headline(run),
        "stages": stages_of(run),
        "log": lines_of(run, AuditEntry.objects.filter(object_id=run.pk).order_by("created_at")),
        "decisions": list(run.decisions.select_related("decided_by")),
        "packages": list(run.packages.all()),
        "may_cancel": run.is_active and can_cancel(actor),
        "may_retry": run.state == RunState.FAILED and own and can_refine(actor),
        "may_answer": run.state == RunState.RETURNED and own and can_refine(actor),
        "may_appeal": run.state == RunState.REJECTED and own and can_appeal(actor),
        "note_form": NoteForm(),
    }


def _do(request: HttpRequest, run_ref: str, verb: str, done: str) -> HttpResponse:
    """Calls one of the supplier's verbs and goes back to the run."""
    actor = actor_of(request)
    run = RefinementRun.objects.visible_to(actor).find(run_ref, actor)
    form = NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        if verb == "cancel":
            runs.cancel_run(run.pk, actor=actor)
        elif verb == "retry":
            runs.retry_run(run.pk, actor=actor)
        elif verb == "answer":
            review.answer_run(run.pk, actor=actor, note=note)
        else:
            review.appeal_run(run.pk, actor=actor, note=note)
    except DomainError as error:
        messages.error(request, " ".join([error.detail, *(issue.message for issue in error.issues)]))
    else:
        messages.success(request, done)
    return redirect(reverse("refinery:run_detail", args=[run.public_id]))


@login_required
@require_POST
def run_cancel(request: HttpRequest, run_ref: str) -> HttpResponse:
    return _do(request, run_ref, "cancel", "The run is cancelled. Finished work is kept for another run.")


@login_required
@require_POST
def run_retry(request: HttpRequest, run_ref: str) -> HttpResponse:
    return _do(request, run_ref, "retry", "The run goes on from what is done.")


@login_required
@require_POST
def run_answer(request: HttpRequest, run_ref: str) -> HttpResponse:
    return _do(request, run_ref, "answer", "Your answer lies on the curator's desk.")


@login_required
@require_POST
def run_appeal(request: HttpRequest, run_ref: str) -> HttpResponse:
    return _do(request, run_ref, "appeal", "A curator looks at the run again.")
