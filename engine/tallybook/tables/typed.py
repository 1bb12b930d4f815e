"""Columns of a table in the engine's types.

Text is `String`, whole numbers `Int64`, others `Float64` or `Decimal`, days `Date`. A time is an
instant: `Datetime("us")` in UTC without a zone mark, which is as fast to compare as an integer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from tallybook.calendar.model import UTC
from tallybook.dataclass import dataclass
from tallybook.language.types import Type
from tallybook.tables.serials import BEYOND, FAKE_LEAP_DAY, SECONDS_PER_DAY, day_0

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tallybook.declare.model import ReadOptions
    from tallybook.resolve.model import Column
    from tallybook.tables.serials import Epoch

INSTANT = pl.Datetime("us")
ROWS = pl.first().is_null().alias("")  # for counting rows, where no column is asked for
_DATETIMES = (
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d",
)
_QUICK = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d")
_OF_WORKBOOKS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
_OFFSET_IN_PATTERN = re.compile(r"%:?z|%#z")
_ZONED = r"(?:Z|[+-]\d\d:?\d\d)$"
_WHOLE_WITH_POINT = r"\.0*$"
# The signs of currencies, and the codes that write amounts with them; `$` is that of many.
SIGNS = {
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "₩": ("KRW",),
    "₹": ("INR",),
    "฿": ("THB",),
    "₽": ("RUB",),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "BRL", "ARS", "CLP", "COP"),
}
_IN_PARENTHESES = r"^\(\s*([0-9.]+)\s*\)$"
_SPACES = " \u00a0\u202f\u2009"  # people part thousands by any of them
_SERIAL = r"^\d{1,7}(?:\.\d+)?$"
_FIRST_YEAR = 1000  # `03/04/24` read with `%Y` would be of the year 24


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source says about how its texts are to be read."""

    decimal_comma: bool = False
    thousands: str | None = None
    dates: str | None = None
    zone: ZoneInfo = UTC
    serials_from: Epoch | None = None  # in workbooks a day may be a number


def reading(options: ReadOptions | None, zone: ZoneInfo) -> Reading:
    """The reading that a source declares."""
    if options is None:
        return Reading(zone=zone)
    return Reading(
        bool(options.decimal_comma),
        options.thousands.value if options.thousands else None,
        options.dates.value if options.dates else None,
        zone,
    )


def dtype_of(kind: Type, column: Column | None = None) -> pl.DataType:
    """The engine's type for a type of the language."""
    declared = column.declared.type if column and column.declared else None
    match kind:
        case Type.INTEGER:
            return pl.Int64()
        case Type.FLOAT:
            return pl.Float64()
        case Type.DECIMAL if declared is not None:
            return pl.Decimal(max(declared.precision, declared.scale), declared.scale)
        case Type.DECIMAL:
            return pl.Decimal(28, 6)
        case Type.BOOLEAN:
            return pl.Boolean()
        case Type.DATE:
            return pl.Date()
        case Type.DATETIME:
            return INSTANT
        case _:
            return pl.String()


def type_of(dtype: pl.DataType) -> Type | None:
    """The language's type of a column of the engine's; None where it has none."""
    if dtype.is_integer():
        return Type.INTEGER
    if dtype.is_float():
        return Type.FLOAT
    if dtype.is_decimal():
        return Type.DECIMAL
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum):
        return Type.STRING
    if isinstance(dtype, pl.Boolean):
        return Type.BOOLEAN
    if isinstance(dtype, pl.Date):
        return Type.DATE
    if isinstance(dtype, pl.Datetime):
        return Type.DATETIME
    return Type.STRING if isinstance(dtype, pl.Null) else None


def from_text(raw: pl.Expr, column: Column, how: Reading) -> pl.Expr:
    """A column of text in the type that the book gives it; null where it cannot be read."""
    return parsed(cleaned(raw, column), column, how)


