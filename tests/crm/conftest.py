"""A small shop whose customers differ in how often and how lately they buy."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from catalog.models import Product
from jobs.models import Job
from jobs.services import claim, queue_job
from sales.models import Customer, Order, OrderLine

AS_OF = date(2026, 7, 1)


def sell(customer, day, money, number):
    product, _ = Product.objects.get_or_create(sku="tea", defaults={"title": "Tea"})
    order = Order.objects.create(
        number=number,
        customer=customer,
        placed_at=datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=4),
    )
    OrderLine.objects.create(
        order=order, position=1, product=product, day=day, quantity=1, unit_price=money
    )


@pytest.fixture
def shop(db):
    """Twenty customers: the k-th orders 21 - k times, every k·4 days, for 200/k each."""
    for k in range(1, 21):
        customer = Customer.objects.create(number=f"C{k:02}")
        for step in range(1, 22 - k):
            day = AS_OF - timedelta(days=4 * k * step)
            sell(customer, day, Decimal(200) / k, f"{k}-{step}")


@pytest.fixture
def night(db) -> Callable[..., Job]:
    """``night(key)``: a claimed job of the nightly segments."""

    def make(key="segments") -> Job:
        arguments = {"as_of": AS_OF.isoformat()}
        job = queue_job(kind="crm.segment_customers", key=key, arguments=arguments)
        claimed = claim(job.pk)
        assert claimed is not None
        return claimed

    return make
