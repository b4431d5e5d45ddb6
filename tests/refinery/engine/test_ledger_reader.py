"""Pages, filters and single records of a ledger."""

import pytest

from refinery.engine.ledger_reader import LedgerFilter, LedgerReader
from tests.refinery.engine import samples


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    root = tmp_path_factory.mktemp("reader")
    return samples.refine(root / "out", samples.mixed_input(root / "in")).out


@pytest.fixture(scope="module")
def reader(out):
    return LedgerReader(out / "ledger")


def test_pages_follow_one_another_without_gap_or_overlap(reader):
    seen, after = [], -1
    while page := reader.page(after=after, limit=4):
        seen += [row.seq for row in page]
        after = page[-1].seq

    assert seen == list(range(15))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (LedgerFilter(status="held"), ["in/broken.jsonl#1", "in/empty.txt", "in/table.csv#2"]),
        (LedgerFilter(reason="ragged_row"), ["in/table.csv#2"]),
        (LedgerFilter(modality="image", status="kept"), ["in/one.png", "in/other.png"]),
        (LedgerFilter(source="texts", status="kept"), ["bridge", "bees"]),
        (LedgerFilter(cluster="bridge"), ["bridge", "bridge-again", "bridge-near"]),
        (LedgerFilter(min_quality=2.0), []),
        (LedgerFilter(language="en' OR 'a' = 'a"), []),
    ],
)
def test_filters_are_values_and_nothing_else(reader, wanted, expected):
    assert sorted(row.record_id for row in reader.page(wanted)) == sorted(expected)
    assert reader.count(wanted) == len(expected)


def test_one_record_is_found_with_its_scores_and_reasons(reader):
    row = reader.record("short")

    assert row.status == "dropped"
    assert row.scores["text_word_count"] == 2
    assert "gopher_short_doc" in [reason.code for reason in row.reasons]
    assert reader.record("nobody") is None


def test_the_buyers_cut_is_read_alike(out):
    rows = LedgerReader(out / "public/ledger").page()

    assert {row.source for row in rows} == {""}
    assert "bridge" in [row.record_id for row in rows]
