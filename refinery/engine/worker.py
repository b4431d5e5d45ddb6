"""A worker process: takes one task per line on stdin, answers one line on stdout, ends when its parent does."""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path

from refinery.engine.artefacts import ArtefactStore
from refinery.engine.errors import EngineError
from refinery.engine.media.decoder import Decoder
from refinery.engine.processes import die_with_parent
from refinery.engine.readers import InputChanged
from refinery.engine.tasks import from_wire, perform


def main(parent: int, artefacts: str) -> None:
    """Serve tasks until stdin closes."""
    die_with_parent(parent)
    store = ArtefactStore(Path(artefacts))
    with Decoder() as decoder:
        for line in sys.stdin:
            answer = _answer(line, store, decoder)
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


def _answer(line: str, store: ArtefactStore, decoder: Decoder) -> dict[str, str]:
    try:
        perform(from_wire(line), store, decoder)
    except InputChanged as error:
        return {"failed": f"{error} changed while the run was reading it."}
    except EngineError as error:
        return {"failed": str(error)}
    except Exception as error:
        traceback.print_exc()
        return {"broken": f"{type(error).__name__}: {error}"}
    return {"done": ""}


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
