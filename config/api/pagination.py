"""Cursor pages: no page is missed or doubled while rows arrive."""

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

LONGEST_KEY = 18  # digits of a key that a database column holds


class CursorPages(CursorPagination):
    ordering = "pk"
    page_size = 50
    max_page_size = 500
    page_size_query_param = "page_size"

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Where to go on; NotFound for a cursor that we never gave."""
        cursor: Cursor | None = super().decode_cursor(request)
        place = "0" if cursor is None or cursor.position is None else str(cursor.position)
        if not place.isdecimal() or len(place) > LONGEST_KEY:
            raise NotFound(self.invalid_cursor_message)
        return cursor
