"""Lists as a storefront asks for them and gets them."""

from typing import TypedDict

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from recommendations.ids import new_recommendation_id
from recommendations.selectors import Answer, Filters
from suggestions.models import say

MOST = 100
MOST_SKUS = 200


class Asked(TypedDict):
    """Validated parameters."""

    n: int
    filters: Filters


class ListParameters(serializers.Serializer[None]):
    """What every list takes."""

    n = serializers.IntegerField(
        min_value=1, max_value=MOST, default=10, help_text=_("How many products.")
    )
    category = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=500,
        help_text=_("Path of a category, such as `Home > Tea`; products below it are included."),
    )
    in_stock = serializers.BooleanField(
        default=True, help_text=_("Leave out products whose last count was zero.")
    )
    personalized = serializers.BooleanField(
        default=True, help_text=_("`false`: popular products, whoever asks.")
    )

    def asked(self) -> Asked:
        """The parameters as the selectors take them."""
        given = dict(self.validated_data)
        given.pop("skus", None)
        return Asked(n=given.pop("n"), filters=Filters(**given))


class CustomerListParameters(ListParameters):
    exclude_seen = serializers.BooleanField(
        default=True,
        help_text=_("`false`: products bought before may come again (the buy-again list)."),
    )


class SessionSerializer(ListParameters):
    skus = serializers.ListField(
        child=serializers.CharField(max_length=64),
        max_length=MOST_SKUS,
        help_text=_("Products of the visit or the cart, oldest first; unknown ones are ignored."),
    )
    exclude = serializers.ListField(
        child=serializers.CharField(max_length=64),
        max_length=MOST_SKUS,
        default=list,
        help_text=_("SKUs that must not come."),
    )


class ItemSerializer(serializers.Serializer[None]):
    sku = serializers.CharField()
    title = serializers.CharField()
    price = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    score = serializers.FloatField(help_text=_("Comparable within one list only."))
    reason = serializers.CharField(help_text=_("Why, in the language of the request."))
    reason_sku = serializers.CharField(help_text=_("The product that led to it; may be empty."))


class ListSerializer(serializers.Serializer[None]):
    """A list; send ``recommendation_id`` back with ``impression`` and ``click`` events."""

    recommendation_id = serializers.CharField()
    strategy = serializers.CharField(
        help_text=_(
            "What made the first product that the shop did not pin: for_you, buy_again, similar,"
            " session, together, cart, trending, new, category, popular, newest; pinned where there"
            " is no other, none for an empty list."
        )
    )
    model_version = serializers.CharField(help_text=_("Empty before the first training."))
    items = ItemSerializer(many=True)


def as_reply(answer: Answer) -> dict[str, object]:
    """An answer in the shape of ``ListSerializer``.

    Built by hand: a serializer would take longer than the recommendation.
    """
    version = answer.version
    return {
        "recommendation_id": new_recommendation_id(
            answer.strategy, version.pk if version is not None else 0
        ),
        "strategy": str(answer.strategy),
        "model_version": version.name if version is not None else "",
        "items": [
            {
                "sku": item.sku,
                "title": item.title,
                "price": None if item.price is None else f"{item.price:.2f}",
                "score": round(item.score, 6),
                "reason": say(item.reason),
                "reason_sku": item.reason_sku,
            }
            for item in answer.items
        ],
    }
