"""The bundled sample: a few hundred real, redistributable records with planted duplicates and junk; see NOTICE.md."""

from pathlib import Path

FILES = Path(__file__).resolve().parent / "files"
