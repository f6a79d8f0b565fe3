"""Why a row or a file does not go in.

Reasons are English message ids without values, so that they can be counted and translated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext


class FileRefusedError(Exception):
    """The whole file cannot be loaded; the message says what to do."""

    def __init__(self, reason: str, values: Mapping[str, Sequence[str]] | None = None) -> None:
        filled = {name: ", ".join(texts) for name, texts in (values or {}).items()}
        super().__init__(gettext(reason) % filled if filled else gettext(reason))


class BadValueError(ValueError):
    """A cell cannot be read; the message is the reason."""


@dataclass(frozen=True)
class Refusal:
    """One row that stays outside: the line, the column (empty: the row), the reason, the row.

    Without ``cells`` the row is the one of that line.
    """

    line: int
    column: str
    reason: str
    cells: dict[str, Any] | None = None
