"""`manage.py verify`: prove a run directory or a bought package. It asks nothing of the server or the database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from refinery.engine.errors import EngineError
from refinery.engine.processes import processors
from refinery.engine.verify import Verification, verify_directory, verify_result

_SHOWN = 10


class Command(BaseCommand):
    help = "Recompute checksums and digest; with --input refine again and compare. Exit 0 identical, 1 otherwise."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", help="a run directory or an unpacked package")
        parser.add_argument("--input", metavar="INPUT", nargs="+", action="extend", help="the INPUTs, in their order")

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(options["folder"])
        if not root.is_dir():
            raise CommandError(f"{root} is not a folder.", returncode=2)
        found = _verified(root, options["input"])
        for warning in found.warnings:
            self.stderr.write(f"Warning: {warning}")
        if not found.holds:
            shown = "\n".join(found.problems[:_SHOWN])
            raise CommandError(f"{shown}\n{root} does not verify.", returncode=1)
        for name in found.withheld:
            self.stdout.write(f"{name} is withheld from a sold package and was not checked.")
        again = " The input gives the same result." if options["input"] else ""
        self.stdout.write(f"{found.checked} files verified, package digest sha256:{found.package_digest}.{again}")


def _verified(root: Path, inputs: list[str] | None) -> Verification:
    if not inputs:
        return verify_directory(root)
    try:
        return verify_result(root, tuple(inputs), processors())
    except EngineError as error:
        raise CommandError(f"The result cannot be computed again: {error}", returncode=1) from None
