from pathlib import Path

import pytest

from oncorules.errors import RuleError
from oncorules.rules.loading.loader import load_pack
from oncorules.rules.loading.parameters import resolve_parameters

BASE = """\
id: base-1.1
title: The pack that others extend
version: 1.0
language: 1
parameters:
  pr_decrease: {value: 30, unit: "%", source: guideline}
tables:
  response:
    one_row_per: [USUBJID]
    from: RS
    until: OVRLRESP = 'PD'
    lookups:
      first_pd: {from: RS, where: OVRLRESP = 'PD', take: first, order: [ADT]}
    columns:
      CLASS:
        first_true:
          - CR: a = 1
            id: complete
          - PR: b = 1
rules:
  - id: AGE-18
    title: Adult
    kind: eligibility
    source: protocol
    applies_to: {table: DM}
    parameters:
      minimum: {value: 18.0, unit: year, source: same}
    condition: >
      AGE >=
      minimum
"""
CHILD = "id: child\ntitle: A difference\nversion: 1.0\nlanguage: 1\nextends: base-1.1\n"


def write(folder: Path, changes: str, more: str = "") -> Path:
    (folder / "base-1.1").mkdir(parents=True, exist_ok=True)
    (folder / "base-1.1" / "pack.yaml").write_text(BASE)
    (folder / "child.yaml").write_text(CHILD + (f"changes:\n{changes}" if changes else "") + more)
    return folder / "child.yaml"


def change(at: str, was: str, now: str) -> str:
    return f"  - at: {at}\n    was: {was}\n    now: {now}\n"


def said(path: Path) -> list[str]:
    with pytest.raises(RuleError) as caught:
        load_pack(path)
    return [str(problem).replace(f"{path.parent}/", "") for problem in caught.value.problems]


def test_a_pack_has_what_it_extends_and_knows_where_each_part_is_from(tmp_path: Path) -> None:
    own = "parameters:\n  growth: {value: 5, unit: mm, source: ours}\n"
    pack = load_pack(write(tmp_path, "", own))
    assert list(pack.parameters) == ["pr_decrease", "growth"]
    assert (pack.id, pack.extends) == ("child", ("base-1.1",))
    assert pack.origin("tables", "response") == "base-1.1"
    assert pack.origin("parameters", "growth") == "child"
    assert pack.rule_instances[0].pack == "base-1.1"


@pytest.mark.parametrize(
    ("at", "was", "now"),
    [
        ("pr_decrease", "30", "50"),
        ("base-1.1.pr_decrease", "30.0", "50"),
        ("parameters.pr_decrease.value", "30", "50"),
    ],
)
def test_a_parameter_has_one_value_and_several_addresses(
    tmp_path: Path, at: str, was: str, now: str
) -> None:
    pack = load_pack(write(tmp_path, change(at, was, now)))
    assert pack.parameters["pr_decrease"].value == 50
    assert pack.parameters["pr_decrease"].unit == "%"


def test_the_parameter_of_a_rule_is_addressed_through_the_rule(tmp_path: Path) -> None:
    pack = load_pack(write(tmp_path, change("AGE-18.minimum", "18", "21.5")))
    assert str(pack.rules["AGE-18"].parameters["minimum"].value) == "21.5"


def test_a_formula_a_lookup_and_a_line_can_be_changed(tmp_path: Path) -> None:
    now = "{from: immune, where: IRESP = 'iCPD', take: last, order: [ADT]}"
    was = "{from: RS, where: OVRLRESP = 'PD', take: first, order: [ADT]}"
    pack = load_pack(
        write(
            tmp_path,
            change("base-1.1.response.until", "OVRLRESP = 'PD'", "IRESP = 'iCPD'")
            + change("response.lookups.first_pd", was, now)
            + change("response.columns.CLASS.first_true.complete.CR", "a = 1", "a = 2")
            + change("AGE-18.condition", "AGE >= minimum", "AGE > minimum"),
        )
    )
    table = pack.tables["response"]
    assert table.until == "IRESP = 'iCPD'"
    assert (table.lookups["first_pd"].from_, table.lookups["first_pd"].take) == ("immune", "last")
    assert table.columns["CLASS"].first_true is not None
    assert table.columns["CLASS"].first_true[0].when == "a = 2"
    assert pack.rules["AGE-18"].condition == "AGE > minimum"


def test_the_place_of_a_changed_part_is_in_the_file_of_the_change(tmp_path: Path) -> None:
    path = write(tmp_path, change("response.lookups.first_pd.where", "OVRLRESP = 'PD'", "X = 'PD'"))
    pack = load_pack(path)
    lookup = ("tables", "response", "lookups", "first_pd")
    assert pack.place(*lookup, "where", offset=4) == f"{path}:9:14"
    assert pack.place(*lookup, "take").startswith(f"{tmp_path}/base-1.1/pack.yaml:13:")


