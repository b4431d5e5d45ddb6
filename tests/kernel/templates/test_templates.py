"""What holds for every template: it compiles, is indented, and asks nothing of a lax content policy."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

ROOT = Path(settings.BASE_DIR)
FOLDERS = [ROOT / "templates", *sorted(ROOT.glob("*/templates"))]
TEMPLATES = sorted(path for folder in FOLDERS for path in folder.rglob("*.html"))
PAGES = [path for path in TEMPLATES if "emails" not in path.parts and "email" not in path.parts]
SPRITE = (ROOT / "static/img/icons.svg").read_text()


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def page(name: str) -> str:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    return render_to_string(name, {}, request=request)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_compiles(path: Path) -> None:
    folder = next(folder for folder in FOLDERS if folder in path.parents)
    get_template(str(path.relative_to(folder)))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_has_no_inline_style_or_script(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:|hx-on|hx-vals=[\"']js:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_loads_nothing_from_another_site(path: Path) -> None:
    assert not re.search(r"(src|href)=[\"'](https?:)?//", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_an_icon_that_is_named_exists(path: Path) -> None:
    for name in re.findall(r"{% icon \"([\w-]+)\"|icon=\"([\w-]+)\"", path.read_text()):
        assert f'id="i-{"".join(name)}"' in SPRITE


def test_every_badge_has_its_icon_in_the_sprite() -> None:
    from databroker.badges import BADGES  # noqa: PLC0415 - beside the only test that needs it

    missing = {badge.icon for badge in BADGES.values() if f'id="i-{badge.icon}"' not in SPRITE}
    assert not missing


def test_templates_are_indented_by_djhtml() -> None:
    command = [sys.executable, "-m", "djhtml", "--tabwidth", "2", "--check", *map(str, TEMPLATES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["pages/home.html", "pages/about.html", "400.html", "403.html", "404.html"])
def test_a_page_has_one_heading_a_way_to_skip_and_a_place_to_skip_to(name: str) -> None:
    html = page(name)
    assert html.count("<h1") == 1
    assert 'class="skip" href="#main"' in html and '<main id="main">' in html


@pytest.mark.parametrize("name", ["500.html", "maintenance.html"])
def test_the_pages_of_last_resort_render_without_any_context(name: str) -> None:
    assert render_to_string(name).count("<h1") == 1


@pytest.mark.django_db
def test_the_landing_page_shows_no_figure_that_was_not_given() -> None:
    assert "Records kept" not in page("pages/home.html")
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    html = render_to_string("pages/home.html", {"figures": {"records_kept": 1200, "datasets": 0}}, request=request)
    assert "1,200" in html and "Datasets refined" not in html


@pytest.mark.django_db
def test_the_theme_of_the_cookie_stands_on_the_page() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    request.COOKIES["theme"] = "dark"
    assert '<html lang="en" data-theme="dark">' in render_to_string("pages/home.html", {}, request=request)
