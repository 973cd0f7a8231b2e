"""One row per subject: the fields of several forms of one file brought together for table DM."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from oncorules.data.peek import column_of, peek
from oncorules.rules.starting.forms import EVENT, Form
from oncorules.rules.starting.suggest import Line, Suggested

_MOST = 2_000


def joined_forms(forms: Sequence[Form]) -> list[Form]:
    """Return the forms that do not repeat as one form per file, since they fill the same rows."""
    files: dict[str, list[Form]] = {}
    for form in forms:
        if form.style and not form.repeats:
            files.setdefault(form.source, []).append(form)
    return [
        replace(
            same[0],
            name=same[0].source,
            fields=tuple(field for one in same for field in one.fields),
        )
        for same in files.values()
    ]


def at_one_event(found: Suggested) -> Suggested:
    """Return a table of one row per subject with the event that fills most of its columns.

    A column that this event does not fill is left as unsure: it stands in another row.
    """
    event = column_of(found.form.part, EVENT)
    if event is None:
        return found
    own = {one.name for one in found.form.fields}
    names = [line.column.source for line in found.lines if line.column.source in own]
    events = {
        name: {one for _, one in peek(found.form.part, [name, event], _MOST)} for name in names
    }
    counted = Counter(one for filled in events.values() for one in sorted(filled))
    if not counted:
        return found
    most = counted.most_common(1)[0][0]
    lines = tuple(_at(line, events.get(line.column.source), most) for line in found.lines)
    filled = tuple(name for name in found.filled if most in events[name])
    return replace(found, lines=lines, filled=filled, where={event: (most,), **found.where})


def _at(line: Line, events: set[str] | None, event: str) -> Line:
    if not events or event in events:
        return line
    return replace(line, sure=False, why=f"filled at {', '.join(sorted(events))}; {line.why}")
