"""The page of quantities, limits and goals is the registry's."""

from pathlib import Path

from aidplan_models.registry.page import page

PAGE = Path(__file__).parents[2] / "docs" / "quantities-and-limits.md"


def test_the_page_says_what_the_registry_says():
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m aidplan_models.registry.page FILE"
