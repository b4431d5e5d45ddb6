"""Where tasks run: the Protocol, and local worker processes that may be killed at any moment."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

import refinery
from refinery.engine.errors import RunFailed, Stopped
from refinery.engine.tasks import Task, to_wire

ATTEMPTS = 6
_ROOT = Path(refinery.__file__).resolve().parent.parent
_POLL_SECONDS = 0.25


class Executor(Protocol):
    """Runs tasks in any order. Every task's artefact exists when `run` returns."""

    performed: int
    """How many tasks it has finished."""

    def run(self, tasks: Sequence[Task], done: Callable[[], None], should_stop: Callable[[], bool]) -> None:
        """Calls `done` after each task. Raises `Stopped` at a task border, `RunFailed` when a task fails for good."""


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[str]
    number: int | None = None

    @property
    def output(self) -> IO[str]:
        assert self.process.stdout is not None  # noqa: S101 - opened as a pipe
        return self.process.stdout

    def give(self, number: int, task: Task) -> None:
        assert self.process.stdin is not None  # noqa: S101 - opened as a pipe
        self.number = number
        try:
            self.process.stdin.write(to_wire(task) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it died: its closed output says so, and the task is given again

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.output.close()
        if self.process.stdin:
            self.process.stdin.close()


class LocalProcesses:
    """Worker processes on this machine. A worker that dies costs at most the task it was at, which is given again."""

    def __init__(self, workers: int, artefacts: Path) -> None:
        self._count = max(1, workers)
        self._artefacts = artefacts
        self._workers: list[_Worker] = []
        self.performed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.end()
        self._workers = []

    def run(self, tasks: Sequence[Task], done: Callable[[], None], should_stop: Callable[[], bool]) -> None:
        """See `Executor.run`."""
        waiting, deaths = deque(range(len(tasks))), Counter[int]()
        stopped = False
        while True:
            stopped = stopped or should_stop()
            if not stopped:
                self._hand_out(tasks, waiting)
            busy = [worker for worker in self._workers if worker.number is not None]
            if not busy:
                break
            for worker in self._ready(busy):
                self._collect(worker, waiting, deaths, done)
        if waiting:
            raise Stopped

    def _hand_out(self, tasks: Sequence[Task], waiting: deque[int]) -> None:
        idle = [worker for worker in self._workers if worker.number is None]
        while waiting and (idle or len(self._workers) < self._count):
            worker = idle.pop() if idle else self._start()
            number = waiting.popleft()
            worker.give(number, tasks[number])

    def _start(self) -> _Worker:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "refinery.engine.worker", str(os.getpid()), str(self._artefacts)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
            text=True,
        )
        worker = _Worker(process)
        self._workers.append(worker)
        return worker

    def _ready(self, busy: list[_Worker]) -> list[_Worker]:
        with selectors.DefaultSelector() as selector:
            for worker in busy:
                selector.register(worker.output, selectors.EVENT_READ, worker)
            return [key.data for key, _ in selector.select(_POLL_SECONDS)]

    def _collect(self, worker: _Worker, waiting: deque[int], deaths: Counter[int], done: Callable[[], None]) -> None:
        line, number = worker.output.readline(), worker.number
        if number is None:
            return
        if not line.endswith("\n"):
            self._bury(worker, number, deaths)
            waiting.append(number)
            return
        worker.number = None
        answer = json.loads(line)
        if "done" not in answer:
            raise RunFailed(answer.get("failed") or f"A task failed: {answer.get('broken')}")
        self.performed += 1
        done()

    def _bury(self, worker: _Worker, number: int, deaths: Counter[int]) -> None:
        worker.end()
        self._workers.remove(worker)
        deaths[number] += 1
        if deaths[number] >= ATTEMPTS:
            status = worker.process.returncode
            raise RunFailed(f"A worker died {ATTEMPTS} times at the same task (last status {status}).")