def parsed(text: pl.Expr, column: Column, how: Reading) -> pl.Expr:
    """Cleaned text in the column's type; null where it cannot be read."""
    dates = _pattern(column, how)
    match column.type:
        case Type.INTEGER:
            whole = _number_text(text, column, how).str.replace(_WHOLE_WITH_POINT, "")
            return whole.cast(pl.Int64, strict=False)
        case Type.FLOAT:
            number = _fraction(text, column, how).cast(pl.Float64, strict=False)
            return pl.when(~number.is_infinite()).then(number)
        case Type.DECIMAL:
            return _decimal(_number_text(text, column, how), column)
        case Type.BOOLEAN:
            lowered = text.str.strip_chars().str.to_lowercase()
            return lowered.replace_strict(
                ["true", "false"], [True, False], default=None, return_dtype=pl.Boolean
            )
        case Type.DATE:
            return _day_from_text(text.str.strip_chars(), dates, how)
        case Type.DATETIME:
            return _instant_from_text(text.str.strip_chars(), dates, how)
        case _:
            return text


def quickly_parsed(text: pl.Expr, column: Column, how: Reading) -> list[pl.Expr]:
    """Ways to read what most files hold, at a fraction of the cost.

    Where one gives a value, it is that of `parsed`; texts that none can read are left to that.
    """
    if how.serials_from is not None:
        return []
    plain_numbers = not how.decimal_comma and how.thousands != "."
    dates = _pattern(column, how)
    match column.type:
        case Type.INTEGER:
            return [text.cast(pl.Int64, strict=False)]
        case Type.FLOAT if plain_numbers:
            number = text.cast(pl.Float64, strict=False)
            return [pl.when(~number.is_infinite()).then(number)]
        case Type.DECIMAL if plain_numbers:
            return [_decimal(text, column)]
        case Type.DATE:
            return [_day_from_text(text, dates, how)]
        case Type.DATETIME if dates is None:
            walls = (text.str.to_datetime(f, strict=False, time_unit="us") for f in _QUICK)
            return [to_instant(_of_a_known_year(wall), how.zone) for wall in walls]
        case _:
            return []


def _pattern(column: Column, how: Reading) -> str | None:
    """How the days and times of a column are written, if the book says it."""
    return column.declared.dates.value if column.declared and column.declared.dates else how.dates


def cleaned(raw: pl.Expr, column: Column) -> pl.Expr:
    """Text after the column's own nulls, cleaning and mapping."""
    declared = column.declared
    if declared is None:
        return raw
    text = raw
    for step in declared.clean:
        match step:
            case "trim":
                text = text.str.strip_chars()
            case "lower":
                text = text.str.to_lowercase()
            case "upper":
                text = text.str.to_uppercase()
            case "collapse":
                text = text.str.replace_all(r"\s+", " ")
    if declared.nulls:
        text = pl.when(text.is_in(list(declared.nulls))).then(None).otherwise(text)
    if declared.map:
        text = text.replace(dict(declared.map))
    return text


def _number_text(text: pl.Expr, column: Column, how: Reading) -> pl.Expr:
    """Digits with a point, as the engine reads them; null where points and commas are unclear.

    The sign of the column's currency is left out, any sign where it has none declared, and `(5)`
    is -5, as accountants write it.
    """
    number = text.str.strip_chars()
    if signs := _signs(column):
        number = number.str.replace(rf"^([-+(]?)\s*[{signs}]\s*|\s*[{signs}]$", "$1")
    if how.thousands:
        number = _ungrouped(number, how.thousands)
    elif how.decimal_comma:  # 1.234 could be a thousand, and more
        number = pl.when(~number.str.contains(".", literal=True)).then(number)
    if how.decimal_comma:
        number = number.str.replace(",", ".", literal=True)
    return number.str.replace(_IN_PARENTHESES, "-$1")


