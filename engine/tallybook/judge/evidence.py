"""Everything that a page is judged from."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.judge.history import Past

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tallybook.check.model import Checked
    from tallybook.compute.facts import SourceFacts
    from tallybook.compute.target_rows import TargetRow
    from tallybook.declare import model as declared
    from tallybook.judge.available import LeftOut
    from tallybook.judge.cells import Cells
    from tallybook.judge.model import Part
    from tallybook.judge.questions import CardQuestions


@dataclass(frozen=True)
class Evidence:
    """A page's answers and what is known of its sources. `now` is on the book's wall clock."""

    card: declared.Scorecard
    left_out: tuple[LeftOut, ...]
    checked: Checked
    asked: CardQuestions
    cells: Mapping[str, Cells]
    others: Mapping[str, Cells]  # per section, what is not shown taken together
    facts: Mapping[str, SourceFacts]
    files: Mapping[str, tuple[str, ...]]
    targets: tuple[TargetRow, ...]  # of the metrics that take theirs from the table
    now: dt.datetime
    condition: str | None = None  # as written
    part: Part | None = None
    past: Past = field(default_factory=Past)


@dataclass(frozen=True, slots=True)
class Edition:
    """What is not computed: when, by which version, of which revision. Handed in."""

    as_of: dt.datetime
    generated_at: dt.datetime | None
    version: str
    revision: str | None = None
