"""Text files as programs and people leave them: read right, or an error that says where."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oracle.effort import examples
from tallybook.book import open_book
from tallybook.language.types import Type
from tallybook.resolve.model import Column
from tallybook.tables.typed import Reading, parsed, quickly_parsed
from tallybook.text.diagnostic import BookError
from tallybook.text.report import as_text

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.text.diagnostic import Diagnostic


def _asked(
    folder: Path,
    content: str | bytes,
    formula: str = "sum(t.x)",
    *,
    columns: str = "",
    read: str = "",
    frame: pl.DataFrame | None = None,
) -> object:
    """What a formula over a file comes to."""
    (folder / "data").mkdir(exist_ok=True)
    written = content if isinstance(content, bytes) else content.encode()
    (folder / "data" / "t.csv").write_bytes(written)
    (folder / "tallybook.yml").write_text(
        f"as_of: 2030-01-01\nsources: {{t: {{read: {{{read}}}, columns: {{{columns}}}}}}}\n"
        f"metrics:\n  m:\n    formula: |\n      {formula}\n",
        encoding="utf-8",
    )
    book = open_book(folder, sources=None if frame is None else {"t": frame})
    return book.query("m")["m"].item()


def _refused(
    folder: Path,
    content: str | bytes,
    formula: str = "count(t)",
    *,
    columns: str = "",
    read: str = "",
    frame: pl.DataFrame | None = None,
) -> Diagnostic:
    with pytest.raises(BookError) as raised:
        _asked(folder, content, formula, columns=columns, read=read, frame=frame)
    (found,) = raised.value.diagnostics
    assert found.is_error
    return found


# Encodings


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", "encoding: utf-16"),
        ("utf-16-le", "encoding: utf-16-le"),
        ("latin-1", "encoding: latin1"),
        ("cp1252", "encoding: cp1252"),
        ("shift-jis", "encoding: shift-jis"),
    ],
)
def test_letters_of_every_encoding(tmp_path: Path, encoding: str, said: str) -> None:
    name = "売上" if encoding == "shift-jis" else "Größe"
    content = f"{name},x\n{name},1\nb,2\n".encode(encoding)
    assert _asked(tmp_path, content, f'sum(t.x where `{name}` = "{name}")', read=said) == 1


@pytest.mark.parametrize("line", [2, 30_000])
def test_bytes_of_another_encoding_are_told_by_their_line(tmp_path: Path, line: int) -> None:
    content = "x,y\n" + "1,a\n" * (line - 2) + "1,ä\n"
    found = _refused(tmp_path, content.encode("latin-1"))
    assert found.message.endswith(f"byte 0xe4 in line {line} is not utf-8")
    assert found.help == "say how it is written: `read: {encoding: cp1252}`"


def test_utf_16_is_called_by_its_name(tmp_path: Path) -> None:
    found = _refused(tmp_path, "x,y\n1,ä\n".encode("utf-16"))
    assert found.help == "say how it is written: `read: {encoding: utf-16}`"


# Rows


@pytest.mark.parametrize(("row", "fields"), [("2,Doe, Jane,9", 4), ("2,b", 2), ("2", 1)])
@pytest.mark.parametrize("formula", ["count(t)", "sum(t.x)", "sum(t.z)"])
def test_a_row_with_too_many_or_too_few_fields(
    tmp_path: Path, row: str, fields: int, formula: str
) -> None:
    found = _refused(tmp_path, f'x,y,z\n1,"a\nA",3\n{row}\n4,d,5\n', formula)
    assert found.message == (
        f"expected 3 fields in every line of `t.csv`, as in its header, found {fields} in line 4"
    )


def test_rows_without_any_value_are_none(tmp_path: Path) -> None:
    content = "y,x\r\na,1\r\n\r\n,\r\n  , \r\nb,2\r\n,3\r\n\r\n\r\n"
    assert _asked(tmp_path, content, "count(t)") == 3
    assert _asked(tmp_path, content) == 6
    assert _asked(tmp_path, "x\n1\n\n2\n", "count(t)") == 2


def test_lines_are_counted_with_those_that_hold_nothing(tmp_path: Path) -> None:
    content = 'about this file\ny,x\n"a\nb",1\n\n,\nc,two\n'
    found = _refused(tmp_path, content, "sum(t.x)", columns="x: integer", read="skip_rows: 1")
    assert "found `two` in line 7 of `t.csv`" in found.message


def test_quotes_hold_separators_quotes_and_line_breaks(tmp_path: Path) -> None:
    content = 'y,x\n"a,\nb",1\n"c ""d""",2\n"",3\n'
    assert _asked(tmp_path, content) == 6
    assert _asked(tmp_path, content, "sum(t.x where y = 'c \"d\"')") == 2
    assert _asked(tmp_path, content, "sum(t.x where y is null)") == 3


