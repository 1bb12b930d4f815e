"""Scores: points of rows by rules, in parts, as columns of a source."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from proofs import database_of, library_as_book, same
from tallybook.book import open_book
from tallybook.sample import generate
from tallybook.text.diagnostic import BookError

if TYPE_CHECKING:
    from pathlib import Path

    from shell import Shell
    from tallybook.book import Book

SCORING = """
scoring:
  lead_score:
    profile:
      - {when: company_size >= 200, points: 20}
      - {when: industry = "software", points: 2.5}
    initiative:
      - {when: inquiry_at is not null, points: 30}
      - {when: disqualified_at is not null, points: -50}
      - {when: "count(events where kind = 'conversion') >= 2", points: 10}
"""
LEADS = """lead_id,created_at,company_size,industry,inquiry_at,disqualified_at,mql_at
a,2024-01-01,500,software,2024-01-05,,2024-01-06
b,2024-01-02,,software,,,
c,2024-01-03,200,retail,2024-01-03,2024-02-01,
d,2024-01-04,,,,,2024-01-09
"""
EVENTS = "event_id,lead_id,occurred_at,kind\n1,a,2024-01-02,conversion\n2,a,2024-01-03,conversion\n"


def book_of(folder: Path, extra: str = SCORING, *, leads: str = LEADS) -> Book:
    (folder / "leads.csv").write_text(leads, encoding="utf-8")
    (folder / "events.csv").write_text(EVENTS, encoding="utf-8")
    text = f"library: [b2b_marketing]\ndata: .\nas_of: 2024-06-01\n{extra}"
    (folder / "tallybook.yml").write_text(text, encoding="utf-8")
    return open_book(folder)


def test_points_add_up_and_an_unknown_condition_gives_none(tmp_path: Path) -> None:
    asked = ["lead_profile_score", "lead_initiative_score", "lead_score"]
    extra = SCORING + "sources: {leads: {dimensions: [lead_id]}}\n"
    frame = book_of(tmp_path, extra).query(asked, by="lead_id")
    found = {r["lead_id"]: tuple(r[m] for m in asked) for r in frame.to_dicts()}
    assert found == {
        "a": (22.5, 40, 62.5),
        "b": (2.5, 0, 2.5),
        "c": (20, -20, 0),
        "d": (0, 0, 0),
    }


def test_a_score_can_be_used_in_formulas_and_its_bands_as_a_dimension(tmp_path: Path) -> None:
    extra = SCORING + 'metrics: {hot: {formula: "count(leads where lead_score > 50)"}}\n'
    book = book_of(tmp_path, extra)
    assert book.query("hot")["hot"].item() == 1
    frame = book.query(["leads", "lead_to_mql_rate"], by="score_band")
    found = {r["score_band"]: (r["leads"], r["lead_to_mql_rate"]) for r in frame.to_dicts()}
    assert found == {"< 20": (3, pytest.approx(1 / 3)), "60–80": (1, 1.0)}


def test_the_rules_go_before_a_score_of_the_file_and_make_up_for_one_that_is_not_there(
    tmp_path: Path,
) -> None:
    header, *rows = LEADS.splitlines()
    with_score = "\n".join([f"{header},score", *(f"{row},7" for row in rows)]) + "\n"
    for folder in ("one", "two", "three"):
        (tmp_path / folder).mkdir()
    given = book_of(tmp_path / "one", "", leads=with_score)
    assert given.query("lead_score")["lead_score"].item() == 7
    ruled = book_of(tmp_path / "two", leads=with_score)
    assert ruled.query("lead_score")["lead_score"].item() == pytest.approx((62.5 + 2.5) / 4)
    lacking = book_of(tmp_path / "three", "")
    assert lacking.checked.metrics["lead_score"].lacks == {"leads.score"}


def test_any_source_can_have_a_score(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("id,amount\n1,10\n2,500\n", encoding="utf-8")
    (tmp_path / "tallybook.yml").write_text(
        "data: .\nsources: {deals: {key: id}}\n"
        "scoring: {worth: {of: deals, size: [{when: amount > 100, points: 5}]}}\n"
        "metrics: {worth_of_all: {formula: sum(deals.worth) + sum(deals.worth_size)}}\n",
        encoding="utf-8",
    )
    assert open_book(tmp_path).query("worth_of_all")["worth_of_all"].item() == 10


def test_scores_agree_with_sql(tmp_path: Path) -> None:
    data = tmp_path / "data"
    generate(data, size=0.1, seed=3, format="parquet")
    (tmp_path / "book").mkdir()
    book = library_as_book(tmp_path / "book", data, extra=SCORING)
    start, end = dt.date(2022, 7, 1), dt.date(2024, 6, 30)
    frame = book.query("lead_score", by="channel", grain="quarter", start=start, end=end)
    query = """
        with scored as (
          select l.channel, date_trunc('quarter', created_at)::date as quarter,
                 case when company_size >= 200 then 20 else 0 end
                 + case when industry = 'software' then 2.5 else 0 end
                 + case when inquiry_at is null then 0 else 30 end
                 - case when disqualified_at is null then 0 else 50 end
                 + case when (select count(*) from events e
                              where e.lead_id = l.lead_id and e.kind = 'conversion') >= 2
                        then 10 else 0 end as score
          from leads l)
        select quarter, channel, avg(score)::double from scored group by all"""
    with database_of(data) as connection:
        wanted = {(q, c): score for q, c, score in connection.execute(query).fetchall()}
    found = {(r["start"], r["channel"]): r["lead_score"] for r in frame.to_dicts()}
    assert len(wanted) > 80
    assert all(same(found[key], wanted.get(key)) for key in found)


WRONG = [
    ("{lead_score: {profile: [{when: company_size, points: 1}]}}", "company_size"),
    ("{lead_score: {profile: [{when: no_such > 1, points: 1}]}}", "no_such"),
    ("{lead_score: {profile: [{when: company_size > 1}]}}", "the key `points` is missing"),
    ("{lead_score: {profile: [{points: 1}]}}", "the key `when` is missing"),
    ("{lead_score: {profile: [{when: company_size > 1, point: 1}]}}", "did you mean `points`?"),
    ("{lead_score: {profile: [company_size > 1]}}", "expected a rule such as"),
    ("{lead_score: {profile: 20}}", "expected a list"),
    ("{lead_score: {profile: [{when: company_size > 1, points: many}]}}", "expected a number"),
    ("{lead_score: {of: laeds, profile: []}}", "did you mean `leads`?"),
    ("{lead_score: {a: [{when: lead_score > 1, points: 1}]}}", "is made of itself"),
]


@pytest.mark.parametrize(("scoring", "said"), WRONG)
def test_a_mistake_in_a_rule_is_said_where_it_is(tmp_path: Path, scoring: str, said: str) -> None:
    with pytest.raises(BookError) as raised:
        book_of(tmp_path, f"scoring: {scoring}\n")
    found = [(d, d.span) for d in raised.value.diagnostics if d.span is not None]
    told = [f"{finding.message} {finding.help} {span.text}" for finding, span in found]
    assert any(said in text for text in told), told
    assert all(span.source.name.endswith("tallybook.yml") for _, span in found)


def test_show_prints_the_rules_in_force(shell: Shell) -> None:
    book_of(shell.folder)
    page = shell("show", "lead_score").out
    assert "lead_profile_score +20 where company_size >= 200" in page
    assert "lead_initiative_score -50 where disqualified_at is not null" in page
    assert "scoring" not in shell("show", "mqls").out


CRITERIA = """
sources:
  leads:
    columns:
      mql_at:                   # marketing's criteria: score and profile, from the inquiry on
        formula: if(lead_score >= 40 and company_size is not null, inquiry_at, null)
