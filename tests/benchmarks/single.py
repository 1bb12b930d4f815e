"""One form of the questions in a process: `python -m tests.benchmarks.single FORM FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path


def _peak() -> int:
    """The most memory that this process has had, in bytes; 0 where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    found = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(next(found, "0")) * 1024


if __name__ == "__main__":
    form, folder = sys.argv[1], Path(sys.argv[2])
    match form:
        case "tallybook":
            from . import asked

            asked.answer(asked.asked(folder))
        case "polars":
            from . import by_hand

            by_hand.star(folder)
        case "polars in memory":
            from . import by_hand

            by_hand.fused(folder)
        case "duckdb":
            from . import sql

            sql.answer(sql.connected(folder))
        case _:
            sys.exit(f"no such form: {form}")
    print(_peak())  # noqa: T201 - for the process that started this one