@pytest.mark.parametrize("row", ['1,"2', '1,"5" pipe"', '1,5" pipe'])
def test_quotes_that_are_not_closed_or_doubled(tmp_path: Path, row: str) -> None:
    found = _refused(tmp_path, f"x,y\n{row}\n3,4\n", "sum(t.x where y is not null)")
    assert found.message.startswith("`t.csv` has a quote that is not closed")


def test_lines_that_end_as_on_the_first_macintoshes(tmp_path: Path) -> None:
    assert _asked(tmp_path, "x,y\r1,2\r3,4\r") == 4


def test_a_very_long_field(tmp_path: Path) -> None:
    content = f"x,y\n1,{'a' * 3_000_000}\n2,b\n"
    assert _asked(tmp_path, content, "max(length(t.y))") == 3_000_000


def test_empty_files_and_headers_alone(tmp_path: Path) -> None:
    assert _refused(tmp_path, "").rule.id == "empty-table"
    assert _refused(tmp_path, "\n\n").rule.id == "empty-table"
    assert _asked(tmp_path, "x,y\n", columns="x: integer") == 0
    assert _asked(tmp_path, "x,y", "avg(t.x)", columns="x: integer") is None


def test_names_of_columns(tmp_path: Path) -> None:
    assert _refused(tmp_path, "x,y,x\n1,2,3\n").message == "`t.csv` has the column `x` 2 times"
    assert _asked(tmp_path, "x,y,,\n1,2,,\n") == 1  # columns without a name are nobody's


def test_files_of_one_source_need_the_same_columns_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("x,y\n1,a\n", "utf-8")
    (tmp_path / "2.csv").write_text("y,x\nb,2\n", "utf-8")
    (tmp_path / "tallybook.yml").write_text(
        'sources: {t: {path: "*.csv"}}\nmetrics: {m: {formula: sum(t.x)}}\n', "utf-8"
    )
    assert open_book(tmp_path).query("m")["m"].item() == 3
    (tmp_path / "3.csv").write_text("y,z\nb,2\n", "utf-8")
    with pytest.raises(BookError, match=r"`x` is not in all of them"):
        open_book(tmp_path)


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_typed_files_of_one_source_need_the_same_columns_of_the_same_types(
    tmp_path: Path, suffix: str
) -> None:
    def write(number: int, **columns: object) -> None:
        frame = pl.DataFrame({name: [value] for name, value in columns.items()})
        path = tmp_path / f"{number}.{suffix}"
        frame.write_parquet(path) if suffix == "parquet" else frame.write_ipc(path)

    (tmp_path / "tallybook.yml").write_text(
        f'sources: {{t: {{path: "*.{suffix}"}}}}\nmetrics: {{m: {{formula: sum(t.x)}}}}\n', "utf-8"
    )
    write(1, x=1, y="a")
    write(2, x=2, y="b")
    assert open_book(tmp_path).query("m")["m"].item() == 3
    write(2, x=2.5, y="b")
    with pytest.raises(BookError, match="`x` is int64 in one, and float64 in the other"):
        open_book(tmp_path)
    write(2, x=2)
    with pytest.raises(BookError, match="`y` is string in one, and not there in the other"):
        open_book(tmp_path)


# Numbers


