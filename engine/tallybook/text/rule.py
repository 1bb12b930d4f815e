"""Rules: the stable ids of errors and lints, each with its own page of documentation."""

from __future__ import annotations

from typing import Literal

from tallybook.dataclass import dataclass

Severity = Literal["error", "lint"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding. `id` is words joined by hyphens and never changes once released."""

    id: str
    severity: Severity
    what: str
    why: str
    example: str
    instead: str