"""


def test_criteria_of_a_stage_are_a_column_of_the_book(shell: Shell) -> None:
    book = book_of(shell.folder, SCORING + CRITERIA)
    frame = book.query("mqls", grain="month", start=dt.date(2024, 1, 1), end=dt.date(2024, 2, 29))
    assert frame["mqls"].to_list() == [1, 0]
    page = shell("show", "mqls").out
    assert "leads.mql_at = if(lead_score >= 40 and company_size is not null" in page
    assert "lead_profile_score +20 where company_size >= 200" in page


def test_points_cannot_be_given_to_a_test(tmp_path: Path) -> None:
    given = "tests: [{name: hot, given: {leads: [{lead_score: 5}]}, expect: {leads: 1}}]\n"
    with pytest.raises(BookError) as told:
        book_of(tmp_path, SCORING + given)
    (finding,) = told.value.diagnostics
    assert finding.rule.id == "wrong-test"
    assert "`leads.lead_score` is computed" in finding.message


def test_points_for_a_source_of_a_book_without_any_say_where_one_goes(tmp_path: Path) -> None:
    (tmp_path / "tallybook.yml").write_text(SCORING, encoding="utf-8")
    with pytest.raises(BookError) as caught:
        open_book(tmp_path)
    (finding,) = [d for d in caught.value.diagnostics if d.rule.id == "unknown-source"][:1]
    assert finding.help == "say under `sources` where its rows are"
