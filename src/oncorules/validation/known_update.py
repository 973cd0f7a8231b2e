"""The file of known findings brought up to date with a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from oncorules.validation.known import Known
from oncorules.validation.known_file import KnownLine
from oncorules.validation.run_folder import RunFolder
from oncorules.validation.standing import state_of


@dataclass(frozen=True)
class Update:
    """The lines of the file after a run, and how many came to what.

    Attributes:
        lines: all lines by `finding_id`.
        added: findings that the file did not have; they are open.
        reopened: acceptances that no longer hold; they are open again.
        kept: other findings of the run, as the file had them.
        gone: lines whose finding the run does not have; they stay as they were.
    """

    lines: Mapping[str, KnownLine]
    added: int
    reopened: int
    kept: int
    gone: int


def update_known(lines: Mapping[str, KnownLine], run: RunFolder) -> Update:
    """Return the lines of a file of known findings after a run.

    A finding that the file does not have is added as open, first seen on the day of the run or, of
    a run with a baseline, when that first saw it. An acceptance that no longer holds becomes open,
    with owner and explanation kept. Of a line that is not accepted the `values_id` follows the run,
    so that whoever accepts it accepts what is there now. Nothing is ever taken out: a finding that
    is gone may come back, and its explanation with it.

    Args:
        lines: what `read_known` returned; none when there is no file yet.
        run: the run.
    """
    columns = ["finding_id", "rule_id", "USUBJID", "values_id", "first_seen"]
    found = dict(lines)
    added = reopened = kept = 0
    for row in run.scan().select(columns).collect().iter_rows():
        finding_id, rule, subject, values_id, first_seen = row
        line = lines.get(finding_id)
        if line is None:
            day = date.fromisoformat(first_seen) if first_seen else run.date
            known = Known("open", values_id=values_id, first_seen=day)
            found[finding_id] = KnownLine(rule, subject or "", known)
            added += 1
        elif state_of(line.known, values_id, run.date) == "reopened":
            known = replace(line.known, state="open", values_id=values_id)
            found[finding_id] = replace(line, known=known)
            reopened += 1
        else:  # of an acceptance that holds the values are the same already
            found[finding_id] = replace(line, known=replace(line.known, values_id=values_id))
            kept += 1
    return Update(found, added, reopened, kept, len(lines) - reopened - kept)
