import ast
import csv
import io

import pytest

from oncorules.data.demo import demo_export


def test_the_columns_of_an_export_are_listed(run) -> None:
    ran = run("schema", str(demo_export() / "lb.csv"), "--format", "csv")
    assert ran.code == 0
    rows = {row["column"]: row for row in csv.DictReader(io.StringIO(ran.out))}
    assert rows["LBSEQ"]["table"] == "LB"
    assert (rows["LBSEQ"]["type"], rows["LBSEQ"]["core"], rows["LBSEQ"]["key"]) == (
        "integer", "required", "key",
    )  # fmt: skip
    assert rows["LBSTRESN"]["unit"] == "LBSTRESU"


def test_without_an_export_every_table_of_the_study_is_written(run, trial) -> None:
    ran = run("schema", "--study", "freireich-1963", "--pandera", "--out", "models.py")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Written to models.py: AE, CM,")
    written = (trial / "models.py").read_text("utf-8")
    assert written == run("schema", "--study", "freireich-1963", "--pandera").out
    classes = [node.name for node in ast.parse(written).body if isinstance(node, ast.ClassDef)]
    assert {"LB", "ADTTE", "ANDERSON"} <= set(classes)
    assert written.startswith('"""Tables of the study freireich-1963 as pandera models')


def test_a_table_that_no_model_knows_is_noted_and_left_out(run, trial) -> None:
    (trial / "export" / "xx.csv").write_text("A\n1\n", "utf-8")
    ran = run("schema", "export", "--pandera")
    assert ran.err == "XX: not in the table model\n"
    assert "class DM(" in ran.out and "class XX(" not in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "x.py"], "--out has no effect without --pandera"),
        (["--pandera", "--format", "csv"], "--format csv has no effect with --pandera"),
        (["export/xx.csv"], "the table model knows no table of export/xx.csv"),
        (["--study", "nothing"], "nothing"),
    ],
)
def test_what_would_have_no_effect_or_no_table_is_refused(words, said, run, trial) -> None:
    (trial / "export" / "xx.csv").write_text("A\n1\n", "utf-8")
    ran = run("schema", *words)
    assert ran.code == 2
    assert said in ran.err
    assert not (trial / "x.py").exists()
