"""A scorecard of a book: asked, computed, judged, and written in every format."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from tallybook import __version__
from tallybook.ask.page_period import around, page_period
from tallybook.ask.query import QuestionError, as_of_instant, check_filter, wall_clock
from tallybook.ask.query import asked as asked_column
from tallybook.ask.rules import UNKNOWN_NAME
from tallybook.check.checker import condition
from tallybook.check.tables import Tables
from tallybook.compute.facts import facts
from tallybook.compute.run import run
from tallybook.compute.target_rows import target_rows
from tallybook.dataclass import dataclass
from tallybook.declare import model as declared
from tallybook.judge.available import available_part, left_out
from tallybook.judge.cells import Cells, cells
from tallybook.judge.describe import dimension_info
from tallybook.judge.evidence import Edition, Evidence
from tallybook.judge.history import Past, fresh_records, stories
from tallybook.judge.inquiries import inquiries
from tallybook.judge.judge import fresh, judge
from tallybook.judge.model import Part
from tallybook.judge.questions import card_questions, others_question, with_others
from tallybook.judge.tables import shown_members
from tallybook.language.types import Type
from tallybook.plan.conditions import both, is_member
from tallybook.plan.model import Question
from tallybook.plan.planner import plan
from tallybook.text.diagnostic import Findings, did_you_mean, name_list
from tallybook.text.span import SourceText, Span, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallybook.calendar.model import Period
    from tallybook.check.model import Checked
    from tallybook.judge.history import Record
    from tallybook.judge.model import Member, Scorecard
    from tallybook.judge.questions import CardQuestions
    from tallybook.language import ir
    from tallybook.present.page import Options
    from tallybook.present.view import View
    from tallybook.tables.reader import TableReader


@dataclass(frozen=True)
class Built:
    """A judged scorecard that can be written. In a notebook it shows itself.

    `options` is how its book wants its pages, without neighbours.
    """

    card: Scorecard
    options: Options
    records: tuple[Record, ...] = ()  # what of it is not in the past that it was built with

    def to_html(self, locale: str | None = None, options: Options | None = None) -> str:
        """The page: one file, no outside requests. Other `options` lead to its neighbours."""
        from tallybook.render.pages import render_html

        return render_html(self._view(locale, options))

    def to_fragment(self, locale: str | None = None, options: Options | None = None) -> str:
        """The page between header and footer, with its styles, for another page to hold."""
        from tallybook.render.pages import render_fragment

        return render_fragment(self._view(locale, options))

    def to_markdown(self, locale: str | None = None, options: Options | None = None) -> str:
        """The page for GitHub and other places that show Markdown."""
        from tallybook.render.pages import render_markdown

        return render_markdown(self._view(locale, options))

    def to_mail(self, locale: str | None = None, options: Options | None = None) -> str:
        """The page as a letter in HTML: one column, its styles inline, nothing to fetch."""
        from tallybook.render.pages import render_mail

        return render_mail(self._view(locale, options))

    def to_chat(self, locale: str | None = None, options: Options | None = None) -> str:
        """The page as a message: plain text, the worst first, at most 3,000 characters."""
        from tallybook.render.pages import render_chat

        return render_chat(self._view(locale, options))

    def _view(self, locale: str | None, options: Options | None) -> View:
        from tallybook.present.page import present
        from tallybook.render.data import digest

        marked = replace(options or self.options, digest=digest(self.card))
        return present(self.card, locale or self.card.locale, marked)

    def to_json(self) -> str:
        """Every number of the page, in full precision."""
        from tallybook.render.data import to_json

        return to_json(self.card)

    def to_csv(self) -> str:
        """Every number of the page, one row each."""
        from tallybook.render.data import to_csv

        return to_csv(self.card)

    def to_dict(self) -> object:
        """The same as `to_json`, as Python's own types."""
        import json

        return json.loads(self.to_json())

    def _repr_html_(self) -> str:
        """What a notebook shows: the page in a frame of its own, so that styles do not mix."""
        from html import escape

        document = escape(self.to_html(), quote=True)
        style = "width:100%;height:720px;border:0"
        return f'<iframe style="{style}" sandbox="allow-scripts" srcdoc="{document}"></iframe>'


