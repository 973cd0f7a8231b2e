"""What kind of value every column is, and the codes that a derived column can have.

The code lists of the table model bind no export: a check is there because data can break them. So
a column of the export may hold any text, and only what rules themselves derive has a closed list.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from oncorules.data.model import Model
from oncorules.rules.compiler.checks import OUTCOMES
from oncorules.rules.compiler.reach import owner_of
from oncorules.rules.grading.rows import CONVERTED_UNIT
from oncorules.rules.grading.sides import SIDES, Side
from oncorules.rules.language.aggregates import is_aggregate
from oncorules.rules.language.formula import COMPARISONS, FormulaError, parsed
from oncorules.rules.language.values import Kind
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Column, Grading, Selection, Table

_TRUTHS = (*COMPARISONS, exp.And, exp.Or, exp.Not, exp.Between, exp.In, exp.Is, exp.Boolean)
_OF_FUNCTION: dict[str, Kind] = {
    "days_between": "integer", "months_between": "integer", "calendar_months": "number",
    "study_day": "integer", "add_days": "date", "day_is_known": "boolean", "ratio": "number",
    "round_half_up": "number", "number": "number", "convert": "number", "is_unit": "boolean",
    "length": "integer", "upper": "text", "lower": "text", "trim": "text", "before": "text",
    "starts_with": "boolean", "ends_with": "boolean", "contains": "boolean", "concat": "text",
    "occurrences": "integer", "line_of": "text", "planned_between": "integer", "count": "integer",
    "bool_or": "boolean", "bool_and": "boolean", "earliest": "date", "latest": "date",
}  # fmt: skip


_WIDER: tuple[Kind, ...] = ("date", "number", "integer", "text", "boolean")
"""Which kind several values have together: a constant text beside a date is a date."""


@dataclass(frozen=True)
class Known:
    """What is known of a column.

    Attributes:
        kind: what its values are.
        codes: all texts that it can hold; None when it may hold any.
    """

    kind: Kind
    codes: frozenset[str] | None = None


Naming = Callable[[str, str], Known | None]
"""What is known of a name: its alias, or an empty text, and the column."""
Base = Callable[[str], Known | None]
"""What is known of a column of the rows that a rule or table reads."""


def known_of(tree: exp.Expr, names: Naming) -> Known | None:
    """Return what is known of a formula's value; None where it is missing or not known.

    Args:
        tree: the parsed formula.
        names: what its names are.
    """
    if isinstance(tree, exp.Paren | exp.Neg | exp.Window | exp.Filter):
        return known_of(tree.this, names)
    if isinstance(tree, _TRUTHS):
        return Known("boolean")
    if isinstance(tree, exp.Column):
        return names(tree.table, tree.name)
    if isinstance(tree, exp.Literal):
        if tree.is_string:
            return Known("text", frozenset([tree.name]))
        return Known("number" if "." in tree.name else "integer")
    if isinstance(tree, exp.Case):
        results = [line.args["true"] for line in tree.args["ifs"]]
        results += [tree.args["default"]] if tree.args.get("default") else []
        return joined(known_of(result, names) for result in results)
    if isinstance(tree, exp.Add | exp.Sub | exp.Mul):
        return joined(known_of(side, names) for side in (tree.this, tree.expression))
    if isinstance(tree, exp.Anonymous):
        name = tree.name.lower()
        if name in _OF_FUNCTION:
            return Known(_OF_FUNCTION[name])
        arguments = tree.expressions[:1] if is_aggregate(name, 1) else tree.expressions
        return joined(known_of(argument, names) for argument in arguments)
    return None


def joined(parts: Iterable[Known | None]) -> Known | None:
    """Return what is known of a value that is one of several."""
    found = [part for part in parts if part is not None]
    if not found:
        return None
    kinds = {part.kind for part in found}
    kind = next(kind for kind in _WIDER if kind in kinds)
    codes: frozenset[str] | None = frozenset()
    for part in found:
        codes = None if codes is None or part.codes is None else codes | part.codes
    return Known(kind, codes if kind == "text" else None)


@dataclass
class Kinds:
    """The columns of all tables that some packs see; looked up once each.

    Attributes:
        packs: the loaded packs.
        model: the tables of the export.
    """

    packs: Sequence[LoadedPack]
    model: Model
    _found: dict[tuple[str, str, str], Known | None] = field(default_factory=dict)
    _owned: dict[tuple[int, str], Known | None] = field(default_factory=dict)

    def of(self, table: str, name: str, pack: str) -> Known | None:
        """Return what is known of a column of a table, as rules of a pack see it."""
        owner = owner_of(table, pack, self.packs)
        label = ("" if owner is None else owner.id, table, name)
        if label not in self._found:
            self._found[label] = None  # a column that is made of itself
            self._found[label] = (
                self._exported(table, name) if owner is None else self._made(table, name, owner)
            )
        return self._found[label]

    def _exported(self, table: str, name: str) -> Known | None:
        declared = self.model.table(table)
        if declared is None or name not in declared.columns:
            return None
        return Known(declared.columns[name].type)

    def _made(self, table: str, name: str, pack: LoadedPack) -> Known | None:
        found = pack.derived(table)
        assert found is not None
        _, item = found
        if isinstance(item, Selection):
            return _of_selection(name) or self.of(item.of, name, pack.id)
        if isinstance(item, Grading):
            return self._graded(item, name, pack)
        if item.terms_of is not None:
            return Known("text")
        return self._of_table(item, name, pack)

    def _of_table(self, table: Table, name: str, pack: LoadedPack) -> Known | None:
        sources = [*(table.rows_of or ()), *([table.from_] if table.from_ else [])]

        def base(label: str) -> Known | None:
            return joined(self.of(source, label, pack.id) for source in sources)

        own = self.own(table, name, pack, base)
        if own is not None or table.stack is None:
            return own or base(name)
        parts = []
        for part in table.stack:

            def inside(alias: str, label: str, source: str = part.from_) -> Known | None:
                return self.of(source, label, pack.id)

            text = part.columns.get(name)
            value = inside("", name) if text is None else self._result(text, inside)
            parts.append(value)
        return joined(parts)

    def _graded(self, grading: Grading, name: str, pack: LoadedPack) -> Known | None:
        for side in map(Side, SIDES):
            if name in (side.grade, side.least, side.most):
                return Known("integer")
            if name in side.columns:
                return Known("number" if name == side.value else "text")
        if name in grading.converted or name == CONVERTED_UNIT:
            return Known("number" if name in grading.converted else "text")

        def base(label: str) -> Known | None:
            return self.of(grading.of, label, pack.id)

        if name in grading.reads:
            return known_of(parsed(grading.reads[name]), self.names(grading, pack, base))
        return self.own(grading, name, pack, base) or base(name)

    def names(self, item: object, pack: LoadedPack, base: Base) -> Naming:
        """Return what the names in the formulas of a rule, table or grading are.

        Args:
            item: the rule, table or grading.
            pack: its pack.
            base: what is known of a column of the rows it is made from.
        """
        lookups = getattr(item, "lookups", {})
        parameters = {**pack.parameters, **getattr(item, "parameters", {})}

        def named(alias: str, name: str) -> Known | None:
            if alias in lookups:
                lookup = lookups[alias]
                if lookup.from_ == "this table":
                    return self.own(item, name, pack, base) or base(name)

                def there(inner: str, label: str) -> Known | None:
                    return self.of(lookup.from_, label, pack.id)

                if name in lookup.columns:
                    return known_of(parsed(lookup.columns[name]), there)
                found = there("", name)
                filled = lookup.if_none.get(name) if isinstance(lookup.if_none, dict) else None
                if filled is None:
                    return found
                return joined([found, self._result(filled, named)])
            own = self.own(item, name, pack, base) or base(name)
            if own is None and name in parameters:
                value = parameters[name].value
                choices = parameters[name].choices
                if isinstance(value, str):
                    return Known("text", frozenset(choices or [value]))
                return Known("integer" if isinstance(value, int) else "number")
            return own

        return named

    def own(self, item: object, name: str, pack: LoadedPack, base: Base) -> Known | None:
        """Return what is known of a column that a rule or table makes itself."""
        label = (id(item), name)
        if label not in self._owned:
            self._owned[label] = None  # a column that is made of itself
            self._owned[label] = self._own(item, name, pack, base)
        return self._owned[label]

    def _own(self, item: object, name: str, pack: LoadedPack, base: Base) -> Known | None:
        column: Column | None = getattr(item, "columns", {}).get(name)
        decide = getattr(item, "decide", None)
        naming = self.names(item, pack, base)
        if column is not None:
            return self._of_column(column, name, naming, pack, base)
        if decide is not None and name in decide.sets:
            texts = [line.values[name] for line in decide.lines if name in line.values]
            return joined(self._result(text, hiding(decide.sets, naming, base)) for text in texts)
        return None

    def _of_column(
        self,
        column: Column,
        name: str,
        naming: Naming,
        pack: LoadedPack,
        base: Base,
    ) -> Known | None:
        inner = hiding([name], naming, base)
        if column.value is not None:
            found = known_of(parsed(column.value), inner)
        else:
            texts = [line.result for line in column.first_true or ()]
            texts += [str(row[-1]) for row in column.rows or ()]
            texts += [column.if_unknown] if column.if_unknown is not None else []
            found = joined(self._result(text, inner) for text in texts)
        codes = pack.codes.get(column.codes or "")
        if codes is not None:
            return Known("text", None if codes.extensible else frozenset(codes.codes))
        if column.type is not None:
            return Known(column.type, found.codes if found else None)
        return found

    def _result(self, text: str, names: Naming) -> Known | None:
        if text == "null":
            return None
        return (
            Known("text", frozenset([text]))
            if is_code(text, names)
            else known_of(parsed(text), names)
        )


def hiding(own: Collection[str], names: Naming, base: Base) -> Naming:
    """Return the names inside columns that are not made yet: they read none of themselves."""

    def inner(alias: str, name: str) -> Known | None:
        return base(name) if not alias and name in own else names(alias, name)

    return inner


def is_code(text: str, names: Naming) -> bool:
    """Tell whether the result of a line is a code, and no column and no formula."""
    if text in ("null", "true", "false") or "(" in text or "'" in text:
        return False
    try:
        tree = parsed(text)
    except FormulaError:
        return True
    if isinstance(tree.unnest() if not isinstance(tree, exp.Neg) else tree.this, exp.Literal):
        return False
    return not any(names(node.table, node.name) for node in tree.find_all(exp.Column))


def _of_selection(name: str) -> Known | None:
    if name == "STEP":
        return Known("integer")
    if name == "SELECTED":
        return Known("boolean")
    if name.startswith("STEP") and name[4:].isdigit():
        return Known("text", frozenset(OUTCOMES))
    return Known("text") if name in ("FAILED", "NOTEVAL") else None
