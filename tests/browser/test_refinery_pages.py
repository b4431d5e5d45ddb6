"""The refinery's pages in a real browser: accessible in both themes, no wider than a phone, live without a reload."""

import pytest

from refinery.models import RefinementRun
from refinery.operations.supervision import claim
from refinery.states import RunState
from tests.refinery import pictures, rows, supply


@pytest.fixture
def run(transactional_db, sam):
    return supply.finished_run(sam, pictures.MIXED)


def sign_in(page, live_server, client, person):
    """The person's session in the browser."""
    client.force_login(person.user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])


def test_the_refinerys_pages_read_well(page, live_server, client, witness, run, sam, cleo):
    package = supply.package_of(run, cleo)
    failed = rows.run(sam, RunState.FAILED)
    returned = rows.run(sam, RunState.RETURNED)
    sign_in(page, live_server, client, sam)
    for address in (
        "/runs/",
        f"/runs/?dataset={run.version.dataset.public_id}",
        f"/runs/{run.public_id}/",
        f"/runs/{failed.public_id}/",
        f"/runs/{returned.public_id}/",
        f"/runs/{run.public_id}/report/",
        f"/runs/{run.public_id}/records/?status=dropped",
        f"/runs/{run.public_id}/record/?id=files/pictures/same.png",
        f"/runs/{run.public_id}/record/?id=files/town.txt",
        "/packages/",
        f"/packages/{package.public_id}/",
    ):
        page.goto(live_server.url + address)
        witness.look(page)


def test_the_desk_reads_well(page, live_server, client, witness, run, cleo):
    sign_in(page, live_server, client, cleo)
    for address in ("", f"{run.pk}/change/", f"{run.pk}/do/reject/"):
        page.goto(f"{live_server.url}/admin/refinery/refinementrun/{address}")
        witness.look(page)


def test_progress_arrives_without_a_reload_and_polling_ends_with_the_run(page, live_server, client, sam):
    row = rows.run(sam)
    mine = claim(row.pk)
    sign_in(page, live_server, client, sam)
    page.goto(f"{live_server.url}/runs/{row.public_id}/")
    page.evaluate("window.stayed = true")

    RefinementRun.objects.filter(pk=row.pk).update(stage="read", tasks_done=3, tasks_total=9)
    page.get_by_text("3 of 9 steps done").wait_for()
    RefinementRun.objects.filter(pk=mine.pk).update(tasks_done=9)
    page.get_by_text("9 of 9 steps done").wait_for()
    page.get_by_role("button", name="Cancel the run…").click()
    page.get_by_role("button", name="Cancel the run", exact=True).click()
    page.get_by_text("This run was cancelled").wait_for()

    assert page.locator("[hx-trigger]").count() == 0
    assert RefinementRun.objects.get(pk=row.pk).state == RunState.CANCELLED
