"""Facts in bulk: up to a thousand rows a request, the good ones land."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.models import Product
from sales.api.rows import CustomerRow, EventRow, OrderRow, ProductRow
from sales.api.serializers import (
    CustomerSerializer,
    OrderSerializer,
    ProductSerializer,
    RecordedSerializer,
)
from sales.models import Customer, Event, Order
from sales.services.rows import record
from suggestions.actors import Actor

MOST_ROWS = 1000


def checked_rows(data: object) -> list[dict[str, object]]:
    """The body as flat rows; ValidationError where it is something else."""
    if not isinstance(data, list) or not 1 <= len(data) <= MOST_ROWS:
        raise ValidationError(
            _("Send a list of 1 to %(most)s objects.") % {"most": MOST_ROWS}, code="rows"
        )
    for index, row in enumerate(data):
        if not isinstance(row, dict) or any(isinstance(v, dict | list) for v in row.values()):
            raise ValidationError(
                _("Row %(index)s is not a flat object.") % {"index": index}, code="rows"
            )
    return data


class RecordViewSet(GenericViewSet[Any]):
    """``POST`` of rows, checked and written like those of a file."""

    kind: ClassVar[str]
    recorded_status: ClassVar[int] = status.HTTP_200_OK
    throttle_scope = "write"
    required_scope = "read"
    write_scope = "write"

    def create(self, request: Request) -> Response:
        """Write up to a thousand rows; a refused one comes back with index, field and reason."""
        actor = Actor(name=f"API: {request.auth}")
        recorded = record(self.kind, checked_rows(request.data), actor)
        return Response(recorded, self.recorded_status)


class FactViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, RecordViewSet):
    lookup_value_regex = ".+"


@extend_schema_view(
    create=extend_schema(request=ProductRow(many=True), responses={200: RecordedSerializer})
)
class ProductViewSet(FactViewSet):
    """Products, by SKU."""

    kind = "products"
    queryset = Product.objects.select_related("category", "brand")
    serializer_class = ProductSerializer
    filterset_fields = ("is_active", "kind", "brand__name", "category__path")
    lookup_field = "sku"


@extend_schema_view(
    create=extend_schema(request=CustomerRow(many=True), responses={200: RecordedSerializer})
)
class CustomerViewSet(FactViewSet):
    """Customers, by customer_id."""

    kind = "customers"
    queryset = Customer.objects.all()
    serializer_class = CustomerSerializer
    filterset_fields = ("segment", "country")
    lookup_field = "number"


@extend_schema_view(
    create=extend_schema(request=OrderRow(many=True), responses={200: RecordedSerializer})
)
class OrderViewSet(FactViewSet):
    """Orders with their lines, by order_id."""

    kind = "orders"
    queryset = Order.objects.select_related("customer").prefetch_related("lines__product")
    serializer_class = OrderSerializer
    filterset_fields = ("status", "channel", "customer__number")
    lookup_field = "number"


@extend_schema_view(
    create=extend_schema(
        request=EventRow(many=True), responses={status.HTTP_202_ACCEPTED: RecordedSerializer}
    )
)
class EventViewSet(RecordViewSet):
    """What visitors did."""

    kind = "events"
    queryset = Event.objects.none()
    serializer_class = EventRow
    recorded_status = status.HTTP_202_ACCEPTED
    write_scope = "events"
