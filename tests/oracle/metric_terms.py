"""Well-typed metrics and questions, drawn at random: anything the language says, in any order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from oracle import terms as t
from oracle.printer import to_formula
from oracle.row_terms import FREE, INTEGERS, Measured, RowTerms, Unit, joined, product, same_kind
from oracle.schema import Question
from oracle.tables import (
    CALENDAR_GRAIN,
    CHANNELS,
    COUNTRIES,
    KEYS,
    ODD_DAYS,
    STATUSES,
    sources_with,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oracle.schema import Book, Printer

_AT = {
    "orders": ["paid_at", "shipped_on"],
    "visits": ["left_at"],
    "seats": ["ended_on"],
    "trials": ["ended_at"],
}
_PER = {
    "customers": ["country"],
    "orders": ["customer_id", "status", "channel"],
    "visits": ["customer_id"],
    "seats": ["channel"],
    "trials": ["channel"],
    "balances": ["network"],
}
_STOCKS = frozenset({"seats", "trials", "balances"})
_MEMBERS: dict[str, Sequence[str]] = {
    "channel": CHANNELS,
    "country": COUNTRIES,
    "status": STATUSES,
    "network": ("x", "y"),
    "size": ("< 0", "0–3", "3–8", "≥ 8"),
    "kind": ("owned", "bought", "Ünï ✓"),
    "tier": ("gold", "silver", "none"),
}
# Shifts after which a period of the grain still begins where periods of the grain do.
_SHIFTS = {
    "day": ["day", "week", "month", "quarter", "year"],
    "week": ["week"],
    "month": ["month", "quarter", "year"],
    "quarter": ["quarter", "year"],
    "fiscal_quarter": ["quarter", "year"],
    "year": ["year"],
    "fiscal_year": ["year"],
    CALENDAR_GRAIN: ["quarter", "year"],
}
_OTHER = "other"  # what stands for the unit of a metric that is no number
_SHARES = (t.Lit(0), t.Lit(1), *(t.Lit(Decimal(p)) for p in ("0.5", "0.25", "0.9")))
_SHARES_NAMED: tuple[t.Expr, ...] = (*_SHARES, t.Name(("part",)))
_TO_DATE = ["year", "quarter", "month", "fiscal_year"]


@dataclass(frozen=True, slots=True)
class MetricTerms:
    """Draws metrics that can be asked by `dims`, in questions of `grain`, `bounded` or not.

    `plain` keeps to what SQL says too; `without` names functions of context to leave out. `others`
    are metrics of the book that may be named.
    """

    draw: st.DrawFn
    dims: tuple[str, ...]
    grain: str | None
    bounded: bool
    plain: bool = False
    without: frozenset[str] = frozenset()
    others: Mapping[str, Measured] = field(default_factory=dict)

    def _pick(self, options: Sequence[str]) -> str:
        return self.draw(st.sampled_from(options))

    def _one_in(self, n: int) -> bool:
        return self.draw(st.integers(1, n)) == 1

    def _sources(self) -> list[str]:
        found = sources_with(frozenset(self.dims))
        return [name for name in found if name in INTEGERS]

    # metrics ----------------------------------------------------------------------------------

    def number(self, depth: int) -> Measured:
        """A metric that is a number."""
        if depth <= 0:
            return self.aggregate()
        if self.others and self._one_in(6):
            name = self._pick(list(self.others))
            return t.Name((name,)), self.others[name][1]
        match self._pick(["leaf", "ratio", "ratio", "sum", "pair", "choice", "context", "context"]):
            case "ratio":
                return self._ratio(depth)
            case "sum":
                return self._sum(depth)
            case "pair":
                return self._pair(depth)
            case "choice":
                return self._choice(depth)
            case "context":
                return self._context(depth)
            case _:
                return self.aggregate()

    def _ratio(self, depth: int) -> Measured:
        (a, a_unit), (b, b_unit) = self.number(depth - 1), self.number(depth - 1)
        return t.Binary("/", a, b), product(a_unit, b_unit, -1)

    def _sum(self, depth: int) -> Measured:
        a, a_unit = self.number(depth - 1)
        if self._one_in(3):
            literal = t.Lit(self.draw(st.integers(-2, 3)))
            return t.Binary(self._pick(["+", "-", "*"]), a, literal), a_unit
        b, b_unit = self.number(depth - 1)
        if same_kind(a_unit, b_unit):
            return t.Binary(self._pick(["+", "-"]), a, b), joined(a_unit, b_unit)
        return t.Binary("*", a, b), product(a_unit, b_unit, 1)

    def _pair(self, depth: int) -> Measured:
        a, a_unit = self.number(depth - 1)
        match self._pick(["abs", "coalesce", "greatest", "least", "sqrt"]):
            case "abs":
                return t.Call("abs", (a,)), a_unit
            case "sqrt":
                return t.Call("sqrt", (a,)), None
            case name:
                literal = t.Lit(self.draw(st.integers(0, 3)))
                return t.Call(name, (a, literal)), joined(a_unit, FREE)

    def _choice(self, depth: int) -> Measured:
        (a, a_unit), (b, b_unit) = self.number(depth - 1), self.aggregate()
        if not same_kind(a_unit, b_unit):
            return a, a_unit
        unit = joined(a_unit, b_unit)
        if self._one_in(2):
            return t.Call("if", (self.condition(), a, b)), unit
        return t.Case(((self.condition(), a),), b), unit

    def condition(self) -> t.Expr:
        """A comparison of counts, which nothing rounds."""
        source = self._pick(self._sources())
        count = t.Aggregate("count", (t.Name((source,)),), self._clauses(source))
        few = t.Lit(self.draw(st.integers(0, 3)))
        return t.Binary(self._pick(["=", ">", "<=", "!="]), count, few)

    # contexts ---------------------------------------------------------------------------------

    def _context(self, depth: int) -> Measured:
        kinds = ["trailing", "to_date", "cumulative", "total", "where"]
        if self.bounded:
            kinds += ["prior", "growth", "retained"]
        if not self.plain:
            kinds += ["elapsed"]
        kinds = [kind for kind in [*kinds, "converted"] if kind not in self.without]
        kind = self._pick(kinds)
        if kind in {"retained", "converted"}:
            return self._cohort(kind)
        m, unit = self.number(depth - 1)
        match kind:
            case "trailing":
                return t.Trailing(m, self._window()), unit
            case "to_date":
                return t.ToDate(m, self._pick(_TO_DATE[:3] if self.plain else _TO_DATE)), unit
            case "cumulative":
                return t.Cumulative(m), unit
            case "elapsed":
                return t.Binary("/", m, t.Elapsed()), product(unit, 0, -1)
            case "total":
                over = tuple(d for d in self.dims if self.draw(st.booleans()))
                return t.Total(m, over), unit
            case "where":
                return t.Where(m, self.filter()), unit
            case "prior":
                return t.Prior(m, self._shift()), unit
            case _:
                return t.Growth(m, self._shift()), 0

    def _window(self) -> t.Duration:
        unit = self._pick(["day", "day", "week", "month", "quarter"])
        return t.Duration(self.draw(st.integers(1, 45 if unit == "day" else 3)), unit)

    def _shift(self) -> t.Duration | None:
        if self._one_in(2):
            return None
        units = ["day", "week", "month", "year"] if self.grain is None else _SHIFTS[self.grain]
        unit = self._pick([*units, "period"])
        return t.Duration(self.draw(st.integers(1, 9 if unit == "day" else 2)), unit)

    def _cohort(self, kind: str) -> Measured:
        dims = set(self.dims)
        keyed = [s for s in ("orders", "visits") if s in self._sources()]
        if not keyed:
            return self.aggregate()
        base, rate = self._pick(keyed), self._one_in(2)
        unit: Unit = 0 if rate else 1
        if kind == "converted":
            event = self._pick(["orders", "visits"])
            return t.Converted(base, event, "customer_id", self._window(), rate), unit
        shift = self._shift() or t.Duration(1, "period")
        if shift.unit == "period" or not dims <= {"channel", "status", "country"}:
            return self.aggregate()
        return t.Retained(base, "customer_id", shift, rate), unit

    def filter(self) -> t.Expr:
        """A condition over dimensions."""
        if not self.dims:
            return t.Lit(value=True)
        dimension = self._pick(self.dims)
        name, members = t.Name((dimension,)), _MEMBERS[dimension]
        match self._pick(["=", "!=", "in", "null", "like"]):
            case "in":
                words = self.draw(st.lists(st.sampled_from(members), min_size=1, max_size=3))
                options = tuple(t.Lit(word) for word in words)
                return t.In(name, options, self.draw(st.booleans()))
            case "null":
                return t.IsNull(name, self.draw(st.booleans()))
            case "like":
                return t.Binary("like", name, t.Lit(self._pick(["%a%", "e%", "_"])))
            case op:
                return t.Binary(op, name, t.Lit(self._pick(members)))

    # aggregates -------------------------------------------------------------------------------

    def aggregate(self) -> Measured:
        """One aggregate that is a number, with clauses."""
        source = self._pick(self._sources())
        clauses = self._clauses(source)
        plain = clauses.as_of is None and clauses.at is None
        if self._one_in(6) and (plain or not self.plain):
            return self._per(source, clauses)
        return self._of_rows(source, clauses)

    def _of_rows(self, source: str, clauses: t.Clauses) -> Measured:
        rows = self._row_terms(source)
        kinds = ["rows", "count", "distinct", "sum", "sum", "avg", "min", "max", "median"]
        kinds += ["percentile", "stddev", "variance", "weighted_avg"]
        if self.bounded:
            kinds += ["first", "last"]
        match self._pick(kinds):
            case "rows":
                return t.Aggregate("count", (t.Name((source,)),), clauses), 1
            case "count":
                argument = rows.condition(2) if self._one_in(2) else rows.number(1)[0]
                return t.Aggregate("count", (self._of(source, argument),), clauses), 1
            case "distinct":
                argument = rows.text(1) if self._one_in(2) else rows.number(1)[0]
                return t.Aggregate("distinct", (self._of(source, argument),), clauses), 1
            case "weighted_avg":
                (x, unit), (w, _) = rows.number(1), rows.number(0)
                return t.Aggregate("weighted_avg", (self._of(source, x), w), clauses), unit
            case "percentile":
                x, unit = rows.inexact(2)
                p: t.Expr = self.draw(st.sampled_from(_SHARES if self.plain else _SHARES_NAMED))
                return t.Aggregate("percentile", (self._of(source, x), p), clauses), unit
            case function:
                x, unit = rows.inexact(2)
                unit = None if function == "variance" else unit
                return t.Aggregate(function, (self._of(source, x),), clauses), unit

    def _per(self, source: str, clauses: t.Clauses) -> Measured:
        count = self.draw(st.integers(1, 2 if len(_PER[source]) > 1 else 1))
        keys = tuple(t.Name((key,)) for key in _PER[source][:count])
        clauses = replace(clauses, per=keys)
        inner, unit = self._of_group(source)
        match self._pick(["count", "avg", "sum", "max", "median", "distinct"]):
            case "count":
                test = t.Binary(self._pick([">", "="]), inner, t.Lit(self.draw(st.integers(0, 3))))
                return t.Aggregate("count", (test,), clauses), 1
            case "distinct":
                return t.Aggregate("distinct", (inner,), clauses), 1
            case function:
                return t.Aggregate(function, (inner,), clauses), unit

    def _of_group(self, source: str) -> Measured:
        rows = self._row_terms(source)
        where = rows.condition(1) if self._one_in(3) else None
        clauses = t.Clauses(where=where)
        if self._one_in(2):
            return t.Aggregate("count", (t.Name((source,)),), clauses), 1
        x, unit = rows.number(1)
        return t.Aggregate(self._pick(["sum", "min", "max"]), (self._of(source, x),), clauses), unit

    def _of(self, source: str, argument: t.Expr) -> t.Expr:
        """An argument that says its source: `sum(1)` is of nothing."""
        if source in _mentioned(argument):
            return argument
        known = t.IsNull(t.Name((source, KEYS[source])), negated=True)
        return t.Call("if", (known, argument, t.Lit(None)))

    def _row_terms(self, source: str) -> RowTerms:
        return RowTerms(self.draw, source, not self.plain, self.plain, self.bounded)

    def _clauses(self, source: str) -> t.Clauses:
        where = self._row_terms(source).condition(2) if self._one_in(3) else None
        if source in _STOCKS and self._one_in(2):
            as_of = self._pick(["end", "end", "start"] if self.bounded else ["end"])
            return t.Clauses(where=where, as_of="end" if as_of == "end" else "start")
        at = None
        if source in _AT and self._one_in(5):
            at = t.Name((self._pick(_AT[source]),))
        return t.Clauses(where=where, at=at)

    def other(self) -> t.Expr:
        """A metric that is a text, a time or a truth value."""
        source = self._pick(self._sources())
        rows, clauses = self._row_terms(source), self._clauses(source)
        match self._pick(["any", "all", "time", "text"]):
            case "time":
                moment = rows.time(0)
                return t.Aggregate(self._pick(["min", "max"]), (moment,), clauses)
            case "text":
                functions = ["first", "last", "min", "max"] if self.bounded else ["min", "max"]
                return t.Aggregate(self._pick(functions), (rows.text(0),), clauses)
            case function:
                condition = self._of(source, rows.condition(1))
                return t.Aggregate(function, (condition,), clauses)

    def elsewhere(self, m: t.Expr) -> t.Expr:
        """A metric, perhaps in another period or population."""
        kinds = ["here", "trailing", "to_date", "cumulative", "total"]
        match self._pick([*kinds, "prior"] if self.bounded else kinds):
            case "trailing":
                return t.Trailing(m, self._window())
            case "to_date":
                return t.ToDate(m, self._pick(_TO_DATE))
            case "cumulative":
                return t.Cumulative(m)
            case "total":
                return t.Total(m, ())
            case "prior":
                return t.Prior(m, self._shift())
            case _:
                return m


def _mentioned(expr: t.Expr) -> set[str]:
    """Sources that names of an expression begin with, apart from those of linked rows."""
    match expr:
        case t.Name(parts):
            return {parts[0]} - {"period"} if len(parts) > 1 else set()
        case t.Aggregate() | t.Exists():
            return set()
        case _:
            return set().union(*(_mentioned(child) for child in t.children(expr)))


# questions ------------------------------------------------------------------------------------

_DIMENSIONS = [
    (),
    (),
    (),
    ("channel",),
    ("channel",),
    ("country",),
    ("status",),
    ("network",),
    ("channel", "country"),
    ("country", "status"),
]
_MADE_DIMENSIONS = [("size",), ("kind",), ("tier",), ("kind", "size"), ("channel", "kind")]
_LONGEST = {
    "day": 4,
    "week": 25,
    "month": 100,
    "quarter": 200,
    "year": 500,
    "fiscal_quarter": 200,
    "fiscal_year": 500,
    None: 90,
    CALENDAR_GRAIN: 100,
}
GRAINS = tuple(_LONGEST)
PLAIN_GRAINS = ("day", "week", "month", "quarter", "year", None)


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """A question and the metrics that it names."""

    question: Question
    metrics: dict[str, t.Expr]
    unallocated: frozenset[str] = frozenset()

    def of(self, book: Book) -> Book:
        """The book with the metrics."""
        return replace(book, metrics=self.metrics, unallocated=self.unallocated)

    def __repr__(self) -> str:
        formulas = "; ".join(f"{name} = {to_formula(m)}" for name, m in self.metrics.items())
        return f"<{formulas} | {self.question}>"

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:
        printer.text(repr(self))


@st.composite
def questions(
    draw: st.DrawFn, grains: Sequence[str | None] = GRAINS, *, plain: bool = False, most: int = 2
) -> Asked:
    """A question about up to `most` metrics. `plain`: what SQL says too."""
    dims = draw(st.sampled_from(_DIMENSIONS if plain else [*_DIMENSIONS, *_MADE_DIMENSIONS]))
    grain = draw(st.sampled_from(grains))
    bounded = grain is not None or draw(st.booleans())
    start, end = _range(draw, grain) if bounded else (None, None)
    terms = MetricTerms(draw, dims, grain, bounded, plain)
    metrics: dict[str, t.Expr] = {}
    for n in range(draw(st.integers(1, most))):
        formula, unit = _metric(terms, 2)
        metrics[f"m{n}"] = formula
        if not plain and unit is not _OTHER:
            terms = replace(terms, others={**terms.others, f"m{n}": (formula, unit)})
    by = tuple(d for d in dims if draw(st.integers(0, 3)) > 0)
    where = terms.filter() if dims and draw(st.integers(0, 3)) == 0 else None
    unallocated: frozenset[str] = frozenset()
    if by and where is None and not plain and draw(st.integers(0, 3)) == 0:
        metrics["free"] = replace(terms, dims=(), others={}).number(2)[0]
        unallocated = frozenset({"free"})
    as_of = _as_of(draw, start, end, grain)
    question = Question(tuple(metrics), by, grain, start, end, where, as_of)
    return Asked(question, metrics, unallocated)


def _metric(terms: MetricTerms, depth: int) -> Measured:
    if not terms.plain and terms.draw(st.integers(0, 9)) == 0:
        return terms.elsewhere(terms.other()), _OTHER
    return terms.number(depth)


def _range(draw: st.DrawFn, grain: str | None) -> tuple[dt.date, dt.date]:
    start = draw(st.sampled_from(ODD_DAYS) | st.dates(dt.date(2023, 12, 1), dt.date(2024, 3, 31)))
    if grain != "day" and draw(st.booleans()):
        start = start.replace(day=1)
    length = draw(st.integers(0, _LONGEST[grain]))
    end = start + dt.timedelta(days=length)
    if grain is None and draw(st.booleans()):
        end = end.replace(day=1) + dt.timedelta(days=31)
        end = end.replace(day=1) - dt.timedelta(days=1)
    return start, end


def _as_of(
    draw: st.DrawFn, start: dt.date | None, end: dt.date | None, grain: str | None
) -> dt.date | dt.datetime | None:
    """Mostly long after; else within the last period, or before it."""
    if draw(st.integers(0, 2)) > 0:
        return None
    if start is None or end is None:
        return draw(st.sampled_from(ODD_DAYS))
    within = {None: (end - start).days, "day": 0, "week": 0}.get(grain, min(27, end.day - 1))
    if draw(st.integers(0, 3)) == 0:
        within = (end - start).days
    day = end - dt.timedelta(days=draw(st.integers(0, min(within, (end - start).days))))
    if draw(st.booleans()):
        return dt.datetime.combine(day, dt.time(12))
    return day + dt.timedelta(days=1)


__all__ = ["FREE", "GRAINS", "PLAIN_GRAINS", "Asked", "MetricTerms", "questions"]
