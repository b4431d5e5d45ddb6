"""The files of a bought copy: the package's own, with the licence as it was accepted and checksums to match.

Only LICENSE.md and SHA256SUMS are written per purchase; all other bytes are the package's.
"""

import hashlib
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from databroker import storage
from databroker.money import Money
from marketplace.models import Entitlement

LICENCE: Final = "LICENSE.md"
SUMS: Final = "SHA256SUMS"
ARCHIVE: Final = "all.zip"
_TYPES: Final = {
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".tar": "application/x-tar",
}
_BLOCK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One file of a bought copy: path inside it, size in bytes, hex sha256, where it lies on this machine."""

    path: str
    size: int
    sha256: str
    location: Path

    @property
    def content_type(self) -> str:
        """What the server says it is; images and sounds too go out as attachments."""
        if self.path == SUMS:
            return "text/plain; charset=utf-8"
        return _TYPES.get(Path(self.path).suffix, "application/octet-stream")


def folder_of(entitlement: Entitlement) -> Path:
    """Where the rendered files of a purchase lie."""
    return storage.tenant_directory(entitlement.organization_id, "entitlements", entitlement.pk.hex)


def licence_text(entitlement: Entitlement) -> str:
    """The accepted licence, and below it who granted it to whom for what."""
    line = entitlement.line
    order = line.order
    price = Money(line.price_minor, order.currency)
    granted = order.paid_at or order.created_at
    return f"""{line.terms.text.rstrip()}

---

| | |
|---|---|
| Supplier | {line.listing.organization.name} |
| Licensee | {entitlement.organization.name} |
| Package | {line.title} {line.package_version} |
| Package digest | `sha256:{line.package_digest}` |
| Licence | {line.terms.identifier}, version {line.terms.version}, `sha256:{line.terms_digest}` |
| Price | {price} |
| Order | {order.public_id} |
| Entitlement | {entitlement.public_id} |
| Accepted | {granted:%Y-%m-%d} |
"""


def _listed(sums: str) -> dict[str, str]:
    rows = (line.split("  ", 1) for line in sums.splitlines() if "  " in line)
    return {path: digest for digest, path in rows}


def render(entitlement: Entitlement) -> Path:
    """Writes LICENSE.md and SHA256SUMS unless they are there; twice, also at once, changes nothing."""
    folder = folder_of(entitlement)
    if (folder / SUMS).exists():
        return folder
    licence = licence_text(entitlement).encode()
    listed = _listed((entitlement.package.directory / SUMS).read_text(encoding="utf-8"))
    listed[LICENCE] = hashlib.sha256(licence).hexdigest()
    sums = "".join(f"{listed[path]}  {path}\n" for path in sorted(listed, key=str.encode))
    _write(folder / LICENCE, licence)
    _write(folder / SUMS, sums.encode())
    return folder


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}-{os.urandom(6).hex()}")
    draft.write_bytes(content)
    draft.replace(path)


def files(entitlement: Entitlement) -> dict[str, DeliveredFile]:
    """Every file of the copy by its path, in the order of SHA256SUMS, which comes last."""
    folder, package = render(entitlement), entitlement.package.directory
    sums = (folder / SUMS).read_bytes()
    found = {}
    for path, digest in _listed(sums.decode()).items():
        location = folder / LICENCE if path == LICENCE else package / path
        found[path] = DeliveredFile(path, location.stat().st_size, digest, location)
    found[SUMS] = DeliveredFile(SUMS, len(sums), hashlib.sha256(sums).hexdigest(), folder / SUMS)
    return found


class _Pipe:
    """A file to write to whose content is taken away as it comes."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is buffered here."""

    def take(self) -> bytes:
        taken, self.parts = b"".join(self.parts), []
        return taken


def archive(chosen: dict[str, DeliveredFile], root: str) -> Iterator[bytes]:
    """A zip of everything below the folder `root`, stored and not compressed, while it is being read."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as target:  # type: ignore[call-overload]  # needs write and flush
        for file in chosen.values():
            info = zipfile.ZipInfo(f"{root}/{file.path}")
            with target.open(info, "w", force_zip64=True) as member, file.location.open("rb") as source:
                while block := source.read(_BLOCK):
                    member.write(block)
                    yield pipe.take()
    yield pipe.take()
