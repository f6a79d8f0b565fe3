"""Why a product stands in a list, in words a shopper understands."""

from django.utils.translation import gettext_noop

Message = dict[str, object]

WHY = {
    "neighbours": gettext_noop("Customers who bought %(product)s also bought this."),
    "personal": gettext_noop("Bought before."),
    "factors": gettext_noop("Fits what this customer buys."),
    "content": gettext_noop("Similar to %(product)s."),
    "popularity": gettext_noop("Popular right now."),
    "category": gettext_noop("Popular in the same category."),
    "together": gettext_noop("Often bought together with %(product)s."),
    "trending": gettext_noop("Selling more than usual this week."),
    "pinned": gettext_noop("Chosen by the shop."),
    "newest": gettext_noop("New in the shop."),
}


def why(kind: str, product: str = "") -> Message:
    """The stored form of a reason; rendered by ``suggestions.models.say``."""
    text = WHY[kind]
    return {"text": text, "params": {"product": product} if "%(product)s" in text else {}}
