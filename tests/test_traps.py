"""Known traps of metrics over tables, each a small book: the right answer, not the usual one.

The tables and answers lie outside the repository; without them these tests are skipped.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from oracle.compare import same
from tallybook.book import open_book
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Trap = dict[str, Any]  # one entry of the file


@pytest.fixture(scope="session")
def traps(shared: Path) -> dict[str, Trap]:
    entries = json.loads((shared / "traps" / "traps.json").read_text(encoding="utf-8"))
    return {entry["id"]: entry for entry in entries}


@dataclass(frozen=True)
class Case:
    """How a trap's tables are described, and what is asked of them."""

    sources: str
    metrics: Mapping[str, str]
    by: str | None = None


def _frame(table: Trap) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {}
    for place, (name, kind) in enumerate(table["columns"]):
        values = [row[place] for row in table["rows"]]
        if kind.startswith("DECIMAL"):
            exact = [None if v is None else Decimal(str(v)) for v in values]
            columns[name] = pl.Series(name, exact, pl.Decimal(28, 6))
        else:
            columns[name] = pl.Series(name, values, _TYPES[kind])
    return pl.DataFrame(columns)


_TYPES: dict[str, Any] = {"INTEGER": pl.Int32(), "DOUBLE": pl.Float64(), "VARCHAR": pl.String()}


def _write(folder: Path, sources: str, metrics: Mapping[str, str]) -> None:
    lines = [f"sources:\n{sources}", "metrics:"]
    for name, formula in metrics.items():
        lines += [f"  {name}:", "    formula: |", f"      {formula}"]
    (folder / "tallybook.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _query(
    folder: Path, case: Case, frames: Mapping[str, pl.DataFrame] | None, by: str | None
) -> list[tuple[Any, ...]]:
    _write(folder, case.sources, case.metrics)
    book = open_book(folder, sources=frames)
    found = book.query(tuple(case.metrics), by=by or ())
    columns = [*([by] if by else []), *case.metrics]
    return list(found.select(columns).iter_rows())


def _check(found: list[tuple[Any, ...]], right: list[Any]) -> None:
    """Rows in any order: the first column tells them apart."""
    found, right = sorted(found, key=_first), sorted(right, key=_first)
    pairs = [pair for rows in zip(found, right, strict=True) for pair in zip(*rows, strict=True)]
    assert all(same(value, wanted) for value, wanted in pairs), f"{found}, not {right}"


def _first(row: Any) -> str:
    return str(row[0])


# one row of metrics ---------------------------------------------------------------------------

