"""From the stored rows of a content rule to its findings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import exp

from oncorules.rules.compiler.checks import NOT_MET, fields
from oncorules.rules.compiler.relation import Relation, column
from oncorules.validation.content import SUBJECT, Flagged, is_outcome
from oncorules.validation.findings import FindingRows

_FIELD = re.compile(r"(\{[A-Za-z_][\w.]*\})")


def content_findings(flagged: Sequence[Flagged]) -> list[FindingRows]:
    """Return the findings of the rules that some rows break."""
    return [_of_rule(one) for one in flagged]


def _of_rule(one: Flagged) -> FindingRows:
    rule, relation = one.rule.rule, one.relation
    return FindingRows(
        status=one.status,
        table=one.table,
        where=is_outcome(one.rule, NOT_MET),
        files=one.files if relation.has_rows else (),
        key={key: column(f"#key.{key}") for key in relation.key},
        values=dict(one.shown),
        message=message_pieces((rule.message or rule.title).strip(), one.shown),
        has_rows=relation.has_rows,
        subject=column(f"#key.{SUBJECT}") if _has_subject(relation) else None,
    )


def _has_subject(relation: Relation) -> bool:
    return SUBJECT in (relation.columns if relation.has_rows else relation.key)


def message_pieces(message: str, shown: dict[str, exp.Expr]) -> list[str | exp.Expr]:
    """Return the texts of a message with the trees of its values between them.

    A bare name stands for `lookup.NAME` when the rule reads only that one.
    """
    known = set(fields(message))
    pieces: list[str | exp.Expr] = []
    for piece in _FIELD.split(message):
        name = piece[1:-1]
        if not piece.startswith("{") or name not in known:
            pieces.append(piece)
            continue
        owners = [label for label in shown if label.endswith(f".{name}")]
        pieces.append(shown.get(name) or (shown[owners[0]] if owners else piece))
    return [piece for piece in pieces if piece != ""]
