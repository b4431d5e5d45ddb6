"""From bytes to records: what is whole is read, what is not is held by itself and named."""

import csv
import datetime
import decimal
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from refinery.engine.canonical import file_digest, sha256_hex
from refinery.engine.readers import FilePart, InputChanged, ReadOptions, cut, read
from refinery.engine.records import Modality

OPTIONS = ReadOptions("text", "id", 10_000, 10_000, 10_000, 10_000, 10_000_000)


def part(path, **changes):
    size, digest = file_digest(path)
    return FilePart(str(path), path.suffix.lower(), size, digest, **changes)


@pytest.fixture
def records(tmp_path):
    def records_of(name, data):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return list(read(part(path), OPTIONS))

    return records_of


def problems(found):
    return [(record.row, [(problem.code, problem.value) for problem in record.problems]) for record in found]


def test_a_row_with_the_text_column_is_a_text_and_keeps_its_other_columns(records):
    (record,) = records("a.jsonl", '{"id": 3, "text": "hello", "label": "x"}\n')

    assert (record.modality, record.text, record.row_json) == (Modality.TEXT, "hello", '{"id":3,"label":"x"}')
    assert (record.id_value, record.row) == ("3", 0)
    assert record.content_digest == sha256_hex(b'{"id":3,"label":"x","text":"hello"}')


def test_a_row_without_it_is_a_table_row(records):
    (record,) = records("a.jsonl", '{"b": 2, "a": 1.0}\n')

    assert (record.modality, record.text, record.row_json) == (Modality.TABLE_ROW, None, '{"a":1,"b":2}')


def test_a_broken_line_is_held_under_its_number_and_the_rest_goes_on(records):
    found = records("a.jsonl", '{"a":1}\n\n{oops\n[1]\n"word"\n{"a":NaN}\n{"a":2}')

    assert problems(found) == [
        (0, []),
        (1, [("broken_json", 3.0)]),
        (2, [("row_not_an_object", 4.0)]),
        (3, [("row_not_an_object", 5.0)]),
        (4, [("broken_json", 6.0)]),
        (5, []),
    ]


@pytest.mark.parametrize(("depth", "codes"), [(100, []), (200, ["json_too_deep"]), (4000, ["json_too_deep"])])
def test_json_nested_too_deeply_is_held(records, depth, codes):
    (record,) = records("a.jsonl", '{"a":' + "[" * depth + "]" * depth + "}\n")

    assert [problem.code for problem in record.problems] == codes


def test_numbers_beyond_exact_json_become_tagged_strings(records):
    (record,) = records("a.jsonl", '{"n": 12345678901234567890, "x": 1e999, "s": "integer:7"}\n')

    assert record.row_json == '{"n":"integer:12345678901234567890","s":"string:integer:7","x":"number:Infinity"}'


def test_a_number_too_long_to_read_is_held(records):
    (record,) = records("a.jsonl", '{"n": ' + "9" * 6000 + "}\n")

    assert [problem.code for problem in record.problems] == ["broken_json"]


def test_a_lone_surrogate_becomes_the_replacement_character(records):
    (record,) = records("a.jsonl", '{"text": "a\\ud800b"}\n')

    assert record.text == "a\ufffdb"


def test_a_line_over_the_limit_is_held_with_its_size(records):
    found = records("a.jsonl", b'{"text": "' + b"x" * 20_000 + b'"}\n{"text": "y"}\n')

    assert problems(found) == [(0, [("too_large", 20_013.0)]), (1, [])]
    assert found[0].problems[0].limit == 10_000


def test_a_text_that_is_no_text_is_held_and_an_absent_one_is_empty(records):
    found = records("a.jsonl", '{"text": 5}\n{"text": null}\n')

    assert problems(found) == [(0, [("text_not_a_string", None)]), (1, [])]
    assert found[1].text == ""


def test_jsonl_in_utf16_is_read(records):
    found = records("a.jsonl", '{"text": "é"}\n{"text": "ü"}\n'.encode("utf-16"))

    assert [record.text for record in found] == ["é", "ü"]


def test_a_json_array_gives_a_record_for_each_object(records):
    assert [record.row_json for record in records("a.json", '[{"a": 1},\n {"a": 2}]')] == ['{"a":1}', '{"a":2}']


def test_a_ragged_row_is_held_and_quoted_line_ends_are_not_rows(records):
    found = records("a.csv", 'id,text\n1,"two\nlines"\n2\n3,a,b\n\n4,end\n')

    assert problems(found) == [(0, []), (1, [("ragged_row", 1.0)]), (2, [("ragged_row", 3.0)]), (3, [])]
    assert found[0].text == "two\nlines"
    assert found[1].problems[0].limit == 2


