"""The outcome of tests in the XML that CI servers read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallybook.testing.run import Outcome

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(outcomes: Sequence[Outcome]) -> str:
    """One suite; a test's file stands for its class."""
    failed = str(sum(bool(o.failures) for o in outcomes))
    counts = {"tests": str(len(outcomes)), "failures": failed}
    suites = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(suites, "testsuite", {"name": "tallybook", **counts})
    for outcome in outcomes:
        _add(suite, outcome)
    ElementTree.indent(suites)
    written = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True).decode()
    return _NOT_IN_XML.sub("\ufffd", written) + "\n"


def _add(suite: ElementTree.Element, outcome: Outcome) -> None:
    span = outcome.test.name.span
    line, _ = span.source.position(span.start)
    case = ElementTree.SubElement(
        suite,
        "testcase",
        {
            "name": outcome.test.name.value,
            "classname": span.source.name,
            "file": span.source.name,
            "line": str(line),
        },
    )
    for failure in outcome.failures:
        told = ElementTree.SubElement(case, "failure", {"message": failure.message})
        place = failure.span.where() if failure.span else ""
        told.text = "\n".join(p for p in (place, failure.help, failure.note) if p)
