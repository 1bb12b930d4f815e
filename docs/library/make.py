"""Write the catalogue of the library: its metrics by category, its sources, its scorecards.

`python docs/library/make.py` writes the pages; with `--check` it only says which are out of date.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tallybook.book import open_book
from tallybook.declare.declare import declare
from tallybook.declare.model import FunnelSection, TableSection, TilesSection, TrendSection
from tallybook.paths import METRICS
from tallybook.read.reader import load
from tallybook.resolve.expanded import formula_text
from tallybook.text.diagnostic import Findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tallybook.check.model import Checked, CheckedMetric
    from tallybook.declare.model import Column, Localized, Metric, Scorecard, Section, Source
    from tallybook.declare.values import Formula

HERE = Path(__file__).parent
LIBRARY = "b2b_marketing"
_MADE = f"<!-- Made by docs/library/make.py: change metrics/{LIBRARY}, not this page. -->"
_LANGUAGES = {"ru": "Русский", "zh-Hant": "中文", "th": "ไทย", "ar": "العربية", "ja": "日本語"}
_MEASURES = {
    "flow": "what happened in the period",
    "stock": "what is there when the period ends",
    "cohort": "those who entered in the period, followed since",
    "period_pair": "two periods compared",
}
_CATEGORIES = {
    "web": "Web site",
    "content": "Content",
    "conversion": "Conversion",
    "seo": "Search",
    "paid_media": "Paid media",
    "social": "Social media",
    "email": "Email",
    "leads": "Leads",
    "attribution": "Attribution",
    "velocity": "Speed",
    "sales": "Sales",
    "cost": "Cost",
    "customer_value": "Customer value",
    "roi": "Return",
    "community": "Community",
    "satisfaction": "Satisfaction",
    "funnel": "Funnel",
    "management": "Management",
    "planning": "Planning",
}


def catalogue() -> dict[str, str]:
    """Every page by its file's name."""
    checked = _without_data()
    by_category: dict[str, list[CheckedMetric]] = {name: [] for name in _CATEGORIES}
    for metric in checked.metrics.values():
        said = metric.metric.declared
        by_category[said.category.value if said.category else ""].append(metric)
    pages = {
        f"{name}.md": _category_page(_CATEGORIES[name], metrics, checked)
        for name, metrics in by_category.items()
    }
    pages["sources.md"] = _sources_page(checked)
    pages["scorecards.md"] = _scorecards_page(checked)
    pages["README.md"] = _index_page(by_category, checked)
    return pages


def _without_data() -> Checked:
    """The library where every table is there and no column is: what a metric lacks, it needs."""
    findings = Findings()
    library = declare(load(METRICS / LIBRARY, findings), METRICS / LIBRARY, findings)
    findings.raise_errors()
    empty = {source.name.value: pl.DataFrame({"-": []}) for source in library.sources}
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder, "tallybook.yml")
        book.write_text(f"library: [{LIBRARY}]\n", encoding="utf-8")
        return open_book(folder, sources=empty).checked


# Metrics


def _index_page(by_category: Mapping[str, list[CheckedMetric]], checked: Checked) -> str:
    lines = [
        "# The library",
        (
            f"{len(checked.metrics)} metrics of business-to-business marketing and sales, with "
            "what each means, its formula and the columns it needs. How to use them says "
            "[the guide](../guide/7-library.md), how they are meant "
            "[the library's own page](../../metrics/README.md)."
        ),
        (
            "The [tables](sources.md) that they read; the [scorecards and funnels](scorecards.md) "
            "made of them."
        ),
        "| category | metrics |\n| --- | --- |\n"
        + "\n".join(
            f"| [{_CATEGORIES[name]}]({name}.md) | "
            + ", ".join(f"[{_english(m)}]({name}.md#{m.name})" for m in metrics)
            + " |"
            for name, metrics in by_category.items()
        ),
    ]
    return _page(lines)


def _category_page(title: str, metrics: Sequence[CheckedMetric], checked: Checked) -> str:
    rows = "\n".join(
        f"| [`{m.name}`](#{m.name}) | {_english(m)} | {_unit(m)} | {_better(m.metric.declared)} |"
        for m in metrics
    )
    table = f"| metric | label | unit | better |\n| --- | --- | --- | --- |\n{rows}"
    entries = (part for metric in metrics for part in _entry(metric, checked))
    return _page([f"# {title}", "[All categories](README.md)", table, *entries])


