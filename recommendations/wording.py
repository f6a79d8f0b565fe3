"""Why a product stands in a list, in words a shopper understands."""

from collections.abc import Mapping

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
    """The stored form of a reason; rendered by ``suggestions.models.say`` or ``in_words``."""
    text = WHY[kind]
    return {"text": text, "params": {"product": product} if "%(product)s" in text else {}}


def in_words(reason: Message, words: Mapping[str, str]) -> str:
    """As ``say``, with translations looked up before: once for a list, not once a product."""
    text, params = words[str(reason["text"])], reason["params"]
    return text % params if params else text
