"""A supplier's pages in every state, looked at in a real browser: files, a folder, refusals, rights, versions."""

from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from suppliers.models import SourceFile
from suppliers.operations.versions import continue_version, withdraw_version
from tests.browser.conftest import Witness
from tests.suppliers.supply import dataset_of, filled, multipart, sealed
from tests.support.cast import Person


@pytest.fixture
def signed_in(page: Page, live_server: LiveServer, sam: Person) -> Page:
    client = Client()
    client.force_login(sam.user)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return page


def look(page: Page, witness: Witness, address: str) -> None:
    page.goto(address)
    witness.look(page)


def refuse_some(person: Person, address: str) -> None:
    client = Client()
    client.force_login(person.user)
    files = [("empty.txt", b""), ("../up.txt", b"x"), ("front-page.mp3", b"\x89PNG\r\n\x1a\n1"), ("a.txt", b"another")]
    body, content_type = multipart(files, legal_rights_confirmed="on")
    client.generic("POST", f"{address}upload/", body, content_type)


def test_every_page_of_a_supplier_stands_up_to_a_look(
    signed_in: Page, witness: Witness, live_server: LiveServer, sam: Person
) -> None:
    url = live_server.url
    for path in ("/datasets/", "/datasets/new/", "/ingest"):
        look(signed_in, witness, url + path)
    empty = dataset_of(sam, "Nothing here yet")
    look(signed_in, witness, f"{url}/datasets/{empty.public_id}/")
    dataset = filled(sam, "Harbour notes")
    address = f"/datasets/{dataset.public_id}/"
    refuse_some(sam, address)
    for path in ("", "edit/", "rights/", "versions/"):
        look(signed_in, witness, url + address + path)
    version = sealed(sam, "Sealed notes", a=b"one", b=b"two")
    after = f"{url}/datasets/{version.dataset.public_id}/"
    look(signed_in, witness, after)
    continue_version(version.dataset_id, actor=sam.actor)
    withdraw_version(version.pk, note="The deed was wrong.", actor=sam.actor)
    look(signed_in, witness, after + "versions/")
    look(signed_in, witness, after + "versions/1/")
    look(signed_in, witness, f"{url}/datasets/")


def test_a_newcomer_uploads_and_seals_by_hand(
    signed_in: Page, witness: Witness, live_server: LiveServer, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("Tide tables.")
    signed_in.goto(live_server.url + "/ingest")
    signed_in.get_by_label("Name of the new dataset").fill("Tide tables")
    signed_in.locator("input[type=file]").set_input_files(str(tmp_path / "notes.txt"))
    signed_in.get_by_label("I agree to the text below").check()
    signed_in.get_by_role("button", name="Upload").click()
    signed_in.get_by_text("1 file: 1 stored.").wait_for()
    signed_in.get_by_role("button", name="Seal version 1…").click()
    witness.look(signed_in)
    signed_in.get_by_role("button", name="Seal version 1", exact=True).click()
    signed_in.get_by_text("Version 1 is sealed. Its files can change no more").wait_for()
    witness.look(signed_in)


def test_a_folder_keeps_its_paths(signed_in: Page, live_server: LiveServer, sam: Person, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    (folder / "1999").mkdir(parents=True)
    (folder / "1999" / "a.txt").write_text("one")
    (folder / "b.txt").write_text("two")
    dataset = dataset_of(sam)
    signed_in.goto(f"{live_server.url}/datasets/{dataset.public_id}/")
    with signed_in.expect_file_chooser() as chooser:
        signed_in.get_by_role("button", name="Choose a folder instead").click()
    chooser.value.set_files(str(folder))
    signed_in.get_by_label("I agree to the text below").check()
    signed_in.get_by_role("button", name="Upload").click()
    signed_in.get_by_text("2 files: 2 stored.").wait_for()

    assert set(SourceFile.objects.values_list("path", flat=True)) == {"archive/1999/a.txt", "archive/b.txt"}
