"""The download door: who may, which files, in ranges, and closed from the next request on."""

import base64
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from databroker.actors import act_for
from databroker.errors import StaleState
from databroker.models import Organization, User
from databroker.operations import accounts
from databroker.states import Scope
from marketplace import delivery
from marketplace.models import DownloadToken, Entitlement, Order
from marketplace.operations import entitlements, listings
from marketplace.states import ENTITLEMENT
from tests.factories import packages, sales

pytestmark = pytest.mark.django_db


@pytest.fixture
def bought(sam, ben):
    return sales.entitlement(ben, sales.live(sam))


def address(entitlement, path="manifest.json", version=""):
    return f"/dl/{entitlement.public_id}/{version or entitlement.version}/{path}"


def bearer(person, *scopes):
    made = accounts.create_token(name="t", scopes=scopes or [Scope.DOWNLOAD], days=1, actor=person.actor)
    return {"Authorization": f"Bearer {made.secret}"}


def body_of(response):
    return b"".join(response.streaming_content)


def test_a_bought_file_is_the_manifests_to_the_byte(client, bought, ben):
    client.force_login(ben.user)
    listed = json.loads(body_of(client.get(address(bought))))["data"]

    assert listed
    for file in listed:
        content = body_of(client.get(address(bought, file["path"])))
        assert hashlib.sha256(content).hexdigest() == file["sha256"]


def test_session_bearer_basic_and_download_token_all_open(client, bought, ben):
    headers = bearer(ben)
    secret = headers["Authorization"].removeprefix("Bearer ")
    basic = {"Authorization": "Basic " + base64.b64encode(f"token:{secret}".encode()).decode()}
    made = entitlements.create_download_token(bought.public_id, actor=ben.actor, days=1)

    assert client.get(address(bought), headers=headers).status_code == 200
    assert client.get(address(bought), headers=basic).status_code == 200
    assert client.get(f"{address(bought)}?token={made.secret}").status_code == 200
    assert client.get(address(bought), headers={"Authorization": f"Bearer {made.secret}"}).status_code == 200
    client.force_login(ben.user)
    assert client.get(address(bought)).status_code == 200


def test_nobody_is_asked_who_they_are(client, bought, ben):
    secret = bearer(ben)["Authorization"].removeprefix("Bearer ")
    answers = [
        client.get(address(bought)),
        client.get(address(bought), headers={"Authorization": "Bearer dbk_unknown"}),
        client.get(f"{address(bought)}?token=dbd_unknown"),
        client.get(f"{address(bought)}?token={secret}"),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4
    assert "Basic" in answers[0]["WWW-Authenticate"]


def test_a_browser_without_a_session_is_sent_to_the_log_in(client, bought):
    response = client.get(address(bought), headers={"Accept": "text/html"})

    assert response.status_code == 302
    assert "/accounts/login/" in response.url


def test_another_organisation_and_staff_do_not_find_it(client, bought, nora, olga, sam):
    for person in (nora, olga, sam):
        client.force_login(person.user)
        assert client.get(address(bought)).status_code == 404


def test_a_token_without_the_scope_is_refused(client, bought, ben):
    assert client.get(address(bought), headers=bearer(ben, Scope.READ)).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["run.json", "report.json", "../manifest.json", "ledger/x.parquet", "data", "data/../manifest.json", "nothing"],
)
def test_only_the_files_of_the_copy_are_there(client, bought, ben, path):
    client.force_login(ben.user)

    assert client.get(address(bought, path)).status_code == 404


def test_only_the_version_that_was_bought_is_there(client, bought, ben, sam):
    packages.released(sam, of=bought.package.product)
    client.force_login(ben.user)

    assert client.get(address(bought, version="2.0.0")).status_code == 404


