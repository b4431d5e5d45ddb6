"""The whole trade by hand: a supplier registers and sells, a curator approves, a stranger buys and reviews."""

import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from databroker.models import User
from marketplace.models import Order, Review
from refinery.models import Package
from tests.browser.conftest import Witness
from tests.refinery.supply import FILES
from tests.support.cast import PASSWORD, Person
from tests.support.queue import drain

PHRASE = "quiet-harbour-41"


@pytest.fixture
def folder(tmp_path: Path) -> list[str]:
    """Two good texts, a copy, junk and a broken file."""
    paths = []
    for name, data in FILES.items():
        path = tmp_path / Path(name).name
        path.write_bytes(data)
        paths.append(str(path))
    return paths


class Visitor:
    """A person at their own browser, whose every page is looked at."""

    def __init__(self, browser: Browser, url: str, witness: Witness) -> None:
        self.page: Page = browser.new_context(accept_downloads=True).new_page()
        self.page.set_default_timeout(15_000)
        self.url, self.witness = url, witness
        witness.listen(self.page)

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.witness.look(self.page)

    def press(self, name: str, role: str = "button") -> None:
        """Presses what bears the name and looks at where it leads."""
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
        self.page.wait_for_load_state("load")
        self.witness.look(self.page)

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def register(self, role: str, name: str, email: str) -> None:
        self.go("/register")
        self.page.locator(f"input[name=role][value={role}]").check()
        self.fill(name=name, email=email, password1=PHRASE, password2=PHRASE)
        self.press_in_main("Register")

    def press_in_main(self, name: str) -> None:
        self.page.locator("main").get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state("load")
        self.witness.look(self.page)

    def log_in(self, person: Person) -> None:
        self.go("/accounts/login/")
        self.fill(login=person.user.email, password=PASSWORD)
        self.press_in_main("Log in")

    def sees(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()


def bring(supplier: Visitor, folder: list[str]) -> None:
    supplier.register("supplier", "Sam Selkirk", "sam.selkirk@example.org")
    supplier.go("/datasets/")
    supplier.go("/datasets/new/")
    supplier.fill(name="Harbour papers", description="What fishermen and engineers wrote down.")
    supplier.press_in_main("Make the dataset")
    supplier.page.set_input_files("input[type=file][name=files]", folder)
    supplier.page.locator("[name=legal_rights_confirmed]").check()
    supplier.press_in_main("Upload")
    supplier.sees("bridge.txt")
    supplier.press_in_main("Seal and refine")


def refine(supplier: Visitor) -> None:
    run_page = supplier.page.url
    drain()
    supplier.page.goto(run_page)
    supplier.witness.look(supplier.page)
    supplier.go(run_page.removeprefix(supplier.url) + "report/")
    supplier.sees("Four parts of quality")
    supplier.go(run_page.removeprefix(supplier.url) + "records/")


def curate(curator: Visitor, cleo: Person) -> None:
    curator.log_in(cleo)
    curator.go("/admin/")
    curator.go("/admin/refinery/refinementrun/")
    curator.page.get_by_role("link", name="Harbour papers, version 1").click()
    curator.page.wait_for_load_state("load")
    curator.witness.look(curator.page)
    curator.page.get_by_role("link", name=re.compile("^Approve")).first.click()
    curator.page.wait_for_load_state("load")
    curator.fill(note="Two good texts; the copy and the junk are out.")
    curator.witness.look(curator.page)
    curator.page.locator("main").get_by_role("button", name=re.compile("^Approve")).click()
    curator.sees("Done")
    drain()


def release(supplier: Visitor) -> None:
    supplier.go("/datasets/harbour-papers/rights/")
    supplier.page.locator("[name=basis]").select_option("owner")
    supplier.fill(licence="CC-BY-4.0")
    supplier.page.locator("[name=personal_data]").select_option("no")
    supplier.page.locator("[name=legal_rights_confirmed]").check()
    supplier.press_in_main("Sign the record")
    supplier.go("/packages/")
    supplier.press("Harbour papers", role="link")
    supplier.press_in_main("Release the package")


def offer(supplier: Visitor) -> None:
    supplier.go("/listings/")
    supplier.page.get_by_role("link", name=re.compile("^List it")).click()
    supplier.fill(title="Harbour papers", summary="Letters of fishermen and engineers, cleaned.", price="0")
    supplier.page.locator("input[name=licence][value='cc-by-4.0']").check()
    supplier.witness.look(supplier.page)
    supplier.press_in_main("Save the draft")
    supplier.press_in_main("Submit")
    supplier.sees("Live")


def buy(buyer: Visitor) -> bytes:
    buyer.register("buyer", "Ben Bright", "ben.bright@example.org")
    buyer.go("/marketplace/?query=harbour")
    buyer.press("Harbour papers", role="link")
    buyer.go(buyer.page.url.removeprefix(buyer.url) + "quality/")
    listing = buyer.page.url.removeprefix(buyer.url).removesuffix("quality/")
    buyer.go(listing + "checkout/")
    buyer.page.locator("[name=accept]").check()
    buyer.press_in_main("Get it")
    drain()
    buyer.go("/orders/")
    buyer.go("/library/")
    with buyer.page.expect_download() as started:
        buyer.page.get_by_role("link", name="manifest.json").first.click()
    manifest = Path(started.value.path()).read_bytes()
    buyer.go(listing + "reviews/")
    buyer.page.locator("[name=rating]").select_option("5")
    buyer.fill(text="Exactly what the listing says.")
    buyer.press_in_main("Publish the review")
    return manifest


def test_raw_files_become_a_reviewed_purchase(
    browser: Browser, live_server, witness: Witness, cleo: Person, folder: list[str]
) -> None:
    supplier, curator, buyer = (Visitor(browser, live_server.url, witness) for _ in range(3))
    bring(supplier, folder)
    refine(supplier)
    curate(curator, cleo)
    release(supplier)
    offer(supplier)
    manifest = buy(buyer)

    package = Package.objects.get()
    assert hashlib.sha256(manifest).hexdigest() == package.digest
    assert Order.objects.get().state == "fulfilled"
    assert Review.objects.get().rating == 5
    assert User.objects.filter(email="ben.bright@example.org").exists()
    assert len(set(witness.visited)) > 20
