"""The engine as a child process: `python -m refinery.engine.child JOBFILE`.

Progress goes to stdout as JSON lines; the last line is {"result": ...}, {"stopped": true} or {"error": ...}. A line
``stop`` on stdin, or its end, asks for a stop at the next task border. Exit 0 done, 10 stopped, 4 failed.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from refinery.engine.errors import EngineError, Stopped
from refinery.engine.job import Job
from refinery.engine.processes import die_with_parent
from refinery.engine.run import Progress, RunResult, run

DONE, FAILED, STOPPED = 0, 4, 10


def main(job_file: str) -> int:
    """Do the job in the file; returns the exit status."""
    die_with_parent(os.getppid())
    stop = threading.Event()
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()
    try:
        job = Job.from_json(Path(job_file).read_text(encoding="utf-8"))
        result = run(job, _say_progress, stop.is_set)
    except Stopped:
        _say({"stopped": True})
        return STOPPED
    except EngineError as error:
        _say({"error": str(error), "kind": type(error).__name__})
        return FAILED
    except Exception as error:
        _say({"error": f"The engine broke: {type(error).__name__}.", "kind": type(error).__name__})
        raise
    _say({"result": _summary(result)})
    return DONE


def _listen(stop: threading.Event) -> None:
    """Wait for a stop; the end of stdin means that nobody waits for the answer any more."""
    for line in sys.stdin:
        if line.strip() == "stop":
            break
    stop.set()


def _say_progress(progress: Progress) -> None:
    _say(asdict(progress))


def _say(message: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _summary(result: RunResult) -> dict[str, object]:
    return {
        "out": str(result.out),
        "package_digest": result.package_digest,
        "input_digest": result.input_digest,
        "verdict": result.report["verdict"],
        "fresh": result.fresh,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
