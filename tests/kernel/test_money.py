"""databroker/money.py"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from databroker import money
from databroker.money import Money


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any))
def test_the_parts_of_a_split_sum_to_the_whole(minor: int, weights: list[int]) -> None:
    parts = money.split(Money(minor, "USD"), weights)
    assert sum(part.minor for part in parts) == minor


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**4), min_size=1, max_size=8).filter(any))
def test_no_part_is_off_by_a_whole_unit(minor: int, weights: list[int]) -> None:
    parts = money.split(Money(minor, "USD"), weights)
    assert all(abs(part.minor - minor * w / sum(weights)) < 1 for part, w in zip(parts, weights, strict=True))


def test_the_odd_cent_goes_to_the_largest_remainder() -> None:
    assert [part.minor for part in money.split(Money(100, "USD"), [1500, 8500])] == [15, 85]
    assert [part.minor for part in money.split(Money(101, "USD"), [1500, 8500])] == [15, 86]


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [("4000", "USD", 400000), ("4,000.5", "USD", 400050), ("0", "EUR", 0), ("120", "JPY", 120), ("1.234", "KWD", 1234)],
)
def test_money_is_read_as_people_type_it(typed: str, currency: str, minor: int) -> None:
    assert money.parse(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize("typed", ["", "-1", "1.234", "4.000,00", "$5", "1e3", "٣", "NaN"])
def test_anything_else_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match=r"Write 4000 or 4000\.00"):
        money.parse(typed, "USD")


def test_two_currencies_do_not_add() -> None:
    with pytest.raises(ValueError, match="cannot be added"):
        Money(1, "USD") + Money(1, "EUR")


def test_an_amount_reads_with_its_exponent() -> None:
    assert [str(Money(400000, "USD")), str(Money(120, "JPY"))] == ["4,000.00 USD", "120 JPY"]
