"""Stock and purchase orders as a storefront or a warehouse sees them."""

from typing import ClassVar

from rest_framework import serializers

from catalog.models import Location, Reservation, StockMovement
from inventory.models import PurchaseOrder, PurchaseOrderLine, PurchaseReceipt, PurchaseReceiptLine


class LocationSerializer(serializers.ModelSerializer[Location]):
    class Meta:
        model = Location
        fields: ClassVar = ["code", "name", "is_default"]


class PlaceLevelSerializer(serializers.Serializer[None]):
    """``on_hand`` is below zero where more was sold than was counted: count that place anew."""

    location = serializers.CharField()
    on_hand = serializers.IntegerField(allow_null=True)
    reserved = serializers.IntegerField()
    available = serializers.IntegerField(allow_null=True)
    in_transit = serializers.IntegerField(help_text="On its way here from another location.")
    on_order = serializers.IntegerField(help_text="Ordered from suppliers, to be delivered here.")
    counted_at = serializers.DateTimeField(allow_null=True)


class LevelSerializer(serializers.Serializer[None]):
    """What is where; no location at all means that the product was never counted."""

    sku = serializers.CharField()
    locations = PlaceLevelSerializer(many=True)


class MovementSerializer(serializers.ModelSerializer[StockMovement]):
    sku = serializers.CharField(source="product.sku", read_only=True)
    location = serializers.CharField(source="location.code", read_only=True)

    class Meta:
        model = StockMovement
        fields: ClassVar = [
            "key",
            "sku",
            "location",
            "kind",
            "units",
            "at",
            "reference",
            "note",
            "actor",
            "recorded_at",
        ]


class ReservationSerializer(serializers.ModelSerializer[Reservation]):
    reference = serializers.CharField(source="key", read_only=True)
    sku = serializers.CharField(source="product.sku", read_only=True)
    location = serializers.CharField(source="location.code", read_only=True)

    class Meta:
        model = Reservation
        fields: ClassVar = [
            "reference",
            "sku",
            "location",
            "units",
            "reserved_at",
            "expires_at",
            "released_at",
        ]


class OrderedLineSerializer(serializers.ModelSerializer[PurchaseOrderLine]):
    sku = serializers.CharField(source="product.sku", read_only=True)
    title = serializers.CharField(source="product.title", read_only=True)
    received = serializers.IntegerField(read_only=True)
    outstanding = serializers.IntegerField(read_only=True)

    class Meta:
        model = PurchaseOrderLine
        fields: ClassVar = [
            "sku",
            "title",
            "quantity",
            "received",
            "cancelled",
            "outstanding",
            "unit_cost",
        ]


class ReceivedLineSerializer(serializers.ModelSerializer[PurchaseReceiptLine]):
    sku = serializers.CharField(source="line.product.sku", read_only=True)

    class Meta:
        model = PurchaseReceiptLine
        fields: ClassVar = ["sku", "units"]


class ReceiptSerializer(serializers.ModelSerializer[PurchaseReceipt]):
    location = serializers.CharField(source="location.code", read_only=True)
    lines = ReceivedLineSerializer(many=True, read_only=True)

    class Meta:
        model = PurchaseReceipt
        fields: ClassVar = ["key", "location", "received_at", "note", "actor", "lines"]


class PurchaseOrderSerializer(serializers.ModelSerializer[PurchaseOrder]):
    """An order with its lines and what came of it so far."""

    supplier = serializers.CharField(source="supplier.name", default=None, read_only=True)
    location = serializers.CharField(source="location.code", default=None, read_only=True)
    total = serializers.DecimalField(max_digits=30, decimal_places=4, read_only=True)
    lines = OrderedLineSerializer(many=True, read_only=True)
    receipts = ReceiptSerializer(many=True, read_only=True)

    class Meta:
        model = PurchaseOrder
        fields: ClassVar = [
            "id",
            "supplier",
            "location",
            "state",
            "created_on",
            "created_by",
            "sent_on",
            "expected_on",
            "received_on",
            "cancelled_on",
            "total",
            "lines",
            "receipts",
        ]
