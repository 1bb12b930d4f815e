"""YAML scalars, and a few small shapes, to values: one function each.

Every reader takes a node and gives its value, or raises `MisreadError` saying what was expected.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from itertools import pairwise
from typing import Literal

from tallybook.declare.misread import MisreadError, problem, wrong
from tallybook.declare.rules import ESCAPED_FORMULA
from tallybook.declare.values import ColumnType, Datum, Formula, Localized, Text
from tallybook.read.document import Entry, Mapping, Node, Plain, Scalar, Sequence
from tallybook.text.diagnostic import did_you_mean

_PERCENT = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*%")
_TYPE = re.compile(r"(\w+)\s*(?:\(\s*(\d+)\s*,\s*(\d+)\s*\))?")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_KINDS = ("string", "boolean", "integer", "float", "decimal", "date", "datetime")
_MOST_DECIMAL_DIGITS = 38


def text(node: Node | Text) -> Text:
    """A text; a number is taken as it is written (`2024`, `1.10`)."""
    match node:
        case Text():
            return node
        case Scalar(value=str() as value, span=span) if value.strip():
            return Text(value.strip(), span)
        case Scalar(value=int() | float() as value, span=span) if not isinstance(value, bool):
            return Text(span.text, span)
    raise wrong("a text", node, help=_unless_empty(node))


def _unless_empty(node: Node) -> str | None:
    """What to do about a text that has no letter in it."""
    is_empty = isinstance(node, Scalar) and isinstance(node.value, str)
    return "leave the key out where there is nothing to say" if is_empty else None


def literal_text(node: Node) -> str:
    """A text of which every blank counts, and which may be empty."""
    match node:
        case Scalar(value=str() as value):
            return value
        case Scalar(value=int() | float() as value, span=span) if not isinstance(value, bool):
            return span.text
    raise wrong("a text", node)


def text_or_null(node: Node) -> str | None:
    """A text, or nothing."""
    return None if isinstance(node, Scalar) and node.value is None else literal_text(node)


def separator(node: Node) -> Text:
    """A text of which every blank counts: a separator may be a tab or a space."""
    value = literal_text(node)
    if not value:
        raise wrong("a character", node)
    return Text(value, node.span)


def formula(node: Node) -> Formula:
    """A formula, to be parsed where it stands; a YAML number or boolean is one too."""
    if not isinstance(node, Scalar):
        raise wrong("a formula", node, help=_quoted_formula(node))
    if node.escaped:
        raise MisreadError(
            problem(
                ESCAPED_FORMULA,
                "a formula cannot be written with escapes",
                node,
                help="write it without the outer quotes, or under `|` on a line of its own",
            )
        )
    if not node.span.text.strip():
        raise wrong("a formula", node)
    return Formula(node.span)


def _quoted_formula(node: Node) -> str | None:
    if node.span.text.startswith(("{", "[")):
        return "put a formula that begins with a bracket in quotes, or under `|`"
    return None


def localized(node: Node) -> Localized:
    """A text, or a mapping from locales to texts, of which `en`, else the first, is the default."""
    if not isinstance(node, Mapping):
        if isinstance(node, Scalar):
            return Localized(_shown_text(node))
        raise wrong("a text, or texts by language", node)
    if not node.entries:
        raise wrong("texts by language", node)
    texts = {_locale(e.key): _shown_text(e.value) for e in node.entries}
    return Localized(texts.get("en") or next(iter(texts.values())), tuple(texts.items()))


def _shown_text(node: Node) -> str:
    if isinstance(node, Scalar) and node.value is not None:
        value = node.value if isinstance(node.value, str) else node.span.text
        if value.strip():
            return value.strip()
    raise wrong("a text", node)


def _locale(key: Scalar) -> str:
    if _LOCALE.fullmatch(str(key.value)):
        return str(key.value)
    raise wrong("a language such as `en` or `zh-Hant`", key)


def flag(node: Node) -> bool:
    """`true` or `false`."""
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    advice = None
    if isinstance(node, Scalar) and str(node.value).lower() in ("yes", "no", "on", "off"):
        advice = f"write `{'true' if str(node.value).lower() in ('yes', 'on') else 'false'}`"
    raise wrong("`true` or `false`", node, help=advice)


def whole(node: Node) -> int:
    """A whole number, 0 or more."""
    match node:
        case Scalar(value=int() as value) if not isinstance(value, bool) and value >= 0:
            return value
    raise wrong("a whole number, 0 or more", node)


def number(node: Node) -> int | float:
    """A number."""
    match node:
        case Scalar(value=int() | float() as value) if _is_number(value):
            return value
    raise wrong("a number", node)


def cuts(node: Node) -> tuple[int | float, ...]:
    """Numbers, each above the one before it."""
    found = tuple(number(item) for item in items(node))
    if not found:
        raise wrong("at least one number", node)
    for item, (before, after) in zip(items(node)[1:], pairwise(found), strict=True):
        if after <= before:
            raise wrong(f"a number above {before:g}", item)
    return found


def quantity(node: Node) -> int | float:
    """A number, or a percentage as the fraction it is: `5%` is 0.05."""
    share_ = _fraction(node)
    if share_ is not None:
        return share_
    match node:
        case Scalar(value=int() | float() as value) if _is_number(value):
            return value
    raise wrong("a number or a percentage", node)


def share(node: Node) -> float:
    """A share, 0 or more: `5%` or `0.05`."""
    fraction = _fraction(node)
    if fraction is None:
        match node:
            case Scalar(value=int() | float() as value) if _is_number(value):
                fraction = float(value)
                if value > 1:
                    raise wrong("a share such as `5%`", node, help=f"write `{value}%`")
    if fraction is None or fraction < 0:
        raise wrong("a share such as `5%`", node)
    return fraction


def _is_number(value: float) -> bool:
    return not isinstance(value, bool) and (isinstance(value, int) or math.isfinite(value))


def _fraction(node: Node) -> float | None:
    match node:
        case Scalar(value=str() as value) if matched := _PERCENT.fullmatch(value.strip()):
            # Moving the point in the text keeps 0.1% at 0.001, which a division does not.
            return float(f"{matched[1]}e-2")
    return None


def flag_or_reason(node: Node) -> bool | Localized:
    """`true`, `false`, or a reason, in one language or in several."""
    match node:
        case Scalar(value=bool() as value):
            return value
        case Scalar(value=str() as value) if value.strip():
            return Localized(value.strip())
        case Mapping():
            return localized(node)
    raise wrong("`true`, `false` or the reason as text", node)


def instant(node: Node) -> dt.date | dt.datetime:
    """A date, or a date with a time, as ISO 8601 writes them."""
    value = str(node.value).strip() if isinstance(node, Scalar) else ""
    try:
        return dt.date.fromisoformat(value) if len(value) <= _DATE else _datetime(value)
    except ValueError:
        raise wrong("a date such as `2024-07-01`", node) from None


def day(node: Node) -> dt.date:
    """A date, as ISO 8601 writes it."""
    try:
        return dt.date.fromisoformat(str(node.value) if isinstance(node, Scalar) else "")
    except ValueError:
        raise wrong("a date such as `2024-07-01`", node) from None


_DATE = len("2024-07-01")


def _datetime(value: str) -> dt.datetime:
    return dt.datetime.fromisoformat(value)


def plain(node: Node) -> Plain:
    """A number, a text, `true`, `false` or nothing, as YAML has it."""
    match node:
        case Scalar(value=value) if not isinstance(value, float) or math.isfinite(value):
            return value
    raise wrong("a single value", node)


def setting(node: Node) -> int | float | str | bool:
    """The value of a parameter."""
    value = quantity(node) if _fraction(node) is not None else plain(node)
    if value is None:
        raise wrong("a number or a text", node)
    return value


def column_type(node: Node) -> ColumnType:
    """A type's name; `decimal` may carry its digits: `decimal(12, 2)`."""
    value = node.value if isinstance(node, Scalar) else None
    matched = _TYPE.fullmatch(value.strip()) if isinstance(value, str) else None
    if matched is None:
        raise wrong("a type such as `integer` or `decimal(12, 2)`", node)
    return _typed(node, matched[1], matched[2], matched[3])


