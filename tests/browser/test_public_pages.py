"""Pages that anyone may open."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Witness


@pytest.mark.parametrize(
    "path",
    ["/", "/register", "/accounts/login/", "/accounts/password/reset/", "/api/docs/", "/marketplace/", "/nothing"],
)
def test_a_public_page_gives_no_reason_to_complain(page: Page, live_server, witness: Witness, path: str) -> None:
    page.goto(live_server.url + path)
    witness.look(page)
