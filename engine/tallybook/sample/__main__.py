"""`python -m tallybook.sample FOLDER`: write the made-up company's data into a folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from tallybook.sample import TABLES, generate, generate_example


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(prog="python -m tallybook.sample", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--months", type=int, default=24, help="up to June 2024 (default 24)")
    parser.add_argument("--size", type=float, default=1.0, help="1 is 1,400 visits a month")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tables", nargs="+", choices=[table.name for table in TABLES])
    parser.add_argument("--format", choices=["csv", "parquet"], default="csv")
    parser.add_argument("--example", action="store_true", help="the data of the example book")
    given = parser.parse_args()
    if given.example:
        generate_example(given.folder)
        return
    generate(
        given.folder,
        months=given.months,
        size=given.size,
        seed=given.seed,
        tables=given.tables,
        format=given.format,
    )


if __name__ == "__main__":
    main()
