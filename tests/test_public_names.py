"""What `import oncorules as onc` offers, used as the documentation says."""

import inspect

import pytest

import oncorules as onc
from oncorules.data.demo import demo_export

FUNCTIONS = ("derive", "load_pack", "read_export", "validate", "validate_each")


def test_the_public_names_are_these() -> None:
    assert set(onc.__all__) == {"__version__", *FUNCTIONS}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_name_is_a_function_with_a_docstring(name: str) -> None:
    function = getattr(onc, name)
    assert callable(function)
    assert inspect.getdoc(function)


def test_an_export_that_was_read_is_validated_by_a_pack_that_was_loaded() -> None:
    export, pack = onc.read_export(demo_export()), onc.load_pack("sdtm")
    with onc.validate(export, [pack], rules=["DM-ARM-REASON"], structure="none") as result:
        assert [finding.place for finding in result.findings.rows()] == ["dm.csv:12"]


def test_an_export_that_was_read_is_derived_from() -> None:
    with onc.derive(onc.read_export(demo_export()), ["sdtm"], everything=True) as result:
        assert result.table("target_count").num_rows > 0
