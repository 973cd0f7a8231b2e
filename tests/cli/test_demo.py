def test_the_demo_finds_faults_and_ends_well(run) -> None:
    ran = run("demo", "--structure", "none", "-q")
    assert ran.code == 0
    assert "1,501 rows" in ran.out
    assert "Next: oncorules explain " in ran.lines[-1]


def test_the_demo_can_fail_when_asked_to(run) -> None:
    words = ("demo", "--structure", "none", "--rules", "DM-ARM-REASON", "-q")
    assert run(*words, "--fail-on", "error").code == 1
