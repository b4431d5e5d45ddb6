"""Our own error pages: HTML for people, problem+json for the API."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

_WORDS = {
    400: ("bad_request", "This request cannot be read"),
    403: ("not_permitted", "You may not do this"),
    404: ("not_found", "Not found"),
    500: ("internal_error", "Something broke on our side. Nothing was lost; the error was logged."),
}


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """The page (or, under /api/, the problem document) for a status."""
    code, title = _WORDS[status]
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": title}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    try:
        html: str = render_to_string(f"{status}.html", {}, request=request)
    except TemplateDoesNotExist:
        html = f"<!doctype html><title>{title}</title><h1>{title}</h1>"
    return HttpResponse(html, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400"""
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403"""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404"""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500"""
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW"""
    return error_page(request, 403)
