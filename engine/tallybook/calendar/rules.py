"""What can be wrong with a period of time."""

from tallybook.text.rule import Rule

OUTSIDE_CALENDAR = Rule(
    "outside-calendar",
    "error",
    what="A day is asked for that the book's own calendar does not reach to.",
    why="Which period it belongs to would be a guess.",
    example="prior(revenue) in the calendar's first period",
    instead="ask for a later range, or add the earlier periods to the calendar's file",
)

WRONG_PERIOD = Rule(
    "wrong-period",
    "error",
    what="A scorecard names a period that is none.",
    why="Which days its numbers are of would be a guess.",
    example="page: {period: last complete mnth}",
    instead="page: {period: last complete month}",
)

RULES = (OUTSIDE_CALENDAR, WRONG_PERIOD)
