"""`manage.py refine`: the refinery from a shell. It asks nothing of the server or the database."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from refinery.engine.errors import EngineError, NothingToRead, RunFailed, UsageError
from refinery.engine.job import Job
from refinery.engine.processes import processors
from refinery.engine.reasons import verdict_sentence
from refinery.engine.recipe import load_recipe
from refinery.engine.run import Progress, RunResult, run

EXIT_STATUS: dict[type[EngineError], int] = {UsageError: 2, NothingToRead: 3, RunFailed: 4}
_BAR = 30
_QUIET_SECONDS = 5.0


class Command(BaseCommand):
    help = "Score, de-duplicate and judge files, and write a verifiable package. The same command again resumes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("inputs", metavar="INPUT", nargs="+", help="a file, a folder or a glob")
        parser.add_argument("--out", metavar="DIR", required=True, help="the folder that receives the result")
        parser.add_argument("--recipe", metavar="NAME|FILE.json", default="general")
        parser.add_argument("--threshold", metavar="0.5", type=float, help="the least quality kept, 0 to 1")
        parser.add_argument("--text-column", metavar="text", help="the column that makes a row a text")
        parser.add_argument("--id-column", metavar="id", help="the column that names a record")
        parser.add_argument("--workers", metavar="N", type=int, default=0, help="processes; 0 = one per processor")
        parser.add_argument("--engine", choices=["local", "ray"], default="local")
        parser.add_argument("--ray-address", metavar="ADDR")
        parser.add_argument("--eval-set", metavar="NAME=FILE.jsonl", action="append", default=[])
        parser.add_argument("--json", action="store_true", help="print the report as JSON on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            _refuse_later_options(options)
            result = run(_job(options), Meter())
        except EngineError as error:
            raise CommandError(str(error), returncode=EXIT_STATUS.get(type(error), 4)) from None
        except KeyboardInterrupt:
            raise CommandError("Interrupted. The same command goes on from here.", returncode=130) from None
        if options["json"]:
            self.stdout.write(json.dumps(result.report, indent=2))
        else:
            self.stdout.write(_summary(result))


def _refuse_later_options(options: dict[str, Any]) -> None:
    if options["engine"] == "ray" or options["ray_address"]:
        raise UsageError("This installation runs on local processes only: leave out --engine ray and --ray-address.")
    if options["eval_set"]:
        raise UsageError("Evaluation sets are not checked in this version: leave out --eval-set.")
    if options["workers"] < 0:
        raise UsageError("--workers must be 0 or more.")


def _job(options: dict[str, Any]) -> Job:
    return Job(
        out=options["out"],
        recipe=load_recipe(options["recipe"]).document,
        inputs=tuple(options["inputs"]),
        threshold=options["threshold"],
        text_column=options["text_column"],
        id_column=options["id_column"],
        workers=options["workers"] or processors(),
    )


class Meter:
    """Progress on stderr: a bar on a terminal, else a line when a stage begins, ends, or has been silent."""

    def __init__(self) -> None:
        self._stage, self._said = "", 0.0

    def __call__(self, progress: Progress) -> None:
        if sys.stderr.isatty():
            self._draw(progress)
        elif progress.stage != self._stage or time.monotonic() - self._said > _QUIET_SECONDS:
            records = f", {progress.records} records" if progress.records else ""
            sys.stderr.write(f"{progress.stage}: {progress.done} of {progress.total}{records}\n")
            self._stage, self._said = progress.stage, time.monotonic()

    def _draw(self, progress: Progress) -> None:
        filled = _BAR * progress.done // max(progress.total, 1)
        bar = "#" * filled + "." * (_BAR - filled)
        end = "\n" if progress.done >= progress.total else ""
        sys.stderr.write(f"\r{progress.stage:10}[{bar}] {progress.done}/{progress.total}{end}")
        sys.stderr.flush()


def _summary(result: RunResult) -> str:
    lines = [verdict_sentence(result.report)]
    for reason in result.report["reasons"]:  # type: ignore[union-attr]
        if isinstance(reason, dict):
            lines.append(f"  {reason['count']:>8}  {reason['code']}")
    lines += [f"Package digest: sha256:{result.package_digest}", f"Result: {Path(result.out)}"]
    if not result.fresh:
        lines.append("It was there already; nothing had changed.")
    return "\n".join(lines)
