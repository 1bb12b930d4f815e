"""The shape of CSV files, found line by line, is that which reading row by row finds."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallybook.tables import csv_shape
from tallybook.tables.dialect import Head, dialect

if TYPE_CHECKING:
    from pathlib import Path

    from tallybook.tables.csv_shape import Survey

_HOW = dialect(None)
_fields = st.sampled_from(["a", "b c", "", " ", '""', '"a"', '"x""y"', '""""', '"', '"\n"', "\r"])
_ends = st.sampled_from(["SEP", "SEP", "SEP", "\n", "\r\n"])
_bodies = st.lists(st.tuples(_fields, _ends), max_size=12).map(
    lambda parts: "".join(field + end for field, end in parts)
)


def _survey(path: Path, separator: str, fields: int) -> Survey | str:
    head = Head(("a",) * fields, (), separator)
    csv_shape._survey.cache_clear()
    try:
        return csv_shape.survey(path, _HOW, head)
    except csv.Error as error:
        return str(error)


@given(body=_bodies, separator=st.sampled_from(",;\t|^-]"), fields=st.integers(1, 3))
def test_lines_and_rows_agree(
    body: str, separator: str, fields: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "lines [1].csv"
    header = separator.join("abc"[:fields])
    path.write_text(f"{header}\n{body.replace('SEP', separator)}", encoding="utf-8", newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_shape, "_line_by_line", lambda *_: None)
        by_rows = _survey(path, separator, fields)
    assert _survey(path, separator, fields) == by_rows


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("1,2\n3,4\n", (2, (), None)),
        ('1,"two, or ""2"""\n\n,\n3,4', (4, (1, 2), None)),
        ("1,2\n3\n", (2, (), (3, 1))),
        ('1,"two\nlines"\n3,4,5\n', (2, (), (4, 3))),
    ],
)
def test_shapes(body: str, expected: tuple[object, ...], tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("a,b\n" + body, encoding="utf-8", newline="")
    found = _survey(path, ",", 2)
    assert not isinstance(found, str)
    assert (found.rows, found.blank, found.uneven) == expected
