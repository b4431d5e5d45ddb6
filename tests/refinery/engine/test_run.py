"""A whole run on small files: nothing lost, everything explained, the same bytes again."""

import hashlib
import json
from pathlib import Path

import pytest

from refinery.engine.canonical import file_digest
from refinery.engine.errors import RunFailed, Stopped, UsageError
from refinery.engine.inventory import StoredFile
from refinery.engine.job import Job, Override
from refinery.engine.ledger import PUBLIC_SCHEMA, SCHEMA
from refinery.engine.record_contents import ContentReader
from refinery.engine.run import run
from tests.refinery.engine import samples


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    root = tmp_path_factory.mktemp("run")
    source = samples.mixed_input(root / "files")
    return samples.refine(root / "out", source)


def by_id(out, name):
    return next(row for row in samples.ledger(out) if row["record_id"] == name)


def test_every_record_is_in_the_ledger_once_in_order(done):
    rows = samples.ledger(done.out)

    assert [row["seq"] for row in rows] == list(range(len(rows)))
    assert len({row["record_id"] for row in rows}) == len(rows) == 15


def test_kept_dropped_and_held_add_up_at_every_stage(done):
    for stage in done.report["funnel"]:
        assert stage["kept"] + stage["dropped"] + stage["held"] == stage["records"] == 15


def test_every_dropped_or_held_record_has_reasons_and_no_kept_one(done):
    for row in samples.ledger(done.out):
        assert bool(row["reasons"]) == (row["status"] != "kept")


def test_copies_name_the_record_that_stays(done):
    again, near = by_id(done.out, "bridge-again"), by_id(done.out, "bridge-near")

    assert (again["duplicate_of"], again["duplicate_method"]) == ("bridge", "exact")
    assert (near["duplicate_of"], near["duplicate_method"]) == ("bridge", "near_text")
    assert near["duplicate_similarity"] >= 0.85
    assert by_id(done.out, "bridge")["duplicate_cluster"] == again["duplicate_cluster"] == "bridge"
    assert by_id(done.out, "bees")["duplicate_cluster"] is None


def test_pictures_with_equal_pixels_are_copies_whatever_their_format(done):
    rows = {Path(row["source"]).name: row for row in samples.ledger(done.out)}

    assert rows["same.bmp"]["duplicate_of"] == rows["one.png"]["record_id"]
    assert rows["other.png"]["duplicate_cluster"] is None


def test_a_broken_line_and_a_ragged_row_are_held_and_the_rest_goes_on(done):
    held = {
        row["source"]: [reason["code"] for reason in row["reasons"]]
        for row in samples.ledger(done.out)
        if row["status"] == "held"
    }

    assert held == {
        "files/broken.jsonl#1": ["broken_json"],
        "files/empty.txt": ["empty_file"],
        "files/table.csv#2": ["ragged_row"],
    }


def test_the_package_digest_is_the_sha256_of_the_manifest(done):
    assert done.package_digest == hashlib.sha256((done.out / "manifest.json").read_bytes()).hexdigest()


def test_the_columns_of_the_ledger_are_all_there(done):
    assert list(samples.ledger(done.out)[0]) == SCHEMA.names


def test_the_buyers_cut_shows_no_path_and_no_record_that_was_not_kept(done):
    rows = samples.ledger(done.out, "public/ledger")
    shown = "".join(path.read_bytes().decode("latin-1") for path in (done.out / "public").rglob("*") if path.is_file())

    assert list(rows[0]) == PUBLIC_SCHEMA.names
    assert {row["status"] for row in rows} == {"kept"}
    assert len(rows) == done.report["verdict"]["kept"]
    assert not [
        name for name in ("files/", "table.csv", "one.png", "bridge-again") if name in shown or name in json.dumps(rows)
    ]


def test_data_holds_the_kept_records_and_no_other(done):
    texts, pictures = samples.ledger(done.out, "data/text"), samples.ledger(done.out, "data/image")

    assert [row["record_id"] for row in texts] == ["bridge", "bees"]
    assert texts[0]["text"] == samples.PROSE
    for row in pictures:
        file = done.out / "data/image" / row["file_name"]
        assert file_digest(file)[1] == row["original_digest"] == file.stem


def test_the_same_job_again_answers_at_once(done):
    again = samples.refine(done.out, done.out.parent / "files")

    assert (again.fresh, again.package_digest) == (False, done.package_digest)


def test_two_workers_give_the_same_digest_as_one(done, tmp_path):
    again = samples.refine(tmp_path / "out", done.out.parent / "files", workers=2)

    assert again.package_digest == done.package_digest


def test_files_kept_by_the_caller_give_the_same_digest_as_the_folder(done, tmp_path):
    source = done.out.parent / "files"
    files = []
    for number, path in enumerate(sorted(source.rglob("*"), reverse=True)):
        stored = tmp_path / "store" / str(number)
        stored.parent.mkdir(exist_ok=True)
        stored.write_bytes(path.read_bytes())
        files.append(StoredFile(path.relative_to(source).as_posix(), str(stored), *file_digest(path)))

    again = samples.refine(tmp_path / "out", files=tuple(files))

    assert again.package_digest == done.package_digest


def test_a_record_that_was_dropped_can_still_be_read(done):
    row = by_id(done.out, "short")

    assert ContentReader(done.out).content(row["seq"]).text == "Too short."


