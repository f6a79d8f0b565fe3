"""What every admin page is built from: Unfold's classes, which carry no types of their own.

For mypy they are Django's typed ones; at run time they are Unfold's, with a subscript that Django's
lack. Rows that only programs write get ``LedgerAdmin``.
"""

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Field, Model
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin, SimpleListFilter, TabularInline

    DropdownFilter = SimpleListFilter
else:
    from unfold.admin import ModelAdmin as UnfoldModelAdmin
    from unfold.admin import TabularInline as UnfoldTabularInline
    from unfold.contrib.filters.admin import DropdownFilter as UnfoldDropdownFilter
    from unfold.views import ChangeList as UnfoldChangeList

    class ChangeList(UnfoldChangeList):
        """A list that is not narrowed down has no "Show all": what it counted is all."""

        def get_results(self, request: HttpRequest) -> None:
            super().get_results(request)
            if self.full_result_count is None and not (self.query or self.has_active_filters):
                self.full_result_count = self.result_count

    class ModelAdmin(UnfoldModelAdmin):
        list_per_page = 25  # Unfold writes twelve times the HTML of the plain admin per row
        list_filter_submit = True
        list_filter_sheet = True
        show_full_result_count = False  # one COUNT less per list; lists here reach millions

        def __class_getitem__(cls, _model: object) -> type:
            return cls

        def get_changelist(self, _request: HttpRequest, **_kwargs: Any) -> type:
            return ChangeList

    class TabularInline(UnfoldTabularInline):
        hide_title = True  # its columns say what a row is

        def __class_getitem__(cls, _models: object) -> type:
            return cls

        def formfield_for_dbfield(self, db_field: Field, *args: Any, **kwargs: Any) -> Any:
            """A field named by the heading of its column, for those who hear the page."""
            field = super().formfield_for_dbfield(db_field, *args, **kwargs)
            if field is not None:
                field.widget.attrs.setdefault("aria-label", capfirst(field.label or ""))
            return field

    DropdownFilter = UnfoldDropdownFilter

DEFAULTS_HOLD = _("No row of your own: the built-in values hold. A new row begins with them.")
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


__all__ = [
    "DEFAULTS_HOLD",
    "DropdownFilter",
    "LedgerAdmin",
    "LedgerInline",
    "ModelAdmin",
    "TabularInline",
]
