"""What each metrics layer's process does: it stays warm, and answers when it is its turn.

A line `fused` or `each` on standard input is a turn; the reply is one line of JSON with its
seconds on the clock and of processors. `answer` replies with the numbers of the last turn.
Needs nothing but Python's own library: it is imported in environments without ours.
"""

from __future__ import annotations

import json
import math
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


@dataclass(frozen=True)
class Answer:
    """Values by KPI, then by `2024-01/channel`, and by `2024-01/*` over all channels."""

    cells: dict[str, dict[str, float | None]]

    @classmethod
    def of(cls, asked: Iterable[tuple[Sequence[Mapping[str, Any]], Sequence[str]]]) -> Answer:
        """From rows with `month`, some KPIs, and `channel` unless they are of all channels."""
        cells: dict[str, dict[str, float | None]] = {}
        for rows, kpis in asked:
            for row in rows:
                channel = row.get("channel", "*")
                key = f"{str(row['month'])[:7]}/{channel if isinstance(channel, str) else ''}"
                for kpi in kpis:
                    cells.setdefault(kpi, {})[key] = _number(row[kpi])
        return cls(cells)


def _number(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    return None if math.isnan(number) else number


def serve(fused: Callable[[], Answer], each: Callable[[], Answer]) -> None:
    """Take turns until standard input ends."""
    forms = {"fused": fused, "each": each}
    last = Answer({})
    for line in sys.stdin:
        if line.strip() == "answer":
            reply: object = last.cells
        else:
            wall, processor = time.perf_counter(), time.process_time()
            last = forms[line.strip()]()
            reply = [time.perf_counter() - wall, time.process_time() - processor]
        print(json.dumps(reply), flush=True)  # noqa: T201 - the reply
