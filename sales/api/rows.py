"""The rows a storefront may send, for the description of the API.

The checking is that of the files: the columns are theirs, and so are the errors.
"""

from rest_framework import serializers


class ProductRow(serializers.Serializer[None]):
    """New, or changed where the SKU is known; another price is written to the price history."""

    sku = serializers.CharField(max_length=64)
    title = serializers.CharField(max_length=300)
    title_zh = serializers.CharField(max_length=300, required=False)
    description = serializers.CharField(required=False)
    description_zh = serializers.CharField(required=False)
    category = serializers.CharField(required=False, help_text="`Home > Tea`")
    brand = serializers.CharField(max_length=120, required=False)
    price = serializers.DecimalField(max_digits=12, decimal_places=2)
    cost = serializers.DecimalField(max_digits=12, decimal_places=4, required=False)
    gtin = serializers.CharField(max_length=14, required=False)
    image_url = serializers.URLField(max_length=500, required=False)
    status = serializers.CharField(required=False, help_text="`active` or `discontinued`")


class CustomerRow(serializers.Serializer[None]):
    """New, or changed where the customer_id is known."""

    customer_id = serializers.CharField(max_length=64)
    email = serializers.EmailField(required=False)
    name = serializers.CharField(max_length=200, required=False)
    birth_year = serializers.IntegerField(required=False)
    gender = serializers.CharField(required=False, help_text="`female`, `male` or `other`")
    country = serializers.CharField(max_length=80, required=False)
    region = serializers.CharField(max_length=80, required=False)
    city = serializers.CharField(max_length=80, required=False)
    created = serializers.DateTimeField(required=False)
    consent_email = serializers.BooleanField(required=False)
    personalised = serializers.BooleanField(
        required=False, help_text="`false`: no list rests on what this customer did."
    )


class OrderRow(serializers.Serializer[None]):
    """One line of an order; lines with the same order_id belong together.

    ``unit_price`` is the list price and ``discount`` the money off the whole line. A return is an
    order of its own with negative quantities and ``returns_order``.
    """

    order_id = serializers.CharField(max_length=64)
    date = serializers.DateTimeField()
    customer_id = serializers.CharField(max_length=64, required=False)
    email = serializers.EmailField(required=False)
    sku = serializers.CharField(max_length=64)
    quantity = serializers.IntegerField()
    unit_price = serializers.DecimalField(max_digits=14, decimal_places=4)
    discount = serializers.DecimalField(max_digits=14, decimal_places=4, required=False)
    currency = serializers.CharField(max_length=3, required=False)
    status = serializers.CharField(required=False, help_text="`paid`, `cancelled`, `returned`")
    channel = serializers.CharField(max_length=40, required=False)
    returns_order = serializers.CharField(max_length=64, required=False)


class EventRow(serializers.Serializer[None]):
    """What a visitor did; the same ``event_id`` counts once."""

    event_id = serializers.CharField(max_length=64)
    user = serializers.CharField(max_length=64, required=False)
    session = serializers.CharField(max_length=64, required=False)
    item = serializers.CharField(max_length=64, required=False, help_text="SKU")
    type = serializers.ChoiceField(
        ["view", "cart", "purchase", "remove", "rating", "impression", "click"]
    )
    value = serializers.FloatField(
        required=False, help_text="Of a purchase the money paid, of a rating the stars."
    )
    time = serializers.DateTimeField()
    recommendation_id = serializers.CharField(
        max_length=128,
        required=False,
        help_text="As the list came with it; for impression, click, cart and purchase.",
    )
