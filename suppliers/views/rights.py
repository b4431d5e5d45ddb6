"""The record of rights of a version: what was said, what a release still asks for, and the form that completes it."""

from dataclasses import asdict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from databroker.errors import DomainError
from databroker.htmx import actor_of, page
from suppliers import clickwrap
from suppliers.forms import RightsForm, show_refusal
from suppliers.models import DatasetVersion, RightsAttestation
from suppliers.operations.rights import attest_rights, record_of
from suppliers.views.frame import find_dataset, find_version, frame

_MOST_STATEMENTS = 50


@login_required
def dataset_rights(request: HttpRequest, dataset_ref: str) -> HttpResponse:
    """The newest version's rights, or with `?version=` another's; POST signs the next statement."""
    actor = actor_of(request)
    dataset = find_dataset(dataset_ref, actor)
    asked = request.GET.get("version", "")
    version = find_version(dataset, int(asked)) if asked.isdecimal() else dataset.latest
    statements = list(_statements(version))
    current = statements[0] if statements else None
    form = RightsForm(request.POST or None, initial=_initial(current))
    if request.method == "POST" and form.is_valid():
        try:
            attest_rights(version.pk, record=form.record, confirmed=True, actor=actor)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "The record of rights is signed.")
            address = reverse("suppliers:dataset_rights", args=[dataset.public_id])
            return redirect(f"{address}?version={version.number}")
    context = frame(request, dataset, version, "rights") | {
        "form": form,
        "current": current,
        "statements": statements,
        "missing": current.missing_for_release() if current else [],
        "text": clickwrap.TEXTS[clickwrap.CURRENT],
        "text_version": clickwrap.CURRENT,
        "text_digest": clickwrap.text_digest(clickwrap.CURRENT),
    }
    return page(request, "suppliers/dataset_rights.html", context, status=422 if form.errors else 200)


def _statements(version: DatasetVersion) -> list[RightsAttestation]:
    rows = RightsAttestation.objects.filter(version=version).select_related("signer")
    return list(rows.order_by("-ordinal")[:_MOST_STATEMENTS])


def _initial(current: RightsAttestation | None) -> dict[str, object]:
    if current is None:
        return {}
    answers: dict[str, object] = asdict(record_of(current))
    answers["personal_data"] = {True: "yes", False: "no", None: ""}[current.personal_data]
    return answers
