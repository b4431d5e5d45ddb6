"""A version's digest is the shell's, for every name a file can have; its manifest reads back as it was written."""

import os

import pytest

from refinery.engine.inventory import StoredFile, inventory_of_files, take_inventory
from suppliers import inventory
from suppliers.inventory import InventoryEntry

NAMES = (
    "a.txt", "b/a.txt", "b.txt", "B.txt", "b#1", "c#12.txt", "back\\slash", "caf\u00e9", "cafe\u0301", "\udce9latin",
    "quote\"s", "日本語/文書.txt", "emoji 🙂", "a\u202eb", "string:x", "b/", "~",
)  # fmt: skip


@pytest.fixture
def entries():
    return [
        InventoryEntry(name.rstrip("/") or "x", number + 1, f"{number:064x}", "text/plain")
        for number, name in enumerate(dict.fromkeys(name.rstrip("/") for name in NAMES))
        if name != "b"
    ]


def test_the_digest_is_the_engines(entries):
    files = [StoredFile(entry.path, "", entry.bytes, entry.sha256) for entry in entries]

    assert inventory.input_digest(entries) == inventory_of_files(files, inventory.INPUT_NAME).digest


def test_the_digest_is_that_of_a_folder_with_the_same_files(tmp_path, entries):
    folder = tmp_path / "files"
    real = []
    for entry in entries:
        path = os.path.join(os.fsencode(folder), os.fsencode(entry.path))  # noqa: PTH118 - bytes paths
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - bytes paths
        with open(path, "wb") as stream:  # noqa: PTH123 - bytes paths
            stream.write(b"x" * entry.bytes)
    taken = take_inventory([str(folder)])
    by_size = {entry.bytes: entry.path for entry in entries}
    real = [InventoryEntry(by_size[found.size], found.size, found.sha256) for found in taken.entries]

    assert inventory.input_digest(real) == taken.digest


def test_the_order_of_arrival_does_not_matter(entries):
    assert inventory.input_digest(reversed(entries)) == inventory.input_digest(entries)


def test_one_bit_of_a_name_a_size_or_a_digest_matters(entries):
    one = entries[0]
    changed = [
        InventoryEntry(one.path + "x", one.bytes, one.sha256),
        InventoryEntry(one.path, one.bytes + 1, one.sha256),
        InventoryEntry(one.path, one.bytes, "f" * 64),
    ]
    digests = {inventory.input_digest([other, *entries[1:]]) for other in [one, *changed]}

    assert len(digests) == 4


def test_the_manifest_reads_back(entries):
    assert inventory.from_parquet(inventory.to_parquet(entries, "d")) == inventory.in_order(entries)


def test_a_manifest_of_another_format_is_refused(entries, monkeypatch):
    monkeypatch.setattr(inventory, "FORMAT", "databroker.inventory/9")
    data = inventory.to_parquet(entries, "d")
    monkeypatch.undo()
    with pytest.raises(ValueError, match=r"inventory/9"):
        inventory.from_parquet(data)


def test_the_same_files_make_the_same_manifest(entries):
    assert inventory.to_parquet(entries, "d") == inventory.to_parquet(list(reversed(entries)), "d")
