"""How figures are written for people: English thousands, a real minus, a no-break space before the unit."""

from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from django.utils import dateformat, timezone

from databroker.money import Money, exponent

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_BYTE_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_TIME_FORMATS = {"full": "j M Y, H:i", "date": "j M Y", "clock": "H:i:s", "day": "j M"}

Number: TypeAlias = int | float | Decimal


def number(value: Number, decimals: int | None = None) -> str:
    """Write a number with thousands commas: 1248306 is "1,248,306"; floats get two decimals unless told."""
    if decimals is None:
        decimals = 0 if isinstance(value, int) or value == int(value) else 2
    return f"{value:,.{decimals}f}".replace("-", MINUS)


def percent(share: Number, decimals: int = 1) -> str:
    """Write a share of 1 as a percentage: 0.084 is "8.4 %"; a share that would round to nothing says so."""
    floor = 10**-decimals
    if 0 < share * 100 < floor:
        return f"under {floor:.{decimals}f}{NBSP}%"
    text = number(share * 100, decimals)
    if decimals and text.endswith("." + "0" * decimals):
        text = text[: -decimals - 1]
    return f"{text}{NBSP}%"


def score(value: Number) -> str:
    """Write a score between 0 and 1 with two decimals."""
    return number(value, 2)


def file_size(size: int) -> str:
    """Write a number of bytes in decimal units: 71400000000 is "71.4 GB"."""
    amount = float(size)
    for unit in _BYTE_UNITS:
        if abs(amount) < 999.5 or unit == _BYTE_UNITS[-1]:
            break
        amount /= 1000
    exact = unit == "B" or abs(amount) >= 99.95
    return f"{number(amount, 0 if exact else 1)}{NBSP}{unit}"


def money(amount: Money) -> str:
    """Write an amount with its sign where there is a common one: 480000 EUR is "€4,800.00"."""
    symbol = _SYMBOLS.get(amount.currency, amount.currency + NBSP)
    digits = exponent(amount.currency)
    return f"{MINUS if amount.minor < 0 else ''}{symbol}{abs(amount.decimal()):,.{digits}f}"


def digest_groups(digest: str, *, short: bool = False) -> str:
    """Write a digest in groups of four, so that two can be compared by eye; `short` keeps both ends."""
    scheme, colon, body = digest.rpartition(":")
    groups = [body[start : start + 4] for start in range(0, len(body), 4)]
    if short and len(groups) > 4:
        groups = [*groups[:2], "…", groups[-1]]
    return f"{scheme}{colon}{' '.join(groups)}"


def moment(value: datetime, form: str = "full") -> str:
    """Write a moment in the reader's time zone; `form` is full, date, day or clock."""
    return dateformat.format(timezone.localtime(value), _TIME_FORMATS[form])


def duration(seconds: float) -> str:
    """Write a duration the way people say it: 372 is "6 min 12 s", 8040 is "2 h 14 min"."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    if hours:
        return f"{number(hours)}{NBSP}h {minutes}{NBSP}min"
    if minutes:
        return f"{minutes}{NBSP}min {rest}{NBSP}s"
    return f"{rest}{NBSP}s" if whole or not seconds else f"under 1{NBSP}s"
