import json

from oncorules.rules.loading.schema import json_schema


def test_the_schema_that_is_printed_is_that_of_the_models(run) -> None:
    ran = run("rules", "schema")
    assert ran.code == 0
    assert json.loads(ran.out) == json_schema()
