"""What every key of a book means, in a sentence and an example.

The types of `model` say which keys there are; a test holds that each of them stands here and that
every example can be read. The reference page is made of this table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallybook.dataclass import dataclass
from tallybook.declare import model

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Key:
    """One key. One that is not `in_force` is read, and used by nothing yet."""

    name: str
    meaning: str
    example: str
    in_force: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A mapping of a book: its heading, and where in a file it stands (`...` is its place)."""

    title: str
    where: str
    keys: tuple[Key, ...]


TOP = (
    Key("sources", "Tables by name.", "sources: {leads: {}}"),
    Key("metrics", "Metrics by name.", "metrics: {leads: {formula: count(leads)}}"),
    Key("funnels", "Funnels by name.", "funnels: {digital: [leads, sales]}"),
    Key("scorecards", "Pages by name.", "scorecards: {marketing: {sections: []}}"),
    Key(
        "groups",
        "Dimensions made of the members of others, by name.",
        "groups: {kind: {of: channel, inbound: [email]}}",
    ),
    Key("scopes", "Conditions by name, for `where`.", "scopes: {mail: channel = 'email'}"),
    Key(
        "scoring",
        "Points for rows, by rules.",
        "scoring: {lead_score: {profile: [{when: fits_icp, points: 20}]}}",
    ),
    Key(
        "annotations",
        "What happened on which day.",
        "annotations: [{date: 2024-03-04, text: Fair}]",
    ),
    Key(
        "tests",
        "Rows, a question, and the answer that it must have.",
        "tests: [{name: none, given: {}, expect: []}]",
    ),
)

_LABEL = "Its name on pages, in one language or in several."

