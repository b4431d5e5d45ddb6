"""A real Chromium, and a witness beside each page: console, policy, accessibility, overflow."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium the browser tests are skipped by name, with the command that would enable them."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    quiet = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": [*quiet, "--no-first-run"]}


@dataclass
class Witness:
    """What a person would hold against a page; `look` is called on each page visited."""

    complaints: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        # A 4xx answer that a test asks for is reported by the browser as an error of the network, not of the page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def look(self, page: Page) -> None:
        """Accessibility in both themes, and nothing wider than a phone."""
        self.visited.append(page.url)
        page.evaluate(AXE_SCRIPT)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
            for violation in result["violations"]:
                nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
                self.complaints.append(f"{page.url} {theme} {violation['id']}: {nodes}")
        page.emulate_media(color_scheme="light")
        self._measure(page)

    def _measure(self, page: Page) -> None:
        size = page.viewport_size or {"width": 1280, "height": 900}
        page.set_viewport_size({"width": 360, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.set_viewport_size(size)
        if wide > 360:
            self.complaints.append(f"{page.url} is {wide} px wide on a phone of 360")


@pytest.fixture
def witness() -> Iterator[Witness]:
    """Fails the test at its end if any page gave reason to complain."""
    seen = Witness()
    yield seen
    assert seen.complaints == []


@pytest.fixture
def page(context: BrowserContext, witness: Witness) -> Page:
    context.set_default_timeout(10_000)
    opened = context.new_page()
    witness.listen(opened)
    return opened
