"""Which columns of a form are which columns of which table, sure or not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from oncorules.data.mapping import ROW, ColumnFrom
from oncorules.data.model import Model, TableModel
from oncorules.rules.starting.evidence import Judged, judge
from oncorules.rules.starting.forms import Field, Form, is_checkbox
from oncorules.rules.starting.words import (
    close_word,
    column_words,
    plain,
    table_words,
    tables_called,
    test_words,
    ways_to_say,
)

_SUBJECT, _SUBJECTS, _STUDY = "USUBJID", "DM", "STUDYID"
_LEAST = 2  # own columns that make a table of a form that is not called after one


@dataclass(frozen=True)
class Line:
    """One column of a table: how it is read, whether it is sure, and why."""

    name: str
    column: ColumnFrom
    sure: bool
    why: str


@dataclass(frozen=True)
class Suggested:
    """Rows of one table from one form.

    Attributes:
        table: the table.
        form: the form.
        why: what made a table of the form.
        lines: its columns, the sure ones as they will be read.
        where: the rows to take.
        filled: columns of the file of which a row must have one filled.
    """

    table: str
    form: Form
    why: str
    lines: tuple[Line, ...]
    where: Mapping[str, tuple[str, ...]]
    filled: tuple[str, ...]

    @property
    def sure(self) -> bool:
        """Whether it can be read: it names its subject, and at least one column of its own."""
        return bool(self.filled) and any(one.name == _SUBJECT and one.sure for one in self.lines)


def suggest_subjects(form: Form, model: Model, study: str) -> list[Suggested]:
    """Return the table of subjects that a form is, or none; for the arguments see `suggest`."""
    known = model.tables[_SUBJECTS]
    own = _own_lines(form, known, model)
    names = [line.name for line in own if line.name != _SUBJECT]
    if len(names) < _LEAST:
        return []
    return [_whole(form, known, model, study, f"it has {', '.join(names[:3])}", own)]


def suggest(form: Form, model: Model, study: str) -> list[Suggested]:
    """Return the tables that rows of a form are, most often one or none.

    Args:
        form: the form.
        model: the table model.
        study: what stands as STUDYID until somebody says better.

    Raises:
        DataError: the file cannot be read.
    """
    found = []
    table, why = _table_of(form, model)
    if table is not None:
        known = model.tables[table]
        own = _own_lines(form, known, model)
        tests = test_words(table) if not _has_topic(own, table) else {}
        if any(line.sure for line in own) and not tests:
            found.append(_whole(form, known, model, study, why, own))
    for name in ("VS", "LB"):
        found += _tests(form, model.tables[name], model, study)
    return found


def _table_of(form: Form, model: Model) -> tuple[str | None, str]:
    """Return the table that a form is about, and what tells it."""
    counts: dict[str, list[str]] = {}
    for table in table_words():
        matched = _matches(form, model.tables[table])
        counts[table] = [one.name for name, one in matched.items() if name.startswith(table)]
        if table == _SUBJECTS:
            counts[table] = [one.name for name, one in matched.items() if name != _SUBJECT]
    called = [one for one in tables_called(form.name) if counts[one]]
    if called:
        return called[0], f'it is called "{form.name}"'
    table = max(counts, key=lambda one: len(counts[one]))
    if len(counts[table]) < _LEAST:
        return None, ""
    return table, f"it has {', '.join(counts[table][:3])}"


def _matches(form: Form, table: TableModel) -> dict[str, Field]:
    """Return the columns of a table that fields of a form are called after, the first of each."""
    wanted = {word: name for name, words in _words(table).items() for word in words}
    found: dict[str, Field] = {}
    for one in (*form.around, *form.fields):
        for said in _said(form, one, table.name):
            name = wanted.get(said)
            if name is not None and name not in found:
                found[name] = one
                break
    return found


def _words(table: TableModel) -> dict[str, tuple[str, ...]]:
    """Return the words for each column of a table; the names of SDTM always count."""
    known = {name: tuple(words) for name, words in column_words(table.name).items()}
    return {name: (*known.get(name, ()), plain(name)) for name in table.columns if name != _STUDY}


def _said(form: Form, one: Field, table: str) -> Iterable[str]:
    prefixes = [table.lower(), plain(form.name)]
    yield from ways_to_say(one.name, prefixes)
    if one.label and not is_checkbox(one.name):
        yield from ways_to_say(one.label, prefixes)


def _own_lines(form: Form, table: TableModel, model: Model) -> list[Line]:
    """Return the lines of a table that fields of a form fill, sure and unsure."""
    matched = _matches(form, table)
    lines = []
    for name, one in matched.items():
        if is_checkbox(one.name):
            continue
        found = judge(form.part, one, table.columns[name], model, form.style)
        lines.append(_line(name, one, found))
    used = {one.name for one in matched.values()}
    for one in form.fields:
        if one.name in used or is_checkbox(one.name):
            continue
        close = _close(form, one, table, matched)
        if close is not None:
            name, word = close
            found = judge(form.part, one, table.columns[name], model, form.style)
            lines.append(Line(name, found.column, False, f'"{one.name}" is close to "{word}"'))
    return sorted(lines, key=lambda line: list(table.columns).index(line.name))


def _line(name: str, one: Field, found: Judged) -> Line:
    said = f'"{one.name}" is a word for it' if plain(one.name) != plain(name) else "the same name"
    label = f', labelled "{one.label}"' if one.label else ""
    return Line(name, found.column, found.sure, "; ".join(filter(None, (said + label, found.why))))


def _close(
    form: Form, one: Field, table: TableModel, matched: Mapping[str, Field]
) -> tuple[str, str] | None:
    said = list(_said(form, one, table.name))
    for name, words in _words(table).items():
        if name not in matched and (word := close_word(said, words)) is not None:
            return name, word
    return None


def _has_topic(lines: list[Line], table: str) -> bool:
    return any(line.name == f"{table}TESTCD" or line.name == f"{table}TEST" for line in lines)


def _whole(
    form: Form, table: TableModel, model: Model, study: str, why: str, own: list[Line]
) -> Suggested:
    lines = [*_fixed(form, table, study, own), *own]
    around = {one.name for one in form.around}
    filled = tuple(line.column.source for line in own if line.sure)
    filled = tuple(name for name in filled if name not in around)
    if not filled:
        filled = tuple(line.column.source for line in own if line.sure and line.name != _SUBJECT)
    return Suggested(table.name, form, why, tuple(lines), form.where, tuple(dict.fromkeys(filled)))


def _fixed(form: Form, table: TableModel, study: str, own: list[Line]) -> list[Line]:
    """Return the lines that every table needs: study, domain, subject and sequence number."""
    there = {line.name for line in own if line.sure}
    lines = [
        Line(_STUDY, ColumnFrom(value=study), True, "write the identifier of your study"),
        Line("DOMAIN", ColumnFrom(value=table.name), True, "the name of the table"),
    ]
    subject = next((line for line in own if line.name == _SUBJECT), None)
    if table.name == _SUBJECTS and "SUBJID" not in there and subject is not None:
        lines.append(Line("SUBJID", subject.column, subject.sure, "the same as USUBJID"))
    number = f"{table.name}SEQ"
    if number in table.columns and number not in there:
        source, why = ROW, "no column counts the rows; that of the file does"
        if form.instance:
            source, why = form.instance, "REDCap counts the repetitions of a form"
        lines.append(Line(number, ColumnFrom(source), True, why))
    return lines


def _tests(form: Form, table: TableModel, model: Model, study: str) -> list[Suggested]:
    """Return the rows of a table of tests that single columns of a form are, one for each test."""
    words = {word: code for code, said in test_words(table.name).items() for word in said}
    own = [line for line in _own_lines(form, table, model) if line.sure or line.name == _SUBJECT]
    if _has_topic(own, table.name):
        return []
    kept = [line for line in own if not line.name.startswith(table.name) or "DTC" in line.name]
    found = []
    done: set[str] = set()
    for one in form.fields:
        code = next((words[said] for said in _said(form, one, table.name) if said in words), None)
        if code is None or code in done or one.choices:
            continue
        done.add(code)
        name = test_words(table.name)[code][0].capitalize()
        result = ColumnFrom(one.name)
        lines = [
            *_fixed(form, table, study, [*kept, Line(f"{table.name}SEQ", result, True, "")]),
            *kept,
            Line(f"{table.name}SEQ", ColumnFrom(ROW), True, "no column counts the results"),
            Line(
                f"{table.name}TESTCD",
                ColumnFrom(value=code),
                True,
                f'"{one.name}" is a word for it',
            ),
            Line(f"{table.name}TEST", ColumnFrom(value=name), True, "the name of the test"),
            Line(f"{table.name}ORRES", result, True, f'the results of "{one.name}"'),
            Line(f"{table.name}ORRESU", ColumnFrom(value="?"), False, "no column has the unit"),
        ]
        why = f'its column "{one.name}" is a test'
        found.append(Suggested(table.name, form, why, tuple(lines), form.where, (one.name,)))
    return found
