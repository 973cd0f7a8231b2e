from sqlglot import exp

from oncorules.rules.compiler.relation import column
from oncorules.validation.questions import Questions


def test_equal_questions_are_asked_once_and_each_reader_finds_its_answer() -> None:
    ask = Questions()
    first, second, again = ask(column("A")), ask(column("B")), ask(column("A"))
    assert first == again
    assert [tree.alias for tree in ask.columns()] == ["#a0", "#a1"]
    assert (first(("x", "y")), second(("x", "y"))) == ("x", "y")
    assert second.column == column("#a1")


def test_trees_that_differ_in_type_only_are_different_questions() -> None:
    ask = Questions()
    assert ask(exp.cast(exp.Null(), "DATE")) != ask(exp.cast(exp.Null(), "BIGINT"))
