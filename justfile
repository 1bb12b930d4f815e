# What there is to do.
default:
    @just --list

# A virtual environment with everything that the tests need.
setup:
    python3 -m venv .venv
    .venv/bin/pip install -q -c requirements.lock -e '.[test]'

# The tests, on two cores; `just test tests/test_load.py` for some of them.
test *paths:
    .venv/bin/pytest -q -n 2 {{ paths }}

# Style, types, and the order of the rooms.
lint:
    .venv/bin/ruff check .
    .venv/bin/ruff format --check .
    .venv/bin/mypy
    .venv/bin/lint-imports

# Everything that the CI does, in a fresh environment.
ci:
    .ci/run

# The pages of the example book, in build/.
example:
    .venv/bin/tally build --book examples/b2b_marketing --format html,md,json,csv

# What the documentation shows of the program: the reference, the library, and the output in the guide.
docs:
    .venv/bin/python docs/reference/make.py
    .venv/bin/python docs/library/make.py
    .venv/bin/python docs/guide/run.py

# The pictures of the documentation; needs Chromium.
pictures:
    .venv/bin/python docs/pictures/make.py

# New versions of all libraries, within the bounds of pyproject.toml.
lock:
    #!/usr/bin/env bash
    set -euo pipefail
    folder=$(mktemp -d)
    python3 -m venv "$folder"
    "$folder/bin/pip" install -q '.[test]'
    grep '^#' requirements.lock > "$folder/lock"
    "$folder/bin/pip" freeze --exclude tallybook | sort -f >> "$folder/lock"
    mv "$folder/lock" requirements.lock
