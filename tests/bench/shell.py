"""Runs of the refinery from a shell, as a user would start them, and the ledgers they leave."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "databroker/sample/files"
EVALUATION = ROOT.parent / "shared/data"


@dataclass(frozen=True, slots=True)
class Refined:
    """One finished run: its folder, its report, and how long it took from start to exit."""

    folder: Path
    report: dict[str, object]
    seconds: float

    def ledger(self, *columns: str) -> list[dict[str, object]]:
        files = sorted((self.folder / "ledger").glob("*.parquet"))
        return pa.concat_tables([pq.read_table(file, columns=list(columns)) for file in files]).to_pylist()


def refine(*inputs: Path, **options: str) -> Refined:
    """`manage.py refine` into a new folder; raises CalledProcessError when the run fails."""
    folder = Path(tempfile.mkdtemp(prefix="databroker-bench-"))
    flags = [text for name, value in options.items() for text in (f"--{name.replace('_', '-')}", value)]
    command = [
        sys.executable,
        str(ROOT / "manage.py"),
        "refine",
        *map(str, inputs),
        "--out",
        str(folder),
        "--json",
        *flags,
    ]
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=os.environ, check=True, capture_output=True, text=True)
    return Refined(folder, json.loads(done.stdout), time.monotonic() - began)


def table(title: str, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Plain text in columns, numbers to three digits."""
    cells = [head, *(tuple(f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([title, "", lines[0], "-" * len(lines[0]), *lines[1:], ""])
