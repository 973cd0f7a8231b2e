"""Two runs compared: what is new, what is still there, what is gone, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.errors import CallError
from oncorules.validation.comparison import CHANGES, COLUMNS, WHYS, Comparison
from oncorules.validation.run_folder import Run, read_run
from oncorules.validation.status import SEVERITIES
from oncorules.validation.unseen import undecided, unseen_reason

if TYPE_CHECKING:
    import polars as pl

_RULE = ["rule_id", "table"]
_KEPT = ("finding_id", "values_id", *_RULE, "rule_version", "severity", "file", "row", "USUBJID")
_KEPT_TEXTS = ("key", "values", "message", "state")


def compare_runs(before: str | Path | Run, after: str | Path | Run) -> Comparison:
    """Return what became of every finding from one run to a later one.

    A finding that only the later run has is `new`; one that both have is `persisting`, or
    `reopened` when it was accepted and no longer is, since its values changed or the acceptance
    expired; one that only the earlier run has is `resolved`, or `not seen` when the later run
    could not have found it: its rule did not run, or its table, a column or its subject is not in
    the export.

    Args:
        before: the folder of the earlier run, or what was read of it.
        after: the folder of the later run.

    Raises:
        DataError: a folder is not that of a whole run.
        CallError: the runs are of different studies.
    """
    first, second = (one if isinstance(one, Run) else read_run(one) for one in (before, after))
    refuse_other_study(first, second.name, second.studies, second.study)
    return Comparison(first, second, _compared(first, second))


def refuse_other_study(before: Run, name: str, studies: Collection[str], study: str | None) -> None:
    """Raise CallError when a run is of another study than an earlier one.

    Args:
        before: the earlier run.
        name: what the run is called.
        studies: the values of STUDYID in its export.
        study: the id of its study pack, if there is one.
    """
    if before.studies and studies and not before.studies & set(studies):
        first, second = (", ".join(sorted(one)) for one in (before.studies, studies))
    elif before.study and study and before.study != study:
        first, second = before.study, study
    else:
        return
    raise CallError(
        f"{before.name} is a run of the study {first}, and {name} of {second}; "
        "compare two runs of one study"
    )


def _compared(before: Run, after: Run) -> pl.DataFrame:
    """Return one row per finding of either run, with the columns of `comparison.parquet`."""
    import polars as pl

    columns = [*_KEPT, *_KEPT_TEXTS]
    old = before.scan().select(columns)
    new = after.scan().select(columns)
    both = old.join(new, on="finding_id", how="full", suffix="_now", coalesce=True)
    was, now = pl.col("rule_id").is_not_null(), pl.col("rule_id_now").is_not_null()
    shown = [
        pl.coalesce(f"{name}_now", name).alias(name)
        for name in columns
        if name not in ("finding_id", "values", "values_id", "state")
    ]
    rows = both.select(
        "finding_id",
        was.alias("was"),
        now.alias("now"),
        *shown,
        pl.col("values").alias("values_before"),
        pl.col("values_now").alias("values"),
        (pl.col("values_id") == pl.col("values_id_now")).alias("same_values"),
        pl.col("state").alias("state_before"),
        pl.col("state_now").alias("state"),
    )
    rows = rows.join(_rules(before, after), on=_RULE, how="left", maintain_order="left")
    rows = rows.with_columns(_unseen(before, after))
    return _ordered(rows.with_columns(_change()).with_columns(_why())).collect()


def _rules(before: Run, after: Run) -> pl.LazyFrame:
    """Return for every rule whether it is the same in both runs, and what each could not see."""
    import polars as pl

    pairs = sorted({*before.rules, *after.rules})
    rules = [(before.rules.get(pair), after.rules.get(pair)) for pair in pairs]
    return pl.LazyFrame(
        {
            "rule_id": [rule for rule, _ in pairs],
            "table": [table for _, table in pairs],
            "same_rule": [bool(a and b and a.digest == b.digest) for a, b in rules],
            "same_reading": [bool(a and b and a.reading == b.reading) for a, b in rules],
            "unseen_before": [unseen_reason(pair, before, after) for pair in pairs],
            "unseen_now": [unseen_reason(pair, after, before) for pair in pairs],
            "undecided_before": [undecided(a, b) for a, b in rules],
            "undecided_now": [undecided(b, a) for a, b in rules],
        },
        schema={
            **dict.fromkeys(_RULE, pl.String),
            **dict.fromkeys(("same_rule", "same_reading"), pl.Boolean),
            **dict.fromkeys(("unseen_before", "unseen_now"), pl.String),
            **dict.fromkeys(("undecided_before", "undecided_now"), pl.Boolean),
        },
    )


def _unseen(before: Run, after: Run) -> Iterable[pl.Expr]:
    """Yield why the run that lacks a finding could not have had it; null when it could."""
    import polars as pl

    for run, name in ((before, "unseen_before"), (after, "unseen_now")):
        seen = pl.Series(run.subjects, dtype=pl.String).implode()
        gone = pl.col("USUBJID").is_not_null() & ~pl.col("USUBJID").is_in(seen)
        subject = pl.when(gone).then(pl.lit("subject not in the export"))
        yield pl.coalesce(name, subject).alias(name)


def _change() -> pl.Expr:
    import polars as pl

    before, state = pl.col("state_before"), pl.col("state")
    # Reopened by the run itself, or accepted before and judged anew by a run without the file.
    by_run = (state == "reopened") & ~before.eq_missing(pl.lit("reopened"))
    by_values = (before == "accepted") & ~pl.col("same_values") & (state != "accepted")
    return (
        pl.when(~pl.col("now") & pl.col("unseen_now").is_not_null())
        .then(pl.lit("not seen"))
        .when(~pl.col("now"))
        .then(pl.lit("resolved"))
        .when(by_run | (pl.col("was") & by_values))
        .then(pl.lit("reopened"))
        .when(pl.col("was"))
        .then(pl.lit("persisting"))
        .otherwise(pl.lit("new"))
        .alias("change")
    )


def _why() -> pl.Expr:
    """Return the one reason that explains a change; see `comparison.WHYS`."""
    import polars as pl

    gone, come = ~pl.col("now"), ~pl.col("was")
    lost = pl.when(gone).then(pl.col("unseen_now")).when(come).then(pl.col("unseen_before"))
    unsure = pl.when(gone).then(pl.col("undecided_now")).when(come).then(pl.col("undecided_before"))
    expired = (pl.col("change") == "reopened") & pl.col("same_values")
    return (
        pl.when(lost.is_not_null())
        .then(lost)
        .when(expired)
        .then(pl.lit("acceptance expired"))
        .when(~pl.col("same_rule"))
        .then(pl.lit("rule changed"))
        .when(~pl.col("same_reading"))
        .then(pl.lit("reading changed"))
        .when(unsure)
        .then(pl.lit("data changed or undecided"))
        .when(gone | come | ~pl.col("same_values"))
        .then(pl.lit("data changed"))
        .otherwise(pl.lit("nothing changed"))
        .alias("why")
    )


def _ordered(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows with what needs a person first, in one order whatever the threads did."""
    import polars as pl

    ranks: Mapping[str, Iterable[str]] = {"change": CHANGES, "why": WHYS, "severity": SEVERITIES}
    ranked = rows.with_columns(
        pl.col(name).cast(pl.Enum(list(words))) for name, words in ranks.items()
    )
    order = ["change", "severity", "rule_id", "table", "file", "row", "finding_id"]
    return ranked.sort(order, nulls_last=True).select(COLUMNS)
