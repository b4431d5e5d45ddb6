"""Pictures for pages: decoded in the guarded child and encoded anew, so that no supplier's byte is served inline."""

import io
from pathlib import Path

from PIL import Image

from databroker import storage
from refinery.engine.media.decoder import DecodedImage, Decoder
from refinery.models import Package, RefinementRun
from suppliers import inventory, names

_QUALITY = 85


def run_picture(run: RefinementRun, source: str) -> bytes | None:
    """A JPEG, at most 512 pixels a side, of the picture that the ledger calls `source`; None if it is none."""
    for entry in inventory.read(run.version):
        if source == f"{inventory.INPUT_NAME}/{inventory.printable_path(names.raw(entry.path))}":
            with storage.local_copy(run.organization_id, entry.sha256) as path:
                return _encoded(path)
    return None


def package_picture(package: Package, file_name: str) -> bytes | None:
    """The same of a package's picture, by the `file_name` of its index; None for a name that is not in there."""
    folder = package.directory / "data" / "image"
    path = folder / file_name
    if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        return None
    return _encoded(path)


def _encoded(path: Path) -> bytes | None:
    with Decoder() as decoder:
        decoded = decoder.image(path)
    if not isinstance(decoded, DecodedImage):
        return None
    sink = io.BytesIO()
    Image.fromarray(decoded.raster).save(sink, "JPEG", quality=_QUALITY)
    return sink.getvalue()