def test_null_takes_a_part_away_or_says_that_it_was_not_there(tmp_path: Path) -> None:
    pack = load_pack(
        write(
            tmp_path,
            change("response.until", "OVRLRESP = 'PD'", "null")
            + change("response.where", "null", "ADT > X"),
        )
    )
    assert pack.tables["response"].until is None
    assert pack.tables["response"].where == "ADT > X"


def test_a_was_that_is_not_todays_value_stops_and_shows_todays(tmp_path: Path) -> None:
    assert said(write(tmp_path, change("pr_decrease", "20", "50"))) == [
        'child.yaml:8:10: "was" is 20, but today the value of "pr_decrease" is 30 '
        "(base-1.1/pack.yaml:6:24)"
    ]


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ("pr_decrese", 'there is no "pr_decrese"; did you mean "pr_decrease"?'),
        ("response.lokups.first_pd", 'there is no "lokups"; did you mean "lookups"?'),
        (
            "response.columns.CLASS.first_true.complet.CR",
            'there is no line with the id "complet"; did you mean "complete"?',
        ),
        ("response.until.x", 'there is nothing inside "until"'),
    ],
)
def test_an_address_that_leads_nowhere_is_said(tmp_path: Path, at: str, message: str) -> None:
    assert said(write(tmp_path, change(at, "1", "2"))) == [f'child.yaml:7:9: "{at}": {message}']


def test_all_changes_that_do_not_fit_come_together(tmp_path: Path) -> None:
    changes = change("nothing", "1", "2") + change("pr_decrease", "1", "2")
    assert len(said(write(tmp_path, changes))) == 2


def test_a_change_that_breaks_a_part_is_reported_at_the_change(tmp_path: Path) -> None:
    path = write(tmp_path, change("response.lookups.first_pd.take", "first", "frist"))
    assert said(path) == [
        'child.yaml:9:10: expected one of "first", "last", "only", found "frist"; '
        'did you mean "first"?'
    ]


def test_a_name_used_twice_needs_its_section(tmp_path: Path) -> None:
    more = "presets:\n  response: {pr_decrease: 50}\n"
    path = write(tmp_path, change("response.until", "X", "Y"), more)
    assert said(path) == [
        'child.yaml:7:9: "response.until" can mean tables.response.until, '
        "presets.response.until; write one of these"
    ]
    path = write(tmp_path, change("tables.response.until", "OVRLRESP = 'PD'", "Y"), more)
    assert load_pack(path).tables["response"].until == "Y"


def test_a_part_of_the_parent_cannot_be_written_anew(tmp_path: Path) -> None:
    path = write(tmp_path, "", "parameters:\n  pr_decrease: {value: 5, source: ours}\n")
    assert said(path) == [
        "child.yaml:7:3: parameter pr_decrease is already in base-1.1 (base-1.1/pack.yaml:6:3); "
        'alter it under "changes" or choose another name'
    ]


def test_packs_that_extend_one_another_in_a_circle_are_refused(tmp_path: Path) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        text = CHILD.replace("child", one).replace("base-1.1", other)
        (tmp_path / f"{one}.yaml").write_text(text)
    assert said(tmp_path / "a.yaml") == [
        "b.yaml:5:10: packs extend one another in a circle: a > b > a"
    ]


def test_a_pack_may_extend_two_that_extend_the_same(tmp_path: Path) -> None:
    write(tmp_path, "")
    other = CHILD.replace("id: child", "id: other")
    (tmp_path / "other.yaml").write_text(other)
    both = CHILD.replace("id: child", "id: both").replace("base-1.1", "[child, other]")
    (tmp_path / "both.yaml").write_text(both)
    pack = load_pack(tmp_path / "both.yaml")
    assert pack.extends == ("base-1.1", "child", "other")
    assert list(pack.rules) == ["AGE-18"]


def both(tmp_path: Path, one: str, other: str) -> Path:
    """A pack that extends two packs, each of which changes what they share."""
    write(tmp_path, one)
    text = CHILD.replace("id: child", "id: other") + (f"changes:\n{other}" if other else "")
    (tmp_path / "other.yaml").write_text(text)
    path = tmp_path / "both.yaml"
    path.write_text(CHILD.replace("id: child", "id: both").replace("base-1.1", "[child, other]"))
    return path


