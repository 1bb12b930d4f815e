"""Numbers as a reader of one locale expects them.

Rounding is half away from zero and happens here, once, on the decimal digits that a float prints;
Babel only places separators and symbols. Signs are U+2212 and `+`; there is no negative zero.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from babel.numbers import NumberPattern, get_currency_precision, get_currency_symbol, parse_pattern

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from babel import Locale

    from tallybook.judge.model import Number, UnitInfo
    from tallybook.present.messages import Messages

Digits = Literal["latn", "arab"]

NOTHING = "—"
COMPACT_FROM = 1_000_000
NO_CENTS_FROM = 1_000
MOST_DECIMALS = 8
TEN, HUNDRED = 10, 100  # from here on one decimal, or two, less
_WIDE = Context(prec=400)  # the largest float has 309 digits before the point
_MINUS = "\u2212"
_TO_LEFT, _TO_RIGHT = "\u200e", "\u200f"
_ARABIC = str.maketrans("0123456789,.%", "٠١٢٣٤٥٦٧٨٩٬٫٪")
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_NO_BREAK = "\N{NO-BREAK SPACE}"
_SIGN_FIRST = re.compile(r"\N{CURRENCY SIGN}(?=\d)")
_SIGN_LAST = re.compile(r"(?<=\d)\N{CURRENCY SIGN}")
_NUMBER = re.compile(r"([#0][#0,]*)(?:\.[0#]+)?")


@dataclass(frozen=True, slots=True)
class Precision:
    """How one metric's numbers are cut: the same for its value, its target and its changes."""

    decimals: int
    compact: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """Formats numbers for one locale. Every method gives plain text, never None or `nan`."""

    locale: Locale
    messages: Messages
    right_to_left: bool
    digits: Digits = "latn"

    def value(self, value: Number | None, unit: UnitInfo, cut: Precision) -> str:
        """A number in its unit."""
        number = _number(value)
        return NOTHING if number is None else self._in_unit(number, unit, cut)

    def signed(self, value: Number | None, unit: UnitInfo, cut: Precision) -> str:
        """A difference in its unit with its sign; of percent metrics in points."""
        number = _number(value)
        if number is None:
            return NOTHING
        if unit.kind == "percent":
            return self.points(number, _enough(abs(number) * 100, cut.decimals, 1))
        size = self._in_unit(abs(number), unit, cut)
        return self._with_sign(size, number if _shows(size) else Decimal(0))

    def points(self, fraction: Number | Decimal, decimals: int = 1, *, signed: bool = True) -> str:
        """A difference of fractions, in percentage points."""
        number = rounded(_WIDE.multiply(Decimal(str(fraction)), HUNDRED), decimals)
        text = self.messages.text("unit.points", n=self._decimal(abs(number), decimals))
        return self._with_sign(self._finish(text), number if signed else Decimal(0))

    def change(self, ratio: float) -> str:
        """A relative change with its sign: `+4.6%`; without decimals from 100 % on."""
        decimals = 0 if abs(ratio) >= 1 else 1
        number = rounded(_WIDE.multiply(Decimal(str(ratio)), HUNDRED), decimals)
        return self._with_sign(self.percent(abs(ratio), decimals), number)

    def percent(self, fraction: Number, decimals: int = 1) -> str:
        """A fraction as percent: 0.12 is `12.0%`."""
        number = rounded(_WIDE.multiply(Decimal(str(fraction)), HUNDRED), decimals).scaleb(
            -2, _WIDE
        )
        pattern = _with_decimals(_text(self.locale.percent_formats[None]), decimals)
        text = self._finish(_applied(pattern, number, self.locale))
        # After Arabic letters the sign would stand before the number, and in a tile behind it.
        return _TO_LEFT + text if self.right_to_left and self.digits == "latn" else text

    def share(self, fraction: float | None) -> str:
        """A part of a whole: small parts keep two figures, so that none shows as nothing."""
        if fraction is None or not math.isfinite(fraction):
            return NOTHING
        return self.percent(fraction, _enough(abs(fraction) * 100, 1, 2))

    def plain(self, value: Number | None) -> str:
        """A number as it is, all of its decimals; empty for none."""
        if value is None:
            return ""
        number = Decimal(str(value)).normalize()
        return self._finish(self._decimal(number, max(0, -int(number.as_tuple().exponent))))

    def integer(self, value: int) -> str:
        """A count."""
        return self._finish(self._decimal(Decimal(value), 0))

    def _in_unit(self, number: Decimal, unit: UnitInfo, cut: Precision) -> str:
        if cut.compact and abs(number) >= COMPACT_FROM and unit.kind not in ("percent", "duration"):
            return self._compact(number, unit)
        match unit.kind:
            case "money":
                text = self._money(rounded(number, cut.decimals), unit.currency or "", cut.decimals)
            case "percent":
                return self.percent(float(number), cut.decimals)
            case "duration":
                text = self._duration(rounded(number, cut.decimals), unit, cut.decimals)
            case "ratio":
                bare = self._decimal(rounded(number, cut.decimals), cut.decimals)
                text = self.messages.text("unit.times", n=bare)
            case "number" | "count" | "score" | "custom":
                text = self._decimal(rounded(number, cut.decimals), cut.decimals)
        return self._finish(text)

    def _duration(self, number: Decimal, unit: UnitInfo, decimals: int) -> str:
        text = self._decimal(number, decimals)
        return self.messages.plural(f"unit.{unit.duration or 'days'}", number, n=text)

    def _money(self, number: Decimal, currency: str, decimals: int) -> str:
        pattern = _with_decimals(_text(self.locale.currency_formats["standard"]), decimals)
        return self._symbol(_applied(pattern, number, self.locale), currency)

    def _decimal(self, number: Decimal, decimals: int) -> str:
        pattern = _with_decimals(_text(self.locale.decimal_formats[None]), decimals)
        return _applied(pattern, number, self.locale)

    def _compact(self, number: Decimal, unit: UnitInfo) -> str:
        formats = self.locale.compact_decimal_formats
        if unit.kind == "money":
            formats = self.locale.compact_currency_formats
        brackets = {int(size): text for size, text in formats["short"]["other"].items()}
        short, decimals, pattern = _bracket(number, brackets)
        cut = _with_decimals(pattern, decimals)
        return self._finish(self._symbol(_applied(cut, short, self.locale), unit.currency or ""))

    def _symbol(self, text: str, currency: str) -> str:
        """The currency's symbol in its place; between marks where its letters run against the text.

        Babel writes its own right-to-left mark first, which `_finish` sets where it is needed.
        """
        symbol = get_currency_symbol(currency, self.locale)
        if self.right_to_left:
            text, symbol = text.replace(_TO_RIGHT, ""), f"{_TO_LEFT}{symbol}{_TO_LEFT}"
        return _symbol_in(text, symbol)

    def _with_sign(self, size: str, number: Decimal) -> str:
        if number == 0:
            return size
        sign = _MINUS if number < 0 else "+"
        if not self.right_to_left:
            return sign + size
        # After the mark that starts a right-to-left figure, before its digits.
        mark, rest = (_TO_RIGHT, size[1:]) if size.startswith(_TO_RIGHT) else ("", size)
        return f"{mark}{_TO_LEFT}{sign}{rest}"

    def _finish(self, text: str) -> str:
        text = text.replace("-", (_TO_LEFT if self.right_to_left else "") + _MINUS)
        if self.digits == "arab":
            text = text.translate(_ARABIC)
        if self.right_to_left and any(c.isalpha() for c in text):
            text = _TO_RIGHT + text
        return text