@pytest.mark.parametrize(
    ("text", "read", "number"),
    [
        ("1.234,56 €", "decimal_comma: true, thousands: '.'", "1234.56"),
        ("€ 1.234", "decimal_comma: true, thousands: '.'", "1234"),
        ("-€5", "", "-5"),
        ("(12)", "", "-12"),
        ("($1,234.50)", "thousands: ','", "-1234.5"),
        ("1,23,456", "thousands: ','", "123456"),
        ("1 234", "thousands: ' '", "1234"),
        ("1\u00a0234,5 €", "decimal_comma: true, thousands: ' '", "1234.5"),
        ("12\u202f345", "thousands: ' '", "12345"),
        ("+5", "", "5"),
        ("1e3", "", "1000"),
        ("007", "", "7"),
    ],
)
def test_numbers_as_people_write_them(tmp_path: Path, text: str, read: str, number: str) -> None:
    content = f'x;y\n"{text}";a\n'
    assert _asked(tmp_path, content, columns="x: decimal", read=read) == Decimal(number)
    assert _asked(tmp_path, content, columns="x: float", read=read) == float(number)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1,5", ""),
        ("1,5", "thousands: ','"),
        ("1,234,5", "thousands: ','"),
        ("1,234.5,6", "thousands: ','"),
        ("1.234", "decimal_comma: true"),
        ("1.234.567", "decimal_comma: true"),
        ("1 234", ""),
        ("12-", ""),
        ("inf", ""),
        ("5 kg", ""),
        ("0x10", ""),
        ("1_000", ""),
    ],
)
@pytest.mark.parametrize("kind", ["float", "decimal"])
def test_numbers_that_could_be_others_are_refused(
    tmp_path: Path, text: str, read: str, kind: str
) -> None:
    found = _refused(tmp_path, f'x;y\n"{text}";a\n', "sum(t.x)", columns=f"x: {kind}", read=read)
    assert f"found `{text}` in line 2" in found.message


@pytest.mark.parametrize(
    ("text", "read", "advice"),
    [
        ("1.234", "decimal_comma: true", 'decimal_comma: true, thousands: "."}`, or neither'),
        ("1.234,50", "", '{decimal_comma: true, thousands: "."}`'),
        ("1,234.50", "", '{thousands: ","}`'),
        ("1 234.5", "", '{thousands: " "}`'),
        ("12.5", "thousands: '.'", "neither `decimal_comma` nor `thousands`"),
        ("1,5", "", "{decimal_comma: true}`"),
        ("1,234", "", '{thousands: ","}`, or `read: {decimal_comma: true}`'),
    ],
)
def test_advice_names_the_ways_in_which_a_number_can_be_read(
    tmp_path: Path, text: str, read: str, advice: str
) -> None:
    found = _refused(tmp_path, f'x;y\n"{text}";a\n', "sum(t.x)", columns="x: float", read=read)
    assert advice in (found.help or "")


def test_the_comma_cannot_mean_two_things(tmp_path: Path) -> None:
    read = "decimal_comma: true, thousands: ','"
    found = _refused(tmp_path, "x;y\n1.234;a\n", "sum(t.x)", columns="x: float", read=read)
    assert "the comma cannot part thousands" in found.message


@pytest.mark.parametrize(("text", "unit"), [("$5", "EUR"), ("5 £", "USD"), ("€5", "SEK")])
def test_amounts_of_other_currencies_are_refused(tmp_path: Path, text: str, unit: str) -> None:
    columns = f"x: {{type: decimal, unit: {unit}}}"
    found = _refused(tmp_path, f"x;y\n{text};a\n", "sum(t.x)", columns=columns)
    assert f"found `{text}` in line 2" in found.message
    assert "use `convert`" in (found.help or "")


def test_percentages_are_fractions(tmp_path: Path) -> None:
    assert _asked(tmp_path, "x,y\n12%,a\n5.5 %,b\n", columns="x: float") == pytest.approx(0.175)
    assert "`12%`" in _refused(tmp_path, "x\n12%\n", "sum(t.x)", columns="x: integer").message


