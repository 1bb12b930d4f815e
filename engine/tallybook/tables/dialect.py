"""How files of text and workbooks are cut into fields, as their source says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from tallybook.declare.model import ReadOptions, Text

SAMPLE_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file's fields are cut, and which texts are no value."""

    separator: str | None = None
    encoding: str = "utf-8-sig"
    skip_rows: int = 0
    nulls: tuple[str, ...] = ("",)
    sheet: Text | None = None
    point: str = "."


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a file and its first rows, as text; None is no value."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    separator: str = ""


def dialect(options: ReadOptions | None) -> Dialect:
    """The dialect that a source's `read` declares."""
    if options is None:
        return Dialect()
    encoding = options.encoding.value if options.encoding else "utf-8"
    if encoding.lower().replace("_", "-") in ("utf8", "utf-8"):
        encoding = "utf-8-sig"
    return Dialect(
        options.separator.value if options.separator else None,
        encoding,
        options.skip_rows or 0,
        options.nulls if options.nulls is not None else ("",),
        options.sheet,
        "," if options.decimal_comma else ".",
    )
