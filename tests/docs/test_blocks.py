"""Every shown command and every code block of the documents runs, and says what is shown.

```text
console   "$ command" lines run at the top of a small checkout that holds the demo export, one
          after the other; "# exit 1" at the end of a command is the exit code to come (0 when not
          said); the lines below it are its output, "..." stands for any lines
python    runs; ">>>" lines answer as shown; the blocks of one document share their names
yaml      a rule file: is loaded, its examples are run, and each of its rules has one. Its first
          comment may give it a file name, under which later commands and blocks find it
text      drawings and messages, not run
sh        the two set-up commands of the README, which `.ci/run` and tox run
```
"""

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest

import oncorules
from oncorules.errors import RuleError
from oncorules.rules.examples.runner import run_examples

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
SET_UP = ["pip install . && oncorules reproduce van-der-zwan-2018", "pip install tox && tox"]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"\s+# exit (\d+)$")
_NAMED = re.compile(r"# ([\w./-]+\.yaml)$")


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, and the line it starts at."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Command:
    """One shown command, the exit code to come, and the lines shown below it."""

    words: str
    code: int
    shown: tuple[str, ...]


def blocks_of(text: str) -> list[Block]:
    """The fenced blocks of a document, in order."""
    return [
        Block(match[1], match[2], text.count("\n", 0, match.start()) + 1)
        for match in _FENCE.finditer(text)
    ]


def commands_of(text: str) -> Iterator[Command]:
    """The commands of a console block."""
    first, *parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    assert not first.strip(), f"a console block starts with a command, not with {first!r}"
    for part in parts:
        line, *shown = part.rstrip("\n").split("\n")
        code = _EXIT.search(line)
        yield Command(_EXIT.sub("", line), int(code[1]) if code else 0, tuple(shown))


def says(output: str, shown: tuple[str, ...]) -> bool:
    """Whether an output is what is shown, in which `...` stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line.rstrip()) + r"[ \t]*\n"
        for line in shown
    )
    return re.fullmatch(pattern, output) is not None


def run_console(text: str, folder: Path) -> None:
    """Run the commands of a block and hold them against what is shown."""
    scripts = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
    }
    for command in commands_of(text):
        done = subprocess.run(
            ["bash", "-c", command.words],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        told = f"$ {command.words}\n{done.stdout}{done.stderr}"
        assert done.returncode == command.code, told
        if command.shown:
            # An answer stands on standard output, a refusal on standard error.
            output = done.stdout or done.stderr
            assert says(output, command.shown), f"{told}\nshown:\n" + "\n".join(command.shown)


def run_python(text: str, names: dict[str, object]) -> None:
    """Run a block; where it shows answers, hold them against what comes."""
    if ">>>" not in text:
        exec(compile(text, "<block>", "exec"), names)  # our own documents
        return
    test = doctest.DocTestParser().get_doctest(text, names, "block", None, 0)
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=report.append, clear_globs=False)
    assert runner.failures == 0, "".join(report)
    names.update(test.globs)


def load_yaml(text: str, folder: Path) -> None:
    """Load a block as a rule file and run its examples.

    A block that names itself stays for what comes below; one of a folder is a part of its pack.
    """
    named = _NAMED.match(text.splitlines()[0])
    path = folder / (named[1] if named else "block.yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    part = path.name != "pack.yaml" and (path.parent / "pack.yaml").is_file()
    pack = oncorules.load_pack(path.parent if part else path)
    sections = ("rules", "tables", "gradings")
    own = [
        entry.name
        for entry in pack.entries.values()
        if entry.pack == pack.id and entry.section in sections and entry.name in text
    ]
    if not own:
        return
    run = run_examples([pack], rules=own)
    assert run.failures == (), "\n".join(map(str, run.failures))
    bare = [name for name in run.without if name in pack.rules]
    assert bare == [], f"a rule that is shown has an example: {', '.join(bare)}"
    assert run.count, "a table that is shown has an example"


def run_document(text: str, folder: Path) -> int:
    """Run every block of a document in a folder; how many did run comes back."""
    names: dict[str, object] = {"__name__": "__main__"}
    ran = 0
    for block in blocks_of(text):
        match block.language:
            case "console":
                run_console(block.text, folder)
            case "python":
                run_python(block.text, names)
            case "yaml":
                load_yaml(block.text, folder)
            case "sh":
                assert block.text.strip() in SET_UP, f"line {block.line}: use console"
                continue
            case "text":
                continue
            case other:
                raise AssertionError(f"line {block.line}: no way to run a block of {other!r}")
        ran += 1
    return ran


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A checkout that holds no more than the demo export; it is also the current folder."""
    examples = Path("src", "oncorules", "examples")
    copytree(ROOT / examples, tmp_path / examples)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_block_of_a_document_runs_and_says_what_is_shown(path, folder) -> None:
    text = path.read_text("utf-8")
    fences = len(re.findall(r"^```", text, re.MULTILINE))
    assert fences == 2 * len(blocks_of(text)), "a fence is not closed or not at the line's start"
    assert run_document(text, folder) >= 1


