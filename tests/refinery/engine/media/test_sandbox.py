"""What the child cannot do: an attempt fails in a process inside the sandbox and succeeds in one outside."""

import subprocess
import sys
from pathlib import Path

import pytest

import refinery
from refinery.engine.media.decoder import Decoder, sandbox_report

ROOT = Path(refinery.__file__).resolve().parent.parent
ENTER = "import os; from refinery.engine.media import sandbox; active = sandbox.enter(os.getppid(), 2 << 30)\n"

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sandbox is Linux's")


def outcome(attempt: str, before: str = ENTER) -> int:
    """The exit status of an attempt, negative where the kernel ended it."""
    run = subprocess.run([sys.executable, "-c", before + attempt], cwd=ROOT, capture_output=True, check=False)
    return run.returncode


ATTEMPTS = {
    "landlock": "open({secret!r}).read()",
    "no_processes": "import os; os._exit(0) if os.fork() == 0 else os.wait()",
    "system_call_filter": "import socket; socket.socket()",
    "file_size_limit": "import tempfile; os.write(os.memfd_create('x'), bytes(64 << 20)) == 64 << 20 or exit(1)",
    "memory_limit": "bytes(3 << 30)",
    "open_files_limit": "held = [os.dup(0) for _ in range(100)]",
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_protection_that_is_reported_holds(name: str, tmp_path: Path) -> None:
    if not sandbox_report()[name]:
        pytest.skip(f"this kernel offers no {name}")
    secret = tmp_path / "secret"
    secret.write_text("42")
    attempt = ATTEMPTS[name].format(secret=str(secret))

    assert outcome(attempt, before="import os\n") == 0
    assert outcome(attempt) != 0


def test_nothing_can_be_written_beside_what_was_given(tmp_path: Path) -> None:
    if not sandbox_report()["landlock"]:
        pytest.skip("this kernel offers no landlock")
    attempt = f"open({str(tmp_path / 'new')!r}, 'w')"

    assert outcome(attempt) != 0
    assert not (tmp_path / "new").exists()


def test_processor_time_ends() -> None:
    assert outcome("sandbox.allow_cpu(0.1)\nwhile True: pass") < 0


def test_the_child_gets_none_of_the_engine_s_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "marker-of-a-secret")
    with Decoder() as decoder:
        decoder.report()
        assert decoder._child is not None
        assert b"marker-of-a-secret" not in Path(f"/proc/{decoder._child.pid}/environ").read_bytes()


def test_the_report_names_every_protection() -> None:
    assert set(sandbox_report()) == {
        "cpu_limit", "dies_with_parent", "file_size_limit", "landlock", "memory_limit", "no_core_dump", "no_network",
        "no_new_privileges", "no_processes", "open_files_limit", "system_call_filter",
    }  # fmt: skip
