"""The source tree as the architecture tests see it: what is on the disk, whether committed yet or not."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("databroker", "suppliers", "refinery", "marketplace")
TEXTS = {".py", ".html", ".txt", ".md", ".css", ".js", ".toml", ".json", ".xml", ".svg"}
NOT_OURS = ("static/vendor", "static/fonts", "databroker/sample/files", "refinery/engine/assets", "var", ".venv")


@dataclass(frozen=True, slots=True)
class Source:
    """One Python module: its path below the root, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module


def modules(*folders: str) -> Iterator[Source]:
    """The Python modules of these folders (the four packages unless named), migrations left out."""
    for folder in folders or PACKAGES:
        for file in sorted((ROOT / folder).rglob("*.py")):
            path = file.relative_to(ROOT).as_posix()
            if "/migrations/" not in path:
                text = file.read_text(encoding="utf-8")
                yield Source(path, text, ast.parse(text, path))


def files(*suffixes: str) -> Iterator[Path]:
    """Every file of ours with one of these suffixes, wherever it lies."""
    for folder in (*PACKAGES, "templates", "static", "tests", "docs", ".ci"):
        for file in sorted((ROOT / folder).rglob("*")):
            path = file.relative_to(ROOT).as_posix()
            if file.is_file() and file.suffix in suffixes and not path.startswith(NOT_OURS):
                yield file
    yield from (file for file in sorted(ROOT.iterdir()) if file.is_file() and file.suffix in suffixes)


def documentation() -> str:
    """The README and every page of docs in one text."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages if page.exists())
