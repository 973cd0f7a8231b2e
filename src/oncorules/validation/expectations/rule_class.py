"""A rule as an expectation of great-expectations, and the metric that runs its queries.

The expectation of great-expectations for rows that a query finds does not do: of each query it
keeps the first 200 rows, whatever result format is asked for, and on DuckDB it reads them after
the connection was given back, when they are gone (1.24.1, duckdb-engine 0.17.0). So the metric
reads all rows while it holds the connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from oncorules.rules.compiler.checks import NOT_MET, OUTCOMES
from oncorules.validation.expectations.library import great_expectations
from oncorules.validation.expectations.queries import (
    BROKEN_ROWS,
    FILE_NAME,
    KEY,
    MESSAGE,
    META,
    PERSON,
    ROW_NUMBER,
)

with great_expectations():
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from great_expectations.expectations.expectation import BatchExpectation
    from great_expectations.expectations.metrics.metric_provider import metric_value
    from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider
    from great_expectations.render import (
        LegacyDiagnosticRendererType,
        LegacyRendererType,
        RenderedStringTemplateContent,
        RenderedTableContent,
    )
    from great_expectations.render.renderer.renderer import renderer

SHOWN_ROWS = 20  # of a rule, in Data Docs; the result has all


class RuleAnswer(QueryMetricProvider):
    """The rows by outcome, and every row that breaks the rule."""

    metric_name = "oncorules.rule_answer"
    value_keys = ("counts_query", "rows_query")

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls,
        execution_engine: SqlAlchemyExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> dict[str, Any]:
        with execution_engine.get_connection() as connection:
            # Not as a text with parameters: a rule may have `:name` or `%` in a literal.
            counted = connection.exec_driver_sql(metric_value_kwargs["counts_query"]).fetchall()
            counts = {OUTCOMES[outcome]: rows for outcome, rows in counted}
            rows: list[dict[str, Any]] = []
            if counts.get(OUTCOMES[NOT_MET]):
                found = connection.exec_driver_sql(metric_value_kwargs["rows_query"])
                names = list(found.keys())
                rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        return {"counts": counts, "rows": rows}


class OncorulesRule(BatchExpectation):
    """No row breaks a rule.

    Args:
        column: the table that the rule is about; Data Docs put what has the same one together.
        counts_query: gives the outcomes and how many rows have each.
        rows_query: gives the rows that break the rule.
    """

    column: str
    counts_query: str
    rows_query: str

    metric_dependencies: ClassVar[tuple[str, ...]] = (RuleAnswer.metric_name,)
    success_keys: ClassVar[tuple[str, ...]] = ("counts_query", "rows_query")
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)
    args_keys: ClassVar[tuple[str, ...]] = ("column", "counts_query", "rows_query")

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: object = None,
    ) -> dict[str, Any]:
        answer = metrics[RuleAnswer.metric_name]
        return {
            "success": not answer["counts"].get(OUTCOMES[NOT_MET]),
            "result": {
                "observed_value": answer["counts"],
                "details": {BROKEN_ROWS: answer["rows"]},
            },
        }

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, **_: Any
    ) -> list[RenderedStringTemplateContent]:
        # Not the description that an expectation may have: it would be shown unescaped.
        rule = (configuration or result.expectation_config).meta[META]
        return [_text("$rule_id ($severity): $title. Source: $source.", rule)]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)
    def _diagnostic_observed_value_renderer(
        cls, configuration: Any = None, result: Any = None, **_: Any
    ) -> str:
        counts: Mapping[str, int] = result.result.get("observed_value") or {}
        return ", ".join(f"{rows:,} {name}" for name, rows in counts.items()) or "--"

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_STATEMENT)
    def _diagnostic_unexpected_statement_renderer(
        cls, configuration: Any = None, result: Any = None, **_: Any
    ) -> list[RenderedStringTemplateContent]:
        # Not the exception itself: it may quote a cell, and would be shown unescaped.
        if "observed_value" in result.result:
            return []
        return [_text("$said", {"said": "It could not be run; result.json has the exception."})]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_TABLE)
    def _diagnostic_unexpected_table_renderer(
        cls, configuration: Any = None, result: Any = None, **_: Any
    ) -> list[Any] | None:
        rows = result.result.get("details", {}).get(BROKEN_ROWS)
        if not rows:
            return None
        keys = sorted(name for name in rows[0] if name.startswith(KEY))
        person = [PERSON] if any(row[PERSON] for row in rows) else []
        shown = [FILE_NAME, ROW_NUMBER, *keys, *person, MESSAGE]
        cells = [["" if row[name] is None else str(row[name]) for name in shown] for row in rows]
        table = RenderedTableContent(
            content_block_type="table",
            table=[[_text("$cell", {"cell": cell}) for cell in row] for row in cells[:SHOWN_ROWS]],
            header_row=[_text("$name", {"name": name}) for name in shown],
            styling={"body": {"classes": ["table-bordered", "table-sm", "mt-3"]}},
        )
        if len(rows) <= SHOWN_ROWS:
            return [table]
        return [table, _text("$more", {"more": f"and {len(rows) - SHOWN_ROWS:,} more rows"})]


def _text(template: str, params: Mapping[str, object]) -> RenderedStringTemplateContent:
    """Return a text whose parameters great-expectations escapes before it shows them."""
    return RenderedStringTemplateContent(
        content_block_type="string_template",
        string_template={"template": template, "params": dict(params)},
    )
