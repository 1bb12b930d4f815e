"""Documents to declarations: every key, every shorthand, and what is said about mistakes."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallybook.declare import model
from tallybook.declare.declare import KEYS, declare, snake_case
from tallybook.read.reader import load_text
from tallybook.text.diagnostic import Diagnostic, Findings
from tallybook.text.span import SourceText


def read(*texts: str) -> tuple[model.Declarations, tuple[Diagnostic, ...]]:
    findings = Findings()
    documents = [
        load_text(SourceText(f"{n}.yml", text), Path(f"{n}.yml"), findings)
        for n, text in enumerate(texts)
    ]
    declared = declare([d for d in documents if d], Path(), findings)
    return declared, findings.in_file_order()


def declared(*texts: str) -> model.Declarations:
    found, diagnostics = read(*texts)
    assert [d.message for d in diagnostics] == []
    return found


def said(text: str) -> list[tuple[str, str]]:
    """The findings of a text: rule and place."""
    return [(d.rule.id, d.span.where().split(":", 1)[1] if d.span else "") for d in read(text)[1]]


def only(*texts: str) -> Diagnostic:
    _, diagnostics = read(*texts)
    assert len(diagnostics) == 1, [d.message for d in diagnostics]
    return diagnostics[0]


def metric(body: str) -> model.Metric:
    (found,) = declared(f"metrics:\n  m: {body}\n").metrics
    return found


def source(body: str) -> model.Source:
    (found,) = declared(f"sources:\n  s: {body}\n").sources
    return found


SETTINGS = """
name: {en: Acme, ru: Акме}
library: [b2b_marketing]
data: data/
timezone: Europe/Berlin
week_starts: monday
fiscal_year_starts: april
fiscal_year_named: start
currency: EUR
locale: en
locales: [en, ar]
as_of: 2024-07-01
parameters: {arpa_months: 36, region: EMEA, churn: 5%}
thresholds: {watch: 10%}
choose: {cost_per_lead: ads_only}
digits: latn
"""


def test_book_wide_settings_are_typed() -> None:
    found = declared(SETTINGS).settings
    assert found.name == model.Localized("Acme", (("en", "Acme"), ("ru", "Акме")))
    assert [str(t) for t in (*found.library, *found.locales)] == ["b2b_marketing", "en", "ar"]
    assert found.as_of == dt.date(2024, 7, 1)
    assert [(str(n), v) for n, v in found.parameters] == [
        ("arpa_months", 36),
        ("region", "EMEA"),
        ("churn", 0.05),
    ]
    assert found.thresholds == model.StatusBands(watch=0.1)
    assert [(str(a), str(b)) for a, b in found.choose] == [("cost_per_lead", "ads_only")]
    assert (found.fiscal_year_named, found.digits) == ("start", "latn")


def test_an_instant_may_have_a_time() -> None:
    found = declared("as_of: 2024-07-01T12:30:00+02:00").settings.as_of
    assert isinstance(found, dt.datetime)
    assert found.isoformat() == "2024-07-01T12:30:00+02:00"


def test_a_metric_has_every_key_of_the_page() -> None:
    text = """
    label: {en: Cost per lead, ja: リード獲得単価}
    short: CPL
    description: Marketing spend divided by new leads.
    formula: sum(spend.amount where team = "marketing") / count(leads)
    alternatives: {ads_only: sum(ad_stats.cost) / count(leads)}
    unit: EUR per lead
    decimals: 2
    better: lower
    target: 40
    status: {watch: 5%, bad: 15%}
    neutral: 1%
    min_sample: 30
    role: kpi
    owner: growth@acme.example
    tags: [cost, funnel:interest]
    vanity: impressions cannot be spent
    category: cost
    measures: flow
    allocate: none
    benchmarks: [{value: 38, where: B2B software, source: a report, date: 2023-05}]
    pair_with: leads
    advice: Look at the channels whose cost rose.
    deprecated: {use: cac, since: 2024-01}
    segment_by: [channel, campaign]"""
    found = metric(text)
    assert found.formula is not None
    assert found.formula.text == 'sum(spend.amount where team = "marketing") / count(leads)'
    assert found.label is not None
    assert found.label.text("ja") == "リード獲得単価"
    assert (found.decimals, found.better, found.neutral) == (2, "lower", 0.01)
    assert found.target == model.Target(value=40)
    assert found.status == model.StatusBands(watch=0.05, bad=0.15)
    assert [str(t) for t in found.tags] == ["cost", "funnel:interest"]
    assert found.vanity == model.Localized("impressions cannot be spent")
    assert (found.measures, found.allocate) == ("flow", "none")
    (alternative,) = found.alternatives
    assert str(alternative.name) == "ads_only"
    assert alternative.formula.text == "sum(ad_stats.cost) / count(leads)"
    (benchmark,) = found.benchmarks
    assert (benchmark.value, str(benchmark.date)) == (38, "2023-05")
    assert found.deprecated is not None
    assert str(found.deprecated.use) == "cac"
    assert [str(n) for n in (*found.pair_with, *found.segment_by)] == [
        "leads",
        "channel",
        "campaign",
    ]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("a / b", "a / b"),
        ("12", "12"),
        ("0.10", "0.10"),
        ("true", "true"),
        ("'a / b'", "a / b"),
        ('"a / b"', "a / b"),
        ('|\n      "won" = stage', '"won" = stage'),
        (">-\n      a\n      / b\n", "a\n      / b"),
        ("a\n      / b", "a\n      / b"),
    ],
)
def test_a_formula_is_the_text_that_stands_in_the_file(written: str, text: str) -> None:
    found = metric(f"\n    formula: {written}").formula
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize("written", ['"a = \\"b\\""', "'a = ''b'''", '"a\\u0020"'])
def test_a_formula_with_escapes_is_refused_with_advice(written: str) -> None:
    found = only(f"metrics:\n  m:\n    formula: {written}\n")
    assert found.rule.id == "escaped-formula"
    assert "under `|`" in (found.help or "")


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("40", model.Target(value=40)),
        ("5%", model.Target(value=0.05)),
        ("0.1%", model.Target(value=0.001)),
        ("{value: 3}", model.Target(value=3)),
        ("{table: targets}", model.Target(table=True)),
    ],
)
def test_targets(written: str, target: model.Target) -> None:
    assert metric(f"{{target: {written}}}").target == target


def test_a_target_may_be_a_formula() -> None:
    found = metric("{target: {formula: leads * 2}}").target
    assert found is not None
    assert found.formula is not None
    assert found.formula.text == "leads * 2"


def test_status_bands_may_be_conditions() -> None:
    found = metric('{status: {good: "<= 40", watch: "<= 46"}}').status
    assert found is not None
    assert (str(found.good_when), str(found.watch_when)) == ("<= 40", "<= 46")


@pytest.mark.parametrize(
    ("written", "better"),
    [
        ("higher", "higher"),
        ("neutral", "neutral"),
        ("[18, 22]", (18, 22)),
        ("[5%, 7%]", (0.05, 0.07)),
    ],
)
def test_directions(written: str, better: object) -> None:
    assert metric(f"{{better: {written}}}").better == better


def test_a_source_may_be_nothing_but_its_name() -> None:
    assert str(source("").name) == "s"


@pytest.mark.parametrize("written", ["a.csv", "[a.csv]"])
def test_a_path_is_a_text_or_a_list(written: str) -> None:
    assert [str(p) for p in source(f"{{path: {written}}}").paths] == ["a.csv"]


def test_columns_have_types_origins_units_and_cleaning() -> None:
    found = source("""
    columns:
      Deal Value: {type: "decimal(12, 2)", from: Value, unit: EUR}
      created_at: datetime
      amount: decimal
      note:
      cycle: {formula: "days(a, b)"}
      channel: {type: string, clean: [trim, lower], map: {fb: facebook, "": null, n: 1}}""")
    by_name = {str(c.name): c for c in found.columns}
    assert by_name["Deal Value"].type == model.ColumnType("decimal", 12, 2)
    assert by_name["created_at"].type == model.ColumnType("datetime")
    assert by_name["amount"].type == model.ColumnType("decimal", 28, 6)
    assert by_name["note"].type is None
    assert by_name["cycle"].formula is not None
    assert by_name["cycle"].formula.text == "days(a, b)"
    assert by_name["channel"].map == (("fb", "facebook"), ("", None), ("n", "1"))


@pytest.mark.parametrize(
    "dimensions",
    [
        "[channel, {country: account.country}, {deal_size: {bands: amount, at: [0, 1000]}}]",
        "{channel: , country: account.country, deal_size: {bands: amount, at: [0, 1000]}}",
    ],
    ids=["list", "mapping"],
)
def test_dimensions_are_names_expressions_or_bands(dimensions: str) -> None:
    plain, looked_up, bands = source(f"{{dimensions: {dimensions}}}").dimensions
    assert [str(d.name) for d in (plain, looked_up, bands)] == ["channel", "country", "deal_size"]
    assert plain.of is None
    assert looked_up.of is not None
    assert looked_up.of.text == "account.country"
    assert bands.bands is not None
    assert (bands.bands.of.text, bands.bands.at) == ("amount", (0, 1000))


def test_a_dimension_may_have_a_label_beside_its_bands() -> None:
    (found,) = source("{dimensions: [{size: {bands: a, at: [1], label: Size}}]}").dimensions
    assert found.label == model.Localized("Size")
    assert found.bands is not None


def test_links_stocks_and_checks() -> None:
    found = source("""
    key: [a, b]
    links: {account: {to: accounts, on: account_id}}
    open: {from: started_at, to: ended_at}
    snapshot: {per: [network], expires: 35 days}
    checks: [unique: lead_id, not_null: [a, b], accepted: {channel: [email, 3]}, "amount >= 0"]""")
    (link,) = found.links
    assert (str(link.to), [str(c) for c in link.on]) == ("accounts", ["account_id"])
    assert found.open is not None
    assert str(found.open.from_) == "started_at"
    assert found.snapshot is not None
    assert str(found.snapshot.expires) == "35 days"
    assert [c.kind for c in found.checks] == ["unique", "not_null", "accepted", "condition"]
    assert found.checks[2].values == ("email", "3")
    assert found.checks[3].condition is not None
    assert found.checks[3].condition.text == "amount >= 0"


def test_read_options_keep_blanks() -> None:
    found = source('{read: {separator: "\\t", nulls: ["", NA], decimal_comma: true}}').read
    assert found is not None
    assert found.separator is not None
    assert found.separator.value == "\t"
    assert (found.nulls, found.decimal_comma) == (("", "NA"), True)


def test_funnel_stages_are_names_or_have_a_label() -> None:
    (funnel,) = declared("funnels: {f: [leads, {metric: won, label: Customers}]}").funnels
    assert [(str(s.metric), s.label) for s in funnel.stages] == [
        ("leads", None),
        ("won", model.Localized("Customers")),
    ]


def test_sections_of_a_scorecard_are_told_apart_by_their_key() -> None:
    (card,) = declared("""
