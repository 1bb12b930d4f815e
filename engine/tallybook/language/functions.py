"""The one table of operators and functions.

An entry says what a call looks like, what it gives and what it means; the checker, the reference
page, completion and the specification's tests follow from it. What an entry means to an engine is
one more small case beside that engine (`compute/scalars.py`, `compute/aggregates.py`); a test holds
that none is missing.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal

from tallybook.dataclass import dataclass
from tallybook.language.types import (
    CONDITIONS,
    NUMBERS,
    ORDERED,
    TEXTS,
    TIMES,
    VALUES,
    Type,
)

Kind = Literal["operator", "scalar", "aggregate", "context", "lookup"]


class Result(Enum):
    """How the type of a call follows from its arguments, where it is not one fixed type."""

    JOINED = "the type that holds all `joined` arguments"
    FIRST = "the type of the first argument"
    PRODUCT = "whole of whole numbers, decimal of a decimal and a whole number, else float"


class Units(Enum):
    """How the unit of a call follows from its arguments."""

    JOINED = "that of the `joined` arguments, which must be of one kind"
    FIRST = "that of the first argument"
    COUNT = "a count"
    RATIO = "a plain ratio"
    PRODUCT = "the product"
    QUOTIENT = "the quotient"
    ELAPSED = "the duration that the function is named after"
    UNKNOWN = "not checked"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument: its name in messages, the types it takes, or the words it is one of."""

    name: str
    types: frozenset[Type] = VALUES
    joined: bool = False
    words: tuple[str, ...] = ()
    constant: bool = False  # must be written out, not computed
    within: tuple[int, int] | None = None  # the least and the most that a constant may be


@dataclass(frozen=True, slots=True)
class Function:
    """One operator or function. `required` counts the arguments that cannot be left out.

    With `repeats`, the last parameter may stand any number of times. `example` is a formula and the
    value it gives over the tables of `docs/reference/book`, run by a test: context functions are
    asked for March 2024, and where the metric has channels, for `email`.
    """

    name: str
    kind: Kind
    parameters: tuple[Parameter, ...]
    required: int
    result: Type | Result
    units: Units
    doc: str
    example: tuple[str, str]
    repeats: bool = False
    of_condition: Type | None = None  # an aggregate's result over a condition, where it takes one


def _p(name: str, types: frozenset[Type] = VALUES, **options: bool | tuple[str, ...]) -> Parameter:
    joined, constant = bool(options.get("joined")), bool(options.get("constant"))
    words = options.get("words", ())
    return Parameter(name, types, joined, words if isinstance(words, tuple) else (), constant)


_X = _p("x", NUMBERS)
_TEXT = _p("text", TEXTS)
_TIME = _p("time", TIMES)
_ANY = _p("value", joined=True)
_SPANS = ("day", "week", "month", "quarter", "year")


def _scalar(
    name: str,
    parameters: tuple[Parameter, ...],
    result: Type | Result,
    units: Units,
    doc: str,
    example: tuple[str, str],
    **options: int | bool,
) -> Function:
    required = int(options.get("required", len(parameters)))
    repeats = bool(options.get("repeats"))
    return Function(
        name, "scalar", parameters, required, result, units, doc, example, repeats=repeats
    )


def _number(name: str, doc: str, example: tuple[str, str], units: Units) -> Function:
    return _scalar(name, (_X,), Type.FLOAT, units, doc, example)


def _test(name: str, doc: str, example: tuple[str, str]) -> Function:
    parameters = (_TEXT, _p("part", TEXTS))
    return _scalar(name, parameters, Type.BOOLEAN, Units.UNKNOWN, doc, example)


def _part(name: str, doc: str, example: tuple[str, str]) -> Function:
    return _scalar(name, (_TIME,), Type.INTEGER, Units.UNKNOWN, doc, example)


