"""A book on top of a library: what the book says of a thing replaces what the library says."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from tallybook.resolve import rules
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from tallybook.declare import model as declared
    from tallybook.text.diagnostic import Findings


class _Named(Protocol):
    """A dataclass of something that a book names."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def name(self) -> object: ...


T = TypeVar("T", bound=_Named)


def merged(library: declared.Declarations, own: declared.Declarations) -> declared.Declarations:
    """Everything of both; of a name that both have, the book's fields over the library's.

    The settings, tests and annotations are the book's, its parameters over the library's.
    """
    touched = {s.name.value for s in own.sources}
    sources = {s.name.value for s in library.sources}
    return replace(
        own,
        settings=_settings(library.settings, own.settings),
        sources=_by_name(library.sources, own.sources),
        metrics=_by_name(library.metrics, own.metrics),
        funnels=_by_name(library.funnels, own.funnels),
        scorecards=_by_name(library.scorecards, own.scorecards),
        groups=_by_name(library.groups, own.groups),
        scopes=_by_name(library.scopes, own.scopes),
        scoring=_by_name(library.scoring, own.scoring),
        untouched=(library.untouched | own.untouched | sources) - touched,
        inherited=(library.inherited | own.inherited | _columns(library)) - _columns(own),
    )


def _columns(declarations: declared.Declarations) -> frozenset[tuple[str, str]]:
    """Every column that is declared, with its source."""
    return frozenset(
        (source.name.value, column.name.value)
        for source in declarations.sources
        for column in source.columns
    )


def _settings(library: declared.Settings, own: declared.Settings) -> declared.Settings:
    said = {name.value for name, _ in own.parameters}
    kept = tuple((n, v) for n, v in library.parameters if n.value not in said)
    return replace(own, parameters=(*kept, *own.parameters))


def _by_name(library: tuple[T, ...], own: tuple[T, ...]) -> tuple[T, ...]:
    base = {str(item.name): item for item in library}
    for item in own:
        name = str(item.name)
        base[name] = _over(base[name], item) if name in base else item
    return tuple(base.values())


def _name(item: Any) -> str:
    return str(item.name)


def _over(base: T, own: T) -> T:
    """The library's definition with every field that the book gives replaced."""
    changes: dict[str, object] = {}
    for field in fields(own):
        value, before = getattr(own, field.name), getattr(base, field.name)
        default = field.default if field.default is not MISSING else None
        if value in (None, default):
            continue
        changes[field.name] = _combined(before, value)
    return replace(base, **changes)


def _combined(before: object, value: object) -> object:
    """Lists of named things (columns, links, dimensions) are merged; all else is replaced."""
    if not isinstance(before, tuple) or not isinstance(value, tuple):
        return value
    named = (*before, *value)
    if named and all(is_dataclass(item) and hasattr(item, "name") for item in named):
        return _by_name(before, value)
    return value


def with_choices(declarations: declared.Declarations, findings: Findings) -> declared.Declarations:
    """The metrics with the alternatives in force that the book chooses."""
    chosen = {metric.value: (metric, name) for metric, name in declarations.settings.choose}
    metrics = []
    for metric in declarations.metrics:
        _, name = chosen.pop(metric.name.value, (None, None))
        metrics.append(metric if name is None else _choose(metric, name, findings))
    known = {m.name.value for m in declarations.metrics}
    for said, _ in chosen.values():
        findings.add(
            rules.UNKNOWN_METRIC,
            f"there is no metric `{said}` to choose for",
            said.span,
            help=did_you_mean(said.value, known),
        )
    return replace(declarations, metrics=tuple(metrics))


def _choose(metric: declared.Metric, name: declared.Text, findings: Findings) -> declared.Metric:
    found = next((a for a in metric.alternatives if a.name.value == name.value), None)
    if found is not None:
        return replace(metric, formula=found.formula)
    known = [a.name.value for a in metric.alternatives]
    findings.add(
        rules.UNKNOWN_ALTERNATIVE,
        f"`{metric.name}` has no alternative `{name}`",
        name.span,
        help=did_you_mean(
            name.value,
            known,
            otherwise=f"it has {name_list(known)}"
            if known
            else f"give it one: `alternatives: {{{name.value}: …}}`",
        ),
    )
    return metric
