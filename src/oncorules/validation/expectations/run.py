"""great-expectations: the suite of an export's checks, run on its rows, and the Data Docs.

The data source is the database of this process that holds the export, reached by SQLAlchemy
through duckdb-engine. Nothing is copied, and nothing of a context stays behind: it is made for
one run, keeps its results in memory, and writes only the pages that it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oncorules.validation.expectations.data_docs import close_pages
from oncorules.validation.expectations.queries import META, CheckQueries

if TYPE_CHECKING:
    from oncorules.engine.duckdb import Engine

SEVERITIES = {"error": "critical", "warning": "warning", "notice": "info"}
DOCS = "data-docs"
_SITE, _SOURCE, _ASSET = "export", "export", "export"


class SuiteRun:
    """One context with one suite; use it inside `great_expectations()`."""

    def __init__(self, gx: Any, engine: Engine, name: str, checks: Sequence[CheckQueries]) -> None:
        """Write the suite.

        Args:
            gx: the library.
            engine: holds the rows.
            name: what the suite is called.
            checks: its expectations, in their order.
        """
        from great_expectations.data_context.types.base import (
            DataContextConfig,
            InMemoryStoreBackendDefaults,
        )

        self._gx, self._engine = gx, engine
        # Without this it would build a second site in the temporary folder, and leave it there.
        config = DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
        )
        self._context = gx.get_context(mode="ephemeral", project_config=config)
        self._context.variables.progress_bars = {"globally": False}
        self.suite = self._context.suites.add(
            gx.ExpectationSuite(name, expectations=[_expectation(engine, one) for one in checks])
        )

    def run(self) -> dict[str, Any]:
        """Return what great-expectations says of the export, as it writes it down."""
        from great_expectations.core.run_identifier import RunIdentifier

        source = self._context.data_sources.add_sql(
            _SOURCE, connection_string="duckdb:///:memory:", kwargs={"creator": self._connect}
        )
        # What is asked stands in the queries of the expectations; a batch there must be.
        asset = source.add_query_asset(_ASSET, query="SELECT 1 AS export")
        validation = self._context.validation_definitions.add(
            self._gx.ValidationDefinition(
                name=self.suite.name,
                data=asset.add_batch_definition_whole_table(_ASSET),
                suite=self.suite,
            )
        )
        result = validation.run(
            result_format="COMPLETE", run_id=RunIdentifier(run_name=self.suite.name)
        )
        told: dict[str, Any] = result.to_json_dict()
        return told

    def write_docs(self, folder: Path) -> None:
        """Write the Data Docs of the run."""
        self._context.add_data_docs_site(
            _SITE,
            {
                "class_name": "SiteBuilder",
                "show_how_to_buttons": False,
                "store_backend": {
                    "class_name": "TupleFilesystemStoreBackend",
                    "base_directory": str(folder.resolve()),
                },
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            },
        )
        self._context.build_data_docs([_SITE])
        close_pages(folder)

    def _connect(self) -> Any:
        from duckdb_engine import ConnectionWrapper

        return ConnectionWrapper(self._engine.connection.cursor())


def _expectation(engine: Engine, one: CheckQueries) -> Any:
    from oncorules.validation.expectations.rule_class import OncorulesRule

    rule = one.blank
    about = {
        "rule_id": rule.rule_id,
        "rule_version": rule.rule_version,
        "pack": rule.pack,
        "table": rule.table,
        "title": rule.title,
        "severity": rule.severity,
        "source": rule.source,
        "message": one.message,
    }
    return OncorulesRule(
        column=rule.table,
        counts_query=engine.statement(one.counts),
        rows_query=engine.statement(one.broken_rows),
        severity=SEVERITIES[rule.severity],
        meta={META: about},
    )
