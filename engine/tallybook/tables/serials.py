"""Days as the numbers that workbooks keep them as: 1 is 1 January 1900, the fraction is the time.

The count believes in a 29 February 1900, day 60. Workbooks of old Macintoshes count from 1904.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

Epoch = Literal["1900", "1904"]

FAKE_LEAP_DAY = 60
BEYOND: dict[Epoch, int] = {"1900": 2_958_466, "1904": 2_957_004}  # after 31 December 9999
SECONDS_PER_DAY = 86_400


def moment(serial: float, epoch: Epoch) -> dt.datetime | None:
    """The time that a number stands for, to the second; None where it is none."""
    if not 0 <= serial < BEYOND[epoch]:
        return None
    if epoch == "1900" and (serial < 1 or int(serial) == FAKE_LEAP_DAY):
        return None
    return day_0(epoch, after_fake=serial > FAKE_LEAP_DAY) + length(serial)


def day_0(epoch: Epoch, *, after_fake: bool) -> dt.datetime:
    """The day that numbers count from."""
    if epoch == "1904":
        return dt.datetime(1904, 1, 1)
    return dt.datetime(1899, 12, 30 if after_fake else 31)


def length(serial: float) -> dt.timedelta:
    """A number of days, to the second: fractions of a day have no exact digits."""
    return dt.timedelta(seconds=round(serial * SECONDS_PER_DAY))
