"""The engine as a child process in a group of its own, and its JSON lines as values. It dies with this process."""

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Self, cast

from django.conf import settings

from refinery.engine.run import STAGES

_READ = 65536


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` tasks of a stage.

    `is_new_work`: a task was finished that no earlier attempt had finished; `is_behind`: earlier attempts were further.
    """

    stage: str
    done: int
    total: int
    records: int
    is_new_work: bool = False
    is_behind: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """The result lies in the run's folder under this digest."""

    package_digest: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The engine gave up; `sentence` says why."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Stopped at a task border, or gone without a word: the same job goes on from there."""


News = Progress | Finished | Failed | Interrupted


class EngineChild:
    """One engine process over a job file. Use as a context: leaving it leaves no process behind.

    `reached`: (stage, tasks done) of earlier attempts, so that only new work counts as progress.
    """

    def __init__(self, job_file: Path, reached: tuple[str, int]) -> None:
        self._job_file = job_file
        self._mark = _mark(*reached)
        self._buffer = b""
        self._told_to_stop = False

    def __enter__(self) -> Self:
        with self._job_file.with_suffix(".log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "refinery.engine.child", str(self._job_file)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=settings.BASE_DIR,
                # All an engine needs: it reads no setting, so no secret of the installation is within its reach.
                env={"LANG": "C.UTF-8", "TMPDIR": tempfile.gettempdir()},
                start_new_session=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                cast(IO[bytes], pipe).close()

    def ask_to_stop(self) -> None:
        """At the next task border. Asking again changes nothing."""
        if not self._told_to_stop:
            self._told_to_stop = True
            with suppress(OSError):
                pipe = cast(IO[bytes], self.process.stdin)
                pipe.write(b"stop\n")
                pipe.flush()

    def wait(self, seconds: float) -> News | None:
        """The newest progress within `seconds`, or how it ended as soon as it has; None if nothing was said."""
        newest: Progress | None = None
        deadline = monotonic() + seconds
        while (left := deadline - monotonic()) > 0:
            lines = self._lines(left)
            if lines is None:
                return Interrupted()
            for line in lines:
                news = self._parse(line)
                if not isinstance(news, Progress):
                    return news
                newest = replace(news, is_new_work=news.is_new_work or (newest is not None and newest.is_new_work))
        return newest

    def _lines(self, seconds: float) -> list[bytes] | None:
        """The complete lines that came within `seconds`; None at the end of the output."""
        output = cast(IO[bytes], self.process.stdout)
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            if not selector.select(seconds):
                return []
        piece = os.read(output.fileno(), _READ)
        if not piece:
            return None
        *lines, self._buffer = (self._buffer + piece).split(b"\n")
        return lines

    def _parse(self, line: bytes) -> News:
        message = json.loads(line)
        if "result" in message:
            return Finished(str(message["result"]["package_digest"]))
        if "error" in message:
            return Failed(str(message["error"]))
        if "stopped" in message:
            return Interrupted()
        mark = _mark(str(message["stage"]), int(message["done"]))
        before, self._mark = self._mark, max(mark, self._mark)
        facts = (message["stage"], message["done"], message["total"], message["records"])
        return Progress(*facts, is_new_work=mark > before and mark[1] > 0, is_behind=mark < before)


def _mark(stage: str, done: int) -> tuple[int, int]:
    """How far a run is: stages in their order, tasks within one."""
    return (STAGES.index(stage) if stage in STAGES else -1, done)
