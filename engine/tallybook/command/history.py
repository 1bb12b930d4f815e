"""The file of what pages showed before: a line per value, added to and never rewritten.

    as_of,scorecard,part,metric,period,value,definition
    2024-07-01,marketing,,leads,2024-06,1042,3fa9c1d20b77

It is read by people in a diff, and may be merged by hand: a line that is no record is told and left
where it is.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from typing import TYPE_CHECKING

from tallybook.command.files import locked, write_whole
from tallybook.command.outcome import Refusal
from tallybook.judge.history import Past, Record
from tallybook.render.data import number_text, safe_cell

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tallybook.command.console import Console
    from tallybook.judge.model import Number

_COLUMNS = ["as_of", "scorecard", "part", "metric", "period", "value", "definition"]
_TOLD = 3  # lines that are no records, by their numbers


def read_history(path: Path, console: Console) -> Past:
    """What a file has kept; nothing where there is none yet.

    Raises `Refusal` for a file of something else.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except FileNotFoundError:
        return Past()
    except UnicodeDecodeError:
        raise _no_history(path) from None
    if lines[0] and lines[0].rstrip("\r") != ",".join(_COLUMNS):
        raise _no_history(path)
    records, wrong = [], []
    for number, line in enumerate(lines[1:], 2):
        record = _record(line)
        if record is not None:
            records.append(record)
        elif line.strip():
            wrong.append(number)
    for number in wrong[:_TOLD]:
        console.say(f"{path}:{number} is no record, and not used")
    if wrong[_TOLD:]:
        console.say(f"{path} has {len(wrong) - _TOLD} more lines that are no records")
    return Past(records)


def keep(path: Path, records: Iterable[Record]) -> None:
    """Add records to a file, each once. The file is as it was, or has all of them."""
    lines = list(dict.fromkeys(_line(record) for record in records))
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path):  # another build may have added its own since this one read the file
        try:
            before = path.read_bytes()
        except FileNotFoundError:
            before = f"{','.join(_COLUMNS)}\n".encode()
        if not before.endswith(b"\n"):
            before += b"\n"
        last = {_place(line): line for line in before.decode("utf-8", "replace").split("\n")}
        new = (line for line in lines if last.get(_place(line)) != line.rstrip("\n"))
        write_whole(path, before + "".join(new).encode())


def _place(line: str) -> tuple[str, ...]:
    """What a line is about; of several about the same, the last one holds."""
    record = _record(line.rstrip("\n"))
    if record is None:
        return ()
    return (record.scorecard, record.part, record.metric, record.period)


def _no_history(path: Path) -> Refusal:
    return Refusal(
        f"`{path}` is no history of results: expected the columns {','.join(_COLUMNS)}",
        "name another file with `--history`",
    )


def _line(record: Record) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(
        [
            record.as_of.isoformat(),
            *map(safe_cell, (record.scorecard, record.part, record.metric, record.period)),
            number_text(record.value),
            record.definition,
        ]
    )
    return out.getvalue()


def _record(line: str) -> Record | None:
    try:
        (cells,) = csv.reader([line])
        as_of, scorecard, part, metric, period, value, definition = cells
        day = dt.date.fromisoformat(as_of)
        return Record(day, scorecard, part, metric, period, _number(value), definition)
    except (ValueError, csv.Error):
        return None


def _number(text: str) -> Number | None:
    if not text:
        return None
    number = int(text) if text.lstrip("-").isdecimal() else float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number
