"""The real wholesaler's two years, against totals counted apart from the importer."""

import json
import os
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Count, F, Q, Sum

from catalog.models import Product
from sales.models import Customer, Order, OrderLine

FOLDER = Path(os.environ.get("ZHANGGUI_DATA", settings.BASE_DIR.parent / "shared" / "data"))
FILE = FOLDER / "online_retail_II.csv.gz"
ROWS = 1_044_847


@pytest.mark.realdata
@pytest.mark.timeout(1800)
@pytest.mark.django_db
@pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not there")
def test_every_line_is_accounted_for_and_the_totals_are_the_files() -> None:
    output = StringIO()
    call_command("load_data", str(FILE), format="online-retail-ii", json=True, stdout=output)
    (account,) = json.loads(output.getvalue())["files"]
    skipped, refused = sum(account["skipped"].values()), sum(account["refused"].values())
    assert account["skipped"]["repeated line"] == 11_812
    assert account["loaded"] + skipped + refused == ROWS
    assert (account["loaded"], refused) == (1_027_014, 1)

    sold, back = Q(quantity__gt=0), Q(quantity__lt=0)
    totals = OrderLine.objects.aggregate(
        units=Sum("quantity", filter=sold),
        returned=Sum("quantity", filter=back),
        revenue=Sum(F("quantity") * F("unit_price"), filter=sold),
        days=Count("day", distinct=True),
    )
    assert (totals["units"], totals["returned"], totals["days"]) == (11_205_146, -476_820, 604)
    assert round(Decimal(totals["revenue"]), 2) == Decimal("20465180.39")
    assert Order.objects.count() == 48_367
    assert Order.objects.filter(customer=None).count() == 3_497
    assert Customer.objects.filter(orders__isnull=False).distinct().count() == 5_939
    goods = OrderLine.objects.filter(product__kind=Product.Kind.PRODUCT)
    assert goods.count() == 1_021_254
