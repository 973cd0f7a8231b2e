from pathlib import Path

import pytest

from oncorules.rules.loading.pack_files import list_pack_files, without_examples


def blanked(text: str) -> list[int]:
    """Return the numbers of the lines that are blanked."""
    before, after = text.split("\n"), without_examples(text.encode()).decode().split("\n")
    assert len(before) == len(after)
    return [n for n, (old, new) in enumerate(zip(before, after, strict=True), 1) if old != new]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("id: A\nexamples:\n  columns: [x]\n  rows:\n  - [1]\ntitle: B", [2, 3, 4, 5]),
        (
            "rules:\n  - id: A\n    examples:\n    - title: x\n\n      given: y\n  - id: B",
            [3, 4, 6],
        ),
        ("examples:\n- title: x\n- title: y\nid: A", [1, 2, 3]),
        ("message: >\n  examples:\n    not these\nid: A", []),
        ("- RESULT: |\n    examples:\n      no\n  id: A", []),
        ("  - condition: >\n      a\n    examples:\n      columns: [x]\n", [3, 4]),
        ("examples: {columns: [x], rows: []}", []),
        ("a: 1 # examples:\nb: 2", []),
    ],
)
def test_only_the_lines_of_examples_are_blanked(text: str, lines: list[int]) -> None:
    assert blanked(text) == lines


def test_pack_yaml_comes_first_and_the_rest_in_order(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yaml", "pack.yaml", "sub/c.yaml", "notes.md", ".hidden/d.yaml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    shown = [label for _, label in list_pack_files(tmp_path, "p")]
    assert shown == ["p/pack.yaml", "p/a.yaml", "p/b.yaml", "p/sub/c.yaml"]


def test_an_installation_may_consist_of_links(tmp_path: Path) -> None:
    store = tmp_path / "store.yaml"
    store.write_text("")
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "pack.yaml").symlink_to(store)
    assert [label for _, label in list_pack_files(pack, "p", trusted=True)] == ["p/pack.yaml"]
