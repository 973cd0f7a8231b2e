"""Which derived tables are made row by row, in the order of the export.

Such a table need not be stored: its rows are worked out when somebody reads them.
"""

from __future__ import annotations

from oncorules.rules.compiler.lookup import reads_this
from oncorules.rules.compiler.relation import Relation
from oncorules.rules.loading.model import THIS_TABLE, Grading, Table

MOST_FILES = 1_000
"""More files than a table has, so that the part of a stack, the file and the row are one number."""


def stays_in_order(item: Table | Grading, here: Relation) -> bool:
    """Tell whether each row is worked out from its own row alone.

    Look-ups into other tables are let in: what they look among is gathered, the rows are not.

    Args:
        item: a table or grading that has a row for each row of another, or for some of them.
        here: that other table.
    """
    gathers = any(
        lookup.from_ == THIS_TABLE or reads_this(lookup) for lookup in item.lookups.values()
    )
    return here.in_order and not gathers and not item.windows and not item.runs
