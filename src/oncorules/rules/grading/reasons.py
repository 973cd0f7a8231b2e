"""Why a row is not evaluable: the first value, unit or limit of the line that is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from oncorules.rules.compiler.relation import column
from oncorules.rules.grading.formulas import OWN, SCALE, TEST, VALUE
from oncorules.rules.grading.lines import Cause
from oncorules.rules.grading.sides import Side
from oncorules.rules.grading.terms import FAMILY, UNIT_NUMBER
from oncorules.rules.language.values import Value, settled

UNDECIDED = "the line cannot be decided"


class Reasons:
    """Writes the reasons of a grading.

    Args:
        names: what the formulas read.
        units: the unit of each group, as it stands in the data.
        side: the side of the terms.
    """

    def __init__(self, names: Mapping[str, Value], units: Mapping[str, Value], side: Side) -> None:
        self.names, self.units, self.side = names, units, side

    def tree(self, cause: Cause) -> exp.Expr:
        """Return the sentence of a cause for the row."""
        sentence, names, scaled, mixed, limits = cause
        if sentence:
            return _text(sentence)
        ifs = [line for name in names if name in self.names for line in self._of_name(name)]
        for groups in mixed:
            ifs += self._of_mixed(groups)
        for group in scaled:
            ifs += self._of_unit(group, None)
        ifs += self._of_family(scaled, None)
        if scaled:
            ifs.append(self._of_limits())
        ifs += [self._no_limit(name) for name in limits if name != SCALE]
        return exp.Case(ifs=ifs, default=_text(UNDECIDED)) if ifs else _text(UNDECIDED)

    def _of_name(self, name: str) -> Iterator[exp.If]:
        value = settled(self.names[name])
        gone = _is_null(exp.Paren(this=value.first.copy()))
        if value.show is not None and value.kind in ("integer", "number", "date"):
            what = "date" if value.kind == "date" else "number"
            said = _joined(_text(f'{name} "'), value.show, _text(f'" is not a {what}'))
            there = exp.Not(this=_is_null(value.show.copy()))
            yield exp.If(this=exp.and_(gone.copy(), there), true=said)
        yield exp.If(this=gone, true=_text(f"{name} is missing"))

    def _of_unit(self, group: str, apart: exp.Expr | None) -> Iterator[exp.If]:
        """Give the lines about a unit that is missing or that the test does not have."""
        unit, of = self.units[group].first, f" of {group}" if group else ""
        unknown: exp.Expr = _is_null(column(UNIT_NUMBER + group))
        if apart is not None:
            unknown = exp.and_(unknown, apart.copy())
        empty = exp.EQ(this=exp.Trim(this=unit.copy()), expression=_text(""))
        gone = exp.Coalesce(this=exp.Paren(this=empty), expressions=[exp.true()])
        yield exp.If(this=exp.and_(unknown.copy(), gone), true=_text(f"the unit{of} is missing"))
        said = _joined(
            _text('unit "'), unit, _text(f'"{of} is not a unit of '), self.names[TEST].first
        )
        yield exp.If(this=unknown, true=said)

    def _of_family(self, groups: Sequence[str], apart: exp.Expr | None) -> Iterator[exp.If]:
        """Give the lines about results in units that do not convert into each other."""
        for group in groups:
            if group == OWN or OWN not in groups:
                continue
            differ = exp.NEQ(this=column(FAMILY + group), expression=column(FAMILY))
            test = differ if apart is None else exp.and_(differ, apart.copy())
            own, other = self.units[OWN].first, self.units[group].first
            said = _joined(
                _text(f'{group} in "'), other, _text('" does not convert into "'), own, _text('"')
            )
            yield exp.If(this=test, true=said)

    def _of_mixed(self, groups: Sequence[str]) -> list[exp.If]:
        apart = exp.Not(this=same_units([self.units[group] for group in groups]))
        found = [line for group in groups for line in self._of_unit(group, apart)]
        return [*found, *self._of_family(groups, apart)]

    def _of_limits(self) -> exp.If:
        said = _joined(
            _text(f'{VALUE} in "'),
            self.units[OWN].first,
            _text('" does not convert into the unit of the limits'),
        )
        return exp.If(this=_is_null(column(self.side.compared)), true=said)

    def _no_limit(self, name: str) -> exp.If:
        said = _joined(_text(f"{name} has no limit in "), column(self.side.compared))
        return exp.If(this=_is_null(column(self.side.limit(name))), true=said)


def same_units(units: Sequence[Value]) -> exp.Expr:
    """Return a tree that is true when results are told in one unit, letter for letter."""
    first, *others = (unit.first for unit in units)
    equal = exp.and_(*(exp.EQ(this=first.copy(), expression=other.copy()) for other in others))
    return exp.Coalesce(this=exp.Paren(this=equal), expressions=[exp.false()])


def _is_null(tree: exp.Expr) -> exp.Is:
    return exp.Is(this=tree, expression=exp.Null())


def _text(text: str) -> exp.Expr:
    return exp.Literal.string(text)


def _joined(first: exp.Expr, *others: exp.Expr) -> exp.Expr:
    tree = first
    for other in others:
        tree = exp.DPipe(this=tree, expression=other.copy())
    return exp.Paren(this=tree)
