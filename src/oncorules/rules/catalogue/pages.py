"""The page of one rule or derived table: what `oncorules rules show` prints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from oncorules.rules.deriving.reading import formulas_of, names_in
from oncorules.rules.language.clauses import own_words
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Example, Grading, Rule, Selection, Source, Table
from oncorules.rules.loading.model_base import scalar_text
from oncorules.rules.loading.parameters import ParameterValue, Resolved

if TYPE_CHECKING:
    from oncorules.rules.catalogue.catalogue import Subject

Part: TypeAlias = "Rule | Table | Grading | Selection"

_WIDTH = 88
_UNPLAIN = re.compile(r"^[\[\]{}&*!|>'\"%@`#-]|: | #")
_UNPLAIN_IN_FLOW = re.compile(r"^[&*!|>'\"%@`#-]|[,\[\]{}]|: | #")
_PARTS = (
    "of",
    "steps",
    "if_not_evaluable",
    "one_row_per",
    "from",
    "rows_of",
    "stack",
    "if_no_row",
    "where",
    "lookups",
    "windows",
    "runs",
    "until",
    "columns",
    "decide",
    "walk",
    "reads",
    "terms",
    "keep",
    "condition",
    "if_missing",
    "message",
)


def page_of(subject: Subject, parameters: Resolved) -> list[str]:
    """Return the page of a rule or table.

    Args:
        subject: the rule or table; its pack loaded with examples.
        parameters: the value of every parameter, and where each comes from.
    """
    part: Part | None = subject.rules[0].rule if subject.rules else subject.table
    assert part is not None
    lines = list(_head(subject, part))
    used = used_parameters(subject.pack, subject.id, part, parameters)
    if used:
        lines += ["", "Parameters", *(f"  {line}" for one in used for line in parameter_lines(one))]
    entry = subject.pack.entries.get((subject.section, subject.id))
    data = entry.data if entry is not None else {}
    applies = data.get("applies_to")
    where = applies.get("where") if isinstance(applies, dict) else None
    words = data if where is None else {**data, "where": where}
    shown = {name: _without_examples(words[name]) for name in _PARTS if name in words}
    lines += ["", "In its own words", *(f"  {line}" for line in _yaml(shown))]
    lines += ["", f"Examples: {_count_all(part)}", f"File: {subject.place}"]
    return lines


def _without_examples(data: Any) -> Any:
    """Return a part of a rule file without the examples of its terms, which are counted."""
    if isinstance(data, dict):
        return {
            name: _without_examples(inner) for name, inner in data.items() if name != "examples"
        }
    return [_without_examples(inner) for inner in data] if isinstance(data, list) else data


def _count_all(part: Part) -> int:
    if isinstance(part, Grading):
        return sum(count_examples(term.examples) for term in part.terms)
    return 0 if isinstance(part, Selection) else count_examples(part.examples)


def _head(subject: Subject, part: Part) -> Iterator[str]:
    version = subject.pack.version_of(subject.section, subject.id)
    if isinstance(part, Rule):
        yield f"{subject.id}: {part.title}"
        yield ""
        kind = f"{part.criterion} criterion" if part.criterion else part.kind
        yield f"{kind}, {part.severity}; version {part.version or version} of {subject.pack.id}"
        yield f"Looks at: {', '.join(one.table for one in subject.rules)}"
    else:
        kind = "derived table" if isinstance(part, Table) else subject.section.removesuffix("s")
        yield f"{subject.id}: {part.title or kind}"
        yield ""
        yield f"{kind}; version {version} of {subject.pack.id}"
    if part.source is not None:
        yield f"Source: {source_text(part.source)}"
    tables = [name for name in _tables_of(part) if subject.pack.derived(name)]
    if tables:
        yield f"Derived tables it reads: {', '.join(tables)}"


def _tables_of(part: Part) -> Iterable[str]:
    if isinstance(part, Selection):
        return [part.of]
    found = [lookup.from_ for lookup in part.lookups.values()]
    if isinstance(part, Grading):
        found.append(part.of)
    elif isinstance(part, Rule):
        found += part.applies_to.table
    else:
        stacked = [one.from_ for one in part.stack or ()]
        found += [*filter(None, [part.from_]), *(part.rows_of or ()), *stacked]
    return dict.fromkeys(found)


def source_text(source: Source) -> str:
    """Return document, section and note in one line."""
    return f"{source} ({source.note})" if source.note else str(source)


def used_parameters(
    pack: LoadedPack, name: str, part: Part, parameters: Resolved
) -> list[ParameterValue]:
    """Return the parameters that a rule or table declares, and those of the pack it reads."""
    texts = list(formulas_in(part))
    if isinstance(part, Rule | Table):
        texts += [window.seen.days for window in part.windows.values() if window.seen.days]
    read = {word for alias, word in names_in(texts) if not alias}
    plans = [_texts(plan.model_dump()) for key, plan in pack.schedules.items() if key in read]
    read |= {word for plan in plans for alias, word in names_in(plan) if not alias}
    seen = parameters.of(pack.id, name)
    return [one for one in seen.values() if one.owner == name or one.name in read]


def formulas_in(part: Part) -> Iterator[str]:
    """Go through the formulas of a rule or of any derived table; other texts are among them."""
    yield from formulas_of(part) if isinstance(part, Rule | Table) else _texts(part.model_dump())


def _texts(data: object) -> Iterator[str]:
    """Go through all texts of some data; those that are no formulas name no parameter."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list | tuple):
        for inner in data:
            yield from _texts(inner)
    elif isinstance(data, str):
        yield data


