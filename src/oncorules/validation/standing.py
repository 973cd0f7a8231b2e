"""How the findings of a run stand against what is known, and which of them may make it fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.errors import did_you_mean
from oncorules.rules.compiler.relation import column
from oncorules.validation.known import Known, State
from oncorules.validation.known_file import KnownLine, read_known
from oncorules.validation.run_folder import RunFolder

if TYPE_CHECKING:
    import pyarrow as pa

    from oncorules.validation.findings import Finding, FindingRows, Findings
    from oncorules.validation.status import RuleStatus

NEW = Known("new")
STANDING_COLUMNS = ("state", "owner", "explanation", "first_seen")


@dataclass(frozen=True)
class Standing:
    """What is known of the findings of a run.

    Attributes:
        known: by `finding_id`, of those findings of the run of which anything is known; all
            others are new.
        let_pass: by rule and table, how many findings do not make the run fail.
        silent_before: the rules that did not run in the baseline either.
        notes: what of the file of known findings has no place in this run.
        before: the earlier run; only what is new against it, or reopened, makes this one fail.
    """

    known: Mapping[str, Known] = field(default_factory=dict)
    let_pass: Mapping[tuple[str, str], int] = field(default_factory=dict, repr=False)
    silent_before: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)
    notes: tuple[str, ...] = ()
    before: RunFolder | None = field(default=None, repr=False)

    def of(self, finding_id: str) -> Known:
        """Return what is known of a finding; it is new when nothing is."""
        return self.known.get(finding_id, NEW)

    def lets_pass(self, finding_id: str) -> bool:
        """Tell whether a finding cannot make the run fail, whatever its severity."""
        return _held(self.of(finding_id), self.before is not None)

    def as_json(self, finding: Finding) -> dict[str, object]:
        """Return a finding as plain data with its state, owner, explanation and first day."""
        known = self.of(finding.finding_id)
        first_seen = known.first_seen.isoformat() if known.first_seen is not None else None
        told = (known.state, known.owner, known.explanation, first_seen)
        return finding.as_json() | dict(zip(STANDING_COLUMNS, told, strict=True))

    def by_state(self, findings: int) -> dict[str, int]:
        """Return how many of the findings of the run have each state."""
        counted = Counter[str](known.state for known in self.known.values())
        counted["new"] = findings - len(self.known)
        return {state: number for state, number in counted.items() if number}

    def counts_against(self, rule: RuleStatus, fail_on: str, allow_not_run: bool) -> bool:
        """Tell whether a rule makes the run fail, with the findings that are let pass left out."""
        place = (rule.rule_id, rule.table)
        left = replace(rule, not_met=rule.not_met - self.let_pass.get(place, 0))
        known_silence = rule.status == "not run" and place in self.silent_before
        return left.counts_against(fail_on, allow_not_run or known_silence)

    def columns_of(self, identities: pa.Array) -> list[pa.Array]:
        """Return state, owner, explanation and first day of findings, as columns of texts."""
        import pyarrow as pa

        if not self.known:
            rows = len(identities)
            nothing = pa.nulls(rows, pa.string())
            return [pa.repeat("new", rows), nothing, nothing, nothing]
        found = [self.of(one) for one in identities.to_pylist()]
        days = [one.first_seen.isoformat() if one.first_seen else None for one in found]
        columns = ([one.state for one in found], [one.owner or None for one in found])
        return [
            *(pa.array(column, pa.string()) for column in columns),
            pa.array([one.explanation or None for one in found], pa.string()),
            pa.array(days, pa.string()),
        ]


def stand(
    findings: Findings,
    rules: Iterable[RuleStatus],
    day: date,
    known: str | Path | None = None,
    before: RunFolder | None = None,
) -> Standing:
    """Return how the findings of a run stand.

    Args:
        findings: the findings.
        rules: the status of every rule.
        day: the day of the run, on which acceptances may have expired.
        known: the file of known findings.
        before: an earlier run; what it had is open, not new, and only what is new or reopened
            makes the run fail.

    Raises:
        DataError: the file cannot be used.
    """
    lines = read_known(known) if known is not None else {}
    earlier = _open_since(before) if before is not None else {}
    told: dict[str, Known] = {}
    let_pass: dict[tuple[str, str], int] = {}
    wanted = _by_rule(lines, earlier)
    for part in findings.parts:
        place = (part.status.rule_id, part.status.table)
        held = 0
        for finding_id, values_id in _matching(findings, part, wanted.get(place[0])):
            line = lines.get(finding_id)
            if line is None or line.rule_id != place[0]:
                one = earlier[place[0]][finding_id]
            else:
                one = replace(line.known, state=state_of(line.known, values_id, day))
            told[finding_id] = one
            held += _held(one, before is not None)
        let_pass[place] = held
    silent = (
        [place for place, one in before.rules.items() if one.status == "not run"] if before else ()
    )
    return Standing(
        told,
        let_pass,
        frozenset(silent),
        tuple(_notes(known, lines, told, rules)),
        before,
    )


def state_of(known: Known, values_id: str, day: date) -> State:
    """Return the state of a finding: an acceptance holds for the same values, until it expires.

    >>> state_of(Known("accepted", values_id="a"), "b", date(2024, 3, 1))
    'reopened'
    """
    expired = known.expires is not None and day > known.expires
    if known.state == "accepted" and (expired or known.values_id != values_id):
        return "reopened"
    return known.state


def _held(known: Known, only_new: bool) -> bool:
    if known.state == "accepted":
        return True
    return only_new and known.state not in ("new", "reopened")


def _open_since(run: RunFolder) -> dict[str, dict[str, Known]]:
    """Return every finding of a run as open since it was first seen, by rule and identity."""
    rows = run.scan().select("rule_id", "finding_id", "first_seen").collect()
    since = {None: Known("open", first_seen=run.date)}  # one for all findings of a day
    for text in rows["first_seen"].unique().drop_nulls():
        since[text] = Known("open", first_seen=date.fromisoformat(text))
    found: dict[str, dict[str, Known]] = {}
    for (rule,), part in rows.group_by("rule_id"):
        known = map(since.__getitem__, part["first_seen"])
        found[str(rule)] = dict(zip(part["finding_id"], known, strict=True))
    return found


def _by_rule(
    lines: Mapping[str, KnownLine], earlier: Mapping[str, Mapping[str, Known]]
) -> dict[str, set[str]]:
    """Return the identities of which something is known, by rule."""
    wanted = {rule: set(found) for rule, found in earlier.items()}
    for finding_id, line in lines.items():
        wanted.setdefault(line.rule_id, set()).add(finding_id)
    return wanted


def _matching(
    findings: Findings, part: FindingRows, wanted: set[str] | None
) -> Iterable[tuple[str, str]]:
    """Yield identity and values of those findings of a rule of which something is known."""
    if not wanted:
        return
    query = findings.query(part).subquery("findings")
    rows = findings.engine.run(exp.select(column("finding_id"), column("values_id")).from_(query))
    for finding_id, values_id in rows.fetchall():
        if finding_id in wanted:
            yield finding_id, values_id


def _notes(
    path: str | Path | None,
    lines: Mapping[str, KnownLine],
    told: Mapping[str, Known],
    rules: Iterable[RuleStatus],
) -> Iterable[str]:
    """Say which rules of the file this run does not have, and how many findings are gone."""
    have = {rule.rule_id for rule in rules}
    unknown: dict[str, list[int]] = {}
    gone = 0
    for finding_id, line in lines.items():
        if line.rule_id not in have:
            unknown.setdefault(line.rule_id, []).append(line.line)
        else:
            gone += finding_id not in told
    for rule, places in unknown.items():
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        near = did_you_mean(rule, have)
        yield f'{path}:{places[0]}{more}: this run has no rule "{rule}"{near}'
    if gone:
        yield f"{path}: {gone:,} of {len(lines):,} known findings are not in this run"
