"""Every mistake in the tests of a book that can be found without computing anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.ask.query import understand
from tallybook.ask.rules import UNKNOWN_NAME
from tallybook.calendar import periods as calendar
from tallybook.resolve import rules as names
from tallybook.tables.expected import dates_of, surely_unreadable, wanted
from tallybook.tables.rules import UNREADABLE_VALUE
from tallybook.testing.expected import can_be
from tallybook.testing.question import PERIOD, asked_by, query_of
from tallybook.testing.rules import WRONG_TEST
from tallybook.text.diagnostic import Findings, Related, did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tallybook.check.model import Checked
    from tallybook.declare.model import Datum, MetricTest, Row, Text
    from tallybook.resolve.model import Table
    from tallybook.text.rule import Rule


def check_tests(checked: Checked, findings: Findings) -> None:
    """Check the rows, the question and the answer of every test."""
    for test in checked.book.declarations.tests:
        for source, rows in test.given:
            _check_given(source, rows, checked, findings)
        if _knows_names(test, checked, findings):
            labels = None if _lacks_data(test, checked) else _periods(test, checked, findings)
            for row in test.expect:
                _check_expected(row, test, labels, checked, findings)


# Given rows


def _check_given(source: Text, rows: Iterable[Row], checked: Checked, findings: Findings) -> None:
    tables = checked.book.tables
    if not _is_known(source, tables, "source", names.UNKNOWN_SOURCE, findings):
        return
    table = tables[source.value]
    told: set[str] = set()
    for row in rows:
        for name, datum in row:
            if name.value not in told and not _is_column(name, table, findings):
                told.add(name.value)
            elif name.value in table.columns:
                _check_readable(name, datum, table, findings)


def _is_column(name: Text, table: Table, findings: Findings) -> bool:
    column = table.columns.get(name.value)
    if column is None:
        if not table.unread:
            findings.add(
                names.UNKNOWN_COLUMN,
                f"`{table.name}` has no column `{name}`",
                name.span,
                help=did_you_mean(
                    name.value, table.columns, otherwise=f"it has {name_list(table.columns)}"
                ),
            )
        return False
    if column.is_computed:
        findings.add(
            WRONG_TEST,
            f"`{table.name}.{name}` is computed, and cannot be given",
            name.span,
            help="give the columns that its formula is made of",
        )
        return False
    return True


def _check_readable(name: Text, datum: Datum, table: Table, findings: Findings) -> None:
    column, text = table.columns[name.value], datum.text
    if text is not None and surely_unreadable(text, column, table):
        findings.add(
            UNREADABLE_VALUE,
            f"expected {wanted(column.type, dates_of(column, table))} in `{table.name}.{name}`, "
            f"found `{text}`",
            datum.span,
        )


# Names


def _knows_names(test: MetricTest, checked: Checked, findings: Findings) -> bool:
    """Whether all that a test asks for is there, and has no findings of its own."""
    asked = asked_by(test)
    book = checked.book
    parameters = {name.value for name, _ in book.declarations.settings.parameters}
    dimensions = book.dimension_names() | {
        d.name.value for source in book.declarations.sources for d in source.dimensions
    }
    known = [
        _is_known(d, dimensions, "dimension", names.UNKNOWN_DIMENSION, findings) for d in asked.by
    ]
    known += [_is_known(p, parameters, "parameter", UNKNOWN_NAME, findings) for p, _ in asked.set]
    known += [_is_metric(m, checked, findings) for m in _metrics(test)]
    return all(known)


def _is_metric(name: Text, checked: Checked, findings: Findings) -> bool:
    """Whether a name is that of a metric whose formula means something."""
    metrics = [m.name.value for m in checked.book.declarations.metrics]
    if name.value not in metrics and name.value in checked.book.dimension_names():
        findings.add(
            WRONG_TEST,
            f"`{name}` is a dimension, and the query is not by it",
            name.span,
            help=f"add it: `query: {{by: {name}}}`",
        )
        return False
    is_known = _is_known(name, metrics, "metric", names.UNKNOWN_METRIC, findings)
    return is_known and name.value in checked.metrics


def _metrics(test: MetricTest) -> Iterable[Text]:
    """The names of the metrics, each where it stands first."""
    asked = query_of(test).metrics
    places = {name.value: name for row in reversed(test.expect) for name, _ in reversed(row)}
    return (places[name] for name in asked)


def _is_known(
    name: Text, known: Collection[str], what: str, rule: Rule, findings: Findings
) -> bool:
    if name.value in known:
        return True
    there = f"there is {name_list(known)}" if known else f"the book has no {what}"
    findings.add(
        rule,
        f"there is no {what} `{name}`",
        name.span,
        help=did_you_mean(name.value, known, otherwise=there),
    )
    return False


# The question and its answer


def _lacks_data(test: MetricTest, checked: Checked) -> bool:
    """Whether the book's data lacks a part of the library that a test may give rows of.

    Dimensions are gone with it. `tally test` looks at no data, and checks the question then.
    """
    sources = {s for m in query_of(test).metrics for s in checked.metrics[m].sources}
    tables = [checked.book.tables[source] for source in sources]
    return any(t.absent or any(c.absent for c in t.columns.values()) for t in tables)


def _periods(test: MetricTest, checked: Checked, findings: Findings) -> list[str] | None:
    """Check the question of a test; the labels of its periods, where they are known from it."""
    query = query_of(test)
    if not query.metrics:
        findings.add(
            WRONG_TEST,
            "the test expects no metric to have a value",
            test.name.span,
            help="name one: `expect: {leads: 1}`",
        )
    found = Findings()
    understood = understand(query, query.metrics, checked, found)
    for diagnostic in found.in_file_order():
        inside = diagnostic.span is not None and diagnostic.span.source is test.name.span.source
        related = (Related(diagnostic.span, "defined here"),) if diagnostic.span else ()
        at_test = replace(diagnostic, span=test.name.span, related=related)
        findings.extend([diagnostic if inside and query.where else at_test])
    grain, first, end = understood.grain, understood.first, understood.end
    if grain is None or first is None or end is None or found.has_errors:
        return None
    return [p.label for p in calendar.periods(grain, first, end, end, checked.book.calendar)]


def _check_expected(
    row: Row,
    test: MetricTest,
    labels: list[str] | None,
    checked: Checked,
    findings: Findings,
) -> None:
    by = tuple(d.value for d in asked_by(test).by)
    said = {name.value for name, _ in row}
    place = row[0][0].span if row else test.name.span
    for dimension in by:
        if dimension not in said:
            findings.add(
                WRONG_TEST,
                f"an expected row does not say its `{dimension}`",
                place,
                help=f"the query is by {name_list(by)}: list a row for each member, `null` too",
            )
    if labels is not None and len(labels) > 1 and PERIOD not in said:
        findings.add(
            WRONG_TEST,
            f"an expected row does not say its `{PERIOD}`",
            place,
            help=f"the query has {len(labels)}: {', '.join(labels[:3])} …",
        )
    for name, datum in row:
        if name.value == PERIOD:
            _check_period(datum, labels, checked, findings)
        elif name.value not in by and not can_be(datum, checked.metrics[name.value].cell.type):
            findings.add(
                WRONG_TEST,
                f"expected {checked.metrics[name.value].cell.type.words} for `{name}`, found "
                f"`{datum.text}`",
                datum.span,
                help="write a number, `25%`, `1/3`, or `null` for no data",
            )


def _check_period(
    datum: Datum, labels: list[str] | None, checked: Checked, findings: Findings
) -> None:
    text = datum.text or ""
    if labels is not None and text not in labels:
        findings.add(
            WRONG_TEST,
            f"`{text}` is no period of the query",
            datum.span,
            help=f"it has {', '.join(labels[:3])}{' …' if len(labels) > 3 else ''}",  # noqa: PLR2004 - as many as shown
        )
    elif "/" not in text and calendar.read_label(text, checked.book.calendar) is None:
        findings.add(
            WRONG_TEST,
            f"`{text}` is not a period",
            datum.span,
            help="for example 2024-05, 2024-Q2 or 2024-W19",
        )
