"""POST /api/datasets/{id}/ingest, as curl would send it."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from databroker.models import Blob
from suppliers.models import DatasetVersion, RefusedFile, SourceFile
from tests.suppliers.supply import api, dataset_of, multipart, store_files, token

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def client(sam):
    return api(sam)


@pytest.fixture
def dataset(sam):
    return dataset_of(sam)


def ingest(client, dataset, *files, confirmed="true", **fields):
    body, content_type = multipart(files, legal_rights_confirmed=confirmed, **fields)
    return client.generic("POST", f"/api/datasets/{dataset.public_id}/ingest", body, content_type)


def test_a_file_is_stored_under_its_digest(client, dataset):
    answer = ingest(client, dataset, ("a.txt", b"tide tables"))

    assert answer.status_code == 202
    found = answer.json()["files"][0]
    assert (found["result"], found["path"], found["sha256"]) == (
        "stored", "a.txt", hashlib.sha256(b"tide tables").hexdigest(),
    )  # fmt: skip
    assert len(store_files()) == 1


def test_without_the_flag_nothing_is_stored(client, dataset):
    answer = ingest(client, dataset, ("a.txt", b"tide tables"), confirmed="false")

    assert answer.status_code == 422
    assert answer.json()["code"] == "rights_not_confirmed"
    assert (store_files(), staged(), Blob.objects.count(), SourceFile.objects.count()) == ([], [], 0, 0)


def test_without_the_flag_nothing_is_stored_though_the_version_has_rights(client, dataset):
    ingest(client, dataset, ("a.txt", b"one"))

    assert ingest(client, dataset, ("b.txt", b"two"), confirmed="no").status_code == 422
    assert SourceFile.objects.count() == 1


def test_the_same_again_changes_nothing(client, dataset):
    ingest(client, dataset, ("a.txt", b"one"), ("a.txt", b"two"))
    before = DatasetVersion.objects.values().get()
    again = ingest(client, dataset, ("a.txt", b"one"), ("a.txt", b"two")).json()

    assert [file["result"] for file in again["files"]] == ["already_there", "already_there"]
    after = DatasetVersion.objects.values().get()
    assert {**after, "revision": 0} == {**before, "revision": 0}
    assert SourceFile.objects.count() == 2


def test_each_bad_file_says_why_and_the_rest_goes_on(client, dataset):
    files = (
        ("empty.txt", b""),
        ("../../etc/passwd", b"root"),
        ("/etc/passwd", b"root"),
        ("nul\x00.txt", b"x"),
        ("x" * 256, b"x"),
        ("y" * 255, b"fits"),
        ("sound.mp3", PNG),
        ("latin.txt", "Müßiggang".encode("latin-1")),
        ("same.txt", b"one"),
        ("same.txt", b"two"),
    )
    results = [(file["result"], file["code"]) for file in ingest(client, dataset, *files).json()["files"]]

    assert results == [
        ("refused", "empty"),
        ("refused", "name_leaves_folder"),
        ("refused", "name_absolute"),
        ("refused", "name_control"),
        ("refused", "name_too_long"),
        ("stored", "stored"),
        ("stored", "other_kind"),
        ("stored", "stored"),
        ("stored", "stored"),
        ("renamed", "renamed"),
    ]
    assert set(SourceFile.objects.values_list("path", flat=True)) == {
        "y" * 255, "sound.mp3", "latin.txt", "same.txt", "same~2.txt",
    }  # fmt: skip
    assert RefusedFile.objects.count() == 5
    assert staged() == []


def test_a_picture_named_as_sound_is_told_in_words(client, dataset):
    answer = ingest(client, dataset, ("front-page.mp3", PNG)).json()

    assert answer["files"][0]["message"] == "This is a PNG picture, not sound. It was stored as a picture."


def test_a_file_over_the_limit_of_its_kind_is_refused_while_others_go_on(client, dataset, settings):
    settings.LIMITS = settings.LIMITS | {"text": 2 * 1024**2}
    big = ("big.txt", b"words " * 500_000)
    answer = ingest(client, dataset, big, ("small.txt", b"words")).json()

    assert [file["code"] for file in answer["files"]] == ["too_large", "stored"]
    assert answer["files"][0]["message"] == (
        "Larger than the 2 MB limit for one text. Nothing was stored. Split it, or send an archive."
    )
    assert (len(store_files()), staged()) == (1, [])


def test_a_request_over_the_limit_is_refused_before_it_is_read(client, dataset, settings):
    settings.LIMITS = settings.LIMITS | {"container": 1024}
    answer = client.post(
        f"/api/datasets/{dataset.public_id}/ingest", b"x", content_type="multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(20 * 1024**2),
    )  # fmt: skip

    assert (answer.status_code, answer.json()["code"]) == (413, "request_too_large")


def test_a_connection_that_broke_leaves_nothing(client, dataset):
    body, content_type = multipart([("a.txt", b"tide tables" * 1000)], legal_rights_confirmed="true")
    broken = {"wsgi.input": BytesIO(body[:5000]), "CONTENT_LENGTH": str(len(body))}
    answer = client.generic("POST", f"/api/datasets/{dataset.public_id}/ingest", body, content_type, **broken)

    assert answer.status_code == 400
    assert (store_files(), staged(), SourceFile.objects.count()) == ([], [], 0)


def test_a_body_without_its_end_stores_no_half_file(client, dataset):
    body, content_type = multipart(
        [("a.txt", b"one"), ("b.txt", b"two" * 1000)], first={"legal_rights_confirmed": "true"}
    )
    answer = client.generic("POST", f"/api/datasets/{dataset.public_id}/ingest", body[:-1500], content_type)

    assert [file["code"] for file in answer.json()["files"]] == ["stored", "cut_off"]


def test_folders_and_names_stay_as_they_were(client, dataset):
    files = (("photos/1999/AT&amp;T.txt", b"one"), ("a;b=c.txt", b"two"))
    ingest(client, dataset, *files)

    assert set(SourceFile.objects.values_list("path", flat=True)) == {"photos/1999/AT&amp;T.txt", "a;b=c.txt"}


def test_a_name_that_is_not_utf8_keeps_its_bytes(client, dataset):
    answer = ingest(client, dataset, (b"caf\xe9.txt", b"one")).json()

    assert answer["files"][0]["path"] == "caf\\xe9.txt"
    assert bytes(SourceFile.objects.get().raw_path) == b"caf\xe9.txt"


def test_one_name_in_two_forms_of_unicode_is_one_name(client, dataset):
    answer = ingest(client, dataset, ("caf\u00e9.txt", b"one"), ("cafe\u0301.txt", b"two")).json()

    assert [file["result"] for file in answer["files"]] == ["stored", "renamed"]


def test_paths_beside_the_files_bring_their_folders(client, dataset):
    ingest(client, dataset, ("a.txt", b"one"), ("a.txt", b"two"), paths=["x/a.txt", "y/a.txt"])

    assert set(SourceFile.objects.values_list("path", flat=True)) == {"x/a.txt", "y/a.txt"}


def test_paths_that_do_not_match_the_files_are_refused(client, dataset):
    answer = ingest(client, dataset, ("a.txt", b"one"), paths=["x/a.txt", "y/a.txt"])

    assert (answer.status_code, answer.json()["code"]) == (422, "paths_do_not_match")
    assert (store_files(), staged()) == ([], [])


def test_too_many_files_are_refused_one_by_one(client, dataset, settings):
    settings.LIMIT_FILES_PER_REQUEST = 2
    answer = ingest(client, dataset, ("a", b"1"), ("b", b"2"), ("c", b"3")).json()

    assert [file["code"] for file in answer["files"]] == ["stored", "stored", "too_many_files"]


def test_rights_may_come_with_the_files(client, dataset):
    ingest(client, dataset, ("a.txt", b"one"), basis="owner", licence="cc-by-4.0", personal_data="false")
    rights = client.get(f"/api/datasets/{dataset.public_id}/rights").json()

    assert (rights["basis"], rights["licence"], rights["personal_data"]) == ("owner", "CC-BY-4.0", False)
    assert rights["missing_for_release"] == []


def test_a_plain_upload_says_nothing_about_personal_data(client, dataset):
    ingest(client, dataset, ("a.txt", b"one"))
    rights = client.get(f"/api/datasets/{dataset.public_id}/rights").json()

    assert rights["personal_data"] is None
    assert [issue["code"] for issue in rights["missing_for_release"]] == [
        "basis_missing", "licence_missing", "personal_data_unsaid",
    ]  # fmt: skip


def test_a_later_plain_upload_keeps_the_full_record(client, dataset):
    ingest(client, dataset, ("a.txt", b"one"), basis="owner", licence="CC-BY-4.0", personal_data="false")
    ingest(client, dataset, ("b.txt", b"two"))

    assert client.get(f"/api/datasets/{dataset.public_id}/rights").json()["missing_for_release"] == []


def test_after_sealing_the_next_version_takes_the_files(client, dataset):
    ingest(client, dataset, ("a.txt", b"one"))
    client.post(f"/api/datasets/{dataset.public_id}/seal")
    answer = ingest(client, dataset, ("b.txt", b"two")).json()

    assert (answer["began_version"], answer["version"]["number"], answer["version"]["file_count"]) == (True, 2, 2)


def test_a_strangers_dataset_is_not_found_and_nothing_is_staged(nora, dataset):
    answer = ingest(api(nora), dataset, ("a.txt", b"one"))

    assert answer.status_code == 404
    assert (store_files(), staged()) == ([], [])


def test_a_token_without_the_scope_may_not(sam, dataset):
    client = Client(headers={"Authorization": f"Bearer {token(sam, scopes=['read'])}"})

    assert ingest(client, dataset, ("a.txt", b"one")).status_code == 403
    assert (store_files(), staged()) == ([], [])


def test_a_session_needs_its_csrf_token(sam, dataset):
    client = Client(enforce_csrf_checks=True)
    client.force_login(sam.user)

    assert ingest(client, dataset, ("a.txt", b"one")).status_code == 403
    assert (store_files(), staged()) == ([], [])


def staged():
    folder = Path(settings.DATA_DIR) / "staging"
    return sorted(folder.iterdir()) if folder.exists() else []
