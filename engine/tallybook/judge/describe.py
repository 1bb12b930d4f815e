"""What a page says about metrics and dimensions apart from their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tallybook.declare.model import Localized
from tallybook.judge.members import labels_of
from tallybook.judge.model import DimensionInfo, MetricInfo, SourceInfo, UnitInfo
from tallybook.language.units import COUNT, DURATIONS
from tallybook.resolve.members import offers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tallybook.check.model import Checked, CheckedMetric
    from tallybook.judge.model import Member
    from tallybook.judge.rating import Direction
    from tallybook.language.units import Unit


def words_of(name: str) -> Localized:
    """A name as a label, where the book gives none: `cost_per_lead` as `Cost per lead`."""
    words = name.replace("_", " ")
    return Localized(words[:1].upper() + words[1:])


def direction(metric: CheckedMetric) -> Direction:
    """Which way is good."""
    better = metric.metric.declared.better
    if isinstance(better, tuple):
        return "range"
    return better or "neutral"


def metric_info(name: str, checked: Checked) -> MetricInfo:
    """A metric as shown."""
    metric = checked.metrics[name]
    declared = metric.metric.declared
    return MetricInfo(
        name,
        declared.label or words_of(name),
        declared.short,
        unit_info(metric),
        declared.decimals,
        direction(metric),
    )


def unit_info(metric: CheckedMetric) -> UnitInfo:
    """How the number is to be read: as declared, else as the formula's unit says."""
    said = metric.declared_unit
    if said is None:
        return _inferred(metric.unit)
    match said.kind:
        case "money":
            return UnitInfo("money", currency=said.currency, per=said.per)
        case "duration":
            return UnitInfo("duration", duration=cast("_Duration", said.noun), per=said.per)
        case _:
            return UnitInfo(said.kind, noun=said.noun, per=said.per)


def _inferred(unit: Unit | None) -> UnitInfo:
    if unit is None or unit.free:
        return UnitInfo("number")
    over = [base for base, power in unit.powers if power == 1]
    under = [base for base, power in unit.powers if power < 0]
    if len(over) != 1 or set(under) - {COUNT}:
        return UnitInfo("number")
    base = over[0]
    if base == COUNT:
        return UnitInfo("count")
    if base in DURATIONS:
        return UnitInfo("duration", duration=cast("_Duration", base))
    if base in unit.currencies:
        return UnitInfo("money", currency=base)
    return UnitInfo("custom", noun=base)


if TYPE_CHECKING:
    from typing import Literal

    _Duration = Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"]


def dimension_info(name: str, checked: Checked, shown: Iterable[Member] = ()) -> DimensionInfo:
    """A dimension as shown; its label from the first source with one, the book's own first."""
    labels = (d.label for d in offers(name, checked.book) if d.label is not None)
    label = next(labels, None) or words_of(name)
    return DimensionInfo(name, label, labels_of(name, shown, checked.book))


def source_info(name: str, checked: Checked) -> SourceInfo:
    """A source as shown; a column of one (`leads.mql_at`) by its name alone."""
    if name not in checked.tables:
        return SourceInfo(name, Localized(name))
    return SourceInfo(name, checked.tables[name].table.declared.label or words_of(name))


def link_info(source: str, link: str, checked: Checked) -> DimensionInfo:
    """A link as shown: by the label of the source it leads to, where that has one."""
    far = checked.tables[checked.tables[source].table.links[link].to].table
    return DimensionInfo(link, far.declared.label or words_of(link))
