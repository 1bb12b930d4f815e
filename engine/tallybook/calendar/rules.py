"""What can be wrong with a question of time."""

from tallybook.text.rule import Rule

OUTSIDE_CALENDAR = Rule(
    "outside-calendar",
    "error",
    what="A day is asked for that the book's own calendar does not reach to.",
    why="Which period it belongs to would be a guess.",
    example="prior(revenue) in the calendar's first period",
    instead="ask for a later range, or add the earlier periods to the calendar's file",
)

RULES = (OUTSIDE_CALENDAR,)
