"""Every list page: as many queries for thirty rows as for three."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import Delivery, OrderBudget, Reservation, StockMovement
from config.models import ApiKey
from crm.models import SegmentMember, SegmentSuggestion
from inventory.models import (
    DemandForecast,
    PurchaseOrder,
    RestockPolicy,
    Stocktake,
    Transfer,
)
from pricing.models import Elasticity, PricePolicy
from recommendations.models import PlacementRule, RecommenderVersion
from tests.factories import catalog, jobs, sales
from tests.factories.experiments import ExperimentFactory
from tests.factories.suggestions import SuggestionFactory

Maker = Callable[[], object]


def a_user() -> User:
    return User.objects.create_user(f"user {User.objects.count()}")


def a_key() -> None:
    ApiKey.objects.create_key(name="till")


def an_assumption() -> None:
    catalog.AssumptionFactory(category=catalog.CategoryFactory())


def an_order() -> None:
    order = PurchaseOrder.objects.create(
        supplier=catalog.SupplierFactory(), created_on=date(2026, 1, 1), created_by="Li"
    )
    line = {"quantity": 2, "unit_cost": 3, "created_on": order.created_on}
    order.lines.create(product=catalog.ProductFactory(), **line)


def a_restock_policy() -> None:
    RestockPolicy.objects.create(category=catalog.CategoryFactory())


def a_price_policy() -> None:
    PricePolicy.objects.create(category=catalog.CategoryFactory())


def a_forecast() -> None:
    DemandForecast.objects.create(
        job=jobs.JobFactory(), as_of=date(2026, 1, 1), horizon_days=56, method="mean"
    )


def an_elasticity() -> None:
    figures = {"value": -1.4, "low": -2, "high": -0.8, "observations": 50, "own_weight": 0.4}
    Elasticity.objects.create(
        product=catalog.ProductFactory(),
        job=jobs.JobFactory(),
        as_of=date(2026, 1, 1),
        **figures,
    )


def a_member() -> None:
    detail = SegmentSuggestion.objects.create(
        suggestion=SuggestionFactory(kind="segment"),
        segment="loyal",
        customers=1,
        share_of_revenue=0.1,
    )
    SegmentMember.objects.create(
        suggestion=detail,
        customer=sales.CustomerFactory(),
        recency_days=3,
        frequency=2,
        monetary=30,
    )


def a_recommender() -> None:
    RecommenderVersion.objects.create(
        placement="similar",
        model="item cosine",
        as_of=date(2026, 1, 1),
        job=jobs.JobFactory(),
        products=3,
        format=1,
        sha256="0" * 64,
        blob=b"",
    )


def a_rule() -> None:
    PlacementRule.objects.create(kind="block", product=catalog.ProductFactory())


def a_movement() -> None:
    StockMovement.objects.create(
        product=catalog.ProductFactory(),
        location=catalog.LocationFactory(),
        kind="receipt",
        units=3,
        at=timezone.now(),
        actor="li",
        key=f"{StockMovement.objects.count()}",
    )


def a_reservation() -> None:
    Reservation.objects.create(
        product=catalog.ProductFactory(),
        location=catalog.LocationFactory(),
        units=3,
        key=f"{Reservation.objects.count()}",
        reserved_at=timezone.now(),
        actor="li",
    )


def a_delivery() -> None:
    Delivery.objects.create(
        supplier=catalog.SupplierFactory(),
        product=catalog.ProductFactory(),
        ordered_on=date(2026, 1, 1),
        received_on=date(2026, 1, 9),
        units=3,
        key=f"{Delivery.objects.count()}",
    )


def a_budget() -> None:
    OrderBudget.objects.create(supplier=catalog.SupplierFactory(), amount=900)


def a_stocktake() -> None:
    row = Stocktake.objects.create(
        location=catalog.LocationFactory(),
        counted_at=timezone.now(),
        key=f"{Stocktake.objects.count()}",
        actor="li",
    )
    row.lines.create(product=catalog.ProductFactory(), counted=3)


def a_transfer() -> None:
    places = catalog.LocationFactory.create_batch(2)
    Transfer.objects.create(source=places[0], destination=places[1], actor="li")


LISTS: dict[str, tuple[Maker, int]] = {
    "catalog_product": (catalog.ProductFactory, 5),
    "catalog_category": (catalog.CategoryFactory, 5),
    "catalog_brand": (catalog.BrandFactory, 5),
    "catalog_location": (catalog.LocationFactory, 5),
    "catalog_stockmovement": (a_movement, 5),
    "catalog_reservation": (a_reservation, 5),
    "catalog_delivery": (a_delivery, 5),
    "catalog_orderbudget": (a_budget, 5),
    "inventory_stocktake": (a_stocktake, 5),
    "inventory_transfer": (a_transfer, 5),
    "catalog_stockcount": (catalog.StockCountFactory, 5),
    "catalog_supplier": (catalog.SupplierFactory, 5),
    "catalog_supplieritem": (catalog.SupplierItemFactory, 5),
    "catalog_pricechange": (catalog.PriceChangeFactory, 5),
    "catalog_promotion": (catalog.PromotionFactory, 5),
    "catalog_competitoroffer": (catalog.CompetitorOfferFactory, 5),
    "catalog_assumption": (an_assumption, 5),
    "sales_customer": (sales.CustomerFactory, 5),
    "sales_order": (sales.OrderLineFactory, 5),
    "sales_event": (sales.EventFactory, 5),
    "sales_review": (sales.ReviewFactory, 5),
    "sales_importbatch": (sales.ImportBatchFactory, 5),
    "inventory_purchaseorder": (an_order, 5),
    "inventory_restockpolicy": (a_restock_policy, 5),
    "inventory_demandforecast": (a_forecast, 5),
    "pricing_pricepolicy": (a_price_policy, 5),
    "pricing_elasticity": (an_elasticity, 5),
    "crm_segmentmember": (a_member, 5),
    "recommendations_recommenderversion": (a_recommender, 5),
    "recommendations_placementrule": (a_rule, 5),
    "recommendations_experiment": (ExperimentFactory, 5),
    "jobs_run": (jobs.RunFactory, 5),
    "jobs_job": (jobs.JobFactory, 5),
    "jobs_score": (jobs.ScoreFactory, 5),
    "auth_user": (a_user, 6),
    "auth_group": (list, 5),
    "config_apikey": (a_key, 5),
    "django_celery_beat_periodictask": (list, 5),
    "axes_accessattempt": (list, 5),
}


@pytest.mark.parametrize(("page", "make", "expected"), [(p, *v) for p, v in LISTS.items()])
def test_rows_cost_no_queries(admin_client: Client, page: str, make: Maker, expected: int) -> None:
    url = reverse(f"admin:{page}_changelist")
    counts = []
    for rows in (3, 20):
        for _row in range(rows):
            make()
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(url).status_code == 200
        counts.append(len(queries))

    assert counts == [expected, expected]
