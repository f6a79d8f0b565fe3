"""Cursor pages: no page is missed or doubled while rows arrive."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    ordering = "pk"
    page_size = 50
    max_page_size = 500
    page_size_query_param = "page_size"
