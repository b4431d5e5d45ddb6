"""Money: integer minor units and an ISO 4217 currency. No floats anywhere."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

# ISO 4217 exponents that are not 2.
_EXPONENTS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
CURRENCIES = ("USD", "EUR", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD", "JPY", "KRW", "BHD")
_AMOUNT = re.compile(r"^(?P<whole>\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.(?P<part>\d{1,3}))?$", re.ASCII)


def exponent(currency: str) -> int:
    """How many decimal digits the minor unit has: 2 for USD, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units: Money(4000, "USD") is 40.00 US dollars."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return Money(self.minor + other.minor, self.currency)

    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.decimal():,.{exponent(self.currency)}f} {self.currency}"


def parse(text: str, currency: str) -> Money:
    """Money as people type it ("4000", "4,000.00"); ValueError says how to write it."""
    match = _AMOUNT.match(text.strip())
    digits = exponent(currency)
    part = (match["part"] or "") if match else ""
    if match is None or len(part) > digits:
        example = "4000" if digits == 0 else f"4000 or 4000.{'0' * digits}"
        raise ValueError(f"Write {example}, without a currency sign.")
    whole = match["whole"].replace(",", "")
    return Money(int(whole + part.ljust(digits, "0")), currency)


def split(total: Money, weights: Sequence[int]) -> list[Money]:
    """`total` shared by `weights`, the odd units to the largest remainders: the parts sum to the total exactly."""
    whole = sum(weights)
    if whole <= 0 or any(weight < 0 for weight in weights) or total.minor < 0:
        raise ValueError("weights must not be negative and must not all be zero; the total must not be negative")
    shares = [total.minor * weight // whole for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda i: (-(total.minor * weights[i] % whole), i))
    for index in remainders[: total.minor - sum(shares)]:
        shares[index] += 1
    return [Money(share, total.currency) for share in shares]
