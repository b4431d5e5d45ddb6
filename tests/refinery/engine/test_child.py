"""The engine as a child: its progress, its stop, and what is left when something is killed."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from refinery.engine.job import Job
from refinery.engine.run import run
from tests.refinery.engine import samples

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to follow processes")
ROOT = Path(__file__).resolve().parents[3]
FILES = 260
DECODER_GONE = "The decoder of images and sounds does not start: it ended with status 1."


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Enough small files for several tasks."""
    folder = tmp_path_factory.mktemp("child") / "in"
    samples.mixed_input(folder)
    for number in range(FILES):
        (folder / f"{number:04}.txt").write_text(f"{samples.PROSE} Note {number}. " + samples.OTHER * (number % 3))
    return folder


@pytest.fixture(scope="module")
def digest(source, tmp_path_factory):
    return run(samples.job(tmp_path_factory.mktemp("whole") / "out", source)).package_digest


class Child:
    """The engine child over one job, with its stdin open."""

    def __init__(self, folder: Path, job: Job, installed: Path = ROOT) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "job.json").write_text(job.to_json())
        command = [sys.executable, "-m", "refinery.engine.child", str(folder / "job.json")]
        self.process = subprocess.Popen(
            command, cwd=installed, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def until(self, stage: str) -> None:
        for line in self.process.stdout:
            if json.loads(line).get("stage") == stage:
                return

    def messages(self) -> list[dict[str, object]]:
        """All it says until it ends; stdin stays open so long, for its end would be a stop."""
        lines = self.process.stdout.read().splitlines()
        self.process.wait(60)
        self.process.stdin.close()
        self.process.stdout.close()
        return [json.loads(line) for line in lines]

    def end(self) -> tuple[int, dict[str, object]]:
        """Exit status and last message."""
        said = self.messages()
        return self.process.returncode, said[-1] if said else {}


def below(process: int) -> list[int]:
    """The living descendants of a process."""
    children = Path(f"/proc/{process}/task").glob("*/children")
    found = [int(pid) for file in children for pid in file.read_text().split()]
    return [*found, *(other for pid in found for other in below(pid))]


def assert_gone(processes: list[int]) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(_alive(pid) for pid in processes):
        time.sleep(0.05)
    assert [pid for pid in processes if _alive(pid)] == []


def _alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_progress_comes_in_lines_and_the_result_last(source, digest, tmp_path):
    child = Child(tmp_path, samples.job(tmp_path / "out", source))
    lines = child.messages()

    assert child.process.returncode == 0
    assert next(line["stage"] for line in lines[:-1] if line["done"] == line["total"]) == "inventory"
    assert {line["stage"] for line in lines[:-1]} == {"inventory", "read", "relate", "judge", "package"}
    assert lines[-1]["result"]["package_digest"] == digest


def test_a_stop_ends_it_at_a_task_border_and_it_goes_on_later(source, digest, tmp_path):
    job = samples.job(tmp_path / "out", source)
    child = Child(tmp_path, job)
    child.until("read")
    child.process.stdin.write("stop\n")
    child.process.stdin.flush()

    assert child.end() == (10, {"stopped": True})
    assert Child(tmp_path, job).end()[1]["result"]["package_digest"] == digest


def test_stopping_at_every_border_still_ends(tmp_path):
    job = samples.job(tmp_path / "out", samples.mixed_input(tmp_path / "in"))
    digest = run(samples.job(tmp_path / "whole", tmp_path / "in")).package_digest
    for _ in range(10):
        child = Child(tmp_path, job)
        child.process.stdin.close()
        status, last = child.end()
        if status == 0:
            break

    assert last["result"]["package_digest"] == digest


def test_nothing_to_read_is_an_error_in_words(tmp_path):
    status, last = Child(tmp_path, samples.job(tmp_path / "out", tmp_path / "none")).end()

    assert (status, last["kind"]) == (4, "NothingToRead")
    assert "no such file or folder" in last["error"]


def test_an_installation_without_its_decoder_ends_the_run_in_words_and_holds_nothing(tmp_path):
    samples.gradient(tmp_path / "in/one.png")
    shutil.copytree(ROOT / "refinery/engine", tmp_path / "broken/refinery/engine")
    shutil.copy(ROOT / "refinery/__init__.py", tmp_path / "broken/refinery")
    (tmp_path / "broken/refinery/engine/media/decoder_child.py").unlink()

    status, last = Child(tmp_path, samples.job(tmp_path / "out", tmp_path / "in"), tmp_path / "broken").end()

    assert (status, last) == (4, {"error": DECODER_GONE, "kind": "RunFailed"})
    assert not (tmp_path / "out/ledger").exists()


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 12))])
def test_five_kills_change_neither_the_digest_nor_leave_a_process(source, digest, tmp_path, seed):
    chance, job, seen, kills = random.Random(seed), samples.job(tmp_path / "out", source, workers=2), set(), 0
    while True:
        child = Child(tmp_path, job)
        while kills < 5 and child.process.poll() is None:
            time.sleep(chance.uniform(0.3, 0.9))
            family = [child.process.pid, *below(child.process.pid)]
            seen.update(family)
            if child.process.poll() is None:
                os.kill(chance.choice(family), signal.SIGKILL)
                kills += 1
        status, last = child.end()
        if status == 0:
            break

    assert last["result"]["package_digest"] == digest
    assert_gone(sorted(seen))
    assert list((tmp_path / "out").rglob("*.tmp")) == []


def test_nothing_outlives_a_supervisor_that_is_killed(source, tmp_path):
    (tmp_path / "job.json").write_text(samples.job(tmp_path / "out", source, workers=2).to_json())
    script = (
        "import subprocess, sys; child = subprocess.Popen([sys.executable, '-m', 'refinery.engine.child', sys.argv[1]],"
        " stdin=subprocess.PIPE); print(child.pid, flush=True); child.wait()"
    )
    supervisor = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "job.json")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    engine = int(supervisor.stdout.readline())
    deadline = time.monotonic() + 20
    while len(below(engine)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    family = [engine, *below(engine)]

    supervisor.kill()
    supervisor.communicate()

    assert len(family) >= 3
    assert_gone(family)
