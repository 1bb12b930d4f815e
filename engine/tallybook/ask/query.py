"""A query's options as a question: names looked up, dates read, periods cut."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, get_args

from tallybook.ask import rules
from tallybook.calendar import periods as calendar
from tallybook.calendar.model import UTC, Period
from tallybook.check import rules as checking
from tallybook.check.checker import condition
from tallybook.check.rows import dimension_advice
from tallybook.check.sources import broken_down, from_advice, lacking_advice, needs_period, untimed
from tallybook.check.tables import Tables
from tallybook.dataclass import dataclass
from tallybook.declare.model import Grain
from tallybook.plan.model import Asked, Question
from tallybook.text.diagnostic import BookError, Findings, QuestionError, did_you_mean, name_list
from tallybook.text.span import SourceText, Span, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tallybook.check.model import Checked
    from tallybook.language import ir
    from tallybook.tables.reader import TableReader

__all__ = [
    "GRAINS",
    "Query",
    "QuestionError",
    "as_of_instant",
    "check_filter",
    "instant",
    "question",
    "wall_clock",
]

PERIOD_COLUMNS = ("period", "start", "end", "partial")  # of every answer, before all others

GRAINS: tuple[Grain, ...] = get_args(Grain)
_MOST_DAYS = 500_000  # that a range may have; asked for day by day
_MOST_DAY_PERIODS = 100_000


@dataclass(frozen=True, slots=True)
class Query:
    """A query as asked. `start` and `end` are days, both included; None leaves the range open.

    `where` is a text, or its place in a file.
    """

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    grain: str | None = None
    start: str | dt.date | None = None
    end: str | dt.date | None = None
    where: str | Span | None = None


def query_of_period(metric: str, label: str, where: str | None, checked: Checked) -> Query:
    """The query for one period by its label: `2024-05`, `2024-Q2`, `2024-01-01/2024-06-30`."""
    first, _, last = label.partition("/")
    if last:
        return Query((metric,), (), None, first, last, where)
    period = calendar.read_label(label, checked.book.calendar)
    if period is None or period.start is None or period.end is None:
        findings = Findings()
        findings.add(
            rules.WRONG_DATE,
            f"`{label}` is not a period",
            help="for example 2024-05, 2024-Q2, 2024-W19, 2024 or 2024-01-01/2024-06-30",
        )
        raise QuestionError(findings.in_file_order())
    last_day = period.end.date() - calendar.DAY
    return Query((metric,), (), period.grain, period.start.date(), last_day, where)


def as_of_instant(
    said: str | dt.date | dt.datetime | None, checked: Checked, now: dt.datetime
) -> dt.datetime:
    """The instant of the question, in UTC: what is said, else the book's, else now.

    A day is the midnight that it begins with.
    """
    if said is not None:
        return instant(said, checked)
    own = checked.book.declarations.settings.as_of
    if own is None:
        return now.astimezone(UTC)
    try:
        return instant(own, checked, f"`as_of: {own}` of the book")
    except QuestionError as error:  # nobody has asked: the book is at fault
        raise BookError(error.diagnostics) from None


def instant(
    said: str | dt.date | dt.datetime, checked: Checked, named: str | None = None
) -> dt.datetime:
    """A day or a time on the book's wall clock as an instant, in UTC; `named` so in messages."""
    moment = _moment(said, named or f"`--as-of {said}`")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=checked.book.calendar.zone)
    return moment.astimezone(UTC)


def wall_clock(instant: dt.datetime, checked: Checked) -> dt.datetime:
    """An instant on the book's wall clock."""
    return instant.astimezone(checked.book.calendar.zone).replace(tzinfo=None)


def question(query: Query, checked: Checked, reader: TableReader, as_of: dt.datetime) -> Question:
    """The question that a query asks. Raises `QuestionError` with every mistake in it."""
    findings = Findings()
    metrics = [m for m in query.metrics if _known_metric(m, checked, findings)]
    understood = understand(query, metrics, checked, findings)
    _stop(findings)
    cut = _periods(metrics, understood, checked, reader, as_of)
    columns = tuple(asked(m, checked) for m in query.metrics)
    return Question(columns, cut, query.by, understood.where)


@dataclass(frozen=True, slots=True)
class Understood:
    """A query's options with their meaning: the bounds are `[first, end)` on the wall clock."""

    grain: str | None
    first: dt.datetime | None
    end: dt.datetime | None
    where: ir.Row | None


