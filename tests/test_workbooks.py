"""Excel workbooks as sources. What is in them is written by XlsxWriter, or by hand."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, get_args

import polars as pl
import pytest
import xlsxwriter  # type: ignore[import-untyped] # it has no types

from tallybook.book import open_book
from tallybook.language.types import Type
from tallybook.tables.serials import Epoch, moment
from tallybook.tables.workbook import sheet_rows
from tallybook.text.diagnostic import BookError, Findings

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.book import Book
    from tallybook.text.diagnostic import Diagnostic

_Cell = object
Rows = Sequence[Sequence[_Cell]]
DAY, TIME, ELAPSED = "dd/mm/yyyy", "d/m/yy h:mm", "[h]:mm"


@dataclass(frozen=True)
class As:
    """A number shown by a format."""

    value: float
    shown: str


@dataclass(frozen=True)
class Formula:
    """A formula with what it came to."""

    text: str
    value: str


def _write(path: Path, *sheets: tuple[str, Rows], macintosh: bool) -> None:
    book = xlsxwriter.Workbook(str(path), {"date_1904": macintosh})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                match cell:
                    case None:
                        pass
                    case As(value, shown):
                        style = book.add_format({"num_format": shown})
                        sheet.write_number(number, column, value, style)
                    case Formula(text, value):
                        sheet.write_formula(number, column, text, None, value)
                    case str():
                        sheet.write_string(number, column, cell)
                    case _:
                        sheet.write(number, column, cell)
    book.close()


def _book(
    folder: Path,
    rows: Rows,
    columns: str,
    *,
    read: str = "",
    macintosh: bool = False,
) -> Book:
    """A book with the one source `t`, of the second of two sheets."""
    (folder / "data").mkdir(exist_ok=True)
    sheets = (("Read me", [["Made by hand"]]), ("Rows", rows))
    _write(folder / "data" / "t.xlsx", *sheets, macintosh=macintosh)
    options = f"{{sheet: Rows{', ' if read else ''}{read}}}"
    (folder / "tallybook.yml").write_text(
        f"as_of: 2030-01-01\nsources: {{t: {{read: {options}, columns: {{{columns}}}}}}}\n"
        "metrics: {rows: {formula: count(t)}}\n",
        encoding="utf-8",
    )
    return open_book(folder)


def _values(book: Book, column: str) -> list[object]:
    """A column as the engine reads it."""
    table = book.checked.tables["t"].table
    findings = Findings()
    zone = book.checked.book.calendar.zone
    frame = book.reader.table(table, frozenset((column,)), zone, findings)
    findings.raise_errors()
    assert frame is not None
    return frame.collect()[column].to_list()


def test_a_day_is_a_day_however_its_cell_keeps_it(tmp_path: Path) -> None:
    rows: Rows = [["x"], [As(45322, DAY)], [45323], ["2024-02-02"], [As(45325.75, TIME)], ["45326"]]
    days = [dt.date(2024, 1, 31), *(dt.date(2024, 2, d) for d in (1, 2, 3, 4))]
    assert _values(_book(tmp_path, rows, "x: date"), "x") == days


def test_fractions_of_days_are_times_to_the_second(tmp_path: Path) -> None:
    rows: Rows = [["x"], [As(45322.573611111, TIME)], [45322.5], ["45322.000011574"], [45322]]
    day = dt.datetime(2024, 1, 31)
    expected = [day.replace(hour=13, minute=46), day.replace(hour=12), day.replace(second=1), day]
    assert _values(_book(tmp_path, rows, "x: datetime"), "x") == expected


def test_times_are_on_the_clock_of_their_zone(tmp_path: Path) -> None:
    book = _book(tmp_path, [["x"], [45322.5]], "x: datetime")
    text = (tmp_path / "tallybook.yml").read_text("utf-8")
    (tmp_path / "tallybook.yml").write_text(f"timezone: Asia/Tokyo\n{text}", "utf-8")
    assert _values(book, "x") == [dt.datetime(2024, 1, 31, 12)]
    assert _values(open_book(tmp_path), "x") == [dt.datetime(2024, 1, 31, 3)]


@pytest.mark.parametrize("shown", ["General", DAY])
def test_the_first_months_of_1900_have_no_29_february(tmp_path: Path, shown: str) -> None:
    rows: Rows = [["x"], *([As(n, shown)] for n in (1, 59, 61))]
    days = [dt.date(1900, 1, 1), dt.date(1900, 2, 28), dt.date(1900, 3, 1)]
    assert _values(_book(tmp_path, rows, "x: date"), "x") == days
    with pytest.raises(BookError, match=r"in row 2 of"):
        _values(_book(tmp_path, [["x"], [As(60, shown)]], "x: date"), "x")


def test_old_macintoshes_count_from_1904(tmp_path: Path) -> None:
    book = _book(tmp_path, [["x"], [As(43860, DAY)], [43860], [0]], "x: date", macintosh=True)
    assert _values(book, "x") == [dt.date(2024, 1, 31)] * 2 + [dt.date(1904, 1, 1)]


@pytest.mark.parametrize("epoch", get_args(Epoch))
def test_numbers_and_shown_days_are_the_same_days(tmp_path: Path, epoch: Epoch) -> None:
    numbers = [*range(1, 60), *range(61, 3000, 13), 25569, 45322.25, 2_957_003]
    rows: Rows = [["shown", "number"], *([As(n, TIME), n] for n in numbers)]
    book = _book(tmp_path, rows, "shown: datetime, number: datetime", macintosh=epoch == "1904")
    assert _values(book, "shown") == _values(book, "number")
    assert _values(book, "number") == [
        moment(n, "1904" if epoch == "1904" else "1900") for n in numbers
    ]


def test_texts_beside_days_follow_the_pattern(tmp_path: Path) -> None:
    rows: Rows = [["x"], [As(45322, DAY)], ["01.02.2024"], [45324]]
    book = _book(tmp_path, rows, "x: date", read='dates: "%d.%m.%Y"')
    assert _values(book, "x") == [dt.date(2024, 1, 31), dt.date(2024, 2, 1), dt.date(2024, 2, 2)]
    with pytest.raises(BookError, match=r"`01.02.2024` in row 3 of `t.xlsx`") as raised:
        _values(_book(tmp_path, rows, "x: date"), "x")
    assert raised.value.diagnostics[0].help == (
        '`01.02.2024` is 1 February 2024 with `read: {dates: "%d.%m.%Y"}`, and 2 January 2024 '
        'with `{dates: "%m.%d.%Y"}`: say which'
    )


def test_types_are_seen_in_the_cells(tmp_path: Path) -> None:
    rows: Rows = [
        ["day", "at", "whole", "part", "yes", "code", "share", "length"],
        [As(45322, DAY), As(45322.5, TIME), 1, 1.5, True, "007", As(0.12, "0%"), As(1.5, ELAPSED)],
        [As(45323, DAY), As(45323, TIME), 2.0, 2, False, 12, None, 0.25],
    ]
    book = _book(tmp_path, rows, "")
    types = {c.name: c.type for c in book.checked.tables["t"].table.columns.values()}
    assert types == {
        "day": Type.DATE,
        "at": Type.DATETIME,
        "whole": Type.INTEGER,
        "part": Type.FLOAT,
        "yes": Type.BOOLEAN,
        "code": Type.STRING,
        "share": Type.FLOAT,
        "length": Type.FLOAT,
    }
    assert _values(book, "code") == ["007", "12"]
    assert _values(book, "length") == [1.5, 0.25]


def test_numbers_have_the_digits_that_they_were_entered_with(tmp_path: Path) -> None:
    entered = [19.99, 0.1, 1e-7, 12345678.125, -3.5]
    book = _book(tmp_path, [["x"], *([n] for n in entered)], 'x: {type: "decimal(28, 18)"}')
    assert _values(book, "x") == [Decimal(repr(n)).quantize(Decimal("1e-18")) for n in entered]


def test_numbers_stored_as_text_are_numbers_as_the_book_says(tmp_path: Path) -> None:
    rows: Rows = [["x"], [1.25], ["1.234,5"], ["(2)"], [1234567.5], ["12 €"]]
    book = _book(tmp_path, rows, "x: float", read='decimal_comma: true, thousands: "."')
    assert _values(book, "x") == [1.25, 1234.5, -2, 1234567.5, 12]


def test_cells_in_error_are_told_by_their_row(tmp_path: Path) -> None:
    rows: Rows = [
        ["x"],
        [1],
        [None],
        [Formula("=1/0", "#DIV/0!")],
        [Formula("=NA()", "#N/A")],
        ["2"],
    ]
    with pytest.raises(BookError, match=r"found `#DIV/0!` in row 4, `#N/A` in row 5 of `t.xlsx`"):
        _values(_book(tmp_path, rows, "x: integer"), "x")
    book = _book(tmp_path, rows, "x: integer", read='nulls: ["", "#N/A", "#DIV/0!"]')
    assert _values(book, "x") == [1, None, None, 2]


def test_rows_and_columns_without_anything_are_none(tmp_path: Path) -> None:
    rows: Rows = [
        ["x", None, "y", " "],
        [],
        [1, "lost", "a"],
        ["", None, " "],
        [None, None, "b"],
        [],
    ]
    book = _book(tmp_path, rows, "x: integer")
    assert list(book.checked.tables["t"].table.columns) == ["y", "x"]
    assert _values(book, "x") == [1, None]
    assert book.query("rows")["rows"].to_list() == [2]


def test_a_title_above_the_header_is_skipped(tmp_path: Path) -> None:
    rows: Rows = [["Leads of May"], [], [None, "x"], [None, 5]]
    assert _values(_book(tmp_path, rows, "x: integer", read="skip_rows: 1"), "x") == [5]


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    _book(tmp_path, [["x"], [1]], "")
    path = tmp_path / "tallybook.yml"
    path.write_text(path.read_text("utf-8").replace("sheet: Rows", "sheet: Row"), "utf-8")
    with pytest.raises(BookError, match="has no sheet `Row`; it has `Read me`, `Rows`") as raised:
        open_book(tmp_path)
    (found,) = raised.value.diagnostics
    assert found.help == "did you mean `Rows`?"
    assert found.span is not None
    assert found.span.text == "Row"


def test_without_a_name_it_is_the_first_sheet_that_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_chartsheet("Chart")
    hidden, shown = book.add_worksheet("Hidden"), book.add_worksheet("Shown")
    hidden.write(0, 0, "no")
    hidden.hide()
    shown.write(0, 0, "yes")
    shown.activate()
    book.close()
    assert [cells for _, cells in sheet_rows(path, None)] == [{0: "yes"}]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", "zip"])
def test_what_is_no_workbook_is_told_so(tmp_path: Path, content: bytes | str) -> None:
    book = _book(tmp_path, [["x"], [1]], "x: integer")
    if isinstance(content, str):
        with zipfile.ZipFile(made := io.BytesIO(), "w") as archive:
            archive.writestr("xl/workbook.xml", "<workbook><sheets></workbook>")
        content = made.getvalue()
    (tmp_path / "data" / "t.xlsx").write_bytes(content)
    with pytest.raises(BookError, match=r"`t.xlsx` cannot be read as a workbook"):
        open_book(tmp_path)
    with pytest.raises(BookError, match=r"`t.xlsx` cannot be read as a workbook"):
        _values(book, "x")


def _by_hand(path: Path, rows: str, texts: str = "") -> None:
    names = "http://purl.oclc.org/ooxml"  # the other of the two standards
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<x:workbook xmlns:x="{names}/spreadsheetml/main" xmlns:r="{names}/relationships">'
            '<x:sheets><x:sheet name="S" sheetId="1" r:id="r1"/></x:sheets></x:workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships><Relationship Id="r1" Type="{names}/relationships/worksheet" '
            'Target="/xl/worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/sharedStrings.xml", f"<sst>{texts}</sst>")
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'<x:worksheet xmlns:x="{names}/spreadsheetml/main"><x:sheetData>{rows}</x:sheetData>'
            "</x:worksheet>",
        )


def test_other_programs_write_cells_otherwise(tmp_path: Path) -> None:
    _by_hand(
        tmp_path / "t.xlsx",
        '<x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="inlineStr"><x:is><x:t>b</x:t></x:is></x:c>'
        '</x:row><x:row r="4"><x:c r="B4" t="str"><x:f>A1</x:f><x:v>c</x:v></x:c><x:c r="AA4">'
        "<x:v>1E2</x:v></x:c><x:c><x:v>19.989999999999998</x:v></x:c></x:row><x:row><x:c><x:f>A1+1</x:f></x:c></x:row>",
        "<si><r><t>a</t></r><r><t> and</t></r><rPh><t>not</t></rPh></si>",
    )
    assert list(sheet_rows(tmp_path / "t.xlsx", "S")) == [
        (1, {0: "a and", 1: "b"}),
        (4, {1: "c", 26: "100", 27: "19.99"}),
        (5, {0: "=A1+1"}),
    ]


def _shown_as_day(cell: _Cell) -> _Cell:
    return As((cell - dt.date(1899, 12, 30)).days, DAY) if isinstance(cell, dt.date) else cell


def test_workbooks_and_csv_of_the_same_rows_read_alike(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "name": [f"L{n}" for n in range(50)],
            "day": [dt.date(2024, 1, 1) + dt.timedelta(days=n) for n in range(50)],
            "amount": [n / 8 if n % 3 else None for n in range(50)],
        }
    )
    rows: Rows = [list(frame.columns), *(list(r) for r in frame.rows())]
    cells = [
        [As((c - dt.date(1899, 12, 30)).days, DAY) if isinstance(c, dt.date) else c for c in r]
        for r in rows
    ]
    of_cells = _book(tmp_path, cells, "")
    found = {name: _values(of_cells, name) for name in frame.columns}
    (tmp_path / "data" / "t.xlsx").unlink()
    frame.write_csv(tmp_path / "data" / "t.csv")
    of_text = open_book(tmp_path)
    assert found == {name: _values(of_text, name) for name in frame.columns}


# Traps

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_FIVE = "<row><c><v>5</v></c></row>"


def _trap(
    folder: Path,
    rows: str = _FIVE,
    *,
    before: str = "",
    target: str = "worksheets/sheet1.xml",
    more: int = 0,
) -> Diagnostic:
    """What is told of a workbook by hand whose first row is the header `x`."""
    (folder / "data").mkdir()
    with zipfile.ZipFile(folder / "data" / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {_MAIN} {_OFFICE}><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships><Relationship Id="r1" Type="/worksheet" Target="{target}"/>'
            "</Relationships>",
        )
        header = '<row r="1"><c r="A1" t="str"><v>x</v></c></row>'
        sheet = f"{before}<worksheet {_MAIN}><sheetData>{header}{rows}</sheetData></worksheet>"
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        archive.writestr("xl/sharedStrings.xml", "<sst><si><t>a</t></si></sst>")
        for number in range(more):
            archive.writestr(f"more{number}", "")
    (folder / "tallybook.yml").write_text(
        "sources: {t: {columns: {x: string}}}\nmetrics: {m: {formula: count(t.x)}}\n", "utf-8"
    )
    with pytest.raises(BookError) as raised:
        open_book(folder).query("m")
    (found,) = raised.value.diagnostics
    assert found.rule.id == "unreadable-table"
    return found


def test_a_sheet_that_unpacks_to_far_more_than_it_is_packed_in_is_not_unpacked(
    tmp_path: Path,
) -> None:
    found = _trap(tmp_path, _FIVE * 3_000_000)
    assert "`xl/worksheets/sheet1.xml` in it would unpack to 78,0" in found.message


def test_an_archive_of_too_many_parts_is_no_workbook(tmp_path: Path) -> None:
    assert "expected at most 10,000 parts in it" in _trap(tmp_path, more=10_000).message


@pytest.mark.parametrize("place", ["XFE2", "ZZZZZZZZZZZZZZZZ2"])
def test_a_cell_beyond_the_last_column_is_refused(place: str, tmp_path: Path) -> None:
    found = _trap(tmp_path, f'<row r="2"><c r="{place}"><v>5</v></c></row>')
    assert "beyond the last column, XFD" in found.message


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    letters = "abcdefghijkl"
    entities = "".join(f'<!ENTITY {name} "{f"&{one};" * 10}">' for one, name in pairwise(letters))
    trap = f'<!DOCTYPE s [<!ENTITY a "{"lol" * 10}">{entities}]>'
    found = _trap(tmp_path, '<row><c t="str"><v>&l;</v></c></row>', before=trap)
    assert "amplification" in found.message


def test_nothing_outside_of_the_workbook_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    trap = f'<!DOCTYPE s [<!ENTITY a SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    found = _trap(tmp_path, '<row><c t="str"><v>&a;</v></c></row>', before=trap)
    assert "undefined entity" in found.message


@pytest.mark.parametrize("target", ["../../../secret", "/etc/passwd", "http://localhost/s.xml"])
def test_a_sheet_is_a_part_of_its_workbook(target: str, tmp_path: Path) -> None:
    assert "in the archive" in _trap(tmp_path, target=target).message


@pytest.mark.parametrize("number", ["-1", "1", "9" * 30])
def test_a_text_that_is_not_there_is_no_other_one(number: str, tmp_path: Path) -> None:
    found = _trap(tmp_path, f'<row><c t="s"><v>{number}</v></c></row>')
    assert "of the 1 in it" in found.message
