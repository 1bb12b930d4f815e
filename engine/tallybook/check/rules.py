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
TARGET_OF_ANOTHER_UNIT = Rule(
    "target-unit",
    "lint",
    what="A percentage is the target of an amount or a count, or a number over 1 that of a share.",
    why="`10%` is 0.1 whatever the unit, and 10 of a share is 1,000 %: the status would be wrong.",
    example="{formula: won / deals, unit: percent, target: 10}",
    instead="{formula: won / deals, unit: percent, target: 10%}",
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
WRONG_LENGTH = Rule(
    "wrong-length",
    "error",
    what="A length of time is expected, and something else is said.",
    why="How long is meant would be a guess.",
    example="leads: {time: created_on, fresh_within: 2d}",
    instead="leads: {time: created_on, fresh_within: 2 days}",
)
NULL_COMPARED = Rule(
    "null-compared",
    "lint",
    what="A value is compared with `null`.",
    why="Whether it equals what is not known is not known: no row ever meets the condition.",
    example="count(leads where channel = null)",
    instead="count(leads where channel is null)",
)
ROWS_WITHOUT_TIME = Rule(
    "rows-without-time",
    "lint",
    what="Rows are counted by another time than their source's, one that some of them may lack.",
    why="In a period only rows with that time count; asked for no period, all rows do, and orders "
    "that were never shipped would be among the shipped ones. Not told where `checks` say that "
    "the column is `not_null`.",
    example="count(orders at shipped_on)",
    instead="count(orders.shipped_on at shipped_on)",
)
TOO_LARGE = Rule(
    "formula-too-large",
    "error",
    what="A formula is too large once all that it names is written out in it.",
    why="Names that stand for names double with each step; no computer could finish.",
    example="forty metrics, each the one before plus itself",
    instead="2 * m",
)
KPI_WITHOUT_OWNER = Rule(
    "kpi-without-owner",
    "lint",
    what="A metric with `role: kpi` has no owner.",
    why="Nobody is asked when it goes wrong, and nobody may change what it means.",
    example="signups: {formula: count(leads), role: kpi, target: 40}",
    instead="signups: {formula: count(leads), role: kpi, target: 40, owner: demand team}",
)
KPI_WITHOUT_TARGET = Rule(
    "kpi-without-target",
    "lint",
    what="A metric with `role: kpi` has no target, no good range and no condition for good.",
    why="Its tile could say how much it is and not whether that is enough.",
    example="signups: {formula: count(leads), role: kpi, owner: demand team}",
    instead="signups: {formula: count(leads), role: kpi, owner: demand team, target: 40}",
)
TARGET_OF_TWO_PERIODS = Rule(
    "target-of-two-periods",
    "lint",
    what="A sum or count has a number for a target, and tiles on pages of unlike periods.",
    why="What is right for a month is wrong for a quarter: one of the pages judges wrongly.",
    example="leads: {formula: count(leads), target: 40}, on a page of months and one of quarters",
    instead="leads: {formula: count(leads), target: {table: targets}}",
)
PAIR_MISSING = Rule(
    "pair-missing",
    "lint",
    what="A scorecard has a tile of a metric without the one it says to be read with.",
    why="More leads look good until fewer of them buy.",
    example="page: {sections: [{tiles: [calls]}]}",
    instead="page: {sections: [{tiles: [calls, win_rate]}]}",
)
TOO_MANY_KPIS = Rule(
    "too-many-kpis",
    "lint",
    what="A scorecard has more than nine tiles of metrics with `role: kpi`.",
    why="Where all is key, nothing is; nobody steers by ten numbers at once.",
    example="tiles: [leads, mqls, sqls, deals, revenue, margin, cac, clv, churn, nps]",
    instead="tiles: [leads, deals, revenue, cac, churn]",
)
EXECUTIVE_CARD = Rule(
    "executive-card",
    "lint",
    what="A scorecard with `audience: executive` has no tile about revenue, or none about return. "
    "What a metric is about is taken from the words of its name, tags and category: `revenue` or "
    "`turnover`; `return`, `roi`, `roas` or `romi`.",
    why="Who answers for the company asks what came in, and what it cost to bring it in.",
    example="board: {audience: executive, sections: [{tiles: [revenue]}]}",
    instead="board: {audience: executive, sections: [{tiles: [revenue, marketing_roi]}]}",
)
DEPRECATED_METRIC = Rule(
    "deprecated-metric",
    "lint",
    what="A formula, a funnel or a scorecard names a metric that is on its way out.",
    why="One day it will be gone, and what is shown until then is not what counts.",
    example="""metrics:
  old_cost: {formula: sum(spend.amount), deprecated: {use: cost, since: 2024-01}}
scorecards: {page: {sections: [{tiles: [old_cost]}]}}""",
    instead="tiles: [cost]",
)
MISSING_SEGMENT = Rule(
    "missing-segment",
    "lint",
    what="`segment_by` names a dimension that there is not, or that a source of the metric lacks.",
    why="Who follows the advice to cut by it gets an error.",
    example="cost: {formula: sum(spend.amount), segment_by: [chanel]}",
    instead="cost: {formula: sum(spend.amount), segment_by: [channel]}",
)
NO_PERIOD = Rule(
    "no-period",
    "error",
    what="A column, a dimension, a check or a part of a union asks for the bounds of the period.",
    why="It has one value per row, whatever period is asked for.",
    example="columns: {age: {formula: 'days(created_at, period.end)'}}",
    instead="avg(days(leads.created_at, period.end))",
)
COUNTED_TWICE = Rule(
    "counted-twice",
    "lint",
    what="A metric adds two columns of which one holds the other: see `holds` of a column.",
    why="What both count, such as the cost of advertisements, is in the sum twice.",
    example="sum(spend.amount) + sum(ad_stats.cost)",
    instead='sum(spend.amount where category != "ads") + sum(ad_stats.cost)',
)
MEMBERS_ALIKE = Rule(
    "members-alike",
    "lint",
    what="Two members of a dimension have the same label, in one of their languages at least.",
    why="Two rows of a table would read alike, each with a part of the number.",
    example="channel: {members: {mail: E-mail, newsletter: E-mail}}",
    instead="channel: {members: {mail: E-mail, newsletter: Newsletter}}",
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
    TARGET_OF_ANOTHER_UNIT,
    NO_TIME,
    NO_RATES,
    NOT_A_STOCK,
    WRONG_LENGTH,
    NULL_COMPARED,
    ROWS_WITHOUT_TIME,
    TOO_LARGE,
    KPI_WITHOUT_OWNER,
    KPI_WITHOUT_TARGET,
    TARGET_OF_TWO_PERIODS,
    PAIR_MISSING,
    TOO_MANY_KPIS,
    EXECUTIVE_CARD,
    DEPRECATED_METRIC,
    MISSING_SEGMENT,
    NO_PERIOD,
    COUNTED_TWICE,
    MEMBERS_ALIKE,
)