def _entry(metric: CheckedMetric, checked: Checked) -> Iterator[str]:
    said = metric.metric.declared
    short = (
        f" ({_text(said.short)})"
        if said.short and _text(said.short) not in _english(metric)
        else ""
    )
    yield f"## {metric.name}"
    yield f"**{_english(metric)}**{short}. {_text(said.description)}"
    yield f"```text\n{_formula(said.formula) or formula_text(metric.metric)}\n```"
    yield "\n".join(f"- {name}: {fact}" for name, fact in _facts(metric, checked))


def _facts(metric: CheckedMetric, checked: Checked) -> Iterator[tuple[str, str]]:
    said = metric.metric.declared
    yield "Unit", f"{_unit(metric)}; better: {_better(said)}"
    if said.measures:
        yield "Measures", f"{_MEASURES[said.measures]} (`{said.measures}`)"
    yield "Needs", "; ".join(_needs(metric))
    if said.segment_by:
        yield "By", ", ".join(f"`{dimension}`" for dimension in said.segment_by)
    for other in said.alternatives:
        yield f"Other formula `{other.name}`", f"`{_one_line(other.formula)}`"
    if said.target and said.target.value is not None:
        yield "Target", _figure(said.target.value, metric)
    for mark in said.benchmarks:
        where = ", ".join(str(part) for part in (_text(mark.where), mark.source) if part)
        yield "Others report", f"{_figure(mark.value, metric)} ({where})"
    if said.advice:
        yield "When it misses its target", _text(said.advice)
    if said.pair_with:
        yield "Read beside it", ", ".join(_link(name.value, checked) for name in said.pair_with)
    if said.vanity:
        yield "Shown small", "yes" if said.vanity is True else _text(said.vanity)
    yield "Tags", ", ".join(f"`{tag}`" for tag in said.tags)
    yield "Called", " · ".join(_names(said.label))


def _needs(metric: CheckedMetric) -> Iterator[str]:
    """The columns without which there is no value, by table."""
    by_source: dict[str, list[str]] = {}
    for name in sorted(metric.lacks):
        source, _, column = name.partition(".")
        by_source.setdefault(source, []).append(column)
    for source, columns in by_source.items():
        yield f"[{source}](sources.md#{source}) (" + ", ".join(f"`{c}`" for c in columns) + ")"


def _names(label: Localized | None) -> Iterator[str]:
    for locale, text in label.by_locale if label else ():
        if locale in _LANGUAGES:
            yield f"{_LANGUAGES[locale]}: {text}"


def _link(name: str, checked: Checked) -> str:
    metric = checked.metrics[name]
    return f"[{_english(metric)}]({metric.metric.declared.category}.md#{name})"


def _english(metric: CheckedMetric) -> str:
    return _text(metric.metric.declared.label)


def _unit(metric: CheckedMetric) -> str:
    return metric.declared_unit.text if metric.declared_unit else "count"


def _figure(value: float, metric: CheckedMetric) -> str:
    unit = _unit(metric).removeprefix("count of ")
    return f"{value * 100:g}%" if unit == "percent" else f"{value:g} {unit}"


def _better(said: Metric) -> str:
    return said.better if isinstance(said.better, str) else str(said.better)


# Sources


def _sources_page(checked: Checked) -> str:
    contents = [
        f"- [{s.name}](#{s.name}): {_text(s.description)}"
        for s in checked.book.declarations.sources
    ]
    parts = [
        "# The tables",
        "[The library](README.md)",
        (
            "What the metrics read. Bring what you have: a table without data is absent, a column "
            "that your file lacks too, and only the metrics that need them are unavailable. Times "
            "without a zone are UTC, money is in the currency of the book, rates are fractions."
        ),
        "\n".join(contents),
    ]
    for source in checked.book.declarations.sources:
        parts += _source(source)
    return _page(parts)


def _source(source: Source) -> Iterator[str]:
    yield f"## {source.name}"
    yield _text(source.description)
    key = ", ".join(f"`{column}`" for column in source.key)
    made = dict.fromkeys(f"[{part.of}](#{part.of})" for part in source.union)
    rows = (
        f"Made of the rows of {', '.join(made)}: no file is needed" if made else f"One row by {key}"
    )
    yield f"{rows}; placed in a period by `{source.time}`." + _stock(source)
    rows = "\n".join(_column(column, source) for column in source.columns)
    yield f"| column | type | needed | what |\n| --- | --- | --- | --- |\n{rows}"
    yield "To cut by: " + ", ".join(f"`{d.name}`" for d in source.dimensions) + "."