def _signs(column: Column) -> str:
    """The signs that may stand beside the amounts of a column: of its currencies, or any."""
    codes = column.unit.currencies if column.unit is not None else frozenset[str]()
    return "".join(s for s, written in SIGNS.items() if not codes or codes & set(written))


def _ungrouped(number: pl.Expr, separator: str) -> pl.Expr:
    """Without what parts its thousands; null where that parts something else: `1,5`."""
    if separator in _SPACES:
        number, separator = number.str.replace_all(f"[{_SPACES}]", " "), " "
    mark = re.escape(separator)
    groups = rf"^[^\d{mark}]*\d{{1,3}}(?:{mark}\d{{2,3}})*{mark}\d{{3}}(?:[^\d{mark}][^{mark}]*)?$"
    return (
        pl.when(~number.str.contains(separator, literal=True))
        .then(number)
        .when(number.str.contains(groups))
        .then(number.str.replace_all(separator, "", literal=True))
    )


def _fraction(text: pl.Expr, column: Column, how: Reading) -> pl.Expr:
    """A number that may be written as a percentage: `5.2%` is 0.052."""
    number = _number_text(text, column, how)
    share = number.str.strip_suffix("%").str.strip_chars_end() + "e-2"
    return pl.when(number.str.ends_with("%")).then(share).otherwise(number)


def _decimal(number: pl.Expr, column: Column) -> pl.Expr:
    """Digits as a decimal; null where it would lose some of those after the point."""
    kind = dtype_of(Type.DECIMAL, column)
    too_fine = rf"\.\d{{{_scale(kind)}}}\d*[1-9]"
    return pl.when(~number.str.contains(too_fine)).then(number.cast(kind, strict=False))


def _scale(kind: pl.DataType) -> int:
    return kind.scale if isinstance(kind, pl.Decimal) else 0


def _day_from_text(text: pl.Expr, dates: str | None, how: Reading) -> pl.Expr:
    day = text.str.to_date(dates or "%Y-%m-%d", strict=False)
    day = _of_a_known_year(day)
    if how.serials_from is None:
        return day
    moment = _of_workbook(text, how.serials_from)
    return pl.coalesce(day, moment.dt.date())


def _of_a_known_year(time: pl.Expr) -> pl.Expr:
    return pl.when(time.dt.year() >= _FIRST_YEAR).then(time)


def _instant_from_text(text: pl.Expr, dates: str | None, how: Reading) -> pl.Expr:
    if dates is not None and _OFFSET_IN_PATTERN.search(dates):
        return text.str.to_datetime(dates, strict=False, time_unit="us").dt.replace_time_zone(None)
    wall = _wall_from_text(text, dates, how)
    if dates is not None:
        return to_instant(wall, how.zone)
    zoned = text.str.replace(" ", "T", literal=True).str.to_datetime(
        "%Y-%m-%dT%H:%M:%S%.f%#z", strict=False, time_unit="us", time_zone="UTC"
    )
    return (
        pl.when(_has_offset(text))
        .then(zoned.dt.replace_time_zone(None))
        .otherwise(to_instant(wall, how.zone))
    )


def _has_offset(text: pl.Expr) -> pl.Expr:
    return text.str.contains(_ZONED) & text.str.contains(":", literal=True)


def naive_from_text(text: pl.Expr, column: Column, how: Reading) -> pl.Expr:
    """Times as their clock shows them; null where an offset says which one is meant."""
    text, dates = text.str.strip_chars(), _pattern(column, how)
    if dates is None:
        return pl.when(~_has_offset(text)).then(_wall_from_text(text, None, how))
    if _OFFSET_IN_PATTERN.search(dates):
        return pl.lit(None, INSTANT)
    return _wall_from_text(text, dates, how)