scorecards:
  marketing:
    title: {en: Marketing}
    audience: executive
    period: 2024-06
    compare: previous
    where: region = "EMEA"
    sections:
      - {title: Demand, tiles: [leads]}
      - {trend: revenue, last: 13 months, by: channel}
      - {funnel: digital}
      - {table: [leads], by: channel, sort: -leads, top: 10, rest: true, total: false}
      - {text: "*Notes*"}
""").scorecards
    assert [type(s).__name__.removesuffix("Section") for s in card.sections] == [
        "Tiles",
        "Trend",
        "Funnel",
        "Table",
        "Text",
    ]
    table = card.sections[3]
    assert isinstance(table, model.TableSection)
    assert (table.top, table.rest, table.total, str(table.sort)) == (10, True, False, "-leads")
    assert card.compare == ("previous",)
    assert card.where is not None
    assert card.where.text == 'region = "EMEA"'


def test_groups_scopes_annotations_and_tests() -> None:
    found = declared("""
groups: {channel_group: {of: channel, inbound: [organic, email], paid: ads}}
scopes: {acquisition: 'purpose = "acquisition"'}
annotations: [{date: 2024-03-04, text: New prices, metrics: [revenue]}]
tests:
  - name: spend by leads
    given: {spend: [{date: 2024-01-03, amount: 100}], leads: [{id: 1}, {id: 2}]}
    query: {grain: month, from: 2024-01-01, to: 2024-01-31}
    expect: {cost_per_lead: 50}