PLACES: Mapping[type, Place] = {
    model.Settings: Place(
        "Settings, in `tallybook.yml`",
        "...",
        (
            Key("name", "What the book is called on its pages.", "name: Acme marketing"),
            Key(
                "data",
                "The folder of tables: a source without `path` is `<data>/<source>`, with one of "
                "the endings .parquet, .csv, .ndjson, .arrow and .xlsx. `data/` if not said.",
                "data: exports/",
            ),
            Key(
                "timezone",
                "The zone, by its IANA name, in which days begin. UTC if not said.",
                "timezone: Europe/Berlin",
            ),
            Key(
                "week_starts",
                "The first day of the week. Monday if not said.",
                "week_starts: sunday",
            ),
            Key(
                "fiscal_year_starts",
                "The first month of the fiscal year. January if not said.",
                "fiscal_year_starts: april",
            ),
            Key(
                "fiscal_year_named",
                "Whether a fiscal year has the number of the year in which it starts or ends. "
                "`end` if not said.",
                "fiscal_year_named: start",
            ),
            Key("currency", "The book's currency, by its ISO 4217 code.", "currency: EUR"),
            Key("locale", "The language of pages that are not asked for in another.", "locale: en"),
            Key(
                "locales",
                "All languages in which `tally build` writes a page.",
                "locales: [en, ar]",
            ),
            Key(
                "digits",
                "Which digits Arabic pages have: `latn` (1 2 3, if not said) or `arab`.",
                "digits: arab",
            ),
            Key(
                "as_of",
                "The instant from which the book is seen; rows at or after it are not. Now if not "
                "said.",
                "as_of: 2024-07-01",
            ),
            Key(
                "parameters",
                "Numbers and texts with a name, for formulas; `--set` gives another value.",
                "parameters: {lead_cost_goal: 150}",
            ),
            Key(
                "thresholds",
                "Status bands of metrics that have none of their own.",
                "thresholds: {watch: 5%, bad: 15%}",
            ),
            Key(
                "rates",
                "Where exchange rates are, for `convert`.",
                "rates: {from: fx.csv, date: day, currency: code, to_base: rate}",
            ),
            Key(
                "calendar",
                "Periods of the book's own, from a file.",
                "calendar: {from: calendar.csv, period: week_445, start: starts_on, end: ends_on}",
            ),
            Key(
                "targets",
                "Where the table of targets is, for metrics with `target: {table: targets}`.",
                "targets: {from: targets.csv}",
            ),
            Key("theme", "Colours of the pages.", 'theme: {accent: "#12436d"}'),
            Key("library", "Shipped definitions to start from.", "library: [b2b_marketing]"),
            Key(
                "choose",
                "Which of a metric's alternatives is in force.",
                "choose: {cost_per_lead: ads_only}",
            ),
            Key(
                "attribution",
                "How a conversion's credit is shared over the visits that led to it.",
                "attribution: {model: linear}",
            ),
        ),
    ),
    model.Attribution: Place(
        "Attribution",
        "attribution: {...}",
        (
            Key(
                "model",
                "All credit for a conversion to the `first` or the `last` visit that led to it, "
                "`linear` in equal parts to each, or by `position`: 40 % to the first and to the "
                "last, the rest to those between. The parameter `attribution_model` of formulas.",
                "model: position",
            ),
        ),
    ),
    model.Rates: Place(
        "Exchange rates",
        "rates: {to_base: rate, currency: code, ...}",
        (
            Key("from", "A source of the book, or a file. `rates` if not said.", "from: fx.csv"),
            Key(
                "date",
                "The column of the day from which a rate holds; without it, always.",
                "date: day",
            ),
            Key("currency", "The column of the currency's code.", "currency: code"),
            Key(
                "to_base",
                "The column of what one unit is worth in the book's currency.",
                "to_base: rate",
            ),
        ),
    ),
    model.Theme: Place(
        "Colours of the pages",
        "theme: {...}",
        (
            Key("accent", "Of bars and lines, as `#rrggbb`.", 'accent: "#12436d"'),
            Key(
                "accent_dark",
                "The same on dark pages; the accent, lightened as far as it must be, if not said.",
                'accent_dark: "#7fb2e5"',
            ),
            Key("link", "Of links.", 'link: "#0b5cad"'),
            Key(
                "link_dark",
                "The same on dark pages; the link's colour, lightened, if not said.",
                'link_dark: "#6cb6ff"',
            ),
        ),
    ),
    model.CalendarTable: Place(
        "A calendar of the book's own",
        "calendar: {from: calendar.csv, period: week_445, start: starts_on, end: ends_on, ...}",
        (
            Key("from", "The CSV file.", "from: calendar.csv"),
            Key(
                "period",
                "The column of the periods' labels; its name is the grain to ask for.",
                "period: week_445",
            ),
            Key("start", "The column of a period's first day.", "start: starts_on"),
            Key("end", "The column of its last day, or of the first day after it.", "end: ends_on"),
        ),
    ),
    model.Targets: Place(
        "The table of targets",
        "targets: {from: targets.csv, ...}",
        (
            Key(
                "from",
                "The file. Its columns are `metric_id`, `kind` (`target`; others are held to where "
                "a metric says so), `starts_on`, `ends_on` (the first day on which it no longer "
                "holds), `dimension` and `dimension_value` (empty for the whole) and `value`. Of a "
                "sum or count, a longer span's target is spread over its days; of anything else "
                "the shortest span that holds counts.",
                "from: targets.csv",
            ),
        ),
    ),
    model.Source: Place(
        "A source, under `sources`",
        "sources: {leads: {...}}",
        (
            Key("path", "The file, a pattern, or a list of them.", 'path: "crm/leads-*.csv"'),
            Key(
                "read", "How to read the files, where they are not plain.", 'read: {separator: ";"}'
            ),
            Key(
                "key", "The column, or columns, that tell one row from all others.", "key: lead_id"
            ),
            Key("time", "The column that places a row in a period.", "time: created_at"),
            Key(
                "timezone",
                "The zone of times that name none. The book's if not said.",
                "timezone: UTC",
            ),
            Key(
                "columns",
                "Columns by name, with type and more. One that is not listed is taken as it is.",
                "columns: {created_at: datetime}",
            ),
            Key(
                "dimensions",
                "What metrics may be broken down and filtered by.",
                "dimensions: [channel]",
            ),
            Key(
                "links",
                "Other sources of which each row here has at most one row.",
                "links: {account: {to: accounts, on: account_id}}",
            ),
            Key(
                "open",
                "The columns between which a row is open, for `as of`.",
                "open: {from: started_at, to: ended_at}",
            ),
            Key(
                "snapshot",
                "Rows are balances; the last one per key holds until the next.",
                "snapshot: {per: [network]}",
            ),
            Key("label", _LABEL, "label: Leads"),
            Key("description", "What a row is.", "description: People who asked to hear from us."),
            Key("sql", "A query over other sources, in place of a file.", "sql: select 1"),
            Key(
                "union",
                "Rows of other sources one below the other, in place of a file: one part for each "
                "kind of row. All columns are declared with their types.",
                "union: [{of: leads, columns: {at: created_at}}]",
            ),
            Key(
                "fresh_within",
                "How old the newest row may be. Metrics of an older source are shown as no data.",
                "fresh_within: 2 days",
            ),
            Key("checks", "What must hold of the rows.", "checks: [amount >= 0]"),
        ),
    ),
    model.UnionPart: Place(
        "A part, under `union` of a source",
        "sources: {entries: {union: [{of: leads, columns: {}, ...}]}}",
        (
            Key("of", "The source whose rows these are.", "of: leads"),
            Key("where", "Which of its rows; all if not said.", "where: mql_at is not null"),
            Key(
                "columns",
                "What columns are in them, as formulas over a row of `of`. One that is not said is "
                "the column of the same name there; empty where there is none.",
                "columns: {stage: '\"mql\"', at: mql_at}",
            ),
        ),
    ),
    model.UnionColumn: Place(
        "A column of a part, under `columns` of it",
        "sources: {entries: {union: [{of: leads, columns: {at: {...}}}]}}",
        (
            Key(
                "formula",
                "The formula; it may stand in place of the mapping.",
                "formula: created_at",
            ),
        ),
    ),
    model.Column: Place(
        "A column, under `columns` of a source",
        "sources: {leads: {columns: {amount: {...}}}}",
        (
            Key(
                "type",
                "`string`, `boolean`, `integer`, `float`, `decimal`, `decimal(p, s)`, `date` or "
                "`datetime`. A type alone may stand in place of the mapping.",
                "type: decimal",
            ),
            Key("from", "The column's name in the file, where it is another.", 'from: "Lead ID"'),
            Key("unit", "What its numbers count or measure.", "unit: EUR"),
            Key(
                "formula",
                "Computes the column from the row's others.",
                'formula: "days(created_at, closed_at)"',
            ),
            Key(
                "clean",
                "What is done to its texts first: `trim`, `lower`, `upper`, `collapse` (several "
                "blanks into one).",
                "clean: [trim, lower]",
            ),
            Key("map", "Values of the file to values of the book.", "map: {fb: facebook}"),
            Key("nulls", "Texts that stand for no value.", 'nulls: ["-", "n/a"]'),
            Key("dates", "The pattern of its days or times.", 'dates: "%d.%m.%Y"'),
            Key(
                "holds",
                "A column of another source that counts the same a second time: a lint where a "
                "metric adds the two.",
                "holds: {column: ad_stats.cost}",
            ),
            Key("label", _LABEL, "label: Value"),
            Key("description", "What it holds.", "description: Worth of the order."),
        ),
    ),
    model.Holds: Place(
        "What is counted twice, under `holds` of a column",
        "sources: {spend: {columns: {amount: {holds: {column: ads.cost, ...}}}}}",
        (
            Key("column", "The other column, with its source.", "column: ad_stats.cost"),
            Key(
                "where",
                "Which rows here hold it; all if not said.",
                "where: category = 'ads'",
            ),
        ),
    ),
    model.Dimension: Place(
        "A dimension, under `dimensions` of a source",
        "sources: {leads: {dimensions: [{size: {...}}]}}",
        (
            Key(
                "of",
                "The column or row formula behind it; it may stand in place of the mapping. The "
                "column of its name if not said.",
                "of: account.country",
            ),
            Key("bands", "A number to be cut into ranges.", "bands: amount, at: [0, 1000]"),
            Key("at", "Where the ranges begin.", "at: [0, 1000], bands: amount"),
            Key(
                "labels",
                "Names of the ranges, one more than there are cuts.",
                "labels: [none, small, large], bands: amount, at: [0, 1000]",
            ),
            Key("label", _LABEL, "label: Size"),
            Key(
                "members",
                "What its values are called on pages, in one language or in several; one without a "
                "label is shown as it is. Formulas, conditions and data files have the value. Said "
                "once, it holds in every source with a dimension of that name.",
                "members: {small: Small firms, large: {en: Large firms, ja: 大企業}}",
            ),
        ),
    ),
    model.Link: Place(
        "A link, under `links` of a source",
        "sources: {leads: {links: {account: {to: accounts, on: account_id, ...}}}}",
        (
            Key("to", "The source that holds the one row.", "to: accounts"),
            Key("on", "The column here, or columns, that name it.", "on: account_id"),
            Key(
                "to_key", "The columns there. That source's key if not said.", "to_key: account_no"
            ),
        ),
    ),
    model.OpenInterval: Place(
        "When a row is open, under `open` of a source",
        "sources: {leads: {open: {from: started_at, to: ended_at, ...}}}",
        (
            Key("from", "The column of the time after which it is.", "from: started_at"),
            Key(
                "to",
                "The column of the last time at which it is; empty for still open.",
                "to: ended_at",
            ),
        ),
    ),
    model.Snapshot: Place(
        "Balances, under `snapshot` of a source",
        "sources: {leads: {snapshot: {per: network, ...}}}",
        (
            Key(
                "per",
                "The column, or columns, that tell one balance from others.",
                "per: [network]",
            ),
            Key("expires", "How long a balance holds without a newer one.", "expires: 35 days"),
        ),
    ),
    model.ReadOptions: Place(
        "How to read files, under `read` of a source",
        "sources: {leads: {read: {...}}}",
        (
            Key("separator", "What parts the fields of a CSV file.", 'separator: ";"'),
            Key("decimal_comma", "Whether 1,5 is one and a half.", "decimal_comma: true"),
            Key(
                "thousands",
                "What parts the thousands of numbers; `1,5` is then an error with a comma here.",
                'thousands: "."',
            ),
            Key("nulls", "Texts that stand for no value, in all columns.", 'nulls: ["", "NA"]'),
            Key("encoding", "Of the text; `utf8` if not said.", "encoding: latin1"),
            Key("dates", "The pattern of days and times.", 'dates: "%d.%m.%Y"'),
            Key("sheet", "Which sheet of a workbook; the first if not said.", "sheet: Leads"),
            Key(
                "skip_rows",
                "How many lines, or rows of a sheet, stand before the header.",
                "skip_rows: 3",
            ),
        ),
    ),
    model.Check: Place(
        "A check, under `checks` of a source",
        "sources: {leads: {checks: [{...}]}}",
        (
            Key("unique", "No two rows have the same value.", "unique: lead_id"),
            Key("not_null", "Every row has a value.", "not_null: created_at"),
            Key(
                "accepted",
                "One column, and the values that it may have.",
                "accepted: {channel: [email, paid]}",
            ),
        ),
    ),
    model.Metric: Place(
        "A metric, under `metrics`",
        "metrics: {leads: {...}}",
        (
            Key("formula", "What it is.", "formula: count(leads)"),
            Key("label", _LABEL, "label: {en: Leads, ja: リード}"),
            Key("short", "An abbreviation, for narrow places.", "short: CPL"),
            Key(
                "description",
                "What it means, in a plain sentence or two.",
                "description: New leads.",
            ),
            Key(
                "unit",
                "`count`, `count of leads`, `EUR`, `EUR per lead`, `percent`, `ratio`, `days` …, "
                "`score`, or a name of the book's own. Checked against the formula.",
                "unit: EUR per lead",
            ),
            Key("decimals", "How many digits pages show after the point.", "decimals: 2"),
            Key(
                "better",
                "`higher`, `lower`, `neutral`, or the range in which it is good.",
                "better: [18, 22]",
            ),
            Key("target", "What it is held to: a number, or a mapping.", "target: 40"),
            Key(
                "status",
                "How far off the target is still on track, or worth a watch.",
                "status: {watch: 5%}",
            ),
            Key(
                "neutral",
                "A change that is no change, as a share. 0.5 % if not said.",
                "neutral: 1%",
            ),
            Key(
                "min_sample",
                "Fewer cases than this are too few to judge: the denominator of a ratio, else the "
                "values of the aggregate.",
                "min_sample: 30",
            ),
            Key("owner", "Who answers for it.", "owner: demand team"),
            Key("tags", "Words to find it by.", "tags: [cost, funnel:interest]"),
            Key("category", "The one group that it belongs to.", "category: cost"),
            Key(
                "allocate",
                "`none`: a source that lacks a dimension is used as a whole, and the cell is "
                "marked.",
                "allocate: none",
            ),
            Key(
                "advice",
                "What to look at when the target is missed.",
                "advice: Look at the channels.",
            ),
            Key(
                "role",
                "What it is to the business: `kpi`, which asks for an owner and a target.",
                "role: kpi",
            ),
            Key(
                "measures",
                "`flow`, `stock`, `cohort` or `period_pair`. A cohort is still maturing until the "
                "longest time in its conditions has passed.",
                "measures: cohort",
            ),
            Key(
                "vanity",
                "Whether it flatters and steers nothing; best with the reason, in "
                "one language or in several. It is shown small, "
                "after the others of its group.",
                "vanity: true",
            ),
            Key(
                "alternatives",
                "Other formulas that are in use for it.",
                "alternatives: {ads_only: sum(ad_stats.cost) / count(leads)}",
            ),
            Key(
                "benchmarks",
                "What others reach: shown beside its definition, and never judged by.",
                "benchmarks: [{value: 38}]",
            ),
            Key("pair_with", "The metric, or metrics, to read beside it.", "pair_with: win_rate"),
            Key(
                "segment_by",
                "The dimensions worth a look; a lint where the metric cannot be cut by one.",
                "segment_by: [channel]",
            ),
            Key(
                "deprecated",
                "That it is on its way out; a lint where it is still used.",
                "deprecated: {use: cac}",
            ),
        ),
    ),
    model.Target: Place(
        "A target, under `target` of a metric",
        "metrics: {leads: {target: {...}}}",
        (
            Key("value", "A number; it may stand in place of the mapping.", "value: 25%"),
            Key(
                "formula",
                "A formula, computed for the same period.",
                'formula: "prior(leads, 1 year)"',
            ),
            Key("table", "Rows of the table of targets.", "table: targets"),
            Key(
                "kind",
                "Which of them: `target` if not said, `limit` for what is not to be passed, or "
                "`projection`.",
                "table: targets, kind: limit",
            ),
        ),
    ),
    model.StatusBands: Place(
        "Bands, under `status` of a metric or `thresholds` of the book",
        "metrics: {leads: {status: {...}}}",
        (
            Key(
                "watch",
                "The distance on the bad side of the target from which a value is on watch, as a "
                "share of the target; 5 % if not said. Beside `good`, a condition.",
                "watch: 5%",
            ),
            Key(
                "bad",
                "The distance from which it is off track; three times `watch` if not said.",
                "bad: 15%",
            ),
            Key(
                "good",
                "A condition on the value, in place of a distance: what meets it is on track, what "
                "meets `watch` is on watch, all else is off track.",
                'good: "<= 0", watch: "<= 3"',
            ),
        ),
    ),
    model.Alternative: Place(
        "An alternative, under `alternatives` of a metric",
        "metrics: {leads: {alternatives: {narrow: {...}}}}",
        (
            Key(
                "formula",
                "The formula; it may stand in place of the mapping.",
                "formula: count(leads.email)",
            ),
        ),
    ),
    model.Benchmark: Place(
        "A benchmark, under `benchmarks` of a metric",
        "metrics: {leads: {benchmarks: [{value: 1, ...}]}}",
        (
            Key("value", "The number.", "value: 38"),
            Key("where", "Of whom it is said.", "where: B2B software"),
            Key("source", "Where that was read.", "source: a survey"),
            Key("date", "When it was so.", "date: 2023-05"),
        ),
    ),
    model.Deprecation: Place(
        "The end of a metric, under `deprecated`",
        "metrics: {leads: {deprecated: {...}}}",
        (
            Key("use", "What to use instead.", "use: cac"),
            Key("since", "From when.", "since: 2024-01"),
        ),
    ),
    model.Funnel: Place(
        "A funnel, under `funnels`; a list of stages may stand in place of the mapping",
        "funnels: {digital: {stages: [leads], ...}}",
        (
            Key("stages", "Metrics from the widest to the narrowest.", "stages: [sessions, leads]"),
            Key("label", _LABEL, "label: From visit to customer"),
        ),
    ),
    model.FunnelStage: Place(
        "A stage, under `stages` of a funnel; a metric's name may stand in its place",
        "funnels: {digital: {stages: [{metric: leads, ...}]}}",
        (
            Key("metric", "The metric that counts it.", "metric: leads"),
            Key(
                "label", "Its name in the funnel, where it is not the metric's.", "label: Customers"
            ),
            Key(
                "time",
                "The metric that says how long entries stay in the stage, for `tally query "
                "--funnel`.",
                "time: mql_to_sql_velocity",
            ),
        ),
    ),
    model.Scorecard: Place(
        "A scorecard, under `scorecards`",
        "scorecards: {marketing: {sections: [], ...}}",
        (
            Key("title", "The heading of the page.", "title: Marketing"),
            Key(
                "period",
                "`last complete month`, `2024-06`, `2024-Q2`, `year to date`, `trailing 28 days`, "
                "`2024-03-04 to 2024-04-14` … `last complete month` if not said.",
                "period: last complete quarter",
            ),
            Key(
                "compare",
                "What the tiles compare with: `previous`, `year_ago`. Both if not said.",
                "compare: [previous]",
            ),
            Key(
                "where",
                "A condition over dimensions, for the whole page.",
                "where: region = 'EMEA'",
            ),
            Key(
                "for_each",
                "A dimension: one more page for each of its members.",
                "for_each: business_unit",
            ),
            Key(
                "sections", "What stands on the page, from the top.", "sections: [{tiles: [leads]}]"
            ),
            Key(
                "audience",
                "For whom it is. `executive` asks for a metric of revenue and one of return.",
                "audience: executive",
            ),
        ),
    ),
    model.TilesSection: Place(
        "Tiles, under `sections` of a scorecard",
        "scorecards: {marketing: {sections: [{tiles: [leads], ...}]}}",
        (
            Key("tiles", "Metrics, a tile each.", "tiles: [leads, cost_per_lead]"),
            Key("title", "The heading above them.", "title: Demand"),
        ),
    ),
    model.TrendSection: Place(
        "A trend, under `sections` of a scorecard",
        "scorecards: {marketing: {sections: [{trend: leads, ...}]}}",
        (
            Key("trend", "The metric to draw.", "trend: revenue"),
            Key("last", "How many periods; the page's 13 if not said.", "last: 26 weeks"),
            Key("by", "A dimension: one small chart for each member.", "by: channel"),
            Key("title", "Its heading; the metric's name if not said.", "title: Revenue"),
        ),
    ),
    model.FunnelSection: Place(
        "A funnel on a page, under `sections` of a scorecard",
        "scorecards: {marketing: {sections: [{funnel: digital, ...}]}}",
        (
            Key("funnel", "Which funnel.", "funnel: digital"),
            Key("by", "A dimension: the funnel of each member too.", "by: channel"),
            Key("title", "Its heading; the funnel's name if not said.", "title: Funnel"),
        ),
    ),
    model.TableSection: Place(
        "A breakdown, under `sections` of a scorecard",
        "scorecards: {marketing: {sections: [{table: [leads], by: channel, ...}]}}",
        (
            Key("table", "Metrics, a column each.", "table: [leads, cost_per_lead]"),
            Key("by", "The dimension of its rows.", "by: channel"),
            Key(
                "sort",
                "The column to sort by, with `-` before it from high to low. The first, from high "
                "to low, if not said.",
                "sort: -leads",
            ),
            Key("top", "How many members to show; all if not said.", "top: 10"),
            Key("rest", "Whether the members left out get a row together.", "rest: true"),
            Key("total", "Whether there is a row for all; yes if not said.", "total: false"),
            Key("title", "Its heading.", "title: Channels"),
        ),
    ),
    model.TextSection: Place(
        "A note, under `sections` of a scorecard",
        "scorecards: {marketing: {sections: [{text: Hello, ...}]}}",
        (
            Key(
                "text",
                "Prose, with *emphasis*, lists and links as in Markdown.",
                'text: "Mind the *gap*."',
            ),
            Key("title", "Its heading.", "title: Notes"),
        ),
    ),
    model.Group: Place(
        "A dimension made of the members of another, under `groups`; all other keys are members",
        "groups: {kind: {of: channel, ...}}",
        (
            Key("of", "The dimension that it is made of.", "of: channel"),
            Key("label", _LABEL, "label: Kind of channel"),
            Key(
                "members",
                "What the groups are called on pages, in one language or in several. A member in "
                "no group has the label that it has in `of`. (A list here is a group called so.)",
                "members: {inbound: They come to us}",
            ),
        ),
    ),
    model.Score: Place(
        "A score, under `scoring`; every other key is a part, with a list of rules",
        "scoring: {lead_score: {...}}",
        (
            Key(
                "of",
                "The source whose rows get points; `leads` if not said. The score is a column of "
                "that source, and so is each part: `lead_profile_score` for the part `profile` of "
                "`lead_score`. They go before columns of the same name.",
                "of: leads",
            ),
        ),
    ),
    model.ScoreRule: Place(
        "A rule, in a part of a score",
        "scoring: {lead_score: {profile: [{when: fits_icp, points: 1, ...}]}}",
        (
            Key("when", "A condition on a row.", "when: company_size >= 200"),
            Key("points", "What a row gets on which it is true; it may be below 0.", "points: 20"),
        ),
    ),
    model.Annotation: Place(
        "Something that happened, under `annotations`",
        "annotations: [{date: 2024-03-04, text: Fair, ...}]",
        (
            Key("date", "The day.", "date: 2024-03-04"),
            Key("text", "What it was.", "text: New price list"),
            Key(
                "metrics",
                "The metrics it bears on; all if not said. Their trends show it.",
                "metrics: [revenue]",
            ),
        ),
    ),
    model.MetricTest: Place(
        "A test, under `tests`; `tally test` runs them",
        "tests: [{name: a test, given: {}, expect: [], ...}]",
        (
            Key("name", "What it proves.", "name: spend of sales is no cost per lead"),
            Key(
                "given",
                "Rows by source, each a mapping from the book's columns to values, written as the "
                "file has them. A column not given has no value, a source not given no rows.",
                "given: {leads: [{lead_id: a}]}",
            ),
            Key("query", "What is asked; if not said, all rows together.", "query: {grain: month}"),
            Key(
                "expect",
                "Values by metric; where the query is by a dimension or over several periods, a "
                "list of all rows of the answer, each with its members and its `period`. A number, "
                "`25%`, `1/3`, or `null` for no data. Fractions agree to nine digits, whole "
                "numbers and decimals exactly.",
                "expect: [{period: 2024-05, leads: 1}]",
            ),
        ),
    ),
    model.MetricTestQuery: Place(
        "The question of a test, under `query`",
        "tests: [{name: a test, given: {}, expect: [], query: {...}}]",
        (
            Key("grain", "The length of its periods.", "grain: month"),
            Key("from", "The first day.", "from: 2024-01-01"),
            Key("to", "The last day, included.", "to: 2024-01-31"),
            Key("by", "Dimensions to break down by.", "by: [channel]"),
            Key("where", "A condition over dimensions.", "where: channel = 'email'"),
            Key(
                "as_of",
                "The instant from which it is seen; if not said, one after all rows.",
                "as_of: 2024-07-01",
            ),
            Key("set", "Other values for parameters of the book.", "set: {revenue_goal: 0.5}"),
        ),
    ),
}
