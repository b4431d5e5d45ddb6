"""Per request: whom it acts for, how refusals are shown, and our own error pages even under DEBUG."""

import logging
import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from databroker.actors import ANONYMOUS, Actor, act_for
from databroker.errors import DomainError
from databroker.htmx import refusal
from databroker.models import Organization, User
from databroker.pages import error_page

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]
ORGANIZATION_KEY = "organization"


class OwnErrorPages:
    """Renders our pages for 403, 404 and 500, also where Django would show its technical ones."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        unresolved = response.status_code == 404 and request.resolver_match is None
        return error_page(request, 404) if unresolved else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Http404):
            return error_page(request, 404)
        if isinstance(error, PermissionDenied):
            return error_page(request, 403)
        if isinstance(error, DomainError):
            return None
        logger.exception("Unhandled error at %s", request.path, exc_info=error)
        return error_page(request, 500)


def demo_is_closed(user: User) -> bool:
    """Demo accounts open nothing while demo mode is off."""
    return user.is_demo and not settings.DEMO


class ActorMiddleware:
    """Sets `request.actor`: the signed-in person for the organisation chosen in the session (or their first)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and demo_is_closed(user):
            logout(request)
            user = request.user
        if user.is_authenticated:
            person = user
            actor = session_actor(request, person)
            _activate_zone(person)
        else:
            actor = ANONYMOUS
            timezone.deactivate()
        request.actor = actor  # type: ignore[attr-defined]  # typed through `actor_of`
        return self.get_response(request)


def session_actor(request: HttpRequest, user: User) -> Actor:
    """The actor of a session; a membership that ended falls back to the first that remains."""
    chosen = request.session.get(ORGANIZATION_KEY)
    mine = Organization.objects.filter(memberships__user=user)
    organization = mine.filter(pk=uuid.UUID(chosen)).first() if chosen else None
    if organization is None:
        organization = mine.order_by("is_personal", "created_at").first()
    return act_for(user, organization)


def _activate_zone(user: User) -> None:
    try:
        timezone.activate(ZoneInfo(user.time_zone))
    except (ZoneInfoNotFoundError, ValueError):
        timezone.deactivate()


class DomainErrors:
    """Turns an operation's refusal that no view caught into a page, a fragment or a message, never a crash."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if error.status == 404:
            return error_page(request, 404)
        if request.method == "POST" and not request.headers.get("HX-Request"):
            back = request.headers.get("Referer", "")
            if back.startswith(f"{request.scheme}://{request.get_host()}/"):
                messages.error(request, "\n".join([error.detail, *(issue.message for issue in error.issues)]))
                return HttpResponseRedirect(back)
        return refusal(request, error)
