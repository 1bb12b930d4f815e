"""The public face of the engine: a book that is loaded, checked, and can be asked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal, overload

import polars as pl

from tallybook.ask.query import (
    Query,
    QuestionError,
    as_of_instant,
    query_of_period,
    question,
)
from tallybook.ask.rules import AMBIGUOUS_ANSWER, UNKNOWN_NAME
from tallybook.compute.run import lazy_answer, lower, run
from tallybook.dataclass import dataclass
from tallybook.opening import open_checked
from tallybook.plan.planner import plan
from tallybook.tables.reader import TableReader
from tallybook.text.diagnostic import BookError, Diagnostic, Findings, did_you_mean, name_list

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from tallybook.calendar.model import Period
    from tallybook.check.model import Checked
    from tallybook.compute.stages import Stage
    from tallybook.declare.model import FunnelStage
    from tallybook.page import CardPage
    from tallybook.parse.syntax import Value
    from tallybook.plan.model import Plan
    from tallybook.text.kept import Kept

__all__ = ["Book", "BookError", "open_book"]

Frame = pl.DataFrame | pl.LazyFrame


@dataclass(frozen=True)
class Book:
    """A checked book and the way to its data."""

    checked: Checked
    reader: TableReader
    diagnostics: tuple[Diagnostic, ...]

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of the metrics, those that others are made of first."""
        return tuple(self.checked.metrics)

    @property
    def scorecards(self) -> tuple[str, ...]:
        """The names of the scorecards, in the order of the book."""
        return tuple(self.checked.book.scorecards)

    def scorecard(self, name: str) -> CardPage:
        """A scorecard by name. Raises `QuestionError` where there is none of that name."""
        known = self.checked.book.scorecards
        if name not in known:
            findings = Findings()
            findings.add(
                UNKNOWN_NAME,
                f"there is no scorecard `{name}`",
                help=did_you_mean(name, known, otherwise=f"there is {name_list(known)}"),
            )
            raise QuestionError(findings.in_file_order())
        from tallybook.page import CardPage

        return CardPage(known[name], self.checked, self.reader)

    def funnel(
        self,
        name: str,
        *,
        by: str | Sequence[str] = (),
        grain: str | None = None,
        start: str | dt.date | None = None,
        end: str | dt.date | None = None,
        where: str | None = None,
        as_of: str | dt.date | dt.datetime | None = None,
    ) -> pl.DataFrame:
        """A row per stage of a funnel, for every period and member: arguments as in `query`.

        Returns:
            A frame with the columns of an answer, then `stage` (the metric), `label`, `volume`,
            `step_conversion` (of the stage before, in the same period), `share_of_first` and
            `time_in_stage`. Stages that the book has no data for are left out.

        Raises:
            QuestionError: for a funnel that there is not.
            BookError: as `query`.

        """
        from tallybook.compute.stages import staged

        dimensions = (by,) if isinstance(by, str) else tuple(by)
        stages = funnel_stages(name, dimensions, self.checked)
        names = (n for stage in stages for n in (stage.metric, stage.time) if n is not None)
        answer = self.query(
            tuple(dict.fromkeys(names)),
            by=dimensions,
            grain=grain,
            start=start,
            end=end,
            where=where,
            as_of=as_of,
        )
        return staged(answer, stages)

    def check_data(
        self, as_of: str | dt.date | dt.datetime | None = None
    ) -> tuple[Diagnostic, ...]:
        """Read all of the data and tell what is not as the book says: types, keys, checks."""
        from tallybook.compute.data_checks import check_data

        findings = Findings()
        instant = as_of_instant(as_of, self.checked, _now())
        check_data(self.checked, self.reader, instant, findings)
        return findings.in_file_order()

    def unclear_times(
        self, start: dt.date | None = None, end: dt.date | None = None
    ) -> tuple[Diagnostic, ...]:
        """Lints on times that clocks show twice or never, in what has been read so far.

        Of the days from `start` to the one before `end`; None is no bound.
        """
        from tallybook.compute.data_checks import tell_unclear_times

        findings = Findings()
        tell_unclear_times(self.checked, self.reader, start, end, findings)
        return findings.in_file_order()

    def plan(self, *queries: Query, as_of: str | dt.date | dt.datetime | None = None) -> Plan:
        """One plan for several queries. Raises `QuestionError` for a query that cannot be asked."""
        instant = as_of_instant(as_of, self.checked, _now())
        questions = [question(q, self.checked, self.reader, instant) for q in queries]
        return plan(self.checked, questions, instant, self.checked.book.calendar)

    def explain(
        self,
        metric: str,
        period: str,
        *,
        where: str | None = None,
        as_of: str | dt.date | dt.datetime | None = None,
    ) -> str:
        """How a number came about: the value of every part of its formula, and the rows behind it.

        `period` is a label (`2024-05`, `2024-Q2`) or a range of days (`2024-01-01/2024-06-30`).
        Raises `QuestionError` for a question that cannot be asked.
        """
        from tallybook.explain.parts import parts, valued
        from tallybook.explain.tree import drawn

        instant = as_of_instant(as_of, self.checked, _now())
        query = query_of_period(metric, period, where, self.checked)
        asked = question(query, self.checked, self.reader, instant)
        tree = parts(self.checked.metrics[metric].cell)
        return drawn(
            valued(tree, asked.periods[0], asked.where, self.checked, self.reader, instant)
        )

    def rows_behind(
        self,
        metric: str,
        period: str,
        *,
        where: str | None = None,
        as_of: str | dt.date | dt.datetime | None = None,
    ) -> dict[str, pl.DataFrame]:
        """Per source, the rows behind a number of one period, with every column they have.

        `part` says which aggregate of the formula a row is counted in, as the formula writes it.
        Raises `QuestionError` for a question that cannot be asked.
        """
        from tallybook.compute.behind import PART, rows_behind
        from tallybook.explain.cells import measure_text

        query = query_of_period(metric, period, where, self.checked)
        planned = self.plan(query, as_of=as_of)
        names = {n: measure_text(m) for n, m in enumerate(planned.measures)}
        return {
            source: frame.select(
                pl.col(PART).replace_strict(names, return_dtype=pl.String), pl.exclude(PART)
            )
            for source, frame in rows_behind(planned, self.reader).items()
        }

    @overload
    def query(
        self,
        metrics: str | Sequence[str],
        *,
        by: str | Sequence[str] = (),
        grain: str | None = None,
        start: str | dt.date | None = None,
        end: str | dt.date | None = None,
        where: str | None = None,
        as_of: str | dt.date | dt.datetime | None = None,
        lazy: Literal[False] = False,
    ) -> pl.DataFrame: ...

    @overload
    def query(
        self,
        metrics: str | Sequence[str],
        *,
        by: str | Sequence[str] = (),
        grain: str | None = None,
        start: str | dt.date | None = None,
        end: str | dt.date | None = None,
        where: str | None = None,
        as_of: str | dt.date | dt.datetime | None = None,
        lazy: Literal[True],
    ) -> pl.LazyFrame: ...

    def query(
        self,
        metrics: str | Sequence[str],
        *,
        by: str | Sequence[str] = (),
        grain: str | None = None,
        start: str | dt.date | None = None,
        end: str | dt.date | None = None,
        where: str | None = None,
        as_of: str | dt.date | dt.datetime | None = None,
        lazy: bool = False,
    ) -> pl.DataFrame | pl.LazyFrame:
        """Values of metrics by period and dimensions.

        Args:
            metrics: one name, or several.
            by: dimensions to break down by.
            grain: `day` … `fiscal_year`; without it there is one row over the whole range.
            start: the first day; without it, the data's first.
            end: the last day, included; without it, the data's last.
            where: a condition over dimensions: `channel = "email"`.
            as_of: the instant of the question; a day is its first moment.
            lazy: give a query that has not run.

        Returns:
            A frame with `period`, `start`, `end` (the day after the last), `partial`, a column per
            dimension and a column per metric; every period asked for, rows or not.

        Raises:
            BookError: for a question that cannot be asked, and for faults in the data.

        """
        names = (metrics,) if isinstance(metrics, str) else tuple(metrics)
        dimensions = (by,) if isinstance(by, str) else tuple(by)
        asked = Query(names, dimensions, grain, start, end, where)
        planned = self.plan(asked, as_of=as_of)
        periods = planned.answers[0].question.periods
        if lazy:
            answer = lazy_answer(planned.answers[0], planned, lower(planned, self.reader))
            return _labelled(answer, periods)
        result = run(planned, self.reader)[0]
        return _labelled(result.frame.lazy(), periods).collect()