def _elapsed(name: str, doc: str, example: tuple[str, str]) -> Function:
    whole = name in ("months", "years")
    parameters = (_p("from", TIMES), _p("to", TIMES))
    result = Type.INTEGER if whole else Type.FLOAT
    return _scalar(name, parameters, result, Units.ELAPSED, doc, example)


SCALARS = (
    _scalar(
        "if",
        (_p("condition", CONDITIONS), _p("then", joined=True), _p("else", joined=True)),
        Result.JOINED,
        Units.JOINED,
        "One of two values; the second where the condition is false or unknown.",
        ("if(1 > 2, 10, 20)", "20"),
    ),
    _scalar(
        "coalesce",
        (_ANY, _ANY),
        Result.JOINED,
        Units.JOINED,
        "The first of its values that is not null.",
        ("coalesce(null, 7)", "7"),
        required=1,
        repeats=True,
    ),
    _scalar(
        "nullif",
        (_p("value", joined=True), _p("other", joined=True)),
        Result.FIRST,
        Units.FIRST,
        "Null where the two are equal, else the first.",
        ("nullif(3, 3)", "null"),
    ),
    _scalar("abs", (_X,), Result.FIRST, Units.FIRST, "The distance from zero.", ("abs(-3)", "3")),
    _scalar(
        "round",
        (_X, _p("places", frozenset({Type.INTEGER}), constant=True)),
        Result.FIRST,
        Units.FIRST,
        "Rounded to decimal places (0 if not said, -2 is hundreds), halves away from zero.",
        ("round(-2.5)", "-3"),
        required=1,
    ),
    _scalar(
        "floor", (_X,), Result.FIRST, Units.FIRST, "The whole number below.", ("floor(-1.5)", "-2")
    ),
    _scalar(
        "ceil", (_X,), Result.FIRST, Units.FIRST, "The whole number above.", ("ceil(1.2)", "2")
    ),
    _number("sqrt", "The square root; null below zero.", ("sqrt(9)", "3"), Units.UNKNOWN),
    _number("ln", "The natural logarithm; null at zero and below.", ("ln(1)", "0"), Units.RATIO),
    _number(
        "log10",
        "The logarithm to base 10; null at zero and below.",
        ("log10(1000)", "3"),
        Units.RATIO,
    ),
    _number("exp", "e to the power of x.", ("exp(0)", "1"), Units.RATIO),
    _scalar(
        "mod",
        (_X, _p("by", NUMBERS)),
        Result.PRODUCT,
        Units.FIRST,
        "The remainder of a division, with the sign of the divisor; null for a divisor of zero.",
        ("mod(-7, 3)", "2"),
    ),
    _scalar(
        "least",
        (_p("value", ORDERED, joined=True), _p("value", ORDERED, joined=True)),
        Result.JOINED,
        Units.JOINED,
        "The smallest of its values; nulls are passed over.",
        ("least(3, null, 2)", "2"),
        required=1,
        repeats=True,
    ),
    _scalar(
        "greatest",
        (_p("value", ORDERED, joined=True), _p("value", ORDERED, joined=True)),
        Result.JOINED,
        Units.JOINED,
        "The largest of its values; nulls are passed over.",
        ("greatest(3, null, 2)", "3"),
        required=1,
        repeats=True,
    ),
    _scalar(
        "lower",
        (_TEXT,),
        Type.STRING,
        Units.UNKNOWN,
        "In lower case.",
        ('lower("AbC")', '"abc"'),
    ),
    _scalar(
        "upper",
        (_TEXT,),
        Type.STRING,
        Units.UNKNOWN,
        "In upper case.",
        ('upper("AbC")', '"ABC"'),
    ),
    _scalar(
        "trim",
        (_TEXT,),
        Type.STRING,
        Units.UNKNOWN,
        "Without white space at both ends.",
        ('trim("  a b ")', '"a b"'),
    ),
    _scalar(
        "length",
        (_TEXT,),
        Type.INTEGER,
        Units.UNKNOWN,
        "The number of characters.",
        ('length("čaj")', "3"),
    ),
    _test("contains", "Whether the text has the part in it.", ('contains("abc", "b")', "true")),
    _test("starts_with", "Whether the text begins so.", ('starts_with("abc", "ab")', "true")),
    _test("ends_with", "Whether the text ends so.", ('ends_with("abc", "bc")', "true")),
    _scalar(
        "matches",
        (_TEXT, _p("pattern", TEXTS, constant=True)),
        Type.BOOLEAN,
        Units.UNKNOWN,
        "Whether a regular expression (RE2 style) finds a match anywhere in the text.",
        ('matches("a12", "[0-9]+$")', "true"),
    ),
    _scalar(
        "replace",
        (_TEXT, _p("part", TEXTS), _p("by", TEXTS)),
        Type.STRING,
        Units.UNKNOWN,
        "The text with every occurrence of a part replaced.",
        ('replace("a-b-c", "-", "")', '"abc"'),
    ),
    _scalar(
        "concat",
        (_p("text", TEXTS), _p("text", TEXTS)),
        Type.STRING,
        Units.UNKNOWN,
        "Texts one after the other; null if one of them is.",
        ('concat("a", "b")', '"ab"'),
        required=1,
        repeats=True,
    ),
    _part("year", "The year.", ("year(2024-02-29)", "2024")),
    _part("quarter", "The quarter, 1 to 4.", ("quarter(2024-02-29)", "1")),
    _part("month", "The month, 1 to 12.", ("month(2024-02-29)", "2")),
    _part("week", "The ISO week, 1 to 53.", ("week(2024-12-30)", "1")),
    _part("day", "The day of the month.", ("day(2024-02-29)", "29")),
    _part("weekday", "The day of the week, 1 = Monday.", ("weekday(2024-02-29)", "4")),
    _part("hour", "The hour, 0 to 23.", ("hour(2024-02-29 13:45)", "13")),
    _scalar(
        "date",
        (_TIME,),
        Type.DATE,
        Units.UNKNOWN,
        "The day of a time, in the book's time zone.",
        ("date(2024-02-29 13:45)", "2024-02-29"),
    ),
    _scalar(
        "truncate",
        (_TIME, _p("grain", words=_SPANS)),
        Type.DATE,
        Units.UNKNOWN,
        "The first day of the week, month, quarter or year.",
        ("truncate(2024-02-29, month)", "2024-02-01"),
    ),
    _elapsed(
        "seconds",
        "Elapsed seconds between two times.",
        ("seconds(2024-01-01, 2024-01-02)", "86400"),
    ),
    _elapsed(
        "minutes", "Elapsed minutes, with fractions.", ("minutes(2024-01-01, 2024-01-02)", "1440")
    ),
    _elapsed("hours", "Elapsed hours, with fractions.", ("hours(2024-01-01, 2024-01-02)", "24")),
    _elapsed(
        "days",
        "Elapsed seconds / 86,400; whole between dates.",
        ("days(2024-02-01, 2024-03-01)", "29"),
    ),
    _elapsed("weeks", "Elapsed days / 7, with fractions.", ("weeks(2024-01-01, 2024-01-15)", "2")),
    _elapsed("months", "Whole completed months.", ("months(2024-01-31, 2024-03-30)", "1")),
    _elapsed("years", "Whole completed years.", ("years(2020-02-29, 2024-02-28)", "3")),
)


