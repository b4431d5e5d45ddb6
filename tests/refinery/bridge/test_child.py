"""The engine's process as the supervisor starts it."""

import os
from pathlib import Path

import pytest

from refinery.bridge.child import EngineChild


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc to look at a process")
def test_no_secret_of_the_installation_reaches_the_engine(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "marker-of-a-secret")
    os.mkfifo(tmp_path / "job.json")  # nobody writes to it, so the engine waits while it is looked at

    with EngineChild(tmp_path / "job.json", ("inventory", 0)) as child:
        environment = Path(f"/proc/{child.process.pid}/environ")
        while not (seen := environment.read_bytes()):  # empty until the kernel has laid the new program out
            assert child.process.poll() is None

    assert b"LANG=C.UTF-8" in seen
    assert b"marker-of-a-secret" not in seen
