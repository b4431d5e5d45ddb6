"""`make bench`: how fast the refinery takes the bundled sample, whole and by folder, with one and two workers."""

import platform
import shutil
import sys
from pathlib import Path

from tests.bench.shell import SAMPLE, refine, table

INPUTS = (".", "declarations", "word_problems.jsonl", "register.csv", "photos", "speech")


def measured(name: str, workers: int) -> tuple[object, ...]:
    source = SAMPLE / name
    done = refine(source, workers=str(workers))
    records = len(done.ledger("seq"))
    shutil.rmtree(done.folder)
    return name, workers, records, size(source) / 1e6, done.seconds, records / done.seconds


def size(path: Path) -> int:
    return sum(file.stat().st_size for file in [path, *path.rglob("*")] if file.is_file())


def main() -> int:
    rows = [measured(name, workers) for name in INPUTS for workers in (1, 2)]
    title = (
        f"Rates on {platform.machine()}, Python {platform.python_version()}; seconds include the start of the process"
    )
    print(table(title, ("input", "workers", "records", "MB", "seconds", "records/s"), rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