def _operator(
    name: str,
    types: frozenset[Type],
    result: Type | Result,
    units: Units,
    doc: str,
    example: tuple[str, str],
) -> Function:
    joined = units is Units.JOINED
    parameters = (_p("left", types, joined=joined), _p("right", types, joined=joined))
    return Function(name, "operator", parameters, 2, result, units, doc, example)


def _comparison(name: str, types: frozenset[Type], doc: str, example: tuple[str, str]) -> Function:
    return _operator(name, types, Type.BOOLEAN, Units.JOINED, doc, example)


OPERATORS = (
    _operator(
        "or",
        CONDITIONS,
        Type.BOOLEAN,
        Units.UNKNOWN,
        "True if one side is; unknown if none is true and one unknown.",
        ("true or null", "true"),
    ),
    _operator(
        "and",
        CONDITIONS,
        Type.BOOLEAN,
        Units.UNKNOWN,
        "False if one side is; unknown if none is false and one unknown.",
        ("false and null", "false"),
    ),
    Function(
        "not",
        "operator",
        (_p("condition", CONDITIONS),),
        1,
        Type.BOOLEAN,
        Units.UNKNOWN,
        "True for false, false for true, unknown for unknown.",
        ("not false", "true"),
    ),
    _comparison("=", VALUES, "Equal; unknown beside null.", ("1 = 1.0", "true")),
    _comparison("!=", VALUES, "Not equal; unknown beside null.", ('"a" != "A"', "true")),
    _comparison("<", ORDERED, "Less.", ("1 < 2", "true")),
    _comparison("<=", ORDERED, "Less or equal.", ("2 <= 2", "true")),
    _comparison(">", ORDERED, "Greater.", ("2024-01-02 > 2024-01-01", "true")),
    _comparison(">=", ORDERED, "Greater or equal.", ("1 >= 2", "false")),
    _operator(
        "like",
        TEXTS,
        Type.BOOLEAN,
        Units.UNKNOWN,
        "Matches a pattern as a whole: `%` is any text, `_` any one character.",
        ('"abc" like "a%"', "true"),
    ),
    Function(
        "is_null",
        "operator",
        (_p("value"),),
        1,
        Type.BOOLEAN,
        Units.UNKNOWN,
        "Whether there is no value; never unknown.",
        ("null is null", "true"),
    ),
    Function(
        "in",
        "operator",
        (_p("value", joined=True), _p("item", joined=True)),
        2,
        Type.BOOLEAN,
        Units.JOINED,
        "Equal to one of the items; unknown if none is equal and one is null.",
        ("2 in (1, 2)", "true"),
        repeats=True,
    ),
    Function(
        "between",
        "operator",
        (
            _p("value", ORDERED, joined=True),
            _p("low", ORDERED, joined=True),
            _p("high", ORDERED, joined=True),
        ),
        3,
        Type.BOOLEAN,
        Units.JOINED,
        "From low to high, both included.",
        ("3 between 1 and 3", "true"),
    ),
    Function(
        "within",
        "operator",
        (
            _p("later", TIMES),
            _p("duration", frozenset({Type.DURATION}), constant=True),
            _p("earlier", TIMES),
        ),
        3,
        Type.BOOLEAN,
        Units.UNKNOWN,
        "`b within 30 days of a`: not before a and at most that long after it, both ends included.",
        ("2024-01-31 within 30 days of 2024-01-01", "true"),
    ),
    _operator("+", NUMBERS, Result.JOINED, Units.JOINED, "The sum.", ("1 + 2", "3")),
    _operator("-", NUMBERS, Result.JOINED, Units.JOINED, "The difference.", ("1 - 2", "-1")),
    _operator("*", NUMBERS, Result.PRODUCT, Units.PRODUCT, "The product.", ("3 * 4", "12")),
    _operator(
        "/",
        NUMBERS,
        Type.FLOAT,
        Units.QUOTIENT,
        "True division; null where the divisor is zero.",
        ("1 / 4", "0.25"),
    ),
    _operator(
        "^",
        NUMBERS,
        Type.FLOAT,
        Units.UNKNOWN,
        "To the power of; binds from the right.",
        ("2 ^ 3 ^ 2", "512"),
    ),
    Function(
        "negate",
        "operator",
        (_X,),
        1,
        Result.FIRST,
        Units.FIRST,
        "Written `-x`: the number with the other sign.",
        ("-2 ^ 2", "-4"),
    ),
    Function(
        "shift_time",
        "operator",
        (_p("time", TIMES), _p("duration", frozenset({Type.DURATION}), constant=True)),
        2,
        Result.FIRST,
        Units.UNKNOWN,
        "Written `ts + 30 days`: moves the wall clock; months are cut at the month's last day.",
        ("2024-01-31 + 1 month", "2024-02-29"),
    ),
)


