"""/api/refinement and /api/packages, as scripts call them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from databroker.operations.accounts import create_token
from databroker.states import Scope
from refinery.models import Package, RefinementRun
from refinery.states import RunState
from tests.refinery import rows, supply
from tests.support import queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(client):
    """A call as `person` by token: (status, body, response)."""

    def send(person, method, path, body=None, scopes=None, **headers):
        made = create_token(name="t", scopes=scopes or list(Scope.values), days=1, actor=person.actor)
        extra = {"data": body, "content_type": "application/json"} if body is not None else {}
        headers = {"authorization": f"Bearer {made.secret}"} | headers
        response = getattr(client, method)(path, headers=headers, **extra)
        return response

    return send


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("by", ["public_id", "slug"])
def test_refining_answers_202_with_the_runs_address(call, sam, by, slash):
    dataset = supply.dataset(sam)

    response = call(
        sam,
        "post",
        f"/api/refinement/refine/{getattr(dataset, by)}{slash}",
        {"quality_threshold": 0.7, "recipe": "general"},
    )

    body = response.json()
    assert response.status_code == 202
    assert response["Location"] == f"http://testserver/api/refinement/runs/{body['id']}"
    assert (body["state"], body["quality_threshold"]) == ("queued", 0.7)
    assert body["sealed_version"] is True
    assert "is sealed now" in body["message"]


def test_asking_again_answers_with_the_same_run(call, sam):
    dataset = supply.dataset(sam)
    first = call(sam, "post", f"/api/refinement/refine/{dataset.slug}", {}).json()

    again = call(sam, "post", f"/api/refinement/refine/{dataset.slug}", {})

    assert (again.status_code, again.json()["id"], again.json()["is_new"]) == (202, first["id"], False)


@pytest.mark.parametrize(
    ("body", "field"),
    [({"quality_threshold": 2}, "quality_threshold"), ({"recipe": "soup"}, "recipe")],
)
def test_a_question_that_cannot_be_asked_names_the_field(call, sam, body, field):
    response = call(sam, "post", f"/api/refinement/refine/{supply.dataset(sam).slug}", body)

    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert [issue["field"] for issue in response.json()["issues"]] == [field]


def test_a_token_without_the_scope_does_not_start_and_one_for_reading_reads(call, sam):
    dataset = supply.dataset(sam)
    refused = call(sam, "post", f"/api/refinement/refine/{dataset.slug}", {}, scopes=["read"])
    run = rows.run(sam)

    assert refused.status_code == 403
    assert call(sam, "get", f"/api/refinement/runs/{run.public_id}", scopes=["read"]).status_code == 200
    assert call(sam, "get", f"/api/refinement/runs/{run.public_id}", scopes=["buy"]).status_code == 403


def test_a_finished_run_tells_its_counts_report_and_records(call, sam):
    run = supply.finished_run(sam)
    path = f"/api/refinement/runs/{run.public_id}"

    shown, report = call(sam, "get", path).json(), call(sam, "get", f"{path}/report").json()

    assert shown["counts"] == {"records": 6, "kept": 2, "dropped": 3, "held": 1}
    assert (shown["state"], shown["package_digest"]) == ("awaiting_review", run.package_digest)
    assert report["verdict"]["kept"] == 2


def test_records_are_filtered_and_come_in_cursored_pages(call, sam):
    run = supply.finished_run(sam)
    path = f"/api/refinement/runs/{run.public_id}/records"
    seen, address = [], f"{path}?page_size=4"
    while address:
        body = call(sam, "get", address).json()
        seen += [row["record_id"] for row in body["results"]]
        address = body["next"]

    assert len(seen) == len(set(seen)) == body["count"] == 6
    dropped = call(sam, "get", f"{path}?reason=exact_duplicate").json()["results"]
    assert [row["reasons"][0]["code"] for row in dropped] == ["exact_duplicate"] * len(dropped) != []
    assert call(sam, "get", f"{path}?cursor=x").status_code == 422


def test_a_token_decides_nothing_and_a_curators_session_does(call, client, sam, cleo):
    run = supply.finished_run(sam)
    path = f"/api/refinement/runs/{run.public_id}"

    assert call(sam, "post", f"{path}/approve", {}).status_code == 403
    client.force_login(cleo.user)
    unexplained = client.post(f"{path}/reject", {}, content_type="application/json")
    approved = client.post(f"{path}/approve", {"note": "Good."}, content_type="application/json")

    assert (unexplained.status_code, unexplained.json()["code"]) == (422, "note_required")
    assert (approved.status_code, approved.json()["state"]) == (200, "approved")
    queue.drain()
    assert len(call(sam, "get", path).json()["packages"]) == 1


def test_a_run_is_cancelled_retried_answered_and_appealed(call, sam):
    def say(state, verb, note):
        path = f"/api/refinement/runs/{rows.run(sam, state).public_id}/{verb}"
        return call(sam, "post", path, {"note": note}).json()["state"]

    assert say(RunState.RUNNING, "cancel", "") == "cancelled"
    assert say(RunState.RETURNED, "answer", "Yes.") == "awaiting_review"
    assert say(RunState.REJECTED, "appeal", "No.") == "awaiting_review"


def test_a_package_is_read_and_downloaded_in_ranges_before_release(call, sam, cleo):
    package = supply.sealed_package(sam, cleo)
    path = f"/api/packages/{package.public_id}"

    shown = call(sam, "get", path).json()
    assert (shown["version"], shown["digest"], shown["state"]) == ("1.0.0", package.digest, "sealed")
    assert call(sam, "get", f"{path}/manifest").json()["format"] == "databroker.package/1"
    croissant = call(sam, "get", f"{path}/croissant")
    assert (croissant["Content-Type"], croissant.json()["version"]) == ("application/ld+json", "1.0.0")
    files = call(sam, "get", f"{path}/files").json()["results"]
    assert {"manifest.json", "SHA256SUMS", "data/text/part-00000.parquet"} <= {file["path"] for file in files}

    whole = call(sam, "get", f"{path}/files/data/text/part-00000.parquet")
    part = call(sam, "get", f"{path}/files/data/text/part-00000.parquet", Range="bytes=0-3")
    head = call(sam, "head", f"{path}/files/data/text/part-00000.parquet")
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"PAR1")
    assert whole["ETag"] == part["ETag"] == head["ETag"]
    assert head["Content-Length"] == str(len(b"".join(whole.streaming_content)))
    for wrong in ("nothing.txt", "../../../secret_key", "data/../manifest.json"):
        assert call(sam, "get", f"{path}/files/{wrong}").status_code == 404


def test_a_release_names_what_is_missing_then_releases(call, sam, cleo):
    package = supply.sealed_package(sam, cleo)
    path = f"/api/packages/{package.public_id}/release"

    refused = call(sam, "post", path)
    supply.complete_rights(package.run.version, sam)
    released = call(sam, "post", path)

    assert refused.status_code == 422
    assert {issue["field"] for issue in refused.json()["issues"]} == {"basis", "licence", "personal_data"}
    assert (released.status_code, released.json()["state"]) == (200, "released")


def test_others_runs_and_packages_are_not_there(call, sam, nora):
    run, package = rows.run(sam), rows.package(sam)
    paths = [f"/api/refinement/runs/{run.public_id}{end}" for end in ("", "/report", "/records")]
    paths += [
        f"/api/packages/{package.public_id}{end}" for end in ("", "/manifest", "/croissant", "/files", "/files/x")
    ]

    assert {call(nora, "get", path).status_code for path in paths} == {404}
    verbs = ("approve", "reject", "cancel", "retry", "answer", "appeal")
    posts = [f"/api/refinement/runs/{run.public_id}/{verb}" for verb in verbs]
    posts.append(f"/api/packages/{package.public_id}/release")
    assert {call(nora, "post", path, {"note": "Mine."}).status_code for path in posts} == {404}
    assert RefinementRun.objects.get(pk=run.pk).state == RunState.QUEUED


def test_staff_by_token_see_only_their_organisation(call, client, sam, nora):
    nora.user.is_staff = nora.user.is_superuser = True
    nora.user.save()

    assert call(nora, "get", f"/api/refinement/runs/{rows.run(sam).public_id}").status_code == 404


@pytest.mark.parametrize(("path", "make"), [("/api/refinement/runs", rows.run), ("/api/packages", rows.package)])
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(client, sam, path, make):
    client.force_login(sam.user)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make(sam)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 7


def test_an_erased_packages_bytes_are_not_there(call, sam):
    package = rows.package(sam)
    Package.objects.filter(pk=package.pk).update(state="erased")

    assert call(sam, "get", f"/api/packages/{package.public_id}").json()["state"] == "erased"
    assert call(sam, "get", f"/api/packages/{package.public_id}/manifest").status_code == 404
