"""What the page of a customer shows above its form."""

from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.translation import gettext as _

from crm.charts import segment_label
from recommendations.selectors import Placement, Recommended, lists_for_customer
from sales import takings
from sales.models import Customer, Order, OrderLine
from suggestions.money import money, number

NEWEST = 10
SHOWN = 6


@dataclass(frozen=True)
class CustomerPage:
    """Facts as ``(label, value, remark)``, the newest orders, what was bought last."""

    facts: list[tuple[str, str, str]]
    orders: list[Order] = field(default_factory=list)
    bought: list[OrderLine] = field(default_factory=list)
    lists: list[tuple[str, list[Recommended]]] = field(default_factory=list)


def page_of(customer: Customer, request: HttpRequest) -> CustomerPage | None:
    """Everything the reader may see about a customer."""
    if not request.user.has_perm("sales.view_order"):
        return None
    spend = takings.spend(customer.pk)
    average = spend.revenue / spend.orders if spend.orders else None
    since = spend.first_day.isoformat() if spend.first_day else "–"
    last = spend.last_day.isoformat() if spend.last_day else "–"
    facts = [
        (_("Spent"), money(spend.revenue, decimals=0), _("net of returns")),
        (_("Orders"), number(spend.orders), _("first on %(day)s") % {"day": since}),
        (
            _("Per order"),
            "–" if average is None else money(average, decimals=0),
            _("%(units)s units in all") % {"units": number(spend.units)},
        ),
        (_("Last order"), last, segment_label(customer.segment) if customer.segment else ""),
    ]
    lines = OrderLine.objects.filter(order__customer=customer, quantity__gt=0)
    bought = lines.select_related("product").order_by("-day", "-pk")[:NEWEST]
    orders = list(customer.orders.all()[:NEWEST])
    return CustomerPage(facts, orders, list(bought), _lists(customer, request))


def _lists(customer: Customer, request: HttpRequest) -> list[tuple[str, list[Recommended]]]:
    if not request.user.has_perm("recommendations.view_recommenderversion"):
        return []
    lists = lists_for_customer(customer.number, SHOWN)
    again = lists["buy_again"]
    is_theirs = again.strategy == Placement.BUY_AGAIN  # what is popular is no time to buy again
    return [
        (_("For this customer, new to them"), lists["for_you"].items),
        (_("Time to buy again"), again.items if is_theirs else []),
    ]
