"""HTML and HTMX from one view: the same context, the whole page or one of its declared partials."""

from collections.abc import Collection, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from databroker.actors import ANONYMOUS, Actor
from databroker.errors import DomainError


def actor_of(request: HttpRequest) -> Actor:
    """Whom the request acts for; set by ActorMiddleware."""
    actor = getattr(request, "actor", ANONYMOUS)
    return actor if isinstance(actor, Actor) else ANONYMOUS


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    *,
    partials: Collection[str] = (),
    status: int = 200,
) -> HttpResponse:
    """Renders `template`, or `template#name` when htmx targets the id of a partial declared here.

    The client never chooses freely: a name outside `partials`, a boosted request and a history restore get the page.
    """
    wanted = request.headers.get("HX-Target", "")
    plain = "HX-Boosted" in request.headers or "HX-History-Restore-Request" in request.headers
    is_partial = "HX-Request" in request.headers and not plain and wanted in partials
    response = render(request, f"{template}#{wanted}" if is_partial else template, dict(context), status=status)
    patch_vary_headers(response, ("HX-Request", "HX-Target"))
    return response


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A refusal as a page, or as an alert fragment for htmx."""
    name = "components/alert_fragment.html" if "HX-Request" in request.headers else "refusal.html"
    return render(request, name, {"error": error}, status=error.status)
