"""How commands word names, units and tables on a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tallybook.text.excerpt import columns as width_of
from tallybook.text.excerpt import harmless, written_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallybook.check.model import Checked, CheckedMetric
    from tallybook.declare.model import Localized


def label_of(name: str, label: Localized | None, checked: Checked) -> str:
    """A label in the book's language; a name in words where it has none."""
    if label is None:
        return name.replace("_", " ").capitalize()
    return own_text(label, checked)


def own_text(text: Localized, checked: Checked) -> str:
    """A text in the book's language."""
    locale = checked.book.declarations.settings.locale
    return text.text(locale.value if locale else "en")


def unit_text(metric: CheckedMetric) -> str:
    """The unit as declared, else as found; `-` where there is none."""
    if metric.declared_unit is not None:
        return metric.declared_unit.text
    if metric.unit is None or metric.unit.free:
        return "-"
    return str(metric.unit)


def json_text(value: object) -> str:
    """Indented JSON in which every letter is itself that a terminal does not obey."""
    return written_out(json.dumps(value, ensure_ascii=False, indent=2))


def columns(lines: Sequence[Sequence[tuple[str, str]]]) -> str:
    """(heading, text) pairs as columns, without the headings of nothing."""
    if not lines:
        return ""
    rows = [[heading for heading, _ in lines[0]], *([text for _, text in line] for line in lines)]
    return "".join(f"{line}\n" for line in aligned(rows, ["left"] * len(rows[0])))


def aligned(rows: Sequence[Sequence[str]], sides: Sequence[str]) -> list[str]:
    """Rows as lines in which columns stand under each other; wide letters count as two."""
    rows = [[harmless(" ".join(text.split())) for text in row] for row in rows]
    widths = [max(width_of(row[n]) for row in rows) for n in range(len(sides))]
    return ["  ".join(map(_padded, row, widths, sides)).rstrip() for row in rows]


def _padded(text: str, width: int, side: str) -> str:
    space = " " * (width - width_of(text))
    return space + text if side == "right" else text + space
