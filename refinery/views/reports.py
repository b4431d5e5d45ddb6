"""The quality report of a run and its records."""

from typing import Final
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from databroker.actors import Actor
from databroker.errors import NotFound
from databroker.htmx import actor_of, page
from refinery import bridge
from refinery.forms import RecordFilterForm
from refinery.models import QualityReport, RefinementRun
from refinery.reading import PARTS, report_of, stored_report

TEXT_SHOWN: Final = 20_000
_GONE = "This run has no result to look at: it has not finished, or a file of it was erased."


def _find(run_ref: str, actor: Actor) -> RefinementRun:
    rows = RefinementRun.objects.visible_to(actor).select_related("version__dataset", "organization", "report")
    return rows.find(run_ref, actor)


@login_required
@require_GET
def report(request: HttpRequest, run_ref: str) -> HttpResponse:
    """Verdict first, then where records left, why, what was measured, and how."""
    actor = actor_of(request)
    run = _find(run_ref, actor)
    view = report_of(run)
    if view is None:
        raise NotFound(_GONE)
    context = {"run": run, "view": view, "tab": "report", "is_staff": actor.is_staff}
    return page(request, "refinery/report.html", context)


def _report(run: RefinementRun) -> QualityReport:
    found = stored_report(run)
    if found is None or not run.directory.exists():
        raise NotFound(_GONE)
    return found


@login_required
@require_GET
def record_list(request: HttpRequest, run_ref: str) -> HttpResponse:
    """The ledger, filtered, page by page."""
    run = _find(run_ref, actor_of(request))
    form = RecordFilterForm(request.GET, document=_report(run).document)
    chosen = {name: value or None for name, value in form.cleaned_data.items()} if form.is_valid() else {}
    cluster = request.GET.get("cluster") or None
    after = request.GET.get("after", "")
    wanted = bridge.LedgerFilter(**chosen, cluster=cluster)
    found = bridge.page_of_records(run, wanted, after=int(after) if after.isdecimal() else -1)
    kept = {name: value for name, value in (chosen | {"cluster": cluster}).items() if value}
    context = {
        "run": run,
        "form": form,
        "rows": found.rows,
        "total": found.total,
        "tab": "records",
        "next_url": f"?{urlencode(kept | {'after': found.next_after})}" if found.next_after is not None else "",
        "first_url": f"?{urlencode(kept)}" if after else "",
    }
    return page(request, "refinery/record_list.html", context, partials={"rows"})


@login_required
@require_GET
def record_detail(request: HttpRequest, run_ref: str) -> HttpResponse:
    """One record (`?id=`): its verdict, every reason, every measure, what it says."""
    run = _find(run_ref, actor_of(request))
    row = _record(run, request.GET.get("id", ""))
    said = bridge.record_content(run, row.seq)
    words = said.text if said.text is not None else said.row_json or ""
    context = {
        "run": run,
        "row": row,
        "tab": "records",
        "reasons": [
            (reason, bridge.sentence_of(reason.code, reason.value, reason.limit, reason.block))
            for reason in row.reasons
        ],
        "words": words[:TEXT_SHOWN],
        "cut": len(words) > TEXT_SHOWN,
        "row_json": said.row_json if said.text is not None else "",
        "scores": sorted(row.scores.items()),
        "parts": [
            (name.capitalize(), getattr(row, name), run.threshold if name == "quality" else None) for name in PARTS
        ],
    }
    return page(request, "refinery/record_detail.html", context)


def _record(run: RefinementRun, record_id: str) -> bridge.LedgerRow:
    _report(run)
    row = bridge.find_record(run, record_id)
    if row is None:
        raise NotFound("There is no such record in this run.")
    return row


@login_required
@require_GET
@cache_control(private=True, max_age=3600)
def record_picture(request: HttpRequest, run_ref: str) -> HttpResponse:
    """The picture of a record (`?id=`), decoded and encoded anew; the supplier's own bytes are never shown inline."""
    run = _find(run_ref, actor_of(request))
    row = _record(run, request.GET.get("id", ""))
    data = bridge.run_picture(run, row.source) if row.modality == "image" else None
    if data is None:
        raise NotFound("This record has no picture that can be shown.")
    return HttpResponse(data, content_type="image/jpeg")
