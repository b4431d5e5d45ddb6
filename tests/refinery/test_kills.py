"""Real processes, really killed: the run ends with the same digest, and nothing is left running."""

import contextlib
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.utils import timezone

from refinery.models import RefinementRun
from refinery.operations.runs import cancel_run, start_run
from refinery.operations.supervision import supervise
from refinery.states import RunState
from tests.refinery import supply
from tests.support.processes import ROOT, environment, manage

WORKER = (
    "import django; django.setup(); from refinery.tasks import supervise_run; import sys; supervise_run(sys.argv[1])"
)
# Four tasks, so that there is a middle in which to be killed. No two texts are alike.
WORDS = f"{supply.GOOD} {supply.OTHER} {supply.THIRD}".split()
TEXTS = {
    f"{number:03}.txt": " ".join(random.Random(number).choices(WORDS, k=80)).encode() + b"." for number in range(400)
}


def supervisor(run, **changes):
    """A process that supervises the run for one window, as a queue worker does."""
    command = [sys.executable, "-c", WORKER, str(run.pk)]
    return subprocess.Popen(command, cwd=ROOT, env=environment(ENGINE_WORKERS="1", **changes))


def engines(run):
    """Process ids of everything that works on this run: engine children, their workers and decoders."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                line = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if "refinery.engine" in line and (run.version_id.hex in line or run.pk.hex in line):
                found.append(int(entry.name))
    return found


def wait_for(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def lease_is_over(run):
    RefinementRun.objects.filter(pk=run.pk, state=RunState.RUNNING).update(lease_until=timezone.now())


def session_of(process):
    try:
        return os.getsid(process)
    except ProcessLookupError:
        return 0


def left_of(sessions):
    """Every process in the sessions of these engines, decoders included."""
    running = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return [process for process in running if session_of(process) in sessions]


def kill(process):
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def struck(run, seed, whom):
    """Supervise the run, then kill supervisor or engine at a moment the seed chooses; returns the engine's session."""
    worker = supervisor(run)
    wait_for(lambda: engines(run) or worker.poll() is not None)
    sessions = {session_of(engine) for engine in engines(run)}
    time.sleep(random.Random(seed).uniform(0.2, 4.0))
    for victim in [worker.pid] if whom == "supervisor" else engines(run)[:1]:
        kill(victim)
    worker.wait(60)
    wait_for(lambda: not left_of(sessions - {0}))
    return sessions - {0}


def killed_run(sam, seeds):
    """A run whose supervisor and engine are killed in turn, and then left alone until it has ended."""
    run = start_run(supply.dataset(sam, TEXTS).pk, actor=sam.actor).run
    sessions = set()
    for turn, seed in enumerate(seeds):
        sessions |= struck(run, seed, "engine" if turn % 2 else "supervisor")
        lease_is_over(run)
    while RefinementRun.objects.get(pk=run.pk).state == RunState.RUNNING:
        supervise(run.pk)
    assert left_of(sessions) == []
    return RefinementRun.objects.get(pk=run.pk)


def shell_digest(tmp_path):
    """What the shell says about the same files in a folder called `files`."""
    folder = tmp_path / "files"
    folder.mkdir()
    for name, data in TEXTS.items():
        (folder / name).write_bytes(data)
    done = manage("refine", str(folder), "--out", str(tmp_path / "out"), "--workers", "2")
    assert done.returncode == 0, done.stderr
    return hashlib.sha256((tmp_path / "out" / "manifest.json").read_bytes()).hexdigest()


@pytest.mark.django_db(transaction=True)
def test_a_run_survives_the_kill_of_its_worker_and_of_its_engine(sam, tmp_path):
    seeds = [random.randrange(10**6) for _ in range(2)]
    print("seeds", seeds)

    run = killed_run(sam, seeds)

    assert run.state == RunState.AWAITING_REVIEW, run.failure
    assert run.package_digest == shell_digest(tmp_path)
    assert engines(run) == []


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_a_run_survives_five_kills_at_random(sam, tmp_path):
    seeds = [random.randrange(10**6) for _ in range(5)]
    print("seeds", seeds)

    run = killed_run(sam, seeds)

    assert run.state == RunState.AWAITING_REVIEW, run.failure
    assert run.package_digest == shell_digest(tmp_path)
    assert engines(run) == []


@pytest.mark.django_db(transaction=True)
def test_a_run_longer_than_its_window_finishes_window_by_window(sam):
    run = start_run(supply.dataset(sam, TEXTS).pk, actor=sam.actor).run

    windows = 0
    while RefinementRun.objects.get(pk=run.pk).state in (RunState.QUEUED, RunState.RUNNING):
        assert supervisor(run, SUPERVISION_WINDOW_SECONDS="1").wait(120) == 0
        windows += 1

    row = RefinementRun.objects.get(pk=run.pk)
    assert (row.state, row.attempt) == (RunState.AWAITING_REVIEW, windows)
    assert windows > 1, "the run was over within one window; give it more to do"


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_run_leaves_no_process_behind(sam):
    run = start_run(supply.dataset(sam, TEXTS).pk, actor=sam.actor).run
    worker = supervisor(run)
    wait_for(lambda: engines(run))

    cancel_run(run.pk, actor=sam.actor)

    assert worker.wait(30) == 0
    wait_for(lambda: not engines(run), 5)
    assert RefinementRun.objects.get(pk=run.pk).state == RunState.CANCELLED
