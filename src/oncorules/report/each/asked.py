"""What several exports are asked for, looked at before the first of them begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from oncorules.errors import CallError
from oncorules.report.run_reports import refuse_unknown_report
from oncorules.validation.status import refuse_unknown_fail_on
from oncorules.validation.write import FILES


def refuse_before(
    asked: Mapping[str, Any],
    fail_on: str,
    out: str | Path | None,
    reports: Sequence[str],
    queries: str | None,
) -> None:
    """Refuse what would go wrong with every export.

    Args:
        asked: arguments of `oncorules.validation.run.validate`.
        fail_on: the mildest severity that fails.
        out: where the folders go.
        reports: names of reports in each of them.
        queries: the name of a folder in each of them.

    Raises:
        CallError: a name with a folder in it, a name that is taken, or something that does not
            exist.
        RuleError: a rule file cannot be used.
        DataError: the known findings cannot be read.
    """
    from oncorules.validation.known_file import read_known
    from oncorules.validation.run_record import refuse_unknown_structure

    refuse_unknown_fail_on(fail_on)
    refuse_unknown_structure(asked["structure"])
    taken = {name.casefold() for name in FILES}
    for flag, name in [*(("--report", one) for one in reports), ("--queries", queries)]:
        if name is None:
            continue
        _refuse_name(flag, name, out)
        if name.casefold() in taken:
            raise CallError(f"{flag} {name}: the folder of an export has {name} already")
        taken.add(name.casefold())
    for name in reports:
        refuse_unknown_report(Path(name))
    if asked["known"] is not None:
        read_known(asked["known"])
    _refuse_rules(asked)


def _refuse_name(flag: str, name: str, out: str | Path | None) -> None:
    if out is None:
        raise CallError(
            f"{flag} {name} needs --out DIR where each export is a run of its own; "
            "it is written into the folder of each export there"
        )
    if Path(name).name != name or name in (".", ".."):
        raise CallError(
            f"{flag} {name}: with --each it is a name without a folder, such as "
            f"{Path(name).name or 'findings.xlsx'}; it is written into the folder of each export"
        )


def _refuse_rules(asked: Mapping[str, Any]) -> None:
    """Load what is named: a fault of it would be a fault of every export."""
    from oncorules.rules.loading.parameters import resolve_parameters
    from oncorules.rules.session import choose_rules, load_packs

    if not asked["packs"] and asked["study"] is None:
        return  # the packs depend on the export
    loaded = load_packs(asked["packs"], asked["study"])
    resolve_parameters(loaded, preset=asked["preset"], settings=asked["settings"])
    choose_rules(loaded, asked["rules"], asked["exclude"])