@dataclass(frozen=True)
class CardPage:
    """A scorecard that a book declares, ready to be built."""

    card: declared.Scorecard
    checked: Checked
    reader: TableReader

    def build(
        self,
        *,
        as_of: str | dt.date | dt.datetime | None = None,
        where: str | None = None,
        part: tuple[str, Member] | None = None,
        now: dt.datetime | None = None,
        revision: str | None = None,
        period: str | None = None,
        past: Past | None = None,
    ) -> Built:
        """Compute and judge the page.

        Args:
            as_of: the instant of the question; a day is its first moment.
            where: one more condition over dimensions.
            part: a dimension and one of its members; the page is of its rows only.
            now: the clock, for `as_of` where nothing says it, and for "generated on", which
                stands on the page only where it is handed in.
            revision: the book's revision, to be printed.
            period: another period than the scorecard's own, in the same words.
            past: what earlier pages showed, to be compared with.

        Raises:
            BookError: for faults in the data, or a condition that cannot be asked.

        """
        instant = as_of_instant(as_of, self.checked, now or dt.datetime.now(dt.UTC))
        questions = self._questions(instant, where, part, period)
        shown_part = (
            Part(dimension_info(part[0], self.checked, part[1:]), part[1]) if part else None
        )
        evidence = fresh(
            self._evidence(questions, instant, self._written(where), shown_part, past or Past())
        )
        told = stories(evidence)
        card = judge(evidence, Edition(instant, now, __version__, revision), told)
        return Built(card, self._options, fresh_records(told))

    def _evidence(
        self,
        questions: CardQuestions,
        instant: dt.datetime,
        where: str | None,
        part: Part | None,
        past: Past,
    ) -> Evidence:
        """Everything that is read and computed for the page, before it is judged."""
        found = self._answers(questions.questions, instant, self.checked)
        used = inquiries(questions, self.checked)
        window = questions.around.period.window
        return Evidence(
            self._shown,
            left_out(self.card, self.checked),
            self.checked,
            questions,
            found,
            self._others(questions, found, instant),
            facts(used, window, self.checked, self.reader, instant),
            {source: self._files(source) for source in used},
            target_rows(questions.metrics, self.checked, self.reader, instant),
            wall_clock(instant, self.checked),
            where,
            part,
            past,
        )

    def members(
        self,
        dimension: str,
        *,
        as_of: str | dt.date | dt.datetime | None = None,
        where: str | None = None,
        now: dt.datetime | None = None,
        period: str | None = None,
    ) -> tuple[Member, ...]:
        """The members of a dimension that have rows in the page's period; not given is last.

        Raises:
            BookError: where the page cannot be cut by it, and for faults in the data.

        """
        if dimension not in self.checked.book.dimension_names():
            findings = Findings()
            known = self.checked.book.dimension_names()
            advice = did_you_mean(dimension, known, otherwise=f"there is {name_list(known)}")
            findings.add(UNKNOWN_NAME, f"there is no dimension `{dimension}`", help=advice)
            raise QuestionError(findings.in_file_order())
        instant = as_of_instant(as_of, self.checked, now or dt.datetime.now(dt.UTC))
        self._questions(instant, where, (dimension, None), period)  # can it be cut at all?
        asked = self._questions(instant, where, None, period)
        columns = tuple(asked_column(m, self.checked) for m in asked.metrics)
        question = Question(columns, (asked.around.period,), (dimension,), asked.where)
        found = self._answers({dimension: question}, instant, self.checked)[dimension]
        some = (m for m in found.members if any(found.value(c.name, 0, m) for c in columns))
        return tuple(some)

    def period(
        self,
        said: str | None = None,
        *,
        as_of: str | dt.date | dt.datetime | None = None,
        now: dt.datetime | None = None,
    ) -> Period:
        """The period of the page, or what a scorecard that `said` this would have as its period.

        Raises:
            BookError: where it is no period.

        """
        instant = as_of_instant(as_of, self.checked, now or dt.datetime.now(dt.UTC))
        findings = Findings()
        found = self._period(instant, said, findings)
        if found is None:
            raise QuestionError(findings.in_file_order())
        return found

    @property
    def _options(self) -> Options:
        from tallybook.present.page import Options

        book = self.checked.book
        return Options(digits=book.declarations.settings.digits or "latn", theme=book.theme)

    @property
    def _shown(self) -> declared.Scorecard:
        return available_part(self.card, self.checked)

    def _period(self, instant: dt.datetime, said: str | None, findings: Findings) -> Period | None:
        text = self.card.period
        if said is not None:
            text = declared.Text(said, whole(SourceText("--period", said)))
        now = wall_clock(instant, self.checked)
        return page_period(text, now, self.checked.book.calendar, findings)

    def _questions(
        self,
        instant: dt.datetime,
        where: str | None,
        part: tuple[str, Member] | None,
        said: str | None,
    ) -> CardQuestions:
        findings = Findings()
        rules = self.checked.book.calendar
        period = self._period(instant, said, findings)
        conditions = [self._condition(self.card.where.span if self.card.where else None, findings)]
        if where is not None:
            conditions.append(self._condition(whole(SourceText("--where", where)), findings))
        if part is not None:
            kind = Tables(self.checked.book, findings).dimension_type(part[0])
            conditions.append(is_member(part[0], part[1], kind))
        if period is None or findings.has_errors:
            raise QuestionError(findings.in_file_order())
        joined = both(*conditions)
        questions = card_questions(self._shown, self.checked, around(period, rules), joined)
        if joined is not None:
            check_filter(joined, questions.metrics, self.checked, findings)
        if findings.has_errors:
            raise QuestionError(findings.in_file_order())
        return questions

    def _written(self, where: str | None) -> str | None:
        """The conditions of the page in the words of who wrote them."""
        said = [self.card.where.text] if self.card.where else []
        said += [where] if where is not None else []
        return " and ".join(said if len(said) == 1 else (f"({s})" for s in said)) or None

    def _condition(self, span: Span | None, findings: Findings) -> ir.Row | None:
        if span is None:
            return None
        row = condition(Tables(self.checked.book, findings), span, findings)
        return None if row is None or row.type is Type.UNKNOWN else row

    def _answers(
        self, questions: Mapping[str, Question], instant: dt.datetime, checked: Checked
    ) -> dict[str, Cells]:
        planned = plan(checked, list(questions.values()), instant, checked.book.calendar)
        results = run(planned, self.reader)
        return {key: cells(r) for key, r in zip(questions, results, strict=True)}

    def _others(
        self, questions: CardQuestions, found: Mapping[str, Cells], instant: dt.datetime
    ) -> dict[str, Cells]:
        """For every table that shows only some members: the rest of them together."""
        answers: dict[str, Cells] = {}
        for number, section in enumerate(self._shown.sections):
            if not isinstance(section, declared.TableSection) or not section.rest:
                continue
            key, answer = str(number), found[str(number)]
            shown = shown_members(section, answer)
            if len(shown) < len(answer.members):
                checked = with_others(self.checked, section.by.value, shown)
                asked = {key: others_question(questions.questions[key])}
                answers |= self._answers(asked, instant, checked)
        return answers

    def _files(self, source: str) -> tuple[str, ...]:
        if source in self.reader.frames:
            return ()
        files = self.reader.files(self.checked.tables[source].table.declared, Findings())
        return tuple(p.name for p in files.paths) if files else ()
