"""The top bar: who is here, where they can go, and which of these pages this is."""

from dataclasses import dataclass
from typing import Final

from django import template
from django.conf import settings

from databroker.templatetags.ui import address

register = template.Library()


@dataclass(frozen=True, slots=True)
class Place:
    """A link of the top bar or of the account menu."""

    label: str
    url: str
    current: bool = False
    icon: str = ""


_ANONYMOUS: Final = (("Marketplace", "marketplace:catalogue"), ("How it works", "home"), ("Docs", "docs_api"))
_SIGNED_IN: Final = (
    ("Marketplace", "marketplace:catalogue"),
    ("Datasets", "suppliers:dataset_list"),
    ("Runs", "refinery:run_list"),
    ("Listings", "marketplace:listing_manage_list"),
    ("Library", "marketplace:library"),
    ("Orders", "marketplace:order_list"),
)
_ACCOUNT: Final = (
    ("Organisation", "organization_detail", "users"),
    ("Access tokens", "token_list", "key"),
    ("Account", "account_settings", "user"),
    ("Docs", "docs_api", "book-open"),
)
_ANCHORS: Final = {"How it works": "#how"}
_FALLBACKS: Final = {"docs_api": "/api/docs/"}


def _is_here(path: str, url: str) -> bool:
    return path == url or (len(url) > 1 and "#" not in url and path.startswith(url))


def _places(names: tuple[tuple[str, str], ...], path: str) -> list[Place]:
    places = []
    for label, name in names:
        url = address(name) or _FALLBACKS.get(name, "")
        if url:
            url += _ANCHORS.get(label, "")
            places.append(Place(label, url, _is_here(path, url)))
    return places


def _account_places(path: str) -> list[Place]:
    places = []
    for label, name, icon in _ACCOUNT:
        url = address(name) or _FALLBACKS.get(name, "")
        if url:
            places.append(Place(label, url, _is_here(path, url), icon))
    return places


@register.inclusion_tag("components/top_bar.html", takes_context=True)
def top_bar(context: template.Context) -> dict[str, object]:
    """Show the places this reader has; a page may pass its own list as `nav` (label, url, current)."""
    request, user = context.get("request"), context.get("user")
    path = request.path if request else ""
    signed_in = user is not None and user.is_authenticated
    items = context.get("nav") or _places(_SIGNED_IN if signed_in else _ANONYMOUS, path)
    if user is not None and user.is_staff and (desk := address("admin:index")):
        items = [*items, Place("Curation desk", desk, _is_here(path, desk))]
    return {
        "items": items,
        "account_items": _account_places(path) if signed_in else [],
        "person": str(user) if signed_in else "",
        "organization_name": getattr(context.get("organization"), "name", ""),
        "site_name": settings.SITE_NAME,
        "theme": context.get("theme", ""),
        "path": path,
        "home_url": address("home"),
        "login_url": address("account_login"),
        "logout_url": address("account_logout"),
        "register_url": address("register"),
        "theme_url": address("theme"),
        "csrf_token": context.get("csrf_token"),
    }
