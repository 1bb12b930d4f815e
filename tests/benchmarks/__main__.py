"""`python -m tests.benchmarks`: the engine against the best queries by hand.

Makes the tables that it lacks, and an environment for each of the other metrics layers, which needs
a package index (`--no-peers` leaves them out); asserts that all answers are equal, runs everything
in turns and writes `docs/benchmarks.md`. Ratios below 1 mean that the engine is faster.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path

from . import report, star

_HERE = Path(__file__).parent
_DOCUMENT = _HERE.parents[1] / "docs" / "benchmarks.md"


def main() -> None:
    """Measure and report."""
    options = _options()
    folder = options.folder or Path(tempfile.gettempdir()) / "tallybook-benchmark"
    sizes = [int(float(size)) for size in options.rows.split(",")]
    # What runs keep for the next ones is kept apart, so that the first run is a first one.
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    shutil.rmtree(folder / "cache", ignore_errors=True)
    books = {size: prepared(folder, size) for size in sizes}
    parts = []
    for part in report.measured(books, folder, options.rounds, peers=options.peers):
        print(part, flush=True)  # noqa: T201 - a script's result
        parts.append(part)
    options.output.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rows", default="1e5,1e6,1e7", help="fact rows, separated by commas")
    parser.add_argument("--rounds", type=int, default=9, help="how often each is run")
    parser.add_argument("--folder", type=Path, help="where tables are kept between runs")
    parser.add_argument(
        "--no-peers", dest="peers", action="store_false", help="leave other metrics layers out"
    )
    parser.add_argument("--output", type=Path, default=_DOCUMENT, help="the page to write")
    return parser.parse_args()


def prepared(folder: Path, rows: int) -> Path:
    """The benchmark's book beside tables of that size, made where they are not there yet."""
    book = folder / str(rows)
    if not (book / "data" / "done").exists():
        star.write(book / "data", rows)
        (book / "data" / "done").touch()
    shutil.copytree(_HERE / "book", book, dirs_exist_ok=True)
    return book


if __name__ == "__main__":
    main()
