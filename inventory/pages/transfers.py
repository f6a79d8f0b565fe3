"""Transfers between locations: planned, sent, received."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from inventory import services
from inventory.models import Transfer, TransferLine
from jobs.badges import Tone, badge
from jobs.faces import ModelAdmin, TabularInline
from suggestions.actors import Actor

CHANGE = "inventory.change_transfer"
State = Transfer.State
TONES: dict[str, Tone] = {
    "draft": "accent",
    "sent": "busy",
    "received": "good",
    "cancelled": "bad",
}


def _is_plan(transfer: Transfer | None) -> bool:
    return transfer is None or transfer.state == State.DRAFT


class TransferLineInline(TabularInline[TransferLine, Transfer]):
    """Lines may be changed as long as nothing has left."""

    model = TransferLine
    extra = 1
    fields = ("product", "units", "received")
    readonly_fields = ("received",)
    autocomplete_fields = ["product"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TransferLine]:
        return super().get_queryset(request).select_related("product")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_plan(obj) and request.user.has_perm(CHANGE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_plan(obj) and request.user.has_perm(CHANGE)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_plan(obj) and request.user.has_perm(CHANGE)


@admin.register(Transfer)
class TransferAdmin(ModelAdmin[Transfer]):
    list_display = ["__str__", "state_column", "created_at", "sent_at", "received_at", "actor"]
    list_select_related = ["source", "destination"]
    list_filter = [("state", ChoicesDropdownFilter)]
    search_fields = ["note", "lines__product__sku", "source__code", "destination__code"]
    autocomplete_fields = ["source", "destination"]
    fields = ["source", "destination", "note", "state", "sent_at", "received_at", "actor"]
    readonly_fields = ["state", "sent_at", "received_at", "actor"]
    inlines = [TransferLineInline]
    change_form_outer_before_template = "inventory/transfer.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_plan(obj) and request.user.has_perm(CHANGE)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A transfer is cancelled, not deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Transfer, form: Any, change: Any) -> None:
        if not change:
            obj.actor = request.user.get_username()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("state"), ordering="state")
    def state_column(self, transfer: Transfer) -> SafeString:
        return badge(transfer.get_state_display(), TONES[transfer.state])

    def get_urls(self) -> list[URLPattern]:
        move = self.admin_site.admin_view(self.move_view)
        return [
            path("<int:pk>/move/", move, name="inventory_move_transfer"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With the units of each line to receive, while the goods are on their way."""
        under_way = TransferLine.objects.filter(transfer__state=State.SENT)
        lines = under_way.filter(transfer_id=object_id) if object_id.isdecimal() else under_way
        context = {"transfer_lines": lines.select_related("product")}
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send, receive or cancel; refused where the state has moved on."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        transfer = self.get_object(request, str(pk))
        if transfer is None:
            return HttpResponseRedirect(reverse("admin:inventory_transfer_changelist"))
        try:
            self._move(transfer, request)
        except services.RefusedError as error:
            messages.error(request, str(error))
        else:
            text = gettext("The transfer is %(state)s now.")
            messages.success(request, text % {"state": transfer.get_state_display()})
        page = reverse("admin:inventory_transfer_change", args=[pk])
        return HttpResponseRedirect(page)

    def _move(self, transfer: Transfer, request: HttpRequest) -> None:
        actor = Actor.of_user(request.user)
        verb = request.POST.get("move")
        if verb == "send":
            services.send_transfer(transfer, actor=actor)
        elif verb == "receive":
            services.receive_transfer(transfer, units=_units(transfer, request), actor=actor)
        elif verb == "cancel":
            services.cancel_transfer(transfer, actor=actor)
        else:
            raise services.RefusedError(gettext("Choose to send, receive or cancel."))


def _units(transfer: Transfer, request: HttpRequest) -> dict[int, int]:
    """What arrived, by line id; an empty box means all of it."""
    units: dict[int, int] = {}
    for line in transfer.lines.all():
        text = request.POST.get(f"units-{line.pk}", "").strip()
        if text and not text.isdecimal():
            raise services.RefusedError(gettext("Enter what arrived as a number from 0 up."))
        units[line.pk] = int(text[:10]) if text else line.units
    return units