def arabic_digits(text: str) -> str:
    """The digits of a date in Arabic-Indic; its other signs stay."""
    return text.translate(_ARABIC_DIGITS)


def precision(unit: UnitInfo, declared: int | None, *values: Number | None) -> Precision:
    """How to cut a metric's numbers: as declared, else by its unit and the size of the first value.

    A value that is not zero never shows as zero, unless the declared decimals say so.
    """
    number = next((n for n in map(_number, values) if n is not None), Decimal(0))
    if declared is not None:
        return Precision(declared, compact=True)
    size = abs(number) * (100 if unit.kind == "percent" else 1)
    return Precision(_enough(size, _usual(size, unit), 2), compact=True)


def full(cut: Precision) -> Precision:
    """The same decimals, never shortened to millions."""
    return Precision(cut.decimals)


def rounded(number: Decimal, decimals: int) -> Decimal:
    """Half away from zero; never a negative zero."""
    cut = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _WIDE)
    return abs(cut) if cut == 0 else cut


def _usual(size: Decimal, unit: UnitInfo) -> int:
    whole = size == size.to_integral_value()
    match unit.kind:
        case "count":
            return 0 if whole or size >= COMPACT_FROM else 1
        case "money":
            return 0 if size >= NO_CENTS_FROM else get_currency_precision(unit.currency or "")
        case "percent":
            return 1
        case "ratio":
            return 1 if size >= 1 else 2
        case "duration":
            return 0 if whole or size >= TEN else 1
        case "number" | "score" | "custom":
            return 0 if whole or size >= HUNDRED else 1 if size >= TEN else 2