def test_a_part_of_a_file_is_sent_as_asked(client, bought, ben):
    client.force_login(ben.user)
    whole = client.get(address(bought))
    content = body_of(whole)

    part = client.get(address(bought), headers={"Range": "bytes=10-19"})
    tail = client.get(address(bought), headers={"Range": "bytes=-5"})
    beyond = client.get(address(bought), headers={"Range": f"bytes={len(content)}-"})

    assert (part.status_code, body_of(part)) == (206, content[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(content)}"
    assert body_of(tail) == content[-5:]
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(content)}")


def test_head_tells_the_size_and_sends_nothing(client, bought, ben):
    client.force_login(ben.user)

    head = client.head(address(bought))

    assert head.status_code == 200
    assert int(head["Content-Length"]) == len(body_of(client.get(address(bought))))
    assert head["Accept-Ranges"] == "bytes"
    assert body_of(head) == b""


def test_a_changed_file_is_never_spliced(client, bought, ben):
    client.force_login(ben.user)
    etag = client.head(address(bought))["ETag"]

    same = client.get(address(bought), headers={"Range": "bytes=0-3", "If-Range": etag})
    other = client.get(address(bought), headers={"Range": "bytes=0-3", "If-Range": '"another"'})
    known = client.get(address(bought), headers={"If-None-Match": etag})

    assert (same.status_code, other.status_code, known.status_code) == (206, 200, 304)


@pytest.mark.parametrize("verb", ["suspend", "revoke"])
def test_withdrawn_access_ends_at_the_next_request(client, bought, ben, olga, verb):
    made = entitlements.create_download_token(bought.public_id, actor=ben.actor, days=1)
    ways = [{"headers": bearer(ben)}, {"query_params": {"token": made.secret}}]
    assert [client.get(address(bought), **way).status_code for way in ways] == [200, 200]

    operation = getattr(entitlements, f"{verb}_entitlement")
    operation(bought.public_id, actor=olga.actor, note="A rights problem")

    assert [client.get(address(bought), **way).status_code for way in ways] == [403, 403]
    assert client.head(address(bought), headers={"Range": "bytes=0-1"}, **{}).status_code == 401


def test_reinstated_access_opens_again(client, bought, ben, olga):
    entitlements.suspend_entitlement(bought.public_id, actor=olga.actor, note="Looking into it")
    entitlements.reinstate_entitlement(bought.public_id, actor=olga.actor, note="All is well")
    client.force_login(ben.user)

    assert client.get(address(bought)).status_code == 200