""")
    assert [(str(n), m) for n, m in found.groups[0].members] == [
        ("inbound", ("organic", "email")),
        ("paid", ("ads",)),
    ]
    assert found.scopes[0].condition.text == 'purpose = "acquisition"'
    assert found.annotations[0].date == dt.date(2024, 3, 4)
    (test,) = found.tests
    assert [(str(name), len(rows)) for name, rows in test.given] == [("spend", 1), ("leads", 2)]
    assert test.query is not None
    assert (str(test.query.grain), test.query.to) == ("month", dt.date(2024, 1, 31))
    assert [[(str(n), v.value) for n, v in row] for row in test.expect] == [[("cost_per_lead", 50)]]


def test_definitions_of_several_files_come_together() -> None:
    found = declared(
        "metrics: {a: {formula: 1}}\nparameters: {x: 1}\n",
        "metrics: {b: {formula: 2}}\nparameters: {y: 2}\n",
        "metrics:\n",
    )
    assert [str(m.name) for m in found.metrics] == ["a", "b"]
    assert [str(n) for n, _ in found.settings.parameters] == ["x", "y"]


@pytest.mark.parametrize(
    "key", ["metrics: {a: {formula: 1}}", "sources: {a: }", "parameters: {a: 1}", "currency: EUR"]
)
def test_what_is_defined_twice_shows_both_places(key: str) -> None:
    found = only(f"{key}\n", f"\n{key}\n")
    assert found.rule.id == "defined-twice"
    assert found.span is not None
    assert found.span.source.name == "1.yml"
    assert [r.span.source.name for r in found.related] == ["0.yml"]


@pytest.mark.parametrize(
    ("text", "place", "near"),
    [
        ("metircs: {}", "1:1", "metrics"),
        ("metrics:\n  m: {taget: 4}", "2:7", "target"),
        ("sources:\n  s:\n    columns:\n      a: {typ: string}", "4:11", "type"),
        ("sources: {s: {dimensions: [{d: {bands: a, at: [1], labls: [x]}}]}}", "1:52", "labels"),
        ("sources: {s: {checks: [uniqe: a]}}", "1:24", "unique"),
        ("metrics: {m: {target: {formla: 3}}}", "1:24", "formula"),
        ("metrics: {m: {status: {wach: 3%}}}", "1:24", "watch"),
        ("scorecards: {c: {sections: [{tiles: [a], titel: x}]}}", "1:42", "title"),
        ("metrics: {m: {name: x}}", "1:15", ""),
    ],
)
def test_an_unknown_key_names_the_nearest(text: str, place: str, near: str) -> None:
    found = only(text)
    assert (found.rule.id, said(text)[0][1]) == ("unknown-key", place)
    assert found.help is not None
    assert (f"did you mean `{near}`?" if near else "known here") in found.help


def test_a_comma_in_a_flow_mapping_gets_advice() -> None:
    found = only("metrics:\n  m: {formula: percentile(a, 0.9)}\n")
    assert found.rule.id == "unknown-key"
    assert "a comma ends the value" in (found.help or "")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("sources: {s: {links: {a: {}}}}", ["1:23", "1:23"]),
        ("sources: {s: {open: {from: a}}}", ["1:21"]),
        ("sources: {s: {dimensions: [{d: {bands: a}}]}}", ["1:32"]),
        ("scorecards:\n  c: {title: x}", ["2:3"]),
        ("scorecards: {c: {sections: [{title: x}]}}", ["1:29"]),
        ("scorecards: {c: {sections: [{table: [a]}]}}", ["1:29"]),
        ("funnels: {f: [{label: x}]}", ["1:15"]),
        ("groups: {g: {a: [b]}}", ["1:10"]),
        ("annotations: [{date: 2024-01-01}]", ["1:15"]),
    ],
)
def test_a_missing_key_points_at_what_lacks_it(text: str, places: list[str]) -> None:
    assert said(text) == [("missing-key", place) for place in places]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("metrics: []", "1:10", "expected a mapping from names, found a list"),
        ("metrics: {m: 3}", "1:14", "expected a mapping, found `3`"),
        ("metrics: {m: {formula: [a]}}", "1:24", "expected a formula, found a list"),
        ("metrics: {m: {formula: }}", "1:24", "expected a formula, found nothing"),
        ("metrics: {m: {formula: ''}}", "1:25", "expected a formula, found an empty text"),
        (
            "metrics: {m: {decimals: two}}",
            "1:25",
            "expected a whole number, 0 or more, found `two`",
        ),
        ("metrics: {m: {decimals: 1.5}}", "1:25", "found `1.5`"),
        ("metrics: {m: {decimals: -1}}", "1:25", "found `-1`"),
        ("metrics: {m: {decimals: true}}", "1:25", "found `true`"),
        ("metrics: {m: {better: lowr}}", "1:23", "expected `higher`, `lower`, `neutral`"),
        ("metrics: {m: {better: [3, 1]}}", "1:24", "the lower bound first"),
        ("metrics: {m: {target: abc}}", "1:23", "expected a number or a percentage, found `abc`"),
        ("metrics: {m: {target: .inf}}", "1:23", "expected a number or a percentage, found `.inf`"),
        ("metrics: {m: {target: {table: x}}}", "1:31", "expected `targets`, found `x`"),
        ("metrics: {m: {status: {watch: 5}}}", "1:31", "expected a share such as `5%`, found `5`"),
        ("metrics: {m: {status: {watch: 9%, bad: 5%}}}", "1:31", "nearer to the target"),
        ("metrics: {m: {status: {good: 40}}}", "1:30", "expected a condition on the value"),
        ("metrics: {m: {label: {en: }}}", "1:27", "expected a text, found nothing"),
        ("metrics: {m: {label: {english!: x}}}", "1:23", "expected a language"),
        ("metrics: {m: {tags: {a: b}}}", "1:21", "expected a value or a list, found a mapping"),
        ("metrics: {m: {measures: flwo}}", "1:25", "found `flwo`"),
        ("metrics: {m: {owner: true}}", "1:22", "expected a text, found `true`"),
        ("sources: {s: {columns: {a: integr}}}", "1:28", "expected a type"),
        ("sources: {s: {columns: {a: 'decimal(2, 5)'}}}", "1:29", "digits after the point"),
        ("sources: {s: {dimensions: [3]}}", "1:28", "expected a name"),
        ("sources: {s: {read: {decimal_comma: yes}}}", "1:37", "expected `true` or `false`"),
        ("scorecards: {c: {sections: [x]}}", "1:29", "expected a mapping with one of"),
        ("scorecards: {c: {sections: {tiles: a}}}", "1:28", "expected a list, found a mapping"),
        ("parameters: {a: [1]}", "1:17", "expected a single value, found a list"),
        ("as_of: yesterday", "1:8", "expected a date such as `2024-07-01`, found `yesterday`"),
        ("as_of: 2024-02-30", "1:8", "expected a date"),
        ("tests: [3]", "1:9", "expected a mapping, found `3`"),
    ],
)
def test_a_wrong_value_says_what_was_expected_then_what_was_found(
    text: str, place: str, message: str
) -> None:
    found = only(text)
    assert (found.rule.id, said(text)[0][1]) == ("wrong-value", place)
    assert message in found.message
    assert "expected" in found.message


def test_all_mistakes_come_in_one_run_and_the_rest_is_read() -> None:
    found, diagnostics = read("""
