"""/api/datasets: made, read, sealed, continued, withdrawn."""

import pytest
from django.test import Client

from databroker.models import Membership, Organization
from databroker.states import Role
from suppliers.models import Dataset
from tests.suppliers.supply import api, dataset_of, filled, sealed, token

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def client(sam):
    return api(sam)


def make(client, **facts):
    return client.post("/api/datasets/", {"name": "Tides", "source_type": "university"} | facts, JSON)


@pytest.mark.parametrize("path", ["/api/datasets/", "/api/datasets"])
def test_a_dataset_is_made_with_and_without_the_slash(client, path):
    answer = client.post(path, {"name": "Tides", "source_type": "university", "description": "Notes"}, JSON)

    assert answer.status_code == 201
    body = answer.json()
    assert (body["slug"], body["owner_id"], body["version"]["state"]) == ("tides", "sams-house", "open")
    assert answer.headers["Location"].endswith(f"/api/datasets/{body['id']}")


def test_the_owner_may_be_named_by_id_or_slug(client, sam):
    answers = [make(client, owner_id=owner) for owner in (sam.organization.slug, sam.organization.public_id)]

    assert [answer.status_code for answer in answers] == [201, 201]


def test_a_strange_owner_is_refused_in_words(client, nora):
    answer = make(client, owner_id=nora.organization.slug)

    assert answer.status_code == 422
    assert answer.json()["issues"][0]["field"] == "owner_id"
    assert Dataset.objects.count() == 0


def test_a_token_stays_in_its_organisation(client, sam):
    second = Organization.objects.create(name="Second", slug="second")
    Membership.objects.create(organization=second, user=sam.user, role=Role.OWNER)

    assert make(client, owner_id="second").status_code == 422


@pytest.mark.parametrize("facts", [{"name": ""}, {"name": "x" * 121}, {"source_type": "aliens"}, {"contact": "nobody"}])
def test_what_is_wrong_is_named(client, facts):
    answer = make(client, **facts)

    assert answer.status_code == 422
    assert [issue["field"] for issue in answer.json()["issues"]] == list(facts)


@pytest.mark.parametrize("by", ["public_id", "slug"])
def test_a_dataset_is_found_by_id_and_slug(client, sam, by):
    dataset = dataset_of(sam)

    assert client.get(f"/api/datasets/{getattr(dataset, by)}").json()["id"] == dataset.public_id


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three(client, sam, count, django_assert_num_queries):
    for number in range(count):
        dataset_of(sam, f"Notes {number}")
    client.get("/api/datasets/")
    with django_assert_num_queries(5):
        answer = client.get("/api/datasets/")
    assert len(answer.json()["results"]) == count


def test_the_list_is_a_cursor(client, sam):
    for number in range(3):
        dataset_of(sam, f"Notes {number}")
    first = client.get("/api/datasets/?page_size=2").json()
    second = client.get(first["next"]).json()

    assert [row["name"] for row in first["results"] + second["results"]] == ["Notes 2", "Notes 1", "Notes 0"]


def test_a_description_is_changed_and_the_rest_stays(client, sam):
    dataset = dataset_of(sam)
    client.patch(f"/api/datasets/{dataset.public_id}", {"description": "New"}, JSON)
    fresh = Dataset.objects.get()

    assert (fresh.name, fresh.description, fresh.source_type) == ("Harbour notes", "New", "university")


def test_sealing_twice_is_a_conflict(client, sam):
    dataset = filled(sam)
    answers = [client.post(f"/api/datasets/{dataset.public_id}/seal") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert len(answers[0].json()["input_digest"]) == 64


@pytest.mark.parametrize("is_sealed", [False, True])
def test_files_are_read_page_by_page(client, sam, is_sealed):
    dataset = filled(sam, a=b"1", b=b"2", c=b"3")
    if is_sealed:
        client.post(f"/api/datasets/{dataset.public_id}/seal")
    address = f"/api/datasets/{dataset.public_id}/files?page_size=2"
    first = client.get(address).json()
    second = client.get(f"{address}&cursor={first['next']}").json()

    assert {row["path"] for row in first["results"] + second["results"]} == {"a.txt", "b.txt", "c.txt"}
    assert (len(first["results"]), second["next"]) == (2, None)


def test_a_file_is_taken_out(client, sam):
    dataset = filled(sam)
    file = client.get(f"/api/datasets/{dataset.public_id}/files").json()["results"][0]

    assert client.delete(f"/api/datasets/{dataset.public_id}/files/{file['id']}").status_code == 204
    assert client.get(f"/api/datasets/{dataset.public_id}").json()["version"]["file_count"] == 0


def test_a_version_is_continued_and_withdrawn(client, sam):
    version = sealed(sam)
    address = f"/api/datasets/{version.dataset.public_id}/versions"
    begun = client.post(address)
    withdrawn = client.post(f"{address}/1/withdraw", {"note": "why"}, JSON)

    assert (begun.status_code, begun.json()["number"]) == (201, 2)
    assert withdrawn.json()["state"] == "withdrawn"
    assert [row["number"] for row in client.get(address).json()["results"]] == [2, 1]
    assert client.post(address).status_code == 409
    assert client.get(f"{address}/7").status_code == 404


def test_rights_are_signed_by_put(client, sam):
    version = sealed(sam)
    address = f"/api/datasets/{version.dataset.slug}/rights"
    facts = {"basis": "owner", "licence": "CC0-1.0", "personal_data": True, "legal_basis": "consent"}
    assert client.put(address, facts, JSON).status_code == 422
    answer = client.put(address, facts | {"legal_rights_confirmed": True}, JSON).json()

    assert (answer["ordinal"], answer["missing_for_release"], answer["signer"]) == (2, [], "sam@example.org")
    assert client.get(address).json() == answer


def test_rights_nobody_attested_are_not_found(client, sam):
    answer = client.get(f"/api/datasets/{dataset_of(sam).public_id}/rights")

    assert (answer.status_code, answer.json()["code"]) == (404, "rights_missing")


def test_every_address_of_a_strangers_dataset_is_not_found(nora, sam):
    version = sealed(sam)
    client, base = api(nora), f"/api/datasets/{version.dataset.public_id}"

    reads = [client.get(base + path).status_code for path in ("", "/files", "/rights", "/versions", "/versions/1")]
    writes = [
        client.post(base + "/seal").status_code,
        client.post(base + "/versions").status_code,
        client.patch(base, {"name": "x"}, JSON).status_code,
        client.put(base + "/rights", {"legal_rights_confirmed": True}, JSON).status_code,
        client.post(base + "/versions/1/withdraw", {"note": "x"}, JSON).status_code,
        client.delete(base + "/files/" + version.public_id).status_code,
    ]
    assert set(reads + writes) == {404}
    assert client.get("/api/datasets/").json()["results"] == []


def test_nobody_is_told_to_sign_in(sam):
    assert Client().get("/api/datasets/").status_code == 401


def test_a_token_that_may_only_buy_reads_nothing(sam):
    client = Client(headers={"Authorization": f"Bearer {token(sam, scopes=['buy'])}"})

    assert client.get("/api/datasets/").status_code == 403


def test_the_text_that_is_signed_is_public():
    answer = Client().get("/api/rights-text").json()

    assert (answer["version"], len(answer["sha256"])) == (1, 64)


def test_the_schema_describes_the_upload(client):
    paths = client.get("/api/openapi.json").json()["paths"]
    call = paths["/api/datasets/{id}/ingest/"]["post"]

    assert set(call["requestBody"]["content"]) == {"multipart/form-data"}
    assert {"202", "404", "413", "422"} <= set(call["responses"])