def test_identifiers_keep_their_zeros(tmp_path: Path) -> None:
    content = "x,y\n007,1\n7,2\n"
    assert _asked(tmp_path, content, "sum(t.y where x = '007')") == 1


# Days


@pytest.mark.parametrize("kind", ["date", "datetime"])
def test_a_day_that_could_be_two_is_asked_about(tmp_path: Path, kind: str) -> None:
    found = _refused(tmp_path, "x\n03/04/2024\n01/02/2024\n", "min(t.x)", columns=f"x: {kind}")
    assert "found `03/04/2024` in line 2, `01/02/2024` in line 3" in found.message
    assert found.help == (
        '`03/04/2024` is 3 April 2024 with `read: {dates: "%d/%m/%Y"}`, and 4 March 2024 with '
        '`{dates: "%m/%d/%Y"}`: say which'
    )


@pytest.mark.parametrize(
    ("values", "pattern", "first"),
    [
        (["03/04/2024", "25/04/2024"], "%d/%m/%Y", dt.date(2024, 4, 3)),
        (["03/04/2024", "04/25/2024"], "%m/%d/%Y", dt.date(2024, 3, 4)),
        (["31.12.70", "01.01.68"], "%d.%m.%y", dt.date(1970, 12, 31)),
        (["3 Apr 2024"], "%d %b %Y", dt.date(2024, 4, 3)),
        (["April 3, 2024"], "%B %d, %Y", dt.date(2024, 4, 3)),
        (["20240403"], "%Y%m%d", dt.date(2024, 4, 3)),
        (["2024/04/13"], "%Y/%m/%d", dt.date(2024, 4, 13)),
    ],
)
def test_days_that_leave_no_doubt_are_asked_about_with_their_pattern(
    tmp_path: Path, values: list[str], pattern: str, first: dt.date
) -> None:
    content = "x;y\n" + "".join(f"{v};1\n" for v in values)
    found = _refused(tmp_path, content, "min(t.x)", columns="x: date")
    advice = f'`read: {{dates: "{pattern}"}}` fits all of them'
    assert found.help == f"say how they are written: {advice}"
    said = f'dates: "{pattern}"'
    assert _asked(tmp_path, content, "min(t.x)", columns="x: date", read=said) == first


def test_iso_days_and_times_need_no_pattern(tmp_path: Path) -> None:
    content = "x,y\n2024-04-03,2024-04-03T10:00:00+02:00\n"
    assert _asked(tmp_path, content, "max(t.x)") == dt.date(2024, 4, 3)
    assert _asked(tmp_path, content, "max(t.y)") == dt.datetime(2024, 4, 3, 8, tzinfo=dt.UTC)


def test_the_pattern_may_be_wrong(tmp_path: Path) -> None:
    found = _refused(
        tmp_path,
        "x\n03/04/2024\n03/25/2024\n",
        "max(t.x)",
        columns="x: date",
        read='dates: "%d/%m/%Y"',
    )
    assert "expected dates written `%d/%m/%Y`" in found.message
    assert "found `03/25/2024` in line 3 of `t.csv`" in found.message
    assert found.help is not None
    assert '`read: {dates: "%m/%d/%Y"}` fits' in found.help


@pytest.mark.parametrize("kind", ["date", "datetime"])
@pytest.mark.parametrize(
    ("text", "read"), [("03/04/24", 'dates: "%d/%m/%Y"'), ("24-01-03", ""), ("0024-01-03", "")]
)
def test_a_year_has_four_digits_where_no_pattern_says_two(
    tmp_path: Path, text: str, read: str, kind: str
) -> None:
    found = _refused(tmp_path, f"x\n{text}\n", "max(t.x)", columns=f"x: {kind}", read=read)
    assert f"found `{text}` in line 2" in found.message


def test_more_faults_are_counted(tmp_path: Path) -> None:
    content = "x,y\n" + "".join(f"{n or 'tbd'},1\n" for n in (1, 0, 0, 2, 0, 0, 0))
    found = _refused(tmp_path, content, "sum(t.x)", columns="x: integer")
    assert "found `tbd` in line 3, `tbd` in line 4, `tbd` in line 6 and 2 more" in found.message