metrics:
  a: {formula: 1, decimals: two, taget: 3, target: x}
  b: {formula: 2}
  c: []
sources: {s: {columns: {x: integr, y: date}, links: {l: {to: t}}, time: y}}
""")
    assert sorted(d.rule.id for d in diagnostics) == [
        "missing-key",
        "unknown-key",
        "wrong-value",
        "wrong-value",
        "wrong-value",
        "wrong-value",
    ]
    assert [str(m.name) for m in found.metrics] == ["a", "b", "c"]
    assert found.metrics[0].formula is not None
    (kept,) = found.sources
    assert [str(c.name) for c in kept.columns] == ["y"]
    assert str(kept.time) == "y"


def test_one_mistake_is_one_finding() -> None:
    assert len(said("scorecards: {c: {sections: 3}}")) == 1
    assert len(said("metrics: {m: {label: {en: }}}")) == 1
    assert len(said("sources: {s: {links: {l: {to: a, om: b}}}}")) == 1


@pytest.mark.parametrize(
    ("text", "rule", "advice"),
    [
        ("metrics: {Cost per lead: {formula: 1}}", "bad-name", "write `cost_per_lead`"),
        ("metrics: {costPerLead: {formula: 1}}", "bad-name", "write `cost_per_lead`"),
        ("metrics: {лид: {formula: 1}}", "bad-name", ""),
        ("sources: {my-source: }", "bad-name", "write `my_source`"),
        ("sources: {s: {dimensions: [Country]}}", "bad-name", "write `country`"),
        ("sources: {s: {links: {A: {to: a, on: b}}}}", "bad-name", "write `a`"),
        ("parameters: {A: 1}", "bad-name", "write `a`"),
        ("metrics: {case: {formula: 1}}", "reserved-word", ""),
        ("sources: {s: {dimensions: ['null']}}", "reserved-word", ""),
    ],
)
def test_names_are_snake_case_and_not_reserved(text: str, rule: str, advice: str) -> None:
    found = only(text)
    assert found.rule.id == rule
    assert advice in (found.help or "")


def test_columns_may_have_any_name() -> None:
    found = source("{columns: {Deal Value: float, end: date, 'Имя': string}}")
    assert [str(c.name) for c in found.columns] == ["Deal Value", "end", "Имя"]


@pytest.mark.parametrize(
    ("name", "better"), [("HTTPCalls 2", "httpcalls_2"), ("__", ""), ("1a", "a")]
)
def test_a_better_name(name: str, better: str) -> None:
    assert snake_case(name) == better


def test_every_top_level_key_takes_what_it_takes() -> None:
    for key in KEYS:
        _, diagnostics = read(f"{key}: {{nonsense: [1, {{}}]}}\n")
        assert {d.rule.id for d in diagnostics} <= {"wrong-value", "missing-key", "unknown-key"}
        assert diagnostics


def test_an_aliased_declaration_is_read_at_both_places() -> None:
    found = declared("metrics: {a: &m {formula: x, unit: EUR}, b: *m}")
    assert [str(m.unit) for m in found.metrics] == ["EUR", "EUR"]


def test_yaml_and_polars_are_imported_only_when_a_book_is_read() -> None:
    code = (
        "import sys, tallybook.declare.model, tallybook.rules, tallybook.text.report;"
        "print([m for m in ('yaml', 'polars') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


NESTED_KEYS = (
    "s formula label en target status better columns type from dimensions bands at links to on "
    "checks unique accepted open snapshot per sections tiles table text by trend stages metric "
    "given expect query grain of date value watch bad good where"
)
WORDS = st.sampled_from([*KEYS, *NESTED_KEYS.split()])
LEAVES = st.one_of(
    st.sampled_from(
        ["x", "5%", "'a''b'", "12", "-1", ".nan", "true", "~", "''", "2024-01-01", "[]"]
    ),
    WORDS,
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(WORDS, inner, max_size=4).map(
            lambda entries: "{" + ", ".join(f"{k}: {v}" for k, v in entries.items()) + "}"
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(entries=st.dictionaries(st.sampled_from(KEYS), TREES, min_size=1, max_size=3))
def test_no_tree_makes_declaring_fail(entries: dict[str, str]) -> None:
    _, diagnostics = read("\n".join(f"{key}: {tree}" for key, tree in entries.items()))
    for diagnostic in diagnostics:
        assert diagnostic.span is not None
        assert diagnostic.rule.id in {
            "unknown-key",
            "missing-key",
            "wrong-value",
            "bad-name",
            "reserved-word",
            "escaped-formula",
            "defined-twice",
        }


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=80))
def test_no_text_makes_reading_a_book_fail(text: str) -> None:
    read(text, f"metrics:\n  a: {{formula: {text}}}\n", f"metrics:\n  b:\n    {text}\n")