def parameter_text(one: ParameterValue) -> str:
    """Return a parameter as `name = value unit`."""
    unit = f" {one.unit}" if one.unit else ""
    return f"{one.name} = {scalar_text(one.value)}{unit}"


def parameter_lines(one: ParameterValue) -> list[str]:
    """Return a parameter: its value and unit, where the value comes from, and the source."""
    lines = [f"{parameter_text(one)}, {one.origin}"]
    if one.declared.title:
        lines.append(f"    {one.declared.title}")
    if one.declared.choices is not None:
        lines.append(f"    choices: {', '.join(one.declared.choices)}")
    lines.append(f"    source: {source_text(one.declared.source)}")
    return lines


def count_examples(examples: Iterable[Example]) -> int:
    """Return how many answers the examples of a rule or table expect."""
    count = 0
    for example in examples:
        if example.grid is not None:
            count += len(example.grid.rows)
            continue
        grids = [grid for grid in example.given.values() if "expect" in grid.columns]
        told = sum(len(grid.rows) for grid in grids)
        expected = example.expect
        if expected is not None:
            told += len(expected) if isinstance(expected, dict) else len(expected.rows)
        count += max(told, 1)
    return count


def _yaml(data: dict[str, Any]) -> Iterator[str]:
    """Return data as it would stand in a rule file, short parts on one line."""
    for name, value in data.items():
        yield from _entry(f"{name}:", value)


def _entry(head: str, value: Any) -> Iterator[str]:
    flat = _flat(value)
    if len(head) + len(flat) < _WIDTH and _is_plain(value, flow=False):
        yield f"{head} {flat}"
    elif isinstance(value, dict):
        yield head
        for name, inner in value.items():
            yield from (f"  {line}" for line in _entry(f"{name}:", inner))
    elif isinstance(value, list | tuple):
        yield head
        for inner in value:
            yield from _item(inner)
    else:
        yield f"{head} >"
        yield from (f"  {line}" for line in _wrapped(flat))


def _item(value: Any) -> Iterator[str]:
    flat = _flat(value, outer=False)
    if not isinstance(value, dict):
        yield f"  - {flat}"
        return
    lines = [line for name, inner in value.items() for line in _entry(f"{name}:", inner)]
    for number, line in enumerate(lines):
        yield f"  {'- ' if number == 0 else '  '}{line}"


def _flat(value: Any, *, outer: bool = True) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{name}: {_flat(part)}" for name, part in value.items())
        return f"{{{inner}}}" if outer else inner
    if isinstance(value, list | tuple):
        return f"[{', '.join(_flat(part) for part in value)}]"
    return own_words(str(scalar_text(value)))


def _is_plain(value: Any, *, flow: bool) -> bool:
    """Tell whether a value can stand on one line: a formula with a comma not inside brackets."""
    if isinstance(value, dict):
        return all(_is_plain(inner, flow=True) for inner in value.values())
    if isinstance(value, list | tuple):
        lines = any(isinstance(inner, dict) for inner in value)  # one each, to be read down
        return not lines and all(_is_plain(inner, flow=True) for inner in value)
    text = str(scalar_text(value))
    return not (_UNPLAIN_IN_FLOW if flow else _UNPLAIN).search(text)


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) > _WIDTH and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
