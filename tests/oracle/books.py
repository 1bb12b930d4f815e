"""Books in YAML: read into the oracles' schema, and written from it for the engine.

Only what tests need of YAML: one key, one way to write it.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oracle.printer import to_formula
from oracle.reader import read
from oracle.schema import Book, Link, Rates, Source
from oracle.terms import Duration, Expr, Name

if TYPE_CHECKING:
    import datetime as dt

    from oracle.schema import Question

_MONTHS = [name.lower() for name in calendar.month_name]
Yaml = Mapping[str, Any]  # as a YAML library gives it


def from_yaml(settings: Yaml, metrics: Mapping[str, str]) -> Book:
    """A book from its YAML, with more metrics given as text."""
    sources = {name: _source(name, spec) for name, spec in settings.get("sources", {}).items()}
    written = {name: _formula(spec) for name, spec in settings.get("metrics", {}).items()}
    keyed = {name: _with_key(source, sources) for name, source in sources.items()}
    rates = settings.get("rates")
    return Book(
        sources=keyed,
        metrics={name: read(text) for name, text in {**written, **metrics}.items()},
        timezone=settings.get("timezone", "UTC"),
        week_starts=settings.get("week_starts", "monday"),
        fiscal_year_starts=_MONTHS.index(settings.get("fiscal_year_starts", "january")),
        fiscal_year_named=settings.get("fiscal_year_named", "end"),
        as_of=settings.get("as_of"),
        parameters=settings.get("parameters", {}),
        rates=rates and Rates("rates", rates["date"], rates["currency"], rates["to_base"]),
    )


def _formula(spec: Any) -> str:
    return str(spec["formula"] if isinstance(spec, dict) else spec)


def _source(name: str, spec: Yaml) -> Source:
    columns = {
        column: {"type": type_} if isinstance(type_, str) else type_
        for column, type_ in spec["columns"].items()
    }
    snapshot = spec.get("snapshot", {})
    opened = spec.get("open")
    expires = snapshot.get("expires")
    return Source(
        name=name,
        columns={c: given["type"] for c, given in columns.items() if "type" in given},
        key=_listed(spec.get("key")),
        time=spec.get("time"),
        timezone=spec.get("timezone"),
        dimensions=dict(_dimension(entry) for entry in spec.get("dimensions", [])),
        links={link: _link(given) for link, given in spec.get("links", {}).items()},
        computed={c: read(given["formula"]) for c, given in columns.items() if "formula" in given},
        open=(opened["from"], opened["to"]) if opened else None,
        snapshot=_listed(snapshot["per"]) if snapshot else None,
        expires=_duration(expires) if expires else None,
    )


def _listed(given: Any) -> tuple[str, ...]:
    return () if given is None else (given,) if isinstance(given, str) else tuple(given)


def _duration(text: str) -> Duration:
    count, unit = text.split()
    return Duration(int(count), unit.removesuffix("s"))


def _dimension(entry: Any) -> tuple[str, Expr]:
    if isinstance(entry, str):
        return entry, Name((entry,))
    ((name, of),) = entry.items()
    return name, read(of)


def _link(given: Yaml) -> Link:
    return Link(given["to"], _listed(given["on"]), _listed(given.get("to_key")))


def _with_key(source: Source, sources: Mapping[str, Source]) -> Source:
    """Links that do not say which key they look up mean the far source's own."""
    links = {
        name: Link(link.to, link.on, link.to_key or sources[link.to].key)
        for name, link in source.links.items()
    }
    return Source(**{**{f: getattr(source, f) for f in source.__slots__}, "links": links})


# writing --------------------------------------------------------------------------------------


def to_yaml(book: Book) -> str:
    """A `tallybook.yml` with everything in it; formulas stand under `|`."""
    lines = [
        "name: Oracle",
        f"timezone: {book.timezone}",
        f"week_starts: {book.week_starts}",
        f"fiscal_year_starts: {_MONTHS[book.fiscal_year_starts]}",
        f"fiscal_year_named: {book.fiscal_year_named}",
    ]
    if book.as_of is not None:
        lines.append(f"as_of: {_instant(book.as_of)}")
    if book.parameters:
        lines += ["parameters:", *(f"  {k}: {v}" for k, v in book.parameters.items())]
    lines.append("sources:")
    for source in book.sources.values():
        lines += _source_lines(source)
    return "\n".join([*lines, *metric_lines(book.metrics)]) + "\n"


def metric_lines(metrics: Mapping[str, Expr]) -> list[str]:
    """The `metrics` key."""
    lines = ["metrics:"]
    for name, formula in metrics.items():
        lines += [f"  {name}:", "    formula: |", f"      {to_formula(formula)}"]
    return lines


def _source_lines(source: Source) -> list[str]:
    lines = [f"  {source.name}:", "    columns:"]
    lines += [f"      {column}: {type_}" for column, type_ in source.columns.items()]
    for column, formula in source.computed.items():
        lines += [f"      {column}:", "        formula: |", f"          {to_formula(formula)}"]
    if source.key:
        lines.append(f"    key: [{', '.join(source.key)}]")
    if source.time:
        lines.append(f"    time: {source.time}")
    if source.timezone:
        lines.append(f"    timezone: {source.timezone}")
    if source.dimensions:
        lines.append("    dimensions:")
        lines += [f"      - {name}: {to_formula(of)}" for name, of in source.dimensions.items()]
    if source.links:
        lines.append("    links:")
        lines += [f"      {name}: {_link_text(link)}" for name, link in source.links.items()]
    if source.open:
        lines.append(f"    open: {{from: {source.open[0]}, to: {source.open[1]}}}")
    if source.snapshot:
        expires = f", expires: {_text(source.expires)}" if source.expires else ""
        lines.append(f"    snapshot: {{per: [{', '.join(source.snapshot)}]{expires}}}")
    return lines


def _link_text(link: Link) -> str:
    keys = ", ".join(link.on), ", ".join(link.to_key)
    return f"{{to: {link.to}, on: [{keys[0]}], to_key: [{keys[1]}]}}"


def _text(duration: Duration) -> str:
    return f"{duration.count} {duration.unit}s"


def _instant(value: dt.date | dt.datetime) -> str:
    return value.isoformat()


def where_text(question: Question) -> str | None:
    """A question's condition, as the public API takes it."""
    return None if question.where is None else to_formula(question.where)
