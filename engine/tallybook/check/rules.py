"""What can be wrong with the meaning of a formula."""

from tallybook.text.rule import Rule

UNKNOWN_FUNCTION = Rule(
    "unknown-function",
    "error",
    what="A function is called that the language does not have.",
    why="What it would compute is open.",
    example="average(deals.amount)",
    instead="avg(deals.amount)",
)
WRONG_TYPE = Rule(
    "wrong-type",
    "error",
    what="A value has a type that its place does not take.",
    why="Text cannot be divided, a date cannot be added to a date.",
    example="sum(deals.stage)",
    instead="sum(deals.amount)",
)
WRONG_ARGUMENTS = Rule(
    "wrong-arguments",
    "error",
    what="A function is called with too few or too many arguments, or not in the right form.",
    why="Which one is meant would be a guess.",
    example="percentile(deals.amount)",
    instead="percentile(deals.amount, 0.9)",
)
WRONG_CLAUSE = Rule(
    "wrong-clause",
    "error",
    what="A clause stands where it has no meaning, or twice.",
    why="It would be ignored, and the number would not be what the formula says.",
    example="round(sum(deals.amount) at closed_on)",
    instead="round(sum(deals.amount at closed_on))",
)
ROW_OUTSIDE_AGGREGATE = Rule(
    "row-outside-aggregate",
    "error",
    what="A column stands outside an aggregate.",
    why="A cell has many rows; which of their values is meant is not said.",
    example="leads.amount / count(leads)",
    instead="sum(leads.amount) / count(leads)",
)
AGGREGATE_OF_AGGREGATE = Rule(
    "aggregate-of-aggregate",
    "error",
    what="An aggregate stands inside another without `per`.",
    why="Over what the inner one is computed is not said.",
    example="avg(sum(orders.amount))",
    instead="avg(sum(orders.amount) per customer_id)",
)
METRIC_IN_ROW = Rule(
    "metric-in-row",
    "error",
    what="A metric stands where a column of a row is expected.",
    why="A metric has one value per cell, not one per row.",
    example="sum(deals.amount * win_rate)",
    instead="sum(deals.amount) * win_rate",
)
UNCLEAR_SOURCE = Rule(
    "unclear-source",
    "error",
    what="An aggregate does not say which source its columns belong to.",
    why="Two sources may have a column of that name, today or tomorrow.",
    example="sum(amount)",
    instead="sum(deals.amount)",
)
OTHER_SOURCE = Rule(
    "other-source",
    "error",
    what="An aggregate reads columns of two sources.",
    why="Joining their rows would count some of them several times.",
    example="sum(deals.amount * leads.score)",
    instead="sum(deals.amount * lead.score)",
)
NO_LINK = Rule(
    "no-link",
    "error",
    what="Rows of another source are asked for, and no link says which ones.",
    why="There is no telling which rows belong together.",
    example="count(accounts where count(tickets) > 3)",
    instead="sources: {tickets: {links: {account: {to: accounts, on: account_id}}}}",
)
MISSING_DIMENSION = Rule(
    "missing-dimension",
    "error",
    what="A dimension is asked of a metric whose sources do not all offer it.",
    why="Numbers of one source per member against all of the other's would be a wrong ratio.",
    example="spend / leads by product, where spend has no product",
    instead="ask by a dimension both share, or say `allocate: none` in the metric",
)
UNIT_MISMATCH = Rule(
    "unit-mismatch",
    "error",
    what="Values of different units are added or compared.",
    why="Euros and days, or two currencies, have no sum.",
    example="sum(spend.amount) + count(leads)",
    instead="sum(spend.amount) / count(leads)",
)
WRONG_UNIT = Rule(
    "wrong-unit",
    "error",
    what="A metric declares a unit that its formula cannot have.",
    why="The page would print the number with a wrong sign beside it.",
    example="{formula: count(leads), unit: EUR}",
    instead="{formula: count(leads), unit: count}",
)
PERCENT_TIMES_100 = Rule(
    "percent-times-100",
    "lint",
    what="A formula multiplies by 100 and declares `percent`.",
    why="Percent metrics are fractions; the page multiplies when it prints.",
    example="{formula: 100 * won / deals, unit: percent}",
    instead="{formula: won / deals, unit: percent}",
)
NO_TIME = Rule(
    "no-time",
    "error",
    what="A formula needs rows in time, and the source does not say where its time is.",
    why="Rows could not be placed in a period.",
    example="last(balances.amount), where balances has no `time`",
    instead="balances: {time: day}",
)
NO_RATES = Rule(
    "no-rates",
    "error",
    what="`convert` is called, and the book has no exchange rates.",
    why="A rate of 1 would add dollars to euros.",
    example="sum(convert(deals.amount, deals.currency, EUR))",
    instead="rates: {from: fx.csv, date: day, currency: code, to_base: rate}",
)
NOT_A_STOCK = Rule(
    "not-a-stock",
    "error",
    what="`as of` is asked of a source that declares neither `open` nor `snapshot`.",
    why="When a row begins and ceases to count is not said.",
    example="count(subscriptions as of end)",
    instead="subscriptions: {open: {from: starts_on, to: ends_on}}",
)

RULES = (
    UNKNOWN_FUNCTION,
    WRONG_TYPE,
    WRONG_ARGUMENTS,
    WRONG_CLAUSE,
    ROW_OUTSIDE_AGGREGATE,
    AGGREGATE_OF_AGGREGATE,
    METRIC_IN_ROW,
    UNCLEAR_SOURCE,
    OTHER_SOURCE,
    NO_LINK,
    MISSING_DIMENSION,
    UNIT_MISMATCH,
    WRONG_UNIT,
    PERCENT_TIMES_100,
    NO_TIME,
    NO_RATES,
    NOT_A_STOCK,
)
