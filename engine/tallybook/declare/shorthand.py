"""Types that a book may write in several ways, each as one function from its node."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from tallybook.declare import readers
from tallybook.declare.misread import MisreadError, Problem, problem, wrong
from tallybook.declare.model import (
    Check,
    DimensionMember,
    Group,
    Score,
    ScorePart,
    ScoreRule,
    StatusBands,
    Target,
    TargetKind,
)
from tallybook.declare.rules import MISSING_KEY, UNKNOWN_KEY
from tallybook.declare.values import Text
from tallybook.read.document import Entry, Mapping, Node, Scalar, Sequence
from tallybook.text.diagnostic import did_you_mean, name_list

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIGNS = ("<=", ">=", "<", ">", "=")


def unknown_key(key: Scalar, known: Iterable[str], within: Mapping) -> MisreadError:
    """Say that a key has no meaning, and which was meant, or that a comma cut a value in two."""
    name, keys = str(key.value), tuple(known)
    help_ = did_you_mean(name, keys, otherwise=f"known here: {name_list(keys, most=30)}")
    if _cut_by_comma(key, within):
        help_ = "inside `{...}` a comma ends the value: quote the value, or write it under `|`"
    return MisreadError(problem(UNKNOWN_KEY, f"unknown key `{name}`", key, help=help_))


def _cut_by_comma(key: Scalar, within: Mapping) -> bool:
    """Whether the value before a key has an open parenthesis, as `{formula: round(a, 1)}` has."""
    if not within.span.text.startswith("{"):
        return False
    before = within.span.source.text[within.span.start : key.span.start]
    return before.count("(") > before.count(")")


def target(node: Node) -> Target:
    """A number, `{formula: ...}`, `{value: ...}` or `{table: targets}`, perhaps with a `kind`."""
    match node:
        case Mapping(entries=(Entry() as table, Entry() as kind)) if {table.name, kind.name} == {
            "table",
            "kind",
        }:
            if table.name == "kind":
                table, kind = kind, table
            only = Mapping((table,), node.span)
            return replace(target(only), kind=_target_kind(kind.value))
        case Mapping(entries=(Entry(value=value) as only,)):
            match only.name:
                case "formula":
                    return Target(formula=readers.formula(value))
                case "value":
                    return Target(value=readers.quantity(value), span=value.span)
                case "table" if isinstance(value, Scalar) and value.value == "targets":
                    return Target(table=True, span=value.span)
                case "table":
                    raise wrong("`targets`", value)
            raise unknown_key(only.key, ("formula", "value", "table"), node)
        case Mapping(entries=(_, Entry(key=second), *_)):
            raise unknown_key(second, ("formula", "value", "table"), node)
        case Scalar():
            return Target(value=readers.quantity(node), span=node.span)
    raise wrong("a number, `{formula: ...}` or `{table: targets}`", node)


def _target_kind(node: Node) -> TargetKind:
    """The rows of the table that a metric is held to. Benchmarks are for reference alone."""
    for kind in get_args(TargetKind):
        if isinstance(node, Scalar) and node.value == kind:
            return kind  # type: ignore[no-any-return] # `get_args` does not say what it gives
    raise wrong("one of `target`, `limit` and `projection`", node)


def status(node: Node) -> StatusBands:
    """`{watch: 5%, bad: 15%}` around the target, or conditions: `{good: "<= 40", ...}`."""
    if not isinstance(node, Mapping) or not node.entries:
        raise wrong("bands such as `{watch: 5%, bad: 15%}`", node)
    conditions = node.get("good") is not None
    known = ("good", "watch") if conditions else ("watch", "bad")
    if extra := next((e.key for e in node.entries if e.name not in known), None):
        raise unknown_key(extra, known, node)
    watch = node.get("watch")
    if conditions:
        return StatusBands(
            good_when=_condition(node.get("good")), watch_when=_condition(watch), span=node.span
        )
    bands = StatusBands(watch=_share(watch), bad=_share(node.get("bad")), span=node.span)
    if bands.watch is not None and bands.bad is not None and bands.watch > bands.bad:
        raise wrong("`watch` nearer to the target than `bad`", watch or node)
    return bands


def _share(node: Node | None) -> float | None:
    return None if node is None else readers.share(node)


def _condition(node: Node | None) -> Text | None:
    if node is None:
        return None
    condition = readers.text(node)
    sign = next((s for s in _SIGNS if condition.value.startswith(s)), None)
    if sign is None:
        raise wrong('a condition on the value such as `"<= 40"`', node)
    return condition


def check(node: Node) -> Check:
    """A condition, or `unique`, `not_null` or `accepted` with what it is about."""
    match node:
        case Scalar():
            return Check("condition", condition=readers.formula(node))
        case Mapping(entries=(Entry(value=about) as only,)):
            match only.name:
                case "unique" | "not_null" as kind:
                    return Check(kind, columns=_columns(about))
                case "accepted":
                    return _accepted(about)
            raise unknown_key(only.key, ("unique", "not_null", "accepted"), node)
    raise wrong("a condition, or one of `unique`, `not_null` and `accepted`", node)


def _columns(node: Node) -> tuple[Text, ...]:
    return tuple(readers.text(item) for item in readers.one_or_more(node))


def _accepted(node: Node) -> Check:
    match node:
        case Mapping(entries=(Entry(key=column, value=values),)):
            accepted = tuple(readers.literal_text(v) for v in readers.one_or_more(values))
            return Check("accepted", columns=(readers.text(column),), values=accepted)
    raise wrong("one column and its values, as in `{channel: [email, paid]}`", node)


def member(given: Entry) -> DimensionMember:
    """`paid_search: Paid search`: a value as the data has it, and what it is called."""
    value = Text(readers.literal_text(given.key), given.key.span)
    return DimensionMember(value, readers.localized(given.value))


def group(given: Entry) -> Group:
    """`{of: channel, inbound: [...], paid: [...]}`: every other key is a group.

    But for `label`, and for `members` where it holds labels and no list.
    """
    node = given.value
    if not isinstance(node, Mapping):
        raise wrong("`of: DIMENSION` and the members by group", node)
    if (of := node.get("of")) is None:
        missing = problem(MISSING_KEY, "the key `of` is missing", given.key)
        raise MisreadError(Problem(missing.diagnostic, node))
    label, labels = node.get("label"), node.get("members")
    kept = ("of", "label", "members" if isinstance(labels, Mapping) else "")
    members = tuple(
        (readers.text(e.key), tuple(readers.literal_text(v) for v in readers.one_or_more(e.value)))
        for e in node.entries
        if e.name not in kept
    )
    named = readers.localized(label) if label is not None else None
    called = labels.entries if isinstance(labels, Mapping) else ()
    return Group(
        readers.text(given.key), readers.text(of), members, named, tuple(map(member, called))
    )


def score(given: Entry) -> Score:
    """`{of: leads, profile: [{when: ..., points: 20}]}`: every key but `of` is a part."""
    node = given.value
    if isinstance(node, Scalar) and node.value is None:  # its parts are findings already
        return Score(readers.text(given.key))
    if not isinstance(node, Mapping):
        raise wrong("rules by part, as in `profile: [{when: …, points: 20}]`", node)
    of = node.get("of")
    parts = tuple(
        ScorePart(readers.text(e.key), tuple(_score_rule(r) for r in readers.items(e.value)))
        for e in node.entries
        if e.name != "of"
    )
    return Score(readers.text(given.key), None if of is None else readers.text(of), parts)


def _score_rule(node: Node) -> ScoreRule:
    known = ("when", "points")
    if not isinstance(node, Mapping):
        raise wrong("a rule such as `{when: company_size >= 200, points: 20}`", node)
    if extra := next((e.key for e in node.entries if e.name not in known), None):
        raise unknown_key(extra, known, node)
    when, points = node.get("when"), node.get("points")
    if when is None or points is None:
        key = "points" if when else "when"
        said = f"the key `{key}` is missing"
        raise MisreadError(problem(MISSING_KEY, said, node, help=f"add `{key}: …`"))
    return ScoreRule(readers.formula(when), readers.number(points))


BANDS = ("bands", "at", "labels")


def dimension(node: Node) -> Node:
    """Put the keys of bands, which a book writes beside the dimension's own, into one mapping."""
    if not isinstance(node, Mapping) or node.get("bands") is None:
        return node
    of_bands = tuple(e for e in node.entries if e.name in BANDS)
    key = next(e.key for e in of_bands if e.name == "bands")
    _count_names(node)
    rest = tuple(e for e in node.entries if e.name not in BANDS)
    return Mapping((*rest, Entry(key, Mapping(of_bands, node.span))), node.span)


def _count_names(node: Mapping) -> None:
    at, names = node.get("at"), node.get("labels")
    if isinstance(at, Sequence) and isinstance(names, Sequence):
        wanted, said = len(at.items) + 1, [readers.literal_text(name) for name in names.items]
        if len(said) != wanted:
            raise wrong(f"{wanted} names, one more than there are cuts", names)
        for number, name in enumerate(said):
            if name in said[:number]:
                raise wrong("another name than that of a range before", names.items[number])
