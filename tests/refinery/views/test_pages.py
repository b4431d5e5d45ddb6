"""The pages of runs, reports, records and packages: what they say, to whom, and with how many queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from refinery.models import QualityReport, RefinementRun
from refinery.operations.runs import start_run
from refinery.states import RunState
from tests.refinery import pictures, rows, supply

pytestmark = pytest.mark.django_db


def at(name, thing):
    return reverse(f"refinery:{name}", args=[thing.public_id])


@pytest.fixture
def visit(client, sam):
    """GET as Sam; the page must answer 200."""
    client.force_login(sam.user)

    def get(address, **headers):
        response = client.get(address, headers=headers)
        assert response.status_code == 200, response.content.decode()
        return response.content.decode()

    return get


def test_the_report_opens_with_the_verdict_and_its_sum(visit, sam):
    run = supply.finished_run(sam)

    html = visit(at("report", run))

    assert "Of 6 records 2 (33 %) are kept, 3 dropped and 1 held." in html
    for section in ("verdict", "parts", "funnel", "reasons", "distributions", "contents", "duplicates", "method"):
        assert f'id="{section}"' in html
    assert html.index('id="verdict"') < html.index('id="reasons"') < html.index('id="method"')
    assert "exact_duplicate" in html
    assert "The harbour of the small town" in html, "an example shows what the record says"
    assert '<svg class="ch"' in html
    assert "limit 0.5" in html


def test_what_a_supplier_wrote_is_shown_as_text_and_never_as_markup(visit, sam):
    hostile = supply.GOOD + "<script>alert(1)</script><img src=x onerror=alert(1)>"
    files = {"<b>a</b>.txt": hostile.encode(), "copy.txt": hostile.encode()}
    run = supply.finished_run(sam, files)

    pages = [visit(at("report", run)), visit(at("record_list", run))]
    pages.append(visit(at("record_detail", run) + "?id=files/copy.txt"))

    assert not any("<script>alert" in page or "onerror=alert(1)>" in page or "<b>a</b>" in page for page in pages)
    assert "&lt;script&gt;alert(1)" in pages[2]


def test_records_are_filtered_and_paged(visit, client, sam):
    run = supply.finished_run(sam)

    held = visit(at("record_list", run) + "?status=held")
    copies = visit(at("record_list", run) + "?reason=exact_duplicate")

    assert "1 record<" in held and "files/broken.jsonl#1" in held
    assert "files/town.txt" in copies and "files/bridge.txt" not in copies
    assert "No record matches" in visit(at("record_list", run) + "?status=kept&reason=exact_duplicate")


def test_a_picture_is_encoded_anew(client, sam):
    run = supply.finished_run(sam, {"one.png": pictures.picture(), "two.txt": supply.GOOD.encode()})
    client.force_login(sam.user)

    shown = client.get(at("record_picture", run) + "?id=files/one.png")
    refused = client.get(at("record_picture", run) + "?id=files/two.txt")

    assert (shown.status_code, shown["Content-Type"], shown.content[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
    assert refused.status_code == 404


def test_a_running_run_asks_for_itself_and_a_finished_one_no_more(visit, sam):
    run = rows.run(sam, RunState.RUNNING, stage="read", tasks_done=3, tasks_total=9)

    live = visit(at("run_detail", run))
    part = visit(at("run_detail", run), HX_Request="true", HX_Target="live")

    assert 'hx-trigger="every 2s"' in live
    assert "3 of 9" in live
    assert "<html" not in part and 'id="live"' in part
    RefinementRun.objects.filter(pk=run.pk).delete()
    assert 'hx-trigger="every' not in visit(at("run_detail", supply.finished_run(sam)))


def test_the_live_part_of_a_run_that_has_ended_asks_for_the_whole_page(client, sam):
    client.force_login(sam.user)
    run = rows.run(sam, RunState.AWAITING_REVIEW)

    answer = client.get(at("run_detail", run), headers={"HX-Request": "true", "HX-Target": "live"})

    assert answer["HX-Refresh"] == "true"


@pytest.mark.parametrize("state", RunState.values)
def test_a_run_has_a_page_in_every_state(visit, sam, state):
    html = visit(at("run_detail", rows.run(sam, state)))

    assert html.count("<h1") == 1


def test_a_button_starts_a_run_and_a_dialog_cancels_it(client, sam):
    dataset = supply.dataset(sam)
    client.force_login(sam.user)

    started = client.post("/runs/start/", {"dataset": dataset.public_id, "recipe": "general"}, follow=True)
    run = RefinementRun.objects.get()
    cancelled = client.post(at("run_cancel", run), follow=True)

    assert "is sealed now" in started.content.decode()
    assert "The run is cancelled" in cancelled.content.decode()
    assert RefinementRun.objects.get().state == RunState.CANCELLED


def test_a_threshold_that_is_no_number_is_refused_in_words(client, sam):
    dataset = supply.dataset(sam)
    client.force_login(sam.user)

    response = client.post(
        "/runs/start/", {"dataset": dataset.public_id, "recipe": "general", "quality_threshold": "much"}
    )

    assert response.status_code == 422
    assert "Write a number from 0 to 1" in response.content.decode()


def test_the_supplier_answers_and_appeals_on_the_runs_page(client, sam):
    client.force_login(sam.user)
    returned, rejected = rows.run(sam, RunState.RETURNED), rows.run(sam, RunState.REJECTED)

    client.post(at("run_answer", returned), {"note": "Because."})
    client.post(at("run_appeal", rejected), {"note": "Look again."})
    silent = client.post(at("run_answer", rows.run(sam, RunState.RETURNED)), {"note": ""}, follow=True)

    assert set(RefinementRun.objects.values_list("state", flat=True)) == {RunState.AWAITING_REVIEW, RunState.RETURNED}
    assert "A note is needed" in silent.content.decode()


def test_a_package_is_looked_at_taken_home_and_released(client, visit, sam, cleo):
    package = supply.sealed_package(sam, cleo, pictures.MIXED)

    page = visit(at("package_detail", package))
    assert "Say why you may give these files." in page
    assert "manifest.json" in page
    assert client.get(at("package_picture", package) + "?file=../text/part-00000.parquet").status_code == 404
    file = client.get(reverse("refinery:package_file", args=[package.public_id, "manifest.json"]))
    assert b"".join(file.streaming_content).startswith(b"{")
    supply.complete_rights(package.run.version, sam)
    released = client.post(at("package_release", package), follow=True).content.decode()
    assert "Released. It can be listed now." in released


@pytest.mark.parametrize("name", ["run_detail", "report", "record_list", "record_detail", "record_picture"])
def test_a_strangers_run_is_not_there(client, sam, nora, name):
    run = rows.run(sam, RunState.AWAITING_REVIEW)
    client.force_login(nora.user)

    assert client.get(at(name, run)).status_code == 404


@pytest.mark.parametrize("name", ["run_cancel", "run_retry", "run_answer", "run_appeal"])
def test_a_stranger_moves_no_run(client, sam, nora, name):
    run = rows.run(sam, RunState.RUNNING)
    client.force_login(nora.user)

    assert client.post(at(name, run), {"note": "Mine."}).status_code == 404
    assert RefinementRun.objects.get().state == RunState.RUNNING


@pytest.mark.parametrize(
    ("name", "method"),
    [("package_detail", "get"), ("package_release", "post"), ("package_revoke", "post"), ("package_picture", "get")],
)
def test_a_strangers_package_is_not_there(client, sam, nora, name, method):
    package = rows.package(sam)
    client.force_login(nora.user)

    assert getattr(client, method)(at(name, package)).status_code == 404


@pytest.mark.parametrize("address", ["/runs/", "/packages/"])
def test_who_is_not_signed_in_is_asked_to(client, address):
    assert client.get(address).status_code == 302


@pytest.mark.parametrize(("address", "make"), [("/runs/", rows.run), ("/packages/", rows.package)])
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(client, sam, address, make):
    client.force_login(sam.user)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make(sam)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))

    assert counts == [5, 5]


def test_a_list_is_paged_by_key(visit, sam, monkeypatch):
    monkeypatch.setattr("refinery.views.runs.PAGE", 2)
    made = [rows.run(sam) for _ in range(3)]

    first = visit("/runs/")
    second = visit(f"/runs/?before={made[1].public_id}")

    assert made[2].public_id in first and f"before={made[1].public_id}" in first
    assert made[0].public_id in second and made[2].public_id not in second


def test_the_runs_of_one_dataset_are_shown_apart(visit, sam, nora, client):
    started = start_run(supply.dataset(sam).pk, actor=sam.actor)
    other = rows.run(sam)
    reference = started.run.version.dataset.public_id

    html = visit(f"/runs/?dataset={reference}")

    assert started.run.public_id in html and other.public_id not in html
    assert "Start a run" in html
    client.force_login(nora.user)
    assert client.get(f"/runs/?dataset={reference}").status_code == 404


def test_an_erased_report_is_not_there(client, sam):
    run = supply.finished_run(sam)
    QualityReport.objects.filter(run=run).update(document={}, erased_at=timezone.now())
    client.force_login(sam.user)

    assert client.get(at("report", run)).status_code == 404
    assert client.get(at("record_list", run)).status_code == 404
