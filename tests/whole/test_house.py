"""The house rules of CONTRIBUTING.md that no linter measures: short modules, short functions, rooms that keep apart."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["house"]
SOURCES = sorted([*(ROOT / "aidplan").rglob("*.py"), *(ROOT / "models").rglob("*.py")])


def functions(source):
    """``package/module.py:name`` -> lines, of every function and method of a file, those within others too."""
    name = source.relative_to(ROOT).as_posix()
    return {
        f"{name}:{node.name}": node.end_lineno - node.lineno + 1
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.fixture(scope="module")
def long_functions():
    most = RULES["function_lines"]
    return {name for source in SOURCES for name, lines in functions(source).items() if lines > most}


def test_the_sources_are_found():
    assert len(SOURCES) > 300
    assert functions(ROOT / "tests" / "whole" / "test_house.py")["tests/whole/test_house.py:functions"] == 8


def test_no_module_is_longer_than_the_house_allows():
    lines = {source.relative_to(ROOT).as_posix(): len(source.read_text("utf-8").splitlines()) for source in SOURCES}
    assert {name: count for name, count in lines.items() if count > RULES["module_lines"]} == {}


def test_no_function_is_longer_than_the_house_allows(long_functions):
    assert long_functions - set(RULES["joins_parts"]) == set()


def test_every_exempted_function_is_there_and_long(long_functions):
    assert set(RULES["joins_parts"]) - long_functions == set()
    assert len(RULES["joins_parts"]) == len(set(RULES["joins_parts"]))


def test_solving_imports_no_workbook_not_even_for_types():
    found = set()
    for source in (ROOT / "aidplan" / "solve").rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {(source.name, name) for name in names if name.startswith("aidplan.workbook")}
    assert found == set()
