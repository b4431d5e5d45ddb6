"""Datasets: the list, a new one, one in the middle of its work, its description."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from databroker import ids, policies
from databroker.errors import DomainError
from databroker.htmx import actor_of, page
from suppliers import clickwrap
from suppliers.forms import DatasetForm, UploadForm, show_refusal
from suppliers.models import Dataset
from suppliers.operations.datasets import create_dataset, update_dataset
from suppliers.policies import can_read, can_supply
from suppliers.views.frame import files_frame, find_dataset

_PER_PAGE = 25


@login_required
@require_GET
def dataset_list(request: HttpRequest) -> HttpResponse:
    """The organisation's datasets, newest first; staff see all."""
    actor = actor_of(request)
    policies.require(can_read(actor), "You may not read datasets.")
    rows = Dataset.objects.visible_to(actor).select_related("organization").with_latest()
    key = ids.from_public(request.GET.get("before", ""), Dataset.PREFIX)
    found = list((rows.filter(pk__lt=key) if key else rows)[: _PER_PAGE + 1])
    shown = found[:_PER_PAGE]
    context = {
        "datasets": shown,
        "next_url": f"?before={shown[-1].public_id}" if len(found) > _PER_PAGE else "",
        "is_first_page": key is None,
        "may_supply": can_supply(actor),
        "sees_all": actor.sees_all,
    }
    return page(request, "suppliers/dataset_list.html", context, partials={"rows"})


@login_required
def dataset_create(request: HttpRequest) -> HttpResponse:
    """A name and who brings it; the files come next."""
    actor = actor_of(request)
    policies.require(can_supply(actor), "Viewers look at datasets; ask an owner for another role to create one.")
    kind = actor.organization.source_type if actor.organization else ""
    form = DatasetForm(request.POST or None, initial={"source_type": kind})
    if request.method == "POST" and form.is_valid():
        try:
            made = create_dataset(**form.cleaned_data, actor=actor)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "The dataset is made. Add its files.")
            return redirect("suppliers:dataset_detail", dataset_ref=made.public_id)
    context = {"form": form, "dataset": None}
    return page(request, "suppliers/dataset_form.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def dataset_detail(request: HttpRequest, dataset_ref: str) -> HttpResponse:
    """The newest version: its files, what was refused, its rights, and what comes next."""
    dataset = find_dataset(dataset_ref, actor_of(request))
    context = files_frame(request, dataset, dataset.latest) | {
        "form": UploadForm(),
        "text": clickwrap.TEXTS[clickwrap.CURRENT],
        "text_version": clickwrap.CURRENT,
    }
    return page(request, "suppliers/dataset_detail.html", context, partials={"rows"})


@login_required
def dataset_edit(request: HttpRequest, dataset_ref: str) -> HttpResponse:
    """What is said about the dataset; its address stays."""
    actor = actor_of(request)
    dataset = find_dataset(dataset_ref, actor)
    policies.require(can_supply(actor), "Viewers look at datasets; ask an owner for another role to change one.")
    names = ("name", "source_type", "description", "topic", "contact")
    form = DatasetForm(request.POST or None, initial={name: getattr(dataset, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            update_dataset(dataset.pk, **form.cleaned_data, actor=actor)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "The description is saved.")
            return redirect("suppliers:dataset_detail", dataset_ref=dataset.public_id)
    context = {"form": form, "dataset": dataset}
    return page(request, "suppliers/dataset_form.html", context, status=422 if form.errors else 200)
