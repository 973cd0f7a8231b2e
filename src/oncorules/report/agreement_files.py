"""The files of a reproduction: a page for people, and test cases for a server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from oncorules.analysis.agreement.compare import Agreements
from oncorules.analysis.agreement.expect import Expected
from oncorules.data.whole_file import write_whole_files
from oncorules.report.agreement_cases import agreement_cases
from oncorules.report.agreement_page import agreement_page
from oncorules.report.ci.junit import junit

PAGE, CASES = "agreement.html", "junit.xml"


def write_agreements(
    folder: Path,
    agreements: Agreements,
    tests: Sequence[Expected],
    remarks: Iterable[str] = (),
) -> list[Path]:
    """Write both files and return their paths, the page first.

    Args:
        folder: is made where it is not there.
        agreements: each figure with its verdict.
        tests: the figures as tests.
        remarks: what was found and noticed in the export.

    Raises:
        OutputError: a file cannot be written; none is left half written.
    """
    study = agreements.published.id
    contents = {
        PAGE: agreement_page(agreements, tests, remarks).encode(),
        CASES: junit(study, list(agreement_cases(study, tests))),
    }
    return write_whole_files(folder, contents)
