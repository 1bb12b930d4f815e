"""The texts, formulas and types that declarations are made of."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from tallybook.dataclass import dataclass
from tallybook.declare.shape import Declared

if TYPE_CHECKING:
    from tallybook.read.document import Plain
    from tallybook.text.span import Span


@dataclass(frozen=True, slots=True)
class Text(Declared):
    """A text and its place: a name that may be unknown, a path that may not be there."""

    value: str
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Datum:
    """One value of a row that a test gives or expects, and its place."""

    value: Plain
    span: Span = field(compare=False)

    @property
    def text(self) -> str | None:
        """The value as a file would have it; a number as it is written."""
        match self.value:
            case None | str():
                return self.value
            case bool():
                return "true" if self.value else "false"
            case int():
                return str(self.value)
            case float():
                return self.span.text


@dataclass(frozen=True, slots=True)
class Formula(Declared):
    """A formula or condition: the span holds its text verbatim."""

    span: Span

    @property
    def text(self) -> str:
        """The formula as written."""
        return self.span.text


@dataclass(frozen=True, slots=True)
class Localized(Declared):
    """A text in one or more languages; `default` is the one for every locale not listed."""

    default: str
    by_locale: tuple[tuple[str, str], ...] = ()

    def text(self, locale: str) -> str:
        """The text for a locale, else for its language, else the default."""
        known = dict(self.by_locale)
        return known.get(locale) or known.get(locale.split("-", 1)[0]) or self.default


ColumnKind = Literal["string", "boolean", "integer", "float", "decimal", "date", "datetime"]


@dataclass(frozen=True, slots=True)
class ColumnType(Declared):
    """A column's type; `precision` and `scale` only for decimals."""

    kind: ColumnKind
    precision: int = 28
    scale: int = 6
