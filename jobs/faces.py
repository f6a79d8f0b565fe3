"""What every admin page is built from: Unfold's classes, which carry no types of their own.

For mypy they are Django's typed ones; at run time they are Unfold's, with a subscript that Django's
lack. Rows that only programs write get ``LedgerAdmin``.
"""

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin, SimpleListFilter, TabularInline

    DropdownFilter = SimpleListFilter
else:
    from unfold.admin import ModelAdmin as UnfoldModelAdmin
    from unfold.admin import TabularInline as UnfoldTabularInline
    from unfold.contrib.filters.admin import DropdownFilter as UnfoldDropdownFilter

    class ModelAdmin(UnfoldModelAdmin):
        list_per_page = 25  # Unfold writes twelve times the HTML of the plain admin per row
        list_filter_submit = True
        list_filter_sheet = True
        show_full_result_count = False  # one COUNT less per list; lists here reach millions

        def __class_getitem__(cls, _model: object) -> type:
            return cls

    class TabularInline(UnfoldTabularInline):
        def __class_getitem__(cls, _models: object) -> type:
            return cls

    DropdownFilter = UnfoldDropdownFilter

_Row = TypeVar("_Row", bound=Model)
_Parent = TypeVar("_Parent", bound=Model)


class LedgerAdmin(ModelAdmin[_Row]):
    """Rows that programs write and people read: nobody adds, changes or deletes one by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: _Row | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: _Row | None = None) -> bool:
        return False

    def not_found(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Back to the first page, with a word about the row that is not there."""
        home: HttpResponse = self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]
            request, self.opts, pk
        )
        return home


class LedgerInline(TabularInline[_Row, _Parent]):
    """The same for rows shown on the page of another."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


__all__ = ["DropdownFilter", "LedgerAdmin", "LedgerInline", "ModelAdmin", "TabularInline"]