def _typed(node: Node, name: str, digits: str | None, after_point: str | None) -> ColumnType:
    for kind in ("string", "boolean", "integer", "float", "date", "datetime"):
        if name == kind and digits is None:
            return ColumnType(kind)
    if name == "decimal" and digits is None:
        return ColumnType("decimal")
    if name == "decimal" and digits and after_point:
        if int(after_point) <= int(digits) <= _MOST_DECIMAL_DIGITS and int(digits) > 0:
            return ColumnType("decimal", int(digits), int(after_point))
        raise wrong(
            f"`decimal(digits, digits after the point)`, at most {_MOST_DECIMAL_DIGITS}", node
        )
    advice = did_you_mean(_OTHER_NAMES.get(name.lower(), name), _KINDS)
    raise wrong(f"a type: {', '.join(f'`{k}`' for k in _KINDS)}", node, help=advice)


_OTHER_NAMES = {
    "str": "string",
    "text": "string",
    "varchar": "string",
    "int": "integer",
    "bigint": "integer",
    "number": "float",
    "numeric": "decimal",
    "money": "decimal",
    "double": "float",
    "real": "float",
    "timestamp": "datetime",
    "bool": "boolean",
}


def items(node: Node) -> tuple[Node, ...]:
    """The items of a list."""
    match node:
        case Sequence():
            return node.items
        case Scalar(value=None):
            return ()
        case Scalar() | Mapping():
            raise wrong("a list", node)


