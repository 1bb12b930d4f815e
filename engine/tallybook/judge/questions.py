"""What a scorecard asks, all of it at once, so that each source is read once for the whole page."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook.ask.query import asked
from tallybook.calendar import periods as calendar
from tallybook.check.sources import parts_of
from tallybook.dataclass import dataclass
from tallybook.declare import model as declared
from tallybook.judge.available import available_stages
from tallybook.language import ir
from tallybook.language.types import Type
from tallybook.language.units import COUNTED
from tallybook.plan.model import Asked, Question
from tallybook.resolve.sections import metrics_shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallybook.ask.page_period import Around
    from tallybook.calendar.model import CalendarRules, Period
    from tallybook.check.model import Checked
    from tallybook.judge.model import Member

SERIES_KEY, COMPARED_KEY = "series", "compared"
_LAST = re.compile(r"(\d+) (day|week|month|quarter|year)s?")


@dataclass(frozen=True)
class CardQuestions:
    """The questions of a page by what they are for; section questions by the section's number."""

    metrics: tuple[str, ...]
    around: Around
    where: ir.Row | None
    questions: dict[str, Question]


def target_of(metric: str) -> str:
    """The column of a metric's target, where it is a formula."""
    return f"target of {metric}"


def sample_of(metric: str) -> str:
    """The column of the number of cases behind a metric."""
    return f"sample of {metric}"


def page_metrics(card: declared.Scorecard, checked: Checked) -> tuple[str, ...]:
    """Every metric of a page, in the order in which it is first shown."""
    shown = (m.value for section in card.sections for m in metrics_shown(section, checked.book))
    return tuple(dict.fromkeys(name for name in shown if checked.available(name)))


def card_questions(
    card: declared.Scorecard, checked: Checked, around: Around, where: ir.Row | None
) -> CardQuestions:
    """Everything the page needs but the rows of "all others", which depend on the answers."""
    metrics = page_metrics(card, checked)
    columns = (*(asked(m, checked) for m in metrics), *_beside(metrics, checked))
    questions = {
        SERIES_KEY: Question(columns, around.series, (), where),
        COMPARED_KEY: Question(columns, (around.previous, around.year_ago), (), where),
    }
    for number, section in enumerate(card.sections):
        question = _section_question(section, checked, around, where)
        if question is not None:
            questions[str(number)] = question
    return CardQuestions(metrics, around, where, questions)


def _beside(metrics: tuple[str, ...], checked: Checked) -> Iterator[Asked]:
    """Targets that are formulas, and the number of cases where a metric wants a least one."""
    for name in metrics:
        metric = checked.metrics[name]
        if metric.target is not None:
            yield Asked(target_of(name), metric.target)
        if metric.metric.declared.min_sample is not None:
            sample = sample_cell(metric.cell)
            if sample is not None:
                yield Asked(sample_of(name), sample)


def sample_cell(cell: ir.Cell) -> ir.Cell | None:
    """What counts the cases behind a number: a ratio's denominator, an aggregate's values."""
    match cell:
        case ir.CellCall(function="/", arguments=(sofar, ir.Elapsed())):
            return sample_cell(sofar)
        case ir.CellCall(function="/", arguments=(_, denominator)):
            return denominator
        case ir.Aggregate(arguments=(argument, *_)):
            return ir.Aggregate(
                "count",
                cell.source,
                (argument,),
                cell.where,
                cell.at,
                cell.stock,
                Type.INTEGER,
                COUNTED,
            )
        case ir.Aggregate():
            return cell
        case ir.PerKey() | ir.Constant() | ir.Conversion() | ir.Retention() | ir.Elapsed():
            return None
        case _:
            found = (sample_cell(part) for part in parts_of(cell))
            return next((f for f in found if f is not None), None)


def _section_question(
    section: declared.Section, checked: Checked, around: Around, where: ir.Row | None
) -> Question | None:
    match section:
        case declared.TrendSection(trend=metric, last=last, by=by):
            periods = trend_periods(last, around, checked.book.calendar)
            column = asked(metric.value, checked)
            return Question((column,), periods, (by.value,) if by else (), where)
        case declared.FunnelSection(funnel=funnel, by=declared.Text() as by):
            stages = available_stages(checked.book.funnels[funnel.value], checked)
            names = dict.fromkeys(s.metric.value for s in stages)
            columns = tuple(asked(n, checked) for n in names)
            return Question(columns, (around.period,), (by.value,), where)
        case declared.TableSection(table=metrics, by=by):
            columns = tuple(asked(m.value, checked) for m in metrics)
            return Question(columns, around.series, (by.value,), where)
        case _:
            return None


def trend_periods(
    last: declared.Text | None, around: Around, rules: CalendarRules
) -> tuple[Period, ...]:
    """The periods of a trend: `last: 13 months`, ending with the one that holds the page's end."""
    match = _LAST.fullmatch(last.value.strip()) if last else None
    end = around.period.window.end
    if match is None or end is None:
        return around.series
    grain = declared_grain(match[2])
    final = calendar.period_at(end - calendar.MOMENT, grain, rules)
    periods = [calendar.seen(final, end)]
    whole = final
    for _ in range(int(match[1]) - 1):
        whole = calendar.earlier(whole, None, rules)
        periods.append(whole)
    return tuple(reversed(periods))


def declared_grain(word: str) -> declared.Grain:
    """A unit of duration that is a grain too."""
    grains: dict[str, declared.Grain] = {
        "day": "day",
        "week": "week",
        "month": "month",
        "quarter": "quarter",
        "year": "year",
    }
    return grains[word]


OTHERS = "$others"


def others_question(question: Question) -> Question:
    """The same question by whether a member is among those not shown (True) or shown."""
    return replace(question, by=(OTHERS,), stands_for=question.by[0])


def with_others(checked: Checked, dimension: str, shown: tuple[Member, ...]) -> Checked:
    """The book with one more dimension: whether a row's member is not among those shown.

    A dimension, not a filter: a total inside a formula stays the total of everything.
    """
    tables = {
        name: replace(
            table,
            dimensions={**table.dimensions, OTHERS: _outside(table.dimensions[dimension], shown)},
        )
        if dimension in table.dimensions
        else table
        for name, table in checked.tables.items()
    }
    return replace(checked, tables=tables)


def _outside(row: ir.Row, shown: tuple[Member, ...]) -> ir.Row:
    def call(function: str, *arguments: ir.Row) -> ir.Row:
        return ir.RowCall(function, arguments, Type.BOOLEAN)

    missing = call("is_null", row)
    listed = [ir.Constant(m, row.type) for m in shown if m is not None]
    inside = call("in", row, *listed) if listed else ir.Constant(value=False, type=Type.BOOLEAN)
    known = call("coalesce", inside, ir.Constant(value=False, type=Type.BOOLEAN))
    return call("not", call("or", known, missing) if None in shown else known)
