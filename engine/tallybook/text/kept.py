"""What was worked out for some things, kept for as long as they stay the same.

A book that is opened again and again, on every save, is mostly the book that it was. A stage that
works on one thing at a time (a file, a declaration, a metric) asks here before it does, and gets
what it made of the very same things the last time, with the findings. The things have to be all
that the result depends on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from tallybook.text.diagnostic import Diagnostic, Findings

T = TypeVar("T")
_Result = tuple[tuple[object, ...], object, "tuple[Diagnostic, ...]"]


class Kept:
    """Results of one round, for the next one; what a round does not ask for is forgotten."""

    def __init__(self) -> None:
        self._before: dict[Hashable, _Result] = {}
        self._now: dict[Hashable, _Result] = {}

    def begin(self) -> None:
        """Begin a round."""
        self._before, self._now = self._now, {}

    def of(
        self,
        kind: Hashable,
        things: tuple[object, ...],
        make: Callable[[Findings], T],
        findings: Findings,
    ) -> T:
        """What `make` gives, or gave before for the same objects; its findings are added again.

        `kind` tells apart what is made of the same things. Things are kept with their result, so
        that no other object can take the id of one.
        """
        key = (kind, *map(id, things))
        found = self._now.get(key) or self._before.get(key)
        if found is None:
            found = self._made(things, make, findings)
        else:
            findings.extend(found[2])
        self._now[key] = found
        result: T = found[1]  # type: ignore[assignment] # `make` is the same for the same kind
        return result

    def same(self, kind: Hashable, value: T, alike: Callable[[T, T], bool]) -> T:
        """The object that the last round had here, if it is alike, else this one."""
        found = self._before.get(kind)
        last: T | None = found[1] if found else None  # type: ignore[assignment] # as above
        kept = value if last is None or not alike(last, value) else last
        self._now[kind] = ((), kept, ())
        return kept

    @staticmethod
    def _made(
        things: tuple[object, ...], make: Callable[[Findings], object], findings: Findings
    ) -> _Result:
        before = len(findings)
        made = make(findings)
        return things, made, findings.since(before)
