"""The commands of docs/quickstart.md, run by a real curl as they stand there but for host, id and the sample log-in."""

import json
import re
import shutil
import subprocess

import pytest

from databroker.models import Organization
from tests.architecture.tree import ROOT
from tests.support import cast

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is absent; enable with: apt-get install curl"),
]
PAGE = ROOT / "docs/quickstart.md"
LOCAL = "http://127.0.0.1:8000"


@pytest.fixture
def shell(live_server, tmp_path):
    """Runs shell text with TOKEN set, in a folder that holds a.txt; answers (status, headers, body)."""
    dana = cast.account("Dana")
    cast.join(dana, Organization.objects.create(name="University", slug="user123", is_supplier=True))
    notes = "Tide tables, read twice a day at the old pier and written down by hand since the harbour was built.\n"
    (tmp_path / "a.txt").write_text(notes)
    login = json.dumps({"email": dana.email, "password": cast.PASSWORD})

    def run(command, **changes):
        text = command.replace(LOCAL, live_server.url)
        for old, new in changes.items():
            text = text.replace(f"{{{old}}}", new)
        script = f"TOKEN={run.token!r}\n{text} -s -S -D headers -o body -w '%{{http_code}}'"
        done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
        headers = dict(re.findall(r"^([\w-]+): (.*?)\r?$", (tmp_path / "headers").read_text().lower(), re.MULTILINE))
        return int(done.stdout), headers, json.loads((tmp_path / "body").read_text())

    run.token = ""
    _status, _headers, body = run(
        f"curl -X POST {LOCAL}/api/auth/token/ -H 'Content-Type: application/json' -d '{login}'"
    )
    run.token = body["token"]
    return run


def golden(name):
    """The command that stands in the page under this mark."""
    found = re.search(rf"<!-- golden: {name} -->\n```sh\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"docs/quickstart.md has no command marked {name}"
    return found[1]


def test_the_four_calls_of_the_quickstart_work_as_printed(shell):
    created, _, dataset = shell(golden("create"))
    ingested, _, files = shell(golden("ingest"), id=dataset["id"])
    refined, headers, run = shell(golden("refine"), id=dataset["id"])
    searched, _, listings = shell(golden("search"))

    assert (created, ingested, refined, searched) == (201, 202, 202, 200)
    assert [item["name"] for item in files["files"]] == ["a.txt"]
    assert "/api/refinement/runs/" in headers["location"]
    assert run["id"].startswith("run_")
    assert listings["results"] == []


def test_without_confirmed_rights_nothing_is_stored(shell):
    _, _, dataset = shell(golden("create"))
    command = golden("ingest").replace(" -F 'legal_rights_confirmed=true'", "")

    status, headers, problem = shell(command, id=dataset["id"])

    assert status == 422
    assert headers["content-type"].startswith("application/problem+json")
    assert problem["code"] == "rights_not_confirmed"


def test_without_a_token_the_call_is_refused(shell):
    shell.token = "dbk_nobody"

    status, _, problem = shell(golden("create"))

    assert status == 401
    assert problem["status"] == 401