# Typed tables whose texts and numbers are other things


@pytest.mark.parametrize(
    ("values", "kind", "shown"),
    [
        (["1", "n/a", "2"], "integer", "`n/a`"),
        (["2024-01-01", "01.02.2024"], "date", "`01.02.2024`"),
        ([1.0, 2.5], "integer", "`2.5`"),
        ([20240131, 5], "date", "`20240131`, `5`"),
    ],
)
def test_values_of_frames_that_are_not_what_their_column_is(
    tmp_path: Path, values: list[object], kind: str, shown: str
) -> None:
    frame = pl.DataFrame({"x": values})
    found = _refused(tmp_path, "x\n", "max(t.x)", columns=f"x: {kind}", frame=frame)
    assert found.message.endswith(f"in `t.x`, found {shown}")


def test_values_of_frames_that_can_be_read_are(tmp_path: Path) -> None:
    days = pl.DataFrame({"x": [20240131, 20240201]})
    assert _asked(
        tmp_path, "x\n", "max(t.x)", columns="x: date", read='dates: "%Y%m%d"', frame=days
    ) == dt.date(2024, 2, 1)
    whole = pl.DataFrame({"x": [1.0, float("nan"), 3.0, None]})
    assert _asked(tmp_path, "x\n", "sum(t.x)", columns="x: integer", frame=whole) == 4


# Numbers that are too large


@pytest.mark.parametrize("formula", ["sum(t.x)", "max(t.x * t.x)", "max(t.x) + max(t.x)"])
def test_whole_numbers_beyond_64_bits_are_told_in_words(tmp_path: Path, formula: str) -> None:
    greatest = 2**63 - 1
    found = _refused(tmp_path, f"x,y\n{greatest},1\n{greatest},1\n", formula)
    beyond = greatest * greatest if "*" in formula else 2 * greatest
    assert found.rule.id == "overflow"
    assert found.message == (
        "expected a whole number of at most 64 bits, up to 9,223,372,036,854,775,807, "
        f"found `{beyond}`"
    )
    if "+" not in formula:
        assert found.span is not None
        assert found.span.text == formula


def test_a_text_that_sql_makes_a_number_of_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "t.csv").write_text("x\na1\n", "utf-8")
    (tmp_path / "tallybook.yml").write_text(
        "sources:\n  t: {}\n  made: {sql: select cast(x as integer) as y from t}\n"
        "metrics: {m: {formula: sum(made.y)}}\n",
        "utf-8",
    )
    with pytest.raises(BookError, match="cannot be of its type: `a1`"):
        open_book(tmp_path).query("m")


# Quick ways to read

_PIECES = st.sampled_from(
    (
        *(
            "0",
            "7",
            "12",
            "2024",
            "1970",
            "-",
            "+",
            ".",
            ",",
            " ",
            ":",
            "T",
            "Z",
            "%",
            "€",
            "(",
            ")",
        ),
        *("2024-02-29", "0099-01-01", "2024-3-1", "03:04:05", "24:00", "23:59:60", ".25", "+01:00"),
        *("e5", "inf", "nan", "1e999", "\u00a0", "\u202f", "_", "x", "9223372036854775808"),
    )
)
_WRITTEN = st.lists(_PIECES, max_size=4).map("".join)
_TYPES = (Type.INTEGER, Type.FLOAT, Type.DECIMAL, Type.DATE, Type.DATETIME)
_HOW = (
    Reading(),
    Reading(decimal_comma=True),
    Reading(thousands="."),
    Reading(thousands=",", zone=ZoneInfo("Europe/Berlin")),
    Reading(dates="%d.%m.%Y"),
    Reading(serials_from="1900"),
)


