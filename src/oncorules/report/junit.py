"""Figures as test cases in the JUnit format, which servers for continuous integration read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from oncorules.analysis.agreement.expect import Expected

#: What XML 1.0 does not allow in a document, in no spelling (section 2.2, production 2).
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(study: str, tests: Sequence[Expected]) -> bytes:
    """Return a JUnit file with a test case for each figure.

    No time is written, so that the same answers make the same file. The format has no expected
    failure; such a figure is skipped, with its reason.

    Args:
        study: the id of the study.
        tests: the figures as tests.
    """
    counts = Counter(one.does for one in tests)
    numbers = {
        "tests": str(len(tests)),
        "failures": str(counts["fail"]),
        "errors": "0",
        "skipped": str(counts["skip"] + counts["expected failure"]),
    }
    root = Element("testsuites", numbers)
    suite = SubElement(root, "testsuite", {"name": _allowed(study), **numbers})
    for one in tests:
        _add(suite, study, one)
    indent(root)
    written: bytes = tostring(root, "utf-8", xml_declaration=True)
    return written + b"\n"


def _add(suite: Element, study: str, one: Expected) -> None:
    names = {"classname": _allowed(study), "name": _allowed(one.id)}
    if one.agreement is not None:
        file, _, line = one.agreement.figure.place.line.rpartition(":")
        names |= {"file": _allowed(file), "line": line}
    case = SubElement(suite, "testcase", names)
    if one.does == "fail":
        said = SubElement(case, "failure", {"message": _allowed(one.reason), "type": "drift"})
        said.text = _allowed("\n".join(one.lines))
    elif one.does != "pass":
        SubElement(case, "skipped", {"message": _allowed(one.reason), "type": one.does})


def _allowed(text: str) -> str:
    return _NOT_ALLOWED.sub("", text)
