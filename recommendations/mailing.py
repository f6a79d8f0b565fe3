"""E-mail: the first products for every customer who agreed to it, a few at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from recommendations.ids import new_recommendation_id
from recommendations.listing import Filters, answer
from recommendations.models import PlacementRule
from recommendations.selectors import Answer, customer_plan
from sales.models import Customer

EMAIL = PlacementRule.Place.EMAIL
FEWEST_READ = 500


@dataclass(frozen=True)
class Letter:
    """What to write to whom; ``recommendation_id`` comes back with the clicks."""

    number: str
    email: str
    name: str
    recommendation_id: str
    answer: Answer


def letters(n: int = 6, *, repeats: bool = False, most: int | None = None) -> Iterator[Letter]:
    """A list per customer who accepts e-mail and has an address, by number.

    Customers who want no lists of their own get what is popular; ``repeats``: what they bought
    before may come again. Nobody without consent is ever among them.
    """
    agreed = Customer.objects.filter(accepts_email=True).exclude(email="").order_by("number")
    columns = agreed.values_list("number", "email", "name")
    for number, email, name in islice(columns.iterator(FEWEST_READ), most):
        made = list_for(number, n, repeats=repeats)
        version = made.version.pk if made.version else 0
        yield Letter(number, email, name, new_recommendation_id(EMAIL, version), made)


def list_for(number: str, n: int = 6, *, repeats: bool = False) -> Answer:
    """The e-mail list of one customer, under the rules for e-mail."""
    return answer(customer_plan(number, n, Filters(exclude_seen=not repeats), place=EMAIL))
