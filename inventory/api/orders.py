"""Purchase orders out, receipts in."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import services
from inventory.api.lines import units_by_line
from inventory.api.refusals import told
from inventory.api.rows import ExpectedRow, ReceiptRow
from inventory.api.serializers import PurchaseOrderSerializer
from inventory.api.stock import StockViewSet, actor_of
from inventory.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseReceipt,
    PurchaseReceiptLine,
)
from inventory.services.rows import Shelves


class PurchaseOrderViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, StockViewSet):
    """Purchase orders with their lines, oldest first."""

    queryset = PurchaseOrder.objects.select_related("supplier", "location").prefetch_related(
        Prefetch("lines", PurchaseOrderLine.objects.select_related("product")),
        "lines__receipt_lines",
        Prefetch("receipts", PurchaseReceipt.objects.select_related("location")),
        Prefetch("receipts__lines", PurchaseReceiptLine.objects.select_related("line__product")),
    )
    serializer_class = PurchaseOrderSerializer
    filterset_fields = ("state", "supplier__name", "expected_on")
    lookup_value_regex = r"\d{1,18}"

    @extend_schema(request=ReceiptRow, responses=PurchaseOrderSerializer)
    @action(detail=True, methods=["post"])
    def receipts(self, request: Request, **_kwargs: Any) -> Response:
        """Write a delivery down; the same key again changes nothing, with other goods it is 409."""
        form = ReceiptRow(data=request.data)
        form.is_valid(raise_exception=True)
        order: PurchaseOrder = self.get_object()
        with told():
            services.receive(order, _arrival(order, form.validated_data), actor=actor_of(request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=ExpectedRow, responses=PurchaseOrderSerializer)
    @action(detail=True, methods=["post"])
    def expected(self, request: Request, **_kwargs: Any) -> Response:
        """Name another day on which the order is expected."""
        form = ExpectedRow(data=request.data)
        form.is_valid(raise_exception=True)
        order: PurchaseOrder = self.get_object()
        with told():
            services.change_expected(order, **form.validated_data, actor=actor_of(request))
        return Response(self.get_serializer(self.get_object()).data)


def _arrival(order: PurchaseOrder, row: dict[str, Any]) -> services.Arrival:
    return services.Arrival(
        key=row["key"],
        units=units_by_line(order.lines.all(), row["lines"], _("%(skus)s: not on this order.")),
        location=Shelves([]).place(row["location"]) if row["location"] else None,
        received_at=row["received_at"],
        note=row["note"],
        accept_surplus=row["accept_surplus"],
    )