def test_an_entitlement_ends_with_its_time(client, bought, ben):
    Entitlement.objects.filter(pk=bought.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    client.force_login(ben.user)

    assert client.get(address(bought)).status_code == 403


def test_a_download_token_opens_one_purchase_and_only_for_its_days(client, bought, sam, ben):
    other = sales.entitlement(ben, sales.live(sam, package=packages.released(sam, "Other notes")))
    made = entitlements.create_download_token(bought.public_id, actor=ben.actor, days=7)
    assert client.get(f"{address(other)}?token={made.secret}").status_code == 404

    DownloadToken.objects.update(issued_at=timezone.now() - timedelta(days=8), expires_at=timezone.now())

    assert client.get(f"{address(bought)}?token={made.secret}").status_code == 401


def test_a_revoked_download_token_opens_nothing(client, bought, ben):
    made = entitlements.create_download_token(bought.public_id, actor=ben.actor, days=7)
    entitlements.revoke_download_token(made.token.public_id, actor=ben.actor)

    assert client.get(f"{address(bought)}?token={made.secret}").status_code == 401


def test_only_a_digest_of_the_download_token_is_kept(bought, ben):
    made = entitlements.create_download_token(bought.public_id, actor=ben.actor, days=7)

    assert made.secret not in str(list(DownloadToken.objects.values()))


def test_with_demo_mode_off_a_sandbox_order_and_a_demo_account_open_nothing(client, bought, ben, settings):
    settings.DEMO = True
    headers = bearer(ben)
    made = entitlements.create_download_token(bought.public_id, actor=ben.actor, days=1)
    token = f"{address(bought)}?token={made.secret}"
    Order.objects.update(is_sandbox=True)
    assert (client.get(address(bought), headers=headers).status_code, client.get(token).status_code) == (200, 200)

    settings.DEMO = False
    assert (client.get(address(bought), headers=headers).status_code, client.get(token).status_code) == (403, 403)

    Order.objects.update(is_sandbox=False)
    User.objects.filter(pk=ben.user.pk).update(is_demo=True)
    Organization.objects.filter(pk=ben.organization.pk).update(is_demo=True)
    assert (client.get(address(bought), headers=headers).status_code, client.get(token).status_code) == (401, 401)
    client.force_login(ben.user)
    assert client.get(address(bought)).status_code == 401


def test_the_licence_that_was_accepted_travels_with_the_files(client, bought, ben, sam):
    listings.edit_listing(bought.line.listing.public_id, actor=sam.actor, offer=sales.offer(licence="cc0-1.0"))
    client.force_login(ben.user)

    text = body_of(client.get(address(bought, "LICENSE.md"))).decode()

    assert "Attribution 4.0" in text
    for part in (ben.organization.name, sam.organization.name, bought.line.package_digest, bought.line.terms_digest):
        assert part in text


def test_a_bought_copy_verifies_and_one_flipped_byte_is_found(bought, tmp_path):
    for file in delivery.files(bought).values():
        target = tmp_path / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.location.read_bytes())
    assert _verify(tmp_path).returncode == 0

    licence = tmp_path / "LICENSE.md"
    licence.write_bytes(licence.read_bytes().replace(b"Licensee", b"Licensor"))
    assert _verify(tmp_path).returncode == 1


def _verify(folder):
    command = [sys.executable, "manage.py", "verify", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_all_of_it_comes_as_one_zip(client, bought, ben):
    client.force_login(ben.user)

    with zipfile.ZipFile(io.BytesIO(body_of(client.get(address(bought, "all.zip"))))) as found:
        assert found.testzip() is None
        root = f"{bought.line.listing.product.slug}-{bought.version}"
        assert sorted(found.namelist()) == sorted(f"{root}/{path}" for path in delivery.files(bought))
        assert found.read(f"{root}/SHA256SUMS") == delivery.files(bought)["SHA256SUMS"].location.read_bytes()


def test_rendering_twice_changes_nothing(bought):
    folder = delivery.render(bought)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    delivery.render(bought)

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert set(before) == {"LICENSE.md", "SHA256SUMS"}


OPERATIONS = {
    "suspend": entitlements.suspend_entitlement,
    "reinstate": entitlements.reinstate_entitlement,
    "revoke": entitlements.revoke_entitlement,
}
WAYS = {"active": [], "suspended": ["suspend"], "revoked": ["revoke"]}


@pytest.mark.parametrize("verb", OPERATIONS)
@pytest.mark.parametrize("state", WAYS)
def test_every_operation_on_an_entitlement_in_every_state(sam, ben, olga, state, verb):
    bought = sales.entitlement(ben, sales.live(sam, package=packages.released(sam, files=False)))
    for step in WAYS[state]:
        OPERATIONS[step](bought.public_id, actor=olga.actor, note="because")

    if state in ENTITLEMENT.moves[verb].sources:
        OPERATIONS[verb](bought.public_id, actor=olga.actor, note="because")
        assert Entitlement.objects.get().state == ENTITLEMENT.moves[verb].target
    else:
        with pytest.raises(StaleState):
            OPERATIONS[verb](bought.public_id, actor=olga.actor, note="because")
        assert Entitlement.objects.get().state == state


def test_a_member_who_left_downloads_no_more(client, bought, ben):
    headers = bearer(ben)
    ben.user.memberships.all().delete()

    assert client.get(address(bought), headers=headers).status_code == 404
    assert act_for(ben.user, ben.organization).organization is None