def test_another_threshold_asks_nothing_of_the_files_again(done, tmp_path):
    kept = done.out / ".artefacts"
    written = {path: path.stat().st_mtime_ns for path in kept.rglob("*.parquet")}

    again = samples.refine(tmp_path / "out", done.out.parent / "files", threshold=0.99, artefacts=str(kept))

    assert {path: path.stat().st_mtime_ns for path in kept.rglob("*.parquet")} == written
    assert again.report["verdict"]["kept"] < done.report["verdict"]["kept"]
    assert "low_quality" in [reason["code"] for reason in again.report["reasons"]]


def test_annotate_decides_nothing(done, tmp_path):
    again = samples.refine(tmp_path / "out", done.out.parent / "files", recipe="annotate")
    rows = samples.ledger(again.out)

    assert {row["status"] for row in rows} == {"kept", "held"}
    assert all(row["reasons"] == [] and row["duplicate_of"] is None for row in rows)
    assert [row["source"] for row in rows if row["status"] == "held"] == [
        row["source"] for row in rows if row["problems"]
    ]
    assert [row["duplicate_cluster"] for row in rows] == [row["duplicate_cluster"] for row in samples.ledger(done.out)]


def test_annotate_takes_no_threshold(done, tmp_path):
    with pytest.raises(UsageError, match="decides nothing"):
        samples.refine(tmp_path / "out", done.out.parent / "files", recipe="annotate", threshold=0.4)


def test_a_curator_may_keep_a_copy_and_drop_the_original(done, tmp_path):
    keys = {row["record_id"]: row["record_key"] for row in samples.ledger(done.out)}
    overrides = (Override(keys["short"], "kept"), Override(keys["bridge"], "dropped"), Override(keys["bees"], "held"))

    again = samples.refine(tmp_path / "out", done.out.parent / "files", overrides=overrides)

    assert by_id(again.out, "short")["status"] == "kept"
    assert [reason["code"] for reason in by_id(again.out, "bridge")["reasons"]] == ["override_dropped"]
    assert [reason["code"] for reason in by_id(again.out, "bees")["reasons"]] == ["override_held"]
    assert by_id(again.out, "bridge-again")["status"] == "kept"
    assert again.package_digest != done.package_digest


def test_ids_that_are_not_unique_give_way_to_the_source(tmp_path):
    samples.write_rows(tmp_path / "in/a.jsonl", [{"id": 7, "x": 1}, {"id": 7, "x": 2}, {"id": 8, "x": 3}])

    again = samples.refine(tmp_path / "out", tmp_path / "in")

    assert [row["record_id"] for row in samples.ledger(again.out)] == ["in/a.jsonl#0", "in/a.jsonl#1", "8"]
    assert again.report["warnings"] == [{"code": "id_column_unused", "count": 2}]


def test_an_id_that_reads_like_a_source_gives_way(tmp_path):
    samples.write_rows(tmp_path / "in/a.jsonl", [{"id": "in/a.jsonl#1", "x": 1}, {"x": 2}])

    again = samples.refine(tmp_path / "out", tmp_path / "in")

    assert [row["record_id"] for row in samples.ledger(again.out)] == ["in/a.jsonl#0", "in/a.jsonl#1"]


def test_record_keys_do_not_change_when_another_file_comes(tmp_path):
    samples.mixed_input(tmp_path / "in")
    before = samples.ledger(samples.refine(tmp_path / "out1", tmp_path / "in").out)
    (tmp_path / "in/0.txt").write_text(samples.OTHER)
    after = samples.ledger(samples.refine(tmp_path / "out2", tmp_path / "in").out)

    assert {row["record_key"] for row in before} < {row["record_key"] for row in after}


def test_a_stop_is_answered_at_a_task_border_and_the_run_goes_on_later(done, tmp_path):
    job = samples.job(tmp_path / "out", done.out.parent / "files")
    with pytest.raises(Stopped):
        run(job, should_stop=lambda: True)
    assert not (tmp_path / "out/manifest.json").exists()

    assert run(job).package_digest == done.package_digest


def test_a_folder_of_somebody_else_is_not_written_to(done, tmp_path):
    (tmp_path / "data").mkdir()

    with pytest.raises(UsageError, match="already holds data"):
        samples.refine(tmp_path, done.out.parent / "files")


def test_the_result_may_not_lie_inside_the_input(tmp_path):
    source = samples.mixed_input(tmp_path / "in")

    with pytest.raises(UsageError, match="inside one another"):
        samples.refine(source / "out", source)


def test_a_file_that_changes_under_the_run_ends_it_in_words(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("new")
    file = StoredFile("a.txt", str(path), 3, hashlib.sha256(b"old").hexdigest())

    with pytest.raises(RunFailed, match="changed while"):
        samples.refine(tmp_path / "out", files=(file,))


def test_a_damaged_result_is_made_again(tmp_path):
    source = samples.mixed_input(tmp_path / "in")
    first = samples.refine(tmp_path / "out", source)
    next((tmp_path / "out/data/text").glob("*.parquet")).unlink()

    again = samples.refine(tmp_path / "out", source)

    assert (again.fresh, again.package_digest) == (True, first.package_digest)


def test_a_job_survives_its_file():
    job = Job("out", "{}", inputs=("a", "b\udcff"), names=("x", "y"), overrides=(Override("k", "kept"),), workers=3)

    assert Job.from_json(job.to_json()) == job
