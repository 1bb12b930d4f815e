"""What is wrong, where, and what to do about it.

A user's mistake is a `Diagnostic`, never an exception of Python's: stages collect them and go on,
so that one run reports all of a book's errors. `BookError` carries them out of the engine once no
stage can go further.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tallybook.text.rule import Rule
    from tallybook.text.span import Span

_IGNORED = re.compile(r"#\s*tally:\s*ignore\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains the first (`first defined here`)."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: `message` says what is wrong, `help` what to do.

    `note` is lines that show how it came about.
    """

    rule: Rule
    message: str
    span: Span | None = None
    help: str | None = None
    related: tuple[Related, ...] = ()
    note: str | None = None

    @property
    def is_error(self) -> bool:
        """Errors stop the work; lints are shown and let it go on."""
        return self.rule.severity == "error"


class BookError(Exception):
    """A book, or the data under it, that nothing can be computed from."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(d.message for d in self.diagnostics))


class QuestionError(BookError):
    """A question that the book cannot be asked; the book itself may be fine."""


class Findings:
    """The diagnostics of a run, collected by the stages it passes through."""

    def __init__(self) -> None:
        self._all: list[Diagnostic] = []

    def add(
        self,
        rule: Rule,
        message: str,
        span: Span | None = None,
        *,
        help: str | None = None,  # noqa: A002 - the field's own name
        related: Iterable[Related] = (),
    ) -> None:
        """Note one finding."""
        self._all.append(Diagnostic(rule, message, span, help, tuple(related)))

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Note what another collector found."""
        self._all.extend(diagnostics)

    def __len__(self) -> int:
        """How many were noted so far, for `since`."""
        return len(self._all)

    def since(self, before: int) -> tuple[Diagnostic, ...]:
        """What was noted after there were that many."""
        return tuple(self._all[before:])

    @property
    def has_errors(self) -> bool:
        """Whether anything found stops the work."""
        return any(d.is_error for d in self._all)

    def in_file_order(self) -> tuple[Diagnostic, ...]:
        """Findings by file, then place: each once, and without lints that a comment silences."""
        unique = (d for d in dict.fromkeys(self._all) if not _is_silenced(d))
        return tuple(
            sorted(unique, key=lambda d: (d.span.source.name, d.span.start) if d.span else ("", 0))
        )

    def raise_errors(self) -> None:
        """Stop with everything found so far, if any of it is an error."""
        if self.has_errors:
            raise BookError(self.in_file_order())


def _is_silenced(found: Diagnostic) -> bool:
    """Whether `# tally: ignore[ID]` stands on the line of a lint, or alone on the one above."""
    if found.is_error or found.span is None:
        return False
    source = found.span.source
    number, _ = source.position(found.span.start)
    above = source.line(number - 1).strip() if number > 1 else ""
    comments = (source.line(number), above if above.startswith("#") else "")
    named = (ids for comment in comments for ids in _IGNORED.findall(comment))
    return any(found.rule.id == id_.strip() for ids in named for id_ in ids.split(","))


def nearest(name: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known name that a user most likely meant, or None where none is so like it (0 to 1)."""
    names = sorted(set(known))
    lowered = {n.lower(): n for n in reversed(names)}
    if name.lower() in lowered:
        return lowered[name.lower()]
    import difflib

    close = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=likeness)
    return lowered[close[0]] if close else None


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str | None = None) -> str | None:
    """Advice that names the nearest known name, else `otherwise`."""
    found = nearest(name, known)
    return f"did you mean `{found}`?" if found else otherwise


def name_list(names: Iterable[str], most: int = 8) -> str:
    """Names in backticks, for `it has …`; the rest as a count."""
    every = sorted(set(names))
    shown = ", ".join(f"`{n}`" for n in every[:most])
    return shown if len(every) <= most else f"{shown} and {len(every) - most} more"
