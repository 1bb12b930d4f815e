"""What can be wrong with the names of a book."""

from tallybook.text.rule import Rule

UNKNOWN_SOURCE = Rule(
    "unknown-source",
    "error",
    what="A source is named that the book does not have.",
    why="There are no rows to compute from.",
    example="count(lead)",
    instead="count(leads)",
)
UNKNOWN_COLUMN = Rule(
    "unknown-column",
    "error",
    what="A column is named that its source does not have.",
    why="Reading another column, or none, would give a wrong number.",
    example='count(leads where chanel = "email")',
    instead='count(leads where channel = "email")',
)
UNKNOWN_METRIC = Rule(
    "unknown-metric",
    "error",
    what="A name stands where a metric or parameter is expected, and there is none of that name.",
    why="The value of the formula is open.",
    example="revenue / custmers",
    instead="revenue / customers",
)
UNKNOWN_LINK = Rule(
    "unknown-link",
    "error",
    what="A link is named that the source does not have.",
    why="There is no row to look the value up in.",
    example="count(leads where acount.country = 'DE')",
    instead="count(leads where account.country = 'DE')",
)
UNKNOWN_DIMENSION = Rule(
    "unknown-dimension",
    "error",
    what="A dimension is named that no source offers.",
    why="There is nothing to break down or filter by.",
    example="table: [leads], by: chanel",
    instead="table: [leads], by: channel",
)
UNKNOWN_FUNNEL = Rule(
    "unknown-funnel",
    "error",
    what="A scorecard names a funnel that the book does not have.",
    why="There are no stages to show.",
    example="{funnel: digitl}",
    instead="{funnel: digital}",
)
UNKNOWN_LIBRARY = Rule(
    "unknown-library",
    "error",
    what="A book starts from a library that there is not.",
    why="Its definitions would be missing.",
    example="library: [b2b]",
    instead="library: [b2b_marketing]",
)
UNKNOWN_ALTERNATIVE = Rule(
    "unknown-alternative",
    "error",
    what="A book chooses an alternative that the metric does not have.",
    why="Another formula than the one that was meant would be in force.",
    example="choose: {cost_per_lead: ads}",
    instead="choose: {cost_per_lead: ads_only}",
)
MISSING_FORMULA = Rule(
    "missing-formula",
    "error",
    what="A metric has no formula.",
    why="It has no value then.",
    example="metrics: {leads: {label: Leads}}",
    instead="metrics: {leads: {label: Leads, formula: count(leads)}}",
)
CYCLE = Rule(
    "cycle",
    "error",
    what="Metrics are made of each other in a circle.",
    why="None of them can be computed first.",
    example="a: {formula: b + 1}, b: {formula: a - 1}",
    instead="a: {formula: count(leads)}, b: {formula: a - 1}",
)
WRONG_UNION = Rule(
    "wrong-union",
    "error",
    what="A source made of the rows of others lacks a type, or has a file or SQL besides.",
    why="What its columns hold, or where its rows come from, would be a guess.",
    example="entries: {columns: {at: {}}, union: [{of: leads, columns: {at: created_at}}]}",
    instead="entries: {columns: {at: datetime}, union: [{of: leads, columns: {at: created_at}}]}",
)
MISSING_COLUMN = Rule(
    "missing-column",
    "error",
    what="A column that the book declares is not in the file.",
    why="Every number made from it would be empty.",
    example="columns: {created: {type: date, from: Created At}}",
    instead="columns: {created: {type: date, from: Created}}",
)
WRONG_TIME = Rule(
    "wrong-time",
    "error",
    what="A source's `time` is not a date or a time.",
    why="Its rows could not be placed in periods.",
    example="time: lead_id",
    instead="time: created_at",
)
NO_KEY = Rule(
    "no-key",
    "error",
    what="A link points to a source whose key is not known.",
    why="Which row is meant could not be told.",
    example="accounts: {path: accounts.csv}",
    instead="accounts: {path: accounts.csv, key: account_id}",
)
WRONG_SETTING = Rule(
    "wrong-setting",
    "error",
    what="A book-wide setting has a value that means nothing.",
    why="Every period of the book would be cut by a guess.",
    example="timezone: Berlin",
    instead="timezone: Europe/Berlin",
)
LOW_CONTRAST = Rule(
    "low-contrast",
    "error",
    what="A colour of the book's theme does not stand out from what it is drawn on.",
    why="Text of less than 4.5:1, and bars and lines of less than 3:1, are lost on many readers.",
    example='theme: {accent: "#ffcc00"}',
    instead='theme: {accent: "#896d00"}',
)
NAME_TAKEN = Rule(
    "name-taken",
    "error",
    what="A parameter and a metric have the same name.",
    why="A formula that says the name could mean either.",
    example="parameters: {revenue: 5}, metrics: {revenue: …}",
    instead="parameters: {revenue_floor: 5}",
)
NO_TARGETS = Rule(
    "no-targets",
    "error",
    what="A metric is held to the table of targets, and the book has none, or it lacks a column.",
    why="The metric would look as if nothing were expected of it.",
    example="leads: {formula: count(leads), target: {table: targets}}",
    instead="targets: {from: targets.csv}",
)

RULES = (
    UNKNOWN_SOURCE,
    UNKNOWN_COLUMN,
    UNKNOWN_METRIC,
    UNKNOWN_LINK,
    UNKNOWN_DIMENSION,
    UNKNOWN_FUNNEL,
    UNKNOWN_LIBRARY,
    UNKNOWN_ALTERNATIVE,
    MISSING_FORMULA,
    CYCLE,
    WRONG_UNION,
    MISSING_COLUMN,
    WRONG_TIME,
    NO_KEY,
    WRONG_SETTING,
    LOW_CONTRAST,
    NAME_TAKEN,
    NO_TARGETS,
)
