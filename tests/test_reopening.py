"""A book opened again after a change is the book that it would be if it were opened for once."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tallybook.opening import open_checked
from tallybook.text.diagnostic import BookError
from tallybook.text.kept import Kept

if TYPE_CHECKING:
    from tallybook.text.diagnostic import Diagnostic
    from tallybook.text.span import Span

FILES = {
    "tallybook.yml": """\
name: Shop
data: data/
currency: EUR
parameters: {months: 12, factor: 2}
scopes: {paid: 'channel = "ads"'}
groups: {kind: {of: channel, bought: [ads], free: [mail]}}
scorecards:
  shop: {sections: [{tiles: [income, share, cost]}]}
""",
    "sources.yml": """\
sources:
  orders:
    key: id
    time: day
    columns:
      id: integer
      day: date
      amount: {type: float, unit: EUR}
      gross: {formula: amount * factor}
    dimensions: [channel]
  spend: {time: day, dimensions: [channel]}
""",
    "metrics/a.yml": """\
metrics:
  orders_placed: {formula: count(orders)}
  income: {formula: sum(orders.amount), unit: EUR, target: 100}
  paid_income: {formula: sum(orders.gross where paid)}
  share: {formula: paid_income / income, unit: percent}
""",
    "metrics/b.yml": """\
metrics:
  cost: {formula: sum(spend.amount), target: {formula: income / factor}}
  margin: {formula: income - cost}
  relative: {formula: 'margin / prior(income, 1 month)'}
  yearly: {formula: income * months}
  by_link: {formula: 'trailing(cost, 28 days) where channel = "ads"'}
""",
    "data/orders.csv": "id,day,amount,channel\n1,2024-01-03,10.5,ads\n2,2024-02-03,3.5,mail\n",
    "data/spend.csv": "day,amount,channel\n2024-01-03,4,ads\n",
}
WORDS = [
    *("income", "cost", "orders", "spend", "amount", "gross", "channel", "paid", "factor"),
    *("months", "day", "count", "sum", "3", "EUR", "USD", "percent", "formula", "unit", "target"),
    *("metrics", ":", "'", "}", "(", "#x"),
]


def written(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def place(span: Span | None) -> tuple[str, str, int, int] | None:
    return (span.source.name, span.source.text, span.start, span.end) if span else None


def said(diagnostics: tuple[Diagnostic, ...]) -> list[object]:
    return [
        (
            d.rule.id,
            d.message,
            d.help,
            place(d.span),
            [(place(r.span), r.message) for r in d.related],
        )
        for d in diagnostics
    ]


def opened(folder: Path, kept: Kept | None = None) -> tuple[str, list[object], list[object]]:
    """Everything that was found, where it stands, and all that was made of it."""
    try:
        book = open_checked(folder, kept=kept)
    except BookError as error:
        return "", said(error.diagnostics), []
    metrics = book.checked.metrics.values()
    places = [place(m.metric.formula.span) for m in metrics]
    return repr(book.checked), said(book.diagnostics), [*places]


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, int, str]:
    """A file, a line of it and a word, which takes the place of another or adds one."""
    return (
        draw(st.sampled_from(sorted(FILES))),
        draw(st.integers(0, 200)),
        draw(st.sampled_from(["", "\n", *WORDS])),
    )


def edited(text: str, at: int, word: str) -> str:
    """A text with one of its words replaced."""
    words = text.split(" ")
    words[at % len(words)] = word + ("\n" if words[at % len(words)].endswith("\n") else "")
    return " ".join(words)


@settings(max_examples=40)
@given(st.lists(edits(), min_size=1, max_size=6), st.booleans())
def test_after_any_edit_it_is_the_book_opened_anew(
    changes: list[tuple[str, int, str]], one_by_one: bool
) -> None:
    with TemporaryDirectory() as name:
        folder, kept, files = Path(name), Kept(), dict(FILES)
        written(folder, files)
        assert opened(folder, kept) == opened(folder)
        for file, at, word in changes:
            files = (dict(FILES) if one_by_one else files) | {file: edited(FILES[file], at, word)}
            written(folder, files)
            assert opened(folder, kept) == opened(folder)
        written(folder, FILES)
        assert opened(folder, kept) == opened(folder)


def test_files_that_come_and_go_are_seen(tmp_path: Path) -> None:
    written(tmp_path, FILES)
    kept = Kept()
    opened(tmp_path, kept)
    (tmp_path / "more.yml").write_text("metrics: {more: {formula: income + nothing}}\n")
    assert opened(tmp_path, kept) == opened(tmp_path)
    (tmp_path / "more.yml").write_text("")
    (tmp_path / "and.yml").write_text("")
    assert opened(tmp_path, kept) == opened(tmp_path)
    (tmp_path / "more.yml").unlink()
    shutil.move(tmp_path / "metrics" / "a.yml", tmp_path / "metrics" / "z.yml")
    assert opened(tmp_path, kept) == opened(tmp_path)


def test_what_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    written(tmp_path, FILES)
    kept = Kept()
    first = open_checked(tmp_path, kept=kept).checked
    changed = FILES["metrics/b.yml"].replace("months", "factor")
    (tmp_path / "metrics" / "b.yml").write_text(changed)
    second = open_checked(tmp_path, kept=kept).checked
    same = {n for n, metric in second.metrics.items() if metric is first.metrics[n]}
    assert same == {"orders_placed", "income", "paid_income", "share"}


def test_a_metric_is_checked_again_where_one_that_it_names_has_changed(tmp_path: Path) -> None:
    written(tmp_path, FILES)
    kept = Kept()
    first = open_checked(tmp_path, kept=kept).checked
    changed = FILES["metrics/a.yml"].replace("count(orders)", "count(spend)")
    (tmp_path / "metrics" / "a.yml").write_text(changed)
    second = open_checked(tmp_path, kept=kept).checked
    same = {n for n, metric in second.metrics.items() if metric is first.metrics[n]}
    assert same == {"by_link"}  # of `cost` alone, whose target is no part of it
