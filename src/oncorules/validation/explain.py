"""Why rules and gradings say what they say: for one finding, one row of a file, one subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oncorules.errors import CallError
from oncorules.rules.compiler.checks import NOT_EVALUABLE, NOT_MET, OUTCOMES
from oncorules.rules.loading.loaded import RuleInstance
from oncorules.rules.session import Paths, Session, open_session
from oncorules.validation.asked_grade import gradings_of
from oncorules.validation.explain_grade import NO_TERM, explain_grades, explain_worst
from oncorules.validation.explain_result import ExplainResult, RuleOnRows
from oncorules.validation.explain_rule import explain_rows
from oncorules.validation.explanation import Explanation
from oncorules.validation.grade_explanation import GradeExplanation
from oncorules.validation.missing import missing_tables
from oncorules.validation.roots import root_of
from oncorules.validation.wanted import Wanted

if TYPE_CHECKING:
    from oncorules.data.export import Export
    from oncorules.rules.loading.loaded import LoadedPack
    from oncorules.validation.findings import Finding
    from oncorules.validation.run import ValidationResult

Progress = Callable[[str, int, int], None]
SHOWN_ROWS = 10  # of a subject, when no rule is named
MOST_ROWS = 100


def explain(
    paths: Paths | Export,
    packs: Sequence[str | Path | LoadedPack] = (),
    *,
    finding: str | None = None,
    row: str | None = None,
    subject: str | None = None,
    answer: str | None = None,
    key: Mapping[str, str] | None = None,
    study: str | Path | None = None,
    rules: Sequence[str] = (),
    exclude: Sequence[str] = (),
    preset: str | Sequence[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    memory: str | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> ExplainResult:
    """Return why rules say what they say about one finding, one row or one subject.

    Args:
        paths: an export, or a folder, zip, file or URL to read one from; several form one export.
        packs: ids of shipped packs, or paths of packs and rule files; those that are for
            the export (see `rules.guess`) when neither these nor a study are given.
        finding: the `finding_id` of an earlier run; its rule is run again.
        row: a row of a file, such as `lb.xpt:123`; all rules on its table, and its grades.
        subject: a subject; its rows in every table, and its grades.
        answer: with a subject, a column of a derived table: its lines, and what they read.
        key: with an answer, values of the key that its rows must have.
        study: a study pack.
        rules: ids of the rules to explain; all, and the gradings, when empty.
        exclude: ids of rules to leave out.
        preset: named sets of parameter values.
        settings: parameter values by address.
        memory: the most memory that rows may take, such as `2GB`.
        jobs: the number of threads.
        progress: called with what is being done, how many steps are done, and of how many.

    Raises:
        CallError: not exactly one of finding, row and subject is given; there is no such finding,
            row or subject; something named does not exist.
        RuleError: a rule file cannot be used.
        DataError: the export cannot be read.
    """
    if sum(choice is not None for choice in (finding, row, subject)) != 1:
        raise CallError("say what to explain: one finding, one row or one subject")
    if answer is not None and subject is None:
        raise CallError("an answer is that of a subject: name one beside it")
    options: dict[str, Any] = {
        "study": study,
        "rules": rules,
        "exclude": exclude,
        "preset": preset,
        "settings": settings,
        "memory": memory,
        "jobs": jobs,
    }
    if finding is not None:
        from oncorules.validation.run import validate

        with validate(paths, packs, structure="sql", progress=progress, **options) as result:
            return _of_finding(result, finding)
    with open_session(paths, packs, **options) as session:
        if row is not None:
            return _of_row(session, row, bool(rules), progress)
        assert subject is not None
        if answer is not None:
            return _of_answer(session, answer, subject, key or {})
        return _of_subject(session, subject, bool(rules), progress)


def _of_finding(result: ValidationResult, finding_id: str) -> ExplainResult:
    found = result.findings.find(finding_id.strip().lower())
    if found is None:
        raise CallError(
            f'no finding of this run has the id "{finding_id}": the row or the rule is no longer '
            "so, or other packs and values were used; oncorules validate lists today's ids"
        )
    session = result.session
    for one, pack in session.rules:
        if (one.id, one.table) == (found.rule_id, found.table):
            rows = explain_rows(session.workspace, one, pack, _row_of(session, found))
            return ExplainResult(tuple(rows))
    status = next(
        rule for rule in result.rules if (rule.rule_id, rule.table) == (found.rule_id, found.table)
    )
    because = "a check of the structure: " + ", ".join(
        f"{name} is {value or 'missing'}" for name, value in found.values.items()
    )
    return ExplainResult(
        (
            Explanation(
                found.rule_id,
                status.title,
                found.severity,
                status.source,
                found.table,
                found.file,
                found.row,
                found.key,
                "not met",
                because.removesuffix(": "),
                found.message,
            ),
        )
    )


def _row_of(session: Session, found: Finding) -> Wanted:
    table = session.tables.get(found.table)
    if table is not None and found.row is not None and table.files.count(found.file or "") == 1:
        assert found.file is not None
        return Wanted(table.files.index(found.file), found.row, outcomes=(NOT_MET,))
    return Wanted(key=found.key, outcomes=(NOT_MET,))


def _of_row(session: Session, row: str, named: bool, progress: Progress | None) -> ExplainResult:
    name, file, number = find_row(session, row)
    on_it = [
        (one, pack)
        for one, pack in session.rules
        if root_of(session.workspace, one.table, pack) == name
    ]
    gradings = [] if named else gradings_of(session.workspace, name)
    if not on_it and not gradings:
        raise CallError(f"none of these rules looks at the rows of {name}")
    explained: list[Explanation] = []
    notes: list[str] = []
    for place, (one, pack) in enumerate(on_it):
        if progress is not None:
            progress(one.id, place, len(on_it))
        note = _not_run(session, one, pack)
        if note is not None:
            notes.append(note)
        elif session.workspace.relation(one.table, pack).has_rows:
            explained += explain_rows(session.workspace, one, pack, Wanted(file, number))
    if progress is not None and on_it:
        progress("rules", len(on_it), len(on_it))
    order = {outcome: place for place, outcome in enumerate(_BY_INTEREST)}
    explained.sort(key=lambda one: order[one.outcome])
    grades = explain_grades(session.workspace, gradings, Wanted(file, number))
    if gradings and not explained and not grades:
        notes.append(NO_TERM)
    return ExplainResult((*explained, *grades), (), tuple(notes))


_BY_INTEREST = (OUTCOMES[NOT_MET], OUTCOMES[NOT_EVALUABLE], "met", "not in scope")


def find_row(session: Session, row: str) -> tuple[str, int, int]:
    """Return the table, the number of the file and the row of `lb.xpt:123`.

    Raises:
        CallError: no such file was read, or it has fewer rows.
    """
    place, _, text = row.rpartition(":")
    if not place or not text.isdigit() or int(text) < 1:
        raise CallError(f'"{row}" is no row; write the file and the row, such as lb.xpt:123')
    number = int(text)
    found = [
        (name, file)
        for name, table in session.tables.items()
        for file, shown in enumerate(table.files)
        if place in (shown, Path(shown).name) or (place == name and len(set(table.files)) == 1)
    ]
    files = [file for table in session.tables.values() for file in table.files]
    if not found:
        from oncorules.errors import did_you_mean

        near = did_you_mean(place, files) or f"; these were read: {', '.join(files)}"
        raise CallError(f'no file "{place}" was read{near}')
    # One file may be several tables: those count that have the row.
    having = [one for one in found if number in _rows_of_file(session, *one, number)]
    if len(having or found) > 1:
        files = [session.tables[name].files[file] for name, file in having or found]
        names = list(dict.fromkeys(f"{name}:{number}" for name, _ in having or found))
        if len(names) == 1:
            raise CallError(f"{row} is several rows of {found[0][0]}; explain a finding instead")
        listed = ", ".join(files if len(set(files)) == len(files) else names)
        raise CallError(f'"{place}" can be any of {listed}; write one of these')
    name, file = (having or found)[0]
    if not having:
        most = max(_rows_of_file(session, name, file), default=0)
        if number < most:
            raise CallError(f"row {number:,} of {place} is in no table: the study leaves it out")
        raise CallError(f"{place} has {most:,} rows; there is no row {number:,}")
    return name, file, number


def _rows_of_file(session: Session, name: str, file: int, row: int | None = None) -> list[int]:
    """Return the rows of a file that are rows of a table: the last one, or one that is named."""
    from sqlglot import exp

    from oncorules.engine import trees
    from oncorules.rules.compiler.relation import FILE, ROW, column

    of_file = exp.select(exp.Max(this=column(ROW))).from_(trees.table(name))
    of_file = of_file.where(exp.EQ(this=column(FILE), expression=exp.Literal.number(file)))
    if row is not None:
        of_file = of_file.where(exp.EQ(this=column(ROW), expression=exp.Literal.number(row)))
    found = session.engine.run(of_file).fetchone()
    return [int(found[0])] if found is not None and found[0] is not None else []


def _not_run(session: Session, one: RuleInstance, pack: str) -> str | None:
    base, others = missing_tables(session.workspace, one, pack)
    gone = sorted(base | others)
    if not gone:
        return None
    return f"{one.id} is not run on {one.table}: the export has no {' and no '.join(gone)}"


def _of_subject(
    session: Session, subject: str, named: bool, progress: Progress | None
) -> ExplainResult:
    from oncorules.validation.subjects import count_outcomes, require_subject

    require_subject(session, subject)
    live: list[tuple[RuleInstance, str]] = []
    notes: list[str] = []
    for one, pack in session.rules:
        note = _not_run(session, one, pack)
        if note is None:
            live.append((one, pack))
        elif named:
            notes.append(note)
    counted = count_outcomes(session, live, subject, progress)
    wanted = tuple(range(len(OUTCOMES))) if named else (NOT_MET,)
    limit = MOST_ROWS if named else SHOWN_ROWS
    rules: list[RuleOnRows] = []
    explained: list[Explanation] = []
    left = 0
    for (one, pack), count in zip(live, counted, strict=True):
        if not sum(count.values()):
            continue
        rules.append(_counted(one, count))
        asked = sum(count[outcome] for outcome in wanted)
        room = limit - len(explained)
        if asked and room > 0:
            rows = Wanted(subject=subject, outcomes=wanted, limit=room)
            explained += explain_rows(session.workspace, one, pack, rows)
        left += max(0, asked - max(0, room))
    if left:
        notes.append(f"{left:,} more rows are not shown; name rules with --rules, or one row")
    elif not named and session.rules:
        notes.append("Rows that break no rule are not shown; --rules ID shows every row of a rule")
    grades: list[GradeExplanation] = []
    if not named and gradings_of(session.workspace):
        grades, graded = explain_worst(session.workspace, subject, SHOWN_ROWS)
        notes.append(_of_grades(graded, len(grades)))
    return ExplainResult((*explained, *grades), tuple(rules), tuple(notes))


def _of_answer(
    session: Session, answer: str, subject: str, key: Mapping[str, str]
) -> ExplainResult:
    from oncorules.validation.explain_answer import explain_answer
    from oncorules.validation.subjects import require_subject

    require_subject(session, subject)
    explained, left = explain_answer(session, answer, subject, key, SHOWN_ROWS)
    more = f"{left:,} more rows are not shown; pick some with --key NAME=VALUE"
    return ExplainResult(tuple(explained), (), (more,) if left else ())


def _of_grades(found: int, shown: int) -> str:
    """Return which grades of a subject are left out."""
    if found > shown:
        return f"{found - shown:,} more grades are not shown, none of them higher; name a row"
    return "Results of grade 0 are not shown; --row FILE:ROW shows those of a row"


def _counted(one: RuleInstance, count: Counter[int]) -> RuleOnRows:
    met, not_met, unknown, outside = (count[outcome] for outcome in range(len(OUTCOMES)))
    return RuleOnRows(one.id, one.table, met, not_met, unknown, outside, one.rule.title)