def _enough(size: float | Decimal, usual: int, figures: int) -> int:
    """Decimals with which a small size keeps some of its figures."""
    if size == 0 or rounded(Decimal(str(size)), usual) != 0:
        return usual
    first = -math.floor(math.log10(size))
    return min(first + figures - 1, MOST_DECIMALS)


def _bracket(number: Decimal, patterns: dict[int, NumberPattern]) -> tuple[Decimal, int, str]:
    """The shortened number, its decimals and its pattern: three figures, `1M` and not `1000K`."""
    sizes = sorted(patterns)
    fitting = [s for s in sizes if s <= abs(number)]
    chosen = sizes.index(fitting[-1])
    short, decimals = _shortened(number, sizes[chosen], patterns)
    following = sizes[chosen + 1] if chosen + 1 < len(sizes) else None
    if following is not None and abs(short) * _divisor(sizes[chosen], patterns) >= following:
        chosen += 1
        short, decimals = _shortened(number, following, patterns)
    return short, decimals, _text(patterns[sizes[chosen]])


def _shortened(
    number: Decimal, size: int, patterns: dict[int, NumberPattern]
) -> tuple[Decimal, int]:
    short = number / _divisor(size, patterns)
    decimals = max(0, 2 - max(0, short.adjusted()))
    cut = rounded(short, decimals)
    if cut == cut.to_integral_value():
        return rounded(cut, 0), 0
    cut = cut.normalize()
    return cut, max(0, -int(cut.as_tuple().exponent))


def _divisor(size: int, patterns: dict[int, NumberPattern]) -> int:
    pattern = _text(patterns[size])
    return 1 if pattern == "0" else size // 10 ** (pattern.count("0") - 1)


def _text(pattern: NumberPattern) -> str:
    text: str = pattern.pattern
    return text


@lru_cache(maxsize=256)
def _with_decimals(pattern: str, decimals: int) -> NumberPattern:
    fraction = "." + "0" * decimals if decimals else ""
    return parse_pattern(_NUMBER.sub(rf"\1{fraction}", pattern))


def _applied(pattern: NumberPattern, number: Decimal, locale: Locale) -> str:
    """A number in a pattern, however many digits it has."""
    with localcontext(_WIDE):
        text: str = pattern.apply(number, locale)
    return text


def _symbol_in(text: str, symbol: str) -> str:
    """The symbol where the pattern has its sign; a code made of letters keeps off the digits."""
    before = _NO_BREAK if symbol[-1:].isalpha() else ""
    after = _NO_BREAK if symbol[:1].isalpha() else ""
    text = _SIGN_FIRST.sub(lambda _: symbol + before, text)
    return _SIGN_LAST.sub(lambda _: after + symbol, text).replace("\N{CURRENCY SIGN}", symbol)


def _number(value: Number | Decimal | None) -> Decimal | None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return Decimal(str(value))


def _shows(text: str) -> bool:
    return any(c.isdigit() and c not in "0٠" for c in text)
