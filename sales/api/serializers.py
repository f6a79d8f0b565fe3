"""Facts as a storefront sees them."""

from typing import ClassVar

from rest_framework import serializers

from catalog.models import Product
from sales.models import Customer, Order, OrderLine


class ProductSerializer(serializers.ModelSerializer[Product]):
    category = serializers.CharField(source="category.path", default=None, read_only=True)
    brand = serializers.CharField(source="brand.name", default=None, read_only=True)

    class Meta:
        model = Product
        fields: ClassVar = [
            "sku",
            "title",
            "title_zh",
            "description",
            "description_zh",
            "kind",
            "category",
            "brand",
            "price",
            "cost",
            "gtin",
            "image_url",
            "is_active",
            "launched_on",
        ]


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    customer_id = serializers.CharField(source="number", read_only=True)

    class Meta:
        model = Customer
        fields: ClassVar = [
            "customer_id",
            "name",
            "email",
            "birth_year",
            "gender",
            "country",
            "region",
            "city",
            "joined_at",
            "segment",
            "accepts_email",
            "is_personalised",
        ]


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    sku = serializers.CharField(source="product.sku", read_only=True)

    class Meta:
        model = OrderLine
        fields: ClassVar = ["position", "sku", "quantity", "unit_price", "discount"]


class OrderSerializer(serializers.ModelSerializer[Order]):
    order_id = serializers.CharField(source="number", read_only=True)
    customer_id = serializers.CharField(source="customer.number", default=None, read_only=True)
    lines = OrderLineSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields: ClassVar = [
            "order_id",
            "placed_at",
            "customer_id",
            "status",
            "channel",
            "country",
            "lines",
        ]


class RowErrorSerializer(serializers.Serializer[None]):
    """What is wrong with one row; ``field`` is empty where it is the whole row."""

    index = serializers.IntegerField()
    field = serializers.CharField()
    detail = serializers.CharField()


class RecordedSerializer(serializers.Serializer[None]):
    """What became of the rows: written, there already, or refused with the reason."""

    accepted = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    errors = RowErrorSerializer(many=True)  # type: ignore[assignment]