@examples(100)
@example(["1.234", "inf", "nan", "2024-03-31 02:30:00", "0099-01-01", " 5", "5.0", "+7", "1_0"])
@given(st.lists(_WRITTEN, min_size=1, max_size=20))
def test_what_is_read_quickly_is_read_the_same_with_patience(texts: list[str]) -> None:
    for kind, how in product(_TYPES, _HOW):
        column, text = Column("x", kind, None, "x"), pl.col("x")
        patient = parsed(text, column, how).alias("patient")
        for quick in quickly_parsed(text, column, how):
            found = pl.DataFrame({"x": texts}).select("x", patient, quick.alias("quick"))
            read = found.filter(pl.col("quick").is_not_null())
            assert read["quick"].equals(read["patient"], check_dtypes=True), read


def test_a_decimal_that_has_more_digits_than_its_column_is_not_rounded(tmp_path: Path) -> None:
    found = _refused(tmp_path, "x\n1.0000009\n2.5000000\n", "sum(t.x)", columns="x: decimal")
    assert "`1.0000009` in line 2" in found.message
    assert found.help == "to keep all digits after the point: `type: decimal(28, 7)`"
    kept = _asked(tmp_path, "x\n1.0000009\n2.5000000\n", columns='x: "decimal(28, 7)"')
    assert kept == Decimal("3.5000009")


def test_a_typed_decimal_with_more_digits_than_its_column_is_not_rounded(tmp_path: Path) -> None:
    fine = pl.DataFrame({"x": pl.Series([Decimal("1.0000009")], dtype=pl.Decimal(38, 9))})
    found = _refused(tmp_path, "x\n1\n", columns="x: decimal", formula="sum(t.x)", frame=fine)
    assert "1.000000900" in found.message
    assert _asked(tmp_path, "x\n1\n", columns='x: "decimal(28, 7)"', frame=fine) == Decimal(
        "1.0000009"
    )


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("((a{100}){100}){100}", "it is too large"),
        ("a{,3}", "repetition quantifier expects a valid decimal"),
        (r"\p{Gk}", "Unicode property not found"),
    ],
)
def test_a_pattern_that_only_the_engine_can_refuse_is_told_with_its_place(
    pattern: str, why: str, tmp_path: Path
) -> None:
    formula = f'count(t where matches(name, "{pattern}"))'
    found = _refused(tmp_path, "name\na\n", formula)
    assert found.rule.id == "wrong-arguments"
    assert found.message == f"the pattern `{pattern}` cannot be used: {why}"
    assert found.span is not None
    assert found.span.text == formula


@pytest.mark.parametrize("pattern", [r"a\Z", "a(?>b)", "(?a)b"])
def test_a_pattern_in_words_of_other_engines_is_refused_at_check(
    pattern: str, tmp_path: Path
) -> None:
    found = _refused(tmp_path, "name\na\n", f'count(t where matches(name, "{pattern}"))')
    assert "has no meaning in it" in found.message


@pytest.mark.parametrize("pattern", [r"^\p{Greek}$", r"^\P{Latin}$", r"^α\z", r"^[^\\Z]$"])
def test_a_pattern_may_name_classes_of_letters(pattern: str, tmp_path: Path) -> None:
    formula = f'count(t where matches(name, "{pattern}"))'
    assert _asked(tmp_path, "name\na\nα\n", formula) in (1, 2)


def test_a_file_of_more_columns_than_anybody_uses_is_refused(tmp_path: Path) -> None:
    header = ",".join(f"c{n}" for n in range(20_001))
    found = _refused(tmp_path, f"{header}\n")
    assert found.rule.id == "unreadable-table"
    assert "expected at most 20,000 columns in `t.csv`, found 20,001" in found.message


def test_a_file_of_many_columns_is_read(tmp_path: Path) -> None:
    header = ",".join(f"c{n}" for n in range(20_000))
    assert _asked(tmp_path, f"{header}\n{'1,' * 19_999}7\n", "sum(t.c19999)") == 7


def test_a_long_field_is_read_and_told_by_its_first_letters(tmp_path: Path) -> None:
    digits = "7" * 2_000_000
    assert _asked(tmp_path, f"x,y\n1,{digits}\n2,b\n") == 3
    found = _refused(tmp_path, f"x,y\n{digits},a\n", "sum(t.x)", columns="x: float")
    assert len(as_text([found])) < 1_000