def _wall_from_text(text: pl.Expr, dates: str | None, how: Reading) -> pl.Expr:
    patterns = _DATETIMES if dates is None else (dates,)
    wall = pl.coalesce(text.str.to_datetime(f, strict=False, time_unit="us") for f in patterns)
    wall = _of_a_known_year(wall)
    if how.serials_from is None:
        return wall
    return pl.coalesce(wall, _of_workbook(text, how.serials_from))


def _of_workbook(text: pl.Expr, epoch: Epoch) -> pl.Expr:
    """Days and times as workbooks have them: as a number of days, or as its reader shows them.

    Day 60 of the 1900 system is 29 February 1900, which never was: it is no day.
    """
    serial = pl.when(text.str.contains(_SERIAL)).then(text).cast(pl.Float64, strict=False)
    known = serial < BEYOND[epoch]
    if epoch == "1900":
        known = known & (serial >= 1) & (serial.floor() != FAKE_LEAP_DAY)
    before, after = (day_0(epoch, after_fake=a) for a in (False, True))
    first = pl.when(serial < FAKE_LEAP_DAY).then(before).otherwise(after)
    seconds = (pl.when(known).then(serial) * SECONDS_PER_DAY).round().cast(pl.Int64)
    moment = (first + pl.duration(seconds=seconds)).cast(INSTANT)
    shown = (text.str.to_datetime(f, strict=False, time_unit="us") for f in _OF_WORKBOOKS)
    return pl.coalesce(moment, *shown)


def to_instant(wall: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """Wall-clock times of a zone as instants.

    An ambiguous time is the earlier instant; one that the clocks skipped is moved forward.
    """
    if zone.key == "UTC":
        return wall
    there = _there(wall, zone)
    # By the clock of the day before, as if it had not been set.
    moved = _there(wall - pl.duration(days=1), zone) + pl.duration(days=1)
    return pl.coalesce(there, moved)


def _there(wall: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """The instants of times that there are; null for others."""
    here = wall.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    return here.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def is_read_as_text(dtype: pl.DataType, column: Column) -> bool:
    """Whether typed values are texts of what their column is, or numbers that may not be one."""
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum):
        return column.type is not Type.STRING
    if column.type in (Type.DATE, Type.DATETIME):
        return dtype.is_numeric()
    if column.type is Type.DECIMAL and _says_type(column):
        return _scale(dtype) > _scale(dtype_of(Type.DECIMAL, column))
    return column.type is Type.INTEGER and (dtype.is_float() or dtype.is_decimal())


def as_text(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Typed values as text; what is not a number is no value."""
    return (raw.fill_nan(None) if dtype.is_float() else raw).cast(pl.String)


def _says_type(column: Column) -> bool:
    return column.declared is not None and column.declared.type is not None


def from_typed(raw: pl.Expr, dtype: pl.DataType, column: Column, how: Reading) -> pl.Expr:
    """A column that is typed already (Parquet, Arrow, frames) in the engine's types."""
    if isinstance(dtype, pl.Categorical | pl.Enum) or is_read_as_text(dtype, column):
        raw, dtype = as_text(raw, dtype), pl.String()
    if isinstance(dtype, pl.String):
        return from_text(raw, column, how)
    if isinstance(dtype, pl.Datetime):
        time = raw.cast(pl.Datetime("us", dtype.time_zone))
        if dtype.time_zone is not None:
            time = time.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
            if column.type is Type.DATE:
                time = time.dt.replace_time_zone("UTC").dt.convert_time_zone(how.zone.key)
                return time.dt.date()
            return time
        return time.dt.date() if column.type is Type.DATE else to_instant(time, how.zone)
    if isinstance(dtype, pl.Date) and column.type is Type.DATETIME:
        return to_instant(raw.cast(INSTANT), how.zone)
    if dtype.is_float():
        raw = raw.fill_nan(None)
    if dtype.is_decimal() and column.type is Type.DECIMAL and not _says_type(column):
        return raw  # with all the digits that the file has
    wanted = dtype_of(column.type, column)
    return raw if dtype == wanted else raw.cast(wanted)
