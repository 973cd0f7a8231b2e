"""A digest of each rule: it changes when the rule can find other rows, and only then.

What belongs to it: the rule after the `changes` of packs (its tables, scope, look-ups, windows,
columns, condition, `if_missing`), every derived table that it reads, the values of the parameters,
code lists and schedules that these name, and, of the tables of the export, the keys and the types
and units of the columns that they name. Which values a message shows belongs to it as well, since
they are a part of `values_id`. How a study reads tables from a site's own files has a digest of its
own.

What does not: comments, layout and order of keys, titles, sources, examples, versions, severity,
and the words of a message.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from oncorules.rules.compiler.checks import fields
from oncorules.rules.compiler.reach import find_reached, owner_of, sources_of
from oncorules.rules.compiler.reach import sources as sources_of_item
from oncorules.rules.language.formula import FormulaError, names, parsed
from oncorules.rules.loading.loaded import LoadedPack, RuleInstance
from oncorules.rules.loading.model import Rule, Table
from oncorules.validation.reading_digest import reading_of
from oncorules.validation.structure_contract import contract_of

if TYPE_CHECKING:
    from oncorules.rules.session import Session

DIGEST_LENGTH = 16
_SAID_ONLY = {"title", "label", "source", "version", "severity", "message", "examples", "explain"}
_APART = _SAID_ONLY | {"kind", "criterion", "parameters"}  # values of parameters are added by name
_WORD = re.compile(r"[A-Za-z_]\w*")
_QUOTED_OR_SPACE = re.compile(r"('(?:[^']|'')*')|\s+")

Reads = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class RuleDigest:
    """One rule on one table.

    Attributes:
        digest: 16 hexadecimal digits.
        reads: the tables of the export that it reads, with the columns of each that it names.
        reading: 16 more for how these are read from a site's own files; empty when none is.
    """

    digest: str
    reads: Reads
    reading: str = ""


@dataclass(frozen=True)
class _Piece:
    """A rule or derived table: what it means, which words it uses, which tables it reads."""

    meaning: Any
    words: frozenset[str]
    exports: frozenset[str]


class Digests:
    """The digests of the rules of one run; what several rules read is looked at once."""

    def __init__(self, session: Session) -> None:
        """Take the run: its packs, parameters and table model."""
        self._workspace = session.workspace
        self._rules = session.rules
        self._tables = session.tables
        self._packs = {pack.id: pack for pack in session.packs}
        self._read = {
            name.upper(): ways for pack in session.packs for name, ways in pack.read.items()
        }
        self._pieces: dict[tuple[str, str], list[_Piece]] = {}

    def all(self) -> dict[tuple[str, str], RuleDigest]:
        """Return the digest of every rule by rule and table, structure checks included."""
        found = self._of_structure()
        for one, pack in self._rules:
            found[one.id, one.table] = self._of_rule(one, self._packs[pack])
        return found

    def _of_rule(self, one: RuleInstance, pack: LoadedPack) -> RuleDigest:
        read = sources_of_item(one.rule) | {one.table}
        pieces = [self._rule_piece(one, pack)]
        for owner, name in sorted(self._reached(read, pack)):
            pieces += self._table_pieces(self._packs[owner], name)
        words = frozenset[str]().union(*(piece.words for piece in pieces))
        exports = frozenset[str]().union(*(piece.exports for piece in pieces))
        model = self._workspace.model
        tables, reads = {}, Reads()
        for name in sorted(exports):
            declared = model.table(name)
            if declared is None:
                continue
            named = sorted((words | set(declared.key)) & declared.columns.keys())
            columns = [declared.columns[column] for column in named]
            tables[name] = [declared.key, [(c.type, c.unit, c.unit_from) for c in columns], named]
            reads[name] = tuple(named)
        meaning = _hash([one.table, tables, [piece.meaning for piece in pieces]])
        seen = words.union(*reads.values())
        return RuleDigest(meaning, reads, reading_of(self._read, exports, seen))

    def _reached(self, read: Iterable[str], pack: LoadedPack) -> set[tuple[str, str]]:
        packs = self._workspace.packs
        found = set(find_reached(read, pack.id, packs, ()).derived)
        for owner, name in tuple(found):
            item = self._packs[owner].derived(name)
            if item is not None and isinstance(item[1], Table) and item[1].terms_of:
                found |= set(find_reached([item[1].terms_of], owner, packs, ()).derived)
        return found

    def _rule_piece(self, one: RuleInstance, pack: LoadedPack) -> _Piece:
        shown = fields(one.rule.message or "")
        decided = {f"{a}.{name}" if a else name for a, name, _ in names(parsed(one.rule.condition))}
        more = [name for name in shown if name not in decided]
        read = sources_of_item(one.rule) - set(one.rule.applies_to.table) | {one.table}
        return self._piece(pack, one.id, one.rule, read, more)

    def _table_pieces(self, pack: LoadedPack, name: str) -> list[_Piece]:
        key = (pack.id, name)
        if key not in self._pieces:
            section, item = pack.derived(name) or ("", None)
            pieces = [self._piece(pack, name, item, sources_of(pack, name), [])]
            if section == "selections":
                steps = pack.selections[name].steps
                pieces += [
                    self._rule_piece(one, pack) for one in pack.rule_instances if one.id in steps
                ]
            self._pieces[key] = pieces
        return self._pieces[key]

    def _piece(
        self, pack: LoadedPack, owner: str, item: Any, read: Iterable[str], more: list[str]
    ) -> _Piece:
        own = _meaning(item)
        if isinstance(item, Rule):
            own["applies_to"].pop("table")  # the other tables that it is applied to
        meaning: dict[str, Any] = {"is": own, "shows": more}
        words = _words(meaning)
        plans = {name: _meaning(plan) for name, plan in pack.schedules.items() if name in words}
        words |= _words(plans)
        values = self._workspace.parameters.of(pack.id, owner)
        meaning["values"] = {
            name: [_meaning_of_value(one.value), one.unit]
            for name, one in values.items()
            if name in words
        }
        meaning["schedules"] = plans
        meaning["codes"] = {
            name: [codes.codes, codes.ranked] for name, codes in pack.codes.items() if name in words
        }
        packs = self._workspace.packs
        exports = {name for name in read if owner_of(name, pack.id, packs) is None}
        return _Piece(meaning, frozenset(words), frozenset(exports))

    def _of_structure(self) -> dict[tuple[str, str], RuleDigest]:
        found = {}
        for table in self._tables.values():
            contract = contract_of(table, self._workspace.model)
            key = table.model.key if table.model is not None else ()
            for check in contract.checks:
                asked = [check.part, check.type, check.codes, check.length, key]
                reads: Reads = {table.name: (check.column,) if check.part != "column" else ()}
                reading = reading_of(self._read, [table.name], {check.column, *key})
                rule = contract.rule_id(check)
                found[rule, table.name] = RuleDigest(_hash(asked), reads, reading)
        return found


def _meaning(value: Any) -> Any:
    """Return a part of a rule as plain data, without what is only said."""
    if isinstance(value, BaseModel):
        return {
            name: _meaning(getattr(value, name))
            for name in type(value).model_fields
            if name not in _APART
        }
    if isinstance(value, Mapping):
        return {str(name): _meaning(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_meaning(inner) for inner in value]
    if isinstance(value, str):
        return _without_layout(value)
    return _meaning_of_value(value)


def _meaning_of_value(value: Any) -> Any:
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        number = Decimal(value)
        return f"{number.normalize():f}" if number else "0"
    return value


def _without_layout(text: str) -> str:
    """Return a formula in one form, however it was broken into lines; other text as it is."""
    try:
        return parsed(text).sql(comments=False)
    except FormulaError:  # a code such as NON-CR/NON-PD, or the words of an order
        return _QUOTED_OR_SPACE.sub(lambda found: found[1] or " ", text).strip()


def _words(meaning: Any) -> set[str]:
    return set(_WORD.findall(json.dumps(meaning, ensure_ascii=False)))


def _hash(meaning: Any) -> str:
    text = json.dumps(meaning, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]
