"""Books in YAML: read into the oracles' schema, and written from it for the engine.

Only what tests need of YAML: one key, one way to write it.
"""

from __future__ import annotations

import calendar
import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from oracle.printer import to_formula
from oracle.reader import read
from oracle.schema import Book, Group, Link, Rates, Source
from oracle.terms import Binary, Case, Duration, Expr, In, IsNull, Lit, Name

if TYPE_CHECKING:
    import datetime as dt

    from oracle.schema import Question

_MONTHS = [name.lower() for name in calendar.month_name]
Yaml = Mapping[str, Any]  # as a YAML library gives it


def from_yaml(settings: Yaml, metrics: Mapping[str, str]) -> Book:
    """A book from its YAML, with more metrics given as text."""
    sources = {name: _source(name, spec) for name, spec in settings.get("sources", {}).items()}
    written = {name: _formula(spec) for name, spec in settings.get("metrics", {}).items()}
    groups = {name: _group(spec) for name, spec in settings.get("groups", {}).items()}
    keyed = {
        name: _with_groups(_with_key(source, sources), groups) for name, source in sources.items()
    }
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
        unallocated=frozenset(
            name
            for name, spec in settings.get("metrics", {}).items()
            if isinstance(spec, dict) and spec.get("allocate") == "none"
        ),
        rates=rates
        and Rates(
            "rates", rates["date"], rates["currency"], rates["to_base"], settings.get("currency")
        ),
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
    return name, read(of) if isinstance(of, str) else banded(of["bands"], of["at"])


def banded(column: str, edges: Sequence[int]) -> Case:
    """What bands mean: each holds its lower edge, and no value is in none."""
    x = Name((column,))
    names = [f"< {edges[0]}", *(f"{a}–{b}" for a, b in pairwise(edges))]
    below = [
        (Binary("<", x, Lit(edge)), Lit(name)) for edge, name in zip(edges, names, strict=True)
    ]
    return Case(((IsNull(x), Lit(None)), *below), Lit(f"≥ {edges[-1]}"))


def grouped(of: Expr, group: Group) -> Case:
    """What a group means: a member in no list stands for itself."""
    lists = [(In(of, tuple(map(Lit, m))), Lit(label)) for label, m in group.members.items()]
    return Case(tuple(lists), of)


def _group(spec: Yaml) -> Group:
    return Group(spec["of"], {label: tuple(m) for label, m in spec.items() if label != "of"})


def _with_groups(source: Source, groups: Mapping[str, Group]) -> Source:
    """The source with the groups of the dimensions that it offers."""
    made = {
        name: grouped(source.dimensions[group.of], group)
        for name, group in groups.items()
        if group.of in source.dimensions
    }
    return replace(source, dimensions={**source.dimensions, **made})


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
    lines += [*_calendar_lines(book), *_rates_lines(book), *_group_lines(book), "sources:"]
    for source in book.sources.values():
        lines += _source_lines(source, book)
    return "\n".join([*lines, *metric_lines(book.metrics, book.unallocated)]) + "\n"


def calendar_csv(book: Book) -> str:
    """The table that a book's own calendar is read from; empty where it has none."""
    if book.calendar is None:
        return ""
    starts = [start for _, start in book.calendar.periods]
    ends = [*starts[1:], book.calendar.after]
    pairs = zip(book.calendar.periods, ends, strict=True)
    rows = [f"{label},{start},{end}" for (label, start), end in pairs]
    return "\n".join([f"{book.calendar.grain},starts_on,ends_on", *rows]) + "\n"


def _calendar_lines(book: Book) -> list[str]:
    if book.calendar is None:
        return []
    keys = f"from: calendar.csv, period: {book.calendar.grain}, start: starts_on, end: ends_on"
    return [f"calendar: {{{keys}}}"]


def _rates_lines(book: Book) -> list[str]:
    if book.rates is None:
        return []
    rates = book.rates
    keys = f"date: {rates.date}, currency: {rates.currency}, to_base: {rates.to_base}"
    own = [f"currency: {rates.own}"] if rates.own else []
    return [f"rates: {{{keys}}}", *own]


def _group_lines(book: Book) -> list[str]:
    lines = ["groups:"] if book.groups else []
    for name, group in book.groups.items():
        listed = [f"{label}: {_quoted(members)}" for label, members in group.members.items()]
        lines.append(f"  {name}: {{{', '.join([f'of: {group.of}', *listed])}}}")
    return lines


def _quoted(texts: Iterable[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)


def metric_lines(metrics: Mapping[str, Expr], unallocated: Container[str] = ()) -> list[str]:
    """The `metrics` key."""
    lines = ["metrics:"]
    for name, formula in metrics.items():
        lines += [f"  {name}:", "    formula: |", f"      {to_formula(formula)}"]
        lines += ["    allocate: none"] * (name in unallocated)
    return lines


def _source_lines(source: Source, book: Book) -> list[str]:
    lines = [f"  {source.name}:", "    columns:"]
    lines += [f"      {c}: {_column(source, c, type_)}" for c, type_ in source.columns.items()]
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
        offered = ((n, of) for n, of in source.dimensions.items() if n not in book.groups)
        lines += [f"      - {name}: {_dimension_text(source, name, of)}" for name, of in offered]
    if source.links:
        lines.append("    links:")
        lines += [f"      {name}: {_link_text(link)}" for name, link in source.links.items()]
    if source.open:
        lines.append(f"    open: {{from: {source.open[0]}, to: {source.open[1]}}}")
    if source.snapshot:
        expires = f", expires: {_text(source.expires)}" if source.expires else ""
        lines.append(f"    snapshot: {{per: [{', '.join(source.snapshot)}]{expires}}}")
    return lines


def _column(source: Source, name: str, kind: str) -> str:
    said = [f"type: {kind}"]
    if name in source.clean:
        said.append(f"clean: [{', '.join(source.clean[name])}]")
    if name in source.mapped:
        said.append(f"map: {json.dumps(source.mapped[name], ensure_ascii=False)}")
    return f"{{{', '.join(said)}}}"


def _dimension_text(source: Source, name: str, of: Expr) -> str:
    if name not in source.bands:
        return to_formula(of)
    column, edges = source.bands[name]
    return f"{{bands: {column}, at: [{', '.join(map(str, edges))}]}}"


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
