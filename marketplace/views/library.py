"""What the organisation bought: files, ways to read them, tokens that open one purchase."""

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from databroker.actors import Actor
from databroker.htmx import actor_of
from marketplace import delivery
from marketplace.forms import DownloadTokenForm
from marketplace.licences import points
from marketplace.models import DownloadToken, Entitlement
from marketplace.operations.access import why_closed
from marketplace.operations.entitlements import create_download_token, revoke_download_token

_PAGE: Final = 50
_MOST_FILES: Final = 200


def _rows(actor: Actor, before: str = "") -> list[Entitlement]:
    own = Entitlement.objects.filter(organization=actor.organization).with_facts()
    if before:
        own = own.filter(pk__lt=own.find(before, actor).pk)
    return list(own.order_by("-id")[: _PAGE + 1])


@login_required
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """All purchases; the newest is open beside the list."""
    rows = _rows(actor_of(request), request.GET.get("before", ""))
    if not rows:
        return render(request, "marketplace/library_empty.html")
    return _page(request, rows[0], rows, DownloadTokenForm())


@login_required
@require_GET
def library_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One purchase."""
    actor = actor_of(request)
    chosen = Entitlement.objects.filter(organization=actor.organization).with_facts().find(reference, actor)
    return _page(request, chosen, _rows(actor), DownloadTokenForm())


@login_required
@require_POST
def download_token_create(request: HttpRequest, reference: str) -> HttpResponse:
    """Makes a token and shows it, this once."""
    actor = actor_of(request)
    chosen = Entitlement.objects.filter(organization=actor.organization).with_facts().find(reference, actor)
    form, made = DownloadTokenForm(request.POST), None
    if form.is_valid():
        made = create_download_token(chosen.public_id, actor=actor, days=form.cleaned_data["days"])
        form = DownloadTokenForm()
    return _page(request, chosen, _rows(actor), form, secret=made.secret if made else "")


@login_required
@require_POST
def download_token_revoke(request: HttpRequest, reference: str) -> HttpResponse:
    token = revoke_download_token(reference, actor=actor_of(request))
    messages.success(request, "The download token is revoked.")
    return redirect("marketplace:library_detail", token.entitlement.public_id)


def _page(
    request: HttpRequest, chosen: Entitlement, rows: list[Entitlement], form: DownloadTokenForm, secret: str = ""
) -> HttpResponse:
    closed = why_closed(chosen)
    files = [] if closed else list(delivery.files(chosen).values())
    permits, forbids = points(chosen.line.terms.code)
    tokens = DownloadToken.objects.live(timezone.now()).filter(entitlement=chosen).order_by("-id")
    context: dict[str, Any] = {
        "chosen": chosen,
        "order": chosen.line.order,
        "listing": chosen.line.listing,
        "entitlements": rows[:_PAGE],
        "next_url": f"?before={rows[_PAGE - 1].public_id}" if len(rows) > _PAGE else "",
        "closed": closed,
        "files": files[:_MOST_FILES],
        "file_count": len(files),
        "size": sum(file.size for file in files),
        "base_url": base_url(chosen),
        "table": next((file.path for file in files if file.path.endswith(".parquet")), ""),
        "permits": permits,
        "forbids": forbids,
        "tokens": tokens,
        "form": form,
        "secret": secret,
    }
    return render(request, "marketplace/library_detail.html", context, status=422 if form.errors else 200)


def base_url(entitlement: Entitlement) -> str:
    """The address of a purchase, to which file paths are appended."""
    return f"{settings.SITE_URL.rstrip('/')}/dl/{entitlement.public_id}/{entitlement.version}"
