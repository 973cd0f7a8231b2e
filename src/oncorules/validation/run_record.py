"""What a run folder remembers of its run beside the findings: the text of `run.json`.

Nothing in it depends on the machine, and only `date` on the day.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

from oncorules import __version__
from oncorules.errors import CallError
from oncorules.validation.rule_digest import Digests
from oncorules.validation.subjects import list_values
from oncorules.validation.whereabouts import sites_of

if TYPE_CHECKING:
    from oncorules.rules.session import Session
    from oncorules.validation.run import ValidationResult

FORMAT = 1
SUBJECT, STUDY = "USUBJID", "STUDYID"
Structure = Literal["pandera", "sql", "none"]


@dataclass(frozen=True)
class Asked:
    """What a run was asked for, as far as its session does not know.

    Attributes:
        date: the day of the run.
        study: whether the first pack is a study.
        rules: the only rules to run; all when empty.
        exclude: the rules left out.
        structure: who checked the structure: `pandera`, `sql` or `none`.
    """

    date: date
    study: bool = False
    rules: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    structure: Structure = "pandera"


def refuse_unknown_structure(structure: str) -> None:
    """Raise CallError when nothing of that name holds the structure contract."""
    if structure not in get_args(Structure):
        raise CallError(f'structure "{structure}" is not pandera, sql or none')


def record_of(result: ValidationResult) -> str:
    """Return the text of `run.json`; the same inputs on the same date give the same text."""
    session, asked = result.session, result.asked
    known = Digests(session).all()
    ran = [(rule.rule_id, rule.table) for rule in result.rules]
    digests = {place: known[place] for place in ran}
    packs = [_pack(pack) for pack in session.packs]
    record = {
        "format": FORMAT,
        "oncorules": __version__,
        "date": asked.date.isoformat(),
        "study": packs[0] if asked.study else None,
        "packs": packs[1:] if asked.study else packs,
        "parameters": _parameters(session),
        "asked": {
            "rules": list(asked.rules),
            "exclude": list(asked.exclude),
            "structure": asked.structure,
        },
        "findings": result.findings.count,
        "tables": [
            {
                "table": table.name,
                "files": list(table.files),
                "rows": table.rows,
                "subjects": table.subjects,
                "columns": sorted(session.tables[table.name].columns),
            }
            for table in result.export.tables
        ],
        "studies": list_values(session, STUDY),
        "subjects": list_values(session, SUBJECT),
        "sites": _sites(session),
        "rules": [
            {"rule_id": rule, "table": table, "digest": one.digest, "reads": one.reads}
            | ({"reading": one.reading} if one.reading else {})
            for (rule, table), one in digests.items()
        ],
    }
    return "{\n" + ",\n".join(_lines(record)) + "\n}\n"


def _lines(record: dict[str, Any]) -> list[str]:
    """Return the entries of the record, those of a list one a line."""
    lines = []
    for name, value in record.items():
        if isinstance(value, list) and value:
            inner = ",\n".join(f"  {_text(one)}" for one in value)
            lines.append(f' "{name}": [\n{inner}\n ]')
        else:
            lines.append(f' "{name}": {_text(value)}')
    return lines


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _pack(pack: Any) -> dict[str, Any]:
    extended = {name: version for name, version in pack.versions.items() if name != pack.id}
    return {"id": pack.id, "version": pack.version, "extends": dict(sorted(extended.items()))}


def _sites(session: Session) -> list[dict[str, Any]]:
    """Return the sites in order, each with its subjects."""
    found: dict[str, list[str]] = {}
    for subject, site in sorted(sites_of(session).items()):
        found.setdefault(site, []).append(subject)
    return [{"site": site, "subjects": found[site]} for site in sorted(found)]


def _parameters(session: Session) -> dict[str, str]:
    """Return the parameters that were given another value than their default, by address."""
    return {
        one.address: str(one.value)
        for one in session.workspace.parameters
        if not one.origin.startswith("default ")
    }
