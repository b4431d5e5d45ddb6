"""Which files a run reads, in which order, under which names."""

import hashlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refinery.engine.errors import NothingToRead, UsageError
from refinery.engine.inventory import StoredFile, inventory_of_files, printable_path, raw_path, take_inventory


def touch(path, content=b"x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def sources(*inputs):
    return [entry.source for entry in take_inventory([str(given) for given in inputs]).entries]


@given(st.binary(min_size=1, max_size=40))
def test_a_printable_path_gives_its_bytes_back(raw):
    assert raw_path(printable_path(raw)) == raw


@given(st.binary(min_size=1, max_size=40))
def test_a_printable_path_can_be_written_as_utf8(raw):
    printable_path(raw).encode("utf-8")


def test_a_file_name_never_reads_like_a_row():
    assert printable_path(b"table.csv#3") == "table.csv\\#3"
    assert printable_path(b"C# notes") == "C# notes"


def test_files_are_ordered_by_the_bytes_of_their_path(tmp_path):
    for name in ("b", "a/z", "a.txt", "Z", "ä"):
        touch(tmp_path / "in" / name)

    assert sources(tmp_path / "in") == ["in/Z", "in/a.txt", "in/a/z", "in/b", "in/ä"]


def test_inputs_of_one_name_are_told_apart(tmp_path):
    touch(tmp_path / "one/in/a")
    touch(tmp_path / "two/in/a")

    assert sources(tmp_path / "one/in", tmp_path / "two/in") == ["in/a", "in~2/a"]


def test_a_file_input_is_its_own_source(tmp_path):
    touch(tmp_path / "a.txt")

    assert sources(tmp_path / "a.txt") == ["a.txt"]


def test_a_glob_stands_for_its_matches(tmp_path):
    for name in ("b.txt", "a.txt", "c.md"):
        touch(tmp_path / name)

    assert sources(tmp_path / "*.txt") == ["a.txt", "b.txt"]


def test_a_file_whose_name_looks_like_a_glob_is_itself(tmp_path):
    touch(tmp_path / "a[1].txt")
    touch(tmp_path / "a1.txt")

    assert sources(tmp_path / "a[1].txt") == ["a[1].txt"]


def test_links_and_pipes_are_counted_and_not_followed(tmp_path):
    touch(tmp_path / "secret/key")
    touch(tmp_path / "in/a")
    (tmp_path / "in/link").symlink_to(tmp_path / "secret/key")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    os.mkfifo(tmp_path / "in/pipe")

    inventory = take_inventory([str(tmp_path / "in")])

    assert [entry.path for entry in inventory.entries] == ["a"]
    assert inventory.skipped == (("special_file", 1), ("symbolic_link", 2))


def test_the_digest_is_over_lines_of_path_size_and_sha256(tmp_path):
    touch(tmp_path / "in/a", b"hello")
    line = b'["in/a",5,"%s"]\n' % hashlib.sha256(b"hello").hexdigest().encode()

    assert take_inventory([str(tmp_path / "in")]).digest == hashlib.sha256(line).hexdigest()


def test_kept_files_have_the_digest_of_a_folder_of_that_name(tmp_path):
    names = [b"z.txt", b"a b.txt", b"caf\xe9.txt", b"sub/x#1"]
    for name in names:
        touch(tmp_path / "files" / os.fsdecode(name), name)
    kept = [StoredFile(os.fsdecode(name), "anywhere", len(name), hashlib.sha256(name).hexdigest()) for name in names]

    assert inventory_of_files(kept).digest == take_inventory([str(tmp_path / "files")]).digest


def test_two_kept_files_of_one_path_are_refused():
    file = StoredFile("a", "x", 1, "0" * 64)

    with pytest.raises(UsageError, match="same path"):
        inventory_of_files([file, file])


@pytest.mark.parametrize("given", ["s3://bucket/key", "gs://bucket", "az://box", "https://example.com/a"])
def test_addresses_are_refused_in_words(given):
    with pytest.raises(UsageError, match="Copy the files"):
        take_inventory([given])


def test_an_archive_is_refused_in_words(tmp_path):
    touch(tmp_path / "a.zip")

    with pytest.raises(UsageError, match="Unpack it"):
        take_inventory([str(tmp_path / "a.zip")])


def test_an_empty_folder_holds_nothing_to_read(tmp_path):
    with pytest.raises(NothingToRead):
        take_inventory([str(tmp_path)])


def test_what_is_not_there_holds_nothing_to_read(tmp_path):
    with pytest.raises(NothingToRead, match="no such file"):
        take_inventory([str(tmp_path / "none")])