def understand(
    query: Query, metrics: Sequence[str], checked: Checked, findings: Findings
) -> Understood:
    """Find every mistake in a query that can be found without its data; `metrics` are known."""
    known = [d for d in query.by if _known_dimension(d, checked, findings)]
    for metric in metrics:
        _check_breakdown(metric, tuple(known), checked, findings)
    _check_columns((*query.by, *query.metrics), findings)
    where = _where(query.where, metrics, checked, findings)
    grain = _grain(query.grain, checked, findings)
    first, end = _bound(query.start, "from", findings), _bound(query.end, "to", findings)
    if first is not None and end is not None and end < first:
        findings.add(rules.WRONG_DATE, f"the range ends ({query.end}) before it begins")
    end = end + calendar.DAY if end is not None else None
    if not findings.has_errors and (grain, first, end) != (None, None, None):
        for metric in metrics:
            _check_timed(metric, checked, findings)
    if not findings.has_errors and grain is None and None in (first, end):
        _check_bounded(metrics, checked, findings)
    return Understood(grain, first, end, where)


def asked(name: str, checked: Checked) -> Asked:
    """A metric of the book as a column of an answer."""
    metric = checked.metrics[name]
    return Asked(name, metric.cell, metric.metric.declared.allocate == "none")


def _check_columns(names: tuple[str, ...], findings: Findings) -> None:
    """Every column of an answer must have a name of its own."""
    taken = set(PERIOD_COLUMNS)
    for name in names:
        if name in taken:
            findings.add(
                rules.AMBIGUOUS_ANSWER,
                f"the answer would have two columns `{name}`",
                help=f"every answer has {', '.join(f'`{c}`' for c in PERIOD_COLUMNS)}"
                if name in PERIOD_COLUMNS
                else f"ask for `{name}` once, or give the metric another name",
            )
        taken.add(name)


def _stop(findings: Findings) -> None:
    if findings.has_errors:
        raise QuestionError(findings.in_file_order())


def _known_metric(name: str, checked: Checked, findings: Findings) -> bool:
    if name in checked.metrics:
        return _has_data(name, checked, findings)
    findings.add(
        rules.UNKNOWN_NAME,
        f"there is no metric `{name}`",
        help=did_you_mean(
            name,
            checked.metrics,
            otherwise=f"there is {name_list(checked.metrics)}" if checked.metrics else None,
        ),
    )
    return False


def _has_data(name: str, checked: Checked, findings: Findings) -> bool:
    lacks = checked.metrics[name].lacks
    if lacks:
        findings.add(
            rules.UNAVAILABLE,
            f"`{name}` is not available: the book has no data for {name_list(lacks)}",
            help=_missing_advice(min(lacks)),
        )
    return not lacks


def _missing_advice(lacks: str) -> str:
    """What to do where there is no data for a source (`spend`) or a column (`leads.mql_at`)."""
    source, _, column = lacks.partition(".")
    if column:
        return from_advice(source, column)
    return f"put a file there: `sources: {{{source}: {{path: …}}}}`"


def _known_dimension(name: str, checked: Checked, findings: Findings) -> bool:
    if name in checked.book.dimension_names():
        return True
    findings.add(
        rules.UNKNOWN_NAME,
        f"there is no dimension `{name}`",
        help=dimension_advice(name, checked.book),
    )
    return False


def _check_breakdown(name: str, by: tuple[str, ...], checked: Checked, findings: Findings) -> None:
    """Every aggregate of the metric must be able to be broken down."""
    metric = checked.metrics[name]
    if metric.metric.declared.allocate == "none":
        return
    told = set()
    for source, dimension in broken_down(metric.cell, by):
        lacks = dimension not in checked.tables[source].dimensions
        if lacks and (source, dimension) not in told:
            told.add((source, dimension))
            findings.add(
                checking.MISSING_DIMENSION,
                f"`{name}` cannot be broken down by `{dimension}`: its source `{source}` has no "
                "such dimension",
                metric.metric.declared.name.span,
                help=lacking_advice(source, dimension, checked.book),
            )


def _check_timed(name: str, checked: Checked, findings: Findings) -> None:
    """Rows that nothing places in time are in no period: a count of them would be a wrong 0."""
    metric = checked.metrics[name]
    for source in sorted(untimed(metric.cell, checked.book)):
        findings.add(
            checking.NO_TIME,
            f"`{name}` cannot be asked by period: nothing says when a row of `{source}` was",
            metric.metric.declared.name.span,
            help=f"give `{source}` a `time`, or ask without `--grain`, `--from` and `--to`",
        )


def _where(
    said: str | Span | None, metrics: Sequence[str], checked: Checked, findings: Findings
) -> ir.Row | None:
    if said is None:
        return None
    span = said if isinstance(said, Span) else whole(SourceText("--where", said))
    inner = Findings()
    row = condition(Tables(checked.book, inner), span, inner)
    findings.extend(inner.in_file_order())
    if row is None or inner.has_errors:
        return None
    check_filter(row, metrics, checked, findings)
    return row


