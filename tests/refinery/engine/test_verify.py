"""Verification: what is whole is proved, whatever was touched is found."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from refinery.engine import canonical, manifest
from refinery.engine.manifest import read_manifest
from refinery.engine.packaging import cut_package
from refinery.engine.rendering import Sale, render
from refinery.engine.verify import verify_directory, verify_result
from tests.refinery.engine import samples


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("verify")
    source = samples.mixed_input(root / "in")
    return samples.refine(root / "out", source).out, source


@pytest.fixture
def run_folder(made, tmp_path):
    shutil.copytree(made[0], tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture
def sold(made, tmp_path):
    cut_package(made[0], tmp_path / "sold", Sale(title="Bridges", licence="CC-BY-4.0", supplier="Sam"))
    return tmp_path / "sold"


def covered(root):
    return sorted(path for path in root.rglob("*") if path.is_file() and not _private(path.relative_to(root)))


def _private(path: Path):
    return path.parts[0].startswith(".") or path.name == "run.json"


def flip(path, position):
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


def test_a_whole_run_directory_is_proved(made):
    found = verify_directory(made[0])

    assert (found.problems, found.withheld) == ([], [])


def test_a_sold_package_is_proved_and_says_what_it_withholds(sold, made):
    found = verify_directory(sold)

    assert (found.problems, found.withheld) == ([], ["ledger/", "report.json"])
    assert found.package_digest == read_manifest(made[0]).digest


def test_a_sold_package_holds_nothing_but_what_is_sold(sold):
    assert sorted(path.name for path in sold.iterdir()) == [
        "LICENSE.md",
        "README.md",
        "SHA256SUMS",
        "croissant.json",
        "data",
        "manifest.json",
        "provenance.json",
        "public",
    ]


@pytest.mark.parametrize("where", [0, 0.5, -1])
def test_one_flipped_byte_is_found_in_every_file(run_folder, where):
    for path in covered(run_folder):
        size = path.stat().st_size
        position = int(size * where) if where >= 0 else size - 1
        flip(path, position)
        assert not verify_directory(run_folder).holds, path
        flip(path, position)
    assert verify_directory(run_folder).holds


def test_one_flipped_byte_is_found_in_every_file_of_a_sold_package(sold):
    for path in covered(sold):
        data = path.read_bytes()
        path.unlink()
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
        assert not verify_directory(sold).holds, path
        path.write_bytes(data)


@pytest.mark.parametrize(
    "name", ["data/text/part-00000.parquet", "ledger/part-00000.parquet", "report.json", "README.md"]
)
def test_a_missing_file_is_found(run_folder, name):
    (run_folder / name).unlink()

    assert f"{name} is listed in SHA256SUMS but missing." in verify_directory(run_folder).problems


def test_an_added_file_is_found(run_folder):
    (run_folder / "data/text/more.parquet").write_bytes(b"x")

    assert "data/text/more.parquet is there but not listed in SHA256SUMS." in verify_directory(run_folder).problems


def test_the_same_input_gives_the_same_result_under_any_name(made, tmp_path):
    shutil.copytree(made[1], tmp_path / "renamed")

    found = verify_result(made[0], (str(tmp_path / "renamed"),))

    assert (found.problems, found.warnings) == ([], [])


def test_a_sold_package_can_be_computed_again(sold, made):
    assert verify_result(sold, (str(made[1]),)).holds


def test_another_input_is_found_and_the_first_difference_named(made, tmp_path):
    shutil.copytree(made[1], tmp_path / "in")
    samples.write_rows(tmp_path / "in/texts.jsonl", [{"id": "bridge", "text": samples.PROSE + "And so it was."}])

    found = verify_result(made[0], (str(tmp_path / "in"),))

    assert len(found.problems) == 1
    assert "record bridge" in found.problems[0]


def rewrite_scores(folder, change):
    """A ledger whose scores were measured elsewhere, with every checksum made right again."""
    for path in (folder / "ledger").glob("*.parquet"):
        table = pq.ParquetFile(path).read()
        rows = table.to_pylist()
        rows[0]["quality"] = change(rows[0]["quality"] or 0.0)
        pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)


def reseal(folder):
    document = dict(manifest.read_manifest(folder).document)
    facts = manifest.file_facts(folder, "ledger")
    document["ledger"] = {"digest": manifest.files_digest(facts), "rows": sum(fact.rows for fact in facts)}
    (folder / "manifest.json").write_bytes(canonical.canonical_json(document))
    render(folder, Sale())


def test_scores_of_another_processor_are_a_warning(run_folder, made):
    rewrite_scores(run_folder, lambda quality: quality + 0.0005)
    reseal(run_folder)
    assert verify_directory(run_folder).holds

    found = verify_result(run_folder, (str(made[1]),))

    assert found.problems == []
    assert found.warnings == ["1 scores differ by at most 0.001; the verdicts are equal."]


def test_scores_that_differ_more_are_a_difference(run_folder, made):
    rewrite_scores(run_folder, lambda quality: quality + 0.01)
    reseal(run_folder)

    found = verify_result(run_folder, (str(made[1]),))

    assert "quality" in found.problems[0]