ONE_ROW = {
    "fanout": Case(
        "  orders: {key: order_id}\n"
        "  items: {key: item_id, links: {order: {to: orders, on: order_id}}}",
        {"total": "sum(orders.amount)", "items": "count(items)"},
    ),
    "fanout_avg2": Case(
        "  orders: {key: order_id}\n  items: {links: {order: {to: orders, on: order_id}}}",
        {"value": "avg(orders.amount)"},
    ),
    "bridge": Case(
        "  accounts: {key: aid}\n"
        "  deals: {key: did, links: {account: {to: accounts, on: aid}}}\n"
        "  deal_users: {links: {deal: {to: deals, on: did}}}",
        {"arr": "sum(accounts.arr)", "users": "distinct(deal_users.uid)"},
    ),
    "null_join_null": Case(
        "  b: {key: k}\n  a: {links: {match: {to: b, on: k}}}", {"total": "sum(a.match.v)"}
    ),
    "ratio_of_sums": Case("  ads: {}", {"ctr": "sum(ads.clicks) / sum(ads.impressions)"}),
    "zero_den_total": Case("  f: {}", {"cpl": "sum(f.spend) / sum(f.leads)"}),
    "null_paired": Case(
        "  f: {}",
        {
            "ctr": "sum(f.clicks where impressions is not null)"
            " / sum(f.impressions where clicks is not null)"
        },
    ),
    "avg_null": Case("  f: {}", {"mean": "avg(f.score)", "rate": "count(f.score) / count(f)"}),
    "count_col": Case("  f: {}", {"rows": "count(f)", "known": "count(f.email)"}),
    "distinct_null": Case("  f: {}", {"users": "distinct(f.u)"}),
    "neg_filter_null": Case("  f: {}", {"kept": 'sum(f.v where stage is null or stage != "Lost")'}),
    "weighted": Case("  q: {}", {"position": "weighted_avg(q.position, q.impressions)"}),
    "nps2": Case(
        "  s: {}",
        {"nps": "100 * (count(s.score >= 9) - count(s.score <= 6)) / count(s.score)"},
    ),
    "median_even": Case("  f: {}", {"middle": "median(f.v)"}),
    "stddev": Case("  f: {}", {"spread": "stddev(f.v)"}),
    "median_of_medians": Case("  f: {dimensions: [g]}", {"middle": "median(f.v)"}),
    "int32_overflow": Case("  f: {}", {"total": "sum(f.v)"}),
    "money": Case("  f: {}", {"exact": "sum(f.v) = 0.3"}),
    "int_div": Case("  f: {}", {"rate": "sum(f.a) / sum(f.b)"}),
    "rounding": Case("  f: {}", {"late": "round(sum(f.v))", "early": "sum(round(f.v))"}),
    "nan_null": Case("  f: {}", {"mean": "avg(f.v)"}),
    "negative": Case("  f: {}", {"net": "sum(f.v)", "orders": "count(f.v > 0)"}),
}


@pytest.mark.parametrize("name", ONE_ROW)
def test_one_row(name: str, traps: dict[str, Trap], tmp_path: Path) -> None:
    trap, case = traps[name], ONE_ROW[name]
    frames = {table: _frame(content) for table, content in trap["tables"].items()}
    (found,) = _query(tmp_path, case, frames, None)
    right = trap["right"] if isinstance(trap["right"], list) else [trap["right"]]
    _check([found], [right])


# a row for each member ------------------------------------------------------------------------

BY_MEMBER = {
    "chasm": Case(
        "  orders: {dimensions: [cid]}\n  tickets: {dimensions: [cid]}",
        {"revenue": "sum(orders.amount)", "tickets": "count(tickets)"},
        by="cid",
    ),
    "inner_drops": Case(
        "  products: {key: product}\n"
        "  facts: {dimensions: [product], links: {details: {to: products, on: product}}}",
        {"total": "sum(facts.v)"},
        by="product",
    ),
    "zero_den": Case("  f: {dimensions: [ch]}", {"cpl": "sum(f.spend) / sum(f.leads)"}, by="ch"),
    "sum_empty": Case("  f: {dimensions: [g]}", {"total": "sum(f.v)"}, by="g"),
    "ws_case": Case(
        "  f: {columns: {ch: {type: string, clean: [trim, lower]}}, dimensions: [ch]}",
        {"total": "sum(f.v)"},
        by="ch",
    ),
}
WITH_TOTAL = {
    "null_fk": Case(
        "  customers: {key: cid}\n"
        "  orders:\n"
        "    links: {customer: {to: customers, on: cid}}\n"
        "    dimensions: [{region: customer.region}]",
        {"amount": "sum(orders.amount)"},
        by="region",
    ),
    "ratio_rollup": Case(
        "  f: {dimensions: [ch]}", {"rate": "sum(f.conv) / sum(f.clicks)"}, by="ch"
    ),
}


@pytest.mark.parametrize("name", BY_MEMBER)
def test_by_member(name: str, traps: dict[str, Trap], tmp_path: Path) -> None:
    trap, case = traps[name], BY_MEMBER[name]
    frames = {table: _frame(content) for table, content in trap["tables"].items()}
    frames = {table: f for table, f in frames.items() if f"  {table}:" in case.sources}
    _check(_query(tmp_path, case, frames, case.by), trap["right"])


