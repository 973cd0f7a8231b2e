"""Test cases in the JUnit format, which servers for continuous integration read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

#: What XML 1.0 does not allow in a document, in no spelling (section 2.2, production 2).
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Case:
    """One test case.

    Attributes:
        group: what it belongs to.
        name: what it is.
        does: `error` is a case that could not answer; `skipped` one that has no answer to give.
        message: why it does not pass, in a sentence.
        kind: the kind of failure or skip, a word.
        text: more about a failure, in lines.
        place: file and line of what was tested, where it has one.
    """

    group: str
    name: str
    does: Literal["pass", "failure", "error", "skipped"] = "pass"
    message: str = ""
    kind: str = ""
    text: str = ""
    place: tuple[str, str] | None = None


def junit(suite: str, cases: Sequence[Case]) -> bytes:
    """Return a JUnit file of one suite.

    No time is written, so that the same answers make the same file.

    Args:
        suite: the name of the suite.
        cases: its cases.
    """
    counts = Counter(one.does for one in cases)
    numbers = {
        "tests": str(len(cases)),
        "failures": str(counts["failure"]),
        "errors": str(counts["error"]),
        "skipped": str(counts["skipped"]),
    }
    root = Element("testsuites", numbers)
    element = SubElement(root, "testsuite", {"name": _allowed(suite), **numbers})
    for one in cases:
        _add(element, one)
    indent(root)
    written: bytes = tostring(root, "utf-8", xml_declaration=True)
    return written + b"\n"


def _add(suite: Element, one: Case) -> None:
    names = {"classname": _allowed(one.group), "name": _allowed(one.name)}
    if one.place is not None:
        names |= {"file": _allowed(one.place[0]), "line": _allowed(one.place[1])}
    case = SubElement(suite, "testcase", names)
    if one.does == "pass":
        if one.text:
            SubElement(case, "system-out").text = _allowed(one.text)
        return
    said = SubElement(case, one.does, {"message": _allowed(one.message), "type": one.kind})
    if one.text:
        said.text = _allowed(one.text)


def _allowed(text: str) -> str:
    return _NOT_ALLOWED.sub("", text)
