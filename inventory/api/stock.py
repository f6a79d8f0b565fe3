"""Stock over REST: levels and movements out; counts, movements and reservations in."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from catalog.models import Location, Product, Reservation, StockMovement
from inventory import services
from inventory.api.refusals import told
from inventory.api.rows import CountRow, MovementRow, ReservationRow
from inventory.api.serializers import (
    LevelSerializer,
    LocationSerializer,
    MovementSerializer,
    ReservationSerializer,
)
from inventory.levels import levels_of
from inventory.services.rows import Row, Shelves, record_counts, record_movements
from sales.api.serializers import RecordedSerializer
from sales.api.views import checked_rows
from sales.services.rows import Recorded, RowError
from suggestions.actors import Actor


def actor_of(request: Request) -> Actor:
    """Whoever holds the key."""
    return Actor(name=f"API: {request.auth}")


def recorded(
    form: type[Serializer[Any]],
    data: object,
    record: Callable[[Sequence[tuple[int, Row]], Actor], Recorded],
    actor: Actor,
) -> Recorded:
    """Check each row by its form and write the good ones; errors in the order of the rows."""
    good: list[tuple[int, Row]] = []
    errors: list[RowError] = []
    for index, row in enumerate(checked_rows(data)):
        checked = form(data=row)
        if checked.is_valid():
            good.append((index, checked.validated_data))
            continue
        field, details = next(iter(checked.errors.items()))
        errors.append({"index": index, "field": str(field), "detail": str(details[0])})
    result = record(good, actor) if good else Recorded(accepted=0, duplicates=0, errors=[])
    result["errors"] = sorted([*result["errors"], *errors], key=lambda error: error["index"])
    return result


class StockViewSet(GenericViewSet[Any]):
    throttle_scope = "read"
    required_scope = "read"
    write_scope = "stock"


class LocationViewSet(mixins.ListModelMixin, StockViewSet):
    """Where stock lies."""

    queryset = Location.objects.all()
    serializer_class = LocationSerializer


class LevelViewSet(StockViewSet):
    """What is on hand, reserved, available, on its way and on order, by product and location."""

    queryset = Product.objects.filter(kind=Product.Kind.PRODUCT)
    serializer_class = LevelSerializer
    filterset_fields = ("sku", "is_active", "category__path")

    def list(self, request: Request) -> Response:
        """Levels as of now, a page of products at a time."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self.get_serializer(levels_of(page), many=True).data)


class CountViewSet(StockViewSet):
    """Counts in."""

    queryset = Location.objects.none()
    serializer_class = CountRow
    throttle_scope = "write"

    @extend_schema(request=CountRow(many=True), responses={200: RecordedSerializer})
    def create(self, request: Request) -> Response:
        """Write up to a thousand counts; a refused one comes back with index, field and reason."""
        with told():
            done = recorded(CountRow, request.data, record_counts, actor_of(request))
        return Response(done)


class MovementViewSet(mixins.ListModelMixin, StockViewSet):
    """The ledger: rows are added, never changed. Sales are orders, not movements."""

    queryset = StockMovement.objects.select_related("product", "location")
    serializer_class = MovementSerializer
    filterset_fields = ("product__sku", "location__code", "kind", "reference")

    @extend_schema(request=MovementRow(many=True), responses={200: RecordedSerializer})
    def create(self, request: Request) -> Response:
        """Write up to a thousand movements; refused ones come back with index, field, reason."""
        with told():
            done = recorded(MovementRow, request.data, record_movements, actor_of(request))
        return Response(done)


class ReservationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, StockViewSet):
    """Units promised to a cart or an order."""

    queryset = Reservation.objects.select_related("product", "location")
    serializer_class = ReservationSerializer
    filterset_fields: ClassVar = {
        "product__sku": ["exact"],
        "location__code": ["exact"],
        "released_at": ["isnull"],
    }
    lookup_field = "key"
    lookup_url_kwarg = "reference"
    lookup_value_regex = "(?:(?!/release$).)+"  # a cart may be called 2026/17

    def get_queryset(self) -> "QuerySet[Reservation]":
        return Reservation.objects.select_related("product", "location")

    @extend_schema(request=ReservationRow, responses=ReservationSerializer)
    def create(self, request: Request) -> Response:
        """Promise units that are available; the same reference again changes nothing."""
        form = ReservationRow(data=request.data)
        form.is_valid(raise_exception=True)
        row = form.validated_data
        with told():
            shelves = Shelves([row])
            promise = services.Promise(
                row["reference"],
                shelves.product(row["sku"]),
                shelves.place(row["location"]),
                row["units"],
                row["expires_at"],
            )
            reservation = services.reserve(promise, actor=actor_of(request))
        return Response(self.get_serializer(reservation).data)

    @extend_schema(request=None, responses=ReservationSerializer)
    @action(detail=True, methods=["post"])
    def release(self, _request: Request, **_kwargs: Any) -> Response:
        """Give the units free; again, nothing changes."""
        return Response(self.get_serializer(services.release(self.get_object())).data)
