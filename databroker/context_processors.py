"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest

from databroker.htmx import actor_of

THEMES = ("light", "dark")


def site(request: HttpRequest) -> dict[str, object]:
    """Site name, demo flag, theme from its cookie, and whom the page acts for."""
    theme = request.COOKIES.get("theme", "")
    actor = actor_of(request)
    return {
        "site_name": settings.SITE_NAME,
        "demo_mode": settings.DEMO,
        "theme": theme if theme in THEMES else "",
        "actor": actor,
        "organization": actor.organization,
    }