def _aggregate(
    name: str,
    parameters: tuple[Parameter, ...],
    result: Type | Result,
    units: Units,
    doc: str,
    example: tuple[str, str],
) -> Function:
    return Function(name, "aggregate", parameters, len(parameters), result, units, doc, example)


AGGREGATES = (
    _aggregate(
        "count",
        (_p("x"),),
        Type.INTEGER,
        Units.COUNT,
        "Of a source: its rows. Of a value: those that are not null. Of a condition: the rows on "
        "which it is true. 0 where there are no rows.",
        ("count(deals)", "4"),
    ),
    _aggregate(
        "distinct",
        (_p("x"),),
        Type.INTEGER,
        Units.COUNT,
        "The number of different values that are not null. 0 where there are no rows.",
        ("distinct(deals.owner)", "2"),
    ),
    _aggregate(
        "sum",
        (_X,),
        Result.FIRST,
        Units.FIRST,
        "The sum; 0 where there are no rows, null where all values are.",
        ("sum(deals.amount)", "600"),
    ),
    _aggregate("avg", (_X,), Type.FLOAT, Units.FIRST, "The mean.", ("avg(deals.amount)", "200")),
    _aggregate(
        "min",
        (_p("x", ORDERED),),
        Result.FIRST,
        Units.FIRST,
        "The smallest value.",
        ("min(deals.amount)", "100"),
    ),
    _aggregate(
        "max",
        (_p("x", ORDERED),),
        Result.FIRST,
        Units.FIRST,
        "The largest value.",
        ("max(deals.amount)", "300"),
    ),
    _aggregate(
        "median",
        (_X,),
        Type.FLOAT,
        Units.FIRST,
        "The middle value; the mean of the two middle ones where their number is even.",
        ("median(deals.amount)", "200"),
    ),
    _aggregate(
        "percentile",
        (_X, Parameter("share", NUMBERS, constant=True, within=(0, 1))),
        Type.FLOAT,
        Units.FIRST,
        "The value below which a share (0 to 1) of the values lies, by linear interpolation.",
        ("percentile(deals.amount, 0.9)", "280"),
    ),
    _aggregate(
        "stddev",
        (_X,),
        Type.FLOAT,
        Units.FIRST,
        "The sample standard deviation; null for fewer than two values.",
        ("stddev(deals.amount)", "100"),
    ),
    _aggregate(
        "variance",
        (_X,),
        Type.FLOAT,
        Units.UNKNOWN,
        "The sample variance; null for fewer than two values.",
        ("variance(deals.amount)", "10000"),
    ),
    _aggregate(
        "first",
        (_p("x"),),
        Result.FIRST,
        Units.FIRST,
        "The earliest value that is not null, in the order of the aggregate's time column; ties by "
        "the source's key, then by the value.",
        ("first(deals.amount)", "100"),
    ),
    _aggregate(
        "last",
        (_p("x"),),
        Result.FIRST,
        Units.FIRST,
        "The latest value that is not null, in the order of the aggregate's time column; ties by "
        "the source's key, then by the value.",
        ("last(deals.amount)", "300"),
    ),
    _aggregate(
        "weighted_avg",
        (_X, _p("weight", NUMBERS)),
        Type.FLOAT,
        Units.FIRST,
        "The mean of x with weights; rows without a value or a weight are left out.",
        ("weighted_avg(deals.probability, deals.amount)", "0.4"),
    ),
    _aggregate(
        "any",
        (_p("condition", CONDITIONS),),
        Type.BOOLEAN,
        Units.UNKNOWN,
        "Whether the condition is true on at least one row; unknown rows are passed over.",
        ("any(deals.won)", "true"),
    ),
    _aggregate(
        "all",
        (_p("condition", CONDITIONS),),
        Type.BOOLEAN,
        Units.UNKNOWN,
        "Whether the condition is true on every row; unknown rows are passed over.",
        ("all(deals.won)", "false"),
    ),
    _aggregate(
        "exists",
        (_p("source"),),
        Type.BOOLEAN,
        Units.UNKNOWN,
        "Whether a row of another source is linked to this row, and meets its `where`.",
        ('count(accounts where exists(deals where stage = "won"))', "1"),
    ),
)


