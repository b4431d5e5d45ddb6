"""Table rows: what counts as filled, and the row as text."""

import datetime
import decimal

import pytest

from refinery.engine.text import rows


@pytest.mark.parametrize(
    ("row", "score", "expected"),
    [
        ({"a": 1, "b": None, "c": "", "d": "  "}, "filled_ratio", 1 / 4),
        ({"a": float("nan"), "b": 0, "c": False, "d": []}, "filled_ratio", 2 / 4),
        ({"a": "N/A", "b": "x", "c": None}, "placeholder_ratio", 1 / 2),
        ({"a": "x", "b": "x", "c": "y"}, "distinct_ratio", 2 / 3),
        ({"a": "x\ufffd"}, "replacement_ratio", 1 / 2),
        ({}, "filled_ratio", None),
        ({"a": None}, "placeholder_ratio", None),
        ({"a": 1, "b": 2}, "cell_count", 2),
    ],
)
def test_a_measure_is_what_its_definition_says(row, score, expected):
    assert rows.measure(row)[f"row_{score}"] == expected


def test_a_row_becomes_lines_of_its_filled_cells_in_order():
    row = {
        "name": "Ann",
        "none": None,
        "ok": True,
        "n": 1.5,
        "tags": ["b", {"z": 1, "a": None}],
        "day": datetime.date(2024, 5, 1),
        "sum": decimal.Decimal("1.10"),
    }
    assert rows.row_text(row) == (
        'name: Ann\nok: true\nn: 1.5\ntags: ["b", {"a": null, "z": 1}]\nday: date:2024-05-01\nsum: decimal:1.10'
    )


def test_all_measures_and_no_others_come_out():
    assert set(rows.measure({"a": 1})) == set(rows.BLOCK.outputs)
