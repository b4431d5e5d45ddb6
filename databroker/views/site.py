"""The landing page, the way in after login, the theme switch, readable API docs, the health probe."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from drf_spectacular.generators import SchemaGenerator

from databroker.context_processors import THEMES
from databroker.htmx import actor_of

_YEAR = 365 * 24 * 3600


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/home.html")


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/about.html")


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """Sends each person where their work is."""
    actor = actor_of(request)
    if actor.user is None:
        return redirect(settings.LOGIN_URL)
    if actor.organization is None or (actor.is_staff and not actor.organization.is_supplier):
        return redirect("admin:index" if actor.is_staff else "organization_detail")
    return redirect("suppliers:dataset_list" if actor.organization.is_supplier else "marketplace:catalogue")


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else "/"


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keeps light, dark, or the system's choice in a cookie."""
    response = HttpResponseRedirect(_back(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    else:
        response.delete_cookie("theme")
    return response


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """For load balancers: the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_GET
def api_docs(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document as a page: every call, its parameters and answers, without a script."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # the library ships no types
    calls = [
        {
            "path": path,
            "method": method.upper(),
            "summary": call.get("summary") or call.get("description", "").split("\n")[0],
            "description": call.get("description", ""),
            "parameters": call.get("parameters", []),
            "body": sorted(call.get("requestBody", {}).get("content", {})),
            "answers": sorted(call.get("responses", {})),
        }
        for path, methods in sorted(schema["paths"].items())
        for method, call in methods.items()
    ]
    return render(request, "pages/api_docs.html", {"calls": calls, "info": schema["info"]})
