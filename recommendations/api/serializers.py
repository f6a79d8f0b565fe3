"""Lists as a storefront asks for them and gets them."""

from collections.abc import Sequence
from typing import TypedDict

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from recommendations.experiments.serving import Served
from recommendations.ids import new_recommendation_id
from recommendations.selectors import Filters
from recommendations.wording import in_words

MOST = 100
MOST_SKUS = 200
LONGEST_CATEGORY = 500
LONGEST_CODE = 64


class Asked(TypedDict):
    """Validated parameters; ``skus`` is empty where none can be given."""

    n: int
    filters: Filters
    visitor: str
    skus: Sequence[str]


class ListParameters(serializers.Serializer[None]):
    """What every list takes."""

    n = serializers.IntegerField(
        min_value=1, max_value=MOST, default=10, help_text=_("How many products.")
    )
    category = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=LONGEST_CATEGORY,
        help_text=_("Path of a category, such as `Home > Tea`; products below it are included."),
    )
    in_stock = serializers.BooleanField(
        default=True, help_text=_("Leave out products whose last count was zero.")
    )
    price_min = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=0,
        default=None,
        help_text=_("Leave out what costs less; with a band, products of unknown price too."),
    )
    price_max = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=0,
        default=None,
        help_text=_("Leave out what costs more."),
    )
    personalized = serializers.BooleanField(
        default=True, help_text=_("`false`: popular products, whoever asks.")
    )
    visitor = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=LONGEST_CODE,
        help_text=_(
            "Who looks, as in events: the customer's number, else the session. Needed for lists"
            " under test; without it the list is the live one."
        ),
    )

    def asked(self) -> Asked:
        """The parameters as the lists take them."""
        given = dict(self.validated_data)
        n, visitor, skus = given.pop("n"), given.pop("visitor"), given.pop("skus", ())
        return Asked(n=n, filters=Filters(**given), visitor=visitor, skus=skus)


class CustomerListParameters(ListParameters):
    exclude_seen = serializers.BooleanField(
        default=True,
        help_text=_("`false`: products bought before may come again (the buy-again list)."),
    )


class SessionSerializer(ListParameters):
    skus = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_CODE),
        max_length=MOST_SKUS,
        help_text=_("Products of the visit or the cart, oldest first; unknown ones are ignored."),
    )
    exclude = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_CODE),
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


def new_id(served: Served) -> str:
    """A fresh id for a list."""
    version = served.answer.version
    number = version.pk if version is not None else 0
    return new_recommendation_id(str(served.answer.strategy), number, served.tag)


def as_reply(served: Served) -> dict[str, object]:
    """A list in the shape of ``ListSerializer``.

    Built by hand: a serializer would take longer than the recommendation.
    """
    return {"recommendation_id": new_id(served), **without_id(served)}


def without_id(served: Served) -> dict[str, object]:
    """All of a reply that stays the same when the list is given out again."""
    answer, version = served.answer, served.answer.version
    words = {text: gettext(text) for text in {str(item.reason["text"]) for item in answer.items}}
    return {
        "strategy": str(answer.strategy),
        "model_version": version.name if version is not None else "",
        "items": [
            {
                "sku": item.sku,
                "title": item.title,
                "price": None if item.price is None else f"{item.price:.2f}",
                "score": round(item.score, 6),
                "reason": in_words(item.reason, words),
                "reason_sku": item.reason_sku,
            }
            for item in answer.items
        ],
    }