def _context(name: str, doc: str, example: tuple[str, str]) -> Function:
    return Function(name, "context", (), 1, Result.FIRST, Units.FIRST, doc, example)


CONTEXTS = (
    _context(
        "prior",
        "The metric in the previous period, or in the period shifted back by a duration or by a "
        "count of periods.",
        ("prior(revenue, 1 year)", "100"),
    ),
    _context(
        "growth",
        "`m / prior(m) - 1`; null where the earlier value is missing or not above zero.",
        ("growth(revenue)", "0.5"),
    ),
    _context(
        "trailing",
        "The metric over the window of exactly that length that ends where the period ends.",
        ("trailing(revenue, 60 days)", "500"),
    ),
    _context(
        "to_date",
        "The metric from the start of the year (quarter, month, …) to the period's end.",
        ("to_date(revenue, year)", "500"),
    ),
    _context(
        "cumulative",
        "The metric from the beginning of the data to the period's end.",
        ("cumulative(revenue)", "600"),
    ),
    _context(
        "total",
        "The metric without any breakdown, or without the dimensions after `over`.",
        ("traffic / total(traffic over channel)", "0.25"),
    ),
    _context(
        "converted",
        "The base rows of the period that have an event of a second source with the same key "
        "inside the window; each base row counts once.",
        ("converted(visits -> orders by visitor_id within 7 days)", "1"),
    ),
    _context(
        "conversion",
        "`converted` divided by the base rows.",
        ("conversion(visits -> orders by visitor_id within 7 days)", "0.25"),
    ),
    _context(
        "retained",
        "The distinct keys seen one period length earlier that are seen again in this period.",
        ("retained(orders by customer_id, 1 month)", "1"),
    ),
    _context(
        "retention",
        "`retained` divided by the earlier period's distinct keys.",
        ("retention(orders by customer_id, 1 month)", "0.5"),
    ),
    Function(
        "elapsed",
        "context",
        (),
        0,
        Type.FLOAT,
        Units.RATIO,
        "The share of what is asked of the period that lies before `as_of`: 1 of a whole period "
        "and without one, null of one that has not begun. `m / elapsed()` is the run rate of `m`. "
        "In `trailing`, `to_date` and `cumulative`, whose windows end at `as_of`, it is 1.",
        ("revenue / elapsed()", "300"),
    ),
)

LOOKUPS = (
    Function(
        "convert",
        "lookup",
        (_p("amount", NUMBERS), _p("currency", TEXTS), _p("to", TEXTS)),
        3,
        Type.FLOAT,
        Units.UNKNOWN,
        "An amount in another currency, at the last rate known by the day after `at` (without it, "
        "the source's time); null where there is no rate or no day, but for amounts that are in it "
        "already.",
        ("sum(convert(deals.amount, deals.currency, EUR, at created_on))", "550"),
    ),
)

FUNCTIONS = {f.name: f for f in (*SCALARS, *OPERATORS, *AGGREGATES, *CONTEXTS, *LOOKUPS)}
CALLABLE = {f.name: f for f in (*SCALARS, *AGGREGATES, *CONTEXTS, *LOOKUPS)}
