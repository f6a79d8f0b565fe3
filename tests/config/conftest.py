"""Pages show lists, and what serves them outlives a test's database."""

from collections.abc import Iterator

import pytest

from recommendations import shelf


@pytest.fixture(autouse=True)
def fresh_shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing remembered from an earlier test, and nothing forgotten within this one."""
    monkeypatch.setattr(shelf, "REMEMBER_SECONDS", 10**9)
    shelf.forget_everything()
    yield
    shelf.forget_everything()
