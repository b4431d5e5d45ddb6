"""/dl/: bought files by session, Bearer, Basic, or a download token in the address."""

from typing import Final

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from databroker.actors import act_for
from databroker.api.authentication import live_token, secret_of
from databroker.downloads import serve
from databroker.errors import DomainError, NotFound
from databroker.htmx import actor_of
from marketplace import delivery
from marketplace.models import Entitlement
from marketplace.operations import access

_DOWNLOAD_PREFIX: Final = "dbd_"


class _Unauthenticated(Exception):
    """Nobody we know is asking."""


def _opened(request: HttpRequest, reference: str) -> Entitlement:
    header = secret_of(request.META.get("HTTP_AUTHORIZATION", ""))
    address = request.GET.get("token", "")
    secret = header if header is not None else address
    if secret.startswith(_DOWNLOAD_PREFIX):
        token = access.live_download_token(secret)
        if token is None:
            raise _Unauthenticated
        return access.open_for_token(reference, token=token)
    if header is not None:
        api_token = live_token(header)
        if api_token is None:
            raise _Unauthenticated
        scopes = frozenset(api_token.scopes)
        return access.open_for_actor(reference, actor=act_for(api_token.user, api_token.organization, scopes))
    actor = actor_of(request)
    if address or actor.user is None:
        # An API token does not belong into an address, where logs and histories keep it.
        raise _Unauthenticated
    return access.open_for_actor(reference, actor=actor)


@require_safe
def download(request: HttpRequest, entitlement: str, version: str, path: str) -> HttpResponseBase:
    """One file of a bought copy, ranged; or all of it as a zip."""
    try:
        opened = _opened(request, entitlement)
        if version != opened.version:
            raise NotFound("There is no such version in this purchase.")
        chosen = delivery.files(opened)
        if path == delivery.ARCHIVE:
            return _archive(request, opened, chosen)
        file = chosen.get(path)
        if file is None:
            raise NotFound("There is no such file in this purchase.")
    except _Unauthenticated:
        return _who_are_you(request)
    except DomainError as error:
        return _refusal(request, error)
    name = path.rpartition("/")[2]
    return serve(request, file.location, filename=name, content_type=file.content_type, digest=file.sha256)


def _archive(
    request: HttpRequest, entitlement: Entitlement, chosen: dict[str, delivery.DeliveredFile]
) -> HttpResponseBase:
    root = f"{entitlement.line.listing.product.slug}-{entitlement.version}"
    body = iter(()) if request.method == "HEAD" else delivery.archive(chosen, root)
    response = StreamingHttpResponse(body, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{root}.zip"'
    response["Cache-Control"] = "private, no-transform"
    return response


def _wants_page(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def _who_are_you(request: HttpRequest) -> HttpResponse:
    if _wants_page(request) and "token" not in request.GET:
        return redirect_to_login(request.get_full_path())
    title = "This needs a token"
    detail = "Send Authorization: Bearer with a token, Basic with the user “token”, or a download token as ?token=."
    response = _problem(401, "not_authenticated", title, detail)
    response["WWW-Authenticate"] = 'Bearer realm="databroker", Basic realm="databroker"'
    return response


def _refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    if _wants_page(request):
        raise error
    return _problem(error.status, error.code, error.title, error.detail)


def _problem(status: int, code: str, title: str, detail: str) -> HttpResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code}
    return JsonResponse(body, status=status, content_type="application/problem+json")
