"""Names for places on a page that links lead to: made of a metric's name, unique, plain ASCII."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.judge.model import TileGroup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tallybook.judge.model import Scorecard

_OTHER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Anchors:
    """The places of one page. `shown` maps a metric to the first section that has its tile."""

    slugs: Mapping[str, str]
    defined: frozenset[str]
    shown: Mapping[str, int]

    def tile(self, metric: str, section: int) -> str:
        """The id of a metric's tile; a second tile of the same metric has its section in it."""
        slug = self.slugs[metric]
        return f"tile-{slug}" if self.shown[metric] == section else f"tile-{section}-{slug}"

    def to_tile(self, metric: str) -> str:
        """A link to a metric's first tile; empty where it has none."""
        return f"#tile-{self.slugs[metric]}" if metric in self.shown else ""

    def definition(self, metric: str) -> str:
        """The id of a metric's definition."""
        return f"metric-{self.slugs[metric]}"

    def source(self, name: str) -> str:
        """The id of a source in the list of sources."""
        return f"source-{self.slugs[name]}"

    def to_definition(self, metric: str) -> str:
        """A link to a metric's definition; empty where the page has none."""
        return "#" + self.definition(metric) if metric in self.defined else ""


def anchors(card: Scorecard) -> Anchors:
    """The places of a scorecard's page."""
    shown: dict[str, int] = {}
    for number, section in enumerate(card.sections):
        if isinstance(section, TileGroup):
            for tile in section.tiles:
                shown.setdefault(tile.metric.name, number)
    defined = [d.metric.name for d in card.definitions]
    sources = [use.name for d in card.definitions for use in d.sources]
    return Anchors(_slugs([*defined, *shown, *sources]), frozenset(defined), shown)


def _slugs(names: Iterable[str]) -> dict[str, str]:
    slugs: dict[str, str] = {}
    for number, name in enumerate(dict.fromkeys(names)):
        slug = _OTHER.sub("-", name.lower()).strip("-")
        slugs[name] = f"{slug}-{number}" if slug in slugs.values() or not slug else slug
    return slugs
