"""Pages show lists, and what serves them outlives a test's database."""

import pytest


@pytest.fixture(autouse=True)
def fresh_shelf(good_memory: None) -> None:
    """Nothing remembered from an earlier test, and nothing forgotten within this one."""