def test_a_quote_that_is_never_closed_is_held_under_the_line_it_opens_in(records):
    assert problems(records("a.csv", 'a,b\n1,2\n3,"open\n4,5\n')) == [(0, []), (1, [("broken_csv", 3.0)])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_header_tells_the_delimiter(records, delimiter):
    (record,) = records("a.csv", f'a{delimiter}b\n1{delimiter}"x, y; z"\n')

    assert record.row_json == '{"a":"1","b":"x, y; z"}'


def test_columns_of_one_name_are_told_apart(records):
    (record,) = records("a.csv", "a,a,\n1,2,3\n")

    assert record.row_json == '{"a":"1","a_2":"2","column_3":"3"}'


def test_old_line_ends_and_other_encodings_are_read(records):
    assert [record.row_json for record in records("a.csv", "a,b\r1,2\r3,4\r")] == [
        '{"a":"1","b":"2"}',
        '{"a":"3","b":"4"}',
    ]
    (record,) = records("b.csv", "a,b\nGröße,2\n".encode("latin-1"))
    assert (record.row_json, record.notes) == ('{"a":"Größe","b":"2"}', ("not_utf8",))


def test_rows_of_parquet_keep_what_json_cannot_say(tmp_path):
    table = pa.table(
        {
            "id": ["a"],
            "price": [decimal.Decimal("1.50")],
            "day": [datetime.date(2024, 2, 29)],
            "raw": [b"\x00\xff"],
            "ratio": [float("nan")],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")

    (record,) = read(part(tmp_path / "a.parquet"), OPTIONS)

    assert record.row_json == (
        '{"day":"date:2024-02-29","id":"a","price":"decimal:1.50","ratio":"number:NaN","raw":"binary:00ff"}'
    )


@pytest.mark.parametrize("data", [b"not at all", b"PAR1 but no more", b"\x00\x01\x02"])
def test_a_parquet_that_is_not_one_is_held(records, data):
    assert problems(records("a.parquet", data)) == [(None, [("broken_parquet", None)])]


def test_a_parquet_cut_short_is_held_as_a_broken_one_whatever_its_name(tmp_path, records):
    table = pa.table({"note": [f"{'words ' * 40}{n}" for n in range(300)]})
    pq.write_table(table, tmp_path / "whole", compression="none")
    cut_short = (tmp_path / "whole").read_bytes()[:9000]

    for name in ("a.parquet", "a", "a.txt"):
        (record,) = records(name, cut_short)
        assert [problem.code for problem in record.problems] == ["broken_parquet"]
        assert (record.modality, record.media_type) == (Modality.TABLE_ROW, "application/vnd.apache.parquet")


def test_a_text_that_begins_like_a_parquet_is_read_as_the_text_it_is(records):
    (prose,) = records("a.txt", "PAR1 is what such a file begins with.")
    (row,) = records("a.csv", "PAR1,PAR2\n1,2\n")

    assert (prose.problems, prose.text) == ((), "PAR1 is what such a file begins with.")
    assert (row.problems, row.row_json) == ((), '{"PAR1":"1","PAR2":"2"}')


def test_a_damaged_row_group_is_held_and_the_others_are_read(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"x": [f"value {n}" for n in range(300)]}), path, row_group_size=100, compression="zstd")
    offset = pq.read_metadata(path).row_group(1).column(0).dictionary_page_offset
    data = bytearray(path.read_bytes())
    data[offset : offset + 40] = b"\xff" * 40
    path.write_bytes(data)

    found = list(read(part(path), OPTIONS))

    held = [record for record in found if record.problems]
    assert [problem.code for problem in held[0].problems] == ["broken_row_group"]
    assert (len(held), len(found)) == (1, 201)
    assert [record.row for record in found] == list(range(201))


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.txt", b"", "empty_file"),
        ("zero.png", b"", "empty_file"),
        ("blank.jsonl", b"\n \n", "no_rows"),
        ("head.csv", b"a,b\n", "no_rows"),
        ("a.pdf", b"%PDF-1.7 and so on", "unsupported_media_type"),
        ("a.zip", b"PK\x03\x04" + bytes(60), "unsupported_media_type"),
        ("noise", bytes(range(256)) * 4, "unsupported_media_type"),
        ("big.txt", b"word " * 3000, "too_large"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_held_record(records, name, data, code):
    (record,) = records(name, data)

    assert [problem.code for problem in record.problems] == [code]
    assert (record.row, record.size, record.content_digest) == (None, len(data), sha256_hex(data))


def test_latin_1_is_decoded_and_noted(records):
    (record,) = records("a.txt", "Größe".encode("latin-1"))

    assert (record.text, record.notes) == ("Größe", ("not_utf8",))


def test_what_a_file_is_follows_from_its_content(records):
    (record,) = records("song.mp3", b"\x89PNG\r\n\x1a\n" + bytes(40))

    assert (record.modality, record.media_type) == (Modality.IMAGE, "image/png")


def test_a_file_that_is_not_the_inventorys_is_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("one")
    old = part(path)
    path.write_text("two")

    with pytest.raises(InputChanged):
        list(read(old, OPTIONS))


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.parquet"])
def test_the_parts_of_a_large_file_hold_the_records_of_the_whole(tmp_path, name):
    path = tmp_path / name
    rows = [{"id": str(n), "note": f"line\nof {n}, {'x' * (n % 50)}"} for n in range(500)]
    _write(path, rows)
    whole = [record.row_json for record in read(part(path), OPTIONS)]

    ranges = cut(part(path), 3000, OPTIONS)
    pieces = [
        record.row_json
        for start, stop, lines in ranges
        for record in read(part(path, start=start, stop=stop, first_line=lines), OPTIONS)
    ]

    assert len(ranges) > 4
    assert pieces == whole
    assert len(whole) == 500


def _write(path, rows):
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n\n" for row in rows))
    elif path.suffix == ".csv":
        with path.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, ["id", "note"])
            writer.writeheader()
            writer.writerows(rows)
    else:
        pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=40)


def test_a_broken_line_in_a_later_part_is_named_by_its_place_in_the_file(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n' * 400 + "{oops\n" + '{"a": 1}\n' * 50)

    found = [
        record
        for start, stop, lines in cut(part(path), 1000, OPTIONS)
        for record in read(part(path, start=start, stop=stop, first_line=lines), OPTIONS)
    ]

    assert [record.problems[0].value for record in found if record.problems] == [401.0]