def check_filter(row: ir.Row, metrics: Iterable[str], checked: Checked, findings: Findings) -> None:
    """Every source of the metrics must have the dimensions of a condition."""
    from tallybook.language import ir
    from tallybook.plan.conditions import rows_in

    used = {part.name for part in rows_in(row) if isinstance(part, ir.DimensionValue)}
    told = set()
    for name in metrics:
        for source in sorted(checked.metrics[name].sources):
            for dimension in sorted(used - set(checked.tables[source].dimensions)):
                if (source, dimension) not in told:
                    told.add((source, dimension))
                    findings.add(
                        checking.MISSING_DIMENSION,
                        f"`{name}` cannot be filtered by `{dimension}`: its source `{source}` has "
                        "no such dimension",
                        checked.metrics[name].metric.declared.name.span,
                        help=lacking_advice(source, dimension, checked.book),
                    )


def _grain(said: str | None, checked: Checked, findings: Findings) -> str | None:
    own = checked.book.calendar.own_grain
    known = (*GRAINS, own) if own else GRAINS
    for grain in known:
        if said == grain:
            return grain
    if said is not None:
        findings.add(
            rules.UNKNOWN_NAME,
            f"expected one of {', '.join(known)} for the grain, found `{said}`",
            help=did_you_mean(said, known),
        )
    return None


def _moment(said: str | dt.date | dt.datetime, named: str) -> dt.datetime:
    moment = _as_moment(said)
    if moment is not None and moment.year in calendar.YEARS:
        return moment
    wrong, advice = "is not a day", "write it like 2024-01-31"
    if moment is not None:
        years = calendar.YEARS
        wrong, advice = "lies too far off", f"years go from {years[0]} to {years[-1]}"
    raise _wrong_date(f"{named} {wrong}", advice)


def _check_reach(last: dt.datetime) -> None:
    if last.year not in calendar.YEARS:
        raise _wrong_date(
            f"the rows reach to {last:%Y-%m-%d}", "say where the answer ends, with `--to`"
        )


def _wrong_date(message: str, advice: str) -> QuestionError:
    findings = Findings()
    findings.add(rules.WRONG_DATE, message, help=advice)
    return QuestionError(findings.in_file_order())


def _as_moment(said: str | dt.date | dt.datetime) -> dt.datetime | None:
    if isinstance(said, dt.datetime):
        return said
    if isinstance(said, dt.date):
        return dt.datetime.combine(said, dt.time())
    try:
        return dt.datetime.fromisoformat(said)
    except ValueError:
        return None


def _bound(said: str | dt.date | None, what: str, findings: Findings) -> dt.datetime | None:
    if said is None:
        return None
    try:
        moment = _moment(said, f"`--{what} {said}`")
    except QuestionError as error:
        findings.extend(error.diagnostics)
        return None
    return moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)


def _periods(
    metrics: Sequence[str],
    understood: Understood,
    checked: Checked,
    reader: TableReader,
    as_of: dt.datetime,
) -> tuple[Period, ...]:
    now, rules_ = wall_clock(as_of, checked), checked.book.calendar
    grain, first, end = understood.grain, understood.first, understood.end
    if grain is None:
        return (calendar.span_of_days(first, end, now),)
    if first is None or end is None:
        from tallybook.compute.extent import extent

        found = extent([checked.metrics[m].cell for m in metrics], checked, reader, as_of)
        if found is None:
            return ()
        low, high = found
        first = first if first is not None else calendar.start_of(low, grain, rules_)
        if end is None:
            _check_reach(high)
            end = calendar.step(calendar.start_of(high, grain, rules_), grain, 1, rules_)
    if (end - first).days > (_MOST_DAY_PERIODS if grain == "day" else _MOST_DAYS):
        raise _wrong_date(
            f"the {grain}s from {first:%Y-%m-%d} to {end - calendar.DAY:%Y-%m-%d} are too many",
            "name a shorter range with `--from` and `--to`, or a coarser grain",
        )
    return calendar.periods(grain, first, end, now, rules_)


def _check_bounded(metrics: Sequence[str], checked: Checked, findings: Findings) -> None:
    """Earlier periods have no meaning where the range is open."""
    for name in metrics:
        if needs_period(checked.metrics[name].cell):
            findings.add(
                rules.UNBOUNDED,
                f"`{name}` looks at an earlier period, and no period is asked for",
                help="add `--grain month`, or both `--from` and `--to`",
            )