@pytest.mark.parametrize("name", WITH_TOTAL)
def test_by_member_and_in_total(name: str, traps: dict[str, Trap], tmp_path: Path) -> None:
    trap, case = traps[name], WITH_TOTAL[name]
    frames = {table: _frame(content) for table, content in trap["tables"].items()}
    *members, (_, total) = trap["right"]
    _check(_query(tmp_path, case, frames, case.by), members)
    ((found,),) = _query(tmp_path, case, frames, None)
    assert same(found, total)


# the others, each in its own way ---------------------------------------------------------------


def test_a_duplicate_key_adds_nothing_and_is_refused_where_it_is_looked_up(
    traps: dict[str, Trap], tmp_path: Path
) -> None:
    trap = traps["dup_dimension"]
    frames = {table: _frame(content) for table, content in trap["tables"].items()}
    sources = (
        "  dim: {key: k}\n  facts: {links: {d: {to: dim, on: k}}, dimensions: [{name: d.name}]}"
    )
    case = Case(sources, {"total": "sum(facts.v)"})
    assert _query(tmp_path, case, frames, None) == [(trap["right"],)]
    with pytest.raises(BookError, match="1"):
        _query(tmp_path, case, frames, "name")


def test_not_equal_leaves_unknown_out(traps: dict[str, Trap], tmp_path: Path) -> None:
    """`!=` means what SQL means by it: the page says so, and the other reading can be written."""
    trap = traps["neg_filter_null"]
    frames = {"f": _frame(trap["tables"]["f"])}
    case = Case("  f: {}", {"kept": 'sum(f.v where stage != "Lost")'})
    assert _query(tmp_path, case, frames, None) == [(trap["wrong"],)]


