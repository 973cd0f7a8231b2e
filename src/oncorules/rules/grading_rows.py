"""The rows of a table joined to the terms of a grading, and the grade of each.

```text
rows  x  terms        on the test          -> number of the term, of its lines, of its units
      x  spellings    on units, spelling   -> the unit and its factor into the common one
      x  limits       on term, unit        -> the limits on the common scale
      CASE on the number of the lines      -> number of the answer
      x  answers      on that number       -> grade, line, cause
```
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from oncorules.rules.formula import FormulaError
from oncorules.rules.grading_formulas import (
    CATEGORY,
    OWN,
    SCALE,
    SCALED,
    LIMIT,
    SPECIMEN,
    TEST,
    UNIT,
    VALUE,
    mixed_alias,
)
from oncorules.rules.grading_lines import WHERE, Cause, Outcome, Outcomes, lines_tree
from oncorules.rules.grading_reasons import Reasons, same_units
from oncorules.rules.grading_terms import (
    CATEGORIES,
    COMPARED,
    FACTOR,
    FAMILY,
    LIMIT_NUMBER,
    LIMIT_TERM,
    PATTERN,
    SHOWN_BY,
    SPECIMENS,
    SPELLING,
    TERM,
    TERM_TEST,
    UNIT_NUMBER,
    UNITS,
    Terms,
    limit_column,
)
from oncorules.rules.lookup_rows import HERE, THERE, from_table
from oncorules.rules.needs import placed
from oncorules.rules.relation import absent, column
from oncorules.rules.scope import Scope
from oncorules.rules.steps import Steps
from oncorules.rules.translate import translate_tree
from oncorules.rules.value_lists import value_list
from oncorules.rules.values import COUNT, MEASURE, Value, decimal, text