def test_the_set_up_commands_of_the_readme_are_those_that_are_run() -> None:
    shown = [
        block.text.strip()
        for block in blocks_of((ROOT / "README.md").read_text("utf-8"))
        if block.language == "sh"
    ]
    assert shown == SET_UP
    run = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert SET_UP[1] in [line.strip() for line in run]


def test_the_demo_of_the_readme_ends_well(folder) -> None:
    run_console("$ oncorules demo --quiet\n", folder)


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        ("```console\n$ false\n```\n", "$ false"),
        ("```console\n$ true  # exit 1\n```\n", "$ true"),
        ("```console\n$ echo one\ntwo\n```\n", "shown:"),
        ("```console\n$ echo one; echo more\none\n```\n", "shown:"),
        ("```console\noutput without a command\n```\n", "starts with a command"),
        ("```python\nassert 1 == 2\n```\n", ""),
        ("```python\n>>> 1 + 1\n3\n```\n", "Expected:"),
        ("```sh\nmake install\n```\n", "use console"),
        ("```perl\nprint 1\n```\n", "no way to run"),
    ],
)
def test_a_block_that_is_not_true_is_noticed(block, complaint, folder) -> None:
    with pytest.raises(AssertionError) as caught:
        run_document(block, folder)
    assert complaint in str(caught.value)


def test_a_rule_file_that_cannot_be_loaded_is_noticed(folder) -> None:
    with pytest.raises(RuleError):
        run_document("```yaml\nruls: []\n```\n", folder)


EXAMPLE = """
```yaml
rules:
  - id: AE-SERIOUS
    title: An event is serious
    kind: check
    source: ours
    applies_to: {table: AE}
    condition: AESER = 'Y'
    examples: {columns: [AESER, expect], rows: [[N, met]]}
```
"""


def test_an_example_that_is_not_true_is_noticed(folder) -> None:
    with pytest.raises(AssertionError, match="AE-SERIOUS: expected met, found not met"):
        run_document(EXAMPLE, folder)
    assert run_document(EXAMPLE.replace("[N, met]", "[Y, met]"), folder) == 1


def test_a_rule_that_is_shown_without_an_example_is_noticed(folder) -> None:
    bare = EXAMPLE.replace("    examples: {columns: [AESER, expect], rows: [[N, met]]}\n", "")
    with pytest.raises(AssertionError, match="has an example: AE-SERIOUS"):
        run_document(bare, folder)


def test_blocks_that_are_true_are_counted(folder) -> None:
    document = (
        "```console\n$ echo one; echo two; echo three\none\n...\nthree\n$ exit 3  # exit 3\n```\n"
        "```python\nx = 20\n```\n```python\n>>> x + 1\n21\n```\n```text\nnot run\n```\n"
    )
    assert run_document(document, folder) == 3
