"""What rules expect of a row, in words that stand beside a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from oncorules.rules.catalogue.pages import parameter_text, used_parameters
from oncorules.rules.catalogue.words.formula_words import condition_words
from oncorules.rules.catalogue.words.vocabulary import Names
from oncorules.rules.deriving.reading import names_in
from oncorules.rules.language.clauses import own_words

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult


@dataclass(frozen=True)
class Words:
    """What a rule expects of a row.

    Attributes:
        expected: of a rule, its condition in plain English, and below it the values of the
            parameters that its other parts read; of a structure check, its title.
        formula: the condition as it stands in the rule file; empty for a structure check.
        parameters: the names of all parameters that it reads.
    """

    expected: str
    formula: str = ""
    parameters: frozenset[str] = frozenset()


def words_of(result: ValidationResult) -> dict[tuple[str, str], Words]:
    """Return what each rule expects on each of its tables, by rule and table."""
    session = result.session
    words = {(rule.rule_id, rule.table): Words(rule.title) for rule in result.rules}
    packs = {pack.id: pack for pack in session.packs}
    parameters = session.workspace.parameters
    names = Names(session.packs, session.workspace.model, parameters)
    for one, pack in session.rules:
        known = names.of_rule(one.rule, one.table, packs[pack])
        condition = condition_words(one.rule.condition, known).text
        read = {name for alias, name in names_in([one.rule.condition]) if not alias}
        used = used_parameters(packs[pack], one.id, one.rule, parameters)
        values = [parameter_text(parameter) for parameter in used if parameter.name not in read]
        called = frozenset(parameter.name for parameter in used)
        words[one.id, one.table] = Words(
            "\n".join([condition, *values]), own_words(one.rule.condition), called
        )
    return words
