"""Lengths of time that stand outside formulas: `2 days`."""

from __future__ import annotations

import re
from typing import cast, get_args

from tallybook.parse.syntax import Duration, DurationUnit

_LENGTH = re.compile(r"(\d+) (\w+?)s?")


def read_length(text: str) -> Duration | None:
    """`2 days` as a length; None where the words are none, count `periods`, or are too long."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None or match[2] == "period" or match[2] not in get_args(DurationUnit):
        return None
    length = Duration(int(match[1]), cast("DurationUnit", match[2]))
    return None if length.is_too_long else length
