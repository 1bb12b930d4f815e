"""What a user's program imports stays what it is."""

from __future__ import annotations

import subprocess
import sys


def test_load_is_the_function_also_after_the_engine_has_been_imported() -> None:
    """The stage of the same name, a package, must not take the function's place."""
    program = "import tallybook as tb, tallybook.book; assert callable(tb.load), tb.load"
    subprocess.run([sys.executable, "-c", program], check=True)
