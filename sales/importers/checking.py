"""Match a header with a layout, and tell the good rows from the refused ones."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import tzinfo

import pandas as pd
from django.utils.translation import gettext_noop

from sales.importers.layouts import Writer
from sales.importers.parsing import EMPTY, Hints, observe, read_cells
from sales.importers.refusals import FileRefusedError, Refusal

_NOT_LETTERS = re.compile(r"[\W_]+")


def plain_header(text: str) -> str:
    """``Order ID *`` and ``order_id`` alike."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def known_headers(writers: Iterable[type[Writer]], header: Sequence[str]) -> int:
    """The most headers that one of the layouts knows."""
    return max(len(_places(writer, header)) for writer in writers)


def _places(writer: type[Writer], header: Sequence[str]) -> dict[str, int]:
    names = {plain_header(text): place for place, text in reversed(list(enumerate(header)))}
    found = {}
    for column in writer.columns:
        spellings = map(plain_header, (column.name, *column.aliases))
        place = next((names[name] for name in spellings if name in names), None)
        if place is not None:
            found[column.name] = place
    return found


class Checker:
    """Reads chunks of a file with this header in the layout of ``writer``.

    Raises FileRefusedError where a required column is missing or named twice.
    """

    def __init__(self, writer: type[Writer], header: Sequence[str], zone: tzinfo) -> None:
        self.header = list(header)
        self._places = _places(writer, header)
        self._columns = {
            column.name: column for column in writer.columns if column.name in self._places
        }
        self._hints = {name: Hints(zone=zone) for name in self._columns}
        self._one_of = writer.one_of
        self._refuse_unless_complete(writer)

    def _refuse_unless_complete(self, writer: type[Writer]) -> None:
        plain = [plain_header(text) for text in self.header]
        twice = [
            self.header[place] for place in self._places.values() if plain.count(plain[place]) > 1
        ]
        if twice:
            raise FileRefusedError(
                gettext_noop("Two columns have the same name: %(columns)s."), {"columns": twice}
            )
        missing = self.missing(writer, self.header)
        if missing:
            raise FileRefusedError(
                gettext_noop("Columns are missing: %(columns)s."), {"columns": missing}
            )

    @staticmethod
    def missing(writer: type[Writer], header: Sequence[str]) -> list[str]:
        """The required columns that a header lacks; of a choice of columns, the first."""
        found = _places(writer, header)
        alone = [column.name for column in writer.columns if column.is_required]
        choices = [(name,) for name in alone] + list(writer.one_of)
        return [names[0] for names in choices if not any(name in found for name in names)]

    @property
    def ignored(self) -> list[str]:
        """Headers that mean nothing to the layout."""
        used = set(self._places.values())
        return [text for place, text in enumerate(self.header) if place not in used and text]

    def texts(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The known columns under the layout's names."""
        chosen = frame.iloc[:, list(self._places.values())]
        return chosen.set_axis(list(self._places), axis=1)

    def observe(self, texts: pd.DataFrame) -> None:
        """Learn how the columns write numbers and dates."""
        for name, column in self._columns.items():
            observe(column, texts[name], self._hints[name])

    def read(self, texts: pd.DataFrame) -> tuple[pd.DataFrame, list[Refusal]]:
        """The good rows as values, and the others; a row is refused for its first bad cell."""
        values: dict[str, pd.Series] = {}
        bad: dict[int, tuple[str, str]] = {}
        for name, column in self._columns.items():
            values[name], reasons = read_cells(column, texts[name], self._hints[name])
            for line, reason in zip(*_told(reasons), strict=True):
                bad.setdefault(line, (self._title(name), reason))
        frame = pd.DataFrame(values, index=texts.index)
        for names in self._one_of:
            empty = frame[[name for name in names if name in frame]].isna().all(axis=1)
            for line in frame.index[empty]:
                bad.setdefault(line, (names[0], EMPTY))
        refusals = [Refusal(line, *why) for line, why in sorted(bad.items())]
        return frame.drop(index=list(bad)), refusals

    def _title(self, name: str) -> str:
        place = self._places.get(name)
        return name if place is None else self.header[place]


def _told(reasons: pd.Series) -> tuple[list[int], list[str]]:
    there = reasons.dropna()
    return there.index.tolist(), there.tolist()
