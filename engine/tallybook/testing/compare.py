"""Where an answer is not what a test expects, and how the number came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.explain.parts import parts, shown_value, valued
from tallybook.explain.tree import drawn
from tallybook.testing.expected import is_same
from tallybook.testing.question import PERIOD, asked_by
from tallybook.testing.rules import FAILED_TEST
from tallybook.text.diagnostic import Diagnostic, Related

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from tallybook.calendar.model import Period
    from tallybook.check.model import Checked
    from tallybook.declare.model import Datum, MetricTest, Row, Text
    from tallybook.plan.model import Question
    from tallybook.tables.given import GivenReader

    Found = Mapping[str, object]  # a row of the answer: `$window`, the dimensions, the metrics


@dataclass(frozen=True)
class Answer:
    """The rows that came out, and what is needed to take a number of theirs apart."""

    question: Question
    rows: Sequence[Found]
    checked: Checked
    reader: GivenReader
    as_of: dt.datetime

    def period(self, found: Found) -> Period:
        """The period of a row."""
        number = found["$window"]
        if not isinstance(number, int):
            raise TypeError(number)
        return self.question.periods[number]


def differences(test: MetricTest, answer: Answer) -> Iterator[Diagnostic]:
    """Say of each expected value that is not there what there is, and of each row not expected."""
    left = list(answer.rows)
    for row in test.expect:
        same = [found for found in left if _is_row(row, found, test, answer)]
        if len(same) != 1:
            yield _no_row(row, test, answer, len(same))
            left = [found for found in left if found not in same]
            continue
        left.remove(same[0])
        yield from _cells(row, same[0], test, answer)
    for found in left:
        yield _not_expected(found, test, answer)


def _is_row(row: Row, found: Found, test: MetricTest, answer: Answer) -> bool:
    """Whether an expected row speaks of a row of the answer."""
    by = {d.value for d in asked_by(test).by}
    zone = answer.checked.book.calendar.zone
    return all(
        datum.text == answer.period(found).label
        if name.value == PERIOD
        else is_same(datum, found[name.value], zone)
        for name, datum in row
        if name.value in (PERIOD, *by)
    )


def _cells(row: Row, found: Found, test: MetricTest, answer: Answer) -> Iterator[Diagnostic]:
    zone = answer.checked.book.calendar.zone
    for name, datum in row:
        if name.value in (PERIOD, *answer.question.by):
            continue
        if not is_same(datum, found[name.value], zone):
            yield _wrong(name, datum, found, test, answer)


def _wrong(name: Text, datum: Datum, found: Found, test: MetricTest, answer: Answer) -> Diagnostic:
    metric = answer.checked.metrics[name.value]
    message = (
        f"`{test.name}`: expected {_wanted(datum)} for `{name}`{_of(found, answer)}, "
        f"found {_said(found[name.value])}"
    )
    members = {d: found[d] for d in answer.question.by}
    tree = valued(
        parts(metric.cell),
        answer.period(found),
        answer.question.where,
        answer.checked,
        answer.reader,
        answer.as_of,
        members,
    )
    return Diagnostic(
        FAILED_TEST,
        message,
        datum.span,
        related=(Related(metric.metric.formula.span, f"the formula of `{name}`"),),
        note=drawn(tree),
    )


def _no_row(row: Row, test: MetricTest, answer: Answer, count: int) -> Diagnostic:
    keys = [f"`{n}` {d.text or 'null'}" for n, d in row if n.value in (PERIOD, *answer.question.by)]
    what = f"a row for {', '.join(keys)}" if keys else "one row"
    labels = ", ".join(p.label for p in answer.question.periods[:3])
    found = f"{count} of them" if count else "none"
    return Diagnostic(
        FAILED_TEST,
        f"`{test.name}`: expected {what}, found {found}",
        row[0][0].span if row else test.name.span,
        f"say which with `period`: {labels}" if count else None,
    )


def _not_expected(found: Found, test: MetricTest, answer: Answer) -> Diagnostic:
    values = ", ".join(f"`{c.name}` {_said(found[c.name])}" for c in answer.question.columns)
    return Diagnostic(
        FAILED_TEST,
        f"`{test.name}`: expected no more rows, found one{_of(found, answer)}: {values}",
        test.name.span,
        "`expect` lists every row of the answer",
    )


def _of(found: Found, answer: Answer) -> str:
    """Of which period and members a row is."""
    members = "".join(f", `{d}` {_member(found[d])}" for d in answer.question.by)
    label = answer.period(found).label
    return (f" in {label}" if label != "all" else "") + members


def _said(value: object) -> str:
    return "no data" if value is None else shown_value(value)


def _member(value: object) -> str:
    return "null" if value is None else str(value)


def _wanted(datum: Datum) -> str:
    return datum.text or "no data"
