"""What rules expect of a row, in words that stand beside a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from oncorules.rules.catalogue.pages import parameter_text, used_parameters
from oncorules.rules.language.clauses import own_words

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult


@dataclass(frozen=True)
class Words:
    """What a rule expects of a row.

    Attributes:
        expected: of a rule, the condition in its own words, and below it the values of the
            parameters that it reads; of a structure check, its title.
        parameters: the names of these parameters.
    """

    expected: str
    parameters: frozenset[str] = frozenset()


def words_of(result: ValidationResult) -> dict[tuple[str, str], Words]:
    """Return what each rule expects on each of its tables, by rule and table."""
    session = result.session
    words = {(rule.rule_id, rule.table): Words(rule.title) for rule in result.rules}
    packs = {pack.id: pack for pack in session.packs}
    for one, pack in session.rules:
        condition = own_words(one.rule.condition)
        used = used_parameters(packs[pack], one.id, one.rule, session.workspace.parameters)
        values = map(parameter_text, used)
        names = frozenset(parameter.name for parameter in used)
        words[one.id, one.table] = Words("\n".join([condition, *values]), names)
    return words
