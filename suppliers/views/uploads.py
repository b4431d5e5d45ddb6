"""Files by the browser: into a dataset, and the one page on which a newcomer makes one and fills it.

The body is read as a stream, so the CSRF check, which reads the form, must wait until the reception is installed: the
outer view is exempt and installs it, the inner one is protected (Django, “Modifying upload handlers on the fly”).
"""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from databroker.actors import Actor
from databroker.errors import DomainError
from databroker.htmx import actor_of, page
from databroker.pages import error_page
from suppliers import clickwrap, reception
from suppliers.forms import NewcomerForm, UploadForm, show_refusal
from suppliers.models import Dataset
from suppliers.operations.datasets import create_dataset
from suppliers.operations.files import add_files, require_may_add
from suppliers.operations.versions import open_version
from suppliers.reception import Reception
from suppliers.results import FileResult, Outcome
from suppliers.views.frame import files_frame, find_dataset, limits_hint

_CHOOSE = "Choose at least one file."
_MOST_CHOICES = 200


@csrf_exempt
@login_required
@require_POST
def upload(request: HttpRequest, dataset_ref: str) -> HttpResponse:
    """Adds files to the dataset; where its newest version is sealed, the next one begins."""
    actor = actor_of(request)
    dataset = find_dataset(dataset_ref, actor)
    require_may_add(actor)
    received = reception.receive(request)
    try:
        return _upload(request, dataset, received)
    except (MultiPartParserError, SuspiciousOperation):
        return error_page(request, 400)
    finally:
        received.discard()


@csrf_protect
def _upload(request: HttpRequest, dataset: Dataset, received: Reception) -> HttpResponse:
    actor = actor_of(request)
    form = UploadForm(request.POST)
    if _is_sound(form, received):
        try:
            _take(request, dataset, received, actor)
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("suppliers:dataset_detail", dataset_ref=dataset.public_id)
    context = files_frame(request, dataset, dataset.latest) | {"form": form} | _text()
    return page(request, "suppliers/dataset_detail.html", context, status=422)


@csrf_exempt
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ingest(request: HttpRequest) -> HttpResponse:
    """Choose or name a dataset, bring its files, confirm the rights: one page, one button."""
    require_may_add(actor_of(request))
    received = reception.receive(request)
    try:
        return _ingest(request, received)
    except (MultiPartParserError, SuspiciousOperation):
        return error_page(request, 400)
    finally:
        received.discard()


@csrf_protect
def _ingest(request: HttpRequest, received: Reception) -> HttpResponse:
    actor = actor_of(request)
    mine = list(Dataset.objects.visible_to(actor).filter(organization=actor.organization)[:_MOST_CHOICES])
    if request.method != "POST":
        kind = actor.organization.source_type if actor.organization else ""
        chosen = request.GET.get("dataset", "")
        form = NewcomerForm(mine, initial={"source_type": kind, "dataset": chosen})
        return page(request, "suppliers/ingest.html", {"form": form, "has_datasets": bool(mine)} | _text())
    form = NewcomerForm(mine, request.POST)
    if _is_sound(form, received):
        try:
            dataset = _chosen_or_new(form, actor)
            _take(request, dataset, received, actor)
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("suppliers:dataset_detail", dataset_ref=dataset.public_id)
    return page(request, "suppliers/ingest.html", {"form": form, "has_datasets": bool(mine)} | _text(), status=422)


def _is_sound(form: UploadForm, received: Reception) -> bool:
    if not received.arrivals:
        form.add_error("files", _CHOOSE)
    elif not form.is_valid():
        form.add_error("files", "Nothing was stored. Choose the files again.")
    return form.is_valid()


def _chosen_or_new(form: NewcomerForm, actor: Actor) -> Dataset:
    facts = form.cleaned_data
    if facts["dataset"]:
        return Dataset.objects.visible_to(actor).find(facts["dataset"], actor)
    return create_dataset(name=facts["name"], source_type=facts["source_type"], actor=actor)


def _take(request: HttpRequest, dataset: Dataset, received: Reception, actor: Actor) -> None:
    reception.apply_paths(received.arrivals, request.POST.getlist("paths"))
    version, began = open_version(dataset.pk, actor=actor)
    results = add_files(version.pk, arrivals=received.arrivals, confirmed=True, actor=actor)
    if began:
        messages.info(request, f"The files went into version {version.number}, which continues the sealed one.")
    _tell(request, results)


def _tell(request: HttpRequest, results: Sequence[FileResult]) -> None:
    """Counts only: a message is kept with the session, and names of files are not."""
    counts = {outcome: sum(result.outcome is outcome for result in results) for outcome in Outcome}
    parts = [
        (counts[Outcome.STORED] + counts[Outcome.RENAMED], "stored"),
        (counts[Outcome.RENAMED], "of them under another name"),
        (counts[Outcome.ALREADY_THERE], "there already"),
        (counts[Outcome.REFUSED], "refused"),
    ]
    words = ", ".join(f"{count} {word}" for count, word in parts if count)
    say = messages.warning if counts[Outcome.REFUSED] else messages.success
    total = "1 file" if len(results) == 1 else f"{len(results):,} files"
    say(request, f"{total}: {words}.{' The list says why.' if counts[Outcome.REFUSED] else ''}")


def _text() -> dict[str, object]:
    return {
        "text": clickwrap.TEXTS[clickwrap.CURRENT],
        "text_version": clickwrap.CURRENT,
        "limits_hint": limits_hint(),
    }