def funnel_stages(name: str, by: Sequence[str], checked: Checked) -> tuple[Stage, ...]:
    """The stages of a funnel that there is data for. Raises `QuestionError` for an unknown one."""
    from tallybook.compute.stages import STAGE_COLUMNS

    findings, known = Findings(), checked.book.funnels
    for dimension in by:
        if dimension in STAGE_COLUMNS:
            findings.add(
                AMBIGUOUS_ANSWER,
                f"the answer would have two columns `{dimension}`",
                help="give the dimension another name",
            )
    funnel = known.get(name)
    if funnel is None:
        advice = did_you_mean(
            name,
            known,
            otherwise=f"there is {name_list(known)}" if known else "the book has no funnels",
        )
        findings.add(UNKNOWN_NAME, f"there is no funnel `{name}`", help=advice)
    if funnel is None or findings.has_errors:
        raise QuestionError(findings.in_file_order())
    available = [s for s in funnel.stages if checked.available(s.metric.value)]
    return tuple(_stage(stage, checked) for stage in available or funnel.stages)


def _stage(stage: FunnelStage, checked: Checked) -> Stage:
    from tallybook.compute.stages import Stage

    metric = checked.metrics[stage.metric.value]
    locale = checked.book.declarations.settings.locale
    said = stage.label or metric.metric.declared.label
    label = said.text(locale.value if locale else "en") if said else metric.name
    time = stage.time.value if stage.time and checked.available(stage.time.value) else None
    return Stage(metric.name, label, time, metric.unit)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _labelled(frame: pl.LazyFrame, periods: Sequence[Period]) -> pl.LazyFrame:
    """Cells with their periods' labels and bounds in place of numbers."""
    named = pl.LazyFrame(
        {
            "$window": range(len(periods)),
            "period": [p.label for p in periods],
            "start": [p.start.date() if p.start else None for p in periods],
            "end": [p.end.date() if p.end else None for p in periods],
            "partial": [p.partial for p in periods],
        },
        schema={
            "$window": pl.Int32,
            "period": pl.String,
            "start": pl.Date,
            "end": pl.Date,
            "partial": pl.Boolean,
        },
    )
    joined = frame.join(named, on="$window", how="left", maintain_order="left")
    first = ["period", "start", "end", "partial"]
    return joined.select(*first, pl.exclude("$window", *first))


def open_book(
    folder: str | os.PathLike[str],
    *,
    sources: Mapping[str, Frame] | None = None,
    parameters: Mapping[str, Value] | None = None,
    allow: Sequence[str | os.PathLike[str]] = (),
    kept: Kept | None = None,
) -> Book:
    """Load and check a book.

    Args:
        folder: where `tallybook.yml` is.
        sources: frames in place of the files of the sources they are named after.
        parameters: values in place of those that the book gives its parameters.
        allow: folders outside the book that it may read from.
        kept: where to keep what can be used again when the book is opened again after a change.

    Raises:
        BookError: with all errors of the book.

    """
    frames = dict(sources or {})
    opened = open_checked(
        folder,
        parameters=parameters,
        allow=allow,
        schemas=lambda folders: TableReader(folders, frames),
        kept=kept,
    )
    return Book(opened.checked, TableReader(opened.folders, frames), opened.diagnostics)
