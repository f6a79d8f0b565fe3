"""Purchase orders: sent, received in parts, given up, written out for the supplier."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import DecimalField, F, Prefetch, QuerySet, Sum
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter

from catalog.admin import price_cell
from inventory import papers, services
from inventory.models import PurchaseOrder, PurchaseOrderLine, PurchaseReceiptLine
from inventory.order_pdf import as_pdf
from inventory.pages.forms import ExpectedForm, ReceiveForm
from jobs.badges import Tone, badge
from jobs.faces import ModelAdmin, TabularInline
from suggestions.actors import Actor

STATE_TONES: dict[str, Tone] = {
    "draft": "accent",
    "sent": "busy",
    "partly": "warn",
    "received": "good",
    "cancelled": "bad",
}
MOVES: dict[str, Callable[..., PurchaseOrder]] = {
    "send": services.send_purchase_order,
    "receive": services.receive_purchase_order,
    "cancel": services.cancel_purchase_order,
    "cancel_rest": services.cancel_rest,
}
CHANGE = "inventory.change_purchaseorder"
State = PurchaseOrder.State
UNDER_WAY = (State.SENT, State.PARTLY)


class LineInline(TabularInline[PurchaseOrderLine, PurchaseOrder]):
    """What is ordered; quantities may be changed as long as the order is a draft."""

    model = PurchaseOrderLine
    extra = 0
    fields = ("product", "quantity", "unit_cost", "total_column")
    readonly_fields = ("product", "total_column")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PurchaseOrderLine]:
        return super().get_queryset(request).select_related("product")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and request.user.has_perm(CHANGE)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_draft(obj) and request.user.has_perm(CHANGE)

    @admin.display(description=_("total"))
    def total_column(self, line: PurchaseOrderLine) -> SafeString:
        return price_cell(line.total)


def _is_draft(order: PurchaseOrder | None) -> bool:
    return order is not None and order.state == State.DRAFT


def _lines(order: PurchaseOrder) -> list[PurchaseOrderLine]:
    """The lines with their products and what came, in two queries."""
    rows = order.lines.select_related("product")
    came = PurchaseReceiptLine.objects.select_related("receipt__location")
    return list(rows.prefetch_related(Prefetch("receipt_lines", queryset=came)))


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ModelAdmin[PurchaseOrder]):
    empty_hint = _("An order begins when a restock suggestion is approved.")
    list_display = [
        "__str__",
        "state_column",
        "total_column",
        "created_on",
        "expected_on",
        "created_by",
    ]
    list_select_related = ["supplier"]
    list_filter = [("state", ChoicesDropdownFilter), ("supplier", AutocompleteSelectFilter)]
    search_fields = ["supplier__name", "lines__product__sku", "lines__product__title"]
    autocomplete_fields = ["supplier", "location"]
    fields = ["supplier", "location", "state", "created_on", "created_by", "expected_on", "sent_on"]
    readonly_fields = ["state", "created_on", "created_by", "sent_on"]
    inlines = [LineInline]
    change_form_outer_before_template = "inventory/purchase_order.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[PurchaseOrder]:
        cost = Sum(
            F("lines__quantity") * F("lines__unit_cost"),
            output_field=DecimalField(max_digits=20, decimal_places=4),
        )
        return super().get_queryset(request).annotate(cost=cost)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Orders begin with an approved suggestion."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An order is cancelled, not deleted."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or _is_draft(obj)) and request.user.has_perm(CHANGE)

    @admin.display(description=_("state"), ordering="state")
    def state_column(self, order: PurchaseOrder) -> SafeString:
        return badge(order.get_state_display(), STATE_TONES[order.state])

    @admin.display(description=_("total"), ordering="cost")
    def total_column(self, order: PurchaseOrder) -> SafeString:
        return price_cell(getattr(order, "cost", None))

    def get_urls(self) -> list[URLPattern]:
        views = {
            "move": (self.move_view, "inventory_move_order"),
            "receive": (self.receive_view, "inventory_receive_order"),
            "expected": (self.expected_view, "inventory_order_expected"),
            "csv": (self.csv_view, "inventory_order_csv"),
            "pdf": (self.pdf_view, "inventory_order_pdf"),
            "print": (self.print_view, "inventory_order_print"),
        }
        return [
            *(
                path(f"<int:pk>/{verb}/", self.admin_site.admin_view(view), name=name)
                for verb, (view, name) in views.items()
            ),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The order with its deliveries, and the forms for what can be done next."""
        order = self.get_object(request, object_id) if object_id.isdecimal() else None
        context = self._around(request, order) if order else {}
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    def _around(self, request: HttpRequest, order: PurchaseOrder) -> dict[str, Any]:
        lines = _lines(order) if order.state != State.DRAFT else []
        came = [part for line in lines for part in line.receipt_lines.all()]
        context: dict[str, Any] = {
            "order_lines": lines,
            "deliveries": sorted(came, key=lambda part: part.receipt.received_at, reverse=True),
            "expected_changes": order.expected_changes.all()[:10] if lines else [],
        }
        if order.state in UNDER_WAY and request.user.has_perm(CHANGE):
            number = len({part.receipt_id for part in came}) + 1
            first = {"key": f"PO {order.pk} / {number}"}
            form = ReceiveForm(lines, initial=first)
            context["receive_form"] = form
            context["receive_rows"] = [(line, form[form.line_names[line.pk]]) for line in lines]
            context["expected_form"] = ExpectedForm(initial={"expected_on": order.expected_on})
        return context

    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send, receive or cancel an order; refused where its state has moved on."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        order = self.get_object(request, str(pk))
        move = MOVES.get(request.POST.get("move", ""))
        if order is None or move is None:
            return HttpResponseRedirect(reverse("admin:inventory_purchaseorder_changelist"))
        try:
            move(order, actor=Actor.of_user(request.user))
        except services.RefusedError as error:
            messages.error(request, str(error))
        else:
            text = gettext("The order is %(state)s now.") % {"state": order.get_state_display()}
            messages.success(request, text)
        return _back_to(order)

    def receive_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write a delivery down; the same form sent twice changes nothing."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        order = self._mine(request, pk, CHANGE)
        form = ReceiveForm(_lines(order), request.POST)
        if not form.is_valid():
            _tell(request, form)
            return _back_to(order)
        given = form.cleaned_data
        names = ("key", "location", "received_at", "note", "accept_surplus")
        arrival = services.Arrival(units=form.units(), **{name: given[name] for name in names})
        try:
            receipt = services.receive(order, arrival, actor=Actor.of_user(request.user))
        except services.RefusedError as error:
            messages.error(request, str(error))
        else:
            text = gettext("Delivery %(key)s is written down; its goods are in stock.")
            messages.success(request, text % {"key": receipt.key})
        return _back_to(order)

    def expected_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Another day is named on which the order is expected."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        order = self._mine(request, pk, CHANGE)
        form = ExpectedForm(request.POST)
        if not form.is_valid():
            _tell(request, form)
            return _back_to(order)
        try:
            services.change_expected(order, **form.cleaned_data, actor=Actor.of_user(request.user))
        except services.RefusedError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("The new day is written down."))
        return _back_to(order)

    def csv_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The order as a table."""
        paper = papers.paper_of(self._mine(request, pk, "inventory.view_purchaseorder"))
        name = f'attachment; filename="{paper.file_name}.csv"'
        return HttpResponse(
            papers.as_csv(paper), "text/csv; charset=utf-8", headers={"Content-Disposition": name}
        )

    def pdf_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The order as a PDF file."""
        paper = papers.paper_of(self._mine(request, pk, "inventory.view_purchaseorder"))
        name = f'attachment; filename="{paper.file_name}.pdf"'
        return HttpResponse(as_pdf(paper), "application/pdf", headers={"Content-Disposition": name})

    def print_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The order as a page to print."""
        paper = papers.paper_of(self._mine(request, pk, "inventory.view_purchaseorder"))
        return TemplateResponse(
            request, "inventory/paper.html", {"paper": paper, "language": papers.language()}
        )

    def _mine(self, request: HttpRequest, pk: int, right: str) -> PurchaseOrder:
        """The order, for those who have the right. Raises PermissionDenied or Http404."""
        if not request.user.has_perm(right):
            raise PermissionDenied
        order = self.get_object(request, str(pk))
        if order is None:
            raise Http404
        return order


def _tell(request: HttpRequest, form: ReceiveForm | ExpectedForm) -> None:
    for name, problems in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, f"{label}: {problems[0]}" if label else str(problems[0]))


def _back_to(order: PurchaseOrder) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:inventory_purchaseorder_change", args=[order.pk]))