def one_or_more(node: Node) -> tuple[Node, ...]:
    """The items of a list; a single value is a list of one."""
    match node:
        case Scalar(value=None) | Mapping():
            raise wrong("a value or a list", node)
        case Scalar():
            return (node,)
        case Sequence():
            return node.items


def entries(node: Node) -> tuple[Entry, ...]:
    """The entries of a mapping from names."""
    match node:
        case Mapping():
            return node.entries
        case Scalar(value=None):
            return ()
        case Scalar() | Sequence():
            raise wrong("a mapping from names", node)


def dimensions(node: Node) -> tuple[Entry, ...]:
    """Names of dimensions, each alone or with what is behind it."""
    if isinstance(node, Mapping):
        return node.entries
    return tuple(entry for item in items(node) for entry in _dimension(item))


def _dimension(item: Node) -> tuple[Entry, ...]:
    match item:
        case Mapping():
            return item.entries
        case Scalar(value=str()):
            return (Entry(item, Scalar(None, item.span)),)
    raise wrong("a name, or a name with what is behind it", item)


def better(node: Node) -> Literal["higher", "lower", "neutral"] | tuple[float, float]:
    """A direction, or the range in which a value is good."""
    match node:
        case Scalar(value="higher" | "lower" | "neutral" as direction):
            return direction
        case Sequence(items=(low, high)):
            bounds = quantity(low), quantity(high)
            if bounds[0] <= bounds[1]:
                return bounds
            raise wrong("the lower bound first, as in `[18, 22]`", low)
    advice = did_you_mean(str(node.value), _DIRECTIONS) if isinstance(node, Scalar) else None
    raise wrong("`higher`, `lower`, `neutral` or a range such as `[18, 22]`", node, help=advice)


_DIRECTIONS = ("higher", "lower", "neutral")


def column_map(node: Node) -> tuple[tuple[str, str | None], ...]:
    """Values of a file to values of the book; nothing stands for null."""
    return tuple((str(e.key.value), text_or_null(e.value)) for e in entries(node))


def parameters(node: Node) -> tuple[tuple[Text, int | float | str | bool], ...]:
    """Names and their values."""
    return tuple((text(e.key), setting(e.value)) for e in entries(node))


def choices(node: Node) -> tuple[tuple[Text, Text], ...]:
    """Names to names."""
    return tuple((text(e.key), text(e.value)) for e in entries(node))


def cells(node: Node) -> tuple[tuple[Text, Datum], ...]:
    """One row of a test: column names to values."""
    return tuple((text(e.key), Datum(plain(e.value), e.value.span)) for e in entries(node))


def rows(node: Node) -> tuple[tuple[tuple[Text, Datum], ...], ...]:
    """Rows of a test; a mapping is one row."""
    if isinstance(node, Mapping):
        return (cells(node),)
    return tuple(cells(row) for row in items(node))


def given(node: Node) -> tuple[tuple[Text, tuple[tuple[tuple[Text, Datum], ...], ...]], ...]:
    """Source names to rows."""
    return tuple((text(e.key), rows(e.value)) for e in entries(node))
