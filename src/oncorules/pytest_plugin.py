"""A pytest plug-in: `pytest --oncorules-study STUDY` makes each figure of a paper a test.

A figure that agrees passes, one that differs fails with what was printed and computed, one that no
export gives is skipped, one that contradicts in print is an expected failure. With a baseline, a
figure that agreed before must agree, and one that never did is an expected failure.

pytest imports this file in every run: nothing of the library is imported before a study is named.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import pytest

if TYPE_CHECKING:
    from oncorules.analysis.agreement.expect import Expectation, Expected

SENT = "oncorules"
Answer = TypeVar("Answer")


class Seen(NamedTuple):
    """What a test says about its figure, as plain text: xdist sends it to its workers.

    Attributes:
        id: of the figure.
        does: what the test does.
        reason: why it does not pass.
        message: what a failure says.
        file: the study's own file with the figure.
        line: the line of it, from 1.
    """

    id: str
    does: Expectation
    reason: str
    message: str
    file: str
    line: int


class FigureDiffersError(Exception):
    """A figure does not come out as printed; its text is the whole message."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("oncorules", "figures of a paper as tests")
    group.addoption(
        "--oncorules-study",
        metavar="STUDY",
        help="a shipped study by its id, or the folder of your own: each printed figure is a test",
    )
    group.addoption(
        "--oncorules-export",
        metavar="DIR",
        help="the trial's export; without it the rows that the study brings, or its twin",
    )
    group.addoption(
        "--oncorules-baseline",
        metavar="FILE",
        help="the figures that agreed before (default: published/agreed.txt of the study)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Take part in the run only when a study is named."""
    if config.option.oncorules_study is not None:
        config.addinivalue_line("markers", "oncorules: a figure that a paper prints")
        config.pluginmanager.register(StudyFigures(config), "oncorules-figures")
        return
    for name in ("export", "baseline"):
        if getattr(config.option, f"oncorules_{name}") is not None:
            raise pytest.UsageError(f"--oncorules-{name} has no effect without --oncorules-study")


class StudyFigures:
    """Collects the figures of a study and compares them once, in the process that was started."""

    def __init__(self, config: pytest.Config) -> None:
        option = config.option
        self.study: str = option.oncorules_study
        self.export: str | None = option.oncorules_export
        self.baseline: str | None = option.oncorules_baseline
        sent = getattr(config, "workerinput", {}).get(SENT)
        self.seen = None if sent is None else [Seen(*one) for one in sent]

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Compare before xdist starts its workers."""
        if session.config.pluginmanager.hasplugin("dsession"):
            self.seen = _refusing(self._compare)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Send a worker of xdist what was seen."""
        node.workerinput[SENT] = [tuple(one) for one in self.seen or ()]

    @pytest.hookimpl(tryfirst=True)  # before -k and -m choose
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        """Add a test for each figure, in the order of the paper."""
        name, ids = _refusing(self._names)
        study = StudyCollector.from_parent(session, name=name, nodeid=name)
        study.ids = ids
        items.extend(session.genitems(study))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell each test that was chosen what was seen."""
        chosen = [one for one in session.items if isinstance(one, FigureTest)]
        if not chosen or session.config.option.collectonly:
            return
        if self.seen is None:
            self.seen = _refusing(self._compare)
        seen = {one.id: one for one in self.seen}
        for test in chosen:
            test.take(seen[test.name])

    def _names(self) -> tuple[str, list[str]]:
        """Return the id of the study, and those of its figures and of those that are gone."""
        from oncorules.analysis.agreement.baseline import known_to_agree
        from oncorules.analysis.published.read import read_published

        published = read_published(self.study)
        agreed = known_to_agree(self.study, self.baseline, self.export) or set()
        gone = sorted(agreed - set(published.figures))
        return published.id, [*published.figures, *gone]

    def _compare(self) -> list[Seen]:
        from oncorules.analysis.agreement.baseline import known_to_agree
        from oncorules.analysis.agreement.expect import expect
        from oncorules.analysis.agreement.reproduce import reproduce
        from oncorules.analysis.published.read import find_study
        from oncorules.cli.own_export import own_export

        baseline = known_to_agree(self.study, self.baseline, self.export)
        with ExitStack() as stack:
            export = self.export or own_export(self.study, stack)
            found = reproduce(self.study, export).agreements
        root = find_study(self.study).resolve().parent
        return [_seen(one, root) for one in expect(found, baseline)]


class StudyCollector(pytest.Collector):
    """Stands for the study, so that a test is called `freireich-1963::table-1.a.6.at_risk.n`."""

    ids: Iterable[str] = ()

    def collect(self) -> Iterable[pytest.Item]:
        """Return a test for each figure."""
        return [FigureTest.from_parent(self, name=id) for id in self.ids]


class FigureTest(pytest.Item):
    """The test of one figure."""

    seen: Seen | None = None

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.add_marker("oncorules")

    def take(self, seen: Seen) -> None:
        """Take what was seen of the figure."""
        self.seen = seen
        if seen.does == "skip":
            self.add_marker(pytest.mark.skip(reason=seen.reason))
        elif seen.does == "expected failure":
            self.add_marker(pytest.mark.xfail(reason=seen.reason, raises=FigureDiffersError))

    def runtest(self) -> None:
        """Fail unless the figure agrees."""
        if self.seen is not None and self.seen.does != "pass":
            raise FigureDiffersError(self.seen.message)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the message alone; a trace through this library would say nothing."""
        if isinstance(excinfo.value, FigureDiffersError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[str | Path, int, str]:
        """Return the study's file, the line from 0, and a title."""
        title = f"{self.parent.name if self.parent else ''}: {self.name}"
        if self.seen is None:
            return self.path, 0, title
        return self.seen.file or self.path, max(self.seen.line - 1, 0), title


def _seen(one: Expected, root: Path) -> Seen:
    from oncorules.cli.escape import visible

    line = "" if one.agreement is None else one.agreement.figure.place.line
    file, _, number = line.rpartition(":")
    message = "\n".join(map(visible, one.lines))
    place = (str(root / file), int(number)) if file else ("", 0)
    return Seen(one.id, one.does, visible(one.reason), message, *place)


def _refusing(ask: Callable[[], Answer]) -> Answer:
    """Return an answer; what oncorules refuses ends the run with its sentence.

    What libraries tell programmers by warnings is no failure of a figure.
    """
    from oncorules.errors import OncorulesError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ask()
    except OncorulesError as error:
        raise pytest.UsageError(str(error)) from None