def _stock(source: Source) -> str:
    if source.open:
        return f" A row is open from `{source.open.from_}` to `{source.open.to}`."
    if source.snapshot:
        return (
            f" A row holds until the next of the same {', '.join(map(str, source.snapshot.per))}."
        )
    return ""


def _column(column: Column, source: Source) -> str:
    needed = {c.value for check in source.checks if check.kind == "not_null" for c in check.columns}
    needed |= {key.value for key in source.key}
    kind = column.type.kind if column.type else "computed"
    unit = f", {column.unit}" if column.unit else ""
    return " | ".join(
        (
            f"| `{column.name}`",
            kind + unit,
            "yes" if column.name.value in needed else "",
            "; ".join(_meaning(column, source)) + " |",
        )
    )


def _meaning(column: Column, source: Source) -> Iterator[str]:
    if column.description:
        yield _text(column.description)
    if column.formula:
        yield f"`{_one_line(column.formula)}`"
    for link in source.links:
        if [on.value for on in link.on] == [column.name.value]:
            yield f"leads to [{link.to}](#{link.to}) as `{link.name}`"
    for check in source.checks:
        if check.kind == "accepted" and column.name.value in {c.value for c in check.columns}:
            yield "one of " + ", ".join(f"`{value}`" for value in check.values)


# Scorecards


def _scorecards_page(checked: Checked) -> str:
    declared = checked.book.declarations
    parts = [
        "# Scorecards and funnels",
        "[The library](README.md)",
        (
            f"Each is a page that `tally build NAME` makes; copy it from "
            f"[scorecards.yml](../../metrics/{LIBRARY}/scorecards.yml) into your book, and take "
            "out what you do not steer by. What there is no data for is left out, and named."
        ),
    ]
    for card in declared.scorecards:
        parts += _card(card, checked)
    for funnel in declared.funnels:
        steps = " → ".join(_link(stage.metric.value, checked) for stage in funnel.stages)
        parts += [f"## Funnel {funnel.name}", f"{_text(funnel.label)}: {steps}"]
    return _page(parts)


def _card(card: Scorecard, checked: Checked) -> Iterator[str]:
    yield f"## {card.name}"
    audience = f", for the audience `{card.audience}`" if card.audience else ""
    yield f"**{_text(card.title)}**, {card.period}{audience}."
    yield "\n".join(f"- {_part(section, checked)}" for section in card.sections)
    yield "Called: " + " · ".join(_names(card.title))


def _part(section: Section, checked: Checked) -> str:
    match section:
        case TilesSection(title=title, tiles=tiles):
            named = f"Tiles *{_text(title)}*" if title else "Tiles"
            return f"{named}: " + ", ".join(_link(t.value, checked) for t in tiles)
        case TrendSection(trend=metric):
            return f"Trend of {_link(metric.value, checked)}, {section.last}"
        case FunnelSection(funnel=funnel):
            return f"Funnel [`{funnel}`](#funnel-{funnel})"
        case TableSection(table=columns, by=by):
            return f"By `{by}`: " + ", ".join(_link(c.value, checked) for c in columns)
        case _:
            return "A note"


# Text


def _text(text: Localized | None) -> str:
    return text.text("en") if text else ""


def _formula(formula: Formula | None) -> str:
    """A formula as it is laid out in its file."""
    return "\n".join(line.strip() for line in formula.text.strip().splitlines()) if formula else ""


def _one_line(formula: Formula) -> str:
    return " ".join(formula.text.split()).replace("|", "\\|")


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join((_MADE, *parts)) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or say which differ from what would be written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a page is old")
    check = parser.parse_args(arguments).check
    old = []
    for name, text in catalogue().items():
        path = HERE / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        old.append(name)
        if not check:
            path.write_text(text, encoding="utf-8")
    if check and old:
        names = ", ".join(old)
        print(f"out of date: {names}; run `python docs/library/make.py`", file=sys.stderr)  # noqa: T201 - a command's output
    return int(check and bool(old))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
