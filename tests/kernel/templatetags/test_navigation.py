"""The top bar shows each reader the places they have."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from databroker.models import Organization, User
from databroker.templatetags.ui import address


def bar(user: User | AnonymousUser, path: str = "/", **extra: object) -> str:
    context = {"request": RequestFactory().get(path), "user": user, "csrf_token": "t0k3n", **extra}
    return Template("{% load navigation %}{% top_bar %}").render(Context(context))


def test_a_stranger_is_offered_to_log_in_and_to_register() -> None:
    html = bar(AnonymousUser())
    assert address("account_login") in html and "Register" in html
    assert "Log out" not in html and "Curation desk" not in html


def test_a_member_sees_the_organisation_they_act_for_and_can_log_out() -> None:
    html = bar(User(email="ada@example.com", name="Ada"), organization=Organization(name="Ada Archive"))
    assert "Ada Archive" in html and "Access tokens" in html
    assert f'method="post" action="{address("account_logout")}"' in html and "t0k3n" in html
    assert "Curation desk" not in html


def test_staff_find_the_curation_desk() -> None:
    assert "Curation desk" in bar(User(email="eva@example.com", is_staff=True))


def test_the_place_one_is_at_is_marked() -> None:
    html = bar(User(email="ada@example.com"), path="/account/tokens/")
    assert 'href="/account/tokens/" aria-current="page"' in html


def test_a_page_may_bring_its_own_places() -> None:
    html = bar(AnonymousUser(), nav=[{"label": "Queue", "url": "/queue/", "current": True}])
    assert '<a href="/queue/" aria-current="page">Queue</a>' in html and "How it works" not in html


@pytest.mark.parametrize(("theme", "offered"), [("", "dark"), ("dark", "light"), ("light", "dark")])
def test_the_theme_switch_offers_the_other_theme(theme: str, offered: str) -> None:
    assert f'name="theme" value="{offered}"' in bar(AnonymousUser(), theme=theme)


def test_a_name_without_a_page_has_no_address() -> None:
    assert address("nowhere:at_all") == ""
