"""What a reviewer wrote into a rule book, read back: comments, a patch, and what is wrong."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from oncorules.report.rulebook.book_workbook import write_book_workbook
from oncorules.report.rulebook.edits import change_severity
from oncorules.report.rulebook.review import read_review
from oncorules.rules.catalogue.chapters import read_contents
from oncorules.rules.catalogue.words import calls
from oncorules.rules.loading.loader import load_pack

from .book import PACK, Reviewer

ASKS = (
    "(the first that applies of [(Age (AGE) is at least adult ({0} year)) if (how (at least) is "
    '"at least"); (Age (AGE) is more than adult ({0} year)) else]) holds'
)


def test_a_book_in_which_nobody_wrote_says_nothing(reviewer) -> None:
    review = reviewer.read()
    assert review.comments == [
        "# 3 rules and tables: 0 agree, 0 change, 0 question, 3 without a verdict"
    ]
    assert review.patch == ""


def test_a_comment_comes_back_with_the_place_of_its_rule(reviewer) -> None:
    reviewer.write("EX-END", verdict="question", comment="Why 28?\n--- a/x", reviewer="Dr. A")
    reviewer.write("AGE-ADULT", verdict="agree")
    review = reviewer.read()
    assert review.comments == [
        "# 3 rules and tables: 1 agree, 0 change, 1 question, 1 without a verdict",
        "# trial.yaml:28:5  trial:EX-END  question  (Dr. A)",
        "#     Why 28?",
        "#     --- a/x",
    ]


def test_no_cell_can_begin_a_line_of_the_patch(reviewer) -> None:
    hostile = "x\n--- a/x\n+++ b/x\u2028@@ -1 +1 @@"
    reviewer.write("EX-END", comment=hostile, reviewer=hostile)
    reviewer.write("trial:window", "Parameters", value=hostile, reviewer=hostile, comment="y")
    Path("trial.yaml").write_text(PACK.replace("<= window", "< window"), "utf-8")
    lines = "\n".join(reviewer.read().comments).splitlines()
    assert len(lines) > 10
    assert all(line.startswith("#") for line in lines)


def test_a_derived_table_can_be_commented_too(reviewer) -> None:
    reviewer.write("doses", comment="Which doses?")
    assert reviewer.read().comments[1:] == ["# trial.yaml:10:3  trial:doses", "#     Which doses?"]


def test_other_values_and_severities_become_a_patch_that_git_applies(reviewer) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    reviewer.write("AGE-ADULT", new_severity="notice", verdict="change")
    reviewer.write("EX-END", new_severity="error")
    reviewer.write("trial:window", "Parameters", new_value=30.5, comment="amended")
    reviewer.write("trial:AGE-ADULT.how", "Parameters", new_value="more than")
    review = reviewer.read()
    Path("all.patch").write_text("\n".join([*review.comments, review.patch]), "utf-8")
    subprocess.run([git, "apply", "all.patch"], check=True)
    wanted = (
        PACK.replace("value: 28", "value: 30.5")
        .replace("value: at least", "value: more than")
        .replace("severity: warning", "severity: error")
        .replace(
            "kind: check\n    source: ours", "kind: check\n    severity: notice\n    source: ours"
        )
    )
    assert Path("trial.yaml").read_text("utf-8") == wanted
    assert load_pack("trial.yaml").rules["AGE-ADULT"].severity == "notice"


def test_after_the_patch_the_same_workbook_asks_for_nothing_more(reviewer) -> None:
    reviewer.write("trial:AGE-ADULT.adult", "Parameters", new_value="21", comment="as said")
    reviewer.write("AGE-ADULT", comment="see the value")
    Path("trial.yaml").write_text(PACK.replace("value: 18", "value: 21"), "utf-8")
    review = reviewer.read()
    assert review.patch == ""
    assert review.comments[1:] == [
        "# trial.yaml:15:5  trial:AGE-ADULT  changed since the book was made",
        "#     see the value",
        "#     asks that",
        f"#       - {ASKS.format(18)}",
        f"#       + {ASKS.format(21)}",
        "#     parameters",
        "#       - adult = 18 year",
        "#       + adult = 21 year",
        "# trial.yaml:21:22  trial:AGE-ADULT.adult  18 in the book, 21 now",
        "#     as said",
    ]


def test_of_a_rule_that_changed_the_book_and_today_stand_side_by_side(reviewer) -> None:
    reviewer.write("EX-END", verdict="agree", reviewer="Dr. A")
    now = PACK.replace("<= window", "< window").replace("severity: warning", "severity: notice")
    Path("trial.yaml").write_text(now, "utf-8")
    said = "the days from Start Date/Time of Treatment (EXSTDTC) to End Date/Time of Treatment "
    assert reviewer.read().comments[1:] == [
        "# trial.yaml:28:5  trial:EX-END  agree  (Dr. A)  changed since the book was made",
        "#     severity",
        "#       - warning",
        "#       + notice",
        "#     asks that",
        f"#       - {said}(EXENDTC) is at most window (28 day)",
        f"#       + {said}(EXENDTC) is less than window (28 day)",
        "#     formula",
        "#       - days_between(EXSTDTC, EXENDTC) <= window",
        "#       + days_between(EXSTDTC, EXENDTC) < window",
    ]


def test_a_change_that_the_row_does_not_show_is_told_too(reviewer) -> None:
    reviewer.write("AGE-ADULT", verdict="agree")
    Path("trial.yaml").write_text(PACK.replace("[17, not met]", "[16, not met]"), "utf-8")
    assert reviewer.read().comments[1:] == [
        "# trial.yaml:15:5  trial:AGE-ADULT  agree  changed since the book was made, "
        "but not its row"
    ]


def test_a_parameter_that_got_another_source_meanwhile_can_be_commented(reviewer) -> None:
    reviewer.write("trial:window", "Parameters", comment="why?")
    Path("trial.yaml").write_text(PACK.replace("source: protocol}", "source: amendment}"), "utf-8")
    assert reviewer.read().comments[1:] == ["# trial.yaml:6:19  trial:window", "#     why?"]


def test_words_that_a_later_version_tells_otherwise_are_no_edit(reviewer, monkeypatch) -> None:
    reviewer.write("EX-END", comment="why?")
    later = {("days_between", 2): "how many days lie from {0} to {1}"}
    monkeypatch.setattr(calls, "_PHRASES", later)
    assert reviewer.read().comments[1:4] == [
        "# trial.yaml:28:5  trial:EX-END  changed since the book was made",
        "#     why?",
        "#     asks that",
    ]


def test_a_rule_that_only_moved_has_not_changed(reviewer) -> None:
    reviewer.write("EX-END", comment="x")
    Path("trial.yaml").write_text("# one more line\n" + PACK, "utf-8")
    assert reviewer.read().comments[1] == "# trial.yaml:29:5  trial:EX-END"


def test_a_value_of_a_preset_is_changed_in_the_preset(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    strict = Reviewer(preset="strict")
    strict.write("trial:window", "Parameters", new_value="10")
    assert "+  strict: {window: 10}" in strict.read().patch.splitlines()


def test_a_value_given_by_set_is_left_to_the_caller(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    one = Reviewer(settings={"window": "9"})
    one.write("trial:window", "Parameters", new_value="10")
    review = one.read()
    assert review.patch == ""
    assert review.comments[-1] == (
        '#     value 9 -> 10: it was given by --set; give it as --set "trial:window=10"'
    )


def test_a_pack_that_is_a_part_of_oncorules_is_not_patched(reviewer) -> None:
    contents = read_contents(["time-to-event"], with_sql=False)
    write_book_workbook(contents, Path("book.xlsx"))
    reviewer.book = openpyxl.load_workbook("book.xlsx")
    address = next(one.address for one in contents.parameters if one.type == "number")
    reviewer.write(address, "Parameters", new_value="77")
    reviewer.book.save("reviewed.xlsx")
    review = read_review(Path("reviewed.xlsx"), contents)
    assert review.patch == ""
    name = address.removeprefix("time-to-event:")
    before = next(one.value for one in contents.parameters if one.address == address)
    assert review.comments[-1].endswith(
        f'is a part of oncorules; give --set "{address}=77", or write under the changes of a pack '
        f"that extends it: - {{at: {name}, was: {before}, now: 77}}"
    )


def test_the_change_that_is_told_for_a_shipped_pack_does_it(reviewer) -> None:
    contents = read_contents(["sdtm"], with_sql=False)
    one = next(one for one in contents.chapters if one.id == "TR-BASELINE-WINDOW")
    told = change_severity(one, "notice")
    assert isinstance(told, str)
    change = told.partition("extends it: ")[2]
    header = "id: ours\ntitle: T\nversion: '1'\nlanguage: 1\nextends: [sdtm]\nchanges:\n  "
    Path("ours.yaml").write_text(header + change + "\n", "utf-8")
    assert load_pack("ours.yaml").rules["TR-BASELINE-WINDOW"].severity == "notice"


# what is wrong ------------------------------------------------------------------------------------


def test_a_word_in_the_wrong_column_names_the_cell(reviewer) -> None:
    reviewer.write("EX-END", message="too strict")
    reviewer.refused(
        'reviewed.xlsx: Rules!K3: "too strict" stands under message, where the book has ""; only '
        "new severity, verdict, comment and reviewer are read, so write it there and undo this"
    )


def test_a_value_written_over_the_old_one_names_the_cell(reviewer) -> None:
    reviewer.write("trial:window", "Parameters", value="30")
    reviewer.refused('Parameters!B2: "30" stands under value, where the book has "28"')


def test_a_word_that_is_no_verdict_names_the_nearest(reviewer) -> None:
    reviewer.write("EX-END", verdict="agre")
    reviewer.refused('Rules!O3: "agre" is no verdict; did you mean "agree"?')


def test_a_verdict_among_the_comments_is_not_lost(reviewer) -> None:
    reviewer.write("EX-END", comment="agree")
    reviewer.refused('Rules!P3: "agree" stands under comment; write a verdict into Rules!O3')


def test_a_value_of_another_kind_names_the_cell(reviewer) -> None:
    reviewer.write("trial:window", "Parameters", new_value="a month")
    reviewer.write("trial:AGE-ADULT.how", "Parameters", new_value="less than")
    reviewer.refused('Parameters!D2: "a month" is not a number; trial:window is a number (day)')
    reviewer.refused('Parameters!D4: "less than" is not a choice of trial:AGE-ADULT.how')


def test_a_severity_of_a_table_is_refused(reviewer) -> None:
    reviewer.write("doses", new_severity="error")
    reviewer.refused("Rules!N4: doses is a derived table without a severity")


def test_a_renamed_sheet_and_a_renamed_column_are_named(reviewer) -> None:
    reviewer.book["Rules"]["P1"].value = "remarks"
    reviewer.refused('Rules!P1: the heading is "remarks", expected "comment"')
    reviewer.book["Rules"].title = "Regeln"
    reviewer.refused('reviewed.xlsx has no sheet "Rules"; it has Regeln, Parameters')


def test_a_rule_that_is_not_in_the_pack_is_named(reviewer) -> None:
    reviewer.write("EX-END", rule="EX-ENDS")
    reviewer.refused(
        'Rules!B3: there is no rule or table "EX-ENDS" in trial; did you mean "EX-END"?'
    )


def test_a_book_of_other_packs_is_refused(reviewer) -> None:
    Path("trial.yaml").write_text(PACK.replace("id: trial", "id: other"), "utf-8")
    reviewer.refused(
        'Rules!A2: the rule is of the pack "trial", and this call reads other; name the packs that '
        "the book was made of"
    )


def test_a_rule_that_stands_twice_is_refused(reviewer) -> None:
    sheet = reviewer.book["Rules"]
    sheet.append([cell.value for cell in sheet[4]])
    reviewer.refused("Rules!B5: doses stands in Rules!B4 already")


def test_a_digest_that_was_edited_is_refused(reviewer) -> None:
    reviewer.write("EX-END", digest="x")
    reviewer.refused('Rules!U3: "x" is no digest of a rule; undo this change')


def test_rows_may_be_sorted_and_left_out(reviewer) -> None:
    reviewer.write("EX-END", comment="x")
    reviewer.book["Rules"].delete_rows(2)
    review = reviewer.read()
    assert review.comments[0].startswith("# 2 rules and tables")
    assert review.comments[2] == "#     x"
