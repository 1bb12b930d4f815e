"""`tally list`: what a book defines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tallybook.command.options import BookCommand
from tallybook.command.outcome import Refusal
from tallybook.command.words import columns, json_text, label_of, unit_text
from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallybook.check.model import Checked
    from tallybook.command.options import Invocation
    from tallybook.declare.model import Metric

KINDS = ("metrics", "sources", "dimensions", "scorecards")

Line = tuple[tuple[str, str], ...]  # (heading, text) of every column


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which metrics: those with every property that is given."""

    tag: str | None
    owner: str | None
    category: str | None

    @property
    def any(self) -> bool:
        """Whether anything is asked for."""
        return any((self.tag, self.owner, self.category))

    def has(self, metric: Metric) -> bool:
        """Whether a metric is meant."""
        return (
            (self.tag is None or self.tag in (t.value for t in metric.tags))
            and self.owner in (None, metric.owner and metric.owner.value)
            and self.category in (None, metric.category and metric.category.value)
        )


@click.command(
    "list",
    cls=BookCommand,
    examples="tally list\ntally list metrics --tag sales\ntally list dimensions",
)
@click.argument("kind", type=click.Choice(KINDS), default="metrics")
@click.option("--tag", help="Only metrics with this tag.")
@click.option("--owner", help="Only metrics of this owner.")
@click.option("--category", help="Only metrics of this category.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json"]),
    default="table",
    help="For people, or for programs.",
)
@click.option("--allow-empty", is_flag=True, help="Nothing to list is no fault.")
@click.pass_obj
def command(
    at: Invocation,
    kind: str,
    tag: str | None,
    owner: str | None,
    category: str | None,
    format_: str,
    allow_empty: bool,
) -> None:
    """List what a book defines: metrics, sources, dimensions or scorecards."""
    wanted = Wanted(tag, owner, category)
    if wanted.any and kind != "metrics":
        raise click.UsageError(f"--tag, --owner and --category pick metrics, not {kind}")
    lines = _lines(kind, at.described(), wanted)
    if not lines and not allow_empty:
        raise Refusal(
            f"the book has no {kind}{' like that' if wanted.any else ''}",
            "`--allow-empty` makes that no fault",
        )
    if format_ == "json":
        click.echo(json_text([dict(line) for line in lines]))
    else:
        click.echo(columns(lines), nl=False)


def _lines(kind: str, checked: Checked, wanted: Wanted) -> Sequence[Line]:
    match kind:
        case "metrics":
            return _metrics(checked, wanted)
        case "sources":
            return _sources(checked)
        case "dimensions":
            return _dimensions(checked)
        case _:
            return _scorecards(checked)


def _metrics(checked: Checked, wanted: Wanted) -> Sequence[Line]:
    metrics = checked.metrics
    found = [metrics[n] for n in sorted(metrics) if wanted.has(metrics[n].metric.declared)]
    some_lack = any(metric.lacks for metric in found)
    return [
        (
            ("name", metric.name),
            ("unit", unit_text(metric)),
            ("label", label_of(metric.name, metric.metric.declared.label, checked)),
            *((("lacks", ", ".join(sorted(metric.lacks)) or "-"),) if some_lack else ()),
        )
        for metric in found
    ]


def _sources(checked: Checked) -> Sequence[Line]:
    some_absent = any(table.absent for table in checked.book.tables.values())
    return [
        (
            ("name", name),
            ("time", table.time or "-"),
            ("key", ", ".join(table.key) or "-"),
            ("columns", str(len(table.columns))),
            ("dimensions", ", ".join(table.dimensions) or "-"),
            *((("data", "absent" if table.absent else "there"),) if some_absent else ()),
        )
        for name, table in sorted(checked.book.tables.items())
    ]


def _dimensions(checked: Checked) -> Sequence[Line]:
    tables = checked.book.tables
    return [
        (
            ("name", name),
            ("sources", ", ".join(t for t in sorted(tables) if name in tables[t].dimensions)),
        )
        for name in sorted(checked.book.dimension_names())
    ]


def _scorecards(checked: Checked) -> Sequence[Line]:
    return [
        (
            ("name", name),
            ("period", card.period.value if card.period else "-"),
            ("title", label_of(name, card.title, checked)),
        )
        for name, card in sorted(checked.book.scorecards.items())
    ]
