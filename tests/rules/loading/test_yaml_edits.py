"""Values of rule files changed in place."""

from __future__ import annotations

import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from oncorules.rules.loading.yaml_edits import CannotEdit, Edit, folder_of, patches, try_edit
from oncorules.rules.loading.yaml_text import read_yaml

TEXT = """\
# limits
parameters:
  window: {value: 28, unit: day}   # days
  how: {value: 'at least', other: "it's"}
  note:
    value: >
      a block
rules:
  - id: A    # the first
    kind: check
    condition: x
  - {id: B, kind: check, condition: y}
shared: &s {value: 1}
again: *s
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("one.yaml")
    path.write_text(TEXT, "utf-8")
    return path


def edit(file: Path, *path: str | int, value: object, after: str | None = None) -> Edit:
    return Edit(read_yaml(file), path, value, after)


def changed(*edits: Edit) -> list[str]:
    """The lines that a patch takes away and puts in."""
    lines = "".join(patches(edits)).splitlines()
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


def test_a_number_is_changed_and_the_comment_beside_it_stays(file: Path) -> None:
    one = edit(file, "parameters", "window", "value", value=Decimal("30.50"))
    assert changed(one) == [
        "-  window: {value: 28, unit: day}   # days",
        "+  window: {value: 30.50, unit: day}   # days",
    ]


def test_quotes_stay_quotes(file: Path) -> None:
    one = edit(file, "parameters", "how", "value", value="it's: more")
    two = edit(file, "parameters", "how", "other", value='a "b"')
    assert changed(one, two)[1] == """+  how: {value: 'it''s: more', other: "a \\"b\\""}"""


def test_a_text_that_reads_as_something_else_gets_quotes(file: Path) -> None:
    for value in ("true", "1", "a: b", "null", "x, y", "# no"):
        one = edit(file, "rules", 0, "condition", value=value)
        assert changed(one)[1] == f"+    condition: '{value}'"


def test_a_missing_key_comes_after_another_one_in_blocks_and_in_braces(file: Path) -> None:
    one = edit(file, "rules", 0, "severity", value="warning", after="kind")
    two = edit(file, "rules", 1, "severity", value="notice", after="kind")
    assert changed(one, two) == [
        "+    severity: warning",
        "-  - {id: B, kind: check, condition: y}",
        "+  - {id: B, kind: check, severity: notice, condition: y}",
    ]


def test_several_edits_of_one_file_are_one_patch_that_git_applies(file: Path) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    edits = [
        edit(file, "parameters", "window", "value", value=7),
        edit(file, "rules", 0, "severity", value="warning", after="kind"),
    ]
    Path("one.patch").write_text("".join(patches(edits)), "utf-8")
    subprocess.run([git, "apply", "one.patch"], check=True)
    data = read_yaml(file).data
    assert data["parameters"]["window"]["value"] == 7
    assert data["rules"][0]["severity"] == "warning"


def test_line_ends_of_windows_and_a_last_line_without_one_stay(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2")
    (patch,) = patches([edit(file, "b", value=3)])
    assert patch == (
        "--- a/one.yaml\n+++ b/one.yaml\n@@ -1,2 +1,2 @@\n \ufeffa: 1\r\n"
        "-b: 2\n\\ No newline at end of file\n+b: 3\n\\ No newline at end of file\n"
    )


def test_a_value_that_has_it_already_makes_no_patch(file: Path) -> None:
    assert list(patches([edit(file, "parameters", "window", "value", value=28)])) == []


def test_what_only_a_person_can_change_is_refused(file: Path) -> None:
    for path, reason in (
        (("parameters", "note", "value"), "is a block text"),
        (("again", "value"), "is shared with other values"),
        (("parameters", "window", "nothing"), "has no such value"),
    ):
        with pytest.raises(CannotEdit, match=reason):
            try_edit(edit(file, *path, value=2))


def test_a_file_that_changed_meanwhile_is_refused(file: Path) -> None:
    one = edit(file, "parameters", "window", "value", value=2)
    file.write_text(TEXT + "more: 1\n", "utf-8")
    with pytest.raises(CannotEdit, match="has changed meanwhile"):
        list(patches([one]))


def test_files_elsewhere_are_patched_from_the_folder_that_holds_them(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    elsewhere, here = Path("my rules"), Path("here").resolve()
    elsewhere.mkdir()
    here.mkdir()
    file.rename(elsewhere / "the one.yaml")
    monkeypatch.chdir(here)
    one = edit(Path("../my rules/the one.yaml"), "parameters", "window", "value", value=7)
    folder = folder_of([one])
    assert folder == here.parent / "my rules"
    Path("one.patch").write_text("".join(patches([one])), "utf-8")
    subprocess.run([git, "apply", here / "one.patch"], check=True, cwd=folder)
    assert read_yaml(folder / "the one.yaml").data["parameters"]["window"]["value"] == 7


def test_files_below_the_working_folder_are_patched_from_it(file: Path) -> None:
    assert folder_of([edit(file, "rules", 0, "kind", value="x")]) == Path.cwd().resolve()
    assert folder_of([]) == Path.cwd().resolve()