def test_growth_from_zero_or_below_is_unknown(traps: dict[str, Trap], tmp_path: Path) -> None:
    trap = traps["growth_from_zero"]
    rows = [
        {"day": dt.date(2024, month, 1), "line": str(line), "v": value}
        for line, pair in enumerate(trap["tables"]["f"]["rows"])
        for month, value in zip((1, 2), pair, strict=True)
    ]
    sources = "  f: {time: day, dimensions: [line]}"
    _write(tmp_path, sources, {"change": "growth(sum(f.v))"})
    schema = {"day": pl.Date(), "line": pl.String(), "v": pl.Int64()}
    book = open_book(tmp_path, sources={"f": pl.DataFrame(rows, schema=schema)})
    found = book.query(
        "change", by="line", grain="month", start=dt.date(2024, 2, 1), end=dt.date(2024, 2, 29)
    )
    by_line = dict(found.select("line", "change").iter_rows())
    assert [[by_line[str(line)]] for line in range(len(rows) // 2)] == trap["right"]


def test_a_percentile_interpolates(traps: dict[str, Trap], tmp_path: Path) -> None:
    trap = traps["p90"]
    frames = {"f": _frame(trap["tables"]["f"])}
    ((found,),) = _query(tmp_path, Case("  f: {}", {"p": "percentile(f.v, 0.9)"}), frames, None)
    assert same(found, trap["right"][0])


def test_counts_can_be_subtracted(traps: dict[str, Trap], tmp_path: Path) -> None:
    trap = traps["unsigned_minus"]
    ((_, signups, churns),) = trap["tables"]["f"]["rows"]
    frames = {
        "signups": pl.DataFrame({"id": range(signups)}),
        "churns": pl.DataFrame({"id": range(churns)}),
    }
    case = Case("  signups: {}\n  churns: {}", {"net": "count(signups) - count(churns)"})
    assert _query(tmp_path, case, frames, None) == [(trap["right"],)]


def test_the_last_value_goes_by_time_not_by_file(traps: dict[str, Trap], tmp_path: Path) -> None:
    trap = traps["order_dependence"]
    rows = [{"d": dt.date(2024, 1, d), "v": v} for d, v in trap["tables"]["f"]["rows"]]
    case = Case("  f: {time: d}", {"latest": "last(f.v)"})
    assert _query(tmp_path, case, {"f": pl.DataFrame(rows)}, None) == [(trap["right"],)]


def test_mixed_currencies_are_converted_or_refused(traps: dict[str, Trap], tmp_path: Path) -> None:
    trap = traps["currency"]
    day = pl.lit(dt.date(2024, 1, 1)).alias("day")
    frames = {
        "f": _frame(trap["tables"]["f"]).with_columns(day),
        "rates": _frame(trap["tables"]["fx"]).with_columns(day),
    }
    sources = "  f: {time: day}\n  rates: {}\n"
    sources += "rates: {date: day, currency: cur, to_base: rate}\ncurrency: USD"
    case = Case(sources, {"revenue": "sum(convert(f.v, f.cur, USD, at day))"})
    ((found,),) = _query(tmp_path, case, frames, None)
    assert same(found, trap["right"])


# files ----------------------------------------------------------------------------------------


def _from_file(folder: Path, content: bytes, source: str, metrics: Mapping[str, str]) -> Any:
    (folder / "f.csv").write_bytes(content)
    ((*found,),) = _query(folder, Case(f"  f: {{path: f.csv, {source}}}", metrics), None, None)
    return found


def _column(trap: Trap) -> bytes:
    """The trap's texts as a file of one quoted column."""
    lines = ["id,s", *(f'{n},"{row[0]}"' for n, row in enumerate(trap["tables"]["f"]["rows"]))]
    return "\n".join(lines).encode() + b"\n"


def test_a_byte_order_mark_is_no_part_of_a_name(traps: dict[str, Trap], tmp_path: Path) -> None:
    name = traps["bom"]["right"]
    content = f"\N{BYTE ORDER MARK}{name},v\n2024-01-01,7\n".encode()
    source = f"time: {name}, columns: {{{name}: date, v: integer}}"
    assert _from_file(tmp_path, content, source, {"t": f"max(f.{name})", "n": "sum(f.v)"}) == [
        dt.date(2024, 1, 1),
        7,
    ]


def test_semicolons_and_decimal_commas(traps: dict[str, Trap], tmp_path: Path) -> None:
    source = 'read: {separator: ";", decimal_comma: true}, columns: {a: float, b: integer}'
    found = _from_file(tmp_path, b"a;b\n1,5;2\n2,5;3\n", source, {"total": "sum(f.a)"})
    assert found == [traps["semicolon_comma"]["right"]]


def test_thousands_separators(traps: dict[str, Trap], tmp_path: Path) -> None:
    source = 'read: {thousands: ","}, columns: {id: integer, s: float}'
    metrics = {f"n{n}": f"sum(f.s where id = {n})" for n in range(3)}
    found = _from_file(tmp_path, _column(traps["thousands"]), source, metrics)
    assert [[value] for value in found] == traps["thousands"]["right"]


def test_a_percent_sign_is_read_and_nothing_guessed(traps: dict[str, Trap], tmp_path: Path) -> None:
    metrics = {f"n{n}": f"sum(f.s where id = {n})" for n in range(3)}
    source = "columns: {id: integer, s: float}"
    found = _from_file(tmp_path, _column(traps["unit_scale"]), source, metrics)
    right = [row[0] for row in traps["unit_scale"]["right"]]
    assert all(map(same, found, right))


def test_texts_that_stand_for_nothing(traps: dict[str, Trap], tmp_path: Path) -> None:
    source = 'read: {nulls: ["", "NULL", "NA"]}, columns: {id: integer, s: integer}'
    metrics = {"known": "count(f.s)", "rows": "count(f)"}
    found = _from_file(tmp_path, _column(traps["null_tokens"]), source, metrics)
    assert found == [traps["null_tokens"]["right"], 4]


def test_leading_zeros_stay(traps: dict[str, Trap], tmp_path: Path) -> None:
    source = "columns: {id: integer, s: string}"
    found = _from_file(tmp_path, _column(traps["leading_zero"]), source, {"n": "distinct(f.s)"})
    assert found == [traps["leading_zero"]["right"]]


def test_a_day_comes_first_where_the_book_says_so(traps: dict[str, Trap], tmp_path: Path) -> None:
    source = 'read: {dates: "%d/%m/%Y"}, columns: {id: integer, s: date}'
    metrics = {"first": "min(f.s)", "last": "max(f.s)"}
    found = _from_file(tmp_path, _column(traps["dmy_mdy"]), source, metrics)
    assert [[day.isoformat()] for day in found] == traps["dmy_mdy"]["right"]


def test_two_columns_of_one_name_are_refused(traps: dict[str, Trap], tmp_path: Path) -> None:
    assert "error" in traps["dup_header"]["right"]
    with pytest.raises(BookError, match="`a`"):
        _from_file(tmp_path, b"a,a\n1,2\n", "columns: {a: integer}", {"n": "sum(f.a)"})


def test_truth_values_in_words(traps: dict[str, Trap], tmp_path: Path) -> None:
    words = '{"yes": "true", "no": "false", "nan": null}'
    source = f"columns: {{id: integer, s: {{type: boolean, clean: [lower], map: {words}}}}}"
    metrics = {"t": "count(f.s)", "f": "count(not f.s)", "u": "count(f.s is null)"}
    found = _from_file(tmp_path, _column(traps["boolean_text"]), source, metrics)
    assert found == traps["boolean_text"]["right"]


def test_labels_with_markup_are_shown_as_they_are(traps: dict[str, Trap], tmp_path: Path) -> None:
    label = traps["html_escape"]["right"]
    frame = _frame(traps["html_escape"]["tables"]["f"]).with_columns(
        pl.lit(dt.date(2024, 6, 3)).alias("day")
    )
    _write(tmp_path, "  f: {time: day, dimensions: [n]}", {"total": "sum(f.v)"})
    page = "scorecards: {page: {period: 2024-06, sections: [{table: [total], by: n}]}}\n"
    (tmp_path / "page.yml").write_text(page, encoding="utf-8")
    built = open_book(tmp_path, sources={"f": frame}).scorecard("page").build(as_of="2024-07-01")
    assert "A|B &lt;script&gt;&amp;" in built.to_html()
    assert "<script>&" not in built.to_html()
    row = next(line for line in built.to_markdown().splitlines() if "script" in line)
    assert row.replace("\\|", "").count("|") == row.count("|") - label.count("|")


_OWN_TESTS: dict[str, Callable[..., None]] = {
    "dup_dimension": test_a_duplicate_key_adds_nothing_and_is_refused_where_it_is_looked_up,
    "growth_from_zero": test_growth_from_zero_or_below_is_unknown,
    "p90": test_a_percentile_interpolates,
    "unsigned_minus": test_counts_can_be_subtracted,
    "order_dependence": test_the_last_value_goes_by_time_not_by_file,
    "currency": test_mixed_currencies_are_converted_or_refused,
    "bom": test_a_byte_order_mark_is_no_part_of_a_name,
    "semicolon_comma": test_semicolons_and_decimal_commas,
    "thousands": test_thousands_separators,
    "unit_scale": test_a_percent_sign_is_read_and_nothing_guessed,
    "null_tokens": test_texts_that_stand_for_nothing,
    "leading_zero": test_leading_zeros_stay,
    "dmy_mdy": test_a_day_comes_first_where_the_book_says_so,
    "dup_header": test_two_columns_of_one_name_are_refused,
    "boolean_text": test_truth_values_in_words,
    "html_escape": test_labels_with_markup_are_shown_as_they_are,
}


def test_no_trap_is_left_out(traps: dict[str, Trap]) -> None:
    assert set(traps) == {*ONE_ROW, *BY_MEMBER, *WITH_TOTAL, *_OWN_TESTS}
