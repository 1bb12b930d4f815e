"""What can be wrong with a question."""

from tallybook.text.rule import Rule

UNKNOWN_NAME = Rule(
    "unknown-name",
    "error",
    what="A question names a metric, dimension or scorecard that the book does not have.",
    why="There is nothing to compute.",
    example="tally query leed",
    instead="tally query leads",
)
WRONG_DATE = Rule(
    "wrong-date",
    "error",
    what="A date of a question cannot be read, or the range ends before it begins.",
    why="Which days are asked for would be a guess.",
    example="--from 31.01.2024",
    instead="--from 2024-01-31",
)
UNBOUNDED = Rule(
    "unbounded",
    "error",
    what="A question needs periods, and there is no time to take them from.",
    why="`prior` of everything there is has no meaning.",
    example="tally query growth_rate",
    instead="tally query growth_rate --grain month",
)

UNAVAILABLE = Rule(
    "unavailable",
    "error",
    what="A metric of a library is asked for, and the book has no data for one of its sources.",
    why="Computed without these rows it would be a wrong number.",
    example="tally query cost_per_lead, where the book has no data for spend",
    instead="sources: {spend: {path: spend.csv}}",
)
AMBIGUOUS_ANSWER = Rule(
    "ambiguous-answer",
    "error",
    what="The rows of an answer would have two columns of one name.",
    why="A reader of the rows could not tell which of them is meant.",
    example="tally query channel --by channel",
    instead="give the metric another name: `channels`",
)

RULES = (UNKNOWN_NAME, WRONG_DATE, UNBOUNDED, UNAVAILABLE, AMBIGUOUS_ANSWER)
