"""The main job on an installation of its own: `manage.py demo`, then what a buyer does over HTTP and in a shell."""

import hashlib
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from databroker.sample import FILES
from tests.support import processes
from tests.support.services import free_port

DEMO = {"DEMO": "1", "DEBUG": "1", "LOG_LEVEL": "WARNING"}


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder with its own database, and what the first `manage.py demo` said."""

    folder: Path
    said: str

    def manage(self, *arguments, **changes):
        command = [sys.executable, str(processes.ROOT / "manage.py"), *arguments]
        return subprocess.run(
            command, cwd=processes.ROOT, env=self.environment(**changes), capture_output=True, text=True
        )

    def environment(self, **changes):
        return environment(self.folder, **changes)

    def number(self, pattern):
        return int(re.search(pattern, self.said)[1])


def environment(folder, **changes):
    own = {"DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3"}
    return processes.base_environment() | own | {"DJANGO_SETTINGS_MODULE": "databroker.settings"} | DEMO | changes


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installation")
    done = Installation(folder, "").manage("demo")
    assert done.returncode == 0, done.stderr + done.stdout
    return Installation(folder, done.stdout)


@pytest.fixture(scope="module")
def site(installation):
    """Its address, served by the real web server in demo mode."""
    with serving(installation) as address:
        yield address


class serving:
    """The site of an installation while the block runs."""

    def __init__(self, installation, **changes):
        self.environment = installation.environment(**changes)
        self.port = free_port()

    def __enter__(self):
        command = [sys.executable, str(processes.ROOT / "manage.py"), "serve", "--port", str(self.port)]
        self.child = subprocess.Popen([*command, "--without-worker"], cwd=processes.ROOT, env=self.environment)
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                requests.get(f"http://127.0.0.1:{self.port}/health/", timeout=5)
                return f"http://127.0.0.1:{self.port}"
            except requests.ConnectionError:
                time.sleep(0.2)
        self.__exit__()
        raise AssertionError("the site does not answer")

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait(30)


def log_in(site, email="buyer@example.com"):
    return requests.post(f"{site}/api/auth/token/", json={"email": email, "password": "demo"}, timeout=20)


@pytest.fixture(scope="module")
def buyer(site):
    """The buyer's requests, signed by a token."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {log_in(site).json()['token']}"
    return session


@pytest.fixture(scope="module")
def bought(site, buyer, tmp_path_factory):
    """Every file of the purchase, fetched over HTTP into a folder."""
    folder = tmp_path_factory.mktemp("bought")
    root = download_root(site, buyer)
    sums = buyer.get(root + "SHA256SUMS", timeout=20).text
    (folder / "SHA256SUMS").write_text(sums)
    for path in (line.split("  ", 1)[1] for line in sums.splitlines()):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(buyer.get(root + path, timeout=20).content)
    return folder


def download_root(site, buyer):
    purchase = buyer.get(f"{site}/api/library/", timeout=20).json()["results"][0]
    return f"{site}/dl/{purchase['id']}/{purchase['version']}/"


def test_the_first_run_says_how_many_records_were_kept_dropped_and_held(installation):
    counts = [installation.number(rf"(\d+) {word}") for word in ("kept", "dropped", "held")]

    assert min(counts) > 0
    assert sum(counts) == installation.number(r"(\d+) records in")
    assert re.search(r"dropped +\d+  gopher_short_doc +The text has", installation.said)
    assert re.search(r"held +\d+  \w+ +\w", installation.said)


def test_the_second_run_starts_from_what_is_there(installation):
    began = time.monotonic()

    again = installation.manage("demo")

    assert again.returncode == 0, again.stderr
    assert results(again.stdout) == results(installation.said)
    assert time.monotonic() - began < 30


def results(said):
    """Package digest and order of a run's words."""
    return re.findall(r"sha256:\w+|ord_\w+", said)


def test_what_was_bought_has_the_checksums_that_the_sold_manifest_names(installation, bought):
    manifest = (bought / "manifest.json").read_bytes()

    assert f"sha256:{hashlib.sha256(manifest).hexdigest()}" in installation.said
    for line in (bought / "SHA256SUMS").read_text().splitlines():
        digest, path = line.split("  ", 1)
        assert hashlib.sha256((bought / path).read_bytes()).hexdigest() == digest, path


def test_a_bought_copy_verifies_and_one_flipped_byte_is_found(installation, bought, tmp_path):
    copy = shutil.copytree(bought, tmp_path / "copy")
    sound = installation.manage("verify", str(copy))
    victim = next((copy / "data").rglob("*.wav"))
    victim.write_bytes(victim.read_bytes()[:-1] + bytes([victim.read_bytes()[-1] ^ 1]))

    broken = installation.manage("verify", str(copy))

    assert sound.returncode == 0, sound.stderr
    assert broken.returncode == 1
    assert victim.name in broken.stdout + broken.stderr


def test_the_shell_gives_the_same_package_as_the_site(installation, tmp_path):
    files = shutil.copytree(FILES, tmp_path / "files")
    for empty in [path for path in files.rglob("*") if path.is_file() and path.stat().st_size == 0]:
        empty.unlink()

    done = installation.manage("refine", str(files), "--out", str(tmp_path / "out"))

    assert done.returncode == 0, done.stderr
    manifest = (tmp_path / "out/manifest.json").read_bytes()
    assert f"sha256:{hashlib.sha256(manifest).hexdigest()}" in installation.said


def test_a_download_can_be_taken_up_again_in_the_middle(site, buyer):
    address = download_root(site, buyer) + "manifest.json"
    whole = buyer.get(address, timeout=20)
    rest = buyer.get(address, headers={"Range": "bytes=100-", "If-Range": whole.headers["ETag"]}, timeout=20)

    assert rest.status_code == 206
    assert whole.content[:100] + rest.content == whole.content


def test_anybody_finds_the_listing_and_nobody_unknown_downloads(site, buyer):
    found = requests.get(f"{site}/api/marketplace/search", params={"query": "field station"}, timeout=20).json()
    refused = requests.get(download_root(site, buyer) + "manifest.json", timeout=20)

    assert [item["title"] for item in found["results"]] == ["Field station archive"]
    assert refused.status_code == 401


def test_with_demo_mode_off_no_account_token_or_sandbox_purchase_opens_anything(installation, site, buyer):
    address = download_root(site, buyer).removeprefix(site) + "manifest.json"
    with serving(installation, DEMO="0") as closed:
        login = log_in(closed)
        library = requests.get(f"{closed}/api/library/", headers=buyer.headers, timeout=20)
        download = requests.get(closed + address, headers=buyer.headers, timeout=20)

    assert (login.status_code, library.status_code, download.status_code) == (401, 401, 401)


def test_a_deployment_is_told_of_demo_accounts_and_sandbox_orders(installation):
    said = installation.manage(
        "check", "--deploy", "--database", "default", DEMO="0", DEBUG="0", SECRET_KEY="x" * 60
    ).stderr

    assert "4 demo accounts exist" in said
    assert "1 sandbox orders exist" in said


def test_without_demo_mode_the_demo_refuses_in_words(installation):
    refused = installation.manage("demo", DEMO="0")

    assert refused.returncode != 0
    assert "make run" in refused.stderr
