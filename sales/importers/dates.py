"""Dates as people write them; where day and month can be swapped, the whole column decides."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from django.utils.translation import gettext_noop

from sales.importers.refusals import BadValueError

DAY_FIRST, MONTH_FIRST = "day first", "month first"
YEARS = range(1900, 2101)
_TIME = (
    r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}:?\d{2})?"
)
_FORMS = [
    re.compile(form + _TIME)
    for form in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日",
        r"(?P<day>\d{1,2})[ -](?P<name>[A-Za-z]{3,9})\.?[ -](?P<year>\d{4})",
        r"(?P<name>[A-Za-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
        r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second_number>\d{1,2})(?P=mark)(?P<year>\d{4})",
    )
]
_UNIX = re.compile(r"(?P<seconds>[12]\d{9})(?P<thousandths>\d{3})?(?:\.\d+)?")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_NO_DATE = gettext_noop("Not a date: write 2024-01-31 or 2024-01-31 18:30.")
_TWO_WAYS = gettext_noop("Day and month can be swapped here: write 2024-01-31.")


def moment(text: str, orders: set[str], zone: tzinfo) -> datetime:
    """The aware moment that ``text`` names; ``zone`` where it names none.

    ``orders`` is what ``orders_shown`` found in the whole column. Ten digits are seconds since
    1970, thirteen thousandths of them. Raises BadValueError.
    """
    if counted := _UNIX.fullmatch(text):
        return _since_1970(int(counted["seconds"]), int(counted["thousandths"] or 0))
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = _read(text, orders)
    if found.year not in YEARS:
        raise BadValueError(gettext_noop("The year is out of range: check it."))
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _since_1970(seconds: int, thousandths: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=thousandths)


def orders_shown(texts: Iterable[str]) -> set[str]:
    """Which orders of day and month the dates of a column prove."""
    proven = set()
    for text in texts:
        match = _FORMS[-1].fullmatch(text)
        if match is None:
            continue
        first, second = int(match["first"]), int(match["second_number"])
        if first > 12 or match["mark"] == ".":
            proven.add(DAY_FIRST)
        elif second > 12:
            proven.add(MONTH_FIRST)
    return proven


def _read(text: str, orders: set[str]) -> datetime:
    match = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    if match is None:
        raise BadValueError(_NO_DATE)
    parts = match.groupdict()
    month, day = _month_and_day(parts, orders)
    try:
        found = datetime(  # noqa: DTZ001 the caller sets the zone where the text names none
            int(parts["year"] or 0),
            month,
            day,
            _hour(parts),
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
            int((parts["part"] or "0").ljust(6, "0")[:6]),
        )
        return found.replace(tzinfo=_zone(parts["zone"]))
    except ValueError:
        raise BadValueError(_NO_DATE) from None


def _month_and_day(parts: dict[str, str | None], orders: set[str]) -> tuple[int, int]:
    if parts.get("name"):
        month = _MONTHS.get(str(parts["name"])[:3].lower())
        if month is None:
            raise BadValueError(_NO_DATE)
        return month, int(parts["day"] or 0)
    if parts.get("month"):
        return int(parts["month"] or 0), int(parts["day"] or 0)
    first, second = int(parts["first"] or 0), int(parts["second_number"] or 0)
    if first > 12 or parts["mark"] == "." or first == second:
        return second, first
    if second > 12 or orders == {MONTH_FIRST}:
        return first, second
    if orders == {DAY_FIRST}:
        return second, first
    raise BadValueError(_TWO_WAYS)


def _hour(parts: dict[str, str | None]) -> int:
    hour = int(parts["hour"] or 0)
    half = (parts["half"] or "").replace(".", "").lower()
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise BadValueError(_NO_DATE)
    return hour % 12 + (12 if half == "pm" else 0)


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    digits = re.sub(r"[^\d+-]", "", text)
    if not digits:
        return UTC
    offset = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    return timezone(-offset if digits[0] == "-" else offset)