LOWER = change("pr_decrease", "30", "25")
GONE = change("pr_decrease", '{value: 30, unit: "%", source: guideline}', "null")


@pytest.mark.parametrize(("one", "other"), [(LOWER, ""), ("", LOWER), (LOWER, LOWER)])
def test_what_one_of_two_packs_changes_is_changed_for_the_one_that_extends_both(
    tmp_path: Path, one: str, other: str
) -> None:
    assert load_pack(both(tmp_path, one, other)).parameters["pr_decrease"].value == 25


@pytest.mark.parametrize(("one", "other"), [(GONE, ""), ("", GONE)])
def test_what_one_of_two_packs_takes_away_is_away(tmp_path: Path, one: str, other: str) -> None:
    assert not load_pack(both(tmp_path, one, other)).parameters


def test_two_packs_that_change_one_thing_otherwise_are_refused(tmp_path: Path) -> None:
    lower = LOWER.replace("25", "20")
    assert said(both(tmp_path, LOWER, lower)) == [
        "base-1.1/pack.yaml:6:3: parameter pr_decrease is changed by child.yaml and otherwise by "
        "other.yaml; packs that are extended together cannot disagree"
    ]


def with_presets(tmp_path: Path, base: str, one: str, other: str) -> Path:
    """A pack that extends two packs with a preset of one name, which extend one that has it too."""
    path = both(tmp_path, "", "")
    shared = tmp_path / "base-1.1" / "pack.yaml"
    shared.write_text(BASE + "presets:\n  fda: {" + base + "}\n" if base else BASE)
    for name, key in (("child", one), ("other", other)):
        file = tmp_path / f"{name}.yaml"
        limit = f"parameters:\n  {name}_limit: {{value: 1, source: ours}}\n"
        file.write_text(file.read_text() + limit + "presets:\n  fda: {" + key + "}\n")
    return path


@pytest.mark.parametrize("base", ["", "pr_decrease: 40"])
def test_presets_of_one_name_of_several_packs_add_up(tmp_path: Path, base: str) -> None:
    path = with_presets(tmp_path, base, "child_limit: 2", "other_limit: 3")
    pack = load_pack(path)
    expected = {"child_limit": 2, "other_limit": 3} | ({"pr_decrease": 40} if base else {})
    assert dict(pack.presets["fda"]) == expected
    assert pack.place("presets", "fda", "child_limit").startswith(f"{tmp_path}/child.yaml:9:")
    assert pack.place("presets", "fda", "other_limit").startswith(f"{tmp_path}/other.yaml:9:")
    resolved = resolve_parameters([pack], preset="fda")
    assert [resolved.find(name).value for name in ("child_limit", "other_limit")] == [2, 3]
    assert resolved.find("pr_decrease").value == (40 if base else 30)


def test_a_pack_alone_keeps_the_preset_that_it_had(tmp_path: Path) -> None:
    path = with_presets(tmp_path, "", "child_limit: 2", "other_limit: 3")
    load_pack(path)
    assert dict(load_pack(tmp_path / "child.yaml").presets["fda"]) == {"child_limit": 2}


def test_presets_of_one_name_that_set_the_same_parameter_are_refused(tmp_path: Path) -> None:
    path = with_presets(tmp_path, "", "pr_decrease: 40", "pr_decrease: 40")
    assert said(path) == [
        "other.yaml:9:3: preset fda is already in child (child.yaml:9:3); alter it under "
        '"changes" or choose another name'
    ]


def test_a_parent_that_is_not_there_is_said(tmp_path: Path) -> None:
    path = tmp_path / "child.yaml"
    path.write_text(CHILD)
    assert said(path) == [
        'child.yaml:5:10: there is no pack "base-1.1" to extend, shipped or in the same folder'
    ]


def test_a_part_has_the_version_of_the_pack_that_made_it_so(tmp_path: Path) -> None:
    path = write(tmp_path, change("AGE-18.minimum", "18", "21"))
    path.write_text(path.read_text().replace("version: 1.0", "version: 2.7"))
    pack = load_pack(path)
    assert pack.version_of("rules", "AGE-18") == "2.7"
    assert pack.version_of("tables", "response") == "1.0"


def test_parameters_answer_to_the_pack_that_declares_them_and_to_the_loaded_one(
    tmp_path: Path,
) -> None:
    resolved = resolve_parameters([load_pack(write(tmp_path, change("pr_decrease", "30", "50")))])
    assert resolved.find("base-1.1:pr_decrease") is resolved.find("child:pr_decrease")
    assert resolved.find("pr_decrease").value == 50
    assert resolved.find("pr_decrease").origin == f"default ({tmp_path}/child.yaml:9:10)"
