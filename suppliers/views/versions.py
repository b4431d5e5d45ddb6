"""Versions of a dataset: the list, an earlier one, and the moves of the newest."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from databroker.htmx import actor_of, page
from suppliers.operations.files import dismiss_refusals, remove_file
from suppliers.operations.versions import continue_version, seal_version, withdraw_version
from suppliers.views.frame import files_frame, find_dataset, find_version, frame

_PER_PAGE = 25


@login_required
@require_GET
def version_list(request: HttpRequest, dataset_ref: str) -> HttpResponse:
    """All versions, newest first."""
    dataset = find_dataset(dataset_ref, actor_of(request))
    before = request.GET.get("before", "")
    rows = [row for row in dataset.versions.all() if not before.isdecimal() or row.number < int(before)]
    shown = rows[:_PER_PAGE]
    context = frame(request, dataset, dataset.latest, "versions") | {
        "versions": shown,
        "next_url": f"?before={shown[-1].number}" if len(rows) > _PER_PAGE else "",
    }
    return page(request, "suppliers/version_list.html", context, partials={"rows"})


@login_required
@require_GET
def version_detail(request: HttpRequest, dataset_ref: str, number: int) -> HttpResponse:
    """One version; the newest has the dataset's own page."""
    dataset = find_dataset(dataset_ref, actor_of(request))
    version = find_version(dataset, number)
    if version.pk == dataset.latest.pk:
        return redirect("suppliers:dataset_detail", dataset_ref=dataset.public_id)
    return page(request, "suppliers/dataset_detail.html", files_frame(request, dataset, version), partials={"rows"})


@login_required
@require_POST
def seal(request: HttpRequest, dataset_ref: str) -> HttpResponse:
    dataset = find_dataset(dataset_ref, actor_of(request))
    version = seal_version(dataset.latest.pk, actor=actor_of(request))
    messages.success(request, f"Version {version.number} is sealed. Its files can change no more; it can be refined.")
    return redirect("suppliers:dataset_detail", dataset_ref=dataset.public_id)


@login_required
@require_POST
def begin(request: HttpRequest, dataset_ref: str) -> HttpResponse:
    """The next version, with the files of the sealed one."""
    dataset = find_dataset(dataset_ref, actor_of(request))
    version = continue_version(dataset.pk, actor=actor_of(request))
    messages.success(request, f"Version {version.number} is open. Add files, or take some out.")
    return redirect("suppliers:dataset_detail", dataset_ref=dataset.public_id)


@login_required
@require_POST
def withdraw(request: HttpRequest, dataset_ref: str, number: int) -> HttpResponse:
    dataset = find_dataset(dataset_ref, actor_of(request))
    version = find_version(dataset, number)
    withdraw_version(version.pk, note=request.POST.get("note", ""), actor=actor_of(request))
    messages.success(request, f"Version {number} is withdrawn. No new run starts from it.")
    return redirect("suppliers:version_list", dataset_ref=dataset.public_id)


@login_required
@require_POST
def file_remove(request: HttpRequest, dataset_ref: str, file_ref: str) -> HttpResponse:
    dataset = find_dataset(dataset_ref, actor_of(request))
    remove_file(dataset.latest.pk, file_ref, actor=actor_of(request))
    messages.success(request, "The file is out of this version.")
    return redirect("suppliers:dataset_detail", dataset_ref=dataset.public_id)


@login_required
@require_POST
def refusals_dismiss(request: HttpRequest, dataset_ref: str) -> HttpResponse:
    dataset = find_dataset(dataset_ref, actor_of(request))
    dismiss_refusals(dataset.latest.pk, actor=actor_of(request))
    return redirect("suppliers:dataset_detail", dataset_ref=dataset.public_id)
