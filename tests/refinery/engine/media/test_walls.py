import subprocess
import sys
from pathlib import Path

import pytest

import refinery.engine.media

ROOM = Path(refinery.engine.media.__file__).parent
CHILD_ONLY = {"decoder_child"}
ENGINE_SIDE = sorted(path.stem for path in ROOM.glob("*.py") if path.stem not in CHILD_ONLY | {"__init__"})


def loaded_by(*modules: str) -> set[str]:
    """The modules a fresh interpreter holds after importing these of the room."""
    lines = [f"import refinery.engine.media.{module}" for module in modules]
    script = "\n".join([*lines, "import sys", "print('\\n'.join(sys.modules))"])
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOM.parents[2], capture_output=True, text=True, check=True
    )
    return set(found.stdout.split())


def test_only_the_child_imports_mutagen() -> None:
    assert not {name for name in loaded_by(*ENGINE_SIDE) if name.startswith("mutagen")}
    assert "mutagen" in loaded_by("decoder_child")


@pytest.mark.parametrize("name", ["decoder", "images", "near", "audio", "rules", "sniff"])
def test_the_engine_s_side_never_holds_the_image_reader(name: str) -> None:
    assert "refinery.engine.media.pixels" not in loaded_by(name)


def test_the_child_starts_without_numpy() -> None:
    assert not {"numpy", "scipy", "django"} & loaded_by("decoder_child")
