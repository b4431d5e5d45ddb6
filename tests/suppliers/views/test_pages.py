"""The suppliers' pages: what they show, whom they refuse, and how many queries they take."""

from io import BytesIO

import pytest
from django.test import Client

from databroker.states import Role
from suppliers.models import Dataset, DatasetVersion, RightsAttestation, SourceFile
from suppliers.operations.rights import RightsRecord, attest_rights
from suppliers.operations.versions import continue_version, seal_version, withdraw_version
from tests.suppliers.supply import dataset_of, filled, multipart, sealed, store_files
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller(sam):
    client = Client()
    client.force_login(sam.user)
    return client


def named(name, data):
    stream = BytesIO(data)
    stream.name = name
    return stream


def test_nobody_signed_in_is_sent_to_the_login(client, sam):
    dataset = dataset_of(sam)
    for path in ("/datasets/", "/datasets/new/", "/ingest", f"/datasets/{dataset.public_id}/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_an_empty_list_says_what_will_be_here(seller):
    answer = seller.get("/datasets/").content.decode()

    assert "No datasets yet" in answer
    assert 'href="/ingest"' in answer


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_dataset_and_three(seller, sam, count, django_assert_num_queries):
    for number in range(count):
        filled(sam, f"Notes {number}")
    with django_assert_num_queries(6):
        answer = seller.get("/datasets/")
    assert answer.content.decode().count("Seal or refine it") == count


@pytest.mark.parametrize("count", [1, 3])
def test_a_dataset_takes_the_same_queries_for_one_file_and_three(seller, sam, count, django_assert_num_queries):
    dataset = filled(sam, **{f"name{number}": b"x%d" % number for number in range(count)})
    with django_assert_num_queries(10):
        seller.get(f"/datasets/{dataset.public_id}/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_versions_take_the_same_queries_for_one_and_three(seller, sam, count, django_assert_num_queries):
    version = sealed(sam)
    for _ in range(count - 1):
        version = continue_version(version.dataset_id, actor=sam.actor)
        seal_version(version.pk, actor=sam.actor)
    with django_assert_num_queries(7):
        answer = seller.get(f"/datasets/{version.dataset.public_id}/versions/")
    assert answer.content.decode().count('scope="row"') == count


def test_the_list_goes_on_after_a_page(seller, sam):
    for number in range(26):
        dataset_of(sam, f"Notes {number:02}")
    first = seller.get("/datasets/")
    following = seller.get("/datasets/" + first.context["next_url"])

    assert [dataset.name for dataset in following.context["datasets"]] == ["Notes 00"]


def test_every_page_of_a_strangers_dataset_is_not_found(nora, sam):
    dataset = filled(sam)
    file = SourceFile.objects.get()
    client = Client()
    client.force_login(nora.user)
    base = f"/datasets/{dataset.public_id}/"
    reads = ("", "edit/", "rights/", "versions/", "versions/1/")
    writes = (
        "upload/",
        "seal/",
        "continue/",
        "refusals/dismiss/",
        "versions/1/withdraw/",
        f"files/{file.public_id}/remove/",
    )

    assert {client.get(base + path).status_code for path in reads} == {404}
    assert {client.post(base + path).status_code for path in writes} == {404}
    assert (SourceFile.objects.count(), DatasetVersion.objects.get().state) == (1, "open")


def test_a_newcomer_makes_a_dataset_and_brings_its_files_on_one_page(seller):
    answer = seller.post(
        "/ingest",
        {
            "name": "Tide tables",
            "source_type": "university",
            "files": [named("a.txt", b"one")],
            "legal_rights_confirmed": "on",
        },
    )
    dataset = Dataset.objects.get()

    assert answer.headers["Location"] == f"/datasets/{dataset.public_id}/"
    assert (dataset.name, dataset.latest.file_count) == ("Tide tables", 1)
    assert RightsAttestation.objects.get().text_version == 1


def test_ingest_without_files_name_and_confirmation_says_all_three(seller):
    answer = seller.post("/ingest", {"name": "", "source_type": "other"})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"files", "name", "legal_rights_confirmed"}
    assert Dataset.objects.count() == 0


def test_files_without_the_confirmation_are_not_stored(seller, sam):
    dataset = dataset_of(sam)
    answer = seller.post(f"/datasets/{dataset.public_id}/upload/", {"files": [named("a.txt", b"one")]})

    assert answer.status_code == 422
    assert "Nothing was stored" in answer.content.decode()
    assert (store_files(), SourceFile.objects.count()) == ([], 0)


def test_an_upload_without_its_csrf_token_is_refused(sam):
    dataset = dataset_of(sam)
    client = Client(enforce_csrf_checks=True)
    client.force_login(sam.user)
    body, content_type = multipart([("a.txt", b"one")], legal_rights_confirmed="on")
    answer = client.generic("POST", f"/datasets/{dataset.public_id}/upload/", body, content_type)

    assert answer.status_code == 403
    assert (store_files(), SourceFile.objects.count()) == ([], 0)


def test_an_upload_with_its_csrf_token_in_the_form_is_taken(sam):
    dataset = dataset_of(sam)
    client = Client(enforce_csrf_checks=True)
    client.force_login(sam.user)
    client.get(f"/datasets/{dataset.public_id}/")
    token = client.cookies["csrftoken"].value
    body, content_type = multipart([("a.txt", b"one")], legal_rights_confirmed="on", csrfmiddlewaretoken=token)
    answer = client.generic("POST", f"/datasets/{dataset.public_id}/upload/", body, content_type)

    assert answer.status_code == 302
    assert SourceFile.objects.get().path == "a.txt"


def test_a_body_that_is_no_form_is_a_bad_request(seller, sam):
    dataset = dataset_of(sam)
    answer = seller.generic(
        "POST", f"/datasets/{dataset.public_id}/upload/", b"x", "multipart/form-data; boundary=\x01"
    )

    assert answer.status_code == 400


def test_the_page_tells_why_files_were_refused_and_can_forget_it(seller, sam):
    dataset = dataset_of(sam)
    body, content_type = multipart(
        [("empty.txt", b""), ("../up.txt", b"x"), ("a.txt", b"x")], legal_rights_confirmed="on"
    )
    address = f"/datasets/{dataset.public_id}/"
    seller.generic("POST", address + "upload/", body, content_type)
    shown = seller.get(address).content.decode()

    assert "The file is empty. Nothing was stored." in shown
    assert "3 files: 1 stored, 2 refused. The list says why." in shown
    seller.post(address + "refusals/dismiss/")
    assert "The file is empty" not in seller.get(address).content.decode()


def test_a_name_that_would_turn_its_neighbours_is_written_out(seller, sam):
    dataset = dataset_of(sam)
    body, content_type = multipart([("invoice\u202efdp.exe", b"x")], legal_rights_confirmed="on")
    seller.generic("POST", f"/datasets/{dataset.public_id}/upload/", body, content_type)
    shown = seller.get(f"/datasets/{dataset.public_id}/").content.decode()

    assert "invoice‹U+202E›fdp.exe" in shown
    assert "\u202e" not in shown


def test_the_moves_of_a_version_by_page(seller, sam):
    dataset = filled(sam)
    address = f"/datasets/{dataset.public_id}/"
    seller.post(address + "seal/")
    assert "Version 1 is sealed" in seller.get(address).content.decode()
    seller.post(address + "continue/")
    seller.post(address + "versions/1/withdraw/", {"note": "the deed was wrong"})

    assert list(DatasetVersion.objects.order_by("number").values_list("number", "state")) == [
        (1, "withdrawn"), (2, "open"),
    ]  # fmt: skip
    assert "Version 1 is withdrawn" in seller.get(address + "versions/1/").content.decode()


def test_a_withdrawal_without_a_reason_is_refused(seller, sam):
    version = sealed(sam)
    seller.post(f"/datasets/{version.dataset.public_id}/versions/1/withdraw/", {"note": " "})

    assert DatasetVersion.objects.get().state == "sealed"


def test_the_record_of_rights_is_completed_after_sealing(seller, sam):
    version = sealed(sam)
    address = f"/datasets/{version.dataset.public_id}/rights/"
    assert "3 more answers" in seller.get(address).content.decode()
    seller.post(
        address,
        {"basis": "owner", "licence": "cc-by-4.0", "personal_data": "no", "legal_rights_confirmed": "on"},
    )

    assert "It is complete" in seller.get(address).content.decode()
    assert [row.licence for row in RightsAttestation.objects.order_by("ordinal")] == ["", "CC-BY-4.0"]


def test_the_record_says_what_contradicts_itself(seller, sam):
    version = sealed(sam)
    answer = seller.post(
        f"/datasets/{version.dataset.public_id}/rights/",
        {"licence": "no such licence", "own_terms": "mine", "legal_rights_confirmed": "on"},
    )

    assert answer.status_code == 422
    assert {"licence"} <= set(answer.context["form"].errors)
    assert RightsAttestation.objects.count() == 1


def test_a_viewer_sees_no_form_and_may_not_upload(sam):
    dataset = filled(sam)
    vera = cast.member("Vera", role=Role.VIEWER, organization=sam.organization)
    client = Client()
    client.force_login(vera.user)
    shown = client.get(f"/datasets/{dataset.public_id}/").content.decode()

    assert 'type="file"' not in shown
    assert client.post(f"/datasets/{dataset.public_id}/upload/").status_code == 403
    assert client.get("/ingest").status_code == 403


def test_the_files_of_a_sealed_version_are_read_from_its_inventory(seller, sam):
    version = sealed(sam, alpha=b"1", beta=b"2")
    shown = seller.get(f"/datasets/{version.dataset.public_id}/").content.decode()

    assert "alpha.txt" in shown
    assert SourceFile.objects.count() == 0


def test_the_file_list_goes_on_after_a_page(seller, sam):
    version = sealed(sam, **{f"f{number:02}": b"%d" % number for number in range(51)})
    address = f"/datasets/{version.dataset.public_id}/"
    first = seller.get(address)
    following = seller.get(address + first.context["next_url"], headers={"HX-Request": "true", "HX-Target": "rows"})

    shown = following.content.decode()

    assert (shown.count('scope="row"'), "f50.txt" in shown, "51 to 51 of 51" in shown) == (1, True, True)
    assert "<h1" not in shown


def test_staff_see_all_datasets(cleo, sam):
    filled(sam)
    client = Client()
    client.force_login(cleo.user)

    assert "Sam&#x27;s house" in client.get("/datasets/").content.decode()


def test_the_dataset_is_described_and_corrected(seller):
    seller.post("/datasets/new/", {"name": "Tide tables", "source_type": "university", "contact": "a@example.org"})
    dataset = Dataset.objects.get()
    seller.post(f"/datasets/{dataset.public_id}/edit/", {"name": "Tides", "source_type": "public"})

    assert list(Dataset.objects.values_list("name", "slug", "source_type")) == [("Tides", "tide-tables", "public")]


def test_the_admin_shows_versions_and_changes_none(sam, olga):
    version = sealed(sam)
    attest_rights(version.pk, record=RightsRecord(basis="owner"), confirmed=True, actor=sam.actor)
    client = Client()
    client.force_login(olga.user)

    for name, key in (
        ("dataset", version.dataset_id),
        ("datasetversion", version.pk),
        ("rightsattestation", version.rights_id),
    ):
        assert client.get(f"/admin/suppliers/{name}/").status_code == 200
        assert client.get(f"/admin/suppliers/{name}/{key}/change/").status_code == 200
        assert client.post(f"/admin/suppliers/{name}/{key}/change/", {}).status_code == 403


def test_a_withdrawn_version_is_followed_by_an_empty_one(seller, sam):
    version = sealed(sam)
    withdraw_version(version.pk, note="why", actor=sam.actor)
    address = f"/datasets/{version.dataset.public_id}/"
    assert "It begins empty" in seller.get(address).content.decode()
    seller.post(address + "continue/")

    assert Dataset.objects.get().latest.file_count == 0
