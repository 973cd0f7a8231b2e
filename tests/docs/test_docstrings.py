"""The examples in docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import oncorules

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(oncorules.__path__, "oncorules.")
    if not module.ispkg
)


@pytest.mark.parametrize("name", ["oncorules", *MODULES])
def test_the_examples_of_a_module_answer_as_shown(name) -> None:
    failures, _ = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert failures == 0


def test_there_are_examples_to_run() -> None:
    finder = doctest.DocTestFinder()
    found = [
        test
        for name in MODULES
        for test in finder.find(importlib.import_module(name))
        if test.examples
    ]
    assert len(found) >= 10
