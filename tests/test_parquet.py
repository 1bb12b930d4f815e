"""Footers of Parquet files say what the engine says of them, or nothing.

The files in `tests/parquet` were written by Arrow, which has types and habits of its own: all null
or empty, each column named after its type.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallybook.language.types import Type
from tallybook.opening import open_checked
from tallybook.tables.parquet import parquet_types
from tallybook.tables.typed_files import types_of
from tallybook.text.diagnostic import BookError
from test_command_start import imported_by

if TYPE_CHECKING:
    from collections.abc import Callable

BY_ARROW = sorted((Path(__file__).parent / "parquet").glob("*.parquet"))
AnyType = pl.DataType | type[pl.DataType]
PLAIN: tuple[AnyType, ...] = (
    *(pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64),
    *(pl.Float32, pl.Float64, pl.Boolean, pl.String, pl.Binary, pl.Date, pl.Time),
    pl.Categorical,
)
MADE: tuple[AnyType, ...] = (
    *(pl.Enum(["a", "ä"]), pl.Decimal(9, 2), pl.Decimal(38, 10)),
    *(pl.Datetime(u, z) for u in ("ms", "us", "ns") for z in (None, "UTC", "Asia/Tokyo")),
    *(pl.Duration("ms"), pl.Duration("ns"), pl.List(pl.List(pl.Int64)), pl.Array(pl.Date, 2)),
    pl.Struct({"a": pl.Int64, "b": pl.List(pl.Struct({"c": pl.String}))}),
)
KNOWN = {str(dtype): dtype for dtype in (*PLAIN, *MADE)}
RARE: tuple[AnyType, ...] = (pl.Int128, pl.UInt128, pl.Float16, pl.Null)
BY_DUCKDB = [
    "tinyint",
    "utinyint",
    "smallint",
    "usmallint",
    "int",
    "uinteger",
    "bigint",
    "ubigint",
    "hugeint",
    "float",
    "double",
    "boolean",
    "decimal(4,1)",
    "decimal(18,3)",
    "decimal(38,3)",
    "varchar",
    "blob",
    "date",
    "time",
    "timestamp",
    "timestamp_s",
    "timestamp_ms",
    "timestamp_ns",
    "timestamptz",
    "enum('a','b')",
    "int[]",
    "struct(a int)",
    "map(varchar,int)",
]


def by_engine(path: Path) -> dict[str, Type]:
    return types_of(pl.scan_parquet(path, glob=False).collect_schema())


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("parquet") / "a.parquet"


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize("rows", [0, 1])
def test_types_are_those_of_the_engine(name: str, rows: int, path: Path) -> None:
    column = pl.Series("x", [None] * rows, dtype=KNOWN[name])
    pl.DataFrame({"id": range(rows), "it": column}).write_parquet(path)
    assert parquet_types([path]) == by_engine(path)


@pytest.mark.parametrize("dtype", RARE)
def test_nothing_is_said_of_rare_types(dtype: AnyType, path: Path) -> None:
    pl.DataFrame({"x": pl.Series([None], dtype=dtype)}).write_parquet(path)
    assert parquet_types([path]) is None


@pytest.mark.parametrize("name", BY_DUCKDB)
def test_what_duckdb_writes_is_read_as_the_engine_reads_it(name: str, path: Path) -> None:
    query = f"select null::{name} as x, 1::bigint as y"
    duckdb.sql(f"copy ({query}) to '{path}' (format parquet)")
    assert parquet_types([path]) == by_engine(path)


@pytest.mark.parametrize("written", BY_ARROW, ids=lambda p: p.stem)
def test_what_arrow_writes_is_read_as_the_engine_reads_it(written: Path) -> None:
    found = parquet_types([written])
    assert (found is None) == written.stem.startswith("unknown")
    assert found in (None, by_engine(written))


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        st.sampled_from(list(KNOWN)),
        min_size=1,
        max_size=30,
    ),
    st.integers(0, 2),
)
def test_any_columns_are_found_in_their_order(
    path: Path, columns: dict[str, str], rows: int
) -> None:
    series = {n: pl.Series([None] * rows, dtype=KNOWN[k]) for n, k in columns.items()}
    pl.DataFrame(series).write_parquet(path)
    found, expected = parquet_types([path]), by_engine(path)
    assert found is not None
    assert list(found.items()) == list(expected.items())


def test_many_row_groups_are_passed_over(path: Path) -> None:
    pl.DataFrame({"x": range(1000), "y": ["ä"] * 1000}).write_parquet(path, row_group_size=50)
    assert parquet_types([path]) == {"x": Type.INTEGER, "y": Type.STRING}


# Several files


def test_files_that_differ_in_anything_are_left_to_the_engine(tmp_path: Path) -> None:
    one, same, other = (tmp_path / f"{n}.parquet" for n in ("one", "same", "other"))
    pl.DataFrame(schema={"t": pl.Datetime("us")}).write_parquet(one)
    pl.DataFrame({"t": [None]}, schema={"t": pl.Datetime("us")}).write_parquet(same)
    pl.DataFrame(schema={"t": pl.Datetime("ms")}).write_parquet(other)
    assert parquet_types([one, same]) == {"t": Type.DATETIME}
    assert parquet_types([one, other]) is None


# What is no Parquet file, or none that anybody has written

BOOK = "sources:\n  leads: {path: leads.parquet}\nmetrics:\n  n: {formula: count(leads)}\n"


def footed(path: Path, footer: bytes, mark: bytes = b"PAR1", length: int | None = None) -> Path:
    size = len(footer) if length is None else length
    path.write_bytes(b"PAR1" + footer + struct.pack("<I", size) + mark)
    return path


def written_footer(path: Path) -> bytes:
    columns = {"id": [1], "name": ["a"], "at": ["2024-01-01"], "list": [[1]]}
    pl.DataFrame(columns).with_columns(pl.col("at").str.to_date()).write_parquet(path)
    held = path.read_bytes()
    (length,) = struct.unpack("<I", held[-8:-4])
    return held[-8 - length : -8]


@given(st.binary(max_size=500))
def test_nothing_is_said_of_random_bytes(path: Path, footer: bytes) -> None:
    assert parquet_types([footed(path, footer)]) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path, footer: footed(path, footer, mark=b"PARE"),  # the footer is encrypted
        lambda path, footer: footed(path, footer, length=2**32 - 1),
        lambda path, footer: footed(path, footer, length=len(footer) - 1),
        lambda path, _: footed(path, b"\x1c" * 60_000),  # structures, each in the one before
        lambda path, _: footed(path, b"\x19\xfc\xff\xff\xff\xff\x0f" + b"\0" * 60_000),
        lambda path, _: footed(path, b"\x16" + b"\xff" * 60_000),  # a number without end
        lambda path, _: path.write_bytes(b""),
        lambda path, _: path.write_bytes(b"PAR1"),
        lambda path, _: path.write_text("id,name\n1,a\n"),
    ],
)
def test_what_is_no_footer_ends_as_it_did_with_the_engine(
    tmp_path: Path, spoil: Callable[[Path, bytes], object]
) -> None:
    data = tmp_path / "leads.parquet"
    spoil(data, written_footer(data))
    assert parquet_types([data]) is None
    assert refusal(tmp_path).startswith("`leads.parquet` cannot be read as parquet: ")


def refusal(folder: Path) -> str:
    """What a check says of a book whose one source is `leads.parquet`."""
    (folder / "tallybook.yml").write_text(BOOK, encoding="utf-8")
    with pytest.raises(BookError) as raised:
        open_checked(folder)
    (found,) = raised.value.diagnostics
    assert found.rule.id == "unreadable-table"
    return found.message


def test_a_type_that_the_engine_panics_at_is_a_finding(tmp_path: Path) -> None:
    data = tmp_path / "leads.parquet"
    duckdb.sql(f"copy (select interval 1 day as i) to '{data}' (format parquet)")
    assert parquet_types([data]) is None
    assert "month_day_millisecond_interval" in refusal(tmp_path)


def test_a_footer_cut_off_anywhere_says_nothing(path: Path) -> None:
    footer = written_footer(path)
    for end in range(len(footer)):
        assert parquet_types([footed(path, footer[:end])]) is None


@settings(max_examples=500)
@given(st.data())
def test_a_damaged_footer_says_nothing_or_names_columns(path: Path, data: st.DataObject) -> None:
    footer = bytearray(written_footer(path))
    for _ in range(data.draw(st.integers(1, 4))):
        footer[data.draw(st.integers(0, len(footer) - 1))] = data.draw(st.integers(0, 255))
    found = parquet_types([footed(path, bytes(footer))])
    assert found is None or len(found) <= 4


def test_checking_a_book_over_parquet_imports_no_engine(tmp_path: Path) -> None:
    pl.DataFrame({"id": [1]}).write_parquet(tmp_path / "leads.parquet")
    (tmp_path / "tallybook.yml").write_text(BOOK, encoding="utf-8")
    modules = imported_by("check", str(tmp_path))
    assert "tallybook.tables.parquet" in modules
    assert "polars" not in modules
