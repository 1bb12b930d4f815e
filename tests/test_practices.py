"""What the table of practices names is there."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tallybook.command.contents import COMMANDS
from tallybook.declare.keys import PLACES, TOP
from tallybook.language.functions import FUNCTIONS
from tallybook.paths import METRICS
from tallybook.rules import all_rules

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "practices.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| ([^|]+) \| (.+) \|$", TABLE, flags=re.MULTILINE)
NAME = re.compile(r"`([^`]+)`")


def of_the_library() -> set[str]:
    """Metrics, alternatives, scorecards, funnels, groups, sources, columns and dimensions."""
    found: set[str] = set()
    for path in (METRICS / "b2b_marketing").glob("*.yml"):
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        for key in ("metrics", "scorecards", "funnels", "groups", "sources"):
            found.update(said.get(key) or ())
        for metric in (said.get("metrics") or {}).values():
            found.update(metric.get("alternatives") or ())
        for name, source in (said.get("sources") or {}).items():
            found.update(f"{name}.{column}" for column in source["columns"])
            dimensions = source.get("dimensions") or ()
            found.update(d if isinstance(d, str) else next(iter(d)) for d in dimensions)
    return found


def of_the_program() -> set[str]:
    """Keys, functions, rules, and commands as they are typed."""
    keys = {key.name for place in PLACES.values() for key in place.keys} | {k.name for k in TOP}
    commands = {f"tally {command.name}" for command in COMMANDS}
    return keys | set(FUNCTIONS) | commands | {rule.id for rule in all_rules()}


def is_known(name: str, known: set[str]) -> bool:
    """A name of something, an option, a tag's beginning, a part of a formula or a test."""
    called = re.match(r"(\w+)\(", name)
    return (
        name in known
        or name in {"--data", "--funnel", "--set", "funnel:", "digital:"}
        or (called is not None and called[1] in FUNCTIONS)
    )


def test_all_practices_stand_in_their_order() -> None:
    assert [int(number) for number, _, _ in ROWS] == list(range(1, 60))


def test_every_name_in_the_table_is_of_something() -> None:
    known = of_the_library() | of_the_program()
    for number, practice, served in ROWS:
        unknown = [name for name in NAME.findall(served) if not is_known(name, known)]
        assert unknown == [], f"{number} {practice}"


def test_every_practice_is_served_or_says_why_not() -> None:
    for number, _, served in ROWS:
        assert NAME.findall(served) or len(served) > len("one HTML file"), number


def test_figures_in_the_table_are_the_librarys() -> None:
    metrics: dict[str, dict[str, object]] = {}
    for path in (METRICS / "b2b_marketing").glob("*.yml"):
        metrics.update(yaml.safe_load(path.read_text(encoding="utf-8")).get("metrics") or {})
    advised = sum("advice" in metric for metric in metrics.values())
    assert f"has it on {advised} metrics" in TABLE
    vain = {name for name, metric in metrics.items() if metric.get("vanity")}
    assert vain == {"inbound_links", "inbound_link_growth", "referrals"}
    assert metrics["blog_posts_published"]["target"] == 15
    assert metrics["emails_after_opt_out"]["target"] == 0
    assert metrics["forum_activity_yoy"]["target"] == 0
