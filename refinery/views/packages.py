"""Packages: what was approved, taking it home, releasing it."""

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST, require_safe

from databroker import ids
from databroker.actors import Actor
from databroker.downloads import serve
from databroker.errors import DomainError, NotFound
from databroker.htmx import actor_of, page
from databroker.lifecycle import can
from refinery import bridge
from refinery.forms import NoteForm
from refinery.models import Package
from refinery.operations import packages
from refinery.policies import can_download, can_release, can_revoke
from refinery.reading import PARTS, language_word, modality_word

PAGE: Final = 25
SAMPLE: Final = 5


@login_required
@require_GET
def package_list(request: HttpRequest) -> HttpResponse:
    """The organisation's packages (staff: all), newest first."""
    actor = actor_of(request)
    rows = Package.objects.visible_to(actor).select_related("product", "organization")
    if (key := ids.from_public(request.GET.get("before", ""), Package.PREFIX)) is not None:
        rows = rows.filter(pk__lt=key)
    shown = list(rows[: PAGE + 1])
    next_url = f"?before={shown[PAGE - 1].public_id}" if len(shown) > PAGE else ""
    context = {"packages": shown[:PAGE], "is_staff": actor.sees_all, "next_url": next_url}
    return page(request, "refinery/package_list.html", context, partials={"rows"})


def _find(package_ref: str, actor: Actor) -> Package:
    rows = Package.objects.visible_to(actor).select_related("product__dataset", "organization", "run__version__rights")
    return rows.find(package_ref, actor)


@login_required
@require_GET
def package_detail(request: HttpRequest, package_ref: str) -> HttpResponse:
    """What it holds, its files, and what is missing before it may be released."""
    actor = actor_of(request)
    package = _find(package_ref, actor)
    there = package.directory.exists()
    context = {
        "package": package,
        "there": there,
        "files": bridge.package_files(package) if there else [],
        "sample": bridge.sample_records(package, SAMPLE) if there else [],
        "modalities": [(modality_word(name), count) for name, count in package.modalities.items()],
        "languages": [(language_word(name), count) for name, count in package.languages.items()],
        "parts": [(name.capitalize(), package.quality.get(name), None) for name in PARTS],
        "missing": packages.missing_for_release(package),
        "may_release": can(package, "release") and _is_own(package, actor) and can_release(actor),
        "may_revoke": can(package, "revoke") and can_revoke(actor),
        "may_download": there and can_download(actor, package.organization_id),
        "note_form": NoteForm(),
    }
    return page(request, "refinery/package_detail.html", context)


def _is_own(package: Package, actor: Actor) -> bool:
    return actor.organization is not None and actor.organization.pk == package.organization_id


@login_required
@require_POST
def package_release(request: HttpRequest, package_ref: str) -> HttpResponse:
    return _do(request, package_ref, "release", "Released. It can be listed now.")


@login_required
@require_POST
def package_revoke(request: HttpRequest, package_ref: str) -> HttpResponse:
    return _do(request, package_ref, "revoke", "Revoked. Nobody can download it any more.")


def _do(request: HttpRequest, package_ref: str, verb: str, done: str) -> HttpResponse:
    actor = actor_of(request)
    package = Package.objects.visible_to(actor).find(package_ref, actor)
    form = NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        if verb == "release":
            packages.release_package(package.pk, actor=actor)
        else:
            packages.revoke_package(package.pk, actor=actor, note=note)
    except DomainError as error:
        messages.error(request, " ".join([error.detail, *(issue.message for issue in error.issues)]))
    else:
        messages.success(request, done)
    return redirect("refinery:package_detail", package_ref=package.public_id)


@login_required
@require_safe
def package_file(request: HttpRequest, package_ref: str, path: str) -> HttpResponseBase:
    """One file of the organisation's own package, ranged."""
    actor = actor_of(request)
    package = _find(package_ref, actor)
    file = next((file for file in bridge.package_files(package) if file.path == path), None)
    if file is None or not can_download(actor, package.organization_id):
        raise NotFound("There is no such file in this package.")
    name = f"{package.product.slug}-{package.semantic_version}-{path.replace('/', '-')}"
    return serve(request, package.directory / path, filename=name, content_type=file.content_type, digest=file.sha256)


@login_required
@require_GET
def package_picture(request: HttpRequest, package_ref: str) -> HttpResponse:
    """A picture of the sample (`?file=`), decoded and encoded anew."""
    package = _find(package_ref, actor_of(request))
    data = bridge.package_picture(package, request.GET.get("file", ""))
    if data is None:
        raise NotFound("There is no such picture in this package.")
    return HttpResponse(data, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})
