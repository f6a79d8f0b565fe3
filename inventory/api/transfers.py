"""Transfers between locations: planned, sent, received or dropped by a warehouse's own system."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Product
from inventory import services
from inventory.api.lines import units_by_line
from inventory.api.refusals import told
from inventory.api.rows import LinesRow, ReceiptLineRow
from inventory.api.stock import StockViewSet, actor_of
from inventory.models import Transfer, TransferLine
from inventory.services.movements import MOST_UNITS
from inventory.services.rows import Shelves


class TransferRow(LinesRow):
    """Goods to move; nothing leaves before the transfer is sent."""

    source = serializers.CharField(  # type: ignore[assignment]
        max_length=40, help_text="Code of a location."
    )
    destination = serializers.CharField(max_length=40, help_text="Code of another location.")
    lines = ReceiptLineRow(many=True, allow_empty=False)
    note = serializers.CharField(max_length=200, default="", allow_blank=True)


class ArrivedLineRow(serializers.Serializer[None]):
    sku = serializers.CharField(max_length=64)
    units = serializers.IntegerField(min_value=0, max_value=MOST_UNITS)


class ArrivedRow(LinesRow):
    """What arrived; a product that is not named did not. Without ``lines`` all of it arrived."""

    lines = ArrivedLineRow(many=True, required=False, allow_empty=False)


class TransferLineSerializer(serializers.ModelSerializer[TransferLine]):
    sku = serializers.CharField(source="product.sku", read_only=True)

    class Meta:
        model = TransferLine
        fields: ClassVar = ["sku", "units", "received"]


class TransferSerializer(serializers.ModelSerializer[Transfer]):
    """A transfer with its lines; ``received`` is null until the goods have arrived."""

    source = serializers.CharField(  # type: ignore[assignment]
        source="source.code", read_only=True
    )
    destination = serializers.CharField(source="destination.code", read_only=True)
    lines = TransferLineSerializer(many=True, read_only=True)

    class Meta:
        model = Transfer
        fields: ClassVar = [
            "id",
            "source",
            "destination",
            "state",
            "note",
            "actor",
            "created_at",
            "sent_at",
            "received_at",
            "lines",
        ]


class TransferViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, StockViewSet):
    """Goods that go from one location to another."""

    queryset = Transfer.objects.select_related("source", "destination").prefetch_related(
        Prefetch("lines", TransferLine.objects.select_related("product"))
    )
    serializer_class = TransferSerializer
    filterset_fields = ("state", "source__code", "destination__code", "lines__product__sku")
    lookup_value_regex = r"\d{1,18}"

    @extend_schema(request=TransferRow, responses={201: TransferSerializer})
    def create(self, request: Request) -> Response:
        """Plan a transfer; send an ``Idempotency-Key`` so that a repeated request plans one."""
        form = TransferRow(data=request.data)
        form.is_valid(raise_exception=True)
        with told():
            transfer = _planned(form.validated_data, request)
        return self._shown(transfer, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=TransferSerializer)
    @action(detail=True, methods=["post"])
    def send(self, request: Request, **_kwargs: Any) -> Response:
        """The goods leave; 400 where fewer are available there, 409 where they left before."""
        with told():
            transfer = services.send_transfer(self.get_object(), actor=actor_of(request))
        return self._shown(transfer)

    @extend_schema(request=ArrivedRow, responses=TransferSerializer)
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, **_kwargs: Any) -> Response:
        """The goods arrive; what did not is lost on the way."""
        form = ArrivedRow(data=request.data)
        form.is_valid(raise_exception=True)
        transfer: Transfer = self.get_object()
        with told():
            units = _arrived(transfer, form.validated_data)
            services.receive_transfer(transfer, units=units, actor=actor_of(request))
        return self._shown(transfer)

    @extend_schema(request=None, responses=TransferSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **_kwargs: Any) -> Response:
        """Drop a plan, or bring goods under way back to where they came from."""
        with told():
            transfer = services.cancel_transfer(self.get_object(), actor=actor_of(request))
        return self._shown(transfer)

    def _shown(self, transfer: Transfer, code: int = status.HTTP_200_OK) -> Response:
        """As it is in the database now."""
        return Response(self.get_serializer(self.get_queryset().get(pk=transfer.pk)).data, code)


def _planned(row: Mapping[str, Any], request: Request) -> Transfer:
    units = {line["sku"]: line["units"] for line in row["lines"]}
    products = Product.objects.in_bulk(units, field_name="sku")
    unknown = [sku for sku in units if sku not in products]
    if unknown:
        text = _("There is no product with the SKU %(sku)s.") % {"sku": ", ".join(unknown)}
        raise services.RefusedError(text, "lines")
    shelves = Shelves([])
    return services.open_transfer(
        source=shelves.place(row["source"], "source"),
        destination=shelves.place(row["destination"], "destination"),
        units={products[sku].pk: count for sku, count in units.items()},
        note=row["note"],
        actor=actor_of(request),
    )


def _arrived(transfer: Transfer, row: Mapping[str, Any]) -> dict[int, int] | None:
    """Units by line id; None for all of them."""
    if "lines" not in row:
        return None
    return units_by_line(transfer.lines.all(), row["lines"], _("%(skus)s: not on this transfer."))
