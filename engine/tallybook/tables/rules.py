"""What can be wrong with data."""

from tallybook.text.rule import Rule

MISSING_FILE = Rule(
    "missing-file",
    "error",
    what="The file of a source is not there.",
    why="A metric over a missing table would be zero, which is a wrong number.",
    example="path: data/lead.csv",
    instead="path: data/leads.csv",
)
OUTSIDE_BOOK = Rule(
    "outside-book",
    "error",
    what="A path leads out of the book's folder.",
    why="A book from a stranger must not read your other files.",
    example="path: ../../secrets.csv",
    instead="path: data/leads.csv, with the file copied into the book",
)
UNREADABLE_FILE = Rule(
    "unreadable-table",
    "error",
    what="A file cannot be read as the table it should be.",
    why="A part of it would be missing without a word.",
    example="a row with more fields than the header",
    instead="quote the field that has the separator in it",
)
EMPTY_FILE = Rule(
    "empty-table",
    "error",
    what="A file holds nothing, not even a header.",
    why="An export that failed looks like this; counting it as zero would hide that.",
    example="leads.csv of 0 bytes",
    instead="a header line, even where there are no rows",
)
DUPLICATE_HEADER = Rule(
    "duplicate-header",
    "error",
    what="Two columns of a file have the same name.",
    why="Which one is meant would be a guess.",
    example="date,amount,amount",
    instead="date,amount,amount_net",
)
UNREADABLE_VALUE = Rule(
    "unreadable-value",
    "error",
    what="A value cannot be read as its column's type.",
    why="Turned to null in silence, it would be missing from every sum.",
    example="n/a in a column of amounts",
    instead='correct it, or list it: `read: {nulls: ["", "n/a"]}`',
)
DUPLICATE_KEY = Rule(
    "key-not-unique",
    "error",
    what="A link points to a key that several rows have.",
    why="Looked up, rows would be counted once per duplicate.",
    example="two rows with account_id 7 in accounts",
    instead="remove one, or link by a key that is unique",
)
WRONG_CALENDAR = Rule(
    "wrong-calendar",
    "error",
    what="A book's own calendar cannot be used.",
    why="Days between two periods, or in two of them, would be lost or counted twice.",
    example="period,starts_on,ends_on with a week missing",
    instead="every period begins where the one before ends",
)
WRONG_SQL = Rule(
    "wrong-sql",
    "error",
    what="The SQL of a source cannot run, or would do more than select from other sources.",
    why="Its rows would be missing; a statement that reads files could reach beyond the book.",
    example="sql: select * from read_csv('other.csv')",
    instead="sql: select lead_id, min(sent_at) as first_at from emails group by lead_id",
)
BROKEN_CHECK = Rule(
    "broken-check",
    "error",
    what="Rows of a source break a check that the book declares.",
    why="Numbers made from them are not what their definitions promise.",
    example='checks: ["amount >= 0"], with a row of -5',
    instead="correct the rows, or the check",
)
UNCLEAR_TIME = Rule(
    "unclear-time",
    "lint",
    what="Times without an offset fall into an hour that clocks show twice, or never.",
    why="They are read as the earlier one, or moved forward: some may be an hour off.",
    example="2024-10-27 02:30 in Europe/Berlin",
    instead="2024-10-27T02:30:00+01:00, or `timezone: UTC` where the times are of that zone",
)
OVERFLOW = Rule(
    "overflow",
    "error",
    what="A whole number is too large for 64 bits.",
    why="It would wrap around to a wrong number.",
    example="sum(x) beyond 9,223,372,036,854,775,807",
    instead="give the column the type `float` or `decimal`",
)

RULES = (
    MISSING_FILE,
    OUTSIDE_BOOK,
    UNREADABLE_FILE,
    EMPTY_FILE,
    DUPLICATE_HEADER,
    UNREADABLE_VALUE,
    DUPLICATE_KEY,
    WRONG_CALENDAR,
    WRONG_SQL,
    BROKEN_CHECK,
    UNCLEAR_TIME,
    OVERFLOW,
)
