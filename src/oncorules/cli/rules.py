"""`oncorules rules`: the verbs about rules; only `cost` and `coverage` read an export."""

from __future__ import annotations

import typer

from oncorules.cli import (
    rules_boundaries,
    rules_cost,
    rules_coverage,
    rules_diff,
    rules_docs,
    rules_lint,
    rules_list,
    rules_mutate,
    rules_new,
    rules_schema,
    rules_show,
    rules_sql,
    rules_test,
)

app = typer.Typer(help="List, read, test and write rules.")
app.command("list")(rules_list.list_rules)
app.command("show")(rules_show.show_rule)
app.command("test")(rules_test.check_examples)
app.command("boundaries")(rules_boundaries.find_boundaries)
app.command("mutate")(rules_mutate.mutate_rules)
app.command("lint")(rules_lint.lint)
app.command("cost")(rules_cost.measure)
app.command("coverage")(rules_coverage.cover)
app.command("diff")(rules_diff.compare)
app.command("docs")(rules_docs.write_docs)
app.command("sql")(rules_sql.print_sql)
app.command("schema")(rules_schema.print_schema)
app.command("new")(rules_new.new_pack)
