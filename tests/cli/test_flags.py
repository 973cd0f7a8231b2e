from pathlib import Path

import pytest

from oncorules.cli import flags
from oncorules.cli.main import main
from oncorules.errors import CallError


def test_ids_may_be_repeated_and_parted_by_commas() -> None:
    assert flags.ids_from(["A-1, A-2", "B-1,"]) == ["A-1", "A-2", "B-1"]
    assert flags.ids_from(None) == []


def test_a_value_may_hold_an_equals_sign() -> None:
    assert flags.settings_from(["RULE.limit=a=b"]) == {"RULE.limit": "a=b"}


@pytest.mark.parametrize("text", ["limit", "=3", "limit=", ""])
def test_a_setting_that_is_not_name_and_value_is_refused(text: str) -> None:
    with pytest.raises(CallError, match="expected NAME=VALUE, such as --set tolerance=3"):
        flags.settings_from([text])


def test_a_setting_given_twice_is_refused() -> None:
    with pytest.raises(CallError, match="--set limit is given twice"):
        flags.settings_from(["limit=1", "limit=2"])


def test_a_kind_of_file_without_a_folder_is_refused(capsys) -> None:
    assert main(["derive", "export", "--as", "csv"]) == 2
    assert "--as has no effect without --out" in capsys.readouterr().err
    flags.refuse_as_without_out("csv", Path("out"))
    flags.refuse_as_without_out(None, None)


def test_allowing_what_could_not_count_anyway_is_refused(capsys) -> None:
    assert main(["validate", "x", "--allow-not-run", "--fail-on", "never"]) == 2
    assert "--allow-not-run has no effect with --fail-on never" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["rules", "schema", "--out", "x"], ["validate", "x", "--as", "csv"]]
)
def test_a_verb_refuses_a_flag_that_would_have_no_effect(words, capsys) -> None:
    assert main(words) == 2
    assert "no such option" in capsys.readouterr().err


def test_explain_wants_exactly_one_thing_to_explain(capsys) -> None:
    assert main(["explain", "x"]) == 2
    assert main(["explain", "x", "--row", "lb.xpt:1", "--subject", "01"]) == 2
    assert capsys.readouterr().err.count("one of --finding ID, --row FILE:ROW") == 2
